/*
 * What cairo 1.16 cannot say: that the file is tagged, in Japanese, and that its title is to be shown. Appended as an
 * incremental update of the catalogue (ISO 32000-1 §7.5.6); nothing before it changes.
 */
#include "work/report/pdf_tail.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/parse.h"

#include "base/banned.h"

static slice number_at(slice s, size_t at)
{
	size_t end;

	while (at < s.len && (s.p[at] == ' ' || s.p[at] == '\n' || s.p[at] == '\r'))
		at++;
	for (end = at; end < s.len && s.p[end] >= '0' && s.p[end] <= '9'; end++)
		;
	return slice_sub(s, at, end - at);
}

static rc number_after(struct ctx *c, slice s, slice word, uint32_t *ret)
{
	size_t at = slice_find(s, word, 0);

	if (at == SIZE_MAX)
		return FAIL(c, E_BUG, "bug");
	return parse_u32(c, number_at(s, at + word.len), 0, UINT32_MAX, ret);
}

rc pdf_add_tail(struct ctx *c, slice pdf, slice *ret)
{
	slice end = slice_sub(pdf, pdf.len > 512 ? pdf.len - 512 : 0, 512), object;
	uint32_t root, info, size, xref;
	size_t at, from, to;
	struct buf head, b;

	TRY(number_after(c, end, S("/Root "), &root));
	TRY(number_after(c, end, S("/Info "), &info));
	TRY(number_after(c, end, S("/Size "), &size));
	TRY(number_after(c, end, S("startxref"), &xref));
	buf_init(&head, c->a, 64);
	buf_putf(&head, "\n%u 0 obj\n<<", root);
	at = slice_find(pdf, buf_slice(&head), 0);
	NEVER(at == SIZE_MAX);
	from = at + head.len;
	to = slice_find(pdf, S(">>\nendobj"), from);
	NEVER(to == SIZE_MAX);
	object = slice_sub(pdf, from, to - from);
	buf_init(&b, c->a, LIMIT_DOCUMENT);
	buf_put(&b, pdf);
	at = b.len;
	buf_putf(&b, "%u 0 obj\n<<%" S_FMT "   /Lang (ja-JP)\n   /MarkInfo << /Marked true >>\n"
		"   /ViewerPreferences << /DisplayDocTitle true >>\n>>\nendobj\n", root, S_ARG(object));
	from = b.len;
	buf_putf(&b, "xref\n%u 1\n%010zu 00000 n \ntrailer\n<< /Size %u\n   /Root %u 0 R\n   /Info %u 0 R\n   /Prev %u\n>>\n"
		"startxref\n%zu\n%%%%EOF\n", root, at, size, root, info, xref, from);
	return buf_done(c, &b, ret);
}
