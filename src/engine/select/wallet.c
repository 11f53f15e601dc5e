/* The calls that use the instructions of the CPU without a search for an implementation each time. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include "engine/select/keccak.h"
#include "engine/select/scan.h"

#include "base/banned.h"

__extension__ typedef unsigned __int128 u128;

/* What a digit of base 58 is worth, and one more; 0: it is none. */
static const uint8_t base58[256] = {
	['1'] = 1, ['2'] = 2, ['3'] = 3, ['4'] = 4, ['5'] = 5, ['6'] = 6, ['7'] = 7, ['8'] = 8, ['9'] = 9,
	['A'] = 10, ['B'] = 11, ['C'] = 12, ['D'] = 13, ['E'] = 14, ['F'] = 15, ['G'] = 16, ['H'] = 17,
	['J'] = 18, ['K'] = 19, ['L'] = 20, ['M'] = 21, ['N'] = 22, ['P'] = 23, ['Q'] = 24, ['R'] = 25, ['S'] = 26, ['T'] = 27,
	['U'] = 28, ['V'] = 29, ['W'] = 30, ['X'] = 31, ['Y'] = 32, ['Z'] = 33,
	['a'] = 34, ['b'] = 35, ['c'] = 36, ['d'] = 37, ['e'] = 38, ['f'] = 39, ['g'] = 40, ['h'] = 41, ['i'] = 42, ['j'] = 43, ['k'] = 44,
	['m'] = 45, ['n'] = 46, ['o'] = 47, ['p'] = 48, ['q'] = 49, ['r'] = 50, ['s'] = 51, ['t'] = 52, ['u'] = 53, ['v'] = 54,
	['w'] = 55, ['x'] = 56, ['y'] = 57, ['z'] = 58,
};

#define DIGITS_A_STEP 10u   /* 58^10 fits into 64 bits */
#define LIMBS 4u

/* The number that up to 36 digits write, its lowest limb first; false when one of them is none. */
static bool read_base58(slice s, uint64_t ret[LIMBS])
{
	memset(ret, 0, LIMBS * sizeof *ret);
	for (size_t i = 0; i < s.len;) {
		uint64_t digits = 0, scale = 1;

		for (size_t end = s.len - i < DIGITS_A_STEP ? s.len : i + DIGITS_A_STEP; i < end; i++) {
			uint8_t digit = base58[(uint8_t)s.p[i]];

			if (!digit)
				return false;
			digits = digits * 58 + digit - 1;
			scale *= 58;
		}
		for (unsigned k = 0; k < LIMBS; k++) {
			u128 sum = (u128)ret[k] * scale + digits;

			ret[k] = (uint64_t)sum;
			digits = (uint64_t)(sum >> 64);
		}
	}
	return true;
}

static void sha256(const uint8_t *p, size_t n, uint8_t ret[32])
{
	SHA256_CTX ctx;

	(void)SHA256_Init(&ctx);
	(void)SHA256_Update(&ctx, p, n);
	(void)SHA256_Final(ret, &ctx);
}

/* Base58Check: 25 bytes, the last four are the beginning of the double SHA-256 of the rest. */
bool wallet_is_base58check(slice s, const char *versions, size_t n, uint8_t *ret_version)
{
	uint8_t bin[25], one[32], two[32];
	uint64_t limbs[LIMBS];

	if (s.len < 25 || s.len > 36 || !read_base58(s, limbs) || limbs[3] >> 8)
		return false;
	/* Told before the sums are made: by chance few have such a one. */
	if (!memchr(versions, (int)limbs[3], n))
		return false;
	for (unsigned i = 0; i < sizeof bin; i++)
		bin[sizeof bin - 1 - i] = (uint8_t)(limbs[i / 8] >> i % 8 * 8);
	sha256(bin, 21, one);
	sha256(one, 32, two);
	*ret_version = bin[0];
	return memcmp(two, bin + 21, 4) == 0;
}

static uint32_t polymod(uint32_t chk, uint8_t v)
{
	static const uint32_t gen[5] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3 };
	uint32_t top = chk >> 25;

	chk = (chk & 0x1ffffff) << 5 ^ v;
	for (int i = 0; i < 5; i++)
		if (top >> i & 1)
			chk ^= gen[i];
	return chk;
}

/* BIP 173 (bech32) and BIP 350 (bech32m). */
bool wallet_is_bech32(slice s, const char *prefix)
{
	static const char digits[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
	uint32_t chk = 1;
	size_t n = strlen(prefix);

	if (s.len < n + 8 || s.len > 90 || !begins(s, 0, prefix) || s.p[n] != '1')
		return false;
	for (size_t i = 0; i < n; i++)
		chk = polymod(chk, (uint8_t)prefix[i] >> 5);
	chk = polymod(chk, 0);
	for (size_t i = 0; i < n; i++)
		chk = polymod(chk, (uint8_t)prefix[i] & 31);
	for (size_t i = n + 1; i < s.len; i++) {
		const char *d = memchr(digits, lower(s.p[i]), 32);

		if (!d)
			return false;
		chk = polymod(chk, (uint8_t)(d - digits));
	}
	return chk == 1 || chk == 0x2bc830a3;
}

bool wallet_is_eth(slice hex)
{
	char small[40];
	uint8_t hash[32];
	bool upper = false, low = false;

	if (hex.len != sizeof small)
		return false;
	for (size_t i = 0; i < sizeof small; i++) {
		small[i] = lower(hex.p[i]);
		upper |= hex.p[i] >= 'A' && hex.p[i] <= 'F';
		low |= hex.p[i] >= 'a' && hex.p[i] <= 'f';
	}
	if (!upper || !low)
		return true;   /* written without the checksum */
	keccak256((slice){ small, sizeof small }, KECCAK_ETHEREUM, hash);
	for (size_t i = 0; i < sizeof small; i++) {
		bool high = (hash[i / 2] >> (i % 2 ? 0 : 4) & 15) >= 8;

		if (is_alpha(small[i]) && high != (hex.p[i] != small[i]))
			return false;
	}
	return true;
}

bool onion_is_v3(slice label)
{
	char text[48] = ".onion checksum";
	uint8_t key[35], hash[32];
	uint32_t acc = 0;
	unsigned bits = 0;
	size_t n = 0;

	if (label.len != 56)
		return false;
	for (size_t i = 0; i < label.len; i++) {
		char ch = lower(label.p[i]);
		int v = ch >= 'a' && ch <= 'z' ? ch - 'a' : ch >= '2' && ch <= '7' ? ch - '2' + 26 : -1;

		if (v < 0)
			return false;
		acc = acc << 5 | (uint32_t)v;
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			key[n++] = (uint8_t)(acc >> bits);
		}
	}
	memcpy(text + 15, key, 32);
	text[47] = (char)key[34];
	keccak256((slice){ text, sizeof text }, KECCAK_SHA3, hash);
	return key[34] == 3 && key[32] == hash[0] && key[33] == hash[1];
}
