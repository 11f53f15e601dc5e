/* The tables that explain accesses: read once, before the lines, and only looked into afterwards. */
#include "engine/screen/cp932.h"
#include "engine/screen/model.h"

#include "base/banned.h"

const char *const screen_table_names[] = { "residents", "staff", "accounts", "moves", "attendance", "calendar",
	"departments", "cases", "assignments", "windows", "loans", "media", NULL };

/* Columns of each table in the order in which a row is handed on; `org` is always the first. */
static const char *const columns[SCREEN_TABLES][11] = {
	[T_RESIDENTS] = { "org", "resident_no", "household", "name", "address", "flags" },
	[T_STAFF] = { "org", "staff", "dept", "left", "resident_no" },
	[T_ACCOUNTS] = { "org", "account", "type", "owner", "dept", "valid_to", "last_used_before", "terminal", "systems" },
	[T_MOVES] = { "org", "account", "date", "from_dept", "to_dept" },
	[T_ATTENDANCE] = { "org", "account", "date", "status", "from", "to" },
	[T_CALENDAR] = { "org", "date", "kind" },
	[T_DEPARTMENTS] = { "org", "dept", "systems" },
	[T_CASES] = { "org", "case", "dept", "resident_no", "opened", "opened_by" },
	[T_ASSIGNMENTS] = { "org", "case", "dept", "resident_no", "account", "from", "to" },
	[T_WINDOWS] = { "org", "account", "from", "to", "purpose" },
	[T_LOANS] = { "org", "card", "account", "date" },
	[T_MEDIA] = { "org", "account", "date" },
};

/* Departments of a table without an organisation column hold for all. */
#define ORG_ANY 0xfffeu

#define NAME_SLOTS 1024u

/* Names of departments and accounts come again in row after row. *ret is NULL for texts too long to be kept. */
static rc name_slot_of(struct ctx *c, struct screen *s, slice text, struct name_slot **ret)
{
	struct name_slot *slot;
	struct text32 t;

	*ret = NULL;
	if (text.len == 0 || text.len > TEXT32_MOST)
		return OK;
	if (!s->name_slots)
		TRY_ARRAY(c, s->name_slots, NAME_SLOTS);
	t = text32_of(text);
	slot = &s->name_slots[text32_hash(&t, text.len) & (NAME_SLOTS - 1)];
	if (slot->len != text.len || !text32_eq(&slot->text, &t)) {
		TRY(log_name_of(c, s, text, &slot->name));
		slot->text = t;
		slot->len = (uint32_t)text.len;
		slot->org = NONE;
	}
	*ret = slot;
	return OK;
}

rc table_name(struct ctx *c, struct screen *s, slice text, uint32_t *ret)
{
	struct name_slot *slot;

	TRY(name_slot_of(c, s, text, &slot));
	if (!slot)
		return log_name_of(c, s, text, ret);
	*ret = slot->name;
	return OK;
}

rc table_account(struct ctx *c, struct screen *s, uint32_t org, slice text, uint32_t *ret)
{
	struct name_slot *slot;
	uint32_t name;

	TRY(name_slot_of(c, s, text, &slot));
	if (!slot) {
		TRY(log_name_of(c, s, text, &name));
		return account_by(c, s, org, name, ret);
	}
	if (slot->org != org) {
		TRY(account_by(c, s, org, slot->name, &slot->account));
		slot->org = org;
	}
	*ret = slot->account;
	return OK;
}

rc person_number(struct ctx *c, const struct screen *s, struct org *o, uint64_t token, uint32_t *ret)
{
	o->residents.row = sizeof *o->resident;
	o->residents.expected = s->expected_rows[T_RESIDENTS];
	TRY(dense_put(c, &o->residents, token, ret));
	o->resident = dense_row(&o->residents, 0);
	if (*ret == o->nresidents) {
		struct resident *p = &o->resident[o->nresidents++];

		p->household = p->block = p->surname = p->staff = NONE;
	}
	return OK;
}

