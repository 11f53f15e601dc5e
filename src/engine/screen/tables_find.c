/* Looking into the tables: sorted once, then halved. */
#include <stdlib.h>

#include "engine/screen/model.h"

#include "base/banned.h"

#define ORG_ANY 0xfffeu

static int cmp_u(uint64_t a, uint64_t b) { return a < b ? -1 : a > b; }
static int cmp_i(int64_t a, int64_t b) { return a < b ? -1 : a > b; }

static int duty_order(const void *x, const void *y)
{
	const struct duty *a = x, *b = y;
	int d = cmp_u(a->account, b->account);

	d = d ? d : cmp_i(a->day, b->day);
	d = d ? d : cmp_u(a->kind, b->kind);
	return d ? d : cmp_u(a->from, b->from);
}

static int window_order(const void *x, const void *y)
{
	const struct window *a = x, *b = y;
	int d = cmp_u(a->account, b->account);

	d = d ? d : cmp_i(a->from, b->from);
	return d ? d : cmp_i(a->to, b->to);
}

static int loan_order(const void *x, const void *y)
{
	const struct loan *a = x, *b = y;
	int d = cmp_u(a->account, b->account);

	d = d ? d : cmp_i(a->day, b->day);
	return d ? d : cmp_u(a->borrower, b->borrower);
}

static int move_order(const void *x, const void *y)
{
	const struct move *a = x, *b = y;
	int d = cmp_u(a->account, b->account);

	d = d ? d : cmp_i(a->day, b->day);
	return d ? d : cmp_u(a->to, b->to);
}

static int assigned_order(const void *x, const void *y)
{
	const struct assignment *a = x, *b = y;
	int d = cmp_u(a->token, b->token);

	d = d ? d : cmp_u(a->account, b->account);
	return d ? d : cmp_i(a->from, b->from);
}

static uint32_t near_place(const struct org *o, const struct ticket *t)
{
	return t->household == NONE ? o->nhouseholds + t->subject : t->household;
}

/* Cases by household, for accesses whose case number was left blank: counted first, then each put to its place. */
static rc open_cases(struct ctx *c, struct org *o)
{
	uint32_t places = o->nhouseholds + o->nresidents, sum = 0;

	TRY_ARRAY(c, o->near, o->ntickets ? o->ntickets : 1);
	TRY_ARRAY(c, o->near_from, (size_t)places + 1);
	for (uint32_t i = 0; i < o->ntickets; i++)
		o->near_from[near_place(o, &o->ticket[i])]++;
	for (uint32_t i = 0; i <= places; i++) {
		sum += o->near_from[i];
		o->near_from[i] = sum;
	}
	/* from behind, so that each place ends up where its first one is */
	for (uint32_t i = o->ntickets; i-- > 0;)
		o->near[--o->near_from[near_place(o, &o->ticket[i])]] = (struct near){ o->ticket[i].opened, i };
	return OK;
}

const struct near *near_tickets(const struct org *o, uint32_t household, uint32_t *ret_n)
{
	uint32_t place = household;

	*ret_n = 0;
	if (household & 0x80000000u) {
		if ((household & 0x7fffffffu) >= o->nresidents)
			return NULL;
		place = o->nhouseholds + (household & 0x7fffffffu);
	} else if (household >= o->nhouseholds) {
		return NULL;
	}
	*ret_n = o->near_from[place + 1] - o->near_from[place];
	return o->near + o->near_from[place];
}

static rc assigned_homes(struct ctx *c, struct org *o)
{
	uint32_t *at;

	for (uint32_t i = 0; i < o->nassigned; i++)
		TRY(map64_put(c, &o->assigned_homes, pair_key(o->assigned[i].account, o->assigned[i].household), i, &at));
	return OK;
}

static void sort_all(void *v, uint32_t n, size_t size, int (*order)(const void *, const void *))
{
	if (n > 1)
		qsort(v, n, size, order);
}

