/*
 * Where the gate has to look: 64 bytes at a time become one bit mask, with AVX-512 or AVX2 where the machine has it and a plain twin
 * otherwise (tests hold one against the other). The kind of each byte is looked up once; all else is computed from bits, of 512
 * bytes at once. On logs and prose most bytes are never looked at again.
 */
#ifndef ENGINE_SELECT_PII_MASK_H
#define ENGINE_SELECT_PII_MASK_H

#include <stdint.h>

#define MASK_BLOCK 64u
#define MASK_BLOCKS 8u    /* looked at in one call */
#define MASK_BEFORE 64u   /* bytes that must be readable before the first block, … */
#define MASK_BEHIND 64u   /* … and behind the last one                             */

/*
 * A bit of `stops` is set at: the end of a line behind which an empty one, one of one byte, a statement (C, I), Dear or Japanese begins;
 * @ and +8; brackets that may hide an @, a telephone number, a table or follow a label; : and = behind letters that end a label, signs
 * behind Japanese; digits that may be ten and more with what joins them (but for the date of a log line, and for what no number stands
 * behind, /.#%\$), five behind a key, or beside Japanese; the first letter of each run of kanji; full-width signs and digits, 「〒 and
 * their like; 丁, 番 and 生.
 */
struct masks {
	uint64_t stops[MASK_BLOCKS];
	uint64_t ends[MASK_BLOCKS];     /* all ends of lines */
	uint64_t fields[MASK_BLOCKS];   /* , ; | and tabs    */
};

/* Of MASK_BLOCKS times 64 bytes at `p`. Returns a bit for each block that has bytes beyond ASCII. */
typedef unsigned mask_fn(const unsigned char *p, struct masks *ret);
mask_fn mask_plain;
/* The fastest that this machine can do. */
mask_fn *mask_best(void);

/* The fastest first, the plain one last; how many at the beginning this machine cannot run. */
extern mask_fn *const mask_all[3];
unsigned mask_skip(void);

#endif
