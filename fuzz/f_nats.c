#include "base/nats_text.h"

/* What a server may send, in one piece and cut short at every place of the first 200. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	AUTO_ARENA a = arena_new((size_t)1 << 20);
	struct ctx c = { .a = a };
	slice in = { (const char *)data, len };
	struct nats_message m;
	size_t used;

	if (!a)
		return 0;
	for (size_t cut = 0; cut < 200 && cut < len; cut++)
		(void)!(nats_parse(&c, slice_sub(in, 0, cut), &used, &m) == OK);
	while (nats_parse(&c, in, &used, &m) == OK && used > 0) {
		if (m.kind == NATS_MSG) {
			(void)nats_status(m.header);
			(void)nats_header(m.header, S("Nats-Sequence"));
		}
		in = slice_sub(in, used, in.len);
	}
	return 0;
}
