/*
 * Rows of residents and of cases, of which there are most: some dozens are read, then their numbers and names become
 * tokens together, and only then they go into the tables, whose memory has been fetched meanwhile.
 */
#include "engine/screen/asks.h"

#include "base/banned.h"

#define LOT 64u
#define SURNAME_SLOTS 512u

struct resident_row { uint64_t person, household, block, surname; uint32_t org; bool watch, protect; };
struct case_row { uint64_t token, person; uint32_t dept, by, org; int32_t opened; };

struct table_rows {
	struct tokens tokens;
	struct resident_row residents[LOT];
	struct case_row cases[2 * LOT];   /* while one lot's memory is fetched, the one before goes into the table */
	uint32_t nresidents, ncases, cases_put;
	struct { struct text32 text; uint64_t token; uint32_t len, org; } surnames[SURNAME_SLOTS];
};

/* A small number for a token, with the count of its members when `size` is given. */
static rc group_number(struct ctx *c, struct dense *m, uint64_t tok, uint32_t **size, uint32_t *n, uint32_t *cap,
	uint32_t *ret)
{
	TRY(dense_put(c, m, tok, ret));
	if (*ret == *n) {
		if (size) {
			TRY_PUSH(c, *size, *n, *cap);
			(*size)[*n] = 0;
		}
		(*n)++;
	}
	if (size)
		(*size)[*ret]++;
	return OK;
}

/* Up to the block number: 本町1-1 lies in the block 本町1. */
static slice block_part(slice address)
{
	static const slice ends[] = { S_INIT("－"), S_INIT("−"), S_INIT("‐"), S_INIT("番"), S_INIT("丁目") };

	for (size_t i = 0; i < address.len; i++) {
		unsigned char b = (unsigned char)address.p[i];

		if (b == '-')
			return slice_sub(address, 0, i);
		for (unsigned k = 0; b >= 0xe0 && k < sizeof ends / sizeof *ends; k++)
			if (b == (unsigned char)ends[k].p[0] && slice_starts(slice_sub(address, i, address.len), ends[k]))
				return slice_sub(address, 0, i);
	}
	return address;
}

static slice surname_part(slice name)
{
	for (size_t i = 0; i < name.len; i++)
		if (name.p[i] == ' ' || (name.p[i] == '\xe3' && slice_starts(slice_sub(name, i, 3), S("　"))))
			return slice_sub(name, 0, i);
	return name;
}

static rc rows_begin(struct ctx *c, struct screen *s)
{
	if (s->table_rows)
		return OK;
	TRY_NEW(c, s->table_rows);
	tokens_begin(&s->table_rows->tokens);
	return OK;
}

static rc resident_put(struct ctx *c, struct screen *s, const struct resident_row *r)
{
	struct org *o = &s->org[r->org];
	struct resident *p;
	uint32_t i;

	TRY(person_number(c, s, o, r->person, &i));
	p = &o->resident[i];
	if (r->household)
		TRY(group_number(c, &o->households, r->household, NULL, &o->nhouseholds, NULL, &p->household));
	if (r->block)
		TRY(group_number(c, &o->blocks, r->block, &o->block_size, &o->nblocks, &o->cap_blocks, &p->block));
	if (r->surname)
		TRY(group_number(c, &o->surnames, r->surname, &o->surname_size, &o->nsurnames, &o->cap_surnames, &p->surname));
	p->watch = r->watch;
	p->protect = r->protect;
	o->watch_n += p->watch;
	o->protect_n += p->protect;
	return OK;
}

static rc residents_put(struct ctx *c, struct screen *s)
{
	struct table_rows *t = s->table_rows;

	tokens_end(s, &t->tokens);
	for (uint32_t i = 0; i < t->nresidents; i++) {
		dense_fetch(&s->org[t->residents[i].org].residents, t->residents[i].person);
		dense_fetch(&s->org[t->residents[i].org].blocks, t->residents[i].block);
	}
	for (uint32_t i = 0; i < t->nresidents; i++)
		TRY(resident_put(c, s, &t->residents[i]));
	t->nresidents = 0;
	return OK;
}

/* Families stand together, and names come again: each is folded once. */
static void surname_token(struct screen *s, uint32_t org, slice surname, uint64_t *ret)
{
	struct text32 text;
	uint32_t at = 0;
	bool kept = surname.len > 0 && surname.len <= TEXT32_MOST;

	if (kept) {
		text = text32_of(surname);
		at = text32_hash(&text, surname.len) & (SURNAME_SLOTS - 1);
		if (s->table_rows->surnames[at].len == surname.len && s->table_rows->surnames[at].org == org &&
		    text32_eq(&s->table_rows->surnames[at].text, &text)) {
			*ret = s->table_rows->surnames[at].token;
			return;
		}
	}
	buf_reset(&s->folded);
	fold_name(&s->words, &s->folded, surname);
	*ret = screen_token(s, 'F', org, buf_slice(&s->folded));
	if (kept) {
		s->table_rows->surnames[at].text = text;
		s->table_rows->surnames[at].len = (uint32_t)surname.len;
		s->table_rows->surnames[at].org = org;
		s->table_rows->surnames[at].token = *ret;
	}
}

