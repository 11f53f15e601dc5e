/* How core has a foreign file taken apart: through the role `parse`. Handlers call the parsers as ever; c->cage leads here. */
#ifndef DOOR_SERVE_PARSE_H
#define DOOR_SERVE_PARSE_H

#include "base/cage.h"

struct station;

struct cage_door parse_door(struct station *s);

#endif
