#include "engine/select/suffix.h"

#include <stdint.h>

#include "base/banned.h"

#define LABEL_MOST 63u
#define HOST_MOST 253u

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
	if (in_list(&suffix_rule, (slice){ with, s.len + 1 }))
		return false;
	if (in_list(&suffix_rule, s))
		return true;
	with[0] = '*';
	memcpy(with + 1, dot, s.len - (size_t)(dot - s.p));
	return in_list(&suffix_rule, (slice){ with, s.len - (size_t)(dot - s.p) + 1 });
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
