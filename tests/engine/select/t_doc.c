#include "tests/support.h"

#include "base/buf.h"
#include "engine/select/doc.h"
#include "engine/select/office.h"

#include "base/banned.h"

static void encodings_are_known_by_their_bytes(void **state)
{
	static const struct { const char *bytes; size_t n; enum doc_charset want; } rows[] = {
		{ "abc \xe5\xb1\xb1", 7, DOC_UTF8 }, { "\x8e\x52\x93\x63\x82\xcc\x83\x65\x83\x58\x83\x67", 12, DOC_CP932 },
		{ "\xbb\xb3\xc5\xc4\xa4\xce\xa5\xc6\xa5\xb9\xa5\xc8", 12, DOC_EUC_JP }, { "\x1b$B;3ED\x1b(B", 10, DOC_ISO_2022_JP },
		{ "\xff\xfe" "a\0b\0", 6, DOC_UTF16LE }, { "\xfe\xff\0a\0b", 6, DOC_UTF16BE }, { "a\0b\0c\0d\0", 8, DOC_UTF16LE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(doc_guess_charset((slice){ rows[i].bytes, rows[i].n }), rows[i].want);
}

static void japanese_encodings_become_utf8(void **state)
{
	struct ctx *c = *state;
	slice text;

	assert_ok(c, doc_decode(c, S("\x8e\x52\x93\x63"), DOC_CP932, &text));
	assert_slice(text, S("山田"));
	assert_ok(c, doc_decode(c, S("\x1b$B;3ED\x1b(B"), DOC_ISO_2022_JP, &text));
	assert_slice(text, S("山田"));
	assert_ok(c, doc_decode(c, S("\xbb\xb3\xc5\xc4"), DOC_EUC_JP, &text));
	assert_slice(text, S("山田"));
}

static bool any_part_has(const struct doc *d, slice what)
{
	for (size_t i = 0; i < d->n; i++)
		if (!d->parts[i].cover && slice_find(d->parts[i].text, what, 0) != SIZE_MAX)
			return true;
	return false;
}

static void the_mark_of_utf16_is_no_part_of_the_text(void **state)
{
	struct ctx *c = *state;
	slice text;

	assert_ok(c, doc_decode(c, (slice){ "\xff\xfe" "a\0b\0", 6 }, DOC_UTF16LE, &text));
	assert_slice(text, S("ab"));
	assert_ok(c, doc_decode(c, (slice){ "\xfe\xff\0a\0b", 6 }, DOC_UTF16BE, &text));
	assert_slice(text, S("ab"));
}

static void mails_are_opened_to_their_attachments(void **state)
{
	struct ctx *c = *state;
	struct doc d;
	slice mail = S("From: =?UTF-8?B?5bGx55Sw?= <a@b.example>\r\nTo: x\r\nSubject: y\r\nContent-Type: multipart/mixed; boundary=\"XX\"\r\n\r\n"
		"--XX\r\nContent-Type: text/plain; charset=ISO-2022-JP\r\n\r\n\x1b$B;3ED\x1b(B\r\n"
		"--XX\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nevil=2Eru=\r\n/a\r\n"
		"--XX\r\nContent-Type: application/octet-stream; name=\"a.txt\"\r\nContent-Transfer-Encoding: base64\r\n\r\naHR0cDovL2V2aWwucnUvZ2F0ZQ==\r\n--XX--\r\n");

	assert_ok(c, doc_take(c, mail, S("m.eml"), &d));
	assert_true(d.parts[0].cover && d.parts[0].whole);
	assert_true(any_part_has(&d, S("山田 <a@b.example>")));
	assert_true(any_part_has(&d, S("evil.ru/a")));
	assert_true(any_part_has(&d, S("http://evil.ru/gate")));
}

static void what_stands_in_for_an_attachment_is_read(void **state)
{
	struct ctx *c = *state;
	struct doc d;
	slice mail = S("From: a\r\nTo: x\r\nSubject: y\r\nContent-Type: multipart/mixed; boundary=\"XX\"\r\n\r\n"
		"--XX\r\nContent-Type: application/msword; name=\"a.doc\"\r\nContent-Transfer-Encoding: base64\r\n\r\nInformation removed.\r\n"
		"SHA256 hash for this attachment: 1e8ea370168c58d9ea8d88b67552e2397a879ea142fbb091ab2e258d51db9f69\r\n--XX--\r\n");

	assert_ok(c, doc_take(c, mail, S("m.eml"), &d));
	assert_true(any_part_has(&d, S("SHA256 hash for this attachment: 1e8ea370168c58d9ea8d")));
}

/* The answer of a tool, as it came, in the midst of a report. */
static void a_paste_of_utf16_does_not_make_the_text_unreadable(void **state)
{
	struct ctx *c = *state;
	struct doc d;
	struct buf b;

	buf_init(&b, c->a, 8192);
	for (int i = 0; i < 60; i++)
		buf_putz(&b, "- seen at http://evil.ru/gate\n");
	for (const char *p = "WorkingDir=C:\\x evil-b.com"; *p; p++) {
		buf_putc(&b, *p);
		buf_putc(&b, '\0');
	}
	assert_int_equal(doc_guess_charset(buf_slice(&b)), DOC_UTF8);
	assert_ok(c, doc_take(c, buf_slice(&b), S("a.txt"), &d));
	assert_true(any_part_has(&d, S("http://evil.ru/gate")));
	assert_true(any_part_has(&d, S("evil-b.com")));
}

static void office_text_keeps_rows_cells_and_links(void **state)
{
	struct ctx *c = *state;
	slice text;

	assert_ok(c, doc_office_text(c, S("<w:p><w:r><w:t>ev</w:t></w:r><w:r><w:t>il.ru</w:t></w:r></w:p><w:p><w:t>a&amp;b</w:t></w:p>"), S("word/document.xml"), &text));
	assert_slice(text, S("evil.ru\na&b\n"));
	assert_ok(c, doc_office_text(c, S("<Relationship Id=\"r\" Target=\"http://evil.ru/t.dotm\" TargetMode=\"External\"/>"), S("word/_rels/d.rels"), &text));
	assert_slice(text, S(" http://evil.ru/t.dotm\n"));
	assert_ok(c, doc_office_text(c, S("<table:table-row><table:table-cell><text:p>氏名</text:p></table:table-cell><table:table-cell/><table:table-cell><text:p>一</text:p>"
		"<text:p>二</text:p></table:table-cell></table:table-row>"), S("content.xml"), &text));
	assert_slice(text, S("氏名\t\t一\n二\t\n"));
}

static void a_sheet_has_its_strings_and_its_empty_cells_back(void **state)
{
	struct ctx *c = *state;
	struct office_strings strings;
	slice text;

	assert_ok(c, office_strings_read(c, S("<sst><si><t>氏名</t></si><si><t>生年月日</t></si><si><r><t>佐藤</t></r><r><t> 花</t></r><rPh><t>サトウ</t></rPh></si>"
		"<si><t>a&amp;b</t></si></sst>"), &strings));
	assert_int_equal(strings.n, 4);
	assert_ok(c, office_sheet(c, S("<sheetData><row><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"C1\" t=\"s\"><v>1</v></c></row>"
		"<row><c r=\"A2\" t=\"s\"><v>2</v></c><c r=\"B2\"/><c r=\"C2\"><f>B2&quot;x&quot;</f><v>19850304</v></c></row></sheetData>"), &strings, &text));
	assert_slice(text, S("氏名\t\t生年月日\n佐藤 花\t\t19850304\nB2\"x\"\n"));
	assert_ok(c, office_strings_rest(c, &strings, &text));
	assert_slice(text, S("a&b\n"));
}

static void binary_bytes_are_counted_and_not_read(void **state)
{
	struct ctx *c = *state;
	struct doc d;

	assert_ok(c, doc_take(c, S("\x7f" "ELF\0\1\2\3evil.ru\0\0\0\0\1\1\1\1"), S("a.bin"), &d));
	assert_int_equal(d.n, 0);
	assert_int_equal(d.unread, 1);
}

static void a_capture_shows_names_and_never_payload(void **state)
{
	struct ctx *c = *state;
	struct doc d;
	/* one UDP packet from 203.1.115.7 to 203.1.115.8, port 53, question evil.ru; raw IP */
	static const char pcap[] = "\xd4\xc3\xb2\xa1\2\0\4\0\0\0\0\0\0\0\0\0\xff\xff\0\0\x65\0\0\0"
		"\0\0\0\0\0\0\0\0\x35\0\0\0\x35\0\0\0"
		"\x45\0\0\x35\0\1\0\0\x40\x11\0\0\xcb\1\x73\7\xcb\1\x73\x08"
		"\x30\x39\0\x35\0\x21\0\0"
		"\0\1\1\0\0\1\0\0\0\0\0\0\4" "evil\2" "ru\0\0\1\0\1";

	assert_ok(c, doc_take(c, (slice){ pcap, sizeof pcap - 1 }, S("a.pcap"), &d));
	assert_int_equal(d.n, 1);
	assert_slice(d.parts[0].text, S("address 203.1.115.7\naddress 203.1.115.8\ndns evil.ru\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(encodings_are_known_by_their_bytes), WORK_TEST(japanese_encodings_become_utf8), WORK_TEST(the_mark_of_utf16_is_no_part_of_the_text), WORK_TEST(mails_are_opened_to_their_attachments),
		WORK_TEST(what_stands_in_for_an_attachment_is_read), WORK_TEST(a_paste_of_utf16_does_not_make_the_text_unreadable),
		WORK_TEST(office_text_keeps_rows_cells_and_links), WORK_TEST(binary_bytes_are_counted_and_not_read), WORK_TEST(a_sheet_has_its_strings_and_its_empty_cells_back),
		WORK_TEST(a_capture_shows_names_and_never_payload),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
