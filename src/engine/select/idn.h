/* Names of other scripts: UTS #46 to the "xn--" form. The only file that speaks to ICU here. */
#ifndef ENGINE_SELECT_IDN_H
#define ENGINE_SELECT_IDN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

/* Writes at most `room` bytes; 0 when the name is not a valid one. */
size_t idn_to_ascii(slice name, char *out, size_t room);

#endif
