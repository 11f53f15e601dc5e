#include "door/serve/mailing.h"

#include "base/limits.h"
#include "core/people/people.h"
#include "door/http/http.h"
#include "door/serve/outbox.h"
#include "work/notice/notice.h"

#include "base/banned.h"

#define EVERY ((msec)60000)
#define PIECE 20u            /* duties looked at between two requests */
#define AWAY_MOST 16u        /* mails that `out` has at a time */
#define ID_MOST 80u

/* A mail that `out` has. */
struct away { uint64_t number; int64_t seq, tries; char case_id[ID_MOST]; };

struct mailing {
	struct arena *a;             /* owned: the ladder */
	struct node *n;
	const struct packs *packs;
	const struct settings *set;
	const struct ladder *ladder;
	slice base;                  /* what links begin with; empty: no links */
	struct notice_turn *turn;    /* owned; NULL: none under way */
	msec next;
	struct away away[AWAY_MOST];
	size_t naway;
};

/* The first of the names by which the node may be asked; the port only where browsers need it. */
static rc put_base(struct ctx *c, const struct settings *s, slice *ret)
{
	slice rest = slice_of(s->hosts), host = S_NONE, where = slice_of(s->listen[LISTENER_MAIN]);
	size_t colon = where.len;
	struct buf b;

	*ret = S_NONE;
	if (!slice_next(&rest, ' ', &host) || host.len == 0)
		return OK;
	while (colon > 0 && where.p[colon - 1] != ':')
		colon--;
	buf_init(&b, c->a, 512);
	buf_putf(&b, "https://%" S_FMT, S_ARG(host));
	if (!s->plain && colon > 0 && !slice_is(slice_sub(where, colon, SIZE_MAX), "443"))
		buf_putf(&b, ":%" S_FMT, S_ARG(slice_sub(where, colon, SIZE_MAX)));
	return buf_keep(c, &b, ret);
}

rc mailing_open(struct ctx *c, struct node *n, const struct packs *packs, const struct settings *s, struct mailing **ret)
{
	struct arena *a = arena_new(LIMIT_ARENA_COMMAND);
	struct ctx own = { .a = a, .now = c->now, .app = c->app };
	struct mailing *m = a ? arena_alloc(a, 1, sizeof *m) : NULL;
	rc r;

	if (!m)
		return FAIL(c, E_NOMEM, "memory.limit");
	*m = (struct mailing){ .a = a, .n = n, .packs = packs, .set = s };
	r = ladder_load(&own, s->data, &m->ladder);
	if (r == OK)
		r = put_base(&own, s, &m->base);
	c->fault = own.fault;
	if (r == OK)
		*ret = m;
	else
		arena_free(a);
	return r;
}

void mailing_close(struct mailing *m)
{
	if (m->turn)
		(void)notice_turn_end(m->turn);
	arena_free(m->a);
}

rc mailing_turn(struct ctx *c, struct mailing *m, msec mono, bool *ret_more)
{
	rc r;

	*ret_more = false;
	if (!m->turn && m->next && mono < m->next)
		return OK;
	if (!m->turn) {
		m->next = mono + EVERY;
		TRY(notice_turn_begin(c, m->n, m->packs->law, m->ladder, &notice_accounts, &m->turn));
	}
	r = notice_turn_go(c, m->turn, PIECE, ret_more);
	if (r != OK)
		*ret_more = false;
	if (!*ret_more) {
		(void)notice_turn_end(m->turn);
		m->turn = NULL;
	}
	return r;
}

/* ---- one mail ---- */

static bool is_away(const struct mailing *m, int64_t seq)
{
	for (size_t i = 0; i < m->naway; i++)
		if (m->away[i].seq == seq)
			return true;
	return false;
}

