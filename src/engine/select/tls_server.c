/* A TLS stream as a whole: records joined to messages, the server's hello, certificates. */
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <stdint.h>
#include <stdio.h>

#include "engine/select/tls.h"

#include "base/banned.h"

#define JOINED_MOST 16384u

struct to { tls_found_fn *found; void *arg; };

static uint32_t number(const uint8_t *p, size_t n)
{
	uint32_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v << 8 | p[i];
	return v;
}

static void tell_digest(const struct to *to, const char *label, const EVP_MD *md, const uint8_t *p, size_t n)
{
	uint8_t out[EVP_MAX_MD_SIZE];
	char text[2 * EVP_MAX_MD_SIZE + 1];
	unsigned len = 0;

	if (EVP_Digest(p, n, out, &len, md, NULL) != 1)
		return;
	for (unsigned i = 0; i < len; i++)
		snprintf(text + 2 * i, 3, "%02x", out[i]);
	to->found(to->arg, label, (slice){ text, 2 * (size_t)len });
}

static void tell_names(const struct to *to, const uint8_t *p, size_t n)
{
	const unsigned char *at = p;
	X509 *x = d2i_X509(NULL, &at, (long)n);
	GENERAL_NAMES *names = x ? X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL) : NULL;
	char cn[256];

	if (x && X509_NAME_get_text_by_NID(X509_get_subject_name(x), NID_commonName, cn, sizeof cn) > 0)
		to->found(to->arg, "certificate name ", slice_of(cn));
	for (int i = 0; names && i < sk_GENERAL_NAME_num(names) && i < 100; i++) {
		const GENERAL_NAME *g = sk_GENERAL_NAME_value(names, i);

		if (g->type == GEN_DNS)
			to->found(to->arg, "certificate name ", (slice){ (const char *)ASN1_STRING_get0_data(g->d.dNSName),
				(size_t)ASN1_STRING_length(g->d.dNSName) });
	}
	GENERAL_NAMES_free(names);
	X509_free(x);
}

/* RFC 5246 §7.4.2: a list of certificates, each with its length before it. */
static void certificates(const struct to *to, const uint8_t *p, size_t n)
{
	size_t at = 3;

	while (at + 3 <= n) {
		size_t len = number(p + at, 3);

		at += 3;
		if (len == 0 || len > n - at)
			return;
		tell_digest(to, "certificate sha1 ", EVP_sha1(), p + at, len);
		tell_digest(to, "certificate sha256 ", EVP_sha256(), p + at, len);
		tell_names(to, p + at, len);
		at += len;
	}
}

/* JA3S: version,cipher,extensions; MD5. */
static void server_hello(const struct to *to, const uint8_t *p, size_t n)
{
	char text[2048];
	size_t at, len;
	int used;

	if (n < 38 || (at = 35u + p[34]) + 3 > n)
		return;
	used = snprintf(text, sizeof text, "%u,%u,", number(p, 2), number(p + at, 2));
	at += 5;
	for (bool first = true; at + 4 <= n && used < (int)sizeof text - 8; first = false) {
		len = number(p + at + 2, 2);
		used += snprintf(text + used, 8, first ? "%u" : "-%u", number(p + at, 2));
		at += 4 + len;
	}
	tell_digest(to, "ja3server ", EVP_md5(), (const uint8_t *)text, (size_t)used);
}

/* The hello once more as a record of its own, for the reader of one; `protocol`: JA4's letter for what carried it. */
static void client_hello(const struct to *to, uint8_t *joined, size_t at, size_t n, char protocol)
{
	uint8_t *p = joined + at;   /* five bytes before the message are ours */
	struct tls_hello h;

	p[0] = 0x16;
	p[1] = 3;
	p[2] = 1;
	p[3] = (uint8_t)(n >> 8);
	p[4] = (uint8_t)n;
	if (!tls_read_hello((slice){ (const char *)p, n + 5 }, &h))
		return;
	to->found(to->arg, "sni ", (slice){ h.name, h.name_len });
	if (h.whole) {
		h.ja4[0] = protocol;
		to->found(to->arg, "ja3 ", (slice){ h.ja3, 32 });
		to->found(to->arg, "ja4 ", (slice){ h.ja4, 36 });
	}
}

void tls_read_quic(slice handshake, tls_found_fn *found, void *arg)
{
	__attribute__((uninitialized)) uint8_t joined[JOINED_MOST + 5];
	struct to to = { found, arg };

	if (handshake.len < 4 || handshake.len > JOINED_MOST || handshake.p[0] != 1)
		return;
	memcpy(joined + 5, handshake.p, handshake.len);
	client_hello(&to, joined, 0, handshake.len, 'q');
}

/* The messages of the handshake, records taken off; false when the last record is not whole yet. */
static bool join(slice s, uint8_t *out, size_t *ret_n)
{
	const uint8_t *p = (const uint8_t *)s.p;
	size_t at = 0, n = 0;

	*ret_n = 0;
	while (at + 5 <= s.len) {
		size_t len = number(p + at + 3, 2), have = s.len - at - 5 < len ? s.len - at - 5 : len;

		if (p[at] != 0x16 || p[at + 1] != 3)
			return true;   /* from here on encrypted, or another protocol */
		if (n + have > JOINED_MOST)
			have = JOINED_MOST - n;
		memcpy(out + n, p + at + 5, have);
		n += have;
		*ret_n = n;
		if (have < len)
			return false;
		at += 5 + len;
	}
	return false;
}

bool tls_read_stream(slice stream, tls_found_fn *found, void *arg)
{
	__attribute__((uninitialized)) uint8_t joined[JOINED_MOST + 5];
	struct to to = { found, arg };
	size_t n, at = 0;
	bool last = join(stream, joined + 5, &n);

	while (at + 4 <= n) {
		const uint8_t *m = joined + 5 + at;
		size_t len = number(m + 1, 3);

		if (len > n - at - 4) {
			/* A hello without its end still shows the name it asks for. */
			if (last && m[0] == 1)
				client_hello(&to, joined, at, n - at, 't');
			return last;
		}
		switch (m[0]) {
		case 1: client_hello(&to, joined, at, len + 4, 't'); return true;
		case 2: server_hello(&to, m + 4, len); break;
		case 11: certificates(&to, m + 4, len); return true;
		default: break;
		}
		at += 4 + len;
	}
	return last;
}
