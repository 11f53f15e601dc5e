#include "base/width.h"

#include "base/utf8.h"

#include "base/banned.h"

struct range { uint32_t first, last; };

/* East Asian Width W and F of Unicode 15, joined where only unassigned code points lie between. */
static const struct range wide[] = {
	{ 0x1100, 0x115F }, { 0x231A, 0x231B }, { 0x2329, 0x232A }, { 0x23E9, 0x23EC }, { 0x23F0, 0x23F0 },
	{ 0x23F3, 0x23F3 }, { 0x25FD, 0x25FE }, { 0x2614, 0x2615 }, { 0x2648, 0x2653 }, { 0x267F, 0x267F },
	{ 0x2693, 0x2693 }, { 0x26A1, 0x26A1 }, { 0x26AA, 0x26AB }, { 0x26BD, 0x26BE }, { 0x26C4, 0x26C5 },
	{ 0x26CE, 0x26CE }, { 0x26D4, 0x26D4 }, { 0x26EA, 0x26EA }, { 0x26F2, 0x26F3 }, { 0x26F5, 0x26F5 },
	{ 0x26FA, 0x26FA }, { 0x26FD, 0x26FD }, { 0x2705, 0x2705 }, { 0x270A, 0x270B }, { 0x2728, 0x2728 },
	{ 0x274C, 0x274C }, { 0x274E, 0x274E }, { 0x2753, 0x2755 }, { 0x2757, 0x2757 }, { 0x2795, 0x2797 },
	{ 0x27B0, 0x27B0 }, { 0x27BF, 0x27BF }, { 0x2B1B, 0x2B1C }, { 0x2B50, 0x2B50 }, { 0x2B55, 0x2B55 },
	{ 0x2E80, 0x303E }, { 0x3041, 0x3247 }, { 0x3250, 0x4DBF }, { 0x4E00, 0xA4CF }, { 0xA960, 0xA97F },
	{ 0xAC00, 0xD7A3 }, { 0xF900, 0xFAFF }, { 0xFE10, 0xFE19 }, { 0xFE30, 0xFE6F }, { 0xFF01, 0xFF60 },
	{ 0xFFE0, 0xFFE6 }, { 0x16FE0, 0x18CFF }, { 0x1AFF0, 0x1B2FF }, { 0x1F004, 0x1F004 }, { 0x1F0CF, 0x1F0CF },
	{ 0x1F18E, 0x1F18E }, { 0x1F191, 0x1F19A }, { 0x1F200, 0x1F320 }, { 0x1F32D, 0x1F335 }, { 0x1F337, 0x1F37C },
	{ 0x1F37E, 0x1F393 }, { 0x1F3A0, 0x1F3CA }, { 0x1F3CF, 0x1F3D3 }, { 0x1F3E0, 0x1F3F0 }, { 0x1F3F4, 0x1F3F4 },
	{ 0x1F3F8, 0x1F43E }, { 0x1F440, 0x1F440 }, { 0x1F442, 0x1F4FC }, { 0x1F4FF, 0x1F53D }, { 0x1F54B, 0x1F567 },
	{ 0x1F57A, 0x1F57A }, { 0x1F595, 0x1F596 }, { 0x1F5A4, 0x1F5A4 }, { 0x1F5FB, 0x1F64F }, { 0x1F680, 0x1F6C5 },
	{ 0x1F6CC, 0x1F6CC }, { 0x1F6D0, 0x1F6D2 }, { 0x1F6D5, 0x1F6DF }, { 0x1F6EB, 0x1F6EC }, { 0x1F6F4, 0x1F6FC },
	{ 0x1F7E0, 0x1F7F0 }, { 0x1F90C, 0x1F9FF }, { 0x1FA70, 0x1FAFF }, { 0x20000, 0x3FFFD },
};

