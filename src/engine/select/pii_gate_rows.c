/*
 * The gate: rows of a table (CSV) whose head names persons. They are read whole, for the sake of what stands beside a certain value;
 * not so a row in ASCII whose cells of a person can be no value of their column: of that the gate decides as of any line.
 */
#include "engine/select/pii_gate.h"

#include "base/banned.h"

/* Bytes that say what they are: ASCII, and none written as %.., =.., \u.... or &...; */
static bool is_plain_row(slice row)
{
	static const char signs[] = { '%', '=', '\\', '&' };

	for (size_t i = 0; i < row.len; i++)
		if ((unsigned char)row.p[i] >= 0x80)
			return false;
	for (size_t k = 0; k < sizeof signs; k++)
		for (const char *p = row.p, *end = row.p + row.len; (p = memchr(p, signs[k], (size_t)(end - p))) != NULL; p++) {
			uint32_t cp;

			if (escape_read(row, (size_t)(p - row.p), &cp))
				return false;
		}
	return true;
}

/* As cell_end() of pii_table.c. */
static size_t cell_end(slice row, size_t i, char separator)
{
	const char *p;

	if (i < row.len && row.p[i] == '"')
		for (i++; i < row.len; i++)
			if (row.p[i] == '"') {
				if (i + 1 >= row.len || row.p[i + 1] != '"')
					break;
				i++;
			}
	p = i < row.len ? memchr(row.p + i, separator, row.len - i) : NULL;
	return p ? (size_t)(p - row.p) : row.len;
}

/* Can the bytes [i, end) of the text be a value of the column? Numbers and dates have digits, names are asked of the lists. */
static bool cell_possible(const struct gate *g, size_t i, size_t end, uint64_t column)
{
	if (column & (LX(LX_NAME_PART) | LX(LX_PART) | LX(LX_ADDRESS_PART)))
		return end > i;
	for (size_t k = i; (column & ~LABELS_WORDS) && k < end; k++)
		if (gate_kinds[g->p[k]] == B_DIGIT)
			return true;
	return i < end && gate_value_possible(g, i, (column & LABELS_WORDS) | LX(LX_NONE));
}

#define ROW_MOST 8192u

bool gate_row(const struct gate_view *v, const struct pii_state *s, size_t at, slice row)
{
	struct gate g = { .p = (const unsigned char *)v->text.p, .n = v->text.len, .keys = v->keys };
	uint32_t n = 0;

	if (s->table != TABLE_CSV || s->sql_columns || s->pending || s->kind == PII_KIND_SQL || row.len > ROW_MOST || gate_head(row, true) || !is_plain_row(row))
		return true;
	for (size_t i = 0; i <= row.len && n <= s->columns.n; n++) {
		size_t end = cell_end(row, i, s->separator);

		if (n < s->columns.n && (s->columns.mask[n] & ~LX(LX_NONE)) && cell_possible(&g, at + i, at + end, s->columns.mask[n]))
			return true;
		i = end + 1;
	}
	return n != s->columns.n;   /* the table ends here */
}
