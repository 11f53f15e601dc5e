/*
 * The configuration: one file, [section] and key = value, every key in one table with its type, range, usual value and a
 * sentence. Unknown keys, keys twice and values out of range are errors.
 */
#ifndef DOOR_SERVE_CONFIG_H
#define DOOR_SERVE_CONFIG_H

#include "base/buf.h"
#include "door/serve/settings.h"

enum config_type { CONFIG_TEXT, CONFIG_PATH, CONFIG_ADDRESS, CONFIG_WORD, CONFIG_INT, CONFIG_SECONDS, CONFIG_KIB, CONFIG_BOOL };

#define CONFIG_TYPES 7

struct config_key {
	const char *section, *key;
	enum config_type type;
	size_t at;                    /* offset in struct settings */
	size_t room;                  /* of a text; bytes of a number */
	int64_t least, most;
	const char *words;            /* CONFIG_WORD: "auto roles same", in the order of the enum */
	const char *sentence;
};

extern const struct config_key config_keys[];
extern const size_t config_keys_count;

/* E_INVALID "config.form", "config.unknown", "config.twice", "config.value", E_LIMIT "config.range"; with file and row. */
MUST_USE rc config_read(struct ctx *c, const char *path, struct settings *s);
/* What belongs together: certificate and key, a mail server and the address it sends from. */
MUST_USE rc config_check(struct ctx *c, const struct settings *s);
/* The value of a key as it would stand in the file. */
void config_put_value(struct buf *b, const struct config_key *k, const struct settings *s);

#endif
