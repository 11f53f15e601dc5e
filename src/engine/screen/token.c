#include <sodium.h>

#include "base/utf8.h"
#include "engine/screen/model.h"
#include "engine/screen/sip.h"

#include "base/banned.h"

static uint64_t long_token(const struct screen *s, char domain, uint32_t org, slice text)
{
	unsigned char in[512], out[crypto_shorthash_BYTES];
	size_t len = text.len < sizeof in - 5 ? text.len : sizeof in - 5;
	uint64_t t;

	in[0] = (unsigned char)domain;
	memcpy(in + 1, &org, 4);
	memcpy(in + 5, text.p, len);
	crypto_shorthash(out, in, len + 5, s->key);
	memcpy(&t, out, sizeof t);
	return t ? t : 1;
}

/*
 * SipHash-2-4 with a key that stays with the owner of the log; the domain letter keeps numbers, households and names
 * apart, so that two tables cannot be joined by accident. 0 is kept free for "none".
 */
uint64_t screen_token(const struct screen *s, char domain, uint32_t org, slice text)
{
	unsigned char in[64];
	uint64_t t;

	if (text.len > sizeof in - 8 - 5)
		return long_token(s, domain, org, text);
	memset(in + (text.len + 5) / 8 * 8, 0, 8);
	in[0] = (unsigned char)domain;
	memcpy(in + 1, &org, 4);
	if (text.len)
		memcpy(in + 5, text.p, text.len);
	t = sip_one(s->sip, in, text.len + 5);
	return t ? t : 1;
}

slice screen_number_bare(slice text)
{
	/* what spreadsheets leave of a number: ="0012345678", or no leading zeros */
	if (text.len >= 3 && text.p[0] == '=' && text.p[1] == '"')
		text = slice_sub(text, 2, text.len - 3);
	for (; text.len > 0 && text.p[0] == '"'; text.len--)
		text.p++;
	while (text.len > 0 && text.p[text.len - 1] == '"')
		text.len--;
	for (; text.len > 1 && text.p[0] == '0'; text.len--)
		text.p++;
	return text;
}

uint64_t screen_token_number(const struct screen *s, char domain, uint32_t org, slice text)
{
	return screen_token(s, domain, org, screen_number_bare(text));
}

static rc name_locked(struct screen *s, slice text, uint32_t *ret)
{
	struct ctx *c = &s->names_ctx;
	uint32_t *at, n = s->names.n;

	TRY(map64_put(c, &s->names.at, screen_token(s, 'n', 0, text), n, &at));
	if (*at == n) {
		slice kept = arena_copy(c->a, text);

		if (!kept.p)
			return FAIL(c, E_LIMIT, "memory.limit");
		TRY_PUSH(c, s->names.v, s->names.n, s->names.cap);
		s->names.v[s->names.n++] = kept;
	}
	*ret = *at;
	return OK;
}

rc log_name_of(struct ctx *c, struct screen *s, slice text, uint32_t *ret)
{
	rc r;

	(void)pthread_mutex_lock(&s->names.lock);
	r = name_locked(s, text, ret);
	(void)pthread_mutex_unlock(&s->names.lock);
	return r == OK ? OK : FAIL(c, r, "memory.limit");
}

rc org_of(struct ctx *c, struct screen *s, slice name, uint32_t *ret)
{
	struct org *o;

	for (uint32_t i = 0; i < s->norg; i++)
		if (slice_eq(s->org[i].name, name)) {
			*ret = i;
			return OK;
		}
	if (s->norg == ORGS_MOST)
		return FAIL(c, E_LIMIT, "screen.orgs");
	o = &s->org[s->norg];
	o->name = arena_copy(c->a, name);
	if (!o->name.p)
		return FAIL(c, E_LIMIT, "memory.limit");
	*ret = s->norg++;
	return OK;
}

rc account_of(struct ctx *c, struct screen *s, uint32_t org, slice name, uint32_t *ret)
{
	uint32_t text;

	TRY(log_name_of(c, s, name, &text));
	return account_by(c, s, org, text, ret);
}

rc account_by(struct ctx *c, struct screen *s, uint32_t org, uint32_t name, uint32_t *ret)
{
	uint32_t *at, n = s->naccounts;

	TRY(map64_put(c, &s->account_at, pair_key(org, name), n, &at));
	if (*at == n) {
		TRY_PUSH(c, s->account, s->naccounts, s->cap_accounts);
		s->account[s->naccounts++] = (struct account){ .name = name, .org = org, .owner = NONE, .dept = NONE,
			.subject = NONE, .first_day = INT32_MIN, .seen_day = INT32_MIN, .duty_day = INT32_MIN, .dept_day = INT32_MIN, .dormant_until = INT32_MIN,
			.home_dept = NONE };
	}
	*ret = *at;
	return OK;
}

