#include <stdio.h>

#include "base/calendar.h"
#include "base/json.h"
#include "engine/select/chars.h"
#include "work/select/forms.h"

#include "base/banned.h"

/* STIX 2.1 (OASIS standard, June 2021) with TLP 2.0 markings as the extension that OASIS publishes for them. */

static const char *const marking[TLPS] = {
	"marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
	"marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
	"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
};

#define TLP_EXTENSION "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"

/* Our own namespace for indicators: the same pattern has the same id in every house. */
static const unsigned char space[16] = { 0x5b, 0x1e, 0x0c, 0x52, 0x6d, 0x0f, 0x5a, 0x4e, 0x9a, 0x77, 0x3e, 0x62, 0xd0, 0x41, 0x8b, 0x2f };

void stix_put_utc(struct buf *b, msec t)
{
	struct ymd d = jday_ymd(msec_jday(t - JST_OFFSET));
	msec day = (t % DAY_MSEC + DAY_MSEC) % DAY_MSEC;

	buf_putf(b, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", d.y, d.m, d.d, (int)(day / 3600000), (int)(day / 60000 % 60),
		(int)(day / 1000 % 60), (int)(day % 1000));
}

/* A value within quotes of the pattern language: \ and ' are escaped. */
static void put_quoted(struct buf *b, slice v)
{
	buf_putc(b, '\'');
	for (size_t i = 0; i < v.len; i++) {
		if (v.p[i] == '\'' || v.p[i] == '\\')
			buf_putc(b, '\\');
		buf_putc(b, v.p[i]);
	}
	buf_putc(b, '\'');
}

/* STIX 2.1 §6.17: the hive of a key is not abbreviated. */
static slice long_hive(struct buf *room, slice key)
{
	static const struct { const char *is, *means; } hives[] = {
		{ "hklm", "HKEY_LOCAL_MACHINE" }, { "hkcu", "HKEY_CURRENT_USER" }, { "hkcr", "HKEY_CLASSES_ROOT" }, { "hku", "HKEY_USERS" },
		{ "hkcc", "HKEY_CURRENT_CONFIG" },
	};
	size_t n = slice_find(key, S("\\"), 0);

	if (n != SIZE_MAX && n > 0 && key.p[n - 1] == ':')   /* HKLM:\, as PowerShell has it */
		n--;
	for (size_t i = 0; n != SIZE_MAX && i < sizeof hives / sizeof hives[0]; i++)
		if (same_word(slice_sub(key, 0, n), hives[i].is)) {
			buf_putz(room, hives[i].means);
			buf_put(room, slice_sub(key, key.p[n] == ':' ? n + 1 : n, key.len));
			return buf_slice(room);
		}
	return key;
}

static const char *object_path(enum ind_type type, slice value)
{
	switch (type) {
	case IND_IPV4: return "ipv4-addr:value";
	case IND_IPV6: return "ipv6-addr:value";
	case IND_CIDR: return memchr(value.p, ':', value.len) ? "ipv6-addr:value" : "ipv4-addr:value";
	case IND_DOMAIN: return "domain-name:value";
	case IND_URL: return "url:value";
	case IND_EMAIL: return "email-addr:value";
	case IND_MD5: return "file:hashes.'MD5'";
	case IND_SHA1: return "file:hashes.'SHA-1'";
	case IND_SHA224: return "file:hashes.'SHA-224'";
	case IND_SHA256: return "file:hashes.'SHA-256'";
	case IND_SHA384: return "file:hashes.'SHA-384'";
	case IND_SHA512: return "file:hashes.'SHA-512'";
	case IND_SSDEEP: return "file:hashes.'SSDEEP'";
	case IND_TLSH: return "file:hashes.'TLSH'";
	case IND_REGISTRY: return "windows-registry-key:key";
	case IND_FILE_NAME: case IND_FILE_PATH: return "file:name";
	case IND_MUTEX: return "mutex:name";
	case IND_USER_AGENT: return "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'";
	case IND_MAC: return "mac-addr:value";
	case IND_ASN: return "autonomous-system:number";
	case IND_JA3: return "x-network-fingerprint:ja3";
	case IND_JA3S: return "x-network-fingerprint:ja3s";
	case IND_JA4: return "x-network-fingerprint:ja4";
	case IND_JARM: return "x-network-fingerprint:jarm";
	case IND_IMPHASH: return "file:extensions.'windows-pebinary-ext'.imphash";
	case IND_BTC: return "x-cryptocurrency-wallet:btc";
	case IND_ETH: return "x-cryptocurrency-wallet:eth";
	case IND_XMR: return "x-cryptocurrency-wallet:xmr";
	case IND_LTC: return "x-cryptocurrency-wallet:ltc";
	case IND_TRX: return "x-cryptocurrency-wallet:trx";
	case IND_CVE: case IND_ATTACK: break;
	}
	return NULL;
}

