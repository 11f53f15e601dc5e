#include "base/calendar.h"

/* A date that was read is a day that exists; what we print is read back as the same. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	AUTO_ARENA a = arena_new((size_t)1 << 20);
	slice text = { (const char *)data, len };
	struct ctx c = { .a = a };
	struct buf b;
	msec t, back_t;
	jday d, back;

	if (!a)
		return 0;
	buf_init(&b, a, 256);
	if (jday_parse_ja(&c, text, &d) == OK) {
		jday_put_era(&b, d);
		if (jday_parse_ja(&c, buf_slice(&b), &back) != OK || back != d)
			__builtin_trap();
	}
	buf_reset(&b);
	if (msec_parse(&c, text, &t) == OK && msec_jday(t) >= JDAY_LEAST && msec_jday(t) <= JDAY_MOST) {
		msec_put(&b, t);
		if (msec_parse(&c, buf_slice(&b), &back_t) != OK || back_t != t)
			__builtin_trap();
	}
	return 0;
}
