#include "core/record/tree.h"

/* The functions of one hash, not EVP: its bookkeeping takes longer than the two blocks of an inner node. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <endian.h>
#include <openssl/sha.h>
#include <stdlib.h>

#include "core/record/sha_pair.h"

#include "base/banned.h"

#define BLOCK 64u
#define BUILT (64u * BLOCK)   /* messages up to nearly this length are padded here: no bookkeeping at all */

struct hasher {
	SHA256_CTX ctx, begin;
	bool pairs;
	unsigned char built[2][BUILT], inner[2 * BLOCK];
};

static void put_be32(unsigned char *p, uint32_t v)
{
	v = htobe32(v);
	memcpy(p, &v, sizeof v);
}

/* Padding of FIPS 180-4 §5.1.1; returns the length in whole blocks. */
static size_t pad(unsigned char *p, size_t len)
{
	size_t end = (len + 9 + BLOCK - 1) / BLOCK * BLOCK;

	p[len] = 0x80;
	memset(p + len + 1, 0, end - len - 1);
	put_be32(p + end - 4, (uint32_t)len * 8);
	return end;
}

struct hasher *hasher_new(void)
{
	struct hasher *h = calloc(1, sizeof *h);

	if (!h)
		return NULL;
	(void)SHA256_Init(&h->begin);
	h->pairs = sha_pair_works();
	h->inner[0] = 1;
	(void)pad(h->inner, 65);
	return h;
}

void hasher_free(struct hasher *h) { free(h); }

/* Whole blocks with their padding. */
static void digest(struct hasher *h, const unsigned char *p, size_t len, struct hash *ret)
{
	memcpy(h->ctx.h, h->begin.h, sizeof h->ctx.h);
	for (size_t at = 0; at < len; at += BLOCK)
		SHA256_Transform(&h->ctx, p + at);
	for (size_t i = 0; i < 8; i++)
		put_be32(ret->b + 4 * i, h->ctx.h[i]);
}

/* None of these can fail. */
void hash_begin(struct hasher *h) { (void)SHA256_Init(&h->ctx); }
void hash_add(struct hasher *h, slice bytes) { (void)SHA256_Update(&h->ctx, bytes.p, bytes.len); }
void hash_end(struct hasher *h, struct hash *ret) { (void)SHA256_Final(ret->b, &h->ctx); }

void hash_bytes(struct hasher *h, slice bytes, struct hash *ret)
{
	hash_begin(h);
	hash_add(h, bytes);
	hash_end(h, ret);
}

static bool fits(slice entry) { return entry.len + 10 <= BUILT; }

/* The padded message of a leaf; returns its length in whole blocks. */
static size_t build_leaf(unsigned char *p, slice entry)
{
	p[0] = 0;
	if (entry.len)
		memcpy(p + 1, entry.p, entry.len);
	return pad(p, entry.len + 1);
}

void hash_leaf(struct hasher *h, slice entry, struct hash *ret)
{
	if (!fits(entry)) {
		hash_begin(h);
		hash_add(h, (slice){ "\0", 1 });
		hash_add(h, entry);
		hash_end(h, ret);
		return;
	}
	digest(h, h->built[0], build_leaf(h->built[0], entry), ret);
}

static void put_state(const uint32_t s[8], struct hash *ret)
{
	for (size_t i = 0; i < 8; i++)
		put_be32(ret->b + 4 * i, s[i]);
}

/* Side by side as far as both go, the longer one alone for the rest. */
static void two_leaves(struct hasher *h, const slice e[2], struct hash ret[2])
{
	size_t a = build_leaf(h->built[0], e[0]), b = build_leaf(h->built[1], e[1]), both = a < b ? a : b;
	uint32_t s[2][8];

	memcpy(s[0], h->begin.h, sizeof s[0]);
	memcpy(s[1], h->begin.h, sizeof s[1]);
	sha_pair(s[0], s[1], h->built[0], h->built[1], both / BLOCK);
	if (a != b) {
		const size_t longer = b > a;

		memcpy(h->ctx.h, s[longer], sizeof h->ctx.h);
		for (size_t at = both; at < (a > b ? a : b); at += BLOCK)
			SHA256_Transform(&h->ctx, h->built[longer] + at);
		memcpy(s[longer], h->ctx.h, sizeof s[longer]);
	}
	put_state(s[0], &ret[0]);
	put_state(s[1], &ret[1]);
}

void hash_leaves(struct hasher *h, const slice *entries, size_t n, struct hash *ret)
{
	size_t i = 0;

	for (; h->pairs && i + 2 <= n && fits(entries[i]) && fits(entries[i + 1]); i += 2)
		two_leaves(h, entries + i, ret + i);
	for (; i < n; i++)
		hash_leaf(h, entries[i], &ret[i]);
}

void hash_inner(struct hasher *h, const struct hash *left, const struct hash *right, struct hash *ret)
{
	memcpy(h->inner + 1, left->b, 32);
	memcpy(h->inner + 33, right->b, 32);
	digest(h, h->inner, sizeof h->inner, ret);
}

size_t frontier_add(struct hasher *h, struct frontier *f, const struct hash *leaf, struct full ret_full[8])
{
	struct hash up = *leaf;
	unsigned height = 0;
	size_t n = 0;

	for (uint64_t s = f->size; s & 1; s >>= 1) {
		hash_inner(h, &f->node[height], &up, &up);
		height++;
		if (height % STORED_HEIGHT == 0 && n < 8)
			ret_full[n++] = (struct full){ height / STORED_HEIGHT, f->size >> height, up };
	}
	f->node[height] = up;
	f->size++;
	return n;
}

