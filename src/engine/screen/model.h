/* The inside of the screening engine: what is kept of tables and of lines. Nobody outside this folder includes it. */
#ifndef ENGINE_SCREEN_MODEL_H
#define ENGINE_SCREEN_MODEL_H

#include <pthread.h>

#include "base/calendar.h"
#include "base/pack.h"
#include "engine/screen/line.h"
#include "engine/screen/map.h"
#include "engine/screen/map64.h"
#include "engine/screen/screen.h"
#include "engine/screen/text32.h"
#include "engine/screen/when.h"

#define NONE MAP_NONE
#define SYSTEMS_MOST 63
#define ORGS_MOST 250

/* What was done. The words for it are data. */
enum act {
	ACT_OTHER, ACT_LOGIN, ACT_LOGOUT, ACT_SEARCH, ACT_VIEW, ACT_UPDATE, ACT_PRINT, ACT_CERT, ACT_EXPORT, ACT_BULK,
	ACT_MEDIA, ACT_ROLE, ACT_PASSWORD, ACT_AUDIT, ACT_REMOTE, ACT_COUNT, ACT_CLEAR,
};

#define ACTS 17

enum why { WHY_NONE, WHY_OTHER, WHY_PHONE, WHY_HANDOVER, WHY_AUDIT, WHY_DISASTER, WHY_BULK, WHY_UPKEEP, WHY_PAYROLL };

#define WHYS 9

enum account_type { TYPE_UNKNOWN, TYPE_PERSONAL, TYPE_SHARED, TYPE_TEMPORARY, TYPE_ADMIN, TYPE_BATCH, TYPE_VENDOR };

#define ACCOUNT_TYPES 7

enum duty_kind { DUTY_OTHER, DUTY_ABSENT, DUTY_APPROVED, DUTY_EMERGENCY };

#define DUTY_KINDS 4

enum day_kind { DAY_WORK, DAY_LATE, DAY_WEEKEND, DAY_COUNTER, DAY_HOLIDAY };

#define DAY_KINDS 5

/* Which explanation was found for an access; catalogue section 2. */
enum expl { EXPL_NONE, E1, E1_OLD, E1_OTHER, E2, E2B, E2_NOT, E3, E4, E5, E6, E7, E8, E9, X1, X2, E_UNCHECKED };

#define EXPLS SCREEN_EXPLS

/* How a search was asked for. */
enum query { QUERY_NONE, QUERY_NUMBER, QUERY_NAME, QUERY_NAME_BIRTH, QUERY_KANA, QUERY_PREFIX, QUERY_ADDRESS };

/* screening/words.yaml */
struct words {
	struct words_list columns, acts, whys, types, duties, days, failures, fold;
	uint64_t fold_bits[16];          /* which characters may have a variant, by their last ten bits */
	slice query_keys[7];
};

/* What the lines of one finding have in common, by bit. */
enum { PER_USER = 1, PER_PERSON = 2, PER_HOUSEHOLD = 4, PER_TERMINAL = 8, PER_SYSTEM = 16 };
enum count_of { COUNT_RECORDS, COUNT_PERSONS, COUNT_HOUSEHOLDS, COUNT_DAYS, COUNT_USERS, COUNT_TERMINALS, COUNT_SYSTEMS,
	COUNT_ROWS };

/* One row of screening/rules.yaml. Scores are hundredths. Without `when` it is a measure of rules_*.c, by its kind. */
struct rule {
	slice id, kind;
	int32_t base, gain, cap, severity, least, days, weight;
	slice why, ask;
	uint32_t needs;                /* tables, by bit */
	const struct when *when, *counted, *strong;   /* counted, strong: or NULL */
	slice when_text;
	uint32_t per;
	enum count_of count;
	int32_t turn, hours, soften, claim_from, weak, usual;
	bool one_day, all_lines;
};

#define RULE_TURNS 9
#define TURN_OWN 8

struct rules {
	struct rule v[RULES_MOST];
	uint32_t n;
	int32_t value[RULE_VALUES];
	bool all_lines;                /* some rule looks at every line */
	bool peers;                    /* R36 stands among them */
	uint32_t sample;               /* explained accesses to show, for each organisation */
};

