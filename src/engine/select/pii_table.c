/* Tables: CSV and its like, Markdown, SQL, HTML. The head decides what a column holds, then each cell gets a tag. */
#include "engine/select/lists.h"
#include "engine/select/pii_unit.h"

#include "base/banned.h"

void table_cell(struct unit *u, uint32_t start, uint32_t end, uint64_t mask)
{
	if (mask && start < end && u->n_tags < TAGS_MOST)
		u->tags[u->n_tags++] = (struct tag){ .start = start, .end = start, .limit = end,
			.mask = mask, .cell = true };
}

static void trim(const struct unit *u, uint32_t *start, uint32_t *end)
{
	while (*start < *end &&
		(u_is(u, *start, PC_BLANK) || u->cp[*start] == '"' || u->cp[*start] == '\'' ||
		u->cp[*start] == '`' ||
		u->cp[*start] == '*' || u->cp[*start] == 0xFEFF))
		(*start)++;
	while (*end > *start &&
		(u_is(u, *end - 1, PC_BLANK) || u->cp[*end - 1] == '"' || u->cp[*end - 1] == '\'' ||
		u->cp[*end - 1] == '`' ||
		u->cp[*end - 1] == '*' || u->cp[*end - 1] == '\r'))
		(*end)--;
}

/*
 * What the head [start, end) says: the label that it is, or the last one in it ("ご契約者氏名", "customer_tel").
 * *ret_pure when nothing but a short remark stands beside the label.
 */
uint64_t table_head_mask(const struct unit *u, uint32_t start, uint32_t end, bool *ret_pure)
{
	uint64_t mask = 0, found = 0;
	uint32_t covered = 0, i;

	trim(u, &start, &end);
	*ret_pure = false;
	if (start >= end || end - start > 40)
		return 0;
	for (i = start; i < end;) {
		uint32_t len = u_is(u, i, PC_ALPHA) ? lex_ident(u, i, &mask) : 0, mixed;
		uint64_t mixed_mask = 0;

		mixed = lex_match(u, i, LX_HEAD, &mixed_mask);
		if (mixed > len) {
			len = mixed;
			mask = mixed_mask;
		}
		if (!len || i + len > end) {
			i++;
			continue;
		}
		/* 電話（自宅）: what stands in brackets says more of a label, and is none */
		if (!found || u_cp(u, i - 1) != '(' || !(mask & (LX(PII_ADDRESS) | LX(LX_NONE))))
			found = mask;
		covered += len;
		i += len;
	}
	*ret_pure = found && covered * 2 >= end - start;
	return found & LX_HEAD;
}

/* The end of the cell that begins at i. A quoted cell may hold the separator. */
static uint32_t cell_end(const struct unit *u, uint32_t i, char separator)
{
	if (u_cp(u, i) == '"') {
		for (i++; i < u->n; i++)
			if (u->cp[i] == '"') {
				if (u_cp(u, i + 1) != '"')
					break;
				i++;
			}
	}
	while (i < u->n && u->cp[i] != (uint16_t)separator)
		i++;
	return i;
}

static uint32_t count_cells(const struct unit *u, char separator)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i <= u->n && n < COLUMNS_MOST; n++)
		i = cell_end(u, i, separator) + 1;
	return n;
}

/* 姓 and 名, 氏 and 名 in columns of their own: by themselves the letters say nothing. How many were found; 0 unless both are there. */
static uint32_t name_columns(const struct unit *u, char separator, struct columns *out, uint32_t *hits)
{
	uint32_t n = 0, family = 0, given = 0;

	for (int round = 0; round < 2; round++, n = 0) {
		if (round && !(family && given))
			return 0;
		for (uint32_t i = 0; i <= u->n && n < out->n; n++) {
			uint32_t end = cell_end(u, i, separator), a = i, e = end;

			trim(u, &a, &e);
			if (e == a + 1 && (u->cp[a] == 0x6C0F || u->cp[a] == 0x59D3 || u->cp[a] == 0x540D)) {
				family += !round && u->cp[a] != 0x540D;
				given += !round && u->cp[a] == 0x540D;
				if (round)
					out->mask[n] = LX(PII_NAME) | LX(LX_PART);
				*hits += (uint32_t)round;
			}
			i = end + 1;
		}
	}
	return family + given;
}

static bool csv_head(const struct unit *u, char separator, struct columns *out)
{
	uint32_t hits = 0, typed = 0, n = 0, filled = 0;

	for (uint32_t i = 0; i <= u->n && n < COLUMNS_MOST;) {
		uint32_t end = cell_end(u, i, separator);
		bool pure;
		uint64_t mask = table_head_mask(u, i, end, &pure);

		out->mask[n++] = mask ? mask : LX(LX_NONE);
		filled += end > i + 1;
		hits += pure;
		typed += pure && (mask & ~LX(LX_NONE));
		i = end + 1;
	}
	out->n = (uint16_t)n;
	typed += name_columns(u, separator, out, &hits);
	return n >= 2 && typed >= 1 && hits * 2 >= filled && hits >= 2;
}

