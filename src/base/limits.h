/* All largest sizes, in one place. Each is stated in docs/limits.md and met by a test. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#include <stddef.h>

#define LIMIT_JSON_DEPTH 32u
#define LIMIT_PACK_DEPTH 24u
#define LIMIT_JSON_LINE ((size_t)1 << 20)       /* one line of JSON Lines input */
#define LIMIT_FILE_SMALL ((size_t)16 << 20)     /* a pack, a spec, a case file read whole */
#define LIMIT_ARENA_COMMAND ((size_t)1 << 30)   /* memory of one command line job */
#define LIMIT_ARENA_PAGE ((size_t)64 << 20)     /* memory of one page of rows that are worked through */
#define LIMIT_VALUE_TEXT 4000u                   /* one line of a record's value, bytes */
#define LIMIT_VALUE_LONG ((size_t)256 << 10)    /* a long text of the record, bytes */
#define LIMIT_VALUE_ROWS 2000u                  /* rows of a table, items of a list */
#define LIMIT_BLANK ((size_t)8 << 20)           /* an agency's blank workbook, packed */
#define LIMIT_PDF_PAGES 2000u
#define LIMIT_DOCUMENT ((size_t)256 << 20)      /* bytes of one document that we make */

#endif
