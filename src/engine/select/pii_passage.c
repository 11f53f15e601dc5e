/*
 * What the lines of a passage give is decided by their bytes, by the line behind them, and by the state in which the first is read
 * (nothing looks back over a line end): where all of that was the same before, so are spans, mail addresses and the state behind. What is decided of a
 * block as a whole (whose a mail address is, what stands in it again) is decided anew each time.
 *
 * Where a passage ends, its own text says, so that the same letter is cut alike wherever it stands.
 */
#include "engine/select/pii_passage.h"

#include "engine/select/pii_name.h"

#include "base/banned.h"

#define LEAST ((size_t)48)
#define MOST ((size_t)4096)          /* a passage ends with the line in which it gets so long … */
#define LONGEST ((size_t)16384)      /* … and is none when that line is longer */
#define BEHIND_MOST ((size_t)448)    /* a value goes on in the next line when both are short: WRAP_MOST, pii_torn.c */
#define EDGE ((size_t)64)            /* so near to the end of the text the gate is not as sure */
#define SLOTS 65536u
#define POOL ((size_t)8 << 20)

/* To look for one costs a tenth of what it saves: when too few of so many came again, none is looked for in some MB. */
#define TRIED_MOST 2048u
#define FOUND_LEAST 256u
#define REST ((size_t)4 << 20)

struct passages {
	struct arena *a;             /* of the stream */
	struct known *known;         /* NULL until it is needed: most texts never do */
	uint32_t tried, found;       /* since it was asked last whether that pays */
	uint64_t all_tried, all_found;
	size_t rest;                 /* bytes of text to go without */
	bool dense;                  /* the finders looked at much of the last block */
	struct mark state;           /* of the state as it is behind the last passage */
	bool marked;                 /* that is known */
};

struct kept { uint32_t n_spans, n_mails, state, scanned; struct mark behind; };

rc passages_new(struct ctx *c, struct passages **ret)
{
	struct passages *p;

	TRY_NEW(c, p);
	p->a = c->a;
	*ret = p;
	return OK;
}

rc passages_begin(struct ctx *c, struct pii_work *w)
{
	struct passages *p = w->state->passages;
	struct ctx held = *c;
	rc r;

	if (!p || !p->dense || p->rest || w->thorough)
		return OK;
	held.a = p->a;
	r = p->known ? OK : known_new(&held, SLOTS, POOL, &p->known);
	c->fault = held.fault;
	w->by_passages = r == OK;
	p->marked = false;
	return r;
}

void passages_end(const struct pii_work *w)
{
	struct passages *p = w->state->passages;

	if (!p)
		return;
	p->dense = w->scanned >= w->text.len / 3;
	p->rest -= p->rest < w->text.len ? p->rest : w->text.len;
	if (p->tried < TRIED_MOST)
		return;
	if (p->found < FOUND_LEAST)
		p->rest = REST;
	p->all_tried += p->tried;
	p->all_found += p->found;
	p->tried = p->found = 0;
}

uint64_t passages_tried(const struct passages *p) { return p->all_tried + p->tried; }
uint64_t passages_known(const struct passages *p) { return p->all_found + p->found; }

static uint64_t eight(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	return v;
}

/* Does the line that ends at `nl` hold nothing? */
static bool is_empty_line(slice text, size_t nl)
{
	if (nl && text.p[nl - 1] == '\r')
		nl--;
	return nl == 0 || text.p[nl - 1] == '\n';
}

/* Every empty line, as stands between letters, and one line end in two, by the letters on both sides. */
static bool is_edge(slice text, size_t nl)
{
	if (is_empty_line(text, nl))
		return true;
	if (nl < 8 || nl + 9 > text.len)
		return false;
	return ((eight(text.p + nl - 8) ^ eight(text.p + nl + 1) * 3) * UINT64_C(0x9E3779B97F4A7C15)) >> 63 == 0;
}

