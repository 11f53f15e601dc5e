/* What we say to people, in English (command line) and Japanese (pages): ui/messages/, compiled in. */
#ifndef BASE_MESSAGE_H
#define BASE_MESSAGE_H

#include "base/buf.h"
#include "base/rc.h"

struct message { const char *key, *en, *ja; };

/* Sorted by key. */
extern const struct message message_table[];
extern const size_t message_count;

enum language { LANGUAGE_EN, LANGUAGE_JA };

#define LANGUAGES 2

/* The text for a key; the key itself when there is none. */
const char *message_text(const char *key, enum language lang);
/*
 * The fault as one line: "law/appi.yaml:12:7: unknown fact: presons". File, place, name and system error as far as
 * they are known.
 */
void fault_put(struct buf *b, const struct fault *f, enum language lang);

#endif