rc system_of(struct ctx *c, struct screen *s, slice name, uint32_t *ret_bit)
{
	uint32_t text = NONE;

	if (name.len)
		TRY(log_name_of(c, s, name, &text));
	return system_by(c, s, text, ret_bit);
}

rc system_by(struct ctx *c, struct screen *s, uint32_t name, uint32_t *ret_bit)
{
	uint32_t *at;

	if (name == NONE) {
		*ret_bit = SYSTEMS_MOST;
		return OK;
	}
	TRY(map64_put(c, &s->system_at, pair_key(0, name), s->nsystems, &at));
	if (*at == s->nsystems && s->nsystems < SYSTEMS_MOST)
		s->system_name[s->nsystems++] = name;
	*ret_bit = *at < SYSTEMS_MOST ? *at : SYSTEMS_MOST;
	return OK;
}

uint32_t dept_index(const struct screen *s, uint32_t org, uint32_t dept)
{
	return dept == NONE ? NONE : map64_get(&s->dept_systems, pair_key(org, dept));
}

/* U+FF66–FF9D in order of the full-width kana they stand for. */
static const uint16_t kana_full[56] = {
	0x30f2, 0x30a1, 0x30a3, 0x30a5, 0x30a7, 0x30a9, 0x30e3, 0x30e5, 0x30e7, 0x30c3, 0x30fc, 0x30a2, 0x30a4, 0x30a6,
	0x30a8, 0x30aa, 0x30ab, 0x30ad, 0x30af, 0x30b1, 0x30b3, 0x30b5, 0x30b7, 0x30b9, 0x30bb, 0x30bd, 0x30bf, 0x30c1,
	0x30c4, 0x30c6, 0x30c8, 0x30ca, 0x30cb, 0x30cc, 0x30cd, 0x30ce, 0x30cf, 0x30d2, 0x30d5, 0x30d8, 0x30db, 0x30de,
	0x30df, 0x30e0, 0x30e1, 0x30e2, 0x30e4, 0x30e6, 0x30e8, 0x30e9, 0x30ea, 0x30eb, 0x30ec, 0x30ed, 0x30ef, 0x30f3,
};

/* By its last ten bits, so also of some others. */
static inline bool may_vary(const struct words *w, uint32_t cp)
{
	return cp >= 0x3400 && (w->fold_bits[cp / 64 % 16] >> cp % 64 & 1);
}

static uint32_t variant(const struct words *w, uint32_t cp)
{
	const struct word *f;
	char u[4];

	if (!may_vary(w, cp))
		return cp;
	f = words_find(&w->fold, (slice){ u, utf8_encode(cp, u) });
	return f ? f->value : cp;
}

/* How many bytes from here on are kana and characters that stay as they are; the last one of them in *last. */
static size_t plain_part(const struct words *w, slice s, size_t from, uint32_t *last)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i = from;

	for (; i + 3 <= s.len && (p[i] & 0xf0) == 0xe0 && (p[i + 1] & 0xc0) == 0x80 && (p[i + 2] & 0xc0) == 0x80; i += 3) {
		uint32_t cp = (p[i] & 0x0fu) << 12 | (p[i + 1] & 0x3fu) << 6 | (p[i + 2] & 0x3fu);

		if (cp <= 0x3000 || cp >= 0xd000 || may_vary(w, cp))
			break;
		*last = cp;
	}
	return i - from;
}

void fold_name(const struct words *w, struct buf *out, slice utf8)
{
	uint32_t last = 0;
	char u[4];
	size_t n;

	for (size_t i = 0; i < utf8.len;) {
		uint32_t cp;

		n = plain_part(w, utf8, i, &last);
		if (n) {
			buf_put(out, slice_sub(utf8, i, n));
			i += n;
			continue;
		}
		if (!utf8_next(utf8, &i, &cp) || cp == ' ' || cp == 0x3000 || cp == '*' || cp == '"' || cp == '%')
			continue;
		if (cp >= 0xff66 && cp <= 0xff9d)
			cp = kana_full[cp - 0xff66];
		else if (cp == 0xff9e && ((last >= 0x30ab && last <= 0x30c8) || (last >= 0x30cf && last <= 0x30db)) && out->len >= 3) {
			/* カ and ﾞ become ガ: one further in the table */
			out->len -= 3;
			cp = last + 1;
		} else if (cp == 0xff9f && last >= 0x30cf && last <= 0x30db && out->len >= 3) {
			out->len -= 3;
			cp = last + 2;
		}
		cp = variant(w, cp);
		last = cp;
		n = utf8_encode(cp, u);
		buf_put(out, (slice){ u, n });
	}
}
