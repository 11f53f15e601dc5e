#include "door/http/marks.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "door/http/fold.h"
#include "work/case/case.h"

#include "base/banned.h"

#define WORDS 16u                    /* of 64 bits a case */
#define PROBES 3u                    /* bits for each pair */
#define ID_MOST 32u
#define CHUNK 1024u                  /* cases that get memory at a time */
#define CHUNKS 1024u
#define TEXTS_MOST 16384u            /* different values of facts that are told apart as a whole */
#define TEXT_MOST 96u
#define TABLE (1u << 15)
#define WANTED_TEXTS 512u
#define PAIRS_MOST 256u

struct mark { char id[ID_MOST]; uint64_t bits[WORDS]; };
struct text { uint64_t hash; uint16_t len; char bytes[]; };

struct marks {
	unsigned char key[crypto_shorthash_KEYBYTES];
	struct mark *chunk[CHUNKS];      /* owned */
	size_t n;
	uint32_t *place;                 /* owned; number of a case + 1 by the hash of its id */
	size_t places;
	struct text *texts[TABLE];       /* owned */
	size_t ntexts;
	int64_t seq;                     /* entries before it are marked */
};

struct wanted { uint64_t pair[PAIRS_MOST], text[WANTED_TEXTS]; size_t npairs, ntexts; bool many; };

static uint64_t hash_of(const struct marks *m, slice s)
{
	unsigned char out[crypto_shorthash_BYTES];
	uint64_t h;

	(void)crypto_shorthash(out, (const unsigned char *)s.p, s.len, m->key);
	memcpy(&h, out, sizeof h);
	return h;
}

rc marks_open(struct ctx *c, struct marks **ret)
{
	struct marks *m = calloc(1, sizeof *m);

	if (!m || sodium_init() < 0) {
		free(m);
		return FAIL(c, E_NOMEM, "memory.limit");
	}
	randombytes_buf(m->key, sizeof m->key);
	*ret = m;
	return OK;
}

void marks_free(struct marks *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < CHUNKS && m->chunk[i]; i++)
		free(m->chunk[i]);
	for (size_t i = 0; i < TABLE; i++)
		free(m->texts[i]);
	free(m->place);
	free(m);
}

/* ---- cases by their id ---- */

static struct mark *mark_at(const struct marks *m, size_t i) { return &m->chunk[i / CHUNK][i % CHUNK]; }

static slice id_of(const struct mark *x) { return (slice){ x->id, strnlen(x->id, ID_MOST) }; }

/* The place of the id, or the free one where it belongs. */
static size_t place_of(const struct marks *m, slice id)
{
	size_t at = hash_of(m, id) & (m->places - 1);

	while (m->place[at] && !slice_eq(id_of(mark_at(m, m->place[at] - 1)), id))
		at = (at + 1) & (m->places - 1);
	return at;
}

static rc more_places(struct ctx *c, struct marks *m)
{
	size_t places = m->places ? m->places * 2 : 2048;
	uint32_t *place;

	if (m->n * 2 < m->places)
		return OK;
	place = calloc(places, sizeof *place);
	if (!place)
		return FAIL(c, E_NOMEM, "memory.limit");
	free(m->place);
	m->place = place;
	m->places = places;
	for (size_t i = 0; i < m->n; i++)
		m->place[place_of(m, id_of(mark_at(m, i)))] = (uint32_t)i + 1;
	return OK;
}

static rc mark_of(struct ctx *c, struct marks *m, slice id, struct mark **ret)
{
	size_t at;

	if (id.len >= ID_MOST || m->n == (size_t)CHUNKS * CHUNK)
		return FAIL(c, E_LIMIT, "memory.limit");
	TRY(more_places(c, m));
	at = place_of(m, id);
	if (m->place[at] == 0) {
		struct mark **chunk = &m->chunk[m->n / CHUNK];

		if (!*chunk && !(*chunk = calloc(CHUNK, sizeof **chunk)))
			return FAIL(c, E_NOMEM, "memory.limit");
		memcpy((*chunk)[m->n % CHUNK].id, id.p, id.len);
		m->place[at] = (uint32_t)++m->n;
	}
	*ret = mark_at(m, m->place[at] - 1);
	return OK;
}

/* ---- bits ---- */

