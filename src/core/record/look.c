#include "core/record/look.h"

#include <sodium.h>
#include <stdlib.h>

#include "core/record/node_inside.h"

#include "base/banned.h"

#define SEEN 8192u                       /* looks remembered, so that the same one is not written again at once */
#define NOTED_MOST ((size_t)64 << 20)    /* bytes of looks that wait */

struct noted {
	struct look look;
	slice case_id;
	int64_t *seqs;
	size_t n, room;
	struct noted *next;
};

struct seen { uint64_t what; msec at; };

struct looks {
	struct arena *a;                     /* owned; what waits */
	struct noted *first, **end;
	size_t waiting;
	msec again;
	unsigned char key[crypto_shorthash_KEYBYTES];   /* ids may be a stranger's choice: the table must not be one */
	struct seen seen[SEEN];
};

void looks_free(struct looks *l)
{
	if (!l)
		return;
	arena_free(l->a);
	free(l);
}

static void forget_noted(struct looks *l)
{
	arena_reset(l->a);
	l->first = NULL;
	l->end = &l->first;
	l->waiting = 0;
}

rc node_looks_gather(struct ctx *c, struct node *n, msec again)
{
	struct looks *l = calloc(1, sizeof *l);

	if (!l)
		return FAIL(c, E_NOMEM, "memory.limit");
	l->a = arena_new(NOTED_MOST);
	if (!l->a) {
		free(l);
		return FAIL(c, E_NOMEM, "memory.limit");
	}
	l->again = again;
	randombytes_buf(l->key, sizeof l->key);
	forget_noted(l);
	looks_free(n->looks);
	n->looks = l;
	return OK;
}

size_t node_looks_waiting(const struct node *n) { return n->looks ? n->looks->waiting : 0; }

/* ---- noting ---- */

static bool same_words(struct words a, struct words b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (!slice_eq(a.v[i], b.v[i]))
			return false;
	return true;
}

static bool same_look(const struct noted *t, const struct look *l, slice case_id)
{
	return slice_eq(t->case_id, case_id) && slice_eq(t->look.actor.id, l->actor.id) &&
	       slice_eq(t->look.actor.role, l->actor.role) && slice_eq(t->look.actor.via, l->actor.via) &&
	       same_words(t->look.basis, l->basis) && same_words(t->look.code, l->code);
}

static rc keep_words(struct ctx *c, struct words in, struct words *ret)
{
	slice *v;

	TRY_ARRAY(c, v, in.n + 1);
	for (size_t i = 0; i < in.n; i++)
		TRY(slice_keep(c, in.v[i], &v[i]));
	*ret = (struct words){ v, in.n };
	return OK;
}

/* With c->a the memory of what waits. */
static rc new_noted(struct ctx *c, struct looks *l, const struct look *look, slice case_id, struct noted **ret)
{
	struct noted *t;

	TRY_NEW(c, t);
	TRY(slice_keep(c, case_id, &t->case_id));
	TRY(slice_keep(c, look->actor.id, &t->look.actor.id));
	TRY(slice_keep(c, look->actor.role, &t->look.actor.role));
	TRY(slice_keep(c, look->actor.via, &t->look.actor.via));
	TRY(keep_words(c, look->basis, &t->look.basis));
	TRY(keep_words(c, look->code, &t->look.code));
	*l->end = t;
	l->end = &t->next;
	l->waiting++;
	*ret = t;
	return OK;
}

/* One act for a person, a case and a reason; another one when it names as many entries as an act may. */
static rc find_noted(struct ctx *c, struct looks *l, const struct look *look, slice case_id, struct noted **ret)
{
	for (struct noted *t = l->first; t; t = t->next)
		if (t->n < ENTRY_LIST_MOST && same_look(t, look, case_id)) {
			*ret = t;
			return OK;
		}
	return new_noted(c, l, look, case_id, ret);
}

static uint64_t fingerprint(const struct looks *l, const struct noted *t, int64_t seq)
{
	const slice parts[] = { t->look.actor.id, t->look.actor.role, t->look.actor.via, t->case_id };
	uint64_t all[3] = { (uint64_t)seq, 0, 0 }, h;

	for (size_t i = 0; i < 4 + t->look.basis.n + t->look.code.n; i++) {
		slice s = i < 4 ? parts[i] : i < 4 + t->look.basis.n ? t->look.basis.v[i - 4] : t->look.code.v[i - 4 - t->look.basis.n];

		(void)crypto_shorthash((unsigned char *)&all[1], (const unsigned char *)(s.p ? s.p : ""), s.len, l->key);
		all[2] = i;
		(void)crypto_shorthash((unsigned char *)&h, (const unsigned char *)all, sizeof all, l->key);
		all[0] = h;
	}
	return all[0];
}

static bool was_seen(const struct looks *l, uint64_t what, msec now)
{
	const struct seen *s = &l->seen[what % SEEN];

	return l->again && s->what == what && now >= s->at && now - s->at < l->again;
}

static bool is_noted(const struct noted *t, int64_t seq)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->seqs[i] == seq)
			return true;
	return false;
}

