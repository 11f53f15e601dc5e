#include "engine/select/tls.h"

#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/select/chars.h"
#include "engine/select/wire.h"

#include "base/banned.h"

#define LIST_MOST 128u

/* RFC 8701: values that only keep the ecosystem honest. */
static bool is_grease(uint32_t v) { return (v & 0x0f0f) == 0x0a0a && (v >> 8 & 0xff) == (v & 0xff); }

struct list { uint16_t v[LIST_MOST]; size_t n; };

static void add(struct list *l, uint32_t v)
{
	if (l->n < LIST_MOST)
		l->v[l->n++] = (uint16_t)v;
}

struct hello {
	uint32_t version, supported;
	struct list ciphers, extensions, groups, points, signatures;
	char alpn[2];
	bool sni;
};

static void read_list(struct wire r, size_t prefix, size_t width, struct list *l)
{
	struct wire in = wire_part(&r, wire_take(&r, prefix));

	while (in.n >= width)
		add(l, (uint32_t)wire_take(&in, width));
}

static void read_extension(uint32_t type, struct wire r, struct hello *h, struct tls_hello *ret)
{
	struct list versions = { .n = 0 };

	switch (type) {
	case 0:
		h->sni = true;
		wire_take(&r, 3);
		r = wire_part(&r, wire_take(&r, 2));
		ret->name_len = r.n < sizeof ret->name && r.ok ? r.n : 0;   /* half a name is none */
		memcpy(ret->name, r.p, ret->name_len);
		break;
	case 10: read_list(r, 2, 2, &h->groups); break;
	case 11: read_list(r, 1, 1, &h->points); break;
	case 13: read_list(r, 2, 2, &h->signatures); break;
	case 16:
		wire_take(&r, 2);
		r = wire_part(&r, wire_take(&r, 1));
		if (r.n) {
			h->alpn[0] = (char)r.p[0];
			h->alpn[1] = (char)r.p[r.n - 1];
		}
		break;
	case 43:
		read_list(r, 1, 2, &versions);
		for (size_t i = 0; i < versions.n; i++)
			if (!is_grease(versions.v[i]) && versions.v[i] > h->supported)
				h->supported = versions.v[i];
		break;
	default: break;
	}
}

static void hex(const uint8_t *p, size_t n, char *out)
{
	for (size_t i = 0; i < n; i++) {
		out[2 * i] = "0123456789abcdef"[p[i] >> 4];
		out[2 * i + 1] = "0123456789abcdef"[p[i] & 15];
	}
}

struct text { char p[4096]; size_t n; };

static void put_char(struct text *t, char ch)
{
	if (t->n + 1 < sizeof t->p)
		t->p[t->n++] = ch;
}

static void put_number(struct text *t, unsigned v)
{
	if (t->n + 16 < sizeof t->p)
		t->n += (size_t)snprintf(t->p + t->n, 16, "%u", v);
}

static void put_hex4(struct text *t, unsigned v)
{
	if (t->n + 16 < sizeof t->p)
		t->n += (size_t)snprintf(t->p + t->n, 16, "%04x", v);
}

static void put_ja3(struct text *t, const struct list *l)
{
	bool first = true;

	for (size_t i = 0; i < l->n; i++) {
		if (is_grease(l->v[i]))
			continue;
		if (!first)
			put_char(t, '-');
		put_number(t, l->v[i]);
		first = false;
	}
}