/* The name of a host begins its top level name at i: evil.com, but not user.name or "No. of". */
static bool is_top_at(const struct unit *u, uint32_t i)
{
	char word[8];
	uint32_t n = 0;

	while (n < sizeof word && u_is(u, i + n, PC_ALPHA)) {
		word[n] = (char)u->cp[i + n];
		n++;
	}
	return n >= 2 && n < sizeof word && u_cp(u, i + n) != '.' && !u_alnum(u, i + n) && u_cp(u, i + n) < 0x80 &&
		in_list(&list_package_tops, (slice){ word, n });
}

/* A head has no values: no long numbers, no hosts, no signs of a label with its value. */
bool table_may_be_head(const struct unit *u)
{
	uint32_t digits = 0, run = 0;

	if (u->n < 4 || u->n > 4000)
		return false;
	for (uint32_t i = 0; i < u->n; i++) {
		run = u_is(u, i, PC_DIGIT) ? run + 1 : 0;
		digits += run > 0;
		if (run >= 4 || u->cp[i] == '=' || u->cp[i] == '{' || u->cp[i] == '<' || u->cp[i] == 0x3002)
			return false;
		if (u->cp[i] == '.' && i && u_alnum(u, i - 1) && is_top_at(u, i + 1))
			return false;
	}
	return digits <= 12;
}

static bool csv_begin(struct unit *u)
{
	static const char separators[] = ",\t;|";
	struct pii_state *s = u->w->state;

	if (!table_may_be_head(u))
		return false;
	for (const char *p = separators; *p; p++) {
		__attribute__((uninitialized)) struct columns head;

		if (cell_end(u, 0, *p) >= u->n || !csv_head(u, *p, &head))
			continue;
		s->columns.n = head.n;   /* not what lies between its fields: the same state is the same bytes */
		memcpy(s->columns.mask, head.mask, head.n * sizeof *head.mask);
		s->separator = *p;
		s->table = TABLE_CSV;
		unit_close(u, 0, u->n);
		return true;
	}
	return false;
}

static void csv_row(struct unit *u)
{
	const struct pii_state *s = u->w->state;
	uint32_t n = 0;

	for (uint32_t i = 0; i <= u->n && n < s->columns.n; n++) {
		uint32_t end = cell_end(u, i, s->separator);

		table_cell(u, i, end, s->columns.mask[n]);
		i = end + 1;
	}
}

static void csv_line(struct unit *u)
{
	struct pii_state *s = u->w->state;

	if (s->table == TABLE_CSV) {
		uint32_t n = count_cells(u, s->separator);

		if (csv_begin(u))
			return;
		if (n == s->columns.n || (s->kind == PII_KIND_CSV && n > 1))
			csv_row(u);
		else if (u->n > 1 && s->kind != PII_KIND_CSV)
			s->table = TABLE_NONE;
		return;
	}
	(void)csv_begin(u);
}

static bool word_at(const struct unit *u, uint32_t i, const char *word)
{
	return u_says(u, i, word) && !u_alnum(u, i + (uint32_t)strlen(word));
}

/* The columns between ( and ): the first word of each part. The place behind, or u->n when the list goes on. */
static uint32_t sql_columns(struct unit *u, uint32_t i)
{
	struct pii_state *s = u->w->state;
	int depth = 1;
	bool begin = true;

	for (; i < u->n && depth; i++) {
		uint16_t ch = u->cp[i];

		depth += ch == '(' ? 1 : ch == ')' ? -1 : 0;
		if (ch == ',' && depth == 1) {
			begin = true;
		} else if (begin && (u_is(u, i, PC_ALPHA | PC_KANJI | PC_KATA | PC_HIRA) || ch == '_' || ch == 0x3012) &&
			s->columns.n < COLUMNS_MOST) {
			uint32_t end = i + (ch == 0x3012);   /* 〒 */
			bool pure;
			uint64_t mask;

			/* `記号・番号` */
			while (u_alnum(u, end) || u_cp(u, end) == '_' || u_is(u, end, PC_KANJI | PC_KATA | PC_HIRA) ||
				(i && u->cp[i - 1] == '`' && end < u->n && end < i + 40 && u->cp[end] != '`'))
				end++;
			mask = table_head_mask(u, i, end, &pure);
			if (!word_at(u, i, "primary") && !word_at(u, i, "constraint") &&
				!word_at(u, i, "unique") && !word_at(u, i, "foreign"))
				s->columns.mask[s->columns.n++] = mask ? mask : LX(LX_NONE);
			begin = false;
			i = end - 1;
		}
	}
	s->sql_columns = depth > 0;
	return i;
}