static rc note_one(struct ctx *c, struct looks *l, const struct look *look, slice case_id, int64_t seq)
{
	const struct noted asked = { .look = *look, .case_id = case_id };
	struct noted *t;

	if (was_seen(l, fingerprint(l, &asked, seq), c->now))
		return OK;
	TRY(find_noted(c, l, look, case_id, &t));
	if (is_noted(t, seq))
		return OK;
	TRY_ROOM(c, t->seqs, t->n, t->room, 8);
	t->seqs[t->n++] = seq;
	return OK;
}

rc look_note(struct ctx *c, struct node *n, const struct look *look, slice case_id, const int64_t *seqs, size_t nseqs)
{
	struct arena *own = c->a;
	rc r = OK;

	c->a = n->looks->a;
	for (size_t i = 0; i < nseqs && r == OK; i++)
		r = note_one(c, n->looks, look, case_id, seqs[i]);
	c->a = own;
	return r;
}

/* ---- writing ---- */

static void remember(struct looks *l, const struct noted *t, msec now)
{
	for (size_t i = 0; i < t->n; i++) {
		uint64_t what = fingerprint(l, t, t->seqs[i]);

		l->seen[what % SEEN] = (struct seen){ what, now };
	}
}

/* Up to GROUP_MOST of them in one commit; *ret_next is the first that is left. */
static rc write_some(struct ctx *c, struct node *n, const struct noted *t, const struct noted **ret_next)
{
	struct batch batches[GROUP_MOST];
	struct act *acts;
	size_t count = 0;

	TRY_ARRAY(c, acts, GROUP_MOST);
	for (; t && count < GROUP_MOST; t = t->next, count++) {
		acts[count] = (struct act){ .act = S("item.view"), .actor = t->look.actor, .case_id = t->case_id,
		                            .basis = t->look.basis, .code = t->look.code, .ref = { t->seqs, t->n } };
		batches[count] = (struct batch){ .acts = &acts[count], .n = 1 };
	}
	TRY(node_append_group(c, n, batches, count));
	for (size_t i = 0; i < count; i++)
		if (batches[i].result != OK) {
			c->fault = batches[i].fault;
			return batches[i].result;
		}
	*ret_next = t;
	return OK;
}

static rc write_all(struct ctx *c, struct node *n)
{
	const struct noted *t = n->looks->first;

	while (t) {
		const struct noted *from = t;

		TRY(write_some(c, n, t, &t));
		for (; from != t; from = from->next)
			remember(n->looks, from, c->now);
	}
	return OK;
}

/* What could not be written is forgotten: its answers do not leave. */
rc node_looks_write(struct ctx *c, struct node *n)
{
	rc r;

	if (!n->looks || !n->looks->first)
		return OK;
	r = write_all(c, n);
	forget_noted(n->looks);
	return r;
}

/* ---- reading ---- */

struct reading_looks {
	struct node *n;
	slice key;               /* of the unit; empty: all */
	look_fn *fn;
	void *p;
};

static rc is_about(struct ctx *c, struct node *n, int64_t seq, slice key, bool *ret)
{
	struct entry e;

	TRY(record_get(c, n, seq, &e));
	*ret = false;
	for (size_t i = 0; i < e.nseals; i++)
		*ret = *ret || slice_eq(e.seals[i].key, key);
	return OK;
}

static rc tell_given(struct ctx *c, const struct entry *e, const struct reading_looks *r)
{
	static const slice code[] = { S_INIT(LOOK_KEYS_GIVEN) };
	const struct look_seen seen = { .seq = e->seq, .at = e->at, .actor = e->actor, .code = { code, 1 }, .to = e->to };
	bool about = r->key.len == 0;

	for (size_t i = 0; i < e->keys.n; i++)
		about = about || slice_eq(e->keys.v[i], r->key);
	return about ? r->fn(c, &seen, r->p) : OK;
}

static rc tell_look(struct ctx *c, const struct entry *e, void *p)
{
	const struct reading_looks *r = p;
	struct look_seen seen = { .seq = e->seq, .at = e->at, .actor = e->actor, .basis = e->basis, .code = e->code, .ref = e->ref };
	int64_t *about;
	size_t n = 0;

	if (slice_is(e->act, "export.keys"))
		return tell_given(c, e, r);
	if (!slice_is(e->act, "item.view"))
		return OK;
	if (!r->key.len)
		return r->fn(c, &seen, r->p);
	TRY_ARRAY(c, about, e->ref.n + 1);
	for (size_t i = 0; i < e->ref.n; i++) {
		bool is;

		TRY(is_about(c, r->n, e->ref.v[i], r->key, &is));
		if (is)
			about[n++] = e->ref.v[i];
	}
	seen.ref = (struct ints){ about, n };
	return n ? r->fn(c, &seen, r->p) : OK;
}

rc looks_each(struct ctx *c, struct node *n, slice case_id, slice unit, look_fn *fn, void *p)
{
	struct entry_filter f = { .case_id = case_id };
	struct reading_looks r = { .n = n, .fn = fn, .p = p };

	if (unit.len)
		TRY(unit_key_id(c, unit, &r.key));
	return record_each(c, n, &f, tell_look, &r);
}