static rc read_staff(struct ctx *c, struct screen *s, const struct row *r)
{
	struct org *o = &s->org[r->org];
	struct account *a;
	uint32_t i, p, dept = NONE;

	TRY(table_account(c, s, r->org, r->f[1], &i));
	if (r->f[2].len)
		TRY(table_name(c, s, r->f[2], &dept));
	a = &s->account[i];
	a->is_staff = true;
	a->owner = i;
	if (a->dept == NONE)
		a->dept = dept;
	if (log_day_parse(r->f[3], &a->last_day))
		a->leaves = true;
	if (r->f[4].len == 0)
		return OK;
	TRY(person_number(c, s, o, screen_token_number(s, 'S', r->org, r->f[4]), &p));
	s->account[i].subject = p;
	o->resident[p].staff = i;
	o->staff_n++;
	return OK;
}

uint32_t building_of(slice terminal)
{
	uint32_t h = 2166136261u;

	if (terminal.len == 0)
		return 0;
	for (size_t i = 0; i < terminal.len; i++) {
		h = (h ^ (unsigned char)terminal.p[i]) * 16777619u;
		if (terminal.p[i] >= '0' && terminal.p[i] <= '9')
			break;
	}
	return h ? h : 1;
}

static rc systems_mask(struct ctx *c, struct screen *s, slice list, uint64_t *ret)
{
	slice part;
	uint64_t m = 0;

	while (slice_next(&list, '|', &part)) {
		uint32_t bit;

		TRY(system_of(c, s, slice_trim(part), &bit));
		if (bit < SYSTEMS_MOST)
			m |= (uint64_t)1 << bit;
	}
	*ret = m;
	return OK;
}

static rc read_account(struct ctx *c, struct screen *s, const struct row *r)
{
	const struct word *type = words_find(&s->words.types, r->f[2]);
	uint32_t i, owner = NONE, dept = NONE;
	struct account *a;
	int32_t day;

	TRY(table_account(c, s, r->org, r->f[1], &i));
	if (r->f[3].len)
		TRY(table_account(c, s, r->org, r->f[3], &owner));
	if (r->f[4].len)
		TRY(table_name(c, s, r->f[4], &dept));
	a = &s->account[i];
	a->listed = true;
	a->type = type ? (uint8_t)type->value : TYPE_UNKNOWN;
	a->owner = owner;
	a->dept = dept;
	if (log_day_parse(r->f[5], &day) && (!a->leaves || day < a->last_day)) {
		a->leaves = true;
		a->last_day = day;
	}
	a->has_last_used = log_day_parse(r->f[6], &a->last_used);
	a->building = building_of(r->f[7]);
	TRY(systems_mask(c, s, r->f[8], &s->account[i].systems));
	return OK;
}

static rc read_move(struct ctx *c, struct screen *s, const struct row *r)
{
	struct move m = { .from = NONE, .to = NONE };

	if (!log_day_parse(r->f[2], &m.day))
		return E_INVALID;
	TRY(table_account(c, s, r->org, r->f[1], &m.account));
	TRY(table_name(c, s, r->f[3], &m.from));
	TRY(table_name(c, s, r->f[4], &m.to));
	TRY_PUSH(c, s->move, s->nmove, s->cap_move);
	s->move[s->nmove++] = m;
	return OK;
}

static rc read_attendance(struct ctx *c, struct screen *s, const struct row *r)
{
	const struct word *kind = words_find(&s->words.duties, r->f[3]);
	struct duty d = { .kind = kind ? (uint8_t)kind->value : DUTY_OTHER, .to = DAY_SECONDS };

	if (!log_day_parse(r->f[2], &d.day))
		return E_INVALID;
	if (!log_clock_parse(r->f[4], &d.from))
		d.from = 0;
	if (!log_clock_parse(r->f[5], &d.to))
		d.to = DAY_SECONDS;
	TRY(table_account(c, s, r->org, r->f[1], &d.account));
	TRY_PUSH(c, s->duty, s->nduty, s->cap_duty);
	s->duty[s->nduty++] = d;
	return OK;
}

static rc read_day(struct ctx *c, struct screen *s, const struct row *r)
{
	const struct word *kind = words_find(&s->words.days, r->f[2]);
	uint32_t *at;
	int32_t day;

	if (!log_day_parse(r->f[1], &day) || !kind)
		return E_INVALID;
	TRY(map64_put(c, &s->days, (uint64_t)((int64_t)day + 1000000), kind->value, &at));
	*at = kind->value;
	return OK;
}

