#include "work/report/blank.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdio.h>
#include <stdlib.h>
#include <zip.h>

#include "base/limits.h"
#include "base/parse.h"

#include "base/banned.h"

/* Limits on what may be unpacked: a blank form is small. */
#define ENTRIES_MOST 400
#define ENTRY_MOST ((zip_uint64_t)16 << 20)
#define UNPACKED_MOST ((zip_uint64_t)48 << 20)
#define RATIO_MOST 300u

#define MAIN_NS "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define REL_NS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

struct book {
	struct ctx *c;
	zip_t *zip;
	xmlDocPtr workbook, rels;
};

static void zip_discardp(zip_t **z) { if (*z) zip_discard(*z); }
static void xml_freep(xmlDocPtr *d) { if (*d) xmlFreeDoc(*d); }
static void zip_fclosep(zip_file_t **f) { if (*f) (void)zip_fclose(*f); }
static void source_freep(zip_source_t **s) { if (*s) zip_source_free(*s); }
static void xml_memp(xmlChar **p) { if (*p) xmlFree(*p); }
#define AUTO_ZIP __attribute__((cleanup(zip_discardp))) zip_t *
#define AUTO_XML __attribute__((cleanup(xml_freep))) xmlDocPtr
#define AUTO_ZFILE __attribute__((cleanup(zip_fclosep))) zip_file_t *
#define AUTO_SOURCE __attribute__((cleanup(source_freep))) zip_source_t *
#define AUTO_XTEXT __attribute__((cleanup(xml_memp))) xmlChar *

static bool has(slice s, const char *part)
{
	return slice_find(s, slice_of(part), 0) != SIZE_MAX;
}

/* Looks at every entry of the directory before anything is unpacked. */
static rc check_entries(struct ctx *c, zip_t *z)
{
	zip_int64_t n = zip_get_num_entries(z, 0);
	zip_uint64_t sum = 0;

	if (n < 1 || n > ENTRIES_MOST)
		return FAIL(c, n > ENTRIES_MOST ? E_LIMIT : E_INVALID, n > ENTRIES_MOST ? "blank.limit" : "blank.not_xlsx");
	for (zip_int64_t i = 0; i < n; i++) {
		zip_stat_t st;
		slice name;

		if (zip_stat_index(z, (zip_uint64_t)i, 0, &st) != 0 || !(st.valid & ZIP_STAT_NAME) || !(st.valid & ZIP_STAT_SIZE))
			return FAIL(c, E_INVALID, "blank.not_xlsx");
		name = slice_of(st.name);
		if ((st.valid & ZIP_STAT_ENCRYPTION_METHOD) && st.encryption_method != ZIP_EM_NONE)
			return FAIL(c, E_DENIED, "blank.encrypted");
		if (has(name, "vbaProject") || has(name, "macrosheets") || has(name, "activeX") || has(name, "embeddings"))
			return FAIL(c, E_DENIED, "blank.macro");
		if (has(name, "externalLinks") || has(name, "connections.xml") || has(name, "queryTables"))
			return FAIL(c, E_DENIED, "blank.external");
		sum += st.size;
		if (st.size > ENTRY_MOST || sum > UNPACKED_MOST || (st.size > 4096 && st.size / RATIO_MOST > st.comp_size))
			return FAIL(c, E_LIMIT, "blank.limit");
	}
	return OK;
}

static rc read_entry(struct ctx *c, zip_t *z, const char *name, slice *ret)
{
	AUTO_ZFILE f = NULL;
	zip_stat_t st;
	char *bytes;
	zip_int64_t n;

	if (zip_stat(z, name, 0, &st) != 0 || st.size > ENTRY_MOST)
		return FAIL(c, E_INVALID, "blank.not_xlsx");
	f = zip_fopen(z, name, 0);
	bytes = arena_bytes(c->a, (size_t)st.size + 1);
	if (!f || !bytes)
		return FAIL(c, f ? E_LIMIT : E_INVALID, f ? "blank.limit" : "blank.not_xlsx");
	/* one byte more than the directory says: a liar is caught here */
	n = zip_fread(f, bytes, st.size + 1);
	if (n < 0 || (zip_uint64_t)n != st.size)
		return FAIL(c, E_INVALID, "blank.not_xlsx");
	*ret = (slice){ bytes, (size_t)n };
	return OK;
}

static void be_quiet(void *ctx, const char *msg, ...)
{
	(void)ctx;
	(void)msg;
}

