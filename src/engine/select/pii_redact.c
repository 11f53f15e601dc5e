#include "engine/select/pii_redact.h"

#include "base/calendar.h"
#include "base/utf8.h"
#include "engine/select/pii_tables.h"

#include "base/banned.h"

static const char *const masks[PII_TYPES] = {
	"[個人番号]", "[カード番号]", "[口座番号]", "[免許証番号]", "[旅券番号]", "[在留カード番号]",
		"[保険者番号]", "[被保険者証]",
	"[基礎年金番号]", "[雇用保険番号]", "[住民票コード]", "[介護保険番号]", "[電話番号]", "[郵便番号]",
		"[住所]", "[氏名]",
	"[フリガナ]", "[メールアドレス]", "[生年月日]", "[番号]",
};

static const char *const action_words[PII_ACTIONS] = { "keep", "drop", "mask", "blot", "token",
	"generalise" };

const char *pii_action_word(enum pii_action a) { return action_words[a]; }

bool pii_action_from_word(slice word, enum pii_action *ret)
{
	for (int i = 0; i < PII_ACTIONS; i++)
		if (slice_is(word, action_words[i])) {
			*ret = (enum pii_action)i;
			return true;
		}
	return false;
}

struct pii_policy pii_policy_default(void)
{
	struct pii_policy p = { .key = NULL };

	for (int i = 0; i < PII_TYPES; i++)
		p.act[i] = PII_MASK;
	return p;
}

static uint64_t rotate(uint64_t x, int n) { return x << n | x >> (64 - n); }

struct sip { uint64_t v[4]; uint64_t part; uint32_t n; };

static void sip_round(struct sip *s)
{
	uint64_t *v = s->v;

	v[0] += v[1]; v[1] = rotate(v[1], 13) ^ v[0]; v[0] = rotate(v[0], 32);
	v[2] += v[3]; v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3]; v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1]; v[1] = rotate(v[1], 17) ^ v[2]; v[2] = rotate(v[2], 32);
}

static uint64_t load64(const uint8_t *p)
{
	uint64_t v = 0;

	for (int i = 7; i >= 0; i--)
		v = v << 8 | p[i];
	return v;
}

static void sip_byte(struct sip *s, uint8_t b)
{
	s->part |= (uint64_t)b << (s->n % 8 * 8);
	if (++s->n % 8)
		return;
	s->v[3] ^= s->part;
	sip_round(s);
	sip_round(s);
	s->v[0] ^= s->part;
	s->part = 0;
}

/* SipHash-2-4 (Aumasson, Bernstein 2012). */
static struct sip sip_begin(const uint8_t key[16])
{
	uint64_t k0 = load64(key), k1 = load64(key + 8);

	return (struct sip){ .v = { k0 ^ UINT64_C(0x736f6d6570736575), k1 ^ UINT64_C(0x646f72616e646f6d),
		k0 ^ UINT64_C(0x6c7967656e657261), k1 ^ UINT64_C(0x7465646279746573) } };
}

static uint64_t sip_end(struct sip *s)
{
	uint64_t last = (uint64_t)s->n << 56 | s->part;

	s->v[3] ^= last;
	sip_round(s);
	sip_round(s);
	s->v[0] ^= last;
	s->v[2] ^= 0xff;
	for (int i = 0; i < 4; i++)
		sip_round(s);
	return s->v[0] ^ s->v[1] ^ s->v[2] ^ s->v[3];
}

/* Two halves of the key make 128 bits out of the 64 of SipHash. Width, blanks and hyphens do not count. */
static void put_token(struct buf *out, const uint8_t *key, enum pii_type t, slice value)
{
	struct sip a = sip_begin(key), b = sip_begin(key + 16);
	size_t i = 0;

	sip_byte(&a, (uint8_t)t);
	sip_byte(&b, (uint8_t)t);
	while (i < value.len) {
		uint32_t cp;
		uint16_t f;

		if (!utf8_next(value, &i, &cp))
			continue;
		f = cp < 0x10000 ? pii_fold[cp] : (uint16_t)(cp ^ cp >> 16);
		if (f == ' ' || f == '-' || f == 0x30FC || f == '(' || f == ')')
			continue;
		sip_byte(&a, (uint8_t)f);
		sip_byte(&a, (uint8_t)(f >> 8));
		sip_byte(&b, (uint8_t)f);
		sip_byte(&b, (uint8_t)(f >> 8));
	}
	buf_putf(out, "[%s:%016llx%016llx]", pii_type_word(t), (unsigned long long)sip_end(&a),
		(unsigned long long)sip_end(&b));
}

/* The year of a date of birth; an unreadable one is masked. */
static void put_year(struct ctx *c, struct buf *out, slice value)
{
	jday d;
	struct fault kept = c->fault;

	if (jday_parse_ja(c, value, &d) == OK)
		buf_putf(out, "%d年", (int)jday_ymd(d).y);
	else
		buf_putz(out, masks[PII_BIRTH_DATE]);
	c->fault = kept;
}

/* Up to and with 都, 道, 府, 県, which stands third or fourth. */
static void put_prefecture(struct buf *out, slice value)
{
	for (size_t at = 6; at <= 9 && at + 3 <= value.len; at += 3) {
		slice end = slice_sub(value, at, 3);

		if (slice_eq(end, S("都")) || slice_eq(end, S("道")) || slice_eq(end, S("府")) ||
			slice_eq(end, S("県"))) {
			buf_put(out, slice_sub(value, 0, at + 3));
			return;
		}
	}
	buf_putz(out, masks[PII_ADDRESS]);
}

static void put_blots(struct buf *out, slice value)
{
	for (size_t i = 0, n = utf8_count(value); i < n; i++)
		buf_putz(out, "■");
}

static void put_span(struct ctx *c, struct buf *out, const struct pii_policy *p, enum pii_type t, slice value)
{
	switch (p->act[t]) {
	case PII_KEEP: buf_put(out, value); return;
	case PII_DROP: return;
	case PII_MASK: buf_putz(out, masks[t]); return;
	case PII_BLOT: put_blots(out, value); return;
	case PII_TOKEN:
		if (p->key)
			put_token(out, p->key, t, value);
		else
			buf_putz(out, masks[t]);
		return;
	case PII_GENERALISE:
		if (t == PII_BIRTH_DATE)
			put_year(c, out, value);
		else if (t == PII_ADDRESS)
			put_prefecture(out, value);
		else
			buf_putz(out, masks[t]);
		return;
	}
}

rc pii_redact(struct ctx *c, slice text, const struct pii_span *spans, size_t n,
	const struct pii_policy *policy, struct buf *out,
	struct pii_tally *tally)
{
	size_t at = 0;

	for (size_t i = 0; i < n; i++) {
		const struct pii_span *s = &spans[i];

		NEVER(s->start < at || s->end < s->start || s->end > text.len);
		buf_put(out, slice_sub(text, at, s->start - at));
		put_span(c, out, policy, s->type, slice_sub(text, s->start, s->end - s->start));
		if (tally)
			tally->n[s->type][policy->act[s->type]]++;
		at = s->end;
	}
	buf_put(out, slice_sub(text, at, text.len - at));
	return out->full ? FAIL(c, E_LIMIT, "text.limit") : OK;
}
