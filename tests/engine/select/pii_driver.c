/*
 * Reads files and writes what the search for personal information finds, as tests/engine/select/score_pii.py reads it:
 *   pii_driver [--mails] [--thorough] FILE… > found.jsonl
 *   pii_driver --time FILE          MB/s on stderr
 * Offsets are code points. No content is written.
 */
#include <stdio.h>
#include <time.h>

#include "base/file.h"
#include "base/utf8.h"
#include "engine/select/pii.h"

static size_t points(slice text, size_t *at_byte, size_t *at_point, size_t byte)
{
	*at_point += utf8_count(slice_sub(text, *at_byte, byte - *at_byte));
	*at_byte = byte;
	return *at_point;
}

static void print_found(const char *doc, slice text, const struct pii_result *r, bool mails)
{
	size_t byte = 0, point = 0;

	for (size_t i = 0; i < r->n_spans && !mails; i++) {
		size_t start = points(text, &byte, &point, r->spans[i].start);
		size_t end = points(text, &byte, &point, r->spans[i].end);

		printf("{\"doc\":\"%s\",\"type\":\"%s\",\"start\":%zu,\"end\":%zu,\"rule\":\"%s\"}\n", doc,
			pii_type_word(r->spans[i].type),
			start, end, r->spans[i].rule);
	}
	for (size_t i = 0; i < r->n_mails && mails; i++) {
		size_t start = points(text, &byte, &point, r->mails[i].start);

		printf("{\"doc\":\"%s\",\"side\":\"%s\",\"start\":%zu,\"rule\":\"%s\"}\n", doc,
			pii_side_word(r->mails[i].side), start,
			r->mails[i].rule);
	}
}

static rc run(struct ctx *c, const char *path, const struct pii_hints *hints, bool mails, bool timed)
{
	const char *doc = strrchr(path, '/');
	struct pii_result r;
	slice text;
	clock_t begin;

	TRY(file_read(c, path, (size_t)1 << 30, &text));
	begin = clock();
	TRY(pii_scan(c, text, hints, NULL, &r));
	if (timed)
		fprintf(stderr, "%zu bytes, %zu found, %.1f MB/s\n", text.len, r.n_spans,
			(double)text.len / 1e6 / ((double)(clock() - begin + 1) / CLOCKS_PER_SEC));
	else
		print_found(doc ? doc + 1 : path, text, &r, mails);
	return OK;
}

int main(int argc, char **argv)
{
	bool mails = false, timed = false;
	struct pii_hints hints = { 0 };

	for (int i = 1; i < argc; i++) {
		struct ctx c = { .a = arena_new((size_t)2 << 30) };

		if (strcmp(argv[i], "--mails") == 0)
			mails = true;
		else if (strcmp(argv[i], "--time") == 0)
			timed = true;
		else if (strcmp(argv[i], "--thorough") == 0)
			hints.thorough = true;
		else if (!c.a || run(&c, argv[i], &hints, mails, timed) != OK)
			return 2;
		arena_free(c.a);
	}
	return 0;
}
