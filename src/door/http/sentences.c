#include "door/http/sentences.h"

#include "base/banned.h"

/* The last entries that fit; only those are told in sentences. */
struct gathering {
	const char *not_act;
	int64_t *ring;
	size_t most, n;
};

static rc gather(struct ctx *c, const struct entry *e, void *p)
{
	struct gathering *g = p;

	(void)c;
	if (!g->not_act[0] || !slice_is(e->act, g->not_act))
		g->ring[g->n++ % g->most] = e->seq;
	return OK;
}

static rc tell(struct reader *r, int64_t seq, struct sentence *s)
{
	const struct sentence_words words = { r, record_word };
	struct ctx *c = r->v->c;
	struct entry e;
	struct buf b;

	TRY(record_get(c, r->v->n, seq, &e));
	buf_init(&b, c->a, 8192);
	TRY(entry_sentence_in(c, r->v->n, &e, r->v->ja, &words, &b));
	TRY(buf_keep(c, &b, &s->text));
	s->seq = e.seq;
	s->at = e.at;
	TRY(slice_keep(c, e.actor.id, &s->actor));
	TRY(slice_keep(c, e.actor.role, &s->role));
	TRY(slice_keep(c, e.act, &s->act));
	s->name = reader_name(r, s->actor);
	return OK;
}

rc sentences_read(struct visit *v, const struct entry_filter *f, const char *not_act, size_t most, struct sentence **ret,
                  size_t *ret_n)
{
	struct gathering g = { .not_act = not_act, .most = most };
	struct sentence *out;
	struct reader *r;
	size_t n;

	TRY_ARRAY(v->c, g.ring, most);
	TRY(record_each(v->c, v->n, f, gather, &g));
	n = g.n < most ? g.n : most;
	TRY_NEW(v->c, r);
	r->v = v;
	TRY_ARRAY(v->c, out, n + 1);
	for (size_t i = 0; i < n; i++)
		TRY(tell(r, g.ring[(g.n - 1 - i) % most], &out[i]));
	*ret = out;
	*ret_n = n;
	return OK;
}

rc sentences_out(struct visit *v, struct json_out *o, const char *name, const struct sentence *s, size_t n)
{
	jo_key(o, slice_of(name));
	jo_array(o);
	for (size_t i = 0; i < n; i++) {
		jo_object(o);
		jo_kv_int(o, "seq", s[i].seq);
		m_when(v, o, "at", (struct when){ s[i].at, false });
		jo_kv_text(o, "actor", s[i].actor);
		jo_kv_text(o, "actor_name", s[i].name);
		jo_kv_text(o, "role", slice_of(role_name(s[i].role, v->ja)));
		jo_kv_text(o, "act", s[i].act);
		jo_kv_text(o, "text", s[i].text);
		jo_end_object(o);
	}
	jo_end_array(o);
	return OK;
}

rc sentences_put(struct visit *v, struct json_out *o, const char *name, const struct entry_filter *f, const char *not_act,
                 size_t most)
{
	struct sentence *s;
	size_t n;

	TRY(sentences_read(v, f, not_act, most, &s, &n));
	return sentences_out(v, o, name, s, n);
}
