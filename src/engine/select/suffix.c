#include "engine/select/suffix.h"

#include <stdint.h>

#include "base/banned.h"

#define LABEL_MOST 63u
#define HOST_MOST 253u

static int compare(slice s, const char *z)
{
	size_t n = strlen(z), least = s.len < n ? s.len : n;
	int d = memcmp(s.p, z, least);

	if (d)
		return d;
	return s.len < n ? -1 : s.len > n;
}

static bool find(const char *const *table, size_t n, slice s)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int d = compare(s, table[mid]);

		if (d == 0)
			return true;
		if (d < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return false;
}

bool suffix_is_top(slice label) { return label.len >= 2 && label.len <= LABEL_MOST && in_list(&suffix_top, label); }

/* Is `s` a suffix by a plain rule, or by a rule with a wildcard for its first label (and no exception)? */
static bool is_rule(slice s)
{
	char with[HOST_MOST + 2];
	const char *dot = memchr(s.p, '.', s.len);

	if (!dot)
		return in_list(&suffix_top, s);
	if (s.len > HOST_MOST)
		return false;
	with[0] = '!';
	memcpy(with + 1, s.p, s.len);
	if (find(suffix_rule, suffix_rule_count, (slice){ with, s.len + 1 }))
		return false;
	if (find(suffix_rule, suffix_rule_count, s))
		return true;
	with[0] = '*';
	memcpy(with + 1, dot, s.len - (size_t)(dot - s.p));
	return find(suffix_rule, suffix_rule_count, (slice){ with, s.len - (size_t)(dot - s.p) + 1 });
}

bool suffix_is_suffix(slice host) { return host.len > 0 && is_rule(host); }

size_t suffix_registrable(slice host)
{
	size_t from = 0, last = 0;

	/* From the whole towards the last label: the first that is a suffix is the longest. */
	for (;;) {
		slice rest = { host.p + from, host.len - from };
		const char *dot;

		if (is_rule(rest))
			return host.len - last;
		dot = memchr(rest.p, '.', rest.len);
		if (!dot)
			return host.len;
		last = from;
		from = (size_t)(dot - host.p) + 1;
	}
}
