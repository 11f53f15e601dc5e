/* Proofs: 8 bytes index, 8 bytes size, then hashes. */
#include "core/record/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct hash proof[PROOF_MOST + 2];
	AUTO_HASHER h = hasher_new();
	uint64_t index, size;
	size_t n = 0;

	if (!h || len < 16)
		return 0;
	memcpy(&index, data, 8);
	memcpy(&size, data + 8, 8);
	data += 16;
	len -= 16;
	for (; len >= 32 && n < PROOF_MOST + 2; n++, data += 32, len -= 32)
		memcpy(proof[n].b, data, 32);
	if (n < 2)
		return 0;
	(void)tree_verify_inclusion(h, &proof[0], index, size, proof + 2, n - 2, &proof[1]);
	(void)tree_verify_consistency(h, index, size, &proof[0], &proof[1], proof + 2, n - 2);
	return 0;
}
