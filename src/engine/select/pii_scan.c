/* The way through: lines, what kind each is, the finders in their order, and the list at the end. */
#include "engine/select/pii_passage.h"

#include <stdlib.h>

#include "base/banned.h"

static const char *const type_words[PII_TYPES] = {
	"my_number", "card", "bank_account", "drivers_license", "passport", "residence_card",
		"health_insurer", "health_insured",
	"pension", "employment_insurance", "juminhyo", "care_insurance", "phone", "postal", "address",
		"name", "name_kana", "email",
	"birth_date", "other_id",
};

const char *pii_type_word(enum pii_type t) { return type_words[t]; }

bool pii_type_from_word(slice word, enum pii_type *ret)
{
	for (int i = 0; i < PII_TYPES; i++)
		if (slice_is(word, type_words[i])) {
			*ret = (enum pii_type)i;
			return true;
		}
	return false;
}

const char *pii_side_word(enum pii_side s)
{
	switch (s) {
	case PII_SIDE_PERSON: return "person";
	case PII_SIDE_ATTACKER: return "attacker";
	case PII_SIDE_DESK: return "desk";
	}
	return "";
}

/* 1953年5月1日（巳年）に大阪で生まれた: up to a few words further in the same clause. */
static bool born_there(const struct unit *u, uint32_t k)
{
	uint32_t most = k + 18;

	if (u_cp(u, k) == '(')
		while (k < most && u_cp(u, k) && u->cp[k++] != ')')
			;
	if (u_cp(u, k) != 0x306B)   /* に */
		return false;
	for (; k < most && u_cp(u, k) && u->cp[k] != 0x3001 && u->cp[k] != 0x3002; k++)
		if (u->cp[k] == 0x751F && u_cp(u, k + 1) == 0x307E && u_cp(u, k + 2) == 0x308C)
			return true;
	return false;
}

/* 2002-01-28生, 昭和12年3月4日生まれ: a date that nothing but this word makes a birth. */
static rc births_find(struct unit *u)
{
	uint64_t mask;

	if (u->latin_only || !unit_has_digits(u))
		return OK;   /* the words are Japanese */
	for (uint32_t i = 0; i < u->n; i++) {
		uint32_t end, k, len;

		i = u_next(u, i, PC_DIGIT | PC_KANJI | PC_ALPHA);
		if (i >= u->n)
			break;
		if (u->claim[i] || (i && u_is(u, i - 1, PC_DIGIT) && u_is(u, i, PC_DIGIT)))
			continue;
		if (!u_is(u, i, PC_DIGIT) && u->cp[i] != 0x662D && u->cp[i] != 0x5E73 &&
			u->cp[i] != 0x5927 && u->cp[i] != 0x660E &&
			u->cp[i] != 0x4EE4 && !(u_is(u, i, PC_ALPHA) && u_is(u, u_cp(u, i + 1) == '.' ? i + 2 : i + 1, PC_DIGIT)))
			continue;
		end = date_read(u, i, u->n);
		if (!end)
			continue;
		k = u_cp(u, end) == ' ' || u_cp(u, end) == ')' ? end + 1 : end;
		len = lex_match(u, k, LX(LX_BIRTH_AFTER), &mask);
		/* 2024-01-26　生活福祉課 */
		if (((len && !(len == 1 && u_is(u, k + 1, PC_KANJI))) || born_there(u, k)) && unit_free(u, i, end))
			TRY(unit_span(u, i, end, PII_BIRTH_DATE, PII_LIKELY, "born"));
		i = end - 1;
	}
	return OK;
}

static rc unit_scan(struct unit *u)
{
	table_line(u);
	if (u->w->thorough)
		columns_line(u);
	TRY(labels_find(u));
	TRY(mails_find(u));
	TRY(labels_read(u));
	TRY(births_find(u));
	TRY(addresses_find(u));
	TRY(numbers_find(u));
	TRY(profiles_find(u));
	TRY(documents_find(u));
	TRY(cards_find(u));
	TRY(names_find(u));
	TRY(romaji_cells_find(u));
	TRY(accounts_find(u));
	TRY(homes_find(u));
	TRY(events_find(u));
	if (!u->w->thorough)
		return OK;
	TRY(crowd_find(u));
	TRY(records_find(u));
	return u->w->strict ? strict_find(u) : OK;
}

