/*
 * What a general scanner costs on the same text: vectorscan with 34 patterns that are comparable to what the selection looks
 * for, block by block, without beginnings of matches. vectorscan FILE... prints user seconds a gigabyte and the matches.
 */
#include <hs/hs.h>
#include <stdio.h>
#include <sys/resource.h>

#include "base/file.h"

#include "base/banned.h"

#define BLOCK ((size_t)1 << 18)

static const char *const patterns[] = {
	"\\b(?:\\d{1,3}\\.){3}\\d{1,3}\\b", "\\b(?:\\d{1,3}\\[?\\.\\]?){3}\\d{1,3}/\\d{1,2}\\b", "(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}",
	"(?:[a-z0-9-]{1,63}\\.)+(?:com|net|org|info|biz|ru|cn|jp|top|xyz|online|site|io|de|uk|club|pw|onion)\\b",
	"h(?:tt|xx)ps?(?:\\[:\\]|:)//[^\\s\"'<>]+", "(?:[a-z0-9-]+\\[\\.\\])+[a-z]{2,}", "[a-z0-9._%+-]+@[a-z0-9.-]+\\.[a-z]{2,}",
	"[a-z0-9._%+-]+\\[(?:at|@)\\][a-z0-9.-]+", "\\b[0-9a-f]{32}\\b", "\\b[0-9a-f]{40}\\b", "\\b[0-9a-f]{64}\\b", "\\b[0-9a-f]{128}\\b",
	"\\bCVE-\\d{4}-\\d{4,7}\\b", "\\bT1\\d{3}(?:\\.\\d{3})?\\b", "\\b[13][a-km-zA-HJ-NP-Z1-9]{25,34}\\b", "\\bbc1[a-z0-9]{39,59}\\b",
	"\\b0x[0-9a-f]{40}\\b", "HK(?:LM|CU|CR|EY_[A-Z_]+)\\\\[^\\s\"]+", "[a-z]:\\\\(?:[^\\\\\\s\"]+\\\\)*[^\\\\\\s\"]+",
	"%[a-z]+%\\\\[^\\s\"]+", "/(?:tmp|var|etc|usr|home|opt)/[^\\s\"']+", "\\b[\\w-]+\\.(?:exe|dll|bat|ps1|vbs|js|docm|xlsm|zip|rar|lnk)\\b",
	"\\bAS\\d{2,10}\\b", "\\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\\b", "Mozilla/5\\.0 [^\"\\r\\n]+", "\\b\\d{12}\\b",
	"\\b0\\d{1,4}-\\d{1,4}-\\d{4}\\b", "\\b0[789]0-?\\d{4}-?\\d{4}\\b", "\\b\\d{3}-\\d{4}\\b", "\\b\\d{4}[ -]?\\d{4}[ -]?\\d{4}[ -]?\\d{4}\\b",
	"\\b[A-Z]{2}\\d{8}[A-Z]{2}\\b", "(?:氏名|名前|担当者?)[:：]\\s*\\S+", "(?:東京都|北海道|(?:京都|大阪)府|..県)\\S{2,20}\\d", "(?:昭和|平成|令和)\\d{1,2}年\\d{1,2}月\\d{1,2}日",
};
#define PATTERNS (sizeof patterns / sizeof patterns[0])

static double user_seconds(void)
{
	struct rusage u;

	(void)getrusage(RUSAGE_SELF, &u);
	return (double)u.ru_utime.tv_sec + (double)u.ru_utime.tv_usec / 1e6;
}

static int count(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *n)
{
	(void)id, (void)from, (void)to, (void)flags;
	++*(size_t *)n;
	return 0;
}

int main(int argc, char **argv)
{
	unsigned flags[PATTERNS], ids[PATTERNS];
	hs_database_t *db;
	hs_compile_error_t *error;
	hs_scratch_t *scratch = NULL;

	for (unsigned i = 0; i < PATTERNS; i++) {
		flags[i] = HS_FLAG_CASELESS;
		ids[i] = i;
	}
	if (hs_compile_multi(patterns, flags, ids, PATTERNS, HS_MODE_BLOCK, NULL, &db, &error) != HS_SUCCESS) {
		fprintf(stderr, "pattern %d: %s\n", error->expression, error->message);
		return 2;
	}
	if (hs_alloc_scratch(db, &scratch) != HS_SUCCESS)
		return 2;
	for (int i = 1; i < argc; i++) {
		AUTO_ARENA a = arena_new((size_t)4 << 30);
		struct ctx c = { .a = a };
		slice text;
		size_t found = 0;
		double t;

		if (file_read(&c, argv[i], (size_t)2 << 30, &text) != OK)
			return 2;
		t = user_seconds();
		for (size_t at = 0; at < text.len; at += BLOCK)
			(void)hs_scan(db, text.p + at, (unsigned)(text.len - at < BLOCK ? text.len - at : BLOCK), 0, scratch, count, &found);
		t = user_seconds() - t;
		printf("%s\tvectorscan\t%.2f s/GB\t%zu matches\n", argv[i], t * 1e9 / (double)text.len, found);
	}
	(void)hs_free_scratch(scratch);
	(void)hs_free_database(db);
	return 0;
}
