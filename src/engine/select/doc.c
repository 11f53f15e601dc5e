#include "engine/select/doc.h"

#include "engine/select/chars.h"
#include "engine/select/lzh.h"
#include "engine/select/ole.h"

#include "base/banned.h"

rc doc_add(struct ctx *c, struct doc *d, struct doc_part part)
{
	if (d->n >= DOC_PARTS_MOST || d->bytes + part.text.len > DOC_TEXT_MOST)
		return FAIL(c, E_LIMIT, "select.bomb");
	if (d->n == d->cap) {
		size_t cap = d->cap ? d->cap * 2 : 8;
		struct doc_part *p = arena_grow(c->a, d->parts, d->cap * sizeof *p, cap * sizeof *p);

		if (!p)
			return FAIL(c, E_LIMIT, "memory.limit");
		d->parts = p;
		d->cap = cap;
	}
	d->bytes += part.text.len;
	d->parts[d->n++] = part;
	return OK;
}

static bool ends_with(slice name, const char *z)
{
	size_t n = strlen(z);

	return name.len >= n && same_word((slice){ name.p + name.len - n, n }, z);
}

static bool ends_with_any(slice name, const char *const *endings)
{
	for (; *endings; endings++)
		if (ends_with(name, *endings))
			return true;
	return false;
}

enum ind_kind doc_kind(slice text, slice name)
{
	static const char *const csv[] = { ".csv", ".tsv", NULL }, *const json[] = { ".json", ".jsonl", ".ndjson", ".stix", NULL };
	static const char *const html[] = { ".html", ".htm", ".xhtml", ".mht", NULL }, *const xml[] = { ".xml", ".ioc", ".stix1", NULL };
	static const char *const mark[] = { ".md", ".adoc", ".asciidoc", ".rst", ".markdown", NULL }, *const log[] = { ".log", ".syslog", NULL };
	slice head = slice_trim(slice_sub(text, 0, 512));

	if (ends_with_any(name, csv))
		return IND_KIND_CSV;
	if (ends_with_any(name, json))
		return IND_KIND_JSON;
	if (ends_with_any(name, html))
		return IND_KIND_HTML;
	if (ends_with_any(name, xml))
		return IND_KIND_XML;
	if (ends_with_any(name, mark))
		return IND_KIND_MARKUP;
	if (ends_with_any(name, log))
		return IND_KIND_LOG;
	if (begins(head, 0, "<!doctype html") || begins(head, 0, "<html"))
		return IND_KIND_HTML;
	if (begins(head, 0, "<?xml"))
		return IND_KIND_XML;
	if (head.len > 1 && head.p[0] == '{' && slice_find(head, S("\""), 0) < 8)
		return IND_KIND_JSON;
	return IND_KIND_TEXT;
}

static bool is_mail(slice bytes, slice name)
{
	static const char *const heads[] = { "received:", "return-path:", "from:", "date:", "message-id:", "delivered-to:", "mime-version:",
		"subject:", "to:", "x-mozilla-status:", "content-type:" };
	slice line, rest = slice_sub(bytes, 0, 8192);
	unsigned found = 0;

	while (slice_next(&rest, '\n', &line)) {
		line = line.len && line.p[line.len - 1] == '\r' ? slice_sub(line, 0, line.len - 1) : line;
		if (line.len == 0)
			break;
		for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
			found += begins(line, 0, heads[i]);
	}
	return ends_with(name, ".eml") ? found >= 1 : found >= 3;
}

static bool is_archive(slice b)
{
	return slice_starts(b, S("PK\003\004")) || slice_starts(b, S("\x1f\x8b")) || slice_starts(b, S("BZh")) ||
		slice_starts(b, S("\xfd" "7zXZ")) || slice_starts(b, S("7z\xbc\xaf\x27\x1c")) || slice_starts(b, S("\x28\xb5\x2f\xfd")) ||
		slice_starts(b, S("Rar!")) || slice_starts(b, S("MSCF")) || (b.len > 262 && memcmp(b.p + 257, "ustar", 5) == 0) ||
		lzh_is(b) || (b.len > 32774 && memcmp(b.p + 32769, "CD001", 5) == 0);
}

