#include <unicode/ucnv.h>

#include "base/utf8.h"
#include "engine/select/chars.h"
#include "engine/select/doc.h"

#include "base/banned.h"

#define LOOK ((size_t)256 << 10)

static const struct { const char *icu, *word; } charsets[DOC_CHARSETS] = {
	{ "UTF-8", "utf-8" }, { "windows-31j", "cp932" }, { "EUC-JP", "euc-jp" }, { "ISO-2022-JP", "iso-2022-jp" },
	{ "UTF-16LE", "utf-16le" }, { "UTF-16BE", "utf-16be" }, { "ISO-8859-1", "latin-1" },
};

const char *doc_charset_word(enum doc_charset cs) { return charsets[cs].word; }

bool doc_charset_named(slice name, enum doc_charset *ret)
{
	static const struct { const char *name; enum doc_charset cs; } names[] = {
		{ "utf-8", DOC_UTF8 }, { "utf8", DOC_UTF8 }, { "us-ascii", DOC_UTF8 }, { "ascii", DOC_UTF8 }, { "shift_jis", DOC_CP932 },
		{ "shift-jis", DOC_CP932 }, { "sjis", DOC_CP932 }, { "x-sjis", DOC_CP932 }, { "cp932", DOC_CP932 }, { "ms932", DOC_CP932 },
		{ "windows-31j", DOC_CP932 }, { "euc-jp", DOC_EUC_JP }, { "x-euc-jp", DOC_EUC_JP }, { "eucjp", DOC_EUC_JP },
		{ "iso-2022-jp", DOC_ISO_2022_JP }, { "iso-2022-jp-1", DOC_ISO_2022_JP }, { "utf-16", DOC_UTF16LE },
		{ "utf-16le", DOC_UTF16LE }, { "utf-16be", DOC_UTF16BE }, { "iso-8859-1", DOC_LATIN1 }, { "windows-1252", DOC_LATIN1 },
	};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (same_word(name, names[i].name)) {
			*ret = names[i].cs;
			return true;
		}
	return false;
}

static bool has_jis_escape(slice s)
{
	for (size_t i = 0; i + 2 < s.len; i++) {
		const char *p = memchr(s.p + i, 0x1b, s.len - i - 2);

		if (!p)
			return false;
		i = (size_t)(p - s.p);
		if ((p[1] == '$' && (p[2] == 'B' || p[2] == '@')) || (p[1] == '(' && (p[2] == 'I' || p[2] == 'J')))
			return true;
	}
	return false;
}

/* How many characters do not fit the encoding; kana and common kanji rows speak for it. */
static int64_t fit_cp932(slice s)
{
	int64_t score = 0;

	for (size_t i = 0; i < s.len; i++) {
		uint8_t a = (uint8_t)s.p[i], b = i + 1 < s.len ? (uint8_t)s.p[i + 1] : 0;

		if (a < 0x80)
			continue;
		if (a >= 0xa1 && a <= 0xdf) {
			score -= 1;   /* half-width kana: rarely */
			continue;
		}
		if (((a >= 0x81 && a <= 0x9f) || (a >= 0xe0 && a <= 0xfc)) && b >= 0x40 && b <= 0xfc && b != 0x7f) {
			score += a == 0x82 || a == 0x83 ? 3 : 1;
			i++;
		} else {
			score -= 30;
		}
	}
	return score;
}

static int64_t fit_euc(slice s)
{
	int64_t score = 0;

	for (size_t i = 0; i < s.len; i++) {
		uint8_t a = (uint8_t)s.p[i], b = i + 1 < s.len ? (uint8_t)s.p[i + 1] : 0;

		if (a < 0x80)
			continue;
		if (a == 0x8e && b >= 0xa1 && b <= 0xdf) {
			i++;
		} else if (a >= 0xa1 && a <= 0xfe && b >= 0xa1 && b <= 0xfe) {
			score += a == 0xa4 || a == 0xa5 ? 3 : 1;
			i++;
		} else if (a == 0x8f) {
			i += 2;
		} else {
			score -= 30;
		}
	}
	return score;
}

/* UTF-16 without a mark: every second byte of ASCII is zero, or kana rows stand at every second byte. */
static bool looks_utf16(slice s, bool *ret_little)
{
	size_t zero[2] = { 0, 0 }, kana[2] = { 0, 0 }, n = s.len < 4096 ? s.len : 4096;

	for (size_t i = 0; i < n; i++) {
		zero[i & 1] += s.p[i] == 0;
		kana[i & 1] += s.p[i] == 0x30;
	}
	if (n < 4 || n % 2)
		n &= ~(size_t)1;
	*ret_little = zero[1] + kana[1] > zero[0] + kana[0];
	return n >= 8 && zero[*ret_little] * 10 > n && zero[!*ret_little] * 50 <= n;
}

