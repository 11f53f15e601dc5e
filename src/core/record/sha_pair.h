/*
 * Two messages of SHA-256 side by side. Each step of a hash waits for the one before it; a second message of its own fills the
 * waiting, so that two cost little more than one. For processors with SHA instructions (x86-64); others hash one by one.
 */
#ifndef CORE_RECORD_SHA_PAIR_H
#define CORE_RECORD_SHA_PAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether this processor can, and gives what OpenSSL gives. */
bool sha_pair_works(void);
/* `blocks` whole blocks of 64 bytes each; only when sha_pair_works(). */
void sha_pair(uint32_t state_a[8], uint32_t state_b[8], const unsigned char *a, const unsigned char *b, size_t blocks);

#endif