/* Where the passage from `from` on ends; 0 for none. */
static size_t cut(slice text, size_t from)
{
	for (size_t at = from + LEAST; at < text.len;) {
		const char *nl = memchr(text.p + at, '\n', text.len - at);
		size_t end = nl ? (size_t)(nl - text.p) : text.len;

		if (end - from > LONGEST)
			return 0;
		if (!nl || end - from >= MOST || is_edge(text, end))
			return nl ? end + 1 : end;
		at = end + 1;
	}
	return text.len - from > LONGEST ? 0 : text.len;
}

/* How far the text behind a passage that ends at `to` is looked at: a value may go on in the next line, but not behind an empty one. */
static size_t behind(slice text, size_t to)
{
	size_t most = text.len - to < BEHIND_MOST ? text.len : to + BEHIND_MOST;
	const char *nl;

	if (to == most || is_empty_line(text, to - 1))
		return to;
	nl = memchr(text.p + to, '\n', most - to);
	return nl ? (size_t)(nl - text.p) + 1 : most;
}

static bool same(struct mark a, struct mark b) { return a.a == b.a && a.b == b.b; }

/* The mark of the state, which is long where a table had many columns, and hardly ever another one. */
static struct mark state_mark(struct pii_state *s)
{
	struct passages *p = s->passages;
	slice bytes = pii_state_bytes(s);

	if (!p->marked)
		p->state = known_mark(p->known, &bytes, 1);
	p->marked = true;
	return p->state;
}

static rc give_back(struct unit *u, const struct passage *p, const struct kept *k)
{
	const struct pii_span *spans = (const void *)(k + 1);
	const struct pii_mail *mails = (const void *)(spans + k->n_spans);
	const uint16_t *near = (const void *)(mails + k->n_mails);
	struct pii_work *w = u->w;

	TRY(work_room(u->c, w, k->n_spans, k->n_mails));
	for (size_t i = 0; i < k->n_spans; i++) {
		struct pii_span *s = &w->spans[w->n_spans++];

		*s = spans[i];
		s->start += p->from;
		s->end += p->from;
	}
	for (size_t i = 0; i < k->n_mails; i++) {
		struct pii_mail *m = &w->mails[w->n_mails];

		w->mail_near[w->n_mails++] = near[i];
		*m = mails[i];
		m->start += p->from;
		m->end += p->from;
	}
	if (!same(k->behind, w->state->passages->state))
		memcpy(w->state, near + k->n_mails, k->state);
	w->state->passages->state = k->behind;
	w->scanned += k->scanned;
	return OK;
}

/* Of all that decides what the lines [from, to) give. */
static struct mark mark_of(const struct unit *u, size_t from, size_t to, struct mark state)
{
	slice text = u->w->text;
	uint64_t place[] = { from != 0, to - from, text.len - to < EDGE ? text.len - to : EDGE, u->w->n_mails != 0, state.a, state.b };
	slice pieces[] = { slice_sub(text, from, behind(text, to) - from), { (const char *)place, sizeof place } };

	return known_mark(u->w->state->passages->known, pieces, 2);
}

rc passage_begin(struct unit *u, size_t from, struct passage *ret, bool *ret_known)
{
	struct passages *all = u->w->state->passages;
	size_t to = cut(u->w->text, from);
	slice bytes = S_NONE;

	*ret_known = false;
	*ret = (struct passage){ .from = from, .to = to };
	if (to) {
		ret->state = state_mark(u->w->state);
		ret->mark = mark_of(u, from, to, ret->state);
		all->tried++;
		*ret_known = known_find(all->known, ret->mark, &bytes);
	}
	all->found += *ret_known;
	all->marked = *ret_known;   /* lines that are read change the state */
	return *ret_known ? give_back(u, ret, (const void *)bytes.p) : OK;
}

