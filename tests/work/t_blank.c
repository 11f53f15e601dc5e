#include "tests/support.h"

#include <stdio.h>
#include <unistd.h>
#include <zip.h>

#include "base/file.h"
#include "base/limits.h"
#include "work/report/report.h"

static slice file(struct ctx *c, const char *name)
{
	char path[1024];
	slice bytes = S_NONE;

	(void)snprintf(path, sizeof path, SOURCE_ROOT "/tests/forms/%s", name);
	assert_ok(c, file_read(c, path, LIMIT_BLANK, &bytes));
	return bytes;
}

struct work { const struct forms *forms; const struct form *form; struct filled *filled; };

static struct work filled(struct ctx *c)
{
	struct report_meta meta = { .at = c->now, .addressee = S("個人情報保護委員会") };
	const struct json *values;
	struct work w;

	assert_ok(c, forms_load(c, SOURCE_ROOT "/forms", &w.forms));
	assert_ok(c, form_find(c, w.forms, S("PV"), 20778, &w.form));
	assert_ok(c, json_parse(c, file(c, "town.json"), &values));
	assert_ok(c, form_fill(c, w.forms, w.form, values, &meta, &w.filled));
	return w;
}

/* One part of an archive in memory. */
static slice entry(struct ctx *c, slice archive, const char *name)
{
	zip_source_t *s = zip_source_buffer_create(archive.p, archive.len, 0, NULL);
	zip_t *z = zip_open_from_source(s, ZIP_RDONLY, NULL);
	zip_stat_t st;
	zip_file_t *f;
	char *p;

	assert_non_null(z);
	assert_int_equal(zip_stat(z, name, 0, &st), 0);
	f = zip_fopen(z, name, 0);
	p = arena_bytes(c->a, st.size + 1);
	assert_int_equal(zip_fread(f, p, st.size), (zip_int64_t)st.size);
	(void)zip_fclose(f);
	zip_discard(z);
	return (slice){ p, st.size };
}

/* The blank with one entry set to other bytes (NULL: as it is). */
static slice changed(struct ctx *c, slice archive, const char *name, const char *bytes, size_t len)
{
	char path[] = "/tmp/renkei-blank-XXXXXX";
	AUTO_FD fd = mkstemp(path);
	slice out = S_NONE;
	zip_source_t *s;
	zip_t *z;

	assert_ok(c, fd_write_all(c, fd, archive));
	z = zip_open(path, 0, NULL);
	assert_non_null(z);
	s = zip_source_buffer(z, bytes, len, 0);
	assert_true(zip_file_add(z, name, s, ZIP_FL_OVERWRITE) >= 0);
	assert_int_equal(zip_close(z), 0);
	assert_ok(c, file_read(c, path, (size_t)64 << 20, &out));
	(void)unlink(path);
	return out;
}

static rc fill(struct ctx *c, slice blank, slice *ret)
{
	struct work w = filled(c);
	const struct cell_map *map;

	assert_ok(c, cell_map_load(c, w.forms, SOURCE_ROOT "/tests/forms/blank/cells.yaml", w.form, &map));
	return blank_fill(c, blank, map, w.filled, ret);
}

static void the_mapped_cells_are_filled_and_the_rest_stays(void **state)
{
	static const char *const same[] = { "xl/styles.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "_rels/.rels",
		"[Content_Types].xml" };
	struct ctx *c = *state;
	slice blank = file(c, "blank/blank.xlsx"), out = S_NONE, sheet;

	assert_ok(c, fill(c, blank, &out));
	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
		assert_slice(entry(c, out, same[i]), entry(c, blank, same[i]));
	sheet = entry(c, out, "xl/worksheets/sheet1.xml");
	/* a place inside a merged range goes to its first cell; the style stays */
	assert_true(slice_find(sheet, S("<c r=\"C3\" s=\"2\" t=\"inlineStr\"><is><t xml:space=\"preserve\">みさき市教育委員会</t></is></c>"), 0)
		!= SIZE_MAX);
	assert_true(slice_find(sheet, S("<f>COUNTA(C3:C9)</f>"), 0) != SIZE_MAX);
	assert_true(slice_find(sheet, S("<mergeCell ref=\"C3:F3\"/>"), 0) != SIZE_MAX);
	sheet = entry(c, out, "xl/worksheets/sheet2.xml");
	assert_true(slice_find(sheet, S("\xf0\xa0\xae\xb7田"), 0) != SIZE_MAX);
}

static void the_same_blank_gives_the_same_bytes(void **state)
{
	struct ctx *c = *state;
	slice a, b;

	assert_ok(c, fill(c, file(c, "blank/blank.xlsx"), &a));
	assert_ok(c, fill(c, file(c, "blank/blank.xlsx"), &b));
	assert_slice(a, b);
}

