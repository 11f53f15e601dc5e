#include "work/select/policy.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "base/parse.h"

#include "base/banned.h"

/* "203.0.113.0/24": address and length; without one, all of it. */
static bool read_network(slice s, struct own_network *ret)
{
	const char *slash = s.len ? memchr(s.p, '/', s.len) : NULL;
	slice host = slash ? slice_sub(s, 0, (size_t)(slash - s.p)) : s, bits = slash ? slice_sub(s, host.len + 1, s.len) : S_NONE;
	char z[64] = { 0 };
	unsigned most;

	*ret = (struct own_network){ 0 };
	if (host.len == 0 || host.len >= sizeof z)
		return false;
	memcpy(z, host.p, host.len);
	if (inet_pton(AF_INET, z, ret->bytes) != 1) {
		if (inet_pton(AF_INET6, z, ret->bytes) != 1)
			return false;
		ret->v6 = true;
	}
	most = ret->v6 ? 128 : 32;
	ret->bits = (uint8_t)most;
	if (!slash)
		return true;
	if (bits.len == 0 || bits.len > 3)
		return false;
	ret->bits = 0;
	for (size_t i = 0, n = 0; i < bits.len; i++) {
		if (bits.p[i] < '0' || bits.p[i] > '9')
			return false;
		n = n * 10 + (size_t)(bits.p[i] - '0');
		if (n > most)
			return false;
		ret->bits = (uint8_t)n;
	}
	return true;
}

static bool is_within(const struct own_network *n, const struct own_network *a)
{
	unsigned whole = n->bits / 8, rest = n->bits % 8;

	if (n->v6 != a->v6 || a->bits < n->bits || memcmp(n->bytes, a->bytes, whole) != 0)
		return false;
	return rest == 0 || (n->bytes[whole] ^ a->bytes[whole]) >> (8 - rest) == 0;
}

const struct own_network *policy_network(const struct select_policy *p, slice address)
{
	struct own_network a;

	if (!p || p->n_networks == 0 || !read_network(address, &a))
		return NULL;
	for (size_t i = 0; i < p->n_networks; i++)
		if (is_within(&p->networks[i], &a))
			return &p->networks[i];
	return NULL;
}

/* The next word of the line; empty at its end. */
static slice next_word(slice *line)
{
	slice word;
	size_t n = 0;

	*line = slice_trim(*line);
	while (n < line->len && line->p[n] != ' ' && line->p[n] != '\t')
		n++;
	word = slice_sub(*line, 0, n);
	*line = slice_trim(slice_sub(*line, n, line->len));
	return word;
}

static bool read_out(slice word, bool *ret)
{
	*ret = slice_is(word, "out");
	return *ret || slice_is(word, "in");
}

static bool read_own(struct select_policy *p, slice first, slice second, slice third)
{
	if (slice_is(first, "own-domain")) {
		if (second.len == 0 || third.len)
			return false;
		p->own_domains[p->n_own_domains++] = second;
		return true;
	}
	if (!read_network(second, &p->networks[p->n_networks]) || !(third.len == 0 || slice_is(third, "in") || slice_is(third, "ref")))
		return false;
	p->networks[p->n_networks++].rule = slice_is(third, "in") ? OWN_IN : OWN_REF;
	return true;
}

static bool read_line(struct select_policy *p, slice line)
{
	slice first = next_word(&line), second = next_word(&line), third = next_word(&line);
	enum pii_action act;
	enum pii_type t;

	if (line.len)
		return false;
	if (slice_is(first, "own-domain") || slice_is(first, "own-network"))
		return read_own(p, first, second, third);
	if (third.len)
		return false;
	if (slice_is(first, "person-email"))
		return read_out(second, &p->emails_out);
	if (slice_is(first, "home-address"))
		return read_out(second, &p->homes_out);
	/* "keep" would let a class out as a whole: places are released one by one, by an officer. */
	if (!pii_type_from_word(first, &t) || !pii_action_from_word(second, &act) || act == PII_KEEP)
		return false;
	p->redact.act[t] = act;
	return true;
}

rc policy_read(struct ctx *c, slice text, struct select_policy *ret)
{
	struct select_policy p = { .redact = pii_policy_default() };
	unsigned n = 0;
	slice line;

	TRY_ARRAY(c, p.own_domains, POLICY_LINES_MOST);
	TRY_ARRAY(c, p.networks, POLICY_LINES_MOST);
	while (slice_next(&text, '\n', &line)) {
		const char *remark = line.len ? memchr(line.p, '#', line.len) : NULL;

		if (remark)
			line = slice_sub(line, 0, (size_t)(remark - line.p));
		line = slice_trim(line);
		if (++n > POLICY_LINES_MOST || (line.len && !read_line(&p, line))) {
			rc r = FAIL(c, n > POLICY_LINES_MOST ? E_LIMIT : E_INVALID, "select.policy");
			char place[24];

			snprintf(place, sizeof place, "line %u", n);
			fault_where(c, place);
			return r;
		}
	}
	*ret = p;
	return OK;
}