/* The same of Japanese text: nearly every unit is of ASCII, kana, kanji or full-width, and a line end shows which byte comes first. */
static bool looks_japanese_utf16(slice s, bool *ret_little)
{
	size_t fits[2] = { 0, 0 }, zero[2] = { 0, 0 }, n = s.len < 8192 ? s.len & ~(size_t)1 : 8192;

	for (size_t i = 0; i < n; i++) {
		uint8_t b = (uint8_t)s.p[i];

		zero[i & 1] += b == 0;
		fits[i & 1] += b == 0 || b == 0x30 || b == 0xff || (b >= 0x20 && b <= 0x26) || (b >= 0x4e && b <= 0x9f);
	}
	*ret_little = fits[1] > fits[0];
	return n >= 16 && zero[*ret_little] && fits[*ret_little] * 2 * 20 >= n * 19;
}

#define RUN_PLAIN 96u

/*
 * A stretch of plain ASCII: such a text is not in UTF-16, whatever was pasted into it. Kana in UTF-16 are letters and signs of
 * ASCII, too, but every second byte of theirs is 0x30.
 */
static bool has_plain_run(slice s)
{
	size_t run = 0, odd[2] = { 0, 0 };

	for (size_t i = 0; i < s.len; i++) {
		uint8_t b = (uint8_t)s.p[i];

		if (!(b >= 0x20 && b < 0x7f) && b != '\n' && b != '\r' && b != '\t') {
			run = odd[0] = odd[1] = 0;
			continue;
		}
		odd[i & 1] += b != 0x30;
		if (++run >= RUN_PLAIN && odd[0] * 4 > run && odd[1] * 4 > run)
			return true;
	}
	return false;
}

enum doc_charset doc_guess_charset(slice bytes)
{
	slice head = { bytes.p, bytes.len < LOOK ? bytes.len : LOOK };
	bool little;
	int64_t sjis, euc;

	if (slice_starts(bytes, S("\xff\xfe")))
		return DOC_UTF16LE;
	if (slice_starts(bytes, S("\xfe\xff")))
		return DOC_UTF16BE;
	if (looks_utf16(head, &little) && !has_plain_run(head))
		return little ? DOC_UTF16LE : DOC_UTF16BE;
	if (head.len > 0 && memchr(head.p, 0, head.len) && looks_japanese_utf16(head, &little) && !has_plain_run(head))
		return little ? DOC_UTF16LE : DOC_UTF16BE;
	if (has_jis_escape(head) && utf8_is_valid(head))
		return DOC_ISO_2022_JP;
	if (utf8_valid_prefix(head) + 4 > head.len)
		return DOC_UTF8;
	sjis = fit_cp932(head);
	euc = fit_euc(head);
	if (sjis <= 0 && euc <= 0)
		return utf8_valid_prefix(head) > head.len / 2 ? DOC_UTF8 : DOC_LATIN1;
	return euc >= sjis ? DOC_EUC_JP : DOC_CP932;
}

rc doc_decode(struct ctx *c, slice bytes, enum doc_charset cs, slice *ret)
{
	UErrorCode err = U_ZERO_ERROR;
	size_t room;
	char *out;
	int32_t n;

	if (cs == DOC_UTF8) {
		*ret = bytes;
		return OK;
	}
	if (bytes.len > (size_t)INT32_MAX / 4)
		return FAIL(c, E_LIMIT, "text.limit");
	/* The mark of the byte order of UTF-16 is no part of the text (RFC 2781 §3.2); places are counted without it. */
	if (slice_starts(bytes, cs == DOC_UTF16LE ? S("\xff\xfe") : S("\xfe\xff")) && (cs == DOC_UTF16LE || cs == DOC_UTF16BE))
		bytes = slice_sub(bytes, 2, bytes.len - 2);
	room = bytes.len * 3 + 16;
	out = arena_bytes(c->a, room);
	if (!out)
		return FAIL(c, E_LIMIT, "memory.limit");
	n = ucnv_convert("UTF-8", charsets[cs].icu, out, (int32_t)(room < INT32_MAX ? room : INT32_MAX), bytes.p, (int32_t)bytes.len, &err);
	if (U_FAILURE(err))
		return FAIL(c, E_INVALID, "select.charset");
	*ret = (slice){ out, (size_t)n };
	return OK;
}