rc read_resident(struct ctx *c, struct screen *s, const struct row *r)
{
	struct table_rows *t;
	struct resident_row *one;

	TRY(rows_begin(c, s));
	t = s->table_rows;
	if (t->nresidents == LOT)
		TRY(residents_put(c, s));
	one = &t->residents[t->nresidents++];
	memset(one, 0, sizeof *one);
	one->org = r->org;
	tokens_add(s, &t->tokens, 'S', r->org, screen_number_bare(r->f[1]), &one->person);
	if (r->f[2].len)
		tokens_add(s, &t->tokens, 'H', r->org, r->f[2], &one->household);
	if (r->f[4].len)
		tokens_add(s, &t->tokens, 'B', r->org, block_part(r->f[4]), &one->block);
	if (r->f[3].len)
		surname_token(s, r->org, surname_part(r->f[3]), &one->surname);
	one->watch = slice_find(r->f[5], S("V"), 0) != SIZE_MAX;
	one->protect = slice_find(r->f[5], S("D"), 0) != SIZE_MAX;
	return OK;
}

/* The day of a time; rows come in the order of days, so mostly the one before is the same. */
static bool opened_day(struct screen *s, slice text, int32_t *ret)
{
	wall opened;

	if (text.len >= 19 && s->opened_text[0] && same_day(text.p, s->opened_text) && text.p[13] == ':' && text.p[16] == ':' &&
	    (text.len == 19 || (text.p[text.len - 1] != 'Z' && text.p[text.len - 1] != 'z' && !memchr(text.p + 19, '+', text.len - 19) &&
	    !memchr(text.p + 19, '-', text.len - 19)))) {
		*ret = s->opened_day;
		return true;
	}
	if (!log_time_parse(text, &opened))
		return false;
	*ret = (int32_t)(opened / DAY_SECONDS);
	if (text.len >= 19 && text.p[4] != '0' && text.p[13] == ':' && text.p[10] != '+' && (text.len == 19 || text.p[19] == '.') &&
	    !memchr(text.p + 19, '+', text.len - 19) && !memchr(text.p + 19, 'Z', text.len - 19)) {
		memcpy(s->opened_text, text.p, 10);
		s->opened_day = *ret;
	}
	return true;
}

static rc case_put(struct ctx *c, struct screen *s, const struct case_row *r)
{
	struct org *o = &s->org[r->org];
	uint32_t at, subject;
	struct ticket *t;

	TRY(person_number(c, s, o, r->person, &subject));
	o->tickets.row = sizeof *o->ticket;
	o->tickets.expected = s->expected_rows[T_CASES];
	TRY(dense_put(c, &o->tickets, r->token, &at));
	o->ticket = dense_row(&o->tickets, 0);
	if (at != o->ntickets)
		return OK;
	t = &o->ticket[o->ntickets++];
	t->household = o->resident[subject].household;
	t->subject = subject;
	t->dept = r->dept;
	t->by = r->by;
	t->opened = r->opened;
	return OK;
}

/* The rows of the latest lot get their tokens, and their places are fetched. */
static void cases_fetch(struct screen *s, struct table_rows *t, uint32_t from)
{
	tokens_end(s, &t->tokens);
	for (uint32_t i = from; i < t->ncases; i++) {
		const struct case_row *r = &t->cases[i % (2 * LOT)];

		dense_fetch(&s->org[r->org].tickets, r->token);
		dense_fetch(&s->org[r->org].residents, r->person);
	}
}

static rc cases_put(struct ctx *c, struct screen *s, struct table_rows *t, uint32_t to)
{
	for (uint32_t i = t->cases_put; i < to; i++) {
		const struct case_row *r = &t->cases[i % (2 * LOT)];

		(void)dense_fetch_row(&s->org[r->org].residents, r->person);
	}
	for (; t->cases_put < to; t->cases_put++)
		TRY(case_put(c, s, &t->cases[t->cases_put % (2 * LOT)]));
	return OK;
}

rc read_case(struct ctx *c, struct screen *s, const struct row *r)
{
	struct case_row one = { .dept = NONE, .by = NONE, .org = r->org }, *kept;
	struct table_rows *t;

	if (r->f[1].len == 0 || r->f[3].len == 0 || !opened_day(s, r->f[4], &one.opened))
		return E_INVALID;
	TRY(rows_begin(c, s));
	t = s->table_rows;
	TRY(table_name(c, s, r->f[2], &one.dept));
	if (r->f[5].len)
		TRY(table_account(c, s, r->org, r->f[5], &one.by));
	if (t->ncases % LOT == 0 && t->ncases > t->cases_put) {
		cases_fetch(s, t, t->ncases - LOT);
		TRY(cases_put(c, s, t, t->ncases - LOT));
	}
	kept = &t->cases[t->ncases++ % (2 * LOT)];
	*kept = one;
	tokens_add(s, &t->tokens, 'S', r->org, screen_number_bare(r->f[3]), &kept->person);
	tokens_add(s, &t->tokens, 'C', r->org, r->f[1], &kept->token);
	return OK;
}

rc rows_end(struct ctx *c, struct screen *s)
{
	if (!s->table_rows)
		return OK;
	TRY(residents_put(c, s));
	cases_fetch(s, s->table_rows, s->table_rows->cases_put);
	TRY(cases_put(c, s, s->table_rows, s->table_rows->ncases));
	s->table_rows->ncases = s->table_rows->cases_put = 0;
	return OK;
}
