/* The walls of a cage (cage.h), closed by the child itself. Only the files of the cage include it. */
#ifndef BASE_CAGE_WALLS_H
#define BASE_CAGE_WALLS_H

#include <stdbool.h>

#include "base/cage.h"

/* AddressSanitizer reserves terabytes and asks the system for more; its own limits stand in. */
#ifdef __SANITIZE_ADDRESS__
#define CAGE_SANITIZED 1
#else
#define CAGE_SANITIZED 0
#endif

/* Descriptor `fd` becomes number 3; behind it and the one of errors no other stays open. */
bool cage_keep_only(int fd);
/* Memory as the limits say, no dump, no new rights, and no call of the system but to compute, read and write what is open. */
bool cage_close(const struct cage_limits *limits);

#endif
