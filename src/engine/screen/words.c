/* screening/words.yaml: how packages write things. */
#include <stdlib.h>

#include "base/utf8.h"
#include "engine/screen/model.h"

#include "base/banned.h"

const char *const screen_column_keys[] = { "id", "ts", "system", "user", "terminal", "ip", "operation", "screen",
	"subject", "case", "query", "count", "reason", "result", "session", NULL };
const char *const screen_act_keys[] = { "other", "login", "logout", "search", "view", "update", "print", "certificate",
	"export", "bulk", "media_write", "role_change", "password_reset", "audit_config", "remote_control",
	"count_record", "log_clear", NULL };
const char *const screen_why_keys[] = { "none", "other", "phone", "handover", "audit", "disaster", "bulk", "upkeep",
	"payroll", NULL };
const char *const screen_type_keys[] = { "unknown", "personal", "shared", "temporary", "admin", "batch", "vendor",
	NULL };
static const char *const duty_keys[] = { "other", "absent", "approved", "emergency", NULL };
static const char *const day_keys[] = { "work", "late", "weekend", "counter", "holiday", NULL };
static const char *const failure_keys[] = { "failed", NULL };
static const char *const query_keys[] = { "none", "number", "name", "birth", "kana", "prefix", "address", NULL };

static int word_order(const void *a, const void *b)
{
	return slice_cmp(((const struct word *)a)->text, ((const struct word *)b)->text);
}

const struct word *words_find(const struct words_list *l, slice text)
{
	size_t lo = 0, hi = l->n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int d = slice_cmp(l->v[mid].text, text);

		if (d == 0)
			return &l->v[mid];
		if (d < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

/* The longest word that stands within the text. */
const struct word *words_within(const struct words_list *l, slice text)
{
	const struct word *best = NULL;

	for (uint32_t i = 0; i < l->n; i++)
		if (slice_find(text, l->v[i].text, 0) != SIZE_MAX && (!best || l->v[i].text.len > best->text.len))
			best = &l->v[i];
	return best;
}

/* A map from one of `keys` to a list of words. */
static rc list_read(struct ctx *c, const struct pack *map, const char *key, const char *const *keys,
	struct words_list *out)
{
	const struct pack *part;
	uint32_t n = 0;

	TRY(pack_need(c, map, key, &part));
	TRY(pack_is(c, part, PACK_MAP));
	TRY(pack_keys(c, part, keys));
	for PACK_EACH(v, part)
		n += v->count;
	TRY_ARRAY(c, out->v, n ? n : 1);
	for (uint32_t k = 0; keys[k]; k++) {
		slice *words;
		uint32_t count;

		TRY(pack_texts(c, part, keys[k], &words, &count));
		for (uint32_t i = 0; i < count; i++)
			out->v[out->n++] = (struct word){ words[i], k };
	}
	qsort(out->v, out->n, sizeof *out->v, word_order);
	return OK;
}

/* variants: { 高: 髙 } – the first character is what all of the second text's become. */
static rc fold_read(struct ctx *c, const struct pack *map, struct words_list *out, uint64_t bits[16])
{
	const struct pack *part;

	TRY(pack_need(c, map, "variants", &part));
	TRY(pack_is(c, part, PACK_MAP));
	TRY_ARRAY(c, out->v, 64);
	for PACK_EACH(v, part) {
		uint32_t to, cp;
		size_t i = 0;
		slice text;

		(void)utf8_next(v->key, &i, &to);
		TRY(pack_as_text(c, v, &text));
		for (i = 0; i < text.len;) {
			size_t from = i;

			if (utf8_next(text, &i, &cp) && out->n < 64) {
				bits[cp / 64 % 16] |= (uint64_t)1 << cp % 64;
				out->v[out->n++] = (struct word){ slice_sub(text, from, i - from), to };
			}
		}
	}
	qsort(out->v, out->n, sizeof *out->v, word_order);
	return OK;
}

rc words_read(struct ctx *c, const struct pack *p, struct words *w)
{
	const struct pack *q;

	TRY(pack_is(c, p, PACK_MAP));
	TRY(list_read(c, p, "columns", screen_column_keys, &w->columns));
	TRY(list_read(c, p, "operations", screen_act_keys, &w->acts));
	TRY(list_read(c, p, "reasons", screen_why_keys, &w->whys));
	TRY(list_read(c, p, "accounts", screen_type_keys, &w->types));
	TRY(list_read(c, p, "attendance", duty_keys, &w->duties));
	TRY(list_read(c, p, "days", day_keys, &w->days));
	TRY(list_read(c, p, "results", failure_keys, &w->failures));
	TRY(fold_read(c, p, &w->fold, w->fold_bits));
	TRY(pack_need(c, p, "queries", &q));
	TRY(pack_keys(c, q, query_keys));
	for (unsigned i = 1; i < 7; i++)
		TRY(pack_text(c, q, query_keys[i], &w->query_keys[i]));
	return OK;
}
