#include "engine/screen/map.h"
#include "engine/screen/model.h"

/* The language of maps: a map, a line of four dashes, a log that it is used on. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	AUTO_ARENA a = arena_new((size_t)128 << 20);
	struct ctx c = { .a = a };
	slice all = { (const char *)data, len }, log;
	size_t cut = slice_find(all, S("\n----\n"), 0), at = 0;
	struct layout l = { .year = 2026, .month = 1 };
	struct line line = { .utf8 = 0 };
	const struct pack *p;
	struct log_map *m;
	struct buf scratch;

	if (!a || len == 0 || cut == 0 || len > 100000 || pack_parse(&c, "fuzz", slice_sub(all, 0, cut), &p) != OK || log_map_read(&c, p, &m) != OK || cut == SIZE_MAX)
		return 0;
	log = slice_sub(all, cut + 6, len);
	(void)log_map_detect((const struct log_map *const *)&m, 1, log);
	if (m->form < FORM_SYSLOG)
		return 0;
	l.form = m->form;
	l.map = m;
	buf_init(&scratch, c.a, 1 << 20);
	while (at < log.len) {
		scratch.len = 0;
		if (line_next(&l, log, &at, &scratch, &line) == LINE_GOOD)
			map_takes(m, &line);
	}
	return 0;
}
