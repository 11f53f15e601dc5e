/* Entries as sentences. The templates stand with the act kinds. */
#include "core/record/node_inside.h"

#include "base/banned.h"

/* An entry on its way to a sentence; `words` NULL: everything is called what it is called in the entry. */
struct telling {
	const struct entry *e;
	const struct sentence_words *words;
	struct buf *b;
	bool ja_page;   /* Japanese with somebody's words: full-width brackets, no blank between name and particle */
};

static void put_word(const struct telling *t, char part, slice member, slice word)
{
	buf_put(t->b, t->words ? t->words->say(t->words->p, t->e, part, member, word) : word);
}

static void put_words(const struct telling *t, char part, struct words v)
{
	for (size_t i = 0; i < v.n; i++) {
		if (i)
			buf_put(t->b, S(", "));
		put_word(t, part, S_NONE, v.v[i]);
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

static void put_member(const struct telling *t, slice name)
{
	const struct json *v = json_get(t->e->json, name);

	if (!v)
		buf_putc(t->b, '-');
	else if (v->type == JSON_INT)
		buf_put_i64(t->b, v->num);
	else if (v->type == JSON_TEXT)
		put_word(t, '{', name, v->text);
	else if (json_is_bool(v))
		put_word(t, '{', name, v->type == JSON_TRUE ? S("true") : S("false"));
	else {
		struct json_out j = json_out_on(t->b);

		jo_value(&j, v);
	}
}

static void put_actor(const struct telling *t)
{
	put_word(t, 'a', S_NONE, t->e->actor.id);
	buf_put(t->b, t->ja_page ? S("（") : S(" ("));
	put_word(t, 'R', S_NONE, t->e->actor.role);
	buf_put(t->b, t->ja_page ? S("）") : S(")"));
}

static void put_part(const struct telling *t, char what)
{
	const struct entry *e = t->e;

	switch (what) {
	case 'a': put_actor(t); break;
	case 'c': put_word(t, 'c', S_NONE, e->case_id.len ? e->case_id : S("-")); break;
	case 'o': put_words(t, 'o', e->obj); break;
	case 'r': put_refs(t->b, e->ref); break;
	case 'k': put_words(t, 'k', e->keys); break;
	case 'b': put_words(t, 'b', e->basis); break;
	case 't': put_words(t, 't', e->to); break;
	default: buf_putc(t->b, what);
	}
}

static void put_template(const struct telling *t, const char *s)
{
	for (; *s; s++) {
		const char *end;

		if (*s != '%' || !s[1]) {
			buf_putc(t->b, *s);
			continue;
		}
		s++;
		end = *s == '{' ? strchr(s, '}') : NULL;
		if (!end) {
			put_part(t, *s);
			s += t->ja_page && s[0] == 'a' && s[1] == ' ';
			continue;
		}
		put_member(t, (slice){ s + 1, (size_t)(end - s - 1) });
		s = end;
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
			         (long long)seal_plain_len(e->seals[i].alg, e->seals[i].len));
	}
	return OK;
}

/* For readers: whether something was sealed with it, and whether that still exists. */
static rc put_sealed(struct ctx *c, struct node *n, const struct entry *e, bool japanese, struct buf *b)
{
	size_t gone = 0;

	for (size_t i = 0; i < e->nseals; i++) {
		AUTO_QUERY q = { 0 };
		bool found;

		TRY(STORE_ONE(c, n->st, &q, &found, STMT_ERASED_GET, v_text(e->seals[i].key)));
		gone += found && !query_is_null(&q, 1);
	}
	if (e->nseals > gone)
		buf_putz(b, japanese ? "（内容は封印）" : " (content sealed)");
	else if (gone > 0)
		buf_putz(b, japanese ? "（内容は廃棄済み）" : " (content disposed of)");
	return OK;
}

rc entry_sentence_in(struct ctx *c, struct node *n, const struct entry *e, bool japanese, const struct sentence_words *w, struct buf *b)
{
	const struct telling t = { e, w, b, japanese && w };
	const struct act_kind *kind = node_kind(n, e->act);
	const char *s = kind ? (japanese ? kind->sentence_ja : kind->sentence_en) : NULL;

	if (s) {
		put_template(&t, s);
	} else {
		put_actor(&t);
		buf_putz(b, ": ");
		buf_put(b, e->act);
		if (e->case_id.len) {
			buf_putz(b, japanese ? " 事案 " : ", case ");
			put_part(&t, 'c');
		}
	}
	return w ? put_sealed(c, n, e, japanese, b) : put_seals(c, n, e, japanese, b);
}

rc entry_sentence(struct ctx *c, struct node *n, const struct entry *e, bool japanese, struct buf *b)
{
	return entry_sentence_in(c, n, e, japanese, NULL, b);
}