static rc read_department(struct ctx *c, struct screen *s, const struct row *r)
{
	uint32_t dept, *at;
	uint64_t mask;

	TRY(table_name(c, s, r->f[1], &dept));
	TRY(systems_mask(c, s, r->f[2], &mask));
	TRY(map64_put(c, &s->dept_systems, pair_key(r->f[0].len ? r->org : ORG_ANY, dept), s->ndepts, &at));
	if (*at == s->ndepts) {
		TRY_PUSH(c, s->dept_mask, s->ndepts, s->cap_depts);
		s->dept_mask[s->ndepts++] = 0;
	}
	s->dept_mask[*at] |= mask;
	return OK;
}

static uint32_t household_of(struct org *o, uint32_t person)
{
	return o->resident[person].household;
}

static rc read_assignment(struct ctx *c, struct screen *s, const struct row *r)
{
	struct org *o = &s->org[r->org];
	struct assignment a = { .from = INT32_MIN, .to = INT32_MAX };
	uint32_t person;

	if (r->f[1].len == 0 || r->f[3].len == 0)
		return E_INVALID;
	(void)log_day_parse(r->f[5], &a.from);
	(void)log_day_parse(r->f[6], &a.to);
	a.token = screen_token(s, 'C', r->org, r->f[1]);
	TRY(table_name(c, s, r->f[2], &a.dept));
	TRY(person_number(c, s, o, screen_token_number(s, 'S', r->org, r->f[3]), &person));
	a.household = household_of(o, person);
	if (a.household == NONE)
		a.household = person | 0x80000000u;
	TRY(table_account(c, s, r->org, r->f[4], &a.account));
	TRY_PUSH(c, o->assigned, o->nassigned, o->cap_assigned);
	o->assigned[o->nassigned++] = a;
	return OK;
}

static rc read_window(struct ctx *c, struct screen *s, const struct row *r)
{
	struct window w;

	if (!log_time_parse(r->f[2], &w.from) || !log_time_parse(r->f[3], &w.to))
		return E_INVALID;
	TRY(table_account(c, s, r->org, r->f[1], &w.account));
	TRY_PUSH(c, s->window, s->nwindow, s->cap_window);
	s->window[s->nwindow++] = w;
	return OK;
}

static rc read_loan(struct ctx *c, struct screen *s, const struct row *r)
{
	struct loan l = { .borrower = NONE };

	if (!log_day_parse(r->f[3], &l.day))
		return E_INVALID;
	TRY(table_account(c, s, r->org, r->f[1], &l.account));
	TRY(table_account(c, s, r->org, r->f[2], &l.borrower));
	TRY_PUSH(c, s->loan, s->nloan, s->cap_loan);
	s->loan[s->nloan++] = l;
	return OK;
}

static rc read_medium(struct ctx *c, struct screen *s, const struct row *r)
{
	struct loan l = { .borrower = NONE };

	if (!log_day_parse(r->f[2], &l.day))
		return E_INVALID;
	TRY(table_account(c, s, r->org, r->f[1], &l.account));
	TRY_PUSH(c, s->media, s->nmedia, s->cap_media);
	s->media[s->nmedia++] = l;
	return OK;
}

typedef rc (*row_reader)(struct ctx *c, struct screen *s, const struct row *r);

static const row_reader readers[SCREEN_TABLES] = { read_resident, read_staff, read_account, read_move,
	read_attendance, read_day, read_department, read_case, read_assignment, read_window, read_loan, read_medium };

/* The header gives each place its column; columns that nobody asks for go to COL_NONE. */
static void table_layout(struct layout *l, unsigned table, slice header)
{
	slice rest = header, part;

	while (slice_next(&rest, ',', &part) && l->columns < LINE_FIELDS_MOST) {
		part = slice_trim(part);
		if (part.len >= 2 && part.p[0] == '"')
			part = slice_sub(part, 1, part.len - 2);
		l->col[l->columns] = COL_NONE;
		for (uint8_t i = 0; i < 11 && columns[table][i]; i++)
			if (slice_is(part, columns[table][i]))
				l->col[l->columns] = i;
		l->columns++;
	}
}

static bool is_only(const struct screen *s, slice org)
{
	if (org.len != s->only.len || org.len > 8)
		return slice_eq(org, s->only);
	return word8(org) == s->only_short;
}

