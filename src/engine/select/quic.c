#include "engine/select/quic.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>

#include "engine/select/wire.h"

#include "base/banned.h"

#define FLOWS 1024u
#define HELLO_MOST 8192u    /* with keys against quantum computers a hello takes two datagrams */
#define PACKET_MOST 2048u
#define ID_MOST 20u
#define TAG 16u

struct version { uint32_t number; uint8_t initial; const char *prefix; uint8_t salt[20]; };

/* Versions 1 and 2, and draft 29 which is still met. */
static const struct version versions[] = {
	{ 0x00000001, 0, "quic", { 0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a } },
	{ 0x6b3343cf, 1, "quicv2", { 0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9 } },
	{ 0xff00001d, 0, "quic", { 0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c, 0x61, 0x11, 0xe0, 0x43, 0x90, 0xa8, 0x99 } },
};

struct keys { uint8_t key[16], iv[12], hp[16]; };

struct flow {
	uint64_t key;
	struct keys keys;
	bool has_keys;
	uint8_t *p;                     /* the handshake, each piece at its place */
	uint8_t have[HELLO_MOST / 8];   /* which bytes of it came */
	size_t n;                       /* so many from its beginning */
};

struct quic_flows { struct flow slots[FLOWS]; };

/* RFC 9000 §16. */
static uint64_t take_varint(struct wire *r)
{
	size_t bytes = r->n ? (size_t)1 << (r->p[0] >> 6) : 1;

	return wire_take(r, bytes) & (UINT64_MAX >> (64 - (8 * bytes - 2)));
}

rc quic_new(struct ctx *c, struct quic_flows **ret)
{
	struct quic_flows *q;

	TRY_NEW(c, q);
	*ret = q;
	return OK;
}

/* HKDF-Expand-Label (RFC 8446 §7.1) of at most one block. */
static bool expand(const uint8_t secret[32], const char *label, uint8_t *out, size_t n)
{
	uint8_t info[64], md[EVP_MAX_MD_SIZE];
	int len = snprintf((char *)info + 3, sizeof info - 6, "tls13 %s", label);

	info[0] = 0;
	info[1] = (uint8_t)n;
	info[2] = (uint8_t)len;
	info[3 + len] = 0;
	info[4 + len] = 1;
	if (!HMAC(EVP_sha256(), secret, 32, info, (size_t)len + 5, md, NULL))
		return false;
	memcpy(out, md, n);
	return true;
}

static bool expand_named(const uint8_t secret[32], const struct version *v, const char *what, uint8_t *out, size_t n)
{
	char label[24];

	snprintf(label, sizeof label, "%s %s", v->prefix, what);
	return expand(secret, label, out, n);
}

static bool derive(const struct version *v, const uint8_t *id, size_t id_len, struct keys *ret)
{
	uint8_t initial[EVP_MAX_MD_SIZE], client[32];

	return HMAC(EVP_sha256(), v->salt, sizeof v->salt, id, id_len, initial, NULL) && expand(initial, "client in", client, sizeof client) &&
		expand_named(client, v, "key", ret->key, sizeof ret->key) && expand_named(client, v, "iv", ret->iv, sizeof ret->iv) &&
		expand_named(client, v, "hp", ret->hp, sizeof ret->hp);
}

static void free_cipher(EVP_CIPHER_CTX **x) { EVP_CIPHER_CTX_free(*x); }

/* RFC 9001 §5.4.3: what hides the number of the packet. */
static bool header_mask(const struct keys *k, const uint8_t sample[16], uint8_t mask[16])
{
	__attribute__((cleanup(free_cipher))) EVP_CIPHER_CTX *x = EVP_CIPHER_CTX_new();
	int n = 0;

	return x && EVP_EncryptInit_ex(x, EVP_aes_128_ecb(), NULL, k->hp, NULL) == 1 && EVP_CIPHER_CTX_set_padding(x, 0) == 1 &&
		EVP_EncryptUpdate(x, mask, &n, sample, 16) == 1 && n == 16;
}

static bool decrypt(const struct keys *k, const uint8_t nonce[12], const uint8_t *head, size_t head_len, const uint8_t *in, size_t n, uint8_t *out)
{
	__attribute__((cleanup(free_cipher))) EVP_CIPHER_CTX *x = EVP_CIPHER_CTX_new();
	uint8_t tag[TAG];
	int len = 0;

	memcpy(tag, in + n, TAG);
	return x && EVP_DecryptInit_ex(x, EVP_aes_128_gcm(), NULL, k->key, nonce) == 1 && EVP_DecryptUpdate(x, NULL, &len, head, (int)head_len) == 1 &&
		EVP_DecryptUpdate(x, out, &len, in, (int)n) == 1 && EVP_CIPHER_CTX_ctrl(x, EVP_CTRL_AEAD_SET_TAG, TAG, tag) == 1 &&
		EVP_DecryptFinal_ex(x, out + len, &len) == 1;
}

