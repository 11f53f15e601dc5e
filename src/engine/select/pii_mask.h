/*
 * Where the gate has to look: 64 bytes at a time become one bit mask, with AVX-512 or AVX2 where the machine has it and a plain twin
 * otherwise (tests hold one against the other). On logs and prose most bytes are never looked at again.
 */
#ifndef ENGINE_SELECT_PII_MASK_H
#define ENGINE_SELECT_PII_MASK_H

#include <stdint.h>

#define MASK_BLOCK 64u
#define MASK_BLOCKS 8u    /* looked at in one call */
#define MASK_BEFORE 32u   /* bytes that must be readable before the first block, … */
#define MASK_BEHIND 64u   /* … and behind the last one                             */

/*
 * Of MASK_BLOCKS times 64 bytes at `p`. A bit is set at: line ends; @ and +8; brackets that may hide an @, a telephone number, a
 * table or follow a label; signs right behind a letter or Japanese; digits that may be ten and more with what joins
 * them (but for the date of a log line), five behind a key, or beside Japanese; the first letter of each run of kanji; full-width signs and digits, 「〒 and their like; 丁, 番 and 生.
 * Returns a bit for each block that has bytes beyond ASCII.
 */
typedef unsigned mask_fn(const unsigned char *p, uint64_t ret[MASK_BLOCKS]);
mask_fn mask_plain;
/* The fastest that this machine can do. */
mask_fn *mask_best(void);

/* The fastest first, the plain one last; how many at the beginning this machine cannot run. */
extern mask_fn *const mask_all[3];
unsigned mask_skip(void);

#endif
