/* Lines in their order: numbers and times are watched, accesses explained, and what a rule may need is put by. */
#include "engine/screen/model.h"

#include "base/banned.h"

enum { V_DAY_BEGINS, V_DAY_ENDS, V_NIGHT_BEGINS, V_NIGHT_ENDS, V_COUNTER_BEGINS, V_COUNTER_ENDS, V_BEFORE, V_AFTER,
	V_CASE_DAYS, V_NEAR_DAYS, V_DORMANT, V_GRACE, V_SEARCH, V_FOLLOW, V_EXPORT, V_CLOCK };

#define OPEN_BELOW 6
#define AWAY_SECONDS 1800
#define AHEAD 16u
/* So many more lines for than against what is learned from them. */
#define LEARNED_LEAST 12
/* Lines without a number: the file's number, and theirs within it. */
#define UNNUMBERED 1000000000000u
/* More lines than this behind the clock: the one ahead was wrong, not they. */
#define BEHIND_MOST 200

static inline bool access_act(unsigned act)
{
	return (1u << ACT_VIEW | 1u << ACT_UPDATE | 1u << ACT_PRINT | 1u << ACT_CERT) >> act & 1;
}

/* A number that is not the one after the last. */
static rc number_elsewhere(struct ctx *c, struct org *o, uint64_t rec, wall ts, bool *ret_new)
{
	uint32_t i = o->nseen;
	struct seen one = { rec, rec, ts, ts, 0 };

	NEVER(i > 0 && !o->seen);
	*ret_new = true;
	while (i > 0 && o->seen[i - 1].from > rec)
		i--;
	if (i > 0 && rec <= o->seen[i - 1].to) {
		*ret_new = false;
		return OK;
	}
	/* late lines fill a hole from one of its ends */
	if (i > 0 && o->seen[i - 1].to + 1 == rec) {
		o->seen[i - 1].to = rec;
	} else if (i < o->nseen && o->seen[i].from == rec + 1) {
		o->seen[i].from = rec;
	} else {
		TRY_PUSH(c, o->seen, o->nseen, o->cap_seen);
		memmove(o->seen + i + 1, o->seen + i, (o->nseen - i) * sizeof *o->seen);
		o->seen[i] = one;
		o->nseen++;
		return OK;
	}
	for (i = i > 0 ? i - 1 : 0; i + 1 < o->nseen && i <= o->nseen; i++)
		if (o->seen[i].to + 1 == o->seen[i + 1].from) {
			o->seen[i].to = o->seen[i + 1].to;
			o->seen[i].to_ts = o->seen[i + 1].to_ts;
			memmove(o->seen + i + 1, o->seen + i + 2, (o->nseen - i - 2) * sizeof *o->seen);
			o->nseen--;
			break;
		}
	return OK;
}

/* A number within or beside the ranges that came; *ret_new is false when it came before. */
static inline rc number_seen(struct ctx *c, struct org *o, uint64_t rec, wall ts, bool *ret_new)
{
	struct seen *last = o->nseen ? &o->seen[o->nseen - 1] : NULL;

	if (!last || last->to + 1 != rec)
		return number_elsewhere(c, o, rec, ts, ret_new);
	last->to = rec;
	last->to_ts = ts;
	*ret_new = true;
	return OK;
}

/* A damaged line: its number still counts, and without one it still stands for one record. */
static rc take_damaged(struct ctx *c, struct org *o, const struct ev *e, struct source *src)
{
	bool fresh = true;

	if (e->rec)
		TRY(number_seen(c, o, e->rec, o->last_ts, &fresh));
	else if (o->nseen)
		o->seen[o->nseen - 1].nameless++;
	if (fresh)
		o->count_lines++;
	else
		src->told.twice++;
	return OK;
}

