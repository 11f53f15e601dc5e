/* Top level names and public suffixes, compiled in from the system's public suffix list. */
#ifndef ENGINE_SELECT_SUFFIX_H
#define ENGINE_SELECT_SUFFIX_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/select/chars.h"

extern const struct words suffix_top;
extern const struct words suffix_rule;

/* Is it a top level name (lower or upper case; "xn--" form for other scripts)? */
bool suffix_is_top(slice label);
/* Length of the registrable part at the end of `host` (lower case): one label more than the longest suffix. */
size_t suffix_registrable(slice host);
/* Is the whole of it a public suffix, as "co.jp" is? */
bool suffix_is_suffix(slice host);

#endif
