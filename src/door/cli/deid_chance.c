#include "door/cli/deid_job.h"

#include <sodium.h>

#include "base/banned.h"

/* A random 64-bit number after the other, from a key: libsodium's ChaCha20 stream. */
struct stream {
	unsigned char key[randombytes_SEEDBYTES];
	uint64_t pool[512];
	uint32_t left, turn;
};

static uint64_t stream_next(void *p)
{
	struct stream *r = p;

	if (r->left == 0) {
		unsigned char key[sizeof r->key];

		memcpy(key, r->key, sizeof key);
		for (unsigned i = 0; i < 4; i++)
			key[i] ^= (unsigned char)(r->turn >> (8 * i));
		randombytes_buf_deterministic(r->pool, sizeof r->pool, key);
		r->turn++;
		r->left = 512;
	}
	return r->pool[--r->left];
}

/* What is made of the one key for one use tells nothing about other uses. */
static void derive(const unsigned char key[SECRET_KEY], const char *use, slice name, unsigned char out[SECRET_KEY])
{
	crypto_generichash_state st;

	(void)crypto_generichash_init(&st, key, SECRET_KEY, SECRET_KEY);
	(void)crypto_generichash_update(&st, (const unsigned char *)use, strlen(use) + 1);
	if (name.len > 0)
		(void)crypto_generichash_update(&st, (const unsigned char *)name.p, name.len);
	(void)crypto_generichash_final(&st, out, SECRET_KEY);
}

rc secret_key_init(struct ctx *c, const struct asked *ask, unsigned char key[SECRET_KEY])
{
	NEVER(sodium_init() < 0);
	if (ask->has_seed)
		(void)crypto_generichash(key, SECRET_KEY, (const unsigned char *)&ask->seed, sizeof ask->seed, NULL, 0);
	else
		randombytes_buf(key, SECRET_KEY);
	/* the same seed for another receiver or purpose: pseudonyms of one cannot be joined with those of the other */
	if (ask->law.said) {
		derive(key, "receiver", ask->law.recipient, key);
		derive(key, "purpose", ask->law.purpose, key);
	}
	return OK;
}

rc chance_open(struct ctx *c, const unsigned char key[SECRET_KEY], const char *use, slice name, struct chance *ret)
{
	struct stream *r = NULL;

	TRY_NEW(c, r);
	derive(key, use, name, r->key);
	*ret = (struct chance){ .next = stream_next, .p = r };
	return OK;
}

void chance_close(struct chance *r)
{
	sodium_memzero(r->p, sizeof(struct stream));
}

/* 130 bits of a keyed hash in base32 (RFC 4648 alphabet, lower case): codes of one release cannot be told from another's. */
void pseudonym_make(const void *key, slice value, char *out)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
	unsigned char hash[24], own[SECRET_KEY];

	derive(key, "pseudonym", S_NONE, own);
	(void)crypto_generichash(hash, sizeof hash, (const unsigned char *)value.p, value.len, own, sizeof own);
	for (unsigned i = 0; i < PSEUDONYM_LEN; i++) {
		unsigned bit = i * 5, v = (unsigned)hash[bit / 8] << 8 | hash[bit / 8 + 1];

		out[i] = letters[v >> (11 - bit % 8) & 31];
	}
	sodium_memzero(own, sizeof own);
}
