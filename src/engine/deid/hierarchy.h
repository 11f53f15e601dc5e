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
	struct leaf_slot *slots;  /* [mask + 1]; len UINT32_MAX: free */
	uint64_t mask;
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
/* The same, quicker; at least LEAF_SLOT_TEXT bytes from text.p on must be readable, as they are in a window of csv.h. */
uint32_t hierarchy_leaf_padded(const struct hierarchy *h, slice text);
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
