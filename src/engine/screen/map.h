/*
 * How one kind of log is laid out, as data (a file in screening/maps): its form, what its fields mean to us, what is cut
 * out of a longer field, how actions and failures are written.
 */
#ifndef ENGINE_SCREEN_MAP_H
#define ENGINE_SCREEN_MAP_H

#include "base/pack.h"
#include "engine/screen/line.h"

#define MAP_TAKES 6
#define MAP_DETECTS 8

struct word { slice text; uint32_t value; };
struct words_list { struct word *v; uint32_t n; };

/* A part of a longer field: behind `after`, up to a character of `until`, of that the n-th of `separator`. */
struct map_take { slice from, after, until, separator; uint32_t field; uint8_t source, col; };

struct log_map {
	slice name, file;
	enum line_form form;
	bool unnumbered;            /* lines have no record number of their own: they are numbered as they come */
	int64_t shift;              /* seconds from the log's clock, where it names no zone, to the Japanese one */
	struct words_list keys;     /* name of a field -> column | order of preference << 8 */
	struct words_list acts, failures, failed_acts;
	slice *header;              /* CSV without a line of names */
	uint32_t nheader;
	slice record;               /* XML: the element that is one record */
	struct map_take takes[MAP_TAKES];
	uint32_t ntakes;
	slice *detect;              /* texts that all stand among the first bytes of such a log */
	uint32_t ndetect;
};

/* One file of screening/maps. E_INVALID "screen.map" and those of base/pack. */
MUST_USE rc log_map_read(struct ctx *c, const struct pack *p, struct log_map **ret);
/* The map whose texts all stand in the bytes; the one with most texts. NULL when there is none. */
const struct log_map *log_map_detect(const struct log_map *const *maps, uint32_t n, slice begin);
/* Fills in the columns that are parts of other fields. */
void map_takes(const struct log_map *m, struct line *line);

/* A field of a record found under this name; the first in order of preference stays. */
void map_field(const struct log_map *m, struct line *out, slice name, slice value, bool utf8);

/* One record of the mapped forms; `text` without its line end. */
enum line_state line_mapped(const struct layout *l, slice text, struct buf *scratch, struct line *out);
enum line_state line_syslog(const struct log_map *m, slice text, struct buf *scratch, struct line *out);
enum line_state line_cef(const struct log_map *m, slice text, struct buf *scratch, struct line *out);
enum line_state line_combined(const struct log_map *m, slice text, struct line *out);
enum line_state line_xml(const struct log_map *m, slice text, struct buf *scratch, struct line *out);
enum line_state line_tree(struct ctx *work, const struct log_map *m, slice text, struct line *out);
/* W3C: the names hold until the next #Fields line, so lines are taken in their order by one reader. */
enum line_state line_w3c(const struct layout *l, slice text, struct buf *scratch, struct line *out);

#endif
