#include <openssl/evp.h>
#include <stdio.h>

#include "base/calendar.h"
#include "base/json.h"
#include "work/select/forms.h"

#include "base/banned.h"

/* A MISP event (misp-standard.org, core format). */

static const unsigned char space[16] = { 0x0c, 0x3a, 0x5e, 0x7d, 0x9b, 0x22, 0x5f, 0x31, 0xb8, 0x04, 0x6a, 0xe1, 0x55, 0x90, 0x17, 0xc3 };

struct kind { const char *type, *category; };

static struct kind kind_of(const struct indicator *it)
{
	static const char net[] = "Network activity", pay[] = "Payload delivery", art[] = "Artifacts dropped", fin[] = "Financial fraud";

	switch (it->type) {
	case IND_IPV4: case IND_IPV6: case IND_CIDR: return (struct kind){ "ip-dst", net };
	case IND_DOMAIN: return (struct kind){ "domain", net };
	case IND_URL: return (struct kind){ "url", net };
	case IND_EMAIL: return (struct kind){ "email-src", pay };
	case IND_CVE: return (struct kind){ "vulnerability", "External analysis" };
	case IND_BTC: return (struct kind){ "btc", fin };
	case IND_XMR: return (struct kind){ "xmr", fin };
	case IND_ETH: case IND_LTC: case IND_TRX: return (struct kind){ "text", fin };
	case IND_REGISTRY: return (struct kind){ "regkey", art };
	case IND_FILE_NAME: case IND_FILE_PATH: return (struct kind){ "filename", art };
	case IND_MUTEX: return (struct kind){ "mutex", art };
	case IND_USER_AGENT: return (struct kind){ "user-agent", net };
	case IND_ASN: return (struct kind){ "AS", net };
	case IND_MAC: return (struct kind){ "mac-address", net };
	case IND_JA3: return (struct kind){ "ja3-fingerprint-md5", net };
	case IND_JARM: return (struct kind){ "jarm-fingerprint", net };
	case IND_JA3S: case IND_JA4: case IND_ATTACK: return (struct kind){ "text", "Other" };
	case IND_MD5: case IND_SHA1: case IND_SHA224: case IND_SHA256: case IND_SHA384: case IND_SHA512: case IND_IMPHASH:
	case IND_SSDEEP: case IND_TLSH:
		break;
	}
	return (struct kind){ ind_type_word(it->type), pay };
}

static void put_stamp(struct buf *b, msec t) { buf_putf(b, "\"%lld\"", (long long)(t / 1000)); }

void misp_event_id(msec now, char out[37])
{
	char seed[32];

	snprintf(seed, sizeof seed, "event %lld", (long long)now);
	uuid5(space, slice_of(seed), out);
}

void misp_org_id(slice org, char out[37])
{
	struct uuid_name { char text[300]; } name;
	int n = snprintf(name.text, sizeof name.text, "org %" S_FMT, S_ARG(org));

	uuid5(space, (slice){ name.text, n < (int)sizeof name.text ? (size_t)n : sizeof name.text - 1 }, out);
}

/* Two of what the core format asks for are texts though they are numbers. */
void misp_begin(struct form *f, struct buf *b)
{
	slice org = f->opt->org.len ? f->opt->org : S("Renkei");
	char id[37], org_id[37];

	misp_event_id(f->now, id);
	misp_org_id(org, org_id);
	buf_putf(b, "{\"Event\":{\"uuid\":\"%s\",\"info\":\"Indicators selected by Renkei\",\"date\":\"", id);
	jday_put(b, msec_jday(f->now));
	buf_putz(b, "\",\"timestamp\":");
	put_stamp(b, f->now);
	buf_putf(b, ",\"publish_timestamp\":\"%s\",\"threat_level_id\":\"4\",\"analysis\":\"0\",\"distribution\":\"0\",\"published\":false,"
		"\"Orgc\":{\"uuid\":\"%s\",\"name\":", "0", org_id);
	json_put_text(b, org);
	buf_putf(b, "},\"Tag\":[{\"name\":\"tlp:%s\"}],\"Attribute\":[\n", tlp_word(f->opt->tlp));
}

/* "md5 of the value,event": by this a receiver finds the event of a value without reading them all. */
static void put_hash(struct form *f, slice value)
{
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	char id[37];

	if (!f->hashes || EVP_Digest(value.p, value.len, md, &n, EVP_md5(), NULL) != 1)
		return;
	misp_event_id(f->now, id);
	for (unsigned i = 0; i < n; i++)
		buf_putf(f->hashes, "%02x", md[i]);
	buf_putf(f->hashes, ",%s\n", id);
}

void misp_item(struct form *f, struct buf *b, const struct item *item)
{
	const struct indicator *it = item->it;
	struct kind k = kind_of(it);
	struct json_out o = json_out_on(b);
	char id[37];
	struct buf key;

	buf_init(&key, b->a, 65536);
	buf_putf(&key, "%s%s ", it->role == IND_REF ? "benign " : "", k.type);
	buf_put(&key, it->value);
	uuid5(space, buf_slice(&key), id);
	if (f->written > 1)
		buf_putz(b, ",\n");
	jo_object(&o);
	jo_kv_text(&o, "uuid", slice_of(id));
	jo_kv_text(&o, "type", slice_of(k.type));
	jo_kv_text(&o, "category", slice_of(k.category));
	jo_kv_text(&o, "value", it->value);
	jo_kv_bool(&o, "to_ids", it->role == IND_IOC && it->type != IND_CVE && it->type != IND_ATTACK);
	jo_key(&o, S("timestamp"));
	put_stamp(b, f->now);
	jo_end_object(&o);
	put_hash(f, it->value);
}

void misp_end(struct buf *b) { buf_putz(b, "\n]}}\n"); }