rc tables_sort(struct ctx *c, struct screen *s)
{
	sort_all(s->duty, s->nduty, sizeof *s->duty, duty_order);
	sort_all(s->window, s->nwindow, sizeof *s->window, window_order);
	sort_all(s->loan, s->nloan, sizeof *s->loan, loan_order);
	sort_all(s->media, s->nmedia, sizeof *s->media, loan_order);
	sort_all(s->move, s->nmove, sizeof *s->move, move_order);
	for (uint32_t i = 0; i < s->nwindow; i++)
		s->account[s->window[i].account].has_window = true;
	for (uint32_t i = 0; i < s->norg; i++) {
		sort_all(s->org[i].assigned, s->org[i].nassigned, sizeof *s->org[i].assigned, assigned_order);
		TRY(open_cases(c, &s->org[i]));
		TRY(assigned_homes(c, &s->org[i]));
	}
	return OK;
}

/* Lines of one account come in the order of days, so the place found last mostly holds. */
const struct duty *screen_duty_find(const struct screen *s, uint32_t account, int32_t day, size_t *ret_n)
{
	struct account *a = &s->account[account];
	uint32_t lo = 0, hi = s->nduty;

	while (lo < hi) {
		uint32_t mid = (lo + hi) / 2;
		const struct duty *d = &s->duty[mid];

		if (d->account < account || (d->account == account && d->day < day))
			lo = mid + 1;
		else
			hi = mid;
	}
	*ret_n = 0;
	while (lo + *ret_n < s->nduty && s->duty[lo + *ret_n].account == account && s->duty[lo + *ret_n].day == day)
		(*ret_n)++;
	a->duty_day = day;
	a->duty_from = lo;
	a->duty_n = (uint32_t)*ret_n;
	return *ret_n ? &s->duty[lo] : NULL;
}

bool window_at(const struct screen *s, uint32_t account, wall ts)
{
	uint32_t lo = 0, hi = s->nwindow;

	if (!s->account[account].has_window)
		return false;
	while (lo < hi) {
		uint32_t mid = (lo + hi) / 2;

		if (s->window[mid].account < account)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < s->nwindow && s->window[lo].account == account; lo++)
		if (s->window[lo].from <= ts && ts <= s->window[lo].to)
			return true;
	return false;
}

bool loan_at(const struct loan *v, uint32_t n, uint32_t account, int32_t day, uint32_t *ret_borrower)
{
	uint32_t lo = 0, hi = n;

	while (lo < hi) {
		uint32_t mid = (lo + hi) / 2;

		if (v[mid].account < account || (v[mid].account == account && v[mid].day < day))
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == n || v[lo].account != account || v[lo].day != day)
		return false;
	if (ret_borrower)
		*ret_borrower = v[lo].borrower;
	return true;
}

/* The person's moves; accounts of administrators move with their owner. */
static uint32_t first_move(const struct screen *s, uint32_t account)
{
	uint32_t lo = 0, hi = s->nmove;

	while (lo < hi) {
		uint32_t mid = (lo + hi) / 2;

		if (s->move[mid].account < account)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

uint32_t screen_dept_find(const struct screen *s, const struct account *a, uint32_t index, int32_t day)
{
	uint32_t i = first_move(s, index), dept = a->dept;
	bool first = true;

	for (; i < s->nmove && s->move[i].account == index; i++, first = false) {
		/* a roster written after the move still says where the person was before it */
		if (first && day < s->move[i].day)
			return s->move[i].from;
		if (s->move[i].day <= day)
			dept = s->move[i].to;
	}
	return dept;
}

uint64_t dept_systems(const struct screen *s, uint32_t org, uint32_t dept)
{
	uint32_t at = dept_index(s, org, dept);

	if (at == NONE)
		at = dept == NONE ? NONE : map64_get(&s->dept_systems, pair_key(ORG_ANY, dept));
	return at == NONE ? 0 : s->dept_mask[at];
}

bool left_system(const struct screen *s, uint32_t index, int32_t day, uint64_t system_bit, int32_t grace)
{
	uint32_t i = first_move(s, index);
	const struct account *a = &s->account[index];

	for (; i < s->nmove && s->move[i].account == index; i++)
		if (s->move[i].day + grace < day && (dept_systems(s, a->org, s->move[i].from) & system_bit) &&
		    !(dept_systems(s, a->org, s->move[i].to) & system_bit))
			return true;
	return false;
}