/* Names that are no personal data: accounts, terminals, systems, departments. Guarded; numbers are as they came. */
struct names {
	pthread_mutex_t lock;
	struct map64 at;
	slice *v;
	uint32_t n, cap;
};

/* Seconds since 1970 of the Japanese wall clock; the log's own unit. */
typedef int64_t wall;

#define DAY_SECONDS 86400

/* Rows of a dense table; 32 bytes each. */
struct resident {
	uint64_t token;
	uint32_t household, block, surname;   /* small numbers for tokens, per organisation */
	uint32_t staff;                       /* account index of the person who works here, or NONE */
	bool watch, protect;
	char pad[6];
};

struct ticket { uint64_t token; uint32_t household, subject, dept, by; int32_t opened; char pad[4]; };

/* A household's ticket, beside its others. */
struct near { int32_t opened; uint32_t ticket; };

struct assignment { uint64_t token; uint32_t household, dept, account; int32_t from, to; };
struct duty { uint32_t account; int32_t day; uint8_t kind; uint32_t from, to; };
struct window { uint32_t account; wall from, to; };
struct loan { uint32_t account; int32_t day; uint32_t borrower; };
struct move { uint32_t account; int32_t day; uint32_t from, to; };

/* What every line of the account looks at stands first, in three lines of memory. */
struct account {
	uint32_t name, org;
	uint8_t type;
	bool listed, leaves, has_last_used, is_staff, home_open, has_window;
	uint8_t npending, nrecent, naway;
	uint32_t owner;                /* account index of the person */
	uint32_t dept;
	int32_t last_day, last_used;   /* last day of service; last use before the log */
	uint32_t building;             /* hash of the terminal's building; 0 unknown */
	/* while the lines go by */
	int32_t first_day, dormant_until;
	int32_t seen_day, duty_day, dept_day;
	uint32_t dept_then;            /* the department on dept_day */
	uint32_t day_row, duty_from, duty_n;
	uint32_t valid_turn, valid_home; /* the household put into the organisation's table last, and at which turn */
	uint32_t home_dept;            /* department of the cases worked on lately, for moves that nobody told */
	int32_t home_count, building_count;
	wall last_seen, last_home, search_ts;
	uint64_t search_rec;
	struct pattern *pattern;       /* how the lines of four weeks spread; the latest first */
	uint64_t recent_bits[2];       /* which households may be among the recent ones, of this day and the day before */
	/* looked at now and then */
	uint64_t systems;              /* granted, by bit */
	uint32_t subject;              /* own resident index, or NONE */
	uint64_t search_name;
	struct { uint64_t rec, name; wall ts; uint32_t term; uint8_t query, sys; } pending[4];   /* searches that nothing followed yet */
	uint32_t recent_hh[16], recent_cand[16];
	uint32_t away[16];             /* latest candidates in another building */
};

/* Marks on a candidate. */
#define MARK_OPEN      0x0001u   /* an access without explanation */
#define MARK_HOURS     0x0002u
#define MARK_NIGHT     0x0004u
#define MARK_ABSENT    0x0008u
#define MARK_LEFT      0x0010u
#define MARK_DORMANT   0x0020u
#define MARK_FOREIGN   0x0040u
#define MARK_FAILED    0x0080u
#define MARK_WINDOWED  0x0100u
#define MARK_MISS      0x0200u   /* a number that nobody has */
#define MARK_AWAY      0x0400u
#define MARK_OVERLAP   0x0800u
#define MARK_FISH      0x1000u
#define MARK_BACK      0x2000u
#define MARK_TYPE      0x4000u   /* an account whose every use is looked at: vendor, temporary, batch */
#define MARK_STALE     0x8000u
#define MARK_OWN      0x10000u   /* a rule that looks at every line wants it */

/* A line that a rule may need; explained accesses are counted and forgotten. */
struct cand {
	uint64_t rec, search;      /* record numbers; search 0 = none */
	wall ts;
	uint64_t token;            /* of the searched name, or of the case number */
	uint32_t account, subject, household, term, n, serial;
	uint32_t mark;
	uint8_t act, why, expl, query, sys, org;
	int8_t x;                  /* tenths */
	bool claimed;              /* belongs to an item that says more */
};