static rc table_row(struct ctx *c, struct screen *s, unsigned table, const struct line *line, struct row *row)
{
	rc r;

	row->f[0] = S_NONE;
	for (unsigned i = 0; i < 11 && columns[table][i]; i++) {
		slice v = line->f[i];

		row->f[i] = v.len && ((unsigned char)v.p[0] <= ' ' || (unsigned char)v.p[v.len - 1] <= ' ') ? slice_trim(v) : v;
	}
	row->org = 0;
	if (s->only.len && row->f[0].len && !is_only(s, row->f[0]))
		return OK;
	if (!s->only.len || s->norg == 0)
		TRY(org_of(c, s, row->f[0].len || s->norg == 0 ? (row->f[0].len || !s->only.len ? row->f[0] : s->only) : s->org[0].name, &row->org));
	r = readers[table](c, s, row);
	if (r == E_INVALID) {
		s->bad_rows[table]++;
		fault_clear(c);
		return OK;
	}
	s->rows[table]++;
	return r;
}

/* How many bytes there are before the first that is no ASCII, in steps of 16 KB. */
static size_t ascii_part(slice bytes)
{
	size_t i = 0;

	for (; i + 16384 <= bytes.len; i += 16384) {
		uint64_t high = 0;

		for (size_t k = 0; k < 16384; k += 8)
			high |= load8(bytes.p + i + k);
		if (high & 0x8080808080808080u)
			return i;
	}
	for (size_t k = i; k < bytes.len; k++)
		if ((unsigned char)bytes.p[k] >= 0x80)
			return i;
	return bytes.len;
}

void screen_expect(struct screen *s, unsigned table, uint64_t bytes)
{
	if (s->only.len && table < SCREEN_TABLES)
		s->expected[table] = bytes;
}

/* By the length of the first rows. */
static void expect_rows(struct screen *s, unsigned table, size_t bytes, uint32_t rows)
{
	if (s->expected[table] && bytes && rows)
		s->expected_rows[table] = (uint64_t)((double)s->expected[table] * 1.02 * rows / (double)bytes) + 16;
	s->expected[table] = 0;
}

rc screen_table(struct ctx *c, struct screen *s, unsigned table, slice bytes, struct arena *work)
{
	struct layout l = { .form = FORM_CSV };
	struct marked_lines lines = { 0 };
	struct line line = { 0 };
	struct buf text, scratch;
	enum line_state st;
	struct row row;
	size_t nl;

	NEVER(table >= SCREEN_TABLES);
	if (slice_starts(bytes, S("\xef\xbb\xbf")))
		bytes = slice_sub(bytes, 3, bytes.len);
	/* from where other than ASCII begins; in pure ASCII there is nothing to decide */
	nl = ascii_part(bytes);
	if (nl < bytes.len && text_is_cp932(slice_sub(bytes, nl, 65536))) {
		buf_init(&text, work, bytes.len * 2 + 64);
		(void)cp932_put(&text, bytes);
		bytes = buf_slice(&text);
	}
	nl = slice_find(bytes, S("\n"), 0);
	table_layout(&l, table, slice_sub(bytes, 0, nl));
	s->have[table] = true;
	buf_init(&scratch, work, bytes.len + 64);
	buf_init(&s->folded, work, 4096);
	bytes = slice_sub(bytes, nl < bytes.len ? nl + 1 : bytes.len, bytes.len);
	lines.m.at = arena_bytes(work, (bytes.len + SPLIT_ROOM) * sizeof *lines.m.at);
	lines.m.end = arena_bytes(work, (bytes.len + SPLIT_ROOM) * sizeof *lines.m.end);
	if (!lines.m.at || !lines.m.end)
		return FAIL(c, E_LIMIT, "memory.limit");
	marked_begin(&lines, &l, bytes, split_best());
	if (bytes.len)
		expect_rows(s, table, bytes.len, lines.m.lines);
	for (; marked_next(&lines, &scratch, &line, &st); scratch.len = 0) {
		switch (st) {
		case LINE_GOOD: TRY(table_row(c, s, table, &line, &row)); break;
		case LINE_DAMAGED: s->bad_rows[table]++; break;
		case LINE_EMPTY:
		case LINE_HEADER: break;
		}
	}
	return rows_end(c, s);
}
