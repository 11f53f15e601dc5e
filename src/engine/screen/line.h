/*
 * Lines of logs into fields: CSV, JSON Lines, LTSV, each in UTF-8 or CP932, split on raw bytes. What a line says is
 * only pointed at; decoding is left to those who keep a field.
 */
#ifndef ENGINE_SCREEN_LINE_H
#define ENGINE_SCREEN_LINE_H

#include <stdint.h>

#include "base/buf.h"
#include "engine/screen/split.h"

/* What a column means to us; the words for it are data (screening/words.yaml). */
enum column {
	COL_ID, COL_TS, COL_SYS, COL_USER, COL_TERM, COL_IP, COL_OP, COL_SCREEN, COL_SUBJ, COL_CASE, COL_QUERY, COL_N,
	COL_WHY, COL_RESULT, COL_SESSION,
	COL_NONE,   /* a column that nobody asks for */
};

#define COLUMNS 15
/* Fields that are only cut up for others (map.h). */
#define COL_TAKEN 16
#define FIELDS_ALL 22
#define LINE_FIELDS_MOST 64

/* From FORM_SYSLOG on a map (map.h) has to say what the parts are. */
enum line_form { FORM_CSV, FORM_JSON, FORM_LTSV, FORM_SYSLOG, FORM_CEF, FORM_COMBINED, FORM_W3C, FORM_XML, FORM_TREE };

#define LINE_FORMS 9

struct log_map;

/* How the lines of one file are laid out; made from its first lines, then read only. */
struct layout {
	enum line_form form;
	bool cp932;
	uint8_t columns;                     /* CSV: fields a line must have */
	uint8_t col[LINE_FIELDS_MOST];       /* CSV: enum column by place */
	slice header;                        /* CSV: the header line, to know it again where files were joined */
	struct { slice key; uint8_t col; } keys[LINE_FIELDS_MOST];   /* JSON, LTSV */
	uint8_t nkeys;
	const struct log_map *map;           /* or NULL */
	int32_t year;                        /* of times that name none, when the log was read */
	uint32_t month;
};

enum line_state { LINE_GOOD, LINE_EMPTY, LINE_HEADER, LINE_DAMAGED };

struct line {
	slice f[FIELDS_ALL];       /* at COL_NONE what nobody asks for */
	uint8_t order[FIELDS_ALL]; /* of mapped forms: how much the name was preferred */
	slice w3c;                 /* W3C: the names that hold now */
	uint32_t utf8;             /* bit per column: the field is UTF-8 already (unescaped JSON) */
	slice whole;
};

/*
 * Takes the line that begins at block[*at], up to its line end, and moves *at behind it. Quoted fields with doubled
 * quotes and JSON escapes are written to `scratch`, which the caller resets for each block. A line end within quotes
 * is taken as part of the field when that gives the right number of columns, else the line is damaged.
 */
enum line_state line_next(const struct layout *l, slice block, size_t *at, struct buf *scratch, struct line *out);

enum line_state line_csv(const struct layout *l, slice block, size_t *at, struct buf *scratch, struct line *out);
enum line_state line_json(const struct layout *l, slice text, struct buf *scratch, struct line *out);
enum line_state line_ltsv(const struct layout *l, slice text, struct line *out);

/* The lines of one block, CSV or JSON, from marks; its memory is the worker's. */
struct marked_lines {
	const struct layout *l;
	slice block;
	struct marks m;
	uint32_t line, mark;       /* the next line end, and the first mark of the line */
	size_t at;
	uint64_t key_word[LINE_FIELDS_MOST];   /* JSON: names of up to eight bytes, as words */
	unsigned place;                        /* the name that is expected next */
};

/* k->m has room for the block. */
void marked_begin(struct marked_lines *k, const struct layout *l, slice block, split_fn *split);
/* line_json.c: the line [at, end) from its marks; false when the careful way has to look. */
bool json_marked(struct marked_lines *k, uint32_t last, struct line *out);
/* As line_next; false after the last line. Fields of a line that is not good are not set. */
bool marked_next(struct marked_lines *k, struct buf *scratch, struct line *out, enum line_state *ret);

/* How many bytes of `bytes` make whole lines: up to the last line end that is not inside quotes. */
size_t line_cut(const struct layout *l, slice bytes);

#endif
