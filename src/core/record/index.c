#include "core/record/index.h"

#include <stdlib.h>

#include "core/record/rows.h"

#include "base/banned.h"

#define SLOTS 4096u   /* by the upper 12 bits of the hash */
#define MEMORY_MOST ((size_t)256 << 20)

struct posting {
	struct posting *next;    /* in the order of first appearance */
	struct posting *chain;   /* of the same slot */
	slice word;
	enum word_role role;
	uint32_t n, room;
	uint16_t *places;        /* in the block, ascending */
};

struct indexer {
	struct arena *a;         /* owned; words and postings */
	int64_t from, to;        /* entries that were collected */
	struct posting *first, **end;
	struct posting *slot[SLOTS];
};

struct indexer *indexer_new(void)
{
	struct indexer *ix = calloc(1, sizeof *ix);

	if (!ix)
		return NULL;
	ix->a = arena_new(MEMORY_MOST);
	ix->end = &ix->first;
	if (ix->a)
		return ix;
	free(ix);
	return NULL;
}

void indexer_free(struct indexer *ix)
{
	arena_free(ix->a);
	free(ix);
}

static void start_at(struct indexer *ix, int64_t seq)
{
	arena_reset(ix->a);
	memset(ix->slot, 0, sizeof ix->slot);
	ix->first = NULL;
	ix->end = &ix->first;
	ix->from = ix->to = seq;
}

void indexer_forget(struct indexer *ix) { start_at(ix, -1); }

static size_t slot_of(slice word) { return slice_hash(word) >> 52; }

void indexer_back_to(struct indexer *ix, int64_t seq)
{
	struct posting **at = &ix->first, *p;

	if (seq >= ix->to)
		return;
	if (seq <= ix->from) {
		indexer_forget(ix);
		return;
	}
	ix->to = seq;
	/* words that appeared first behind `seq` stand at the end of the list, and at the head of their slots */
	for (p = ix->first; p; p = p->next) {
		while (p->n && p->places[p->n - 1] >= seq % INDEX_BLOCK)
			p->n--;
		if (p->n)
			at = &p->next;
	}
	for (p = *at; p; p = p->next)
		for (size_t i = slot_of(p->word); ix->slot[i] && ix->slot[i]->n == 0;)
			ix->slot[i] = ix->slot[i]->chain;
	*at = NULL;
	ix->end = at;
}

static rc add_place(struct ctx *c, struct indexer *ix, struct posting *p, uint16_t place)
{
	if (p->n && p->places[p->n - 1] == place)
		return OK;
	if (p->n == p->room) {
		uint32_t room = p->room ? p->room * 2 : 4;

		p->places = arena_grow(ix->a, p->places, p->room * sizeof(uint16_t), room * sizeof(uint16_t));
		if (!p->places)
			return FAIL(c, E_LIMIT, "memory.limit");
		p->room = room;
	}
	p->places[p->n++] = place;
	return OK;
}

static rc add_posting(struct ctx *c, struct indexer *ix, slice word, enum word_role role, struct posting **ret)
{
	struct posting *p = arena_alloc(ix->a, 1, sizeof *p), **slot = &ix->slot[slot_of(word)];

	if (!p)
		return FAIL(c, E_LIMIT, "memory.limit");
	p->role = role;
	p->word = arena_copy(ix->a, word);
	if (!p->word.p)
		return FAIL(c, E_LIMIT, "memory.limit");
	p->chain = *slot;
	*slot = p;
	*ix->end = p;
	ix->end = &p->next;
	*ret = p;
	return OK;
}

static struct posting *find_posting(const struct indexer *ix, slice word, enum word_role role)
{
	struct posting *p = ix->slot[slot_of(word)];

	while (p && (p->role != role || !slice_eq(p->word, word)))
		p = p->chain;
	return p;
}

bool indexer_find(const struct indexer *ix, slice word, enum word_role role, int64_t tail, int64_t size,
                  const uint16_t **ret_places, size_t *ret_n)
{
	const struct posting *p;

	*ret_n = 0;
	*ret_places = NULL;
	if (tail == size)
		return true;
	if (ix->from != tail || ix->to != size)
		return false;
	p = find_posting(ix, word, role);
	if (p) {
		*ret_places = p->places;
		*ret_n = p->n;
	}
	return true;
}

static rc mark(struct ctx *c, struct indexer *ix, slice word, enum word_role role, int64_t seq)
{
	struct posting *p;

	if (word.len == 0)
		return OK;
	p = find_posting(ix, word, role);
	if (!p)
		TRY(add_posting(c, ix, word, role, &p));
	return add_place(c, ix, p, (uint16_t)(seq % INDEX_BLOCK));
}

