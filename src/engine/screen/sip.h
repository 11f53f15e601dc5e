/*
 * SipHash-2-4 (Aumasson and Bernstein, 2012) of eight short texts at once, side by side in wide registers. Several ways
 * that give the same; the best one that the processor has is chosen when somebody begins.
 */
#ifndef ENGINE_SCREEN_SIP_H
#define ENGINE_SCREEN_SIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIP_LANES 8u

/*
 * in   the first words of all texts, then the second ones, `words` times; the last word ends with the length of its text,
 *      as the algorithm has it.
 */
typedef void sip_fn(const uint64_t key[2], const uint64_t *in, unsigned words, uint64_t out[SIP_LANES]);

struct sip_way { const char *name; sip_fn *run; bool (*fits)(void); };

/* Best first; the last one, plain C, fits everywhere. */
extern const struct sip_way sip_ways[];
sip_fn *sip_best(void);
/* One text. `in` is padded with zeros to the next multiple of eight bytes. */
uint64_t sip_one(const uint64_t key[2], const unsigned char *in, size_t len);

#endif