static rc count_record(struct ctx *c, struct screen *s, struct org *o, const struct ev *e)
{
	if (e->n > o->count_lines) {
		TRY_PUSH(c, s->short_day, s->nshort, s->cap_short);
		s->short_day[s->nshort++] = (struct short_day){ e->rec, e->ts, e->n, o->count_lines, e->org };
	}
	o->count_lines = 0;
	return OK;
}

static bool is_behind(const struct screen *s, struct org *o, const struct ev *e)
{
	if (e->ts + s->rules.value[V_CLOCK] >= o->last_ts) {
		if (e->ts > o->last_ts)
			o->last_ts = e->ts;
		o->behind = 0;
		return false;
	}
	if (++o->behind > BEHIND_MOST) {
		o->last_ts = e->ts;
		o->behind = 0;
		return false;
	}
	return true;
}

/* Yesterday's and today's explained accesses, so that the table does not grow with the log. */
static void turn_day(struct org *o, int32_t day)
{
	struct map64 old = o->valid[1];

	if (day == o->valid_day)
		return;
	o->valid[1] = o->valid[0];
	o->valid[0] = old;
	if (old.cap)
		memset(old.cells, 0, (size_t)old.cap * sizeof *old.cells);
	o->valid[0].n = 0;
	o->valid_day = day;
	o->valid_turn++;
}

static uint32_t time_marks(struct screen *s, uint32_t index, const struct account *a, const struct ev *e)
{
	int32_t day = e->day, at = (int32_t)e->second / 60;
	const int32_t *v = s->rules.value;
	enum day_kind kind = day_kind(s, day);
	bool off, night;
	size_t n;
	const struct duty *d;

	night = kind == DAY_HOLIDAY || kind == DAY_WEEKEND || at >= v[V_NIGHT_BEGINS] || at < v[V_NIGHT_ENDS];
	off = night || at < v[V_DAY_BEGINS] || at > v[V_DAY_ENDS];
	if (kind == DAY_COUNTER)
		off = off || at < v[V_COUNTER_BEGINS] || at > v[V_COUNTER_ENDS];
	if (!off || a->type == TYPE_BATCH || a->type == TYPE_VENDOR || a->type == TYPE_ADMIN)
		return 0;
	if (!s->have[T_ATTENDANCE])
		return night && e->why != WHY_DISASTER ? MARK_HOURS | MARK_NIGHT : 0;
	d = duty_at(s, index, day, &n);
	for (size_t i = 0; i < n; i++)
		if ((d[i].kind == DUTY_APPROVED || d[i].kind == DUTY_EMERGENCY) &&
		    at * 60 >= (int32_t)d[i].from - v[V_BEFORE] * 60 && at * 60 <= (int32_t)d[i].to + v[V_AFTER] * 60)
			return 0;
	return night ? MARK_HOURS | MARK_NIGHT : MARK_HOURS;
}

static bool absent_at(const struct screen *s, uint32_t account, const struct ev *e)
{
	size_t n;
	const struct duty *d = duty_at(s, account, e->day, &n);
	uint32_t at = e->second;
	bool absent = false;

	for (size_t i = 0; i < n; i++) {
		if (d[i].kind == DUTY_ABSENT && d[i].from <= at && at <= d[i].to)
			absent = true;
		/* called in after all: the same day also has an approval */
		else if ((d[i].kind == DUTY_APPROVED || d[i].kind == DUTY_EMERGENCY) && d[i].from <= at + 3600 && at <= d[i].to + 900)
			return false;
	}
	return absent;
}

