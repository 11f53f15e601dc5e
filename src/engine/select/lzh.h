/* LZH archives, whose names of files in Japan are CP932: libarchive gives up on a name that the locale cannot write. */
#ifndef ENGINE_SELECT_LZH_H
#define ENGINE_SELECT_LZH_H

#include "base/arena.h"
#include "base/rc.h"
#include "base/slice.h"

bool lzh_is(slice bytes);
/* A copy in c->a with _ for each byte beyond ASCII in the names of files and folders, and sums that fit. E_NOMEM. */
MUST_USE rc lzh_plain_names(struct ctx *c, slice bytes, slice *ret);

#endif
