/* Entries as sentences. The templates stand with the act kinds. */
#include "core/record/node_inside.h"

#include "base/banned.h"

static void put_words(struct buf *b, struct words v)
{
	for (size_t i = 0; i < v.n; i++) {
		if (i)
			buf_put(b, S(", "));
		buf_put(b, v.v[i]);
	}
}

static void put_refs(struct buf *b, struct ints v)
{
	for (size_t i = 0; i < v.n; i++) {
		if (i)
			buf_put(b, S(", "));
		buf_putc(b, '#');
		buf_put_i64(b, v.v[i]);
	}
}

static void put_member(struct buf *b, const struct entry *e, slice name)
{
	const struct json *v = json_get(e->json, name);

	if (!v)
		buf_putc(b, '-');
	else if (v->type == JSON_INT)
		buf_put_i64(b, v->num);
	else if (v->type == JSON_TEXT)
		buf_put(b, v->text);
	else if (json_is_bool(v))
		buf_putz(b, v->type == JSON_TRUE ? "true" : "false");
	else {
		struct json_out j = json_out_on(b);

		jo_value(&j, v);
	}
}

static void put_part(struct buf *b, const struct entry *e, char what)
{
	switch (what) {
	case 'a':
		buf_put(b, e->actor.id);
		buf_put(b, S(" ("));
		buf_put(b, e->actor.role);
		buf_putc(b, ')');
		break;
	case 'c': buf_put(b, e->case_id.len ? e->case_id : S("-")); break;
	case 'o': put_words(b, e->obj); break;
	case 'r': put_refs(b, e->ref); break;
	case 'k': put_words(b, e->keys); break;
	case 'b': put_words(b, e->basis); break;
	case 't': put_words(b, e->to); break;
	default: buf_putc(b, what);
	}
}

static void put_template(struct buf *b, const struct entry *e, const char *t)
{
	for (; *t; t++) {
		const char *end;

		if (*t != '%' || !t[1]) {
			buf_putc(b, *t);
			continue;
		}
		t++;
		end = *t == '{' ? strchr(t, '}') : NULL;
		if (!end) {
			put_part(b, e, *t);
			continue;
		}
		put_member(b, e, (slice){ t + 1, (size_t)(end - t - 1) });
		t = end;
	}
}

static rc put_seals(struct ctx *c, struct node *n, const struct entry *e, bool japanese, struct buf *b)
{
	for (size_t i = 0; i < e->nseals; i++) {
		AUTO_QUERY q = { 0 };
		bool found, gone;

		TRY(STORE_ONE(c, n->st, &q, &found, STMT_ERASED_GET, v_text(e->seals[i].key)));
		gone = found && !query_is_null(&q, 1);
		if (gone)
			buf_putf(b, japanese ? " [封印 %zu: 廃棄済み #%lld]" : " [sealed %zu: shredded by #%lld]", i + 1,
			         (long long)query_int(&q, 1));
		else
			buf_putf(b, japanese ? " [封印 %zu: %lldバイト]" : " [sealed %zu: %lld bytes]", i + 1,
			         (long long)(e->seals[i].len - 16));
	}
	return OK;
}

rc entry_sentence(struct ctx *c, struct node *n, const struct entry *e, bool japanese, struct buf *b)
{
	const struct act_kind *kind = node_kind(n, e->act);
	const char *t = kind ? (japanese ? kind->sentence_ja : kind->sentence_en) : NULL;

	if (t) {
		put_template(b, e, t);
	} else {
		put_part(b, e, 'a');
		buf_putz(b, ": ");
		buf_put(b, e->act);
		if (e->case_id.len) {
			buf_putz(b, japanese ? " 事案 " : ", case ");
			buf_put(b, e->case_id);
		}
	}
	return put_seals(c, n, e, japanese, b);
}
