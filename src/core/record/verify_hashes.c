/*
 * Hashes and signatures of the whole record, in constant memory. How far it came is kept in a file, with the roots of the full
 * subtrees so far: a false file makes the roots differ at the next signature, it hides nothing that is read afterwards.
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/file.h"
#include "base/parse.h"
#include "core/record/node_inside.h"

#include "base/banned.h"

#define TELL_EVERY 65536
#define KEEP_EVERY ((int64_t)1 << 20)
#define STATE_HEAD "renkei/verify/v1"

struct scan {
	struct node *n;
	const struct verify_way *way;
	struct verdict *v;
	struct frontier f;
	int64_t size;                   /* entries in all, for the telling */
	int64_t begun;                  /* where this run began */
	struct note_key key;
	uint64_t next_size;             /* of the next kept checkpoint; 0: none left */
	slice next_note;
	struct arena *notes;            /* owned; of the checkpoints that are read */
	uint64_t last_size;
	struct hash last_root;
	uint64_t good_size;
	struct full full[8];            /* of the entry at hand */
	slice bytes[ROW_ENTRIES];       /* of the row at hand */
	struct hash leaves[ROW_ENTRIES];
};

static rc next_checkpoint(struct ctx *c, struct scan *s, uint64_t after)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, s->n->st, &q, &found, STMT_CHECKPOINT_AFTER, v_int((int64_t)after)));
	s->next_size = 0;
	if (!found)
		return OK;
	arena_reset(s->notes);
	s->next_size = (uint64_t)query_int(&q, 0);
	s->next_note = arena_copy(s->notes, query_text(&q, 2));
	return s->next_note.p ? OK : FAIL(c, E_LIMIT, "memory.limit");
}

static rc check_note(struct ctx *c, struct scan *s, const struct hash *root)
{
	struct arena *own = c->a;
	struct checkpoint cp;
	struct note note;
	bool good;

	c->a = s->notes;
	good = note_parse(c, s->next_note, &note) == OK && checkpoint_parse(c, note.body, &cp) == OK &&
	       cp.size == s->f.size && note_is_ours(c, s->n, &note, cp.origin) == OK;
	c->a = own;
	if (!good)
		return FAIL(c, E_TAMPER, "record.checkpoint");
	return hash_eq(&cp.root, root) ? OK : FAIL(c, E_TAMPER, "record.root");
}

static rc check_signed(struct ctx *c, struct scan *s)
{
	struct hash root;

	frontier_root(s->n->h, &s->f, &root);
	if (s->f.size == s->last_size && !hash_eq(&root, &s->last_root))
		return FAIL(c, E_TAMPER, "record.root");
	if (s->f.size == s->next_size) {
		TRY(check_note(c, s, &root));
		s->v->checkpoints++;
		TRY(next_checkpoint(c, s, s->f.size));
	}
	s->good_size = s->f.size;
	return OK;
}

/* ---- how far it came ---- */

static rc keep_state(struct ctx *c, struct scan *s)
{
	struct buf b;

	buf_init(&b, s->notes, 16384);
	buf_putf(&b, STATE_HEAD "\n%" S_FMT "\n%llu %lld\n", S_ARG(s->key.name), (unsigned long long)s->f.size, (long long)s->v->checkpoints);
	for (unsigned i = 64; i-- > 0;)
		if (s->f.size >> i & 1) {
			base64_put(&b, hash_slice(&s->f.node[i]));
			buf_putc(&b, '\n');
		}
	return b.full ? FAIL(c, E_LIMIT, "text.limit") : file_replace(c, s->way->state, buf_slice(&b), 0600);
}

static rc parse_state(struct ctx *c, struct scan *s, slice text)
{
	slice head, origin, sizes, line;
	size_t blank;
	uint64_t checkpoints;

	if (!slice_next(&text, '\n', &head) || !slice_is(head, STATE_HEAD) || !slice_next(&text, '\n', &origin) ||
	    !slice_eq(origin, s->key.name) || !slice_next(&text, '\n', &sizes) || (blank = slice_find(sizes, S(" "), 0)) == SIZE_MAX)
		return FAIL(c, E_INVALID, "verify.state");
	TRY(parse_u64(c, slice_sub(sizes, 0, blank), 0, INT64_MAX, &s->f.size));
	TRY(parse_u64(c, slice_sub(sizes, blank + 1, sizes.len), 0, INT64_MAX, &checkpoints));
	s->v->checkpoints = (int64_t)checkpoints;
	for (unsigned i = 64; i-- > 0;)
		if (s->f.size >> i & 1 && (!slice_next(&text, '\n', &line) || base64_parse_n(c, line, s->f.node[i].b, 32) != OK))
			return FAIL(c, E_INVALID, "verify.state");
	return text.len == 0 ? OK : FAIL(c, E_INVALID, "verify.state");
}