/* The character at byte `at` of the unit. */
static uint32_t unit_index(const struct unit *u, size_t at)
{
	uint32_t lo = 0, hi = u->n;

	while (lo < hi) {
		uint32_t m = (lo + hi) / 2;

		if (u->at[m] < at)
			lo = m + 1;
		else
			hi = m;
	}
	return lo;
}

rc nest_hold(struct unit *u, slice text, size_t start, size_t end)
{
	struct pii_state state = { .heads_left = 0 };
	struct pii_work w = { .hints = u->w->hints, .state = &state, .text = text, .nested = true };
	slice rest = text, line;

	if (!u->w->inner)
		TRY(unit_new(u->c, &w, &u->w->inner));
	u->w->inner->w = &w;
	while (slice_next(&rest, '\n', &line))
		TRY(line_scan(u->w->inner, line, (size_t)(line.p - text.p)));
	TRY(mails_decide(u->c, &w, 0));
	if (!w.n_spans)
		return OK;
	/* What was found within stands for all of it: in base64 no part can be taken out. */
	for (uint32_t i = unit_index(u, start); i < unit_index(u, end); i++)
		if (u->claim[i] == 1)
			return OK;
	return unit_span(u, unit_index(u, start), unit_index(u, end), w.spans[0].type, PII_LIKELY, "encoded");
}

/* A line longer than a unit is cut behind a separator, so that no value is torn where it can be helped. */
static size_t unit_cut(slice line)
{
	size_t most = UNIT_MOST - 8, i;

	if (line.len <= most)
		return line.len;
	for (i = most; i > most - most / 8; i--) {
		char ch = line.p[i - 1];

		if (ch == '}' || ch == '\n' || ch == ';' || ch == '>')
			return i;
	}
	for (i = most; i > most - most / 8; i--)
		if (line.p[i - 1] == ' ' || line.p[i - 1] == ',')
			return i;
	for (i = most; i > most - 4 && ((unsigned char)line.p[i] & 0xC0) == 0x80; i--)
		;
	return i;
}

rc line_scan(struct unit *u, slice line, size_t base)
{
	size_t done = 0;

	while (done < line.len) {
		size_t len = unit_cut(slice_sub(line, done, line.len));

		unit_read(u, slice_sub(line, done, len), base + done);
		TRY(unit_scan(u));
		if (!u->w->nested)
			TRY(nest_find(u, slice_sub(line, done, len)));
		done += len;
	}
	return OK;
}

static bool is_hex(char ch) { return (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'f') || (ch >= 'A' && ch <= 'F'); }

#define HASH_LEAST 32u

/* Hashes or defanged text say that the document is a report of indicators. */
static bool is_report(slice text)
{
	size_t hashes = 0, end = 0;

	for (const char *p = text.p, *behind = text.p + text.len; (p = memchr(p, '[', (size_t)(behind - p))) != NULL; p++)
		if (behind - p > 2 && p[1] == '.' && p[2] == ']')
			return true;
	/* One of the two letters in the middle stands at an odd place. */
	for (size_t i = 1; i + 3 < text.len; i += 2)
		if (text.p[i] == 'x' && (memcmp(text.p + i - 1, "hxxp", 4) == 0 || (i > 1 && memcmp(text.p + i - 2, "hxxp", 4) == 0)))
			return true;
	/* A run of so many holds every so-many-th byte. */
	for (size_t i = HASH_LEAST - 1; i < text.len && hashes < 2; i = end + HASH_LEAST) {
		size_t start = i;

		end = i;
		if (!is_hex(text.p[i]))
			continue;
		while (start > 0 && i - start < 65 && is_hex(text.p[start - 1]))
			start--;
		while (end < text.len && is_hex(text.p[end]))
			end++;
		hashes += end - start == 32 || end - start == 40 || end - start == 64;
	}
	return hashes >= 2;
}

