/* Feeds every file of the given folders to a fuzz target: a corpus replayed as a test, without a fuzzer. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static int feed(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct stat st;
	uint8_t *data;
	size_t n;

	if (!f)
		return -1;
	if (fstat(fileno(f), &st) != 0 || !S_ISREG(st.st_mode)) {
		(void)fclose(f);
		return 0;
	}
	/* exactly as long as the file, so that a sanitizer sees every byte read beyond it */
	data = malloc(st.st_size > 0 ? (size_t)st.st_size : 1);
	n = data ? fread(data, 1, (size_t)st.st_size, f) : 0;
	(void)fclose(f);
	if (!data || n != (size_t)st.st_size) {
		free(data);
		return -1;
	}
	(void)LLVMFuzzerTestOneInput(data, n);
	/* every prefix: parsers meet cut input most of all */
	for (size_t cut = n < 512 ? n : 512; cut-- > 0;) {
		uint8_t *part = malloc(cut ? cut : 1);

		if (!part)
			break;
		memcpy(part, data, cut);
		(void)LLVMFuzzerTestOneInput(part, cut);
		free(part);
	}
	free(data);
	return 1;
}

int main(int argc, char **argv)
{
	int fed = 0;

	for (int i = 1; i < argc; i++) {
		DIR *d = opendir(argv[i]);
		struct dirent *e;

		while (d && (e = readdir(d))) {
			char path[4096];
			int r;

			if (e->d_name[0] == '.')
				continue;
			(void)snprintf(path, sizeof path, "%s/%s", argv[i], e->d_name);
			r = feed(path);
			if (r < 0) {
				fprintf(stderr, "could not read %s\n", path);
				return 1;
			}
			fed += r;
		}
		if (d)
			(void)closedir(d);
	}
	printf("%d inputs\n", fed);
	return fed > 0 ? 0 : 1;
}
