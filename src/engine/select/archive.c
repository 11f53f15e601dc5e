#include <archive.h>
#include <archive_entry.h>

#include "base/buf.h"
#include "engine/select/chars.h"
#include "engine/select/doc.h"
#include "engine/select/lzh.h"
#include "engine/select/office.h"

#include "base/banned.h"

/* Archives and compressed files by libarchive; OOXML and ODF are archives whose telling parts we know. */

#define ENTRY_MOST ((size_t)64 << 20)

#define SHEETS_MOST 1024u

/* A workbook's sheets wait for its strings, which mostly come behind them. */
struct book { struct doc_part sheets[SHEETS_MOST]; size_t n; struct doc_part strings; };

static bool part_is(slice name, const char *prefix, const char *ending)
{
	return slice_starts(name, slice_of(prefix)) && slice_ends(name, slice_of(ending));
}

/* Parts of office documents that hold text or links; the rest (styles, themes) holds none. */
static bool telling(slice n)
{
	return part_is(n, "word/", ".xml") || part_is(n, "word/_rels/", ".rels") || part_is(n, "xl/sharedStrings", ".xml") ||
		part_is(n, "xl/worksheets/", ".xml") || part_is(n, "xl/worksheets/_rels/", ".rels") || part_is(n, "xl/comments", ".xml") ||
		part_is(n, "ppt/slides/", ".xml") || part_is(n, "ppt/slides/_rels/", ".rels") || part_is(n, "ppt/notesSlides/", ".xml") ||
		slice_is(n, "content.xml") || part_is(n, "docProps/", ".xml") || slice_is(n, "meta.xml");
}

static bool silent(slice n)
{
	static const char *const names[] = { "styles.xml", "settings.xml", "fontTable.xml", "webSettings.xml", "theme1.xml", "numbering.xml",
		"[Content_Types].xml", "_rels/.rels", "META-INF/manifest.xml", "mimetype" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (slice_ends(n, slice_of(names[i])))
			return true;
	return false;
}

static void free_archive(struct archive **a)
{
	if (*a)
		archive_read_free(*a);
}

static rc read_entry(struct ctx *c, struct doc *d, struct archive *a, slice *ret)
{
	struct buf b;

	buf_init(&b, c->a, ENTRY_MOST);
	for (;;) {
		la_ssize_t n;

		if (!buf_room(&b, 65536))
			return FAIL(c, E_LIMIT, "select.bomb");
		n = archive_read_data(a, b.p + b.len, 65536);
		if (n < 0) {
			d->unread++;   /* encrypted or broken: what came so far counts */
			break;
		}
		if (n == 0)
			break;
		b.len += (size_t)n;
		if (b.len + d->bytes > DOC_TEXT_MOST)
			return FAIL(c, E_LIMIT, "select.bomb");
	}
	*ret = buf_slice(&b);
	return OK;
}

/* Keeps a part of a workbook for later; false when it is none. */
static bool book_keep(struct book *w, slice name, slice bytes, slice path)
{
	struct doc_part p = { .path = path, .text = bytes, .kind = IND_KIND_TEXT };

	if (part_is(name, "xl/sharedStrings", ".xml"))
		w->strings = p;
	else if (part_is(name, "xl/worksheets/sheet", ".xml") && w->n < SHEETS_MOST)
		w->sheets[w->n++] = p;
	else
		return false;
	return true;
}

static rc book_take(struct ctx *c, struct doc *d, struct book *w)
{
	struct office_strings strings = { 0 };

	TRY(office_strings_read(c, w->strings.text, &strings));
	for (size_t k = 0; k < w->n; k++) {
		TRY(office_sheet(c, w->sheets[k].text, &strings, &w->sheets[k].text));
		TRY(doc_add(c, d, w->sheets[k]));
	}
	TRY(office_strings_rest(c, &strings, &w->strings.text));
	return w->strings.text.len ? doc_add(c, d, w->strings) : OK;
}

static rc take_entry(struct ctx *c, struct doc *d, slice bytes, slice name, slice path, unsigned n, unsigned depth, struct book *office)
{
	struct buf b;
	slice mine, text;

	buf_init(&b, c->a, 1024);
	buf_put(&b, path);
	buf_putf(&b, "%s%u", path.len ? "/" : "", n);
	TRY(buf_done(c, &b, &mine));
	if (!office)
		return doc_take_inner(c, d, bytes, name, mine, depth + 1);
	if (silent(name) || !telling(name) || book_keep(office, name, bytes, mine))
		return OK;
	TRY(doc_office_text(c, bytes, name, &text));
	return doc_add(c, d, (struct doc_part){ .path = mine, .text = text, .kind = IND_KIND_TEXT });
}

static slice entry_name(struct ctx *c, struct archive_entry *e)
{
	const char *z = archive_entry_pathname(e);

	if (!z)
		z = archive_entry_pathname_utf8(e);
	return z ? arena_copy(c->a, slice_of(z)) : S("");
}

rc doc_take_archive(struct ctx *c, struct doc *d, slice bytes, slice path, unsigned depth)
{
	__attribute__((cleanup(free_archive))) struct archive *a = archive_read_new();
	struct archive_entry *e;
	struct book *office = NULL;
	uint32_t before = d->unread;
	unsigned n = 0;
	int told;
	bool raw;

	if (!a)
		return FAIL(c, E_NOMEM, "memory.limit");
	/* By name: "all" would include those that start other programs. */
	archive_read_support_filter_gzip(a);
	archive_read_support_filter_bzip2(a);
	archive_read_support_filter_xz(a);
	archive_read_support_filter_zstd(a);
	archive_read_support_filter_compress(a);
	archive_read_support_format_zip(a);
	archive_read_support_format_7zip(a);
	archive_read_support_format_tar(a);
	archive_read_support_format_cab(a);
	archive_read_support_format_lha(a);
	archive_read_support_format_iso9660(a);
	archive_read_support_format_rar(a);
	archive_read_support_format_rar5(a);
	archive_read_support_format_raw(a);
	if (lzh_is(bytes))
		TRY(lzh_plain_names(c, bytes, &bytes));
	if (archive_read_open_memory(a, bytes.p, bytes.len) != ARCHIVE_OK) {
		d->unread++;
		return OK;
	}
	/* A warning is told of names that the locale cannot write (we have none: UTF-8 of Windows 11 and macOS); the bytes are there. */
	while ((told = archive_read_next_header(a, &e)) == ARCHIVE_OK || told == ARCHIVE_WARN) {
		slice name = entry_name(c, e), inner;

		if (++n > DOC_PARTS_MOST)
			return FAIL(c, E_LIMIT, "select.bomb");
		raw = archive_format(a) == ARCHIVE_FORMAT_RAW;
		if (archive_entry_filetype(e) != AE_IFREG && !raw)
			continue;
		if (slice_is(name, "[Content_Types].xml") || slice_starts(name, S("word/")) || slice_starts(name, S("xl/")) ||
				slice_is(name, "mimetype"))
			if (!office)
				TRY_NEW(c, office);
		TRY(read_entry(c, d, a, &inner));
		TRY(take_entry(c, d, inner, raw ? S("") : name, path, n, depth, office));
	}
	d->unread += told != ARCHIVE_EOF && d->unread == before;   /* it is cut or broken; what came so far counts */
	return office ? book_take(c, d, office) : OK;
}
