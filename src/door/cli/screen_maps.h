/* The descriptions of logs that are installed, and one of the user's own. */
#ifndef DOOR_CLI_SCREEN_MAPS_H
#define DOOR_CLI_SCREEN_MAPS_H

#include "base/buf.h"

struct log_map;

#define SCREEN_MAPS_MOST 64

struct screen_maps { const struct log_map *v[SCREEN_MAPS_MOST]; uint32_t n; const struct log_map *only; };

/* All of screening/maps; `asked` is the name of one of them or a file, or NULL. E_NOTFOUND "screen.no_map". */
MUST_USE rc screen_maps_read(struct ctx *c, const char *asked, struct screen_maps *ret);
/* renkei screen map: a map for a log that nobody has described yet, made from its first lines; YAML. */
MUST_USE rc screen_map_propose(struct ctx *c, const struct screen_maps *maps, const char *path, struct buf *out);

#endif