/* (75580,'松田　博','…'): a tag at each value. The place behind the row. */
static uint32_t sql_row(struct unit *u, uint32_t i)
{
	const struct pii_state *s = u->w->state;
	uint32_t n = 0;

	while (i < u->n && n < s->columns.n) {
		uint32_t start = i;

		while (u_cp(u, start) == ' ')
			start++;
		i = start;
		if (u_cp(u, i) == '\'') {
			for (i++; i < u->n && (u->cp[i] != '\'' || u_cp(u, i + 1) == '\''); i++)
				i += u->cp[i] == '\'';
			start++;
			table_cell(u, start, i < u->n ? i : u->n, s->columns.mask[n]);
		}
		while (i < u->n && u->cp[i] != ',' && u->cp[i] != ')')
			i++;
		if (u_cp(u, start) != '\'' && (start == 0 || u->cp[start - 1] != '\''))
			table_cell(u, start, i, s->columns.mask[n]);
		n++;
		if (u_cp(u, i) != ',')
			break;
		i++;
	}
	return i + 1;
}

/* CREATE … TABLE or INSERT … INTO within a few words; a sentence that begins with "Create" is none. */
static bool statement_at(const struct unit *u, uint32_t i)
{
	const char *second = word_at(u, i, "create") ? "table" : word_at(u, i, "insert") ? "into" : NULL;

	for (uint32_t k = i + 6; second && k < i + 40 && k < u->n; k++)
		if (u->cp[k - 1] == ' ' && word_at(u, k, second))
			return true;
	return false;
}

static bool sql_line(struct unit *u)
{
	struct pii_state *s = u->w->state;
	uint32_t i = 0;

	while (u_is(u, i, PC_BLANK))
		i++;
	if (s->sql_columns)
		i = sql_columns(u, i);
	if (statement_at(u, i)) {
		bool create = small_letter(u->cp[i]) == 'c';
		uint32_t open = i;

		while (open < u->n && u->cp[open] != '(' && !word_at(u, open, "values"))
			open++;
		if (open >= u->n && create)
			return false;
		if (u_cp(u, open) == '(') {
			s->columns.n = 0;
			i = sql_columns(u, open + 1);
			s->table = TABLE_SQL;
		} else if (s->table == TABLE_SQL) {
			i = open;
		}
		if (create)
			return true;
		while (i < u->n && !word_at(u, i, "values"))
			i++;
	}
	if (s->table != TABLE_SQL)
		return false;
	if (u_cp(u, i) != '(' && !word_at(u, i, "values"))
		return s->sql_columns;
	for (; i < u->n; i++)
		if (u->cp[i] == '(')
			i = sql_row(u, i + 1) - 1;
	return true;
}

static bool tag_is(const struct unit *u, uint32_t i, const char *name) { return u_cp(u, i) == '<' &&
	word_at(u, i + 1, name); }

static uint32_t html_cell(struct unit *u, uint32_t i, bool head)
{
	struct pii_state *s = u->w->state;
	uint32_t start, end;
	bool pure;

	while (i < u->n && u->cp[i] != '>')
		i++;
	start = i + 1;
	for (end = start; end < u->n && !tag_is(u, end, "td") && !tag_is(u, end, "th") &&
		!(u->cp[end] == '<' && u_cp(u, end + 1) == '/'); end++)
		;
	if (start >= u->n || s->html_column >= COLUMNS_MOST)
		return start;
	if (head) {
		uint64_t mask = table_head_mask(u, start, end, &pure);

		s->columns.mask[s->html_column] = mask ? mask : LX(LX_NONE);
		s->columns.n = (uint16_t)(s->html_column + 1);
		s->html_head = true;
		s->table = TABLE_HTML;
	} else if (!s->html_head && s->html_column < s->columns.n && s->table == TABLE_HTML) {
		table_cell(u, start, end, s->columns.mask[s->html_column]);
	}
	s->html_column++;
	return start;
}

static void html_line(struct unit *u)
{
	struct pii_state *s = u->w->state;

	for (uint32_t i = 0; i < u->n;) {
		if (u->cp[i] != '<') {
			i++;
		} else if (tag_is(u, i, "tr")) {
			s->html_column = 0;
			s->html_head = false;
			i++;
		} else if (tag_is(u, i, "th")) {
			i = html_cell(u, i, true);
		} else if (tag_is(u, i, "td")) {
			i = html_cell(u, i, false);
		} else {
			if (tag_is(u, i, "table"))
				s->columns.n = 0;
			i++;
		}
	}
}

void table_line(struct unit *u)
{
	struct pii_state *s = u->w->state;

	if (s->kind == PII_KIND_JSON)
		return;
	for (uint32_t i = s->kind == PII_KIND_CSV ? u->n : u_find(u, 0, '<'); i + 2 < u->n; i = u_find(u, i + 1, '<'))
		if (small_letter(u->cp[i + 1]) == 't') {
			html_line(u);
			return;
		}
	if (!u->whole)
		return;
	if (s->kind != PII_KIND_CSV && s->kind != PII_KIND_HTML && sql_line(u))
		return;
	if (s->kind != PII_KIND_HTML && s->kind != PII_KIND_SQL && s->table != TABLE_SQL)
		csv_line(u);
}