/* After the last day, after months without use, or while the owner is away. */
static uint32_t account_marks(const struct screen *s, uint32_t index, struct account *a, const struct ev *e)
{
	uint32_t owner = a->owner != NONE && a->type != TYPE_SHARED ? a->owner : index, m = 0;
	const struct account *p = &s->account[owner];
	int32_t day = e->day, dormant = s->rules.value[V_DORMANT];

	if (e->failed)
		return 0;
	if (a->first_day == INT32_MIN) {
		a->first_day = day;
		if (a->has_last_used && day - a->last_used >= dormant)
			a->dormant_until = day + 3;
	} else if (a->last_seen && e->ts - a->last_seen >= (wall)(dormant - 1) * DAY_SECONDS &&
		   day - (int32_t)(a->last_seen / DAY_SECONDS) >= dormant) {
		a->dormant_until = day + 3;
	}
	if ((a->leaves && day > a->last_day) || (p->leaves && day > p->last_day))
		m |= MARK_LEFT;
	/* a card that is lent lies in a drawer between two loans */
	if (day <= a->dormant_until && a->type != TYPE_BATCH && a->type != TYPE_VENDOR &&
	    !(a->type == TYPE_TEMPORARY && loan_at(s->loan, s->nloan, index, day, NULL)))
		m |= MARK_DORMANT;
	if (absent_at(s, owner, e))
		m |= MARK_ABSENT;
	return m;
}

/* A system that the person's department does not use, or used to. */
static uint32_t system_marks(const struct screen *s, uint32_t index, const struct account *a, const struct ev *e)
{
	int32_t day = e->day;
	uint64_t bit, own;
	uint32_t dept;

	if (e->sys >= SYSTEMS_MOST || a->type == TYPE_ADMIN || a->type == TYPE_VENDOR || a->type == TYPE_BATCH)
		return 0;
	bit = (uint64_t)1 << e->sys;
	if (!a->listed) {
		/* without a roster the department is that of the cases worked on */
		own = s->have[T_ACCOUNTS] || a->home_count < LEARNED_LEAST ? 0 : dept_systems(s, a->org, a->home_dept);
		return own && !(own & bit) ? MARK_FOREIGN : 0;
	}
	dept = dept_at(s, a, index, day);
	own = dept_systems(s, a->org, dept);
	if (a->home_dept != NONE && a->home_count >= 12)
		own |= dept_systems(s, a->org, a->home_dept);
	if (own & bit)
		return 0;
	if (left_system(s, index, day, bit, s->rules.value[V_GRACE]))
		return MARK_STALE;
	if ((a->systems & bit) || left_system(s, index, day, bit, -1))
		return 0;
	return a->systems || s->have[T_DEPARTMENTS] ? MARK_FOREIGN : 0;
}

static uint32_t type_marks(const struct screen *s, uint32_t index, const struct account *a, const struct ev *e)
{
	int32_t day = e->day;

	switch ((enum account_type)a->type) {
	case TYPE_VENDOR: return e->failed ? 0 : MARK_TYPE;
	case TYPE_TEMPORARY: return e->failed || loan_at(s->loan, s->nloan, index, day, NULL) ? 0 : MARK_TYPE;
	case TYPE_BATCH: return access_act(e->act) || e->act == ACT_SEARCH ? MARK_TYPE : 0;
	case TYPE_UNKNOWN:
	case TYPE_PERSONAL:
	case TYPE_SHARED:
	case TYPE_ADMIN: return 0;
	}
	return 0;
}

static rc push_cand(struct ctx *c, struct screen *s, const struct cand *cand, uint32_t *ret)
{
	TRY_PUSH(c, s->cand, s->ncand, s->cap_cand);
	s->cand[s->ncand] = *cand;
	*ret = s->ncand++;
	return OK;
}

/* Searches for a name that no explained access followed in time. */
static rc settle_searches(struct ctx *c, struct screen *s, uint32_t index, wall now, bool all)
{
	struct account *a = &s->account[index];
	uint8_t kept = 0;

	for (uint8_t i = 0; i < a->npending; i++) {
		uint32_t at;

		if (!all && now - a->pending[i].ts <= s->rules.value[V_FOLLOW]) {
			a->pending[kept++] = a->pending[i];
			continue;
		}
		TRY(push_cand(c, s, &(struct cand){ .rec = a->pending[i].rec, .ts = a->pending[i].ts, .token = a->pending[i].name,
			.account = index, .subject = NONE, .household = NONE, .term = a->pending[i].term, .mark = MARK_FISH,
			.act = ACT_SEARCH, .query = a->pending[i].query, .sys = a->pending[i].sys, .org = (uint8_t)a->org }, &at));
	}
	a->npending = kept;
	return OK;
}