static rc read_state(struct ctx *c, struct scan *s)
{
	slice text;
	rc r;

	if (!s->way || !s->way->state)
		return OK;
	r = file_read(c, s->way->state, 65536, &text);
	if (r == E_NOTFOUND) {
		fault_clear(c);
		return OK;
	}
	TRY(r);
	return parse_state(c, s, text) == OK ? OK : FAIL(c, E_INVALID, "verify.state");
}

/* ---- entries ---- */

static rc now_and_then(struct ctx *c, struct scan *s)
{
	const struct verify_way *w = s->way;
	int64_t done = (int64_t)s->f.size;

	if (w->tell && done % TELL_EVERY == 0)
		w->tell(w->p, done, s->size);
	if (w->state && (done % KEEP_EVERY == 0 || done - s->begun == w->stop_after))
		TRY(keep_state(c, s));
	return w->stop_after && done - s->begun == w->stop_after ? FAIL(c, E_BUSY, "verify.more") : OK;
}

static rc check_full(struct ctx *c, struct scan *s, const struct full *full)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, s->n->st, &q, &found, STMT_SUBTREE_GET, v_int(full->level), v_int((int64_t)full->n)));
	return found && slice_eq(query_blob(&q, 0), hash_slice(&full->hash)) ? OK : FAIL(c, E_TAMPER, "record.hashes");
}

static rc take_one(struct ctx *c, struct scan *s, const struct stored *e, const struct hash *leaf)
{
	size_t n;

	if (e->seq != (int64_t)s->f.size)
		return FAIL(c, E_TAMPER, "record.gap");
	if (!hash_eq(&e->leaf, leaf))
		return FAIL(c, E_TAMPER, "record.leaf");
	n = frontier_add(s->n->h, &s->f, leaf, s->full);
	for (size_t i = 0; i < n; i++)
		TRY(check_full(c, s, &s->full[i]));
	if (s->f.size == s->next_size || s->f.size == s->last_size)
		TRY(check_signed(c, s));
	s->v->entries = (int64_t)s->f.size;
	return s->way ? now_and_then(c, s) : OK;
}

static rc take(struct ctx *c, const struct stored *e, size_t n, void *p)
{
	struct scan *s = p;

	for (size_t i = 0; i < n; i++)
		s->bytes[i] = e[i].bytes;
	hash_leaves(s->n->h, s->bytes, n, s->leaves);
	for (size_t i = 0; i < n; i++)
		TRY(take_one(c, s, &e[i], &s->leaves[i]));
	return OK;
}

static rc scan_all(struct ctx *c, struct scan *s)
{
	int64_t next;
	slice note;

	TRY(note_key_parse(c, sign_vkey(s->n->sign), &s->key));
	if (s->way && s->way->signed_root) {
		s->last_size = s->way->signed_size;
		s->last_root = *s->way->signed_root;
	} else {
		TRY(sign_last(c, s->n->sign, &s->last_size, &s->last_root, &note));
	}
	TRY(read_state(c, s));
	TRY(stored_size(c, s->n->st, &s->size));
	s->begun = (int64_t)s->f.size;
	s->good_size = s->f.size;
	TRY(next_checkpoint(c, s, s->f.size));
	TRY(stored_scan(c, s->n->st, s->begun, take, s, &next));
	if (s->next_size > s->f.size || s->last_size > s->f.size)
		return FAIL(c, E_TAMPER, "record.short");
	return s->f.size == 0 ? FAIL(c, E_TAMPER, "record.empty") : OK;
}

rc record_verify_hashes(struct ctx *c, struct node *n, const struct verify_way *way, struct verdict *ret)
{
	AUTO_ARENA notes = arena_new((size_t)16 << 20);
	struct scan s = { .n = n, .way = way, .v = ret, .notes = notes };
	rc r;

	if (!notes)
		return FAIL(c, E_NOMEM, "memory.limit");
	*ret = (struct verdict){ .first_bad = -1 };
	r = scan_all(c, &s);
	ret->good = r == OK;
	if (r == OK && way && way->state && unlink(way->state) != 0 && errno != ENOENT)
		return FAIL_SYS(c, "file.write");
	if (r != E_TAMPER)
		return r;
	ret->key = c->fault.key;
	ret->first_bad = slice_is(slice_of(ret->key), "record.root") ? (int64_t)s.good_size : (int64_t)s.f.size;
	if (slice_is(slice_of(ret->key), "store.damaged"))
		ret->first_bad = -1;
	fault_clear(c);
	return OK;
}