/* The packet at [packet, rest): `at` is where its number begins, `len` what follows from there. The plain text and its length. */
static size_t open_packet(const struct keys *k, const uint8_t *packet, size_t at, size_t len, uint8_t out[PACKET_MOST])
{
	uint8_t head[512], mask[16], nonce[12];
	uint64_t number = 0;
	size_t bytes;

	if (len < 4 + 16 || len > PACKET_MOST || at + 4 > sizeof head || !header_mask(k, packet + at + 4, mask))
		return 0;
	memcpy(head, packet, at + 4);
	head[0] ^= mask[0] & 0x0f;
	bytes = (head[0] & 3u) + 1;
	for (size_t i = 0; i < bytes; i++) {
		head[at + i] ^= mask[1 + i];
		number = number << 8 | head[at + i];
	}
	memcpy(nonce, k->iv, sizeof nonce);
	for (size_t i = 0; i < 8; i++)
		nonce[11 - i] ^= (uint8_t)(number >> 8 * i);
	if (len < bytes + TAG || !decrypt(k, nonce, head, at + bytes, packet + at + bytes, len - bytes - TAG, out))
		return 0;
	return len - bytes - TAG;
}

static void keep(struct flow *f, uint64_t at, const uint8_t *p, size_t n)
{
	if (at >= HELLO_MOST)
		return;
	n = n < HELLO_MOST - at ? n : (size_t)(HELLO_MOST - at);
	memcpy(f->p + at, p, n);
	for (size_t i = (size_t)at; i < at + n; i++)
		f->have[i / 8] |= (uint8_t)(1u << i % 8);
	while (f->n < HELLO_MOST && f->have[f->n / 8] >> f->n % 8 & 1)
		f->n++;
}

/* RFC 9000 §12.4: what a client's Initial packet may hold. */
static void frames(struct flow *f, struct wire r)
{
	while (r.ok && r.n) {
		uint64_t type = take_varint(&r), at, len;

		switch (type) {
		case 0: case 1: break;
		case 2: case 3:
			take_varint(&r);
			take_varint(&r);
			len = take_varint(&r);
			take_varint(&r);
			for (uint64_t i = 0; r.ok && i < len; i++) {
				take_varint(&r);
				take_varint(&r);
			}
			for (unsigned i = 0; type == 3 && i < 3; i++)
				take_varint(&r);
			break;
		case 6: {
			const uint8_t *p;

			at = take_varint(&r);
			len = take_varint(&r);
			p = wire_part(&r, len).p;
			if (r.ok)
				keep(f, at, p, (size_t)len);
			break;
		}
		default: return;
		}
	}
}

static const struct version *version_of(uint32_t number)
{
	for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++)
		if (versions[i].number == number)
			return &versions[i];
	return NULL;
}

/* One long-header packet at the beginning of `r`; r moves behind it. */
static bool initial(struct flow *f, struct wire *r)
{
	__attribute__((uninitialized)) uint8_t plain[PACKET_MOST];
	const uint8_t *packet = r->p, *id;
	size_t id_len, n;
	uint64_t len;
	const struct version *v;
	uint8_t first = (uint8_t)wire_take(r, 1);

	v = version_of((uint32_t)wire_take(r, 4));
	if (!v || first >> 6 != 3 || (first >> 4 & 3) != v->initial)
		return false;
	id_len = (size_t)wire_take(r, 1);
	id = wire_part(r, id_len).p;
	wire_part(r, wire_take(r, 1));
	wire_part(r, take_varint(r));
	len = take_varint(r);
	n = (size_t)(r->p - packet);
	if (!r->ok || len > r->n || id_len > ID_MOST)
		return false;
	wire_part(r, len);
	/* The keys stay those of the first packet, whatever id the server chooses. */
	if (!f->has_keys && !derive(v, id, id_len, &f->keys))
		return false;
	len = open_packet(&f->keys, packet, n, (size_t)len, plain);
	f->has_keys |= len > 0;
	if (len)
		frames(f, (struct wire){ plain, (size_t)len, true });
	return len > 0;
}

slice quic_datagram(struct ctx *c, struct quic_flows *q, uint64_t key, slice datagram)
{
	struct flow *f = &q->slots[(key ^ key >> 32) % FLOWS];
	struct wire r = { (const uint8_t *)datagram.p, datagram.len, true };
	size_t before;

	/* Clients fill such datagrams up, so that nobody is flooded in their name. */
	if (datagram.len < 1200 || r.p[0] >> 6 != 3 || !version_of((uint32_t)r.p[1] << 24 | (uint32_t)r.p[2] << 16 | (uint32_t)r.p[3] << 8 | r.p[4]))
		return S_NONE;
	if (f->key != key) {
		uint8_t *p = f->p;

		*f = (struct flow){ .key = key, .p = p };
	}
	if (!f->p && !(f->p = arena_bytes(c->a, HELLO_MOST)))
		return S_NONE;
	before = f->n;
	while (r.n > 16 && initial(f, &r))
		;
	return f->n > before ? (slice){ (const char *)f->p, f->n } : S_NONE;
}
