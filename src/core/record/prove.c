/* Proofs for somebody who has only the public key: of single entries (C2SP tlog-proof), and that a record only grew. */
#include "base/base64.h"
#include "base/parse.h"
#include "core/record/node_inside.h"
#include "core/record/witness.h"

#include "base/banned.h"

#define PROOF_HEAD "c2sp.org/tlog-proof@v1\n"
#define PROOF_TEXT_MOST (NOTE_MOST + 8192)

rc record_prove(struct ctx *c, struct node *n, int64_t seq, slice *ret_text)
{
	struct hash root;
	uint64_t size;
	slice note;

	TRY(sign_last(c, n->sign, &size, &root, &note));
	return record_prove_in(c, n, seq, size, note, ret_text);
}

rc record_prove_in(struct ctx *c, struct node *n, int64_t seq, uint64_t size, slice note, slice *ret_text)
{
	struct tree_source s = node_tree(n);
	struct proof proof;
	struct buf b;

	if (seq < 0 || (uint64_t)seq >= size)
		return FAIL(c, E_NOTFOUND, "record.no_entry");
	TRY(tree_prove_inclusion(c, &s, (uint64_t)seq, size, &proof));
	buf_init(&b, c->a, PROOF_TEXT_MOST);
	buf_putf(&b, PROOF_HEAD "index %lld\n", (long long)seq);
	for (size_t i = 0; i < proof.n; i++) {
		base64_put(&b, hash_slice(&proof.v[i]));
		buf_putc(&b, '\n');
	}
	buf_putc(&b, '\n');
	buf_put(&b, note);
	return buf_done(c, &b, ret_text);
}

static rc read_hashes(struct ctx *c, slice lines, struct proof *ret)
{
	slice line;

	ret->n = 0;
	while (slice_next(&lines, '\n', &line)) {
		if (ret->n == PROOF_MOST)
			return FAIL(c, E_LIMIT, "proof.form");
		if (base64_parse_n(c, line, ret->v[ret->n++].b, 32) != OK)
			return FAIL(c, E_INVALID, "proof.form");
	}
	return OK;
}

/* Data of others for others: its form is checked, nothing is made of it. */
static rc skip_extra(struct ctx *c, slice *head, slice *line)
{
	slice bytes;

	if (!slice_starts(*line, S("extra ")))
		return OK;
	TRY(base64_parse(c, slice_sub(*line, 6, line->len), &bytes));
	return slice_next(head, '\n', line) ? OK : FAIL(c, E_INVALID, "proof.form");
}

/* "head\n[extra …\n]index …\nhashes…\n\nnote" into its parts. */
static rc read_proof(struct ctx *c, slice text, uint64_t *ret_index, struct proof *ret, struct note *ret_note)
{
	size_t gap = slice_find(text, S("\n\n"), 0);
	slice head, line;

	if (text.len > PROOF_TEXT_MOST || !slice_starts(text, S(PROOF_HEAD)) || gap == SIZE_MAX)
		return FAIL(c, E_INVALID, "proof.form");
	head = slice_sub(text, sizeof PROOF_HEAD - 1, gap + 1 - (sizeof PROOF_HEAD - 1));
	if (!slice_next(&head, '\n', &line) || skip_extra(c, &head, &line) != OK || !slice_starts(line, S("index ")) ||
	    parse_u64(c, slice_sub(line, 6, line.len), 0, INT64_MAX, ret_index) != OK)
		return FAIL(c, E_INVALID, "proof.form");
	TRY(read_hashes(c, head, ret));
	return note_parse(c, slice_sub(text, gap + 2, text.len), ret_note);
}