/* Salesforce's JA3: version,ciphers,extensions,groups,point formats; MD5. */
static void make_ja3(const struct hello *h, char out[33])
{
	struct text t = { .n = 0 };
	uint8_t md[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	put_number(&t, h->version);
	put_char(&t, ',');
	put_ja3(&t, &h->ciphers);
	put_char(&t, ',');
	put_ja3(&t, &h->extensions);
	put_char(&t, ',');
	put_ja3(&t, &h->groups);
	put_char(&t, ',');
	put_ja3(&t, &h->points);
	out[0] = '\0';
	if (EVP_Digest(t.p, t.n, md, &n, EVP_md5(), NULL) == 1) {
		hex(md, 16, out);
		out[32] = '\0';
	}
}

static int by_value(const void *a, const void *b) { return *(const uint16_t *)a - *(const uint16_t *)b; }

static size_t without_grease(const struct list *l, struct list *ret, bool names)
{
	size_t all = 0;

	ret->n = 0;
	for (size_t i = 0; i < l->n; i++) {
		if (is_grease(l->v[i]))
			continue;
		all++;
		if (!(names && (l->v[i] == 0 || l->v[i] == 16)))
			add(ret, l->v[i]);
	}
	return all;
}

static void put_hash(const struct list *sorted, const struct list *tail, char out[12])
{
	struct text t = { .n = 0 };
	uint8_t md[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	for (size_t i = 0; i < sorted->n; i++) {
		if (i)
			put_char(&t, ',');
		put_hex4(&t, sorted->v[i]);
	}
	for (size_t i = 0; tail && i < tail->n; i++) {
		put_char(&t, i ? ',' : '_');
		put_hex4(&t, tail->v[i]);
	}
	memset(out, '0', 12);
	if (sorted->n && EVP_Digest(t.p, t.n, md, &n, EVP_sha256(), NULL) == 1)
		hex(md, 6, out);
}

/* FoxIO's JA4 (BSD 3-Clause part): protocol, version, SNI, counts, ALPN; sorted ciphers; sorted extensions and signatures. */
static void make_ja4(const struct hello *h, char out[37])
{
	struct list ciphers, extensions, signatures;
	size_t nc = without_grease(&h->ciphers, &ciphers, false), ne = without_grease(&h->extensions, &extensions, true);
	uint32_t v = h->supported ? h->supported : h->version;
	const char *version = v == 0x304 ? "13" : v == 0x303 ? "12" : v == 0x302 ? "11" : v == 0x301 ? "10" : v == 0x300 ? "s3" : "00";
	char a = '0', b = '0';

	if (is_alnum(h->alpn[0]) && is_alnum(h->alpn[1])) {
		a = h->alpn[0];
		b = h->alpn[1];
	} else if (h->alpn[0]) {
		/* what is no letter or digit shows the outer digits of base 16 of both */
		a = "0123456789abcdef"[(uint8_t)h->alpn[0] >> 4];
		b = "0123456789abcdef"[(uint8_t)h->alpn[1] & 15];
	}
	(void)without_grease(&h->signatures, &signatures, false);
	snprintf(out, 37, "t%s%c%02u%02u%c%c_", version, h->sni ? 'd' : 'i', (unsigned)(nc > 99 ? 99 : nc), (unsigned)(ne > 99 ? 99 : ne), a, b);
	qsort(ciphers.v, ciphers.n, sizeof ciphers.v[0], by_value);
	qsort(extensions.v, extensions.n, sizeof extensions.v[0], by_value);
	put_hash(&ciphers, NULL, out + 11);
	out[23] = '_';
	put_hash(&extensions, &signatures, out + 24);
	out[36] = '\0';
}

bool tls_read_hello(slice record, struct tls_hello *ret)
{
	struct wire r = { (const uint8_t *)record.p, record.len, true }, in;
	struct hello h = { 0 };

	memset(ret, 0, sizeof *ret);
	if (wire_take(&r, 1) != 0x16 || wire_take(&r, 1) != 3 || r.n < 9)
		return false;
	wire_take(&r, 3);
	if (wire_take(&r, 1) != 1)
		return false;
	r = wire_part(&r, wire_take(&r, 3));
	h.version = (uint32_t)wire_take(&r, 2);
	wire_part(&r, 32);
	in = wire_part(&r, wire_take(&r, 1));
	in = wire_part(&r, wire_take(&r, 2));
	while (in.n >= 2)
		add(&h.ciphers, (uint32_t)wire_take(&in, 2));
	in = wire_part(&r, wire_take(&r, 1));
	in = wire_part(&r, wire_take(&r, 2));
	while (in.n >= 4) {
		uint32_t type = (uint32_t)wire_take(&in, 2);
		struct wire ext = wire_part(&in, wire_take(&in, 2));

		add(&h.extensions, type);
		read_extension(type, ext, &h, ret);
	}
	ret->whole = r.ok && in.ok;
	make_ja3(&h, ret->ja3);
	make_ja4(&h, ret->ja4);
	return h.ciphers.n > 0;
}