void passage_keep(struct unit *u, const struct passage *p, const struct passage_marks *before)
{
	const struct pii_work *w = u->w;
	size_t n = w->n_spans - before->spans, m = w->n_mails - before->mails;
	struct mark behind = state_mark(w->state);
	slice state = same(behind, p->state) ? S_NONE : pii_state_bytes(w->state);
	struct kept *k = known_put(w->state->passages->known, p->mark,
		sizeof *k + n * sizeof *w->spans + m * (sizeof *w->mails + sizeof *w->mail_near) + state.len);
	struct pii_span *spans;
	struct pii_mail *mails;
	uint16_t *near;

	if (!k)
		return;
	*k = (struct kept){ (uint32_t)n, (uint32_t)m, (uint32_t)state.len, (uint32_t)(w->scanned - before->scanned), behind };
	spans = (void *)(k + 1);
	for (size_t i = 0; i < n; i++) {
		spans[i] = w->spans[before->spans + i];
		spans[i].start -= p->from;
		spans[i].end -= p->from;
	}
	mails = (void *)(spans + n);
	near = (void *)(mails + m);
	for (size_t i = 0; i < m; i++) {
		mails[i] = w->mails[before->mails + i];
		mails[i].start -= p->from;
		mails[i].end -= p->from;
		near[i] = w->mail_near[before->mails + i];
	}
	if (state.len)
		memcpy(near + m, state.p, state.len);
}

rc passage_add(struct ctx *c, struct pii_work *w, const struct passage *p)
{
	TRY_ROOM(c, w->passages, w->n_passages, w->cap_passages, 64);
	w->passages[w->n_passages++] = *p;
	return OK;
}

/* ---- second looks ---- */

#define HUNTED_MOST 512u
struct found { uint32_t start, len, type; };

struct mark passage_hunt_mark(const struct unit *u, const struct passage *p, size_t k, size_t n)
{
	const struct pii_state *s = u->w->state;
	__attribute__((uninitialized)) struct found found[HUNTED_MOST];
	uint64_t place[] = { p->mark.a, p->mark.b, u->w->n_mails != 0, crowd_below_address(u->w, p->from), (uint64_t)s->kind, s->list, s->seen_report, s->seen_person, s->seen_japanese };
	slice pieces[] = { { (const char *)place, sizeof place }, S_NONE };
	size_t m = 0;

	if (u->w->laid.n)
		return (struct mark){ 0, 0 };   /* in a table that began before it */
	for (; k < n && u->w->spans[k].start < p->to; k++) {
		const struct pii_span *x = &u->w->spans[k];

		if (m == HUNTED_MOST)
			return (struct mark){ 0, 0 };
		found[m++] = (struct found){ (uint32_t)(x->start - p->from), (uint32_t)(x->end - x->start), (uint32_t)x->type };
	}
	pieces[1] = (slice){ (const char *)found, m * sizeof *found };
	return known_mark(s->passages->known, pieces, 2);
}

static bool is_mark(struct mark m) { return m.a || m.b; }

rc passage_hunt_known(struct unit *u, const struct passage *p, struct mark m, bool *ret_known)
{
	struct pii_work *w = u->w;
	slice bytes = S_NONE;
	size_t n;

	*ret_known = is_mark(m) && known_find(w->state->passages->known, m, &bytes);
	n = bytes.len / sizeof *w->spans;
	TRY(work_room(u->c, w, n, 0));
	for (size_t i = 0; i < n; i++) {
		struct pii_span *s = &w->spans[w->n_spans++];

		memcpy(s, bytes.p + i * sizeof *s, sizeof *s);
		s->start += p->from;
		s->end += p->from;
	}
	return OK;
}

void passage_hunt_keep(struct unit *u, const struct passage *p, struct mark m, size_t first)
{
	const struct pii_work *w = u->w;
	size_t n = w->n_spans - first;
	struct pii_span *spans = is_mark(m) && !w->laid.n ? known_put(w->state->passages->known, m, n * sizeof *spans) : NULL;

	for (size_t i = 0; spans && i < n; i++) {
		spans[i] = w->spans[first + i];
		spans[i].start -= p->from;
		spans[i].end -= p->from;
	}
}

/* ---- what stands again ---- */

/* Another mark than that of second looks, under which their findings lie. */
static struct mark again_mark(const struct passage *p) { return (struct mark){ ~p->found.a, p->found.b }; }

bool passage_again_find(const struct pii_work *w, const struct passage *p, slice *ret)
{
	return known_find(w->state->passages->known, again_mark(p), ret);
}

char *passage_again_keep(const struct pii_work *w, const struct passage *p, size_t n)
{
	return known_put(w->state->passages->known, again_mark(p), n);
}