bool stix_pattern(struct buf *b, enum ind_type type, slice value)
{
	const char *path = object_path(type, value);
	struct buf room;

	if (!path)
		return false;
	buf_init(&room, b->a, 65536);
	if (type == IND_REGISTRY)
		value = long_hive(&room, value);
	buf_putf(b, "[%s = ", path);
	if (type == IND_ASN)
		buf_put(b, slice_sub(value, 2, value.len));
	else
		put_quoted(b, value);
	buf_putc(b, ']');
	return true;
}

void stix_id(slice key, char out[37]) { uuid5(space, key, out); }

static void open_object(struct form *f, struct buf *b, const char *type, slice key)
{
	char id[37];

	if (f->written > 1)
		buf_putz(b, ",\n");
	stix_id(key, id);
	buf_putf(b, "{\"type\":\"%s\",\"spec_version\":\"2.1\",\"id\":\"%s--%s\",\"created\":\"", type, type, id);
	stix_put_utc(b, f->now);
	buf_putz(b, "\",\"modified\":\"");
	stix_put_utc(b, f->now);
	buf_putc(b, '"');
}

static void close_object(struct form *f, struct buf *b)
{
	buf_putf(b, ",\"object_marking_refs\":[\"%s\"]}", marking[f->opt->tlp]);
}

const char *stix_marking(enum tlp t) { return marking[t]; }

void stix_open(struct buf *b, slice seed, enum tlp t)
{
	char id[37];

	stix_id(seed, id);
	buf_putf(b, "{\"type\":\"bundle\",\"id\":\"bundle--%s\",\"objects\":[\n", id);
	buf_putf(b, "{\"type\":\"marking-definition\",\"spec_version\":\"2.1\",\"id\":\"%s\",\"created\":\"2022-10-01T00:00:00.000Z\","
		"\"name\":\"TLP:", marking[t]);
	for (const char *p = tlp_word(t); *p; p++)
		buf_putc(b, *p >= 'a' && *p <= 'z' ? (char)(*p - 32) : *p);
	buf_putf(b, "\",\"extensions\":{\"" TLP_EXTENSION "\":{\"extension_type\":\"property-extension\",\"tlp_2_0\":\"%s\"}}}",
		tlp_word(t));
}

void stix_close(struct buf *b) { buf_putz(b, "\n]}\n"); }

void stix_begin(struct form *f, struct buf *b)
{
	char seed[32];

	snprintf(seed, sizeof seed, "bundle %lld", (long long)f->now);
	stix_open(b, slice_of(seed), f->opt->tlp);
	f->written = 1;
}

/* A vulnerability or a technique is named, not matched. */
static void named_item(struct form *f, struct buf *b, const struct item *item)
{
	const struct indicator *it = item->it;
	bool cve = it->type == IND_CVE;

	open_object(f, b, cve ? "vulnerability" : "attack-pattern", it->value);
	buf_putz(b, ",\"name\":");
	json_put_text(b, it->value);
	buf_putf(b, ",\"external_references\":[{\"source_name\":\"%s\",\"external_id\":", cve ? "cve" : "mitre-attack");
	json_put_text(b, it->value);
	buf_putz(b, "}]");
	close_object(f, b);
}

void stix_item(struct form *f, struct buf *b, const struct item *item)
{
	const struct indicator *it = item->it;
	struct buf p, ref;
	slice key;

	buf_init(&p, b->a, 65536);
	if (!stix_pattern(&p, it->type, it->value)) {
		named_item(f, b, item);
		return;
	}
	key = buf_slice(&p);
	if (it->role == IND_REF) {
		/* What is benign in one place may be none in another: two statements, two ids. */
		buf_init(&ref, b->a, 65536);
		buf_putz(&ref, "benign ");
		buf_put(&ref, key);
		key = buf_slice(&ref);
	}
	open_object(f, b, "indicator", key);
	buf_putz(b, ",\"pattern_type\":\"stix\",\"pattern\":");
	json_put_text(b, buf_slice(&p));
	buf_putz(b, ",\"valid_from\":\"");
	stix_put_utc(b, f->now);
	buf_putf(b, "\",\"indicator_types\":[\"%s\"]", it->role == IND_REF ? "benign" : "malicious-activity");
	close_object(f, b);
}

void stix_end(struct buf *b) { stix_close(b); }