static rc take_search(struct ctx *c, struct screen *s, uint32_t index, const struct ev *e)
{
	struct account *a = &s->account[index];

	a->search_rec = e->rec;
	a->search_ts = e->ts;
	a->search_name = e->token;
	if (e->query != QUERY_NAME && e->query != QUERY_NAME_BIRTH && e->query != QUERY_KANA)
		return OK;
	if (a->npending == 4)
		TRY(settle_searches(c, s, index, e->ts + 86400, false));
	a = &s->account[index];
	a->pending[a->npending].rec = e->rec;
	a->pending[a->npending].ts = e->ts;
	a->pending[a->npending].name = e->token;
	a->pending[a->npending].term = e->term;
	a->pending[a->npending].query = e->query;
	a->pending[a->npending++].sys = (uint8_t)e->sys;
	return OK;
}

/* A case was entered only at the second screen: earlier accesses to the household that day are explained as well. */
static void explain_earlier(struct screen *s, struct account *a, uint32_t household, wall ts)
{
	if (!((a->recent_bits[0] | a->recent_bits[1]) >> (household & 63) & 1))
		return;
	for (uint8_t i = 0; i < 16; i++) {
		struct cand *k;

		if (a->recent_hh[i] != household + 1)
			continue;
		k = &s->cand[a->recent_cand[i]];
		if (k->x >= OPEN_BELOW || k->expl == X1 || ts - k->ts > DAY_SECONDS)
			continue;
		k->x = 9;
		k->expl = E3;
		k->mark &= ~MARK_OPEN;
		s->told.open--;
	}
}

static rc count_day(struct ctx *c, struct screen *s, uint32_t index, const struct ev *e, bool open)
{
	struct account *a = &s->account[index];
	int32_t day = e->day;
	struct user_day *d;

	if (a->seen_day != day) {
		TRY_PUSH(c, s->uday, s->nuday, s->cap_uday);
		s->uday[s->nuday] = (struct user_day){ .account = index, .day = day };
		a->day_row = s->nuday++;
		a->seen_day = day;
		a->recent_bits[1] = a->recent_bits[0];
		a->recent_bits[0] = 0;
	}
	d = &s->uday[a->day_row];
	d->views += access_act(e->act);
	d->open += open;
	d->prints += e->act == ACT_PRINT || e->act == ACT_CERT;
	return OK;
}

/* The person in our numbering, table or not; and the household, or the person alone. */
static rc subject_of(struct ctx *c, struct org *o, const struct ev *e, uint32_t *ret_subject, uint32_t *ret_household)
{
	uint32_t at;

	*ret_subject = *ret_household = NONE;
	if (!e->subject_token)
		return OK;
	*ret_subject = e->person;
	if (e->person == NONE) {
		TRY(dense_put(c, &o->subjects, e->subject_token, &at));
		*ret_subject = o->nresidents + at;
	}
	*ret_household = *ret_subject | 0x80000000u;
	if (e->person != NONE && o->resident[e->person].household != NONE)
		*ret_household = o->resident[e->person].household;
	return OK;
}

/* Without a roster the usual building is the one of most lines so far; false while that is not known. */
static bool learn_building(struct account *a, const struct ev *e)
{
	if (e->building == a->building)
		a->building_count += a->building_count < 5 * LEARNED_LEAST;
	else if (--a->building_count <= 0) {
		a->building = e->building;
		a->building_count = 1;
	}
	return a->building_count >= LEARNED_LEAST;
}

