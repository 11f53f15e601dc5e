#include "base/message.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static int by_key(const void *key, const void *row)
{
	return strcmp(key, ((const struct message *)row)->key);
}

const char *message_text(const char *key, enum language lang)
{
	const struct message *m = key ? bsearch(key, message_table, message_count, sizeof *m, by_key) : NULL;

	if (!m)
		return key ? key : "";
	return lang == LANGUAGE_JA ? m->ja : m->en;
}

static void put_errno(struct buf *b, int err)
{
	const char *text = strerrordesc_np(err);

	buf_putz(b, text ? text : "unknown system error");
}

void fault_put(struct buf *b, const struct fault *f, enum language lang)
{
	if (f->where[0])
		buf_putz(b, f->where);
	if (f->row) {
		buf_putf(b, "%s%" PRIu32, f->where[0] ? ":" : lang == LANGUAGE_JA ? "行" : "line ", f->row);
		if (f->col)
			buf_putf(b, ":%" PRIu32, f->col);
	}
	if (f->where[0] || f->row)
		buf_put(b, S(": "));
	buf_putz(b, message_text(f->key, lang));
	if (f->name[0])
		buf_putf(b, lang == LANGUAGE_JA ? "：%s" : ": %s", f->name);
	if (f->has_at)
		buf_putf(b, lang == LANGUAGE_JA ? "（先頭から%" PRIu64 "バイト目）" : " (at byte %" PRIu64 ")", f->at);
	if (f->sys) {
		buf_put(b, S(" ("));
		put_errno(b, f->sys);
		buf_putc(b, ')');
	}
	if (f->code == E_BUG)
		buf_putf(b, " [%s:%d]", f->file ? f->file : "?", f->line);
}
