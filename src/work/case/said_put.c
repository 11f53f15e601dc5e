#include "work/case/said.h"

#include "base/when.h"

#include "base/banned.h"

static void put_count(struct buf *b, const struct said *v, bool ja)
{
	static const char *const before_ja[SAID_EXACTS] = { "", "約", "最大", "少なくとも" };
	static const char *const before_en[SAID_EXACTS] = { "", "about ", "at most ", "at least " };

	buf_putz(b, ja ? before_ja[v->exact] : before_en[v->exact]);
	buf_put_grouped(b, v->num);
}

static void put_choice(struct buf *b, const struct term *t, const struct json *v, bool ja)
{
	slice code = v->type == JSON_OBJECT ? json_text(json_get(v, S("code"))) : json_text(v);
	slice text = json_text(json_get(v, S("text")));
	const struct term_choice *ch = term_choice(t, code, false);

	buf_put(b, !ch ? code : ja ? ch->ja : ch->en);
	if (text.len > 0) {
		buf_put(b, ja ? S("（") : S(" ("));
		buf_put(b, text);
		buf_put(b, ja ? S("）") : S(")"));
	}
}

static void put_time(struct ctx *c, struct buf *b, slice text, bool ja)
{
	struct when w;

	if (when_parse(c, text, &w) != OK) {
		fault_clear(c);
		buf_put(b, text);
	} else if (ja) {
		when_put_ja(b, w);
	} else {
		when_put_iso(b, w);
	}
}

static void put_one(struct ctx *c, struct buf *b, const struct term *t, const struct json *v, bool ja);

static void put_columns(struct ctx *c, struct buf *b, const struct term *t, const struct json *row, bool ja)
{
	bool first = true;

	for (size_t i = 0; i < t->ncolumns; i++) {
		const struct json *cell = json_get(row, t->columns[i].path);

		if (!cell || cell->type == JSON_NULL)
			continue;
		if (!first)
			buf_put(b, ja ? S("、") : S(", "));
		first = false;
		buf_put(b, ja ? t->columns[i].ja : t->columns[i].en);
		buf_put(b, ja ? S("：") : S(": "));
		put_one(c, b, &t->columns[i], cell, ja);
	}
}

static void put_one(struct ctx *c, struct buf *b, const struct term *t, const struct json *v, bool ja)
{
	switch (t->type) {
	case TERM_ONE:
	case TERM_MANY: put_choice(b, t, v, ja); return;
	case TERM_TABLE:
	case TERM_GROUP: put_columns(c, b, t, v, ja); return;
	case TERM_DAY:
	case TERM_TIME: put_time(c, b, json_text(v), ja); return;
	case TERM_BOOL:
		buf_putz(b, v->type == JSON_TRUE ? (ja ? "はい" : "yes") : (ja ? "いいえ" : "no"));
		return;
	case TERM_INT: buf_put_grouped(b, v->num); return;
	case TERM_TEXT:
	case TERM_LONG:
	case TERM_DECIMAL:
	case TERM_FILE:
	case TERM_REF: buf_put(b, v->text); return;
	}
}

void said_put(struct ctx *c, struct buf *b, const struct term *t, const struct said *v, bool ja)
{
	const struct json *j;
	bool first = true;

	if (v->state == SAID_UNKNOWN) {
		buf_putz(b, ja ? "まだ分からない" : "not known yet");
		return;
	}
	if (v->state == SAID_NOT_APPLICABLE) {
		buf_putz(b, ja ? "該当なし" : "does not apply");
		return;
	}
	if (t->type == TERM_INT) {
		put_count(b, v, ja);
		return;
	}
	if (json_parse(c, v->json, &j) != OK) {
		fault_clear(c);
		return;
	}
	if (j->type != JSON_ARRAY) {
		put_one(c, b, t, j, ja);
		return;
	}
	for JSON_EACH(e, j) {
		if (!first)
			buf_put(b, t->type == TERM_TABLE ? S("\n") : ja ? S("、") : S(", "));
		first = false;
		put_one(c, b, t, e, ja);
	}
}