/* Two places at once: work at the usual building within half an hour before or after. */
static uint32_t place_marks(struct screen *s, struct account *a, const struct ev *e, wall ts)
{
	uint32_t m = 0;

	if (!s->have[T_ACCOUNTS] && e->building && !e->failed && !learn_building(a, e))
		return 0;
	if (e->failed || !a->building || !e->building || (a->type != TYPE_PERSONAL && a->type != TYPE_UNKNOWN))
		return 0;
	if (e->building != a->building) {
		m = MARK_AWAY;
		/* worked there just now, or is still logged in there and worked there a while ago */
		if (a->last_home && ts - a->last_home <= (a->home_open ? 4 * AWAY_SECONDS : AWAY_SECONDS))
			m |= MARK_OVERLAP;
		return m;
	}
	if (e->act == ACT_LOGIN || e->act == ACT_LOGOUT) {
		a->home_open = e->act == ACT_LOGIN;
		return 0;
	}
	a->last_home = ts;
	for (uint8_t i = 0; i < 16 && i < a->naway; i++)
		if (a->away[i] && ts - s->cand[a->away[i] - 1].ts <= AWAY_SECONDS && ts >= s->cand[a->away[i] - 1].ts)
			s->cand[a->away[i] - 1].mark |= MARK_OVERLAP;
	return 0;
}

static void learn_dept(struct account *a, const struct org *o, const struct ev *e)
{
	uint32_t dept = e->ticket != NONE ? o->ticket[e->ticket].dept : NONE;

	if (dept == NONE)
		return;
	if (dept == a->home_dept) {
		if (a->home_count < 60)
			a->home_count++;
	} else if (--a->home_count <= 0) {
		a->home_dept = dept;
		a->home_count = 1;
	}
}

/* Without a table of cases a number at least has to stay with the household that it first came with. */
static rc learn_case(struct ctx *c, const struct screen *s, struct org *o, const struct ev *e, struct cand *k)
{
	uint32_t *at;

	if (k->expl != E_UNCHECKED || !e->token || s->have[T_CASES] || !s->have[T_RESIDENTS])
		return OK;
	TRY(map64_put(c, &o->learned, e->token, k->household, &at));
	if (*at != k->household) {
		k->expl = X1;
		k->x = -5;
	}
	return OK;
}

/* Explained or open, and what follows from it for the lines around. */
static rc take_access(struct ctx *c, struct screen *s, uint32_t index, const struct ev *e, struct cand *k)
{
	struct org *o = &s->org[e->org];
	struct account *a = &s->account[index];
	uint32_t *at;

	k->expl = (uint8_t)screen_explain(s, o, index, e, k->subject, k->household, &k->x);
	TRY(learn_case(c, s, o, e, k));
	s->expl_count[k->expl]++;
	s->told.accesses++;
	if (a->search_rec && e->ts - a->search_ts <= s->rules.value[V_SEARCH])
		k->search = a->search_rec;
	a->search_rec = 0;
	if (k->x < OPEN_BELOW) {
		k->mark |= MARK_OPEN;
		s->told.open++;
		return OK;
	}
	if (k->expl == E1 || k->expl == E1_OTHER || k->expl == E2 || k->expl == E_UNCHECKED) {
		if (a->valid_turn != o->valid_turn || a->valid_home != k->household) {
			TRY(map64_put(c, &o->valid[0], pair_key(index, k->household), 0, &at));
			a->valid_turn = o->valid_turn;
			a->valid_home = k->household;
		}
		explain_earlier(s, a, k->household, e->ts);
		learn_dept(a, o, e);
	}
	a->npending = 0;
	return s->rules.sample ? sample_take(c, o, s->rules.sample, k) : OK;
}

static rc keep(struct ctx *c, struct screen *s, uint32_t index, const struct cand *k)
{
	struct account *a = &s->account[index];
	uint32_t at;

	TRY(push_cand(c, s, k, &at));
	if (k->mark & MARK_OPEN) {
		a->recent_bits[0] |= (uint64_t)1 << (k->household & 63);
		a->recent_hh[a->nrecent & 15] = k->household + 1;
		a->recent_cand[a->nrecent & 15] = at;
		a->nrecent++;
	}
	if (k->mark & MARK_AWAY) {
		a->away[a->naway & 15] = at + 1;
		a->naway = (uint8_t)(a->naway < 240 ? a->naway + 1 : 225);
	}
	return OK;
}