/* UTF-8 only, no DTD: so there is no entity to expand and nothing to fetch. */
static rc parse_xml(struct ctx *c, slice text, xmlDocPtr *ret)
{
	slice s = slice_starts(text, S("\xef\xbb\xbf")) ? slice_sub(text, 3, text.len) : text;
	xmlDocPtr doc;

	if (s.len == 0 || s.p[0] != '<' || has(s, "<!DOCTYPE") || has(s, "<!ENTITY"))
		return FAIL(c, E_INVALID, "blank.xml");
	xmlSetGenericErrorFunc(NULL, be_quiet);
	doc = xmlReadMemory(s.p, (int)s.len, NULL, "UTF-8", XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	if (!doc || !xmlDocGetRootElement(doc) || doc->intSubset) {
		if (doc)
			xmlFreeDoc(doc);
		return FAIL(c, E_INVALID, "blank.xml");
	}
	*ret = doc;
	return OK;
}

static rc read_xml(struct ctx *c, zip_t *z, const char *name, xmlDocPtr *ret)
{
	slice text;

	TRY(read_entry(c, z, name, &text));
	return parse_xml(c, text, ret);
}

static bool is_named(const xmlNode *n, const char *name)
{
	return n->type == XML_ELEMENT_NODE && strcmp((const char *)n->name, name) == 0;
}

static xmlNodePtr child_named(const xmlNode *parent, const char *name)
{
	for (xmlNodePtr n = parent ? parent->children : NULL; n; n = n->next)
		if (is_named(n, name))
			return n;
	return NULL;
}

/* The entry that holds a worksheet: its name gives an id, the id a target. */
static rc sheet_entry(const struct book *b, slice sheet, char *out, size_t room)
{
	AUTO_XTEXT id = NULL;
	xmlNodePtr list = child_named(xmlDocGetRootElement(b->workbook), "sheets");

	for (xmlNodePtr n = list ? list->children : NULL; n && !id; n = n->next) {
		AUTO_XTEXT name = is_named(n, "sheet") ? xmlGetNoNsProp(n, (const xmlChar *)"name") : NULL;

		if (name && slice_eq(slice_of((const char *)name), sheet))
			id = xmlGetNsProp(n, (const xmlChar *)"id", (const xmlChar *)REL_NS);
	}
	for (xmlNodePtr n = xmlDocGetRootElement(b->rels)->children; n && id; n = n->next) {
		AUTO_XTEXT rid = is_named(n, "Relationship") ? xmlGetNoNsProp(n, (const xmlChar *)"Id") : NULL;
		AUTO_XTEXT target = rid ? xmlGetNoNsProp(n, (const xmlChar *)"Target") : NULL;
		const char *t = (const char *)target;

		if (!rid || !target || xmlStrcmp(rid, id) != 0 || strstr(t, "..") || strlen(t) > 200)
			continue;
		(void)snprintf(out, room, t[0] == '/' ? "%s%s" : "%s%s", t[0] == '/' ? "" : "xl/", t[0] == '/' ? t + 1 : t);
		return OK;
	}
	return FAIL(b->c, E_INVALID, "blank.no_sheet");
}

/* "C7" → 7, 3; false on anything else. */
static bool parse_ref(const char *s, uint32_t *row, uint32_t *col)
{
	*row = *col = 0;
	for (; *s >= 'A' && *s <= 'Z' && *col < 17000; s++)
		*col = *col * 26 + (uint32_t)(*s - 'A' + 1);
	for (; *s >= '0' && *s <= '9' && *row < 1100000; s++)
		*row = *row * 10 + (uint32_t)(*s - '0');
	return *s == '\0' && *row && *col;
}

static void put_ref(char out[16], uint32_t row, uint32_t col)
{
	char letters[8];
	size_t n = 0;

	while (col && n < sizeof letters) {
		letters[n++] = (char)('A' + (col - 1) % 26);
		col = (col - 1) / 26;
	}
	for (size_t i = 0; i < n; i++)
		out[i] = letters[n - 1 - i];
	(void)snprintf(out + n, 16 - n, "%u", row);
}

/* Only the first cell of a merged range shows its content. */
static void to_merge_corner(const xmlNode *root, uint32_t *row, uint32_t *col)
{
	xmlNodePtr list = child_named(root, "mergeCells");

	for (xmlNodePtr n = list ? list->children : NULL; n; n = n->next) {
		AUTO_XTEXT ref = is_named(n, "mergeCell") ? xmlGetNoNsProp(n, (const xmlChar *)"ref") : NULL;
		char *colon = ref ? strchr((char *)ref, ':') : NULL;
		uint32_t r1, c1, r2, c2;

		if (!colon)
			continue;
		*colon = '\0';
		if (!parse_ref((char *)ref, &r1, &c1) || !parse_ref(colon + 1, &r2, &c2))
			continue;
		if (*row >= r1 && *row <= r2 && *col >= c1 && *col <= c2) {
			*row = r1;
			*col = c1;
			return;
		}
	}
}

static uint32_t row_number(xmlNodePtr n)
{
	AUTO_XTEXT r = xmlGetNoNsProp(n, (const xmlChar *)"r");
	char *end;
	unsigned long v = r ? strtoul((const char *)r, &end, 10) : 0;

	return v <= 1048576 ? (uint32_t)v : 0;
}

static xmlNodePtr find_row(xmlNodePtr data, uint32_t row)
{
	xmlNodePtr after = NULL, fresh;
	char text[16];

	for (xmlNodePtr n = data->children; n; n = n->next) {
		if (!is_named(n, "row"))
			continue;
		if (row_number(n) == row)
			return n;
		if (row_number(n) < row)
			after = n;
	}
	fresh = xmlNewNode(data->ns, (const xmlChar *)"row");
	(void)snprintf(text, sizeof text, "%u", row);
	xmlNewProp(fresh, (const xmlChar *)"r", (const xmlChar *)text);
	if (after)
		return xmlAddNextSibling(after, fresh);
	return data->children ? xmlAddPrevSibling(data->children, fresh) : xmlAddChild(data, fresh);
}

static xmlNodePtr find_cell(xmlNodePtr row_node, uint32_t row, uint32_t col)
{
	xmlNodePtr after = NULL, fresh;
	char text[16];

	for (xmlNodePtr n = row_node->children; n; n = n->next) {
		AUTO_XTEXT ref = is_named(n, "c") ? xmlGetNoNsProp(n, (const xmlChar *)"r") : NULL;
		uint32_t r, c;

		if (!ref || !parse_ref((const char *)ref, &r, &c))
			continue;
		if (c == col)
			return n;
		if (c < col)
			after = n;
	}
	fresh = xmlNewNode(row_node->ns, (const xmlChar *)"c");
	put_ref(text, row, col);
	xmlNewProp(fresh, (const xmlChar *)"r", (const xmlChar *)text);
	if (after)
		return xmlAddNextSibling(after, fresh);
	return row_node->children ? xmlAddPrevSibling(row_node->children, fresh) : xmlAddChild(row_node, fresh);
}

static rc set_cell(struct ctx *c, xmlNodePtr cell, const struct cell_text *t)
{
	char *text = arena_cstr(c->a, t->text);
	xmlNodePtr is, node;

	if (!text)
		return FAIL(c, E_LIMIT, "memory.limit");
	/* a formula is listed elsewhere too (calcChain): taking it away would break the file */
	if (child_named(cell, "f"))
		return FAIL(c, E_INVALID, "blank.formula");
	for (xmlNodePtr n = cell->children, next; n; n = next) {
		next = n->next;
		xmlUnlinkNode(n);
		xmlFreeNode(n);
	}
	xmlUnsetProp(cell, (const xmlChar *)"t");
	if (t->text.len == 0)
		return OK;
	if (t->number) {
		xmlNewTextChild(cell, cell->ns, (const xmlChar *)"v", (const xmlChar *)text);
		return OK;
	}
	xmlNewProp(cell, (const xmlChar *)"t", (const xmlChar *)"inlineStr");
	is = xmlNewChild(cell, cell->ns, (const xmlChar *)"is", NULL);
	node = xmlNewTextChild(is, cell->ns, (const xmlChar *)"t", (const xmlChar *)text);
	xmlNodeSetSpacePreserve(node, 1);
	return OK;
}

static rc fill_sheet(const struct book *b, xmlDocPtr doc, const struct blank_job *job, slice sheet)
{
	xmlNodePtr root = xmlDocGetRootElement(doc), data = child_named(root, "sheetData");

	if (!data || !data->ns || strcmp((const char *)data->ns->href, MAIN_NS) != 0)
		return FAIL(b->c, E_INVALID, "blank.not_xlsx");
	for (uint32_t i = 0; i < job->n; i++) {
		uint32_t row = job->cells[i].row, col = job->cells[i].col;
		xmlNodePtr at, cell;

		if (!slice_eq(job->cells[i].sheet, sheet))
			continue;
		to_merge_corner(root, &row, &col);
		at = find_row(data, row);
		cell = at ? find_cell(at, row, col) : NULL;
		if (!cell)
			return FAIL(b->c, E_LIMIT, "memory.limit");
		TRY(set_cell(b->c, cell, &job->cells[i]));
	}
	return OK;
}

static rc replace_entry(struct book *b, const char *name, xmlDocPtr doc)
{
	zip_int64_t at = zip_name_locate(b->zip, name, 0);
	zip_source_t *source;
	xmlChar *text = NULL;
	int len = 0;
	char *keep;

	xmlDocDumpMemoryEnc(doc, &text, &len, "UTF-8");
	if (!text)
		return FAIL(b->c, E_LIMIT, "memory.limit");
	keep = (char *)arena_copy(b->c->a, (slice){ (const char *)text, (size_t)len }).p;
	xmlFree(text);
	source = keep ? zip_source_buffer(b->zip, keep, (zip_uint64_t)len, 0) : NULL;
	if (!source || at < 0 || zip_file_replace(b->zip, (zip_uint64_t)at, source, 0) != 0) {
		zip_source_free(source);
		return FAIL(b->c, E_LIMIT, "memory.limit");
	}
	/* 1980-01-01, as the office programs write it: no clock in the bytes */
	(void)zip_file_set_dostime(b->zip, (zip_uint64_t)at, 0, 0x21, 0);
	return OK;
}

static rc fill_all(struct book *b, const struct blank_job *job)
{
	for (uint32_t i = 0; i < job->n; i++) {
		AUTO_XML doc = NULL;
		char name[256];
		bool seen = false;

		for (uint32_t j = 0; j < i && !seen; j++)
			seen = slice_eq(job->cells[j].sheet, job->cells[i].sheet);
		if (seen)
			continue;
		TRY(sheet_entry(b, job->cells[i].sheet, name, sizeof name));
		TRY(read_xml(b->c, b->zip, name, &doc));
		TRY(fill_sheet(b, doc, job, job->cells[i].sheet));
		TRY(replace_entry(b, name, doc));
	}
	return OK;
}

static rc check_types(struct ctx *c, zip_t *z)
{
	slice text;

	TRY(read_entry(c, z, "[Content_Types].xml", &text));
	if (has(text, "macroEnabled") || has(text, "vbaProject"))
		return FAIL(c, E_DENIED, "blank.macro");
	return has(text, "spreadsheetml") ? OK : FAIL(c, E_INVALID, "blank.not_xlsx");
}

/* The archive as it stands after closing. */
static rc read_back(struct ctx *c, zip_source_t *s, struct buf *out)
{
	zip_int64_t n;

	if (zip_source_open(s) != 0)
		return FAIL(c, E_INVALID, "blank.not_xlsx");
	for (;;) {
		if (!buf_room(out, 65536))
			break;
		n = zip_source_read(s, out->p + out->len, 65536);
		if (n <= 0)
			break;
		out->len += (size_t)n;
	}
	(void)zip_source_close(s);
	return out->full ? FAIL(c, E_LIMIT, "blank.limit") : OK;
}

/* libzip 1.7 frees the bytes of a source that it has written to, even borrowed ones: it gets its own. */
static zip_source_t *own_source(slice in)
{
	char *copy = malloc(in.len);
	zip_source_t *source;

	if (!copy)
		return NULL;
	memcpy(copy, in.p, in.len);
	source = zip_source_buffer_create(copy, in.len, 1, NULL);
	if (!source)
		free(copy);
	return source;
}

rc blank_in_cage(struct ctx *c, slice in, const void *arg, struct buf *out)
{
	const struct blank_job *job = arg;
	AUTO_SOURCE source = NULL;
	AUTO_XML workbook = NULL, rels = NULL;
	AUTO_ZIP zip = NULL;
	struct book b;

	if (slice_starts(in, S("\xd0\xcf\x11\xe0")))
		return FAIL(c, E_DENIED, "blank.encrypted");
	if (!slice_starts(in, S("PK\x03\x04")))
		return FAIL(c, E_INVALID, "blank.not_xlsx");
	source = own_source(in);
	if (!source)
		return FAIL(c, E_LIMIT, "memory.limit");
	zip = zip_open_from_source(source, ZIP_CHECKCONS, NULL);
	if (!zip)
		return FAIL(c, E_INVALID, "blank.not_xlsx");
	zip_source_keep(source);
	TRY(check_entries(c, zip));
	TRY(check_types(c, zip));
	TRY(read_xml(c, zip, "xl/workbook.xml", &workbook));
	TRY(read_xml(c, zip, "xl/_rels/workbook.xml.rels", &rels));
	b = (struct book){ .c = c, .zip = zip, .workbook = workbook, .rels = rels };
	TRY(fill_all(&b, job));
	if (zip_close(zip) != 0)
		return FAIL(c, E_INVALID, "blank.not_xlsx");
	zip = NULL;
	return read_back(c, source, out);
}

rc blank_fill(struct ctx *c, slice blank, const struct cell_map *map, const struct filled *f, slice *ret)
{
	struct blank_job job = { .n = 0 };
	struct cell_text *cells;

	if (blank.len > LIMIT_BLANK)
		return FAIL(c, E_LIMIT, "blank.limit");
	TRY(cell_map_texts(c, map, f, &cells, &job.n));
	job.cells = cells;
	return cage_run_kind(c, &blank_cage, &job, blank, ret);
}
