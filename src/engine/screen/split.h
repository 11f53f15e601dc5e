/*
 * The first pass over a block of text: where its delimiters, quotes and line ends stand, 64 bytes at a time. Several
 * ways that give the same marks; the best one that the processor has is chosen when a worker begins.
 */
#ifndef ENGINE_SCREEN_SPLIT_H
#define ENGINE_SCREEN_SPLIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In a line's end: a quote stands somewhere in the line. */
#define SPLIT_QUOTE 0x80000000u
/* Blocks are at most this long, so that places are 32 bits with a bit to spare. */
#define SPLIT_BLOCK_MOST ((size_t)1 << 30)
/* Marks beyond the last one that a way may write over. */
#define SPLIT_ROOM 80

struct marks {
	uint32_t *at;      /* places of delimiters, quotes and line ends, in order; room for len + SPLIT_ROOM */
	uint32_t *end;     /* of each line end: its index in `at`, with SPLIT_QUOTE; room for len + SPLIT_ROOM */
	uint32_t n, lines;
};

typedef void split_fn(const char *p, size_t len, char delimiter, struct marks *out);

struct split_way { const char *name; split_fn *run; bool (*fits)(void); };

/* Best first; the last one, plain C, is the reference and fits everywhere. */
extern const struct split_way split_ways[];
split_fn *split_best(void);

#endif