struct user_day { uint32_t account; int32_t day; uint32_t views, open, prints; };

struct short_day { uint64_t rec; wall ts; uint64_t told, got; uint8_t org; };

/* One range of numbers that came; `nameless` damaged lines without a readable number came behind it. */
struct seen { uint64_t from, to; wall from_ts, to_ts; uint64_t nameless; };

struct org {
	slice name;
	struct dense residents, tickets, households, blocks, surnames;
	struct resident *resident;       /* the rows of residents */
	uint32_t nresidents;
	uint32_t *block_size, *surname_size;
	uint32_t nblocks, cap_blocks, nsurnames, cap_surnames, nhouseholds;
	struct ticket *ticket;           /* the rows of tickets */
	uint32_t ntickets;
	struct assignment *assigned;
	uint32_t nassigned, cap_assigned;
	struct near *near;               /* tickets by household, those of persons without one behind */
	uint32_t *near_from;             /* nhouseholds + nresidents + 1 places in it; NULL before the tables have ended */
	struct map64 assigned_homes;     /* (account, household) of long-running cases */
	struct map64 valid[2];           /* (account, household) of today's and yesterday's explained accesses */
	int32_t valid_day;
	uint32_t valid_turn;             /* how often the two have turned */
	struct map64 learned;            /* without a table of cases: case number -> household it came with first */
	struct dense subjects;           /* subjects that the table does not know; numbers go on from nresidents */
	uint64_t watch_n, protect_n, staff_n;
	/* the log's numbers */
	struct seen *seen;
	uint32_t nseen, cap_seen;
	uint8_t rec_width;
	wall last_ts;
	uint32_t behind;
	uint64_t count_lines;
	/* explained accesses chosen by chance, by the value of their record number; lowest first */
	struct chosen { uint64_t value; struct cand line; } *chosen;
	uint32_t nchosen;
};

/* What was read of one file. */
struct source {
	slice name;
	struct layout layout;
	uint32_t org;
	struct screen_source told;
	uint64_t number;               /* which of the sources; for lines that have no number of their own */
	uint64_t unnumbered;           /* how many of those came */
	struct source *next;
};

enum { T_RESIDENTS, T_STAFF, T_ACCOUNTS, T_MOVES, T_ATTENDANCE, T_CALENDAR, T_DEPARTMENTS, T_CASES, T_ASSIGNMENTS,
	T_WINDOWS, T_LOANS, T_MEDIA };

struct screen {
	struct words words;
	struct rules rules;
	const struct log_map *const *maps;
	uint32_t nmaps;
	const struct log_map *map;     /* the one that was asked for; else the one that fits */
	unsigned char key[16];
	uint64_t sip[2];               /* the key as words */
	struct buf folded;             /* while a table is read */
	struct name_slot { struct text32 text; uint32_t len, name, org, account; } *name_slots;   /* org NONE: no account yet */
	bool have[SCREEN_TABLES];
	uint64_t rows[SCREEN_TABLES], bad_rows[SCREEN_TABLES];
	struct ctx names_ctx;          /* memory of the names, which parsing threads share */
	struct names names;            /* accounts' names, terminals, systems, departments in one table */
	struct map64 account_at;       /* (org, name) -> account */
	struct account *account;
	uint32_t naccounts, cap_accounts;
	struct map64 system_at;        /* name -> bit */
	uint32_t system_name[SYSTEMS_MOST + 1];
	uint32_t nsystems;
	struct map64 dept_systems;     /* (org, dept) -> index in dept_mask */
	uint64_t *dept_mask;
	uint32_t ndepts, cap_depts;
	struct duty *duty;
	uint32_t nduty, cap_duty;
	struct window *window;
	uint32_t nwindow, cap_window;
	struct loan *loan;
	uint32_t nloan, cap_loan;
	struct loan *media;
	uint32_t nmedia, cap_media;
	struct move *move;
	uint32_t nmove, cap_move;
	struct map64 days;             /* jday + 1000000 -> enum day_kind */
	int32_t kind_day;              /* the day asked for last, and its kind */
	enum day_kind kind;
	struct org org[ORGS_MOST];
	uint32_t norg;
	struct source *sources, *last_source;
	/* from the lines */
	struct cand *cand;
	uint32_t ncand, cap_cand;
	struct user_day *uday;
	uint32_t nuday, cap_uday;
	struct short_day *short_day;
	uint32_t nshort, cap_short;
	struct screen_told told;
	uint64_t expl_count[EXPLS];
	struct table_rows *table_rows;      /* tables_many.c: rows on their way */
	uint64_t expected[SCREEN_TABLES], expected_rows[SCREEN_TABLES];   /* bytes and rows that will come; 0 unknown */
	char opened_text[10];
	int32_t opened_day;
	/* one organisation alone */
	slice only;
	uint64_t only_word, only_mask, only_short;
	uint64_t own_numbers, other_numbers;
	struct { uint32_t org, account; } *by_name;   /* by name: the account met last under it */
	uint32_t nby_name;
	uint32_t *system_by_name;
};

