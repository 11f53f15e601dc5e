/*
 * Generalisation hierarchies: level 0 is the leaf, the last level is "*" alone. Leaves are numbered so that every
 * label covers a run of neighbours: what a class needs to be hidden behind is then the label over its least and its
 * greatest leaf, whatever lies between.
 */
#ifndef ENGINE_DEID_HIERARCHY_H
#define ENGINE_DEID_HIERARCHY_H

#include "engine/deid/dict.h"

#define HIERARCHY_LEVELS_MOST 16u

/* One label of one level. Nodes of a hierarchy are numbered through: leaves first (node == leaf), the top last. */
struct hnode {
	slice text;
	uint32_t first, end;   /* leaves covered: [first, end) */
	uint32_t parent;       /* node on the next level; the top is its own */
	uint32_t level;
};

/* Leaf texts of at most 24 bytes beside their leaf: one look into memory finds most values. */
struct leaf_slot { uint64_t part[3]; uint32_t len, leaf; };

#define LEAF_SLOT_TEXT 24u

struct hierarchy {
	uint32_t leaves, levels, nodes;
	struct hnode *node;
	uint32_t *level_first;    /* [levels + 1]: nodes of level l are level_first[l] … level_first[l + 1] - 1 */
	uint32_t **up;            /* up[l][leaf]: the label of the leaf at level l, counted from 0 in its level */
	struct dict by_text;      /* leaf texts, in file order */
	uint32_t *leaf_of;        /* file order → leaf */
	struct leaf_slot *slots;  /* [mask + 1], pairs in one line of memory; len UINT32_MAX: free */
	uint64_t mask;            /* of the first slot of a pair: even */
};

/*
 * Reads `leaf, level 1, …, *` lines. E_INVALID with line and column: "hierarchy.empty", "hierarchy.ragged",
 * "hierarchy.top" (does not end in *), "hierarchy.twice" (a leaf stands twice), "hierarchy.loop" (a label comes back
 * above another one), "hierarchy.laminar" (two leaves share a label but not all above it), "hierarchy.ambiguous" (one
 * label, two sets of leaves).
 */
MUST_USE rc hierarchy_read(struct ctx *c, slice text, const struct hierarchy **ret);
/* The leaf of a text, or DICT_NONE. */
static inline uint32_t hierarchy_leaf(const struct hierarchy *h, slice text)
{
	uint32_t i = dict_find(&h->by_text, text);

	return i == DICT_NONE ? DICT_NONE : h->leaf_of[i];
}
/*
 * The same in two halves, so that the next values are read while memory is waited for: the first half says what will be
 * looked at. At least LEAF_SLOT_TEXT bytes from text.p on must be readable, as they are in a window of csv.h.
 */
struct leaf_probe { uint64_t part[3], at, len; };

extern const uint64_t leaf_masks[LEAF_SLOT_TEXT + 1][3];

/* A text of at most LEAF_SLOT_TEXT bytes as words, without what stands behind it. */
static inline void leaf_parts(slice text, uint64_t part[3])
{
	for (uint32_t i = 0; i < 3; i++) {
		memcpy(&part[i], text.p + (size_t)8 * i, 8);
		part[i] &= leaf_masks[text.len][i];
	}
}

static inline uint64_t leaf_hash(const uint64_t part[3], uint64_t len)
{
	return hash_mix(part[0] ^ len << 56, part[1] ^ (part[2] << 29 | part[2] >> 35));
}

static inline bool leaf_is(const uint64_t a[3], uint64_t a_len, const uint64_t b[3], uint64_t b_len)
{
	return ((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) | (a_len ^ b_len)) == 0;
}

static inline void leaf_probe_begin(const struct hierarchy *h, slice text, struct leaf_probe *p)
{
	p->len = text.len;
	if (text.len > LEAF_SLOT_TEXT) {
		p->at = hierarchy_leaf(h, text);
		return;
	}
	leaf_parts(text, p->part);
	p->at = leaf_hash(p->part, p->len) & h->mask;
	__builtin_prefetch(&h->slots[p->at]);
}

/* The leaf, or DICT_NONE. The text itself is not looked at again. Both slots of a pair are looked at: a guess costs more. */
static inline uint32_t leaf_probe_end(const struct hierarchy *h, const struct leaf_probe *p)
{
	if (p->len > LEAF_SLOT_TEXT)
		return (uint32_t)p->at;
	for (uint64_t i = p->at;; i = (i + 2) & h->mask) {
		const struct leaf_slot *s = &h->slots[i];
		uint32_t leaf = leaf_is(s[1].part, s[1].len, p->part, p->len) ? s[1].leaf : DICT_NONE;

		leaf = leaf_is(s[0].part, s[0].len, p->part, p->len) ? s[0].leaf : leaf;
		if (leaf != DICT_NONE)
			return leaf;
		if (s[1].len == UINT32_MAX)
			return DICT_NONE;
	}
}
/* The lowest node over the leaves a and b. */
static inline uint32_t hierarchy_over(const struct hierarchy *h, uint32_t a, uint32_t b)
{
	uint32_t n = a;

	while (b < h->node[n].first || b >= h->node[n].end)
		n = h->node[n].parent;
	return n;
}
/* Labels at level l. */
static inline uint32_t hierarchy_labels(const struct hierarchy *h, uint32_t l)
{
	return h->level_first[l + 1] - h->level_first[l];
}
/* (leaves covered − 1) / (leaves − 1); the top is 1, in a hierarchy of one leaf too. */
static inline double hierarchy_loss(const struct hierarchy *h, uint32_t node)
{
	if (h->leaves == 1)
		return node + 1 == h->nodes ? 1.0 : 0.0;
	return (double)(h->node[node].end - h->node[node].first - 1) / (double)(h->leaves - 1);
}

#endif
