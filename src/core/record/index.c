#include "core/record/index.h"

#include <stdlib.h>

#include "base/banned.h"

#define SLOTS 1024u
#define MEMORY_MOST ((size_t)256 << 20)

struct posting {
	struct posting *next;    /* in the order of first appearance */
	struct posting *chain;   /* of the same slot */
	slice word;
	enum word_role role;
	uint64_t bits[INDEX_BLOCK / 64];
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

/* FNV-1a: only spreads words over slots; a long chain makes it slow, not wrong. */
static size_t slot_of(slice word)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < word.len; i++)
		h = (h ^ (unsigned char)word.p[i]) * 16777619u;
	return (h ^ h >> 16) % SLOTS;
}

static rc mark(struct ctx *c, struct indexer *ix, slice word, enum word_role role, int64_t seq)
{
	size_t at = slot_of(word);
	unsigned place = (unsigned)(seq % INDEX_BLOCK);
	struct posting *p = ix->slot[at];

	if (word.len == 0)
		return OK;
	while (p && (p->role != role || !slice_eq(p->word, word)))
		p = p->chain;
	if (!p) {
		p = arena_alloc(ix->a, 1, sizeof *p);
		if (!p)
			return FAIL(c, E_LIMIT, "memory.limit");
		p->role = role;
		p->word = arena_copy(ix->a, word);
		if (!p->word.p)
			return FAIL(c, E_LIMIT, "memory.limit");
		p->chain = ix->slot[at];
		ix->slot[at] = p;
		*ix->end = p;
		ix->end = &p->next;
	}
	p->bits[place / 64] |= (uint64_t)1 << place % 64;
	return OK;
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

/* The block from its first entry on: this process started within it, or had to forget. */
static rc collect_again(struct ctx *c, struct indexer *ix, struct store *from, int64_t first)
{
	AUTO_ARENA own = arena_new(MEMORY_MOST);
	struct arena *caller = c->a;
	AUTO_QUERY q = { 0 };

	if (!own)
		return FAIL(c, E_NOMEM, "memory.limit");
	start_at(ix, first);
	TRY(STORE_QUERY(c, from, &q, STMT_ENTRY_RANGE, v_int(first), v_int(first + INDEX_BLOCK)));
	for (;;) {
		struct entry e;
		bool more;
		rc r;

		TRY(query_next(c, &q, &more));
		if (!more)
			break;
		c->a = own;
		r = entry_parse_any(c, query_blob(&q, 1), &e);
		c->a = caller;
		TRY(r);
		if (e.seq != ix->to)
			return FAIL(c, E_TAMPER, "record.seq");
		TRY(collect(c, ix, &e));
		arena_reset(own);
	}
	return ix->to == first + INDEX_BLOCK ? OK : FAIL(c, E_TAMPER, "record.gap");
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
static size_t put_places(const struct posting *p, char out[2 * INDEX_BLOCK])
{
	size_t n = 0;

	for (unsigned i = 0; i < INDEX_BLOCK; i++) {
		if (!(p->bits[i / 64] >> i % 64 & 1))
			continue;
		out[n++] = (char)(i >> 8);
		out[n++] = (char)(i & 0xff);
	}
	return n;
}

static rc write_block(struct ctx *c, struct indexer *ix, struct store *st, int64_t block)
{
	char places[2 * INDEX_BLOCK];
	int64_t last, no;

	TRY(last_number(c, st, &last));
	for (const struct posting *p = ix->first; p; p = p->next) {
		size_t n = put_places(p, places);

		TRY(word_number(c, st, p->word, &last, &no));
		TRY(STORE_RUN(c, st, STMT_ENTRY_WORD_INSERT, v_int(no), v_int((int64_t)p->role), v_int(block),
		              v_blob((slice){ places, n })));
	}
	return OK;
}

rc indexer_add(struct ctx *c, struct indexer *ix, struct store *from, struct store *st, const struct entry *e)
{
	int64_t block = e->seq / INDEX_BLOCK;

	TRY(collect(c, ix, e));
	if (ix->to % INDEX_BLOCK != 0)
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