/* A line, parsed: what apply needs, and nothing of its text. */
struct ev {
	uint64_t rec, subject_token, token;
	wall ts;
	int32_t day;                          /* of ts, and the seconds after its midnight */
	uint32_t second;
	uint32_t user, term, sys, building;   /* names; NONE when empty */
	uint32_t person, ticket;              /* indexes in the organisation's tables, or NONE */
	uint32_t n, serial;
	uint8_t act, why, query, org, width;
	bool failed, damaged, unnumbered;
};

struct screen_events {
	struct ev *v;
	uint32_t n;
	uint64_t own_numbers, other_numbers;
	struct screen_source told;
};

/* parse.c: what a worker splits lines with. */
rc screen_worker_marks(struct ctx *c, struct screen_worker *w, size_t len, struct marks *ret);
split_fn *screen_worker_split(const struct screen_worker *w);

/* token.c */
uint64_t screen_token(const struct screen *s, char domain, uint32_t org, slice text);
/* A number as tokens are made of it: leading zeros do not count, ="…" is taken off. */
slice screen_number_bare(slice text);
/* As token, for numbers. */
uint64_t screen_token_number(const struct screen *s, char domain, uint32_t org, slice text);
/* Thread-safe. */
rc log_name_of(struct ctx *c, struct screen *s, slice text, uint32_t *ret);
rc org_of(struct ctx *c, struct screen *s, slice name, uint32_t *ret);
rc account_of(struct ctx *c, struct screen *s, uint32_t org, slice name, uint32_t *ret);
rc account_by(struct ctx *c, struct screen *s, uint32_t org, uint32_t name, uint32_t *ret);
rc system_of(struct ctx *c, struct screen *s, slice name, uint32_t *ret_bit);
rc system_by(struct ctx *c, struct screen *s, uint32_t name, uint32_t *ret_bit);
uint32_t dept_index(const struct screen *s, uint32_t org, uint32_t dept);
/* A person's name without blanks and honorifics, half-width kana made full, variant kanji folded. */
void fold_name(const struct words *w, struct buf *out, slice utf8);
static inline uint64_t pair_key(uint32_t a, uint32_t b) { return ((uint64_t)a << 32 | b) + 1; }

/* words.c */
extern const char *const screen_column_keys[], *const screen_act_keys[], *const screen_why_keys[], *const screen_type_keys[];
const struct word *words_find(const struct words_list *l, slice text);
const struct word *words_within(const struct words_list *l, slice text);
rc words_read(struct ctx *c, const struct pack *p, struct words *w);
rc rules_read(struct ctx *c, const struct pack *p, struct rules *r);
const struct rule *rule_of(const struct rules *r, const char *kind);

/* times.c */
bool log_time_parse(slice text, wall *ret);
/* Also times of syslog, web servers and other programs; shift: seconds from the log's clock when no zone is named. */
bool log_time_any(slice text, int64_t shift, int32_t year, uint32_t month, wall *ret);
bool log_day_parse(slice text, int32_t *ret);
bool log_clock_parse(slice text, uint32_t *ret_seconds);
enum day_kind day_kind(struct screen *s, int32_t day);

