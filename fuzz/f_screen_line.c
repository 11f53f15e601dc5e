#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "engine/screen/model.h"

/*
 * Every form of log: the first byte says which map of screening/maps, the rest is the log. It is opened, cut, parsed and
 * applied as a whole and in halves; all ways of splitting have to come to the same marks.
 */
static const char *const names[] = { "syslog", "cef", "leef", "combined", "w3c", "windows-xml", "windows-json", "pgaudit",
	"oracle-unified", "sqlserver-audit", "dicom-atna", "fhir-auditevent" };

#define MAPS (sizeof names / sizeof *names)

static const struct log_map *maps[MAPS];
static const struct pack *words, *rules;

static void read_packs(void)
{
	static struct ctx packs;

	if (packs.a)
		return;
	packs.a = arena_new((size_t)64 << 20);
	if (pack_read(&packs, SOURCE_ROOT "/screening/words.yaml", &words) != OK || pack_read(&packs, SOURCE_ROOT "/screening/rules.yaml", &rules) != OK)
		abort();
	for (unsigned i = 0; i < MAPS; i++) {
		char path[500];
		const struct pack *p;
		struct log_map *m;

		(void)snprintf(path, sizeof path, "%s/screening/maps/%s.yaml", SOURCE_ROOT, names[i]);
		if (pack_read(&packs, path, &p) != OK || log_map_read(&packs, p, &m) != OK)
			abort();
		maps[i] = m;
	}
}

static void ways_agree(struct ctx *c, slice text)
{
	struct marks m[2] = { { .n = 0 }, { .n = 0 } };

	for (unsigned k = 0; k < 2; k++) {
		m[k].at = arena_alloc(c->a, text.len + SPLIT_ROOM, sizeof(uint32_t));
		m[k].end = arena_alloc(c->a, text.len + SPLIT_ROOM, sizeof(uint32_t));
		if (!m[k].at || !m[k].end)
			return;
	}
	for (unsigned way = 0; strcmp(split_ways[way].name, "plain") != 0; way++) {
		unsigned plain = way;

		if (!split_ways[way].fits())
			continue;
		while (strcmp(split_ways[plain].name, "plain") != 0)
			plain++;
		split_ways[way].run(text.p, text.len, ',', &m[0]);
		split_ways[plain].run(text.p, text.len, ',', &m[1]);
		if (m[0].n != m[1].n || m[0].lines != m[1].lines || memcmp(m[0].at, m[1].at, m[0].n * sizeof(uint32_t)) != 0 ||
		    memcmp(m[0].end, m[1].end, m[0].lines * sizeof(uint32_t)) != 0)
			abort();
	}
}

static void read_log(struct ctx *c, const struct log_map *map, slice log)
{
	static const unsigned char key[16] = "0123456789abcde";
	struct screen_worker *w;
	struct screen_events *ev;
	struct source *src;
	struct screen *s;
	struct buf out;
	uint32_t items;
	size_t cut;

	if (screen_new(c, words, rules, key, &s) != OK)
		return;
	screen_maps(s, maps, MAPS, map);
	if (screen_tables_end(c, s) != OK || screen_open(c, s, S("fuzz"), S("990021"), log, &src) != OK || screen_worker_new(c, &w) != OK)
		return;
	cut = screen_cut(src, slice_sub(log, 0, log.len / 2));
	if (screen_parse(c, s, w, src, slice_sub(log, 0, cut), &ev) != OK || screen_apply(c, s, src, ev) != OK ||
	    screen_parse(c, s, w, src, slice_sub(log, cut, log.len), &ev) != OK || screen_apply(c, s, src, ev) != OK)
		return;
	buf_init(&out, c->a, 16 << 20);
	if (screen_list(c, s, 50, &out, &items) != OK)
		return;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	AUTO_ARENA a = arena_new((size_t)256 << 20);
	struct ctx c = { .a = a, .now = 1770000000000 };
	char *copy;

	if (!a || len < 2 || len > 100000)
		return 0;
	read_packs();
	/* memory of exactly this size, so that a byte read behind it is seen */
	copy = malloc(len - 1);
	if (!copy)
		return 0;
	memcpy(copy, data + 1, len - 1);
	ways_agree(&c, (slice){ copy, len - 1 });
	read_log(&c, data[0] < 'a' || data[0] - 'a' >= (int)MAPS ? NULL : maps[data[0] - 'a'], (slice){ copy, len - 1 });
	free(copy);
	return 0;
}