rc proof_verify(struct ctx *c, slice text, slice entry, slice vkey, int64_t *ret_seq)
{
	AUTO_HASHER h = hasher_new();
	struct checkpoint cp;
	struct note_key key;
	struct proof proof;
	struct note note;
	struct hash leaf;
	uint64_t index, time;

	if (!h)
		return FAIL(c, E_NOMEM, "memory.limit");
	TRY(note_key_parse(c, vkey, &key));
	TRY(read_proof(c, text, &index, &proof, &note));
	TRY(note_verify(c, &note, &key, &time));
	TRY(checkpoint_parse(c, note.body, &cp));
	if (!slice_eq(cp.origin, key.name))
		return FAIL(c, E_TAMPER, "proof.origin");
	hash_leaf(h, entry, &leaf);
	if (!tree_verify_inclusion(h, &leaf, index, cp.size, proof.v, proof.n, &cp.root))
		return FAIL(c, E_TAMPER, "proof.wrong");
	*ret_seq = (int64_t)index;
	return OK;
}

/* ---- growth ---- */

rc record_prove_growth(struct ctx *c, struct node *n, uint64_t old, slice *ret)
{
	struct tree_source src = node_tree(n);
	struct proof proof = { .n = 0 };
	struct hash root;
	uint64_t size;
	struct buf b;
	slice note;

	TRY(sign_last(c, n->sign, &size, &root, &note));
	if (size == 0)
		return FAIL(c, E_NOTFOUND, "witness.none");
	if (old > 0)
		TRY(tree_prove_consistency(c, &src, old, size, &proof));
	buf_init(&b, c->a, WITNESS_REQUEST_MOST);
	buf_putf(&b, "old %llu\n", (unsigned long long)old);
	for (size_t i = 0; i < proof.n; i++) {
		base64_put(&b, hash_slice(&proof.v[i]));
		buf_putc(&b, '\n');
	}
	buf_putc(&b, '\n');
	buf_put(&b, note);
	return buf_done(c, &b, ret);
}

rc growth_parse(struct ctx *c, slice in, struct growth *ret)
{
	slice line;

	if (in.len > WITNESS_REQUEST_MOST || !slice_next(&in, '\n', &line) || !slice_starts(line, S("old ")))
		return FAIL(c, E_INVALID, "witness.form");
	TRY(parse_u64(c, slice_sub(line, 4, line.len), 0, INT64_MAX, &ret->old));
	ret->proof.n = 0;
	while (slice_next(&in, '\n', &line) && line.len) {
		if (ret->proof.n == 63)
			return FAIL(c, E_INVALID, "witness.form");
		TRY(base64_parse_n(c, line, ret->proof.v[ret->proof.n++].b, 32));
	}
	ret->text = in;
	TRY(note_parse(c, in, &ret->note));
	TRY(checkpoint_parse(c, ret->note.body, &ret->cp));
	return ret->old <= ret->cp.size ? OK : FAIL(c, E_INVALID, "witness.form");
}

static rc check_signed(struct ctx *c, const struct note *note, const struct note_key *key, struct checkpoint *ret)
{
	uint64_t time;

	TRY(note_verify(c, note, key, &time));
	TRY(checkpoint_parse(c, note->body, ret));
	return slice_eq(ret->origin, key->name) ? OK : FAIL(c, E_TAMPER, "proof.origin");
}

rc growth_verify(struct ctx *c, slice text, slice older, slice vkey, uint64_t *ret_old, uint64_t *ret_new)
{
	AUTO_HASHER h = hasher_new();
	struct checkpoint from, to;
	struct note_key key;
	struct growth *g;
	struct note note;

	if (!h)
		return FAIL(c, E_NOMEM, "memory.limit");
	TRY_NEW(c, g);
	TRY(note_key_parse(c, vkey, &key));
	TRY(growth_parse(c, text, g));
	TRY(note_parse(c, older, &note));
	TRY(check_signed(c, &note, &key, &from));
	TRY(check_signed(c, &g->note, &key, &to));
	if (from.size != g->old || from.size == 0 ||
	    !tree_verify_consistency(h, from.size, to.size, &from.root, &to.root, g->proof.v, g->proof.n))
		return FAIL(c, E_TAMPER, "proof.growth");
	*ret_old = from.size;
	*ret_new = to.size;
	return OK;
}
