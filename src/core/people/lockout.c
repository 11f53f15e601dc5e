/*
 * Guessing is slowed down, nobody is locked out. Guesses are counted by keyed tags: for an account from one source, for a
 * known device, for a source whatever the account, for an account from all sources. The last one, which a stranger could
 * fill, only asks for a short pause and does not hold up a device on which the person has signed in before: so no one can
 * keep a colleague out. Unknown names are counted like known ones: the waiting tells nothing.
 */
#include "core/people/people_inside.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "base/banned.h"

/* After `free` wrong guesses the pause begins at one second and doubles up to `most`. Data of one place. */
struct limit { char kind; int64_t free; msec most; const char *why; };

enum { LIMIT_ACCOUNT_SOURCE, LIMIT_DEVICE, LIMIT_SOURCE, LIMIT_ACCOUNT };

static const struct limit limits[] = {
	{ 'a', 5, 15 * 60000, "one account from one source" },
	{ 'd', 10, 60000, "one account on a device that it knows" },
	{ 's', 30, 3600000, "one source, all accounts" },
	{ 'x', 50, 30000, "one account, all sources and unknown devices" },
};
/* The second factor: only who knows the password gets here, so a long pause locks out nobody but a thief. */
static const struct limit factor_limit = { 'x', 20, 3600000, "one account's codes, all sources" };

#define LIMITS (sizeof limits / sizeof *limits)
#define FORGET DAY_MSEC       /* without a wrong guess for so long, the count begins anew */

/* An address of IPv6 counts by its network of 64 bits, which one customer has whole. */
slice source_network(struct ctx *c, slice source)
{
	unsigned char six[16];
	char *z = arena_cstr(c->a, source);
	struct buf b;

	if (!z || inet_pton(AF_INET6, z, six) != 1)
		return source;
	buf_init(&b, c->a, 40);
	for (int i = 0; i < 8; i++)
		buf_putf(&b, "%02x", six[i]);
	return buf_slice(&b);
}

static msec pause_of(const struct limit *l, int64_t n)
{
	msec pause = 1000;

	if (n <= l->free)
		return 0;
	for (int64_t i = l->free + 1; i < n && pause < l->most; i++)
		pause *= 2;
	return pause < l->most ? pause : l->most;
}

static rc read_try(struct ctx *c, struct store *st, slice tag, int64_t *ret_n, msec *ret_at)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, STMT_TRY_GET, v_text(tag)));
	*ret_n = found && query_int(&q, 1) > c->now - FORGET ? query_int(&q, 0) : 0;
	*ret_at = found ? query_int(&q, 1) : 0;
	return OK;
}

/* The device cookie counts when this device is known for that account. */
static rc device_is_known(struct ctx *c, struct store *st, slice account, slice device, slice *ret_hash)
{
	AUTO_QUERY q = { 0 };
	bool found;
	slice hash;

	*ret_hash = S_NONE;
	if (device.len == 0 || account.len == 0)
		return OK;
	TRY(token_hash(c, device, &hash));
	TRY(STORE_ONE(c, st, &q, &found, STMT_DEVICE_GET, v_text(hash)));
	if (found && slice_eq(query_text(&q, 0), account) && query_int(&q, 1) > c->now)
		*ret_hash = hash;
	return OK;
}

/* The account of a login tag, if there is one. */
static rc account_of(struct ctx *c, struct store *st, slice who, slice *ret)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, STMT_ACCOUNT_BY_LOGIN, v_text(who)));
	*ret = S_NONE;
	return found ? slice_keep(c, query_text(&q, 0), ret) : OK;
}

struct counted { slice tag[LIMITS]; slice account; bool factor; };

static const struct limit *limit_of(const struct counted *t, size_t i)
{
	return i == LIMIT_ACCOUNT && t->factor ? &factor_limit : &limits[i];
}

/* `who` is a keyed tag already: of the login name, or the account's id behind a session. */
static rc tags_of(struct ctx *c, struct node *n, const struct login_key *k, slice who, const struct from_where *f,
                  struct counted *ret)
{
	slice source = source_network(c, f->source), device;

