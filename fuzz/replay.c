/* Feeds every file of the folders given to a fuzz target, so that its corpus is a test without a fuzzer. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int feed(const char *folder, const char *name)
{
	char path[4096];
	uint8_t *bytes = NULL;
	size_t n = 0;
	FILE *f;

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	f = fopen(path, "rb");
	if (!f)
		return -1;
	for (;;) {
		/* one exact allocation a file, so that a read behind its end is seen */
		uint8_t *more = realloc(bytes, n + 65536);
		size_t got;

		if (!more)
			abort();
		bytes = more;
		got = fread(bytes + n, 1, 65536, f);
		n += got;
		if (got < 65536)
			break;
	}
	(void)fclose(f);
	if (n > 0) {
		uint8_t *exact = realloc(bytes, n);

		bytes = exact ? exact : bytes;
	}
	(void)LLVMFuzzerTestOneInput(bytes, n);
	free(bytes);
	return 0;
}

int main(int argc, char **argv)
{
	int fed = 0;

	for (int i = 1; i < argc; i++) {
		DIR *dir = opendir(argv[i]);
		struct dirent *e;

		while (dir && (e = readdir(dir)))
			if (e->d_name[0] != '.' && feed(argv[i], e->d_name) == 0)
				fed++;
		if (dir)
			(void)closedir(dir);
	}
	printf("%d inputs\n", fed);
	return fed > 0 ? 0 : 1;
}