static void set(struct mark *x, uint64_t h)
{
	for (unsigned i = 0; i < PROBES; i++, h >>= 10)
		x->bits[h % 1024 / 64] |= (uint64_t)1 << h % 64;
}

static bool has(const struct mark *x, uint64_t h)
{
	bool all = true;

	for (unsigned i = 0; i < PROBES && all; i++, h >>= 10)
		all = x->bits[h % 1024 / 64] >> h % 64 & 1;
	return all;
}

typedef void pair_fn(void *p, uint64_t hash);

static void each_pair(const struct marks *m, slice folded, pair_fn *fn, void *p)
{
	size_t i = 0, before = 0, mid = 0;
	uint32_t cp;
	bool second = false;

	while (i < folded.len) {
		size_t from = i;

		if (!utf8_next(folded, &i, &cp))
			continue;
		before = mid;
		mid = from;
		if (second)
			fn(p, hash_of(m, slice_sub(folded, before, i - before)));
		second = true;
	}
}

static void set_pair(void *p, uint64_t hash) { set(p, hash); }

struct marking { struct marks *m; struct mark *x; };

static rc mark_text(struct ctx *c, slice text, void *p)
{
	struct marking *k = p;
	slice folded;

	TRY(fold_search(c, text, &folded));
	each_pair(k->m, folded, set_pair, k->x);
	return OK;
}

static rc texts_in(struct ctx *c, const struct json *j, text_fn *fn, void *p)
{
	if (j->type == JSON_TEXT)
		TRY(fn(c, j->text, p));
	for (const struct json *x = j->child; x; x = x->next)
		TRY(texts_in(c, x, fn, p));
	return OK;
}

rc payload_texts(struct ctx *c, slice bytes, text_fn *fn, void *p)
{
	const struct json *j;

	if (!utf8_is_valid(bytes))
		return OK;
	if (bytes.len > 0 && bytes.p[0] == '{' && json_parse(c, bytes, &j) == OK)
		return texts_in(c, j, fn, p);
	fault_clear(c);
	return fn(c, bytes, p);
}

/* ---- values of facts: the few that many cases share are marked as a whole ---- */

/* 0: too long, or too many are known. */
static uint64_t whole_text(struct marks *m, slice folded)
{
	uint64_t h = hash_of(m, folded);
	size_t at = h & (TABLE - 1);

	if (folded.len > TEXT_MOST)
		return 0;
	for (; m->texts[at]; at = (at + 1) & (TABLE - 1))
		if (m->texts[at]->hash == h)
			return h;
	if (m->ntexts == TEXTS_MOST || !(m->texts[at] = malloc(sizeof **m->texts + folded.len)))
		return 0;
	m->texts[at]->hash = h;
	m->texts[at]->len = (uint16_t)folded.len;
	memcpy(m->texts[at]->bytes, folded.p, folded.len);
	m->ntexts++;
	return h;
}

static rc mark_fact(struct ctx *c, struct marking *k, const struct fact *f, bool ja)
{
	struct buf b;
	slice folded;
	uint64_t h;

	buf_init(&b, c->a, 4096);
	said_put(c, &b, f->term, &f->said, ja);
	TRY(fold_search(c, buf_slice(&b), &folded));
	h = whole_text(k->m, folded);
	if (h)
		set(k->x, ~h);
	else
		each_pair(k->m, folded, set_pair, k->x);
	return OK;
}

static rc mark_facts(struct ctx *c, struct node *n, const struct terms *terms, struct marking *k, slice id)
{
	struct case_head h;
	struct fact *f;
	size_t nf;

	TRY(case_find(c, node_store(n), id, &h));
	TRY(mark_text(c, h.num, k));
	TRY(case_facts_at(c, node_store(n), terms, id, MOMENT_NOW, &f, &nf));
	for (size_t i = 0; i < nf; i++)
		if (!f[i].sealed && !f[i].gone) {
			TRY(mark_fact(c, k, &f[i], true));
			TRY(mark_fact(c, k, &f[i], false));
		}
	return OK;
}

/* ---- reading the record ---- */

struct reading {
	struct marks *m;
	struct node *n;
	const struct terms *terms;
	struct arena *own;               /* opened text; ends with each entry */
	bool again;                      /* a case as a whole: an order to destroy is not followed */
};

static entry_fn one_entry;

