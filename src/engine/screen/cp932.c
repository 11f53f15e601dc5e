#include "engine/screen/cp932.h"

#include "base/utf8.h"

#include "base/banned.h"

static void put_cp(struct buf *out, uint32_t cp)
{
	char u[4];

	buf_put(out, (slice){ u, utf8_encode(cp, u) });
}

static uint32_t pair(unsigned char lead, unsigned char trail)
{
	unsigned row = lead < 0xa0 ? lead - 0x81u : lead - 0xe0u + 31u;

	return trail >= 0x40 && trail <= 0xfc ? cp932_pairs[row][trail - 0x40] : 0;
}

bool cp932_put(struct buf *out, slice text)
{
	const unsigned char *p = (const unsigned char *)text.p;
	bool good = true;

	for (size_t i = 0; i < text.len; i++) {
		uint32_t cp = 0;

		if (p[i] < 0x80)
			cp = p[i];
		else if (p[i] >= 0xa1 && p[i] <= 0xdf)
			cp = 0xff61u + p[i] - 0xa1u;
		else if (cp932_is_lead(p[i]) && i + 1 < text.len)
			cp = pair(p[i], p[i + 1]);
		if (cp >= 0x80 && !(p[i] >= 0xa1 && p[i] <= 0xdf))
			i++;
		if (cp == 0 && p[i] != 0)
			good = false;
		put_cp(out, cp == 0 ? 0xfffd : cp);
	}
	return good;
}

/* Valid UTF-8 sequences beyond ASCII count for UTF-8, broken ones against it; damaged lines are few. */
bool text_is_cp932(slice sample)
{
	size_t good = 0, bad = 0, i = 0;
	uint32_t cp;

	while (i < sample.len) {
		uint64_t eight;

		if (sample.len - i >= 8) {
			memcpy(&eight, sample.p + i, 8);
			if (!(eight & 0x8080808080808080u)) {
				i += 8;
				continue;
			}
		}
		if ((unsigned char)sample.p[i] < 0x80) {
			i++;
			continue;
		}
		if (utf8_next(sample, &i, &cp))
			good++;
		else
			bad++;
	}
	return bad > good;
}