/* A later step tells the same person of the same duty: one mail is enough. */
static rc is_old(struct ctx *c, const struct mailing *m, const struct notice *w, bool *ret)
{
	struct notice *v;
	size_t n;

	*ret = false;
	TRY(notice_list(c, node_store(m->n), w->case_id, &v, &n));
	for (size_t i = 0; i < n; i++)
		*ret = *ret || (v[i].seq > w->seq && slice_eq(v[i].rule, w->rule) && slice_eq(v[i].recipient, w->recipient) &&
		                slice_eq(v[i].account, w->account));
	return OK;
}

static rc put_job(struct ctx *c, const struct letter *l, slice to, slice *ret)
{
	struct mail mail = { .to = { to }, .nto = 1, .subject = l->subject, .text = l->text, .id = l->id };
	struct buf b;

	buf_init(&b, c->a, (size_t)64 << 10);
	outbox_put_mail(&b, &mail);
	return buf_done(c, &b, ret);
}

/* The mail as it is true now. *ret stays empty and `why` says so when there is nothing to send. */
static rc write_mail(struct ctx *c, const struct mailing *m, const struct notice *w, slice *why, slice *ret)
{
	struct store *st = node_store(m->n);
	struct account who;
	struct case_head h;
	struct letter l;
	struct duty d;
	bool old;

	*why = S_NONE;
	TRY(case_find(c, st, w->case_id, &h));
	TRY(duty_find_owed(c, st, m->packs->law, &h, w->rule, w->recipient, &d));
	TRY(is_old(c, m, w, &old));
	if (d.state != DUTY_OPEN || w->confirmed > 0 || old) {
		*why = S(NOTICE_OVER);
		return OK;
	}
	TRY(people_find(c, st, w->account, &who));
	/* the program opens the one address it needs; that it told somebody is an act already */
	TRY(people_names_open(c, m->n, NULL, &who, 1));
	if (who.mail.len == 0) {
		*why = S(NOTICE_NO_ADDRESS);
		return OK;
	}
	TRY(notice_write(c, m->packs->law, m->ladder, w, &d, &h, m->base, node_is_exercise(m->n), &l));
	return put_job(c, &l, who.mail, ret);
}

rc mailing_next(struct ctx *c, struct mailing *m, uint64_t number, slice *ret_job)
{
	struct notice *v;
	size_t n;

	*ret_job = S_NONE;
	/* without a mail server they stand on the pages; set one, and those that still matter go out */
	if (!m->set->mail_host[0] || m->naway == AWAY_MOST)
		return OK;
	TRY(notice_waiting(c, node_store(m->n), AWAY_MOST * 2, &v, &n));
	for (size_t i = 0; i < n; i++) {
		struct away *x = &m->away[m->naway];
		slice why;

		if (is_away(m, v[i].seq) || v[i].case_id.len >= ID_MOST)
			continue;
		TRY(write_mail(c, m, &v[i], &why, ret_job));
		if (why.len > 0) {
			TRY(notice_note_failed(c, m->n, &v[i], why));
			continue;
		}
		*x = (struct away){ .number = number, .seq = v[i].seq, .tries = v[i].tries };
		memcpy(x->case_id, v[i].case_id.p, v[i].case_id.len);
		m->naway++;
		return OK;
	}
	return OK;
}

static slice word_of(rc result)
{
	return result == E_INVALID ? S("refused") : result == E_DENIED ? S("denied") : S("later");
}

rc mailing_done(struct ctx *c, struct mailing *m, uint64_t number, rc result, bool *ret_mine)
{
	for (size_t i = 0; i < m->naway; i++) {
		struct away x = m->away[i];
		struct notice w = { .seq = x.seq, .tries = x.tries, .case_id = slice_of(x.case_id) };

		if (x.number != number)
			continue;
		*ret_mine = true;
		m->away[i] = m->away[--m->naway];
		return result == OK ? notice_note_handed(c, m->n, &w) : notice_note_failed(c, m->n, &w, word_of(result));
	}
	*ret_mine = false;
	return OK;
}

void mailing_lost(struct mailing *m) { m->naway = 0; }
