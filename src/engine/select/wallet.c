#include <sodium.h>

#include "engine/select/keccak.h"
#include "engine/select/scan.h"

#include "base/banned.h"

/* Base58Check: 25 bytes, the last four are the beginning of the double SHA-256 of the rest. */
bool wallet_is_base58check(slice s, uint8_t *ret_version)
{
	static const char digits[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
	uint8_t bin[25] = { 0 }, one[32], two[32];

	if (s.len < 25 || s.len > 36)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		const char *d = memchr(digits, s.p[i], 58);
		unsigned carry;

		if (!d)
			return false;
		carry = (unsigned)(d - digits);
		for (size_t k = 25; k-- > 0;) {
			carry += 58u * bin[k];
			bin[k] = (uint8_t)carry;
			carry >>= 8;
		}
		if (carry)
			return false;
	}
	crypto_hash_sha256(one, bin, 21);
	crypto_hash_sha256(two, one, 32);
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
