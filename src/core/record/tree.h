/*
 * The hash tree over entries: RFC 9162 §2.1. A leaf is SHA-256(0x00 ‖ entry), an inner node SHA-256(0x01 ‖ left ‖ right).
 * Pure: hashes in, hashes out; where stored hashes come from is the caller's business.
 */
#ifndef CORE_RECORD_TREE_H
#define CORE_RECORD_TREE_H

#include "base/rc.h"

struct hash { unsigned char b[32]; };

/* OpenSSL's SHA-256: twice as fast as libsodium's on processors with SHA instructions. */
struct hasher;
struct hasher *hasher_new(void);   /* NULL when out of memory */
void hasher_free(struct hasher *h);
static inline void hasher_freep(struct hasher **h) { if (*h) hasher_free(*h); }
#define AUTO_HASHER __attribute__((cleanup(hasher_freep))) struct hasher *

void hash_bytes(struct hasher *h, slice bytes, struct hash *ret);
/* The same in pieces; nothing else is hashed with `h` in between. */
void hash_begin(struct hasher *h);
void hash_add(struct hasher *h, slice bytes);
void hash_end(struct hasher *h, struct hash *ret);
void hash_leaf(struct hasher *h, slice entry, struct hash *ret);
/* Many at once; faster than one by one on processors with SHA instructions. */
void hash_leaves(struct hasher *h, const slice *entries, size_t n, struct hash *ret);
void hash_inner(struct hasher *h, const struct hash *left, const struct hash *right, struct hash *ret);
static inline bool hash_eq(const struct hash *a, const struct hash *b) { return memcmp(a->b, b->b, 32) == 0; }
static inline slice hash_slice(const struct hash *h) { return (slice){ (const char *)h->b, 32 }; }

/* The roots of the full subtrees that a tree of `size` leaves consists of; node[i] counts when bit i of size is set. */
struct frontier {
	uint64_t size;
	struct hash node[64];
};

#define STORED_HEIGHT 8u   /* subtrees of 256, 65,536, … leaves are stored */

/* A subtree of 256^level leaves that has just become full: the n-th of its level. */
struct full { unsigned level; uint64_t n; struct hash hash; };

/* Adds a leaf; the subtrees of stored heights that it fills go to ret_full (8 of them at most). */
size_t frontier_add(struct hasher *h, struct frontier *f, const struct hash *leaf, struct full ret_full[8]);
/* Root; SHA-256 of nothing for an empty tree. */
void frontier_root(struct hasher *h, const struct frontier *f, struct hash *ret);

/* Where proofs get the hash of the n-th full subtree of 2^height leaves. */
struct tree_source {
	struct hasher *h;
	rc (*node)(struct ctx *c, void *p, unsigned height, uint64_t n, struct hash *ret);
	void *p;
};

#define PROOF_MOST 65u     /* hashes of one proof, for trees below 2^64 leaves */

struct proof { struct hash v[PROOF_MOST]; size_t n; };

MUST_USE rc tree_root(struct ctx *c, const struct tree_source *s, uint64_t size, struct hash *ret);
MUST_USE rc tree_prove_inclusion(struct ctx *c, const struct tree_source *s, uint64_t index, uint64_t size, struct proof *ret);
/* 1 ≤ size1 ≤ size2. */
MUST_USE rc tree_prove_consistency(struct ctx *c, const struct tree_source *s, uint64_t size1, uint64_t size2, struct proof *ret);

/* RFC 9162 §2.1.3.2 and §2.1.4.2. Consistency from size 0 says nothing and is refused. */
bool tree_verify_inclusion(struct hasher *h, const struct hash *leaf, uint64_t index, uint64_t size,
                           const struct hash *proof, size_t n, const struct hash *root);
bool tree_verify_consistency(struct hasher *h, uint64_t size1, uint64_t size2, const struct hash *root1,
                             const struct hash *root2, const struct hash *proof, size_t n);

#endif