	if (slice_starts(who, S("op-")))
		ret->account = who, ret->factor = true;
	else
		TRY(account_of(c, node_store(n), who, &ret->account));
	TRY(device_is_known(c, node_store(n), ret->account, f->device, &device));
	TRY(login_tag(c, k, 's', source, S_NONE, &ret->tag[LIMIT_SOURCE]));
	if (device.len)
		return login_tag(c, k, 'd', who, device, &ret->tag[LIMIT_DEVICE]);
	TRY(login_tag(c, k, 'a', who, source, &ret->tag[LIMIT_ACCOUNT_SOURCE]));
	return login_tag(c, k, 'x', who, S_NONE, &ret->tag[LIMIT_ACCOUNT]);
}

static rc tell(struct ctx *c, struct node *n, slice account, int64_t wrong)
{
	struct act act = { .act = S("signin.refused"), .actor = SYSTEM, .case_id = account };
	char text[40];
	int64_t seq;
	int len = snprintf(text, sizeof text, "{\"n\":%lld}", (long long)wrong);

	act.members = (slice){ text, (size_t)len };
	return node_append(c, n, &act, &seq);
}

static rc write_tries(struct ctx *c, struct store *st, const struct counted *t, const int64_t *n)
{
	TRY(store_begin(c, st));
	for (size_t i = 0; i < LIMITS; i++) {
		rc r = t->tag[i].len ? STORE_RUN(c, st, STMT_TRY_PUT, v_text(t->tag[i]), v_int(n[i] + 1), v_int(c->now)) : OK;

		if (r != OK) {
			store_rollback(st);
			return r;
		}
	}
	return store_commit(c, st);
}

/* Once when it becomes too much, then at each doubling. */
static bool is_worth_telling(int64_t n, int64_t most)
{
	int64_t times = n / most;

	return n % most == 0 && times > 0 && (times & (times - 1)) == 0;
}

rc lockout_enter(struct ctx *c, struct node *n, const struct login_key *k, slice who, const struct from_where *f)
{
	struct counted t = { 0 };
	int64_t count[LIMITS] = { 0 };
	msec wait = 0;

	TRY(tags_of(c, n, k, who, f, &t));
	for (size_t i = 0; i < LIMITS; i++) {
		msec at, pause;

		if (t.tag[i].len == 0)
			continue;
		TRY(read_try(c, node_store(n), t.tag[i], &count[i], &at));
		pause = at + pause_of(limit_of(&t, i), count[i]) - c->now;
		if (pause > wait)
			wait = pause;
	}
	if (wait > 0) {
		(void)FAIL(c, E_BUSY, "signin.wait");
		fault_at(c, (uint64_t)(wait + 999) / 1000);
		return E_BUSY;
	}
	/* counted before it is known to be wrong: guesses made at the same time count too */
	TRY(write_tries(c, node_store(n), &t, count));
	for (size_t i = 0; i < LIMITS; i++)
		if (t.tag[i].len && is_worth_telling(count[i], limit_of(&t, i)->free))
			return tell(c, n, t.account, count[i]);
	return OK;
}

/* What many share keeps its other guesses: an account of one's own must not buy new ones. */
static rc forgive(struct ctx *c, struct store *st, const struct counted *t, size_t i)
{
	int64_t count;
	msec at;

	if (t->tag[i].len == 0)
		return OK;
	if (i != LIMIT_SOURCE && i != LIMIT_ACCOUNT)
		return STORE_RUN(c, st, STMT_TRY_DROP, v_text(t->tag[i]));
	TRY(read_try(c, st, t->tag[i], &count, &at));
	return STORE_RUN(c, st, STMT_TRY_PUT, v_text(t->tag[i]), v_int(count > 0 ? count - 1 : 0), v_int(at));
}

rc lockout_right(struct ctx *c, struct node *n, const struct login_key *k, slice who, const struct from_where *f)
{
	struct store *st = node_store(n);
	struct counted t = { 0 };
	rc r;

	TRY(tags_of(c, n, k, who, f, &t));
	TRY(store_begin(c, st));
	r = STORE_RUN(c, st, STMT_TRY_DROP_OLD, v_int(c->now - FORGET));
	for (size_t i = 0; r == OK && i < LIMITS; i++)
		r = forgive(c, st, &t, i);
	if (r == OK)
		return store_commit(c, st);
	store_rollback(st);
	return r;
}
