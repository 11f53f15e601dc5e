/* Sets of small numbers: bit n of 64. */
#ifndef BASE_BITS_H
#define BASE_BITS_H

#include <stdint.h>

#define BIT(n) ((uint64_t)1 << (n))

#endif