static inline int span_order(const void *a, const void *b)
{
	const struct pii_span *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return x->end > y->end ? -1 : x->end < y->end;
}

#define MOVES_EACH 8u

/* What one line gave is nearly in order: few have to move, and not far. False when that is not so. */
static bool insert_each(struct pii_span *s, size_t n)
{
	size_t moves = 0;

	for (size_t i = 1; i < n; i++) {
		struct pii_span x = s[i];
		size_t k = i;

		for (; k > 0 && span_order(&s[k - 1], &x) > 0; k--)
			s[k] = s[k - 1];
		s[k] = x;
		moves += i - k;
		if (moves > n * MOVES_EACH)
			return false;
	}
	return true;
}

/* Spans from m on, as they were found, into those before, which are in order. */
static rc sort_in(struct ctx *c, struct pii_work *w, size_t m)
{
	struct pii_span *all = w->spans, *own;
	size_t n = w->n_spans - m, to = w->n_spans;

	if (!insert_each(all + m, n))
		qsort(all + m, n, sizeof *all, span_order);
	if (!m || !n || span_order(&all[m - 1], &all[m]) <= 0)
		return OK;
	TRY_ARRAY(c, own, n);
	memcpy(own, all + m, n * sizeof *own);
	while (n)
		all[--to] = m && span_order(&all[m - 1], &own[n - 1]) > 0 ? all[--m] : own[--n];
	return OK;
}

/* Without those that overlap an earlier one. */
static void drop_overlapping(struct pii_work *w)
{
	size_t n = 0, end = 0;

	for (size_t i = 0; i < w->n_spans; i++) {
		if (w->spans[i].start < end)
			continue;
		w->spans[n++] = w->spans[i];
		end = w->spans[i].end;
	}
	w->n_spans = n;
}

/* The same for what was found behind the first m. */
static rc put_in_order(struct ctx *c, struct pii_work *w, size_t m)
{
	TRY(sort_in(c, w, m));
	drop_overlapping(w);
	return OK;
}

static rc repeats(struct ctx *c, struct pii_work *w)
{
	size_t n = w->n_spans;

	TRY(repeats_find(c, w));
	return w->n_spans > n ? put_in_order(c, w, n) : OK;
}

static rc finish(struct ctx *c, struct pii_work *w, struct unit *u, struct pii_result *ret)
{
	struct pii_result r = { 0 };
	size_t n;

	if (w->n_mails && !w->state->seen_report)
		w->state->seen_report = is_report(w->text);
	TRY(sort_in(c, w, 0));
	n = w->n_spans;
	TRY(mails_decide(c, w, 0));
	TRY(put_in_order(c, w, n));
	if (!w->thorough) {
		n = w->n_spans;
		TRY(hunt(u, w->text));
		TRY(put_in_order(c, w, n));
	}
	TRY(repeats(c, w));
	if (w->strict) {
		n = w->n_spans;
		TRY(repeats_of_one(u, w->text));
		TRY(put_in_order(c, w, n));
	}
	for (size_t i = 0; i < w->n_spans; i++)
		r.tally[w->spans[i].type]++;
	r.spans = w->spans;
	r.n_spans = w->n_spans;
	r.mails = w->mails;
	r.n_mails = w->n_mails;
	*ret = r;
	return OK;
}

#define HEAD_LINES 24u

/* A row of values, or the word before the first: what the columns of a statement are held against. */
static bool is_sql_row(slice line)
{
	line = slice_trim(line);
	return line.len && (line.p[0] == '(' || (line.p[0] | 32) == 'v' || (line.p[0] | 32) == 'i' || (line.p[0] | 32) == 'c');
}

/* In a table whose head named no column of persons: Japanese, or another head. What else there is, the gate finds in any text. */
static bool is_row_of_words(slice line, bool fields)
{
	return !slice_is_ascii(line) || gate_head(line, fields);
}

