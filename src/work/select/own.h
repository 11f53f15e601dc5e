/*
 * Names of our own house among the indicators: a name under which a person of ours has a mail address in the text is true, but
 * nothing of the attack.
 */
#ifndef WORK_SELECT_OWN_H
#define WORK_SELECT_OWN_H

#include "engine/select/indicator.h"
#include "engine/select/pii.h"

#define OWN_MOST 256u   /* more addresses of persons in one text are not looked at */

/* Names behind the mail addresses of persons of ours; they lie in the text. */
struct own { slice hosts[OWN_MOST]; size_t n; };

void own_read(slice text, const struct pii_result *found, struct own *ret);
/* Makes a name or link below one of them a reference (IND_REF, reason "own"); false when it is none of theirs. */
bool own_mark(const struct own *own, struct indicator *it);

#endif