bool doc_is_capture(slice b)
{
	return slice_starts(b, S("\xd4\xc3\xb2\xa1")) || slice_starts(b, S("\xa1\xb2\xc3\xd4")) || slice_starts(b, S("\x4d\x3c\xb2\xa1")) ||
		slice_starts(b, S("\xa1\xb2\x3c\x4d")) || slice_starts(b, S("\x0a\x0d\x0d\x0a"));
}

#define BINARY_HEAD 1024u

/* Programs and pictures have zeros at their beginning; a text may have a paste of UTF-16 in its midst. */
static bool is_binary(slice b)
{
	size_t n = b.len < BINARY_HEAD ? b.len : BINARY_HEAD;

	return n && memchr(b.p, 0, n) != NULL;
}

static rc without_zeros(struct ctx *c, slice in, slice *ret)
{
	char *out;
	size_t n = 0;

	*ret = in;
	if (in.len == 0 || !memchr(in.p, 0, in.len))
		return OK;
	out = arena_bytes(c->a, in.len);
	if (!out)
		return FAIL(c, E_LIMIT, "memory.limit");
	for (size_t i = 0; i < in.len; i++)
		if (in.p[i])
			out[n++] = in.p[i];
	*ret = (slice){ out, n };
	return OK;
}

static rc take_text(struct ctx *c, struct doc *d, slice bytes, slice name, slice path, bool whole, bool cover, bool mail)
{
	enum doc_charset cs = doc_guess_charset(bytes);
	slice text;

	if (is_binary(bytes) && cs != DOC_UTF16LE && cs != DOC_UTF16BE) {
		d->unread++;
		return OK;
	}
	if (whole)
		d->charset = cs;
	TRY(doc_decode(c, bytes, cs, &text));
	TRY(without_zeros(c, text, &text));
	return doc_add(c, d, (struct doc_part){ .path = path, .text = text, .kind = doc_kind(text, name), .whole = whole,
		.mail = mail, .cover = cover });
}

bool doc_is_container(slice bytes) { return doc_is_capture(bytes) || is_archive(bytes) || doc_is_evtx(bytes) || ole_is(bytes); }

rc doc_take_inner(struct ctx *c, struct doc *d, slice bytes, slice name, slice path, unsigned depth)
{
	bool whole = depth == 0;

	if (depth > DOC_DEPTH) {
		d->unread++;
		return OK;
	}
	if (d->left || (d->texts_only && doc_is_container(bytes))) {
		d->left = true;
		return OK;
	}
	if (doc_is_capture(bytes))
		return doc_take_capture(c, d, bytes, path);
	if (is_archive(bytes))
		return doc_take_archive(c, d, bytes, path, depth);
	if (slice_starts(bytes, S("%PDF-"))) {
		/* Read by a program of its own. */
		return doc_add(c, d, (struct doc_part){ .path = path, .text = bytes, .whole = whole, .pdf = true });
	}
	if (doc_is_evtx(bytes))
		return doc_take_evtx(c, d, bytes, path);
	if (ole_is(bytes))
		return doc_take_msg(c, d, bytes, path, depth);
	if (is_mail(bytes, name)) {
		TRY(take_text(c, d, bytes, name, path, whole, true, true));
		return doc_take_mail(c, d, bytes, path, depth);
	}
	return take_text(c, d, bytes, name, path, whole, false, false);
}

rc doc_take(struct ctx *c, slice bytes, slice name, struct doc *ret)
{
	struct doc d = { 0 };

	TRY(doc_take_inner(c, &d, bytes, name, S(""), 0));
	*ret = d;
	return OK;
}

rc doc_take_asked(struct ctx *c, slice bytes, slice name, struct doc *ret)
{
	struct doc d = { .with_asked = true };

	TRY(doc_take_inner(c, &d, bytes, name, S(""), 0));
	*ret = d;
	return OK;
}

rc doc_take_text(struct ctx *c, slice bytes, slice name, struct doc *ret)
{
	struct doc d = { .texts_only = true };

	TRY(doc_take_inner(c, &d, bytes, name, S(""), 0));
	*ret = d;
	return OK;
}
