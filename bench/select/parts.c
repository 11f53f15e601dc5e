/*
 * What each part of the selection costs: parts FILE... prints user seconds a gigabyte for the scanner of indicators and
 * the one of personal information, block by block as the command does it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/file.h"
#include "engine/select/doc.h"
#include "engine/select/pii.h"

#include "base/banned.h"

#define BLOCK ((size_t)192 << 10)

static double user_seconds(void)
{
	struct rusage u;

	(void)getrusage(RUSAGE_SELF, &u);
	return (double)u.ru_utime.tv_sec + (double)u.ru_utime.tv_usec / 1e6;
}

static rc run(struct ctx *c, struct ctx *work, slice text, enum ind_kind kind, bool pii, size_t *ret_found)
{
	struct pii_state *state;
	size_t at = 0, found = 0;

	TRY(pii_state_new(c, &state));

	while (at < text.len) {
		slice block = slice_sub(text, at, BLOCK);
		struct ind_list list = { 0 };
		struct pii_result result = { 0 };

		if (at + block.len < text.len) {
			const char *nl = memrchr(block.p, '\n', block.len);

			if (nl)
				block.len = (size_t)(nl + 1 - block.p);
		}
		arena_reset(work->a);
		if (pii)
			TRY(pii_scan(work, block, NULL, state, &result));
		else
			TRY(ind_scan(work, block, kind, &list));
		found += list.n + result.n_spans;
		at += block.len;
	}
	*ret_found = found;
	return OK;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		AUTO_ARENA a = arena_new((size_t)4 << 30);
		AUTO_ARENA w = arena_new((size_t)1 << 30);
		struct ctx c = { .a = a }, work = { .a = w };
		slice text;

		if (file_read(&c, argv[i], (size_t)2 << 30, &text) != OK)
			return 2;
		for (int pii = getenv("PERSONAL_ONLY") ? 1 : 0; pii < (getenv("INDICATORS_ONLY") ? 1 : 2); pii++) {
			double t = user_seconds();
			size_t found = 0;

			if (run(&c, &work, text, doc_kind(text, slice_of(argv[i])), pii == 1, &found) != OK)
				return 2;
			t = user_seconds() - t;
			printf("%s\t%s\t%.2f s/GB\t%zu found\n", argv[i], pii ? "personal" : "indicators", t * 1e9 / (double)text.len, found);
		}
	}
	return 0;
}