/* Room for names up to this one in the two short ways below. */
static rc names_grow(struct ctx *c, struct screen *s, uint32_t name)
{
	uint32_t had = s->nby_name, n = had ? had * 2 : 1024;

	while (n <= name)
		n *= 2;
	s->by_name = arena_grow(c->a, s->by_name, had * sizeof *s->by_name, n * sizeof *s->by_name);
	s->system_by_name = arena_grow(c->a, s->system_by_name, had * sizeof *s->system_by_name, n * sizeof *s->system_by_name);
	if (!s->by_name || !s->system_by_name)
		return FAIL(c, E_LIMIT, "memory.limit");
	for (uint32_t i = had; i < n; i++) {
		s->by_name[i].org = s->by_name[i].account = NONE;
		s->system_by_name[i] = NONE;
	}
	s->nby_name = n;
	return OK;
}

static inline rc names_room(struct ctx *c, struct screen *s, uint32_t name)
{
	return name < s->nby_name ? OK : names_grow(c, s, name);
}

static rc line_account(struct ctx *c, struct screen *s, const struct ev *e, uint32_t *ret)
{
	TRY(names_room(c, s, e->user));
	if (s->by_name[e->user].org != e->org) {
		TRY(account_by(c, s, e->org, e->user, ret));
		s->by_name[e->user].org = e->org;
		s->by_name[e->user].account = *ret;
	}
	*ret = s->by_name[e->user].account;
	return OK;
}

/* In: the name; out: the bit. */
static rc line_system(struct ctx *c, struct screen *s, uint32_t *io)
{
	uint32_t name = *io;

	if (name == NONE)
		return system_by(c, s, name, io);
	TRY(names_room(c, s, name));
	if (s->system_by_name[name] == NONE)
		TRY(system_by(c, s, name, &s->system_by_name[name]));
	*io = s->system_by_name[name];
	return OK;
}

/* Without windows: an export on the day on which a medium is on the register for the account is the one that was agreed. */
static bool is_handed_out(const struct screen *s, uint32_t index, const struct ev *e)
{
	return !s->have[T_WINDOWS] && e->act == ACT_EXPORT && loan_at(s->media, s->nmedia, index, e->day, NULL);
}

static rc take_line(struct ctx *c, struct screen *s, struct ev *e, bool behind)
{
	struct org *o = &s->org[e->org];
	struct cand k = { .rec = e->rec, .ts = e->ts, .token = e->token, .term = e->term, .n = e->n, .serial = e->serial,
		.act = e->act, .why = e->why, .query = e->query, .org = e->org, .x = 10 };
	struct account *a;
	uint32_t index;

	if (e->user == NONE)
		return OK;
	TRY(line_account(c, s, e, &index));
	TRY(line_system(c, s, &e->sys));
	TRY(subject_of(c, o, e, &k.subject, &k.household));
	k.sys = (uint8_t)e->sys;
	k.account = index;
	a = &s->account[index];
	if (behind)
		k.mark |= MARK_BACK;
	if (e->failed && e->act == ACT_LOGIN)
		k.mark |= MARK_FAILED;
	if (e->failed && access_act(e->act) && !e->subject_token)
		k.mark |= MARK_MISS;
	if (a->npending)
		TRY(settle_searches(c, s, index, e->ts, false));
	if (access_act(e->act) && e->subject_token)
		TRY(take_access(c, s, index, e, &k));
	if (e->act == ACT_SEARCH)
		TRY(take_search(c, s, index, e));
	a = &s->account[index];
	k.mark |= account_marks(s, index, a, e) | type_marks(s, index, a, e) | place_marks(s, a, e, e->ts);
	if (!e->failed || access_act(e->act))
		k.mark |= time_marks(s, index, a, e);
	if (access_act(e->act) && k.x < OPEN_BELOW)
		k.mark |= system_marks(s, index, a, e);
	if ((k.mark || always_kept(e->act)) && (window_at(s, index, e->ts) || is_handed_out(s, index, e)))
		k.mark |= MARK_WINDOWED;
	TRY(count_day(c, s, index, e, (k.mark & MARK_OPEN) != 0));
	a = &s->account[index];
	if (s->rules.peers)
		TRY(pattern_count(c, a, e));
	if (e->ts > a->last_seen)
		a->last_seen = e->ts;
	if (s->rules.all_lines && rules_want(s, &k))
		k.mark |= MARK_OWN;
	return k.mark || always_kept(e->act) ? keep(c, s, index, &k) : OK;
}

