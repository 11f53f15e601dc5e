/* Keccak with 256 bits, for checksums of addresses only; OpenSSL 3.0 has SHA3-256 but not the older padding of Ethereum. */
#ifndef ENGINE_SELECT_KECCAK_H
#define ENGINE_SELECT_KECCAK_H

#include <stdint.h>

#include "base/slice.h"

#define KECCAK_ETHEREUM 0x01
#define KECCAK_SHA3 0x06

void keccak256(slice in, uint8_t pad, uint8_t out[32]);

#endif