static rc mark_case_anew(struct ctx *c, struct reading *r, slice id)
{
	const struct entry_filter f = { .case_id = id, .to = r->m->seq };
	struct reading whole = *r;
	struct mark *x;

	TRY(mark_of(c, r->m, id, &x));
	memset(x->bits, 0, sizeof x->bits);
	whole.again = true;
	return record_each(c, r->n, &f, one_entry, &whole);
}

static rc in_entry(struct ctx *c, struct reading *r, const struct entry *e)
{
	struct marking k = { .m = r->m };
	const struct opened *o;

	TRY(mark_of(c, r->m, e->case_id, &k.x));
	if (slice_is(e->act, "case.open") || slice_is(e->act, "fact.state"))
		TRY(mark_facts(c, r->n, r->terms, &k, e->case_id));
	if (e->nseals == 0)
		return OK;
	TRY(node_open_payloads(c, r->n, e, PURPOSE_PROJECT, &o));
	for (size_t i = 0; i < e->nseals; i++)
		if (o[i].state == PAYLOAD_OPEN)
			TRY(payload_texts(c, o[i].bytes, mark_text, &k));
	return OK;
}

static rc one_entry(struct ctx *c, const struct entry *e, void *p)
{
	struct arena *caller = c->a;
	struct reading *r = p;
	rc got = OK;

	if (!r->again)
		r->m->seq = e->seq + 1;
	/* acts about people and partners name an account in the same place */
	if (!slice_starts(e->case_id, S("c-")))
		return OK;
	if (slice_starts(e->act, S("erase.")) && !r->again)
		return mark_case_anew(c, r, arena_copy(c->a, e->case_id));
	c->a = r->own;
	got = in_entry(c, r, e);
	c->a = caller;
	arena_reset(r->own);
	return got;
}

rc marks_read_on(struct ctx *c, struct node *n, const struct terms *terms, struct marks *m, int64_t most, bool *ret_more)
{
	AUTO_ARENA own = arena_new((size_t)256 << 20);
	struct reading r = { .m = m, .n = n, .terms = terms, .own = own };
	int64_t size = node_size(n), to = size - m->seq > most ? m->seq + most : size;
	const struct entry_filter f = { .from = m->seq, .to = to };

	if (!own)
		return FAIL(c, E_NOMEM, "memory.limit");
	if (m->seq < to) {
		TRY(record_each(c, n, &f, one_entry, &r));
		m->seq = to;
	}
	*ret_more = to < size;
	return OK;
}

/* ---- asking ---- */

static void want_pair(void *p, uint64_t hash)
{
	struct wanted *w = p;

	if (w->npairs < PAIRS_MOST)
		w->pair[w->npairs++] = hash;
}

rc marks_want(struct ctx *c, const struct marks *m, slice words, struct wanted **ret)
{
	struct wanted *w;

	TRY_NEW(c, w);
	*w = (struct wanted){ 0 };
	each_pair(m, words, want_pair, w);
	for (size_t i = 0; i < TABLE; i++) {
		const struct text *t = m->texts[i];

		if (!t || slice_find((slice){ t->bytes, t->len }, words, 0) == SIZE_MAX)
			continue;
		w->many = w->ntexts == WANTED_TEXTS;
		if (!w->many)
			w->text[w->ntexts++] = ~t->hash;
	}
	*ret = w;
	return OK;
}

static bool may_have(const struct mark *x, const struct wanted *w)
{
	bool may = w->many, all = true;

	for (size_t i = 0; i < w->npairs && all; i++)
		all = has(x, w->pair[i]);
	for (size_t i = 0; i < w->ntexts && !may; i++)
		may = has(x, w->text[i]);
	return may || all;
}

bool marks_may_have(const struct marks *m, const struct wanted *w, slice case_id)
{
	size_t at = m->places ? place_of(m, case_id) : 0;

	return m->places && m->place[at] && may_have(mark_at(m, m->place[at] - 1), w);
}

rc marks_find(struct ctx *c, const struct marks *m, const struct wanted *w, size_t most, slice **ret, size_t *ret_n)
{
	size_t n = 0;
	slice *ids;

	TRY_ARRAY(c, ids, most);
	for (size_t i = 0; i < m->n && n <= most; i++) {
		if (!may_have(mark_at(m, i), w))
			continue;
		if (n < most)
			ids[n] = arena_copy(c->a, id_of(mark_at(m, i)));
		n++;
	}
	*ret = ids;
	*ret_n = n;
	return OK;
}