/* What a later line will look at may be fetched meanwhile. */
static void fetch(const struct screen *s, const struct ev *e)
{
	const struct org *o = &s->org[e->org];

	if (e->user < s->nby_name && s->by_name[e->user].account < s->naccounts) {
		const char *a = (const char *)&s->account[s->by_name[e->user].account];

		__builtin_prefetch(a);
		__builtin_prefetch(a + 64);
		__builtin_prefetch(a + 128);
	}
	if (e->ticket < o->ntickets)
		__builtin_prefetch(&o->ticket[e->ticket]);
	if (e->person < o->nresidents)
		__builtin_prefetch(&o->resident[e->person]);
}

/* A step later: the household's cases, where the number was left blank. */
static void fetch_home(const struct screen *s, const struct ev *e)
{
	const struct org *o = &s->org[e->org];
	uint32_t n;

	if (o->near_from && e->ticket == NONE && e->person < o->nresidents && o->resident[e->person].household < o->nhouseholds)
		__builtin_prefetch(near_tickets(o, o->resident[e->person].household, &n));
}

rc screen_apply(struct ctx *c, struct screen *s, struct source *src, const struct screen_events *ev)
{
	struct screen_source *t = &src->told;

	s->own_numbers += ev->own_numbers;
	s->other_numbers += ev->other_numbers;
	t->bytes += ev->told.bytes;
	t->lines += ev->told.lines;
	t->empty += ev->told.empty;
	t->header += ev->told.header;
	t->damaged += ev->told.damaged;
	t->damaged_numbered += ev->told.damaged_numbered;
	for (uint32_t i = 0; i < ev->n; i++) {
		struct ev *e = &ev->v[i];
		struct org *o = &s->org[e->org];
		bool fresh = true, behind;

		if (i + AHEAD < ev->n)
			fetch(s, &ev->v[i + AHEAD]);
		if (i + AHEAD / 2 < ev->n)
			fetch_home(s, &ev->v[i + AHEAD / 2]);
		if (e->damaged) {
			TRY(take_damaged(c, o, e, src));
			continue;
		}
		if (e->unnumbered) {
			e->rec = src->number * UNNUMBERED + ++src->unnumbered;
			e->width = 16;
		}
		o->rec_width = e->width;
		TRY(number_seen(c, o, e->rec, e->ts, &fresh));
		if (!fresh) {
			t->twice++;
			continue;
		}
		t->good++;
		if (!t->first_rec)
			t->first_rec = e->rec;
		t->last_rec = e->rec;
		/* only numbers tell in which order lines were written */
		behind = !e->unnumbered && is_behind(s, o, e);
		if (!behind)
			turn_day(o, e->day);
		if (e->act == ACT_COUNT)
			TRY(count_record(c, s, o, e));
		else
			o->count_lines++;
		TRY(take_line(c, s, e, behind));
	}
	return OK;
}

/* The log has ended: what still waited for an access to follow, waits no more. */
rc searches_end(struct ctx *c, struct screen *s)
{
	for (uint32_t i = 0; i < s->naccounts; i++)
		if (s->account[i].npending)
			TRY(settle_searches(c, s, i, 0, true));
	return OK;
}
