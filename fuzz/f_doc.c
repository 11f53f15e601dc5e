#include <stdint.h>
#include <stdlib.h>

#include "engine/select/doc.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* Documents as they come: mails, archives, office files, captures, encodings. The first byte chooses a name. */
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const slice names[] = { S_INIT("a.eml"), S_INIT("a.txt"), S_INIT("a.zip"), S_INIT("a.docx"), S_INIT("a.pcap"), S_INIT("a.html"), S_INIT("a.csv"), S_INIT("a.msg") };
	AUTO_ARENA a = arena_new((size_t)1 << 30);
	struct ctx c = { .a = a };
	struct doc d;
	slice text;

	if (!a || n == 0)
		return 0;
	rc r[3] = {
		doc_take(&c, (slice){ (const char *)p + 1, n - 1 }, names[p[0] % (sizeof names / sizeof names[0])], &d),
		doc_decode(&c, (slice){ (const char *)p + 1, n - 1 }, (enum doc_charset)(p[0] % DOC_CHARSETS), &text),
		doc_office_text(&c, (slice){ (const char *)p + 1, n - 1 }, S("word/document.xml"), &text),
	};

	for (int i = 0; i < 3; i++)
		if (r[i] == E_BUG)
			abort();
	return 0;
}