/* Marks that sit on the character before, joiners, variation selectors. */
static const struct range none[] = {
	{ 0x0300, 0x036F }, { 0x200B, 0x200F }, { 0x20D0, 0x20F0 }, { 0x302A, 0x302D }, { 0x3099, 0x309A },
	{ 0xFE00, 0xFE0F }, { 0xFE20, 0xFE2F }, { 0xFEFF, 0xFEFF }, { 0xE0100, 0xE01EF },
};

static bool in_ranges(const struct range *r, size_t n, uint32_t cp)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (cp > r[mid].last)
			low = mid + 1;
		else
			high = mid;
	}
	return low < n && cp >= r[low].first;
}

unsigned codepoint_width(uint32_t cp)
{
	if (cp < 0x300)
		return 1;
	if (in_ranges(none, sizeof none / sizeof none[0], cp))
		return 0;
	return in_ranges(wide, sizeof wide / sizeof wide[0], cp) ? 2 : 1;
}

static uint32_t next_codepoint(slice s, size_t *i)
{
	uint32_t cp;

	return utf8_next(s, i, &cp) ? cp : 0xFFFD;
}

size_t text_width(slice s)
{
	size_t cols = 0, i = 0;

	while (i < s.len)
		cols += codepoint_width(next_codepoint(s, &i));
	return cols;
}

slice text_cut(slice s, size_t cols)
{
	size_t i = 0, end = 0, used = 0;

	while (i < s.len) {
		used += codepoint_width(next_codepoint(s, &i));
		if (used > cols)
			break;
		end = i;
	}
	return (slice){ s.p, end };
}

static void put_blanks(struct buf *b, size_t n)
{
	while (n-- > 0)
		buf_putc(b, ' ');
}

void buf_put_cell(struct buf *b, slice s, size_t cols)
{
	size_t w = text_width(s);

	if (w > cols && cols > 0) {
		slice cut = text_cut(s, cols - 1);

		buf_put(b, cut);
		buf_put(b, S("…"));
		w = text_width(cut) + 1;
	} else {
		buf_put(b, s);
	}
	put_blanks(b, w < cols ? cols - w : 0);
}

static bool is_one_of(uint32_t cp, slice list)
{
	size_t i = 0;

	while (i < list.len)
		if (next_codepoint(list, &i) == cp)
			return true;
	return false;
}

static bool no_line_start(uint32_t cp)
{
	return is_one_of(cp, S("、。，．・：；？！）」』】〉》〕］｝ー々っゃゅょッャュョ,.:;?!)]}…"));
}

static bool no_line_end(uint32_t cp)
{
	return is_one_of(cp, S("（「『【〈《〔［｛([{"));
}

/* Bytes of s that fit the line; at least one character. */
static size_t line_fit(slice s, size_t cols)
{
	size_t i = 0, used = 0, best = 0;
	uint32_t before = 0;

	while (i < s.len) {
		size_t at = i;
		uint32_t cp = next_codepoint(s, &i);

		if (cp == '\n')
			return at;
		if (at > 0 && (before == ' ' || codepoint_width(before) == 2 || codepoint_width(cp) == 2) &&
		    cp != ' ' && codepoint_width(cp) > 0 && !no_line_start(cp) && !no_line_end(before))
			best = at;
		used += codepoint_width(cp);
		if (used > cols && cp != ' ')
			return best > 0 ? best : at > 0 ? at : i;
		before = cp;
	}
	return s.len;
}

void buf_put_wrapped(struct buf *b, slice s, size_t indent, size_t cols)
{
	while (s.len > 0) {
		size_t n = line_fit(s, cols > 8 ? cols : 8);
		slice line = slice_sub(s, 0, n);

		while (line.len > 0 && line.p[line.len - 1] == ' ')
			line.len--;
		buf_put(b, line);
		s = slice_sub(s, n, s.len);
		if (s.len > 0 && s.p[0] == '\n')
			s = slice_sub(s, 1, s.len);
		if (s.len == 0)
			return;
		buf_putc(b, '\n');
		put_blanks(b, indent);
	}
}