/* Does the line (it may have cells with `fields`) have to be looked at as a whole? Rows of a table, what may be a head, a value after its label. */
static bool is_whole(struct pii_state *s, slice line, bool fields)
{
	if (s->table == TABLE_CSV || s->sql_columns || s->pending || s->kind == PII_KIND_SQL)
		return true;
	if (s->table == TABLE_SQL && is_sql_row(line))
		return true;
	if (line.len < 2) {
		/* a table may begin after an empty line */
		s->heads_left = s->heads_left < HEADS_BEHIND_NONE ? HEADS_BEHIND_NONE : s->heads_left;
		return false;
	}
	if (!s->heads_left)
		return s->kind == PII_KIND_CSV ? is_row_of_words(line, fields) : line.len > 6 && line.len <= HEAD_MOST && gate_head(slice_sub(line, 0, 6), fields);
	s->heads_left--;
	return s->kind == PII_KIND_CSV || gate_head(line, fields);
}

/* Nothing that came before makes rows of the lines to come. */
static bool is_prose(const struct pii_state *s)
{
	return s->table != TABLE_CSV && s->table != TABLE_SQL && !s->sql_columns && !s->pending &&
		s->kind != PII_KIND_CSV && s->kind != PII_KIND_SQL;
}

#define THOROUGH_MOST ((size_t)256 << 10)

/* Letters and reports are short, and what the gate would save in them is nothing. */
static bool is_thorough(const struct pii_hints *h, const struct pii_state *state, slice text)
{
	if (h && h->thorough)
		return true;
	if (state || text.len > THOROUGH_MOST)
		return false;
	return true;
}

/* A short line that begins in Japanese may be an addressee or the name under a letter. */
static bool is_short(slice line)
{
	return line.len >= 6 && line.len <= SHORT_LINE && (unsigned char)line.p[0] >= 0xE0;
}

/* The line that begins at `at`; *ret_whole when the finders must see all of it, *ret_row when they must if anything in it matters. */
static slice line_at(struct unit *u, size_t at, bool *ret_whole, bool *ret_row)
{
	bool fields;
	slice line = gate_line(&u->w->gate, at, &fields);

	u->whole = is_whole(u->w->state, line, fields);
	*ret_row = u->whole && !u->w->thorough && !gate_row(&u->w->gate, u->w->state, at, line);
	*ret_whole = (u->whole && !*ret_row) || (is_short(line) && gate_short(&u->w->gate, at, line.len));
	return line;
}

/* One line, or what the gate lets through of the lines from *i on; nothing that begins from `stop` on, where a line begins. */
static rc part_scan(struct unit *u, slice text, size_t *i, size_t stop)
{
	size_t at = *i, end = 0;
	bool matters = true, begins = at == 0 || text.p[at - 1] == '\n', whole = false, row = false, thorough = u->w->thorough;
	slice part, line = { 0 };

	u->whole = false;
	if (thorough || begins)
		line = line_at(u, at, &whole, &row);
	if (!whole && !thorough)
		end = gate_next(&u->w->gate, at, is_prose(u->w->state) ? &u->w->state->heads_left : NULL, stop, &at, &matters);
	if (whole || thorough || (row && matters)) {
		at = *i;
		end = at + line.len;
	}
	if ((matters ? at : end) >= stop) {
		*i = stop;
		return OK;
	}
	if (matters) {
		part = slice_sub(text, at, end - at);
		if (part.len && part.p[part.len - 1] == '\r')
			part.len--;
		u->w->scanned += part.len;
		TRY(line_scan(u, part, at));
		if (part.len && end < text.len && text.p[end] == '\n')
			TRY(wrap_find(u, text, at, end));
	}
	*i = end < text.len && text.p[end] == '\n' ? end + 1 : end;
	return OK;
}