static rc collect(struct ctx *c, struct indexer *ix, const struct entry *e)
{
	if (e->seq != ix->to || e->seq % INDEX_BLOCK == 0)
		start_at(ix, e->seq);
	TRY(mark(c, ix, e->case_id, WORD_CASE, e->seq));
	TRY(mark(c, ix, e->actor.id, WORD_ACTOR, e->seq));
	for (size_t i = 0; i < e->obj.n; i++)
		TRY(mark(c, ix, e->obj.v[i], WORD_OBJ, e->seq));
	ix->to = e->seq + 1;
	return OK;
}

/* Entries [ix->to, end) of the block, as far as they are in the database. */
static rc collect_stored(struct ctx *c, struct indexer *ix, struct store *from, int64_t end)
{
	struct stored_page page;

	TRY(stored_read(c, from, ix->to, end, &page));
	for (size_t i = 0; i < page.n; i++) {
		struct entry e;

		TRY(entry_parse_any(c, page.v[i].bytes, &e));
		if (e.seq != ix->to)
			return FAIL(c, E_TAMPER, "record.seq");
		TRY(collect(c, ix, &e));
	}
	return page.n ? OK : FAIL(c, E_TAMPER, "record.gap");
}

/* The block from its first entry on: this process started within it, or had to forget. */
static rc collect_again(struct ctx *c, struct indexer *ix, struct store *from, int64_t first)
{
	AUTO_ARENA own = arena_new(MEMORY_MOST);
	struct arena *caller = c->a;
	rc r = OK;

	if (!own)
		return FAIL(c, E_NOMEM, "memory.limit");
	start_at(ix, first);
	c->a = own;
	while (r == OK && ix->to < first + INDEX_BLOCK) {
		r = collect_stored(c, ix, from, first + INDEX_BLOCK);
		arena_reset(own);
	}
	c->a = caller;
	return r;
}

/* Words get numbers in the order in which they first appear: the same again in a rebuild. */
static rc word_number(struct ctx *c, struct store *st, slice word, int64_t *last, int64_t *ret)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, STMT_WORD_NUMBER, v_text(word)));
	if (found) {
		*ret = query_int(&q, 0);
		return OK;
	}
	*ret = ++*last;
	return STORE_RUN(c, st, STMT_WORD_INSERT, v_int(*ret), v_text(word));
}

static rc last_number(struct ctx *c, struct store *st, int64_t *ret)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(store_one(c, st, STMT_WORD_LAST, NULL, 0, &q, &found));
	*ret = found ? query_int(&q, 0) : 0;
	return OK;
}

/* Places as pairs of bytes, high byte first. */
static slice put_places(const struct posting *p, unsigned char out[2 * INDEX_BLOCK])
{
	for (uint32_t i = 0; i < p->n; i++) {
		out[2 * i] = (unsigned char)(p->places[i] >> 8);
		out[2 * i + 1] = (unsigned char)p->places[i];
	}
	return (slice){ (const char *)out, (size_t)2 * p->n };
}

static rc write_block(struct ctx *c, struct indexer *ix, struct store *st, int64_t block)
{
	unsigned char places[2 * INDEX_BLOCK];
	int64_t last, no;

	TRY(last_number(c, st, &last));
	for (const struct posting *p = ix->first; p; p = p->next) {
		TRY(word_number(c, st, p->word, &last, &no));
		TRY(STORE_RUN(c, st, STMT_ENTRY_WORD_INSERT, v_int(no), v_int((int64_t)p->role), v_int(block),
		              v_blob(put_places(p, places))));
	}
	return OK;
}

rc indexer_add(struct ctx *c, struct indexer *ix, struct store *from, struct store *st, const struct entry *e)
{
	int64_t block = e->seq / INDEX_BLOCK;

	TRY(collect(c, ix, e));
	if (!indexer_is_full(e->seq))
		return OK;
	if (ix->from != block * INDEX_BLOCK)
		TRY(collect_again(c, ix, from, block * INDEX_BLOCK));
	return write_block(c, ix, st, block);
}

rc index_find(struct ctx *c, struct store *st, slice word, enum word_role role, int64_t block, int64_t end,
              int64_t *ret_block, uint16_t ret_places[INDEX_BLOCK], size_t *ret_n)
{
	AUTO_QUERY q = { 0 };
	bool found;
	slice at;

	*ret_block = end;
	*ret_n = 0;
	TRY(STORE_ONE(c, st, &q, &found, STMT_WORD_BLOCK, v_text(word), v_int((int64_t)role), v_int(block), v_int(end)));
	if (!found)
		return OK;
	*ret_block = query_int(&q, 0);
	at = query_blob(&q, 1);
	if (at.len % 2 != 0 || at.len > sizeof(uint16_t) * INDEX_BLOCK)
		return FAIL(c, E_TAMPER, "store.damaged");
	for (size_t i = 0; i < at.len; i += 2)
		ret_places[(*ret_n)++] = (uint16_t)((unsigned char)at.p[i] << 8 | (unsigned char)at.p[i + 1]);
	return OK;
}
