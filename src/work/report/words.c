/* Single values as people read them. */
#include "work/report/gather.h"

#include "base/calendar.h"
#include "base/utf8.h"

#include "base/banned.h"

void put_count(struct buf *b, int64_t n)
{
	char digits[32];
	struct buf *out = b;
	size_t len = 0;

	if (n < 0) {
		buf_put_i64(out, n);
		return;
	}
	do {
		digits[len++] = (char)('0' + n % 10);
		n /= 10;
	} while (n && len < sizeof digits);
	while (len) {
		buf_putc(out, digits[--len]);
		if (len && len % 3 == 0)
			buf_putc(out, ',');
	}
}

void put_time(struct ctx *c, struct buf *b, slice text, bool day_only)
{
	msec t;
	jday d;

	if (text.len == 10) {
		if (jday_parse(c, text, &d) == OK)
			jday_put_era(b, d);
		return;
	}
	if (msec_parse(c, text, &t) != OK)
		return;
	d = msec_jday(t);
	jday_put_era(b, d);
	if (!day_only) {
		int64_t minutes = (t - jday_msec(d)) / 60000;

		buf_putf(b, " %d時%02d分", (int)(minutes / 60), (int)(minutes % 60));
	}
}

static void put_codes(struct buf *b, const struct record_path *p, const struct json *v)
{
	bool first = true;
	const struct json *e = v->type == JSON_ARRAY ? v->child : v;

	for (; e; e = v->type == JSON_ARRAY ? e->next : NULL) {
		slice words, code = value_code(e, &words);
		const struct choice *choice = choices_find(p->choices, code);

		if (!first)
			buf_put(b, S("、"));
		first = false;
		buf_put(b, choice ? choice->ja : code);
		if (words.len) {
			buf_put(b, S("（"));
			buf_put(b, words);
			buf_put(b, S("）"));
		}
	}
}

void put_value(struct ctx *c, struct buf *b, const struct record_path *p, const struct json *v, enum part_as as)
{
	switch (p->type) {
	case VALUE_TEXT: case VALUE_LONG: case VALUE_FILE: case VALUE_REF:
		if (v->type == JSON_ARRAY) {
			for JSON_EACH(e, v) {
				if (e != v->child)
					buf_put(b, S("、"));
				buf_put(b, json_text(e));
			}
		} else {
			buf_put(b, json_text(v));
		}
		break;
	case VALUE_DATE: case VALUE_DATETIME:
		put_time(c, b, json_text(v), as == AS_DATE || p->type == VALUE_DATE);
		break;
	case VALUE_INT: put_count(b, v->num); break;
	case VALUE_DECIMAL: buf_put(b, v->text); break;
	case VALUE_BOOL: buf_put(b, v->type == JSON_TRUE ? S("○") : S("×")); break;
	case VALUE_ONE: case VALUE_MANY: put_codes(b, p, v); break;
	case VALUE_TABLE: case VALUE_GROUP: break;
	}
}

/* 北海道, 東京都, 京都府, 神奈川県: the prefecture ends at the third or fourth character. */
void put_prefecture(struct buf *b, slice address)
{
	size_t i = 0, n = 0;
	uint32_t cp;

	while (i < address.len && n < 4 && utf8_next(address, &i, &cp)) {
		n++;
		if ((n == 3 && (cp == 0x90fd || cp == 0x9053 || cp == 0x5e9c)) || (n >= 3 && cp == 0x770c)) {
			buf_put(b, slice_sub(address, 0, i));
			return;
		}
	}
}

bool corporate_number_is_right(slice s)
{
	int sum = 0;

	if (s.len != 13)
		return false;
	for (size_t i = 0; i < 13; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	/* the digits after the first, from the right: odd places count once, even ones twice */
	for (size_t n = 1; n <= 12; n++)
		sum += (s.p[13 - n] - '0') * (n % 2 ? 1 : 2);
	return s.p[0] - '0' == 9 - sum % 9;
}