static void hostile_workbooks_are_refused(void **state)
{
	static const char dtd[] = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>"
		"<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>&b;</sheetData></worksheet>";
	static const char file_entity[] = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><x>&a;</x>";
	static const char macro[] = "<Types>application/vnd.ms-excel.sheet.macroEnabled.main+xml</Types>";
	static const struct { const char *name, *bytes; size_t len; rc code; const char *key; } cases[] = {
		{ "xl/worksheets/sheet1.xml", dtd, sizeof dtd - 1, E_INVALID, "blank.xml" },
		{ "xl/worksheets/sheet1.xml", file_entity, sizeof file_entity - 1, E_INVALID, "blank.xml" },
		{ "xl/worksheets/sheet1.xml", "<a>", 3, E_INVALID, "blank.xml" },
		{ "xl/worksheets/sheet1.xml", "\xff\xfe<\0a\0", 6, E_INVALID, "blank.xml" },
		{ "xl/worksheets/sheet1.xml", "<a/>", 4, E_INVALID, "blank.not_xlsx" },
		{ "xl/workbook.xml", "<workbook/>", 11, E_INVALID, "blank.no_sheet" },
		{ "xl/vbaProject.bin", "x", 1, E_DENIED, "blank.macro" },
		{ "[Content_Types].xml", macro, sizeof macro - 1, E_DENIED, "blank.macro" },
		{ "xl/externalLinks/externalLink1.xml", "<x/>", 4, E_DENIED, "blank.external" },
		{ "xl/embeddings/oleObject1.bin", "x", 1, E_DENIED, "blank.macro" },
	};
	struct ctx *c = *state;
	slice blank = file(c, "blank/blank.xlsx"), out;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_fault(c, fill(c, changed(c, blank, cases[i].name, cases[i].bytes, cases[i].len), &out), cases[i].code,
			cases[i].key);
	assert_fault(c, fill(c, S("PK\x03\x04 no archive"), &out), E_INVALID, "blank.not_xlsx");
	assert_fault(c, fill(c, S("%PDF-1.5"), &out), E_INVALID, "blank.not_xlsx");
	assert_fault(c, fill(c, S_NONE, &out), E_INVALID, "blank.not_xlsx");
	assert_fault(c, fill(c, S("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), &out), E_DENIED, "blank.encrypted");
	assert_fault(c, fill(c, slice_sub(blank, 0, blank.len / 2), &out), E_INVALID, "blank.not_xlsx");
}

static void a_bomb_is_refused_before_it_is_unpacked(void **state)
{
	struct ctx *c = *state;
	size_t n = (size_t)12 << 20;
	char *zeros = calloc(1, n);
	slice out;

	assert_fault(c, fill(c, changed(c, file(c, "blank/blank.xlsx"), "xl/media/image1.png", zeros, n), &out), E_LIMIT,
		"blank.limit");
	free(zeros);
}

static void a_formula_is_not_written_over(void **state)
{
	struct ctx *c = *state;
	struct work w = filled(c);
	struct cell_rule rule = { .sheet = S("様式"), .row = 12, .col = 8 };
	struct cell_map map = { .rules = &rule, .n = 1 };
	slice out;

	rule.field = form_field_find(w.form, S_NONE, S("PV-06"));
	assert_fault(c, blank_fill(c, file(c, "blank/blank.xlsx"), &map, w.filled, &out), E_INVALID, "blank.formula");
}

static void a_cell_map_with_a_mistake_is_refused_at_its_place(void **state)
{
	static const struct { const char *line, *key; } cases[] = {
		{ "{ at: C7, from: PV-06 }", "cellmap.cell" },
		{ "{ at: \"様式!7C\", from: PV-06 }", "cellmap.cell" },
		{ "{ at: \"様式!C0\", from: PV-06 }", "cellmap.cell" },
		{ "{ at: \"様式!ZZZZ1\", from: PV-06 }", "cellmap.cell" },
		{ "{ at: \"様式!C7\", from: PV-999 }", "cellmap.source" },
		{ "{ at: \"様式!C7\", from: nothing.here }", "cellmap.source" },
		{ "{ at: \"様式!C7\", from: PV-34, part: 9 }", "cellmap.part" },
		{ "{ at: \"様式!C7\", from: PV-28, row: 1, column: 9 }", "cellmap.part" },
		{ "{ at: \"様式!C7\", from: PV-28, row: 1 }", "cellmap.part" },
		{ "{ at: \"様式!C7\", from: PV-41, choice: magic }", "cellmap.choice" },
		{ "{ at: \"様式!C7\", from: PV-41, color: red }", "pack.unknown_key" },
		{ "{ at: \"様式!C7\", from: PV-06 }\n  - { at: \"様式!C7\", from: PV-07 }", "cellmap.duplicate" },
	};
	struct ctx *c = *state;
	struct work w = filled(c);

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char path[] = "/tmp/renkei-map-XXXXXX";
		AUTO_FD fd = mkstemp(path);
		const struct cell_map *map;
		struct buf b;

		buf_init(&b, c->a, 4096);
		buf_putf(&b, "schema: renkei.cellmap/1\nform: PV\nversion: \"2026-11-20\"\ncells:\n  - %s\n", cases[i].line);
		assert_ok(c, fd_write_all(c, fd, buf_slice(&b)));
		assert_fault(c, cell_map_load(c, w.forms, path, w.form, &map), E_INVALID, cases[i].key);
		assert_true(c->fault.row >= 5);
		(void)unlink(path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(the_mapped_cells_are_filled_and_the_rest_stays),
		WORK_TEST(the_same_blank_gives_the_same_bytes),
		WORK_TEST(hostile_workbooks_are_refused),
		WORK_TEST(a_bomb_is_refused_before_it_is_unpacked),
		WORK_TEST(a_formula_is_not_written_over),
		WORK_TEST(a_cell_map_with_a_mistake_is_refused_at_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