/* tables_many.c: the rows of the two large tables, in lots. */
struct row;
rc read_resident(struct ctx *c, struct screen *s, const struct row *r);
rc read_case(struct ctx *c, struct screen *s, const struct row *r);
/* Those that are still on their way. */
rc rows_end(struct ctx *c, struct screen *s);
/* tables.c */
struct row { slice f[11]; uint32_t org; };
rc table_name(struct ctx *c, struct screen *s, slice text, uint32_t *ret);
rc table_account(struct ctx *c, struct screen *s, uint32_t org, slice text, uint32_t *ret);
rc person_number(struct ctx *c, const struct screen *s, struct org *o, uint64_t token, uint32_t *ret);
/* The household's tickets, or the person's; `ret_n` of them. */
const struct near *near_tickets(const struct org *o, uint32_t household, uint32_t *ret_n);
rc tables_sort(struct ctx *c, struct screen *s);
/* The account's rows for one day; NULL when there is none. */
const struct duty *screen_duty_find(const struct screen *s, uint32_t account, int32_t day, size_t *ret_n);
static inline const struct duty *duty_at(const struct screen *s, uint32_t account, int32_t day, size_t *ret_n)
{
	const struct account *a = &s->account[account];

	if (a->duty_day != day)
		return screen_duty_find(s, account, day, ret_n);
	*ret_n = a->duty_n;
	return a->duty_n ? &s->duty[a->duty_from] : NULL;
}
bool window_at(const struct screen *s, uint32_t account, wall ts);
bool loan_at(const struct loan *v, uint32_t n, uint32_t account, int32_t day, uint32_t *ret_borrower);
/* Where the account's person works on that day, by roster and moves. */
uint32_t screen_dept_find(const struct screen *s, const struct account *a, uint32_t index, int32_t day);
static inline uint32_t dept_at(const struct screen *s, const struct account *a, uint32_t index, int32_t day)
{
	struct account *own = &s->account[index];

	if (s->nmove == 0)
		return a->dept;
	if (own->dept_day != day) {
		own->dept_then = screen_dept_find(s, a, index, day);
		own->dept_day = day;
	}
	return own->dept_then;
}
/* Did the person work in a department that uses the system, and leave it more than `grace` days ago? */
/* The systems that a department uses, by bit. */
uint64_t dept_systems(const struct screen *s, uint32_t org, uint32_t dept);
/* A number for the building of a terminal: its letters and first digit. 0 when unknown. */
uint32_t building_of(slice terminal);
bool left_system(const struct screen *s, uint32_t index, int32_t day, uint64_t system_bit, int32_t grace);

/* explain.c: the explanation of an access to a subject; sets x (tenths). */
enum expl screen_explain(struct screen *s, struct org *o, uint32_t account, const struct ev *e, uint32_t subject,
	uint32_t household, int8_t *ret_x);

/* Exports, changes of rights and the like, which are kept whatever explains them. */
static inline bool always_kept(unsigned act)
{
	return (1u << ACT_EXPORT | 1u << ACT_BULK | 1u << ACT_MEDIA | 1u << ACT_ROLE | 1u << ACT_PASSWORD | 1u << ACT_AUDIT |
		1u << ACT_REMOTE | 1u << ACT_CLEAR) >> act & 1;
}

extern const char *const expl_ids[EXPLS];

/* apply.c */
rc searches_end(struct ctx *c, struct screen *s);

/* What a rule found. */
struct hit {
	const struct rule *rule;
	uint32_t *cand;               /* indexes, in order of record numbers */
	uint32_t n;
	uint64_t ids[SCREEN_EVENTS_MOST];   /* of rules on the log itself, which have no candidates */
	uint32_t nids;
	uint32_t account, org;        /* account NONE when there is no one user */
	int32_t score;                /* hundredths */
	/* for the sentence */
	uint32_t days, k, z, term, sys;
	int32_t expected;             /* hundredths */
	int32_t day;
	wall from, to;
	int32_t raised;               /* by R36, hundredths; in the score */
	uint32_t usual_weeks;         /* the person was there at these hours in so many other weeks */
	struct hit *next, *also;      /* weaker ones whose evidence lies in this one */
};