void frontier_root(struct hasher *h, const struct frontier *f, struct hash *ret)
{
	bool any = false;

	if (f->size == 0) {
		hash_bytes(h, S_NONE, ret);
		return;
	}
	for (unsigned i = 0; i < 64; i++) {
		if (!(f->size >> i & 1))
			continue;
		if (any)
			hash_inner(h, &f->node[i], ret, ret);
		else
			*ret = f->node[i];
		any = true;
	}
}

/* The largest power of two below n, as an exponent; n ≥ 2. */
static unsigned split_height(uint64_t n) { return 63u - (unsigned)__builtin_clzll(n - 1); }

/* Root of leaves [lo, hi); lo is a multiple of the power of two that covers the range. */
static rc range_root(struct ctx *c, const struct tree_source *s, uint64_t lo, uint64_t hi, struct hash *ret)
{
	uint64_t n = hi - lo;
	struct hash left, right;
	unsigned k;

	if ((n & (n - 1)) == 0) {
		k = (unsigned)__builtin_ctzll(n);
		return s->node(c, s->p, k, lo >> k, ret);
	}
	k = split_height(n);
	TRY(s->node(c, s->p, k, lo >> k, &left));
	TRY(range_root(c, s, lo + ((uint64_t)1 << k), hi, &right));
	hash_inner(s->h, &left, &right, ret);
	return OK;
}

rc tree_root(struct ctx *c, const struct tree_source *s, uint64_t size, struct hash *ret)
{
	if (size > 0)
		return range_root(c, s, 0, size, ret);
	hash_bytes(s->h, S_NONE, ret);
	return OK;
}

static rc prove_inclusion(struct ctx *c, const struct tree_source *s, uint64_t index, uint64_t lo, uint64_t hi,
                          struct proof *p)
{
	uint64_t mid;

	if (hi - lo == 1)
		return OK;
	mid = lo + ((uint64_t)1 << split_height(hi - lo));
	TRY(prove_inclusion(c, s, index, index < mid ? lo : mid, index < mid ? mid : hi, p));
	NEVER(p->n >= PROOF_MOST);
	return range_root(c, s, index < mid ? mid : lo, index < mid ? hi : mid, &p->v[p->n++]);
}

rc tree_prove_inclusion(struct ctx *c, const struct tree_source *s, uint64_t index, uint64_t size, struct proof *ret)
{
	if (index >= size)
		return FAIL(c, E_INVALID, "tree.range");
	ret->n = 0;
	return prove_inclusion(c, s, index, 0, size, ret);
}

/* SUBPROOF of RFC 9162 §2.1.4.1; `whole`: the old tree's root is known to the verifier. */
static rc prove_consistency(struct ctx *c, const struct tree_source *s, uint64_t m, uint64_t lo, uint64_t hi, bool whole,
                            struct proof *p)
{
	uint64_t mid;

	if (m == hi - lo) {
		if (whole)
			return OK;
		NEVER(p->n >= PROOF_MOST);
		return range_root(c, s, lo, hi, &p->v[p->n++]);
	}
	mid = lo + ((uint64_t)1 << split_height(hi - lo));
	if (m <= mid - lo)
		TRY(prove_consistency(c, s, m, lo, mid, whole, p));
	else
		TRY(prove_consistency(c, s, m - (mid - lo), mid, hi, false, p));
	NEVER(p->n >= PROOF_MOST);
	return m <= mid - lo ? range_root(c, s, mid, hi, &p->v[p->n++]) : range_root(c, s, lo, mid, &p->v[p->n++]);
}

rc tree_prove_consistency(struct ctx *c, const struct tree_source *s, uint64_t size1, uint64_t size2, struct proof *ret)
{
	if (size1 == 0 || size1 > size2)
		return FAIL(c, E_INVALID, "tree.range");
	ret->n = 0;
	return prove_consistency(c, s, size1, 0, size2, true, ret);
}

bool tree_verify_inclusion(struct hasher *h, const struct hash *leaf, uint64_t index, uint64_t size,
                           const struct hash *proof, size_t n, const struct hash *root)
{
	struct hash r = *leaf;
	uint64_t fn = index, sn = size - 1;

	if (index >= size)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (sn == 0)
			return false;
		if (fn & 1 || fn == sn) {
			hash_inner(h, &proof[i], &r, &r);
			while (!(fn & 1) && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			hash_inner(h, &r, &proof[i], &r);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && hash_eq(&r, root);
}

/* The walk of RFC 9162 §2.1.4.2 from the first hash on. */
static bool walk(struct hasher *h, uint64_t fn, uint64_t sn, struct hash first, const struct hash *proof, size_t n,
                 const struct hash *root1, const struct hash *root2)
{
	struct hash fr = first, sr = first;

	for (size_t i = 0; i < n; i++) {
		if (sn == 0)
			return false;
		if (fn & 1 || fn == sn) {
			hash_inner(h, &proof[i], &fr, &fr);
			hash_inner(h, &proof[i], &sr, &sr);
			while (!(fn & 1) && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			hash_inner(h, &sr, &proof[i], &sr);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && hash_eq(&fr, root1) && hash_eq(&sr, root2);
}

bool tree_verify_consistency(struct hasher *h, uint64_t size1, uint64_t size2, const struct hash *root1,
                             const struct hash *root2, const struct hash *proof, size_t n)
{
	uint64_t fn = size1 - 1, sn = size2 - 1;
	bool power = (size1 & (size1 - 1)) == 0;

	if (size1 == 0 || size1 > size2)
		return false;
	if (size1 == size2)
		return n == 0 && hash_eq(root1, root2);
	if (n == 0)
		return false;
	while (fn & 1) {
		fn >>= 1;
		sn >>= 1;
	}
	return power ? walk(h, fn, sn, *root1, proof, n, root1, root2)
	             : walk(h, fn, sn, proof[0], proof + 1, n - 1, root1, root2);
}