/* The passage that begins at *i, from memory or by its lines. */
static rc passage_scan(struct unit *u, slice text, size_t *i)
{
	struct pii_work *w = u->w;
	struct passage_marks before = { w->n_spans, w->n_mails, w->scanned };
	struct passage p;
	bool known;

	TRY(passage_begin(u, *i, &p, &known));
	if (!p.to)
		return part_scan(u, text, i, SIZE_MAX);
	while (!known && *i < p.to)
		TRY(part_scan(u, text, i, p.to));
	if (!known && *i > p.to)
		return OK;   /* what began in it goes on behind it */
	if (!known)
		passage_keep(u, &p, &before);
	*i = p.to;
	return passage_add(u->c, w, &p);
}

#define LETTER_MOST ((size_t)8 << 10)

/* Does the text hold what is certainly a person's: a number, an address, a birth; or is it a letter in which persons are named? */
static bool is_of_persons(const struct pii_result *r, slice text)
{
	size_t names = 0;

	for (size_t i = 0; i < r->n_spans; i++)
		switch (r->spans[i].type) {
		case PII_NAME: case PII_NAME_KANA: case PII_EMAIL:
			names++;
			break;
		case PII_OTHER_ID:
			break;
		case PII_MY_NUMBER: case PII_CARD: case PII_BANK_ACCOUNT: case PII_DRIVERS_LICENSE: case PII_PASSPORT: case PII_RESIDENCE_CARD:
		case PII_HEALTH_INSURER: case PII_HEALTH_INSURED: case PII_PENSION: case PII_EMPLOYMENT_INSURANCE: case PII_JUMINHYO:
		case PII_CARE_INSURANCE: case PII_PHONE: case PII_POSTAL: case PII_ADDRESS: case PII_BIRTH_DATE:
			if (r->spans[i].doubt != PII_DOUBTFUL)
				return true;
		}
	return names >= 3 && text.len < LETTER_MOST;
}

static rc scan(struct ctx *c, slice text, const struct pii_hints *hints, struct pii_state *state, bool strict, struct pii_result *ret);

rc pii_scan(struct ctx *c, slice text, const struct pii_hints *hints, struct pii_state *state,
	struct pii_result *ret)
{
	TRY(scan(c, text, hints, state, false, ret));
	/* a second time, strictly, where the first shows that it is about persons */
	return hints && hints->strict && is_thorough(hints, state, text) && is_of_persons(ret, text) ? scan(c, text, hints, state, true, ret) : OK;
}

static rc scan(struct ctx *c, slice text, const struct pii_hints *hints, struct pii_state *state, bool strict, struct pii_result *ret)
{
	struct pii_state whole = { 0 };
	struct pii_work w = { .hints = hints, .state = state ? state : &whole, .text = text };
	struct unit *u;

	if (hints && hints->kind != PII_KIND_UNKNOWN)
		w.state->kind = hints->kind;
	if (!state || !state->begun)
		w.state->heads_left = HEAD_LINES;
	w.state->begun = true;
	w.thorough = is_thorough(hints, state, text);
	w.strict = strict;
	TRY(unit_new(c, &w, &u));
	gate_begin(&w.gate, text, w.state->keys);
	TRY(passages_begin(c, &w));
	for (size_t i = 0; i < text.len;)
		TRY(w.by_passages && (i == 0 || text.p[i - 1] == '\n') ? passage_scan(u, text, &i) : part_scan(u, text, &i, SIZE_MAX));
	passages_end(&w);
	return finish(c, &w, u, ret);
}

rc pii_scan_again(struct ctx *c, slice text, struct pii_state *state, struct pii_result *ret)
{
	struct pii_work w = { .state = state, .text = text, .n_spans = ret->n_spans, .cap_spans = ret->n_spans };

	if (ret->n_spans) {
		TRY_ARRAY(c, w.spans, ret->n_spans);
		memcpy(w.spans, ret->spans, ret->n_spans * sizeof *w.spans);
	}
	TRY(repeats(c, &w));
	ret->spans = w.spans;
	ret->n_spans = w.n_spans;
	return OK;
}
