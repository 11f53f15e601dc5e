/* All largest sizes, in one place. Each is stated in docs/limits.md and met by a test. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#include <stddef.h>

#define LIMIT_JSON_DEPTH 32u
#define LIMIT_PACK_DEPTH 24u
#define LIMIT_JSON_LINE ((size_t)1 << 20)       /* one line of JSON Lines input */
#define LIMIT_FILE_SMALL ((size_t)16 << 20)     /* a pack, a spec, a case file read whole */
#define LIMIT_ARENA_COMMAND ((size_t)1 << 30)   /* memory of one command line job */

#endif