/* Gathers what the rules find. */
struct finder {
	struct ctx *c;
	struct screen *s;
	uint32_t *order;              /* candidates by account and record number */
	struct hit *first, *last;
	uint32_t n;
	struct chances { double vip, protect, staff; } *chances;   /* by organisation: share of such meetings that chance makes */
	struct slips { double wrong, others; } *slips;   /* by organisation: households per user and day, wrong or others' case */
	struct off_days { uint32_t account, n, room; struct off_day *v; } off;   /* usual.c: of the account looked at last */
};

/* One account's candidates. */
struct span { uint32_t account; uint32_t *v; uint32_t n; };

rc hit_add(struct finder *f, const char *kind, const struct span *of, const uint32_t *cand, uint32_t n, int32_t extra,
	struct hit **ret);
rc hit_add_rule(struct finder *f, const struct rule *r, const struct span *of, const uint32_t *cand, uint32_t n,
	int32_t extra, struct hit **ret);
double poisson_surprise(uint32_t k, double mean);
/* -log10 P(N >= k), negative binomial with this mean and size, at most 12. */
double screen_surprise(uint32_t k, double mean, double size);
static inline int32_t day_of(wall ts) { return (int32_t)(ts / DAY_SECONDS); }

/* Each looks at one account; the second ones over all of an organisation. */
/* Rules with conditions of their own (rules_when.c), those of one turn: what an earlier one claims is gone for the later. */
rc rules_when(struct finder *f, const struct span *p, int32_t turn);
/* The same over all users, for findings that have no user in common. */
rc rules_when_all(struct finder *f, uint32_t org, int32_t turn);
/*
 * usual.c: without cases it cannot be seen that somebody has moved: a system in which most of the account's lines are in
 * order is not foreign.
 */
void usual_systems(struct screen *s, const struct span *p);
/* usual.c: in how many other weeks the account worked at the hours of these lines; 0 when they are not its usual ones. */
MUST_USE rc usual_weeks(struct finder *f, const struct span *p, const uint32_t *v, uint32_t n, uint32_t *ret);
/* Some rule of every line wants it. */
bool rules_want(const struct screen *s, const struct cand *k);
rc rules_account(struct finder *f, const struct span *p);      /* rules_account.c: exports, rights given to oneself */
rc rules_subject(struct finder *f, const struct span *p);      /* rules_subject.c */
/* How many of the users' meetings with persons of a kind chance alone would make. */
rc find_chances(struct finder *f, uint32_t org, const struct span *spans, uint32_t n);   /* rules_subject.c */
rc rules_group(struct finder *f, const struct span *p);        /* rules_subject.c */
rc rules_case(struct finder *f, const struct span *p);         /* rules_subject.c */
rc rules_volume(struct finder *f, const struct span *v, uint32_t n);   /* rules_volume.c */
rc rules_login(struct finder *f, uint32_t org);                /* rules_login.c */
rc rules_hotspot(struct finder *f, uint32_t org);              /* rules_login.c */
rc rules_log(struct finder *f, uint32_t org);                  /* rules_log.c */
/* sample.c: explained accesses chosen by chance, so that the explanations are tested and no way of looking is safe. */
rc sample_take(struct ctx *c, struct org *o, uint32_t most, const struct cand *k);
rc rules_sample(struct finder *f, uint32_t org);
/* peer.c: how a user's lines spread, and findings raised for those who work unlike their department. */
#define PATTERN_BINS 192u
rc pattern_count(struct ctx *c, struct account *a, const struct ev *e);
/* Lines of the account in one system; systems beyond the first few count together. */
uint32_t pattern_lines(const struct account *a, uint32_t sys);
rc peers_raise(struct ctx *c, struct screen *s, struct hit **hits, uint32_t nhits);
rc hits_find(struct ctx *c, struct screen *s, struct hit **ret);
uint64_t hit_first(const struct screen *s, const struct hit *h);
rc hit_write(struct ctx *c, const struct screen *s, const struct hit *h, struct screen_item *ret);   /* list_json.c */

#endif
