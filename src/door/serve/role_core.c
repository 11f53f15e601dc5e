/* The role `core`: the open node, one call after the other. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "core/record/look.h"
#include "core/record/record.h"
#include "core/record/witness.h"
#include "door/cli/cli.h"
#include "door/http/http.h"
#include "door/serve/beside.h"
#include "door/serve/cosigning.h"
#include "door/serve/durable.h"
#include "door/serve/mailing.h"
#include "door/serve/outbox.h"
#include "door/serve/parse.h"
#include "door/serve/posting.h"
#include "door/serve/same.h"
#include "door/serve/station.h"

#include "base/banned.h"

#define ASK_WAIT 20000
#define SIGN_AFTER ((msec)1000)       /* of silence behind the last act */
#define WITNESS_LOOK ((msec)10000)

struct core {
	struct station *s;
	struct node *n;
	struct node_doors doors;
	struct app app;
	struct cage_door parse;
	struct arena *a;              /* of one call */
	struct wire_pipe call, out;
	struct mailing *mailing;
	struct posting *posting;      /* NULL: no keys for an exchange */
	struct cosigning *cosigning;  /* NULL: the same */
	uint64_t jobs;                /* handed to `out` so far: their numbers */
	msec jobs_at;                 /* when to look for more */
	bool turning;                 /* the ladder's turn is under way */
	bool reading;                 /* the pages have something to do in the quiet */
	struct same_calls same;
	struct beside *beside;
	struct durable *durable;
	struct idp idp;
	struct pace pace;             /* of signing in by the identity provider */
	int64_t signed_size;
	msec quiet_since, witness_at, rebuild_told;
};

static rc ask_keep(struct ctx *c, void *to, uint32_t type, slice body, slice *ret)
{
	return station_ask(c, to, CHANNEL_KEEP, type, body, ASK_WAIT, ret);
}

static rc ask_sign(struct ctx *c, void *to, uint32_t type, slice body, slice *ret)
{
	return station_ask(c, to, CHANNEL_SIGN, type, body, ASK_WAIT, ret);
}

static struct ctx work(struct core *k)
{
	return (struct ctx){ .a = k->a, .now = clock_real() + k->s->set->ahead, .ahead = k->s->set->ahead, .app = &k->app, .cage = &k->parse };
}

/* ---- calls ---- */

static rc answer(struct ctx *c, struct core *k, const struct wire_frame *f, slice *ret)
{
	struct buf b;

	if (f->type != MSG_PARCEL)
		return http_perform(c, k->n, f->body, ret);
	buf_init(&b, c->a, channel_most(CHANNEL_CALL));
	TRY(posting_receive(c, k->posting, f->body, &b));
	return buf_done(c, &b, ret);
}

/* A page that nothing was written for is remembered; the first showing of something personal is written, the next one is not. */
static bool queue_reply(struct ctx *c, struct core *k, const struct wire_frame *f, slice reply, const struct store_version *before,
                        uint64_t commits)
{
	struct store_version now = { 0 };
	struct buf b;

	if (reply.len == 0 || reply.len > SAME_MOST || f->type == MSG_PARCEL || !before->known ||
	    store_version(c, node_store(k->n), &now) != OK || now.own != before->own || now.others != before->others ||
	    !http_may_keep(c, f->body, reply))
		return durable_reply(k->durable, &k->call, commits, MSG_REPLY, f->number, reply);
	buf_init(&b, c->a, SAME_MOST + 8);
	(void)buf_room(&b, reply.len + 8);
	wire_put_u64(&b, same_add(&k->same, f->body));
	buf_put(&b, reply);
	return !b.full && durable_reply(k->durable, &k->call, commits, MSG_REPLY_KEEP, f->number, buf_slice(&b));
}

static rc queue_same(struct ctx *c, struct core *k, const struct wire_frame *f, uint64_t word)
{
	char room[8];
	struct buf b = { .p = room, .cap = sizeof room, .max = sizeof room };

	wire_put_u64(&b, word);
	return durable_reply(k->durable, &k->call, store_commits(node_store(k->n)), MSG_SAME, f->number, buf_slice(&b)) ? OK
	                                                                                                     : FAIL(c, E_IO, "wire.lost");
}

/* A call that needs something which takes long is put aside; when there are too many, it is told to come later. */
static bool put_aside(struct core *k, const struct ctx *c, const struct wire_frame *f)
{
	if (!aside_is_later(c) || !beside_park(k->beside, f->number, f->body))
		return false;
	k->jobs_at = 0;   /* its question leaves at once */
	return true;
}

/* `again`: the call was put aside before, under this number; 0 for a new one. */
static rc perform(struct core *k, const struct wire_frame *f, uint64_t again)
{
	struct ctx c = work(k);
	uint64_t commits = store_commits(node_store(k->n));
	int64_t began = clock_us();
	slice reply = S_NONE;
	bool known = false;
	uint64_t word = 0;
	rc r;

	c.aside = beside_door(k->beside, again);
	c.again = again != 0;
	r = same_begin(&c, &k->same, node_store(k->n), &known);
	if (r == OK && known && f->type == MSG_CALL && !again)
		word = same_find(&k->same, f->body);
	k->s->counts[COUNT_CALLS]++;
	if (r == OK && word)
		return queue_same(&c, k, f, word);
	if (r == OK)
		r = answer(&c, k, f, &reply);
	if (store_commits(node_store(k->n)) != commits)
		durable_shown(k->durable);
	if (r == E_BUSY && put_aside(k, &c, f))
		return OK;
	beside_over(k->beside, again);
	if (r == OK)   /* who looked is on the disk before the page leaves; a page that failed has shown nothing */
		r = node_looks_write(&c, k->n);
	if (r != OK) {
		k->s->counts[COUNT_FAULTS]++;
		LOG("call.fault", FAULT(&c));
		reply = S_NONE;
	}
	k->s->counts[COUNT_CALLS_US] += (uint64_t)(clock_us() - began);
	if (!queue_reply(&c, k, f, reply, &k->same.version, commits))
		r = E_IO;
	/* unknown whether the last step is on the disk: end, the next start finds out (core/store/store.h) */
	return r == E_IO || r == E_BUG || r == E_NOMEM ? r : OK;
}

/* The answer that a call waited for is there. */
static rc begin_again(struct ctx *c, struct core *k, uint64_t id)
{
	struct wire_frame f = { .type = MSG_CALL, .fd = -1 };
	rc r;

	f.body = beside_call(k->beside, id, &f.number);
	arena_reset(k->a);
	/* its own copy: the call may be over before its reply is written */
	f.body = arena_copy(k->a, f.body);
	r = f.body.p ? perform(k, &f, id) : E_NOMEM;
	if (k->call.fd >= 0)
		(void)wire_pipe_flush(&k->call);
	return r == OK ? OK : FAIL(c, r, "serve.core");
}

static rc on_beside(struct ctx *c, struct core *k)
{
	for (uint64_t id = beside_ready(k->beside); id; id = beside_ready(k->beside))
		TRY(begin_again(c, k, id));
	return OK;
}

/* A flush is over, and what waited for it leaves. */
static rc on_disk(struct ctx *c, struct core *k)
{
	TRY(durable_come(c, k->durable, &k->call));
	if (k->call.fd >= 0)
		(void)wire_pipe_flush(&k->call);   /* gone: on_call() finds it */
	return OK;
}

static rc on_call(struct ctx *c, struct core *k)
{
	enum channel_state state = STATE_MANY;
	bool there = wire_pipe_fill(&k->call);
	struct wire_frame f;
	int got;

	while ((got = wire_pipe_next(&k->call, message_has_fd, &f)) > 0) {
		rc r;

		if (!message_legal(CHANNEL_CALL, true, &f, &state))
			return FAIL(c, E_BUG, "wire.form");
		arena_reset(k->a);
		r = perform(k, &f, 0);
		if (r != OK) {
			(void)wire_pipe_flush(&k->call);
			return FAIL(c, r, "serve.core");
		}
	}
	if (got < 0)
		return FAIL(c, E_BUG, "wire.form");
	if (!there || !wire_pipe_flush(&k->call))
		wire_pipe_close(&k->call);
	return OK;
}

/* ---- what is sent ---- */

/* What was handed to an `out` that has ended is handed over again. */
static void forget_sent(struct core *k)
{
	mailing_lost(k->mailing);
	beside_lost(k->beside);
	if (k->posting) {
		posting_lost(k->posting);
		cosigning_lost(k->cosigning);
	}
}

static void lose_out(struct core *k)
{
	wire_pipe_close(&k->out);
	forget_sent(k);
}

/* What an identity provider said; an empty object when it said no; nothing when it could not be asked. */
static slice said(struct ctx *c, rc result, slice answer)
{
	unsigned status;
	slice body;

	if (result == OK && outbox_get_answer(c, answer, &status, &body) == OK && status < 500)
		return status == 200 ? body : S("{}");
	fault_clear(c);
	return S_NONE;
}

/* A question put aside as a job. */
static rc question_job(struct ctx *c, slice question, slice *ret)
{
	struct fetch f = { .method = S("GET"), .accept = S("application/json") };
	struct buf b;

	TRY(idp_question_read(c, question, &f.url, &f.body, &f.basic));
	if (f.body.len > 0) {
		f.method = S("POST");
		f.type = S("application/x-www-form-urlencoded");
	}
	buf_init(&b, c->a, 65536);
	outbox_put_fetch(&b, &f);
	return buf_done(c, &b, ret);
}

/* An answer that nobody waits for belongs to a question of before. */
static rc settle(struct ctx *c, struct core *k, uint64_t number, rc result, slice answer)
{
	uint64_t id = beside_settle(k->beside, number, said(c, result, answer));
	bool mine;
	rc r;

	if (id)
		return begin_again(c, k, id);
	r = mailing_done(c, k->mailing, number, result, &mine);

	if (r == OK && !mine && k->posting)
		r = posting_done(c, k->posting, number, result, answer, &mine);
	if (r == OK && !mine && k->cosigning)
		r = cosigning_done(c, k->cosigning, number, result, answer, &mine);
	return r;
}

static rc on_out(struct ctx *c, struct core *k)
{
	enum channel_state state = STATE_MANY;
	bool there = wire_pipe_fill(&k->out);
	struct wire_frame f;
	int got;

	while ((got = wire_pipe_next(&k->out, message_has_fd, &f)) > 0) {
		struct ctx one = work(k);
		rc result = OK;

		if (!message_legal(CHANNEL_OUT, false, &f, &state))
			return FAIL(c, E_BUG, "wire.form");
		arena_reset(k->a);
		if (f.type == MSG_FAULT) {
			result = wire_get_fault(&one, f.body);
			fault_clear(&one);
		}
		result = settle(&one, k, f.number, result, f.type == MSG_ANSWER ? f.body : S_NONE);
		if (result != OK)
			LOG("out.fault", FAULT(&one));
		if (result == E_IO || result == E_BUG || result == E_NOMEM)
			return FAIL(c, result, "serve.core");
		k->jobs_at = 0;   /* there is room for the next one */
	}
	if (got < 0)
		return FAIL(c, E_BUG, "wire.form");
	if (!there)
		lose_out(k);
	return OK;
}

static rc next_job(struct ctx *c, struct core *k, slice *ret)
{
	*ret = S_NONE;
	if (k->posting)
		TRY(posting_next(c, k->posting, k->jobs, ret));
	if (k->cosigning && ret->len == 0)
		TRY(cosigning_next(c, k->cosigning, clock_mono(), k->jobs, ret));
	return ret->len ? OK : mailing_next(c, k->mailing, k->jobs, ret);
}

/* What leaves the node tells of nothing that the disk does not have. */
static bool send_job(struct core *k, struct ctx *c, slice job)
{
	if (durable_all(c, k->durable, &k->call) != OK) {
		LOG("out.fault", FAULT(c));
		return false;
	}
	if (!wire_pipe_send(&k->out, MSG_SEND, k->jobs, job))
		lose_out(k);
	return true;
}

static void send_jobs(struct core *k)
{
	for (int i = 0; i < 16 && k->out.fd >= 0; i++) {
		struct ctx c = work(k);
		uint64_t waits;
		slice job;

		arena_reset(k->a);
		k->jobs++;
		waits = beside_fetch(k->beside, &job);
		if (waits) {
			beside_sent(k->beside, waits, k->jobs);
			if (question_job(&c, job, &job) != OK)
				lose_out(k);
			else if (!send_job(k, &c, job))
				return;
			continue;
		}
		if (next_job(&c, k, &job) != OK) {
			LOG("out.fault", FAULT(&c));
			return;
		}
		if (job.len == 0 || !send_job(k, &c, job))
			return;
	}
}

/* ---- what time asks for ---- */

static void turn(struct core *k, msec mono)
{
	struct ctx c = work(k);

	arena_reset(k->a);
	if (mailing_turn(&c, k->mailing, mono, &k->turning) != OK)
		LOG("notice.fault", FAULT(&c));
	fault_clear(&c);
	arena_reset(k->a);
	if (k->posting && posting_turn(&c, k->posting, mono) != OK)
		LOG("exchange.fault", FAULT(&c));
}

/* ---- in the quiet ---- */

/* What was written last is signed when nothing else comes, so that the signature never stands far behind. */
static void sign_when_quiet(struct core *k)
{
	struct ctx c = work(k);
	msec mono = clock_mono();
	slice note;

	if (node_size(k->n) == k->signed_size || mono - k->quiet_since < SIGN_AFTER)
		return;
	arena_reset(k->a);
	if (node_checkpoint(&c, k->n, &note) == OK)
		k->signed_size = node_size(k->n);
	else
		LOG("sign.fault", FAULT(&c));
	k->quiet_since = mono;
}

static void idle(struct core *k)
{
	struct ctx c = work(k);

	arena_reset(k->a);
	if (http_idle(&c, k->n, &k->reading) == OK)
		return;
	LOG("idle.fault", FAULT(&c));
	k->reading = false;
}

static void take_channels(struct core *k)
{
	if (station_take(k->s, CHANNEL_CALL, &k->call)) {
		same_forget(&k->same);
		beside_forget(k->beside);
		durable_forget(k->durable);
		(void)wire_pipe_send(&k->call, MSG_OPEN, 0, S_NONE);
	}
	if (station_take(k->s, CHANNEL_OUT, &k->out))
		forget_sent(k);
}

/* Another process may ask the witnesses too (renkei exchange run); what they said is seen here, and stops signing if need be. */
static void look_at_witnesses(struct ctx *c, struct core *k)
{
	struct tail t = { .state = TAIL_ALARM };

	c->now = clock_real() + k->s->set->ahead;
	if (node_tail(c, k->n, &t) != OK)
		fault_clear(c);
	k->s->counts[COUNT_WITNESS] = (uint64_t)tail_level(&t);
}

static rc round_of(struct ctx *c, struct core *k, msec *told)
{
	struct pollfd p[5] = {
		{ .fd = k->s->control, .events = POLLIN },
		{ .fd = k->call.fd, .events = (short)(POLLIN | (wire_pipe_waits(&k->call) ? POLLOUT : 0)) },
		{ .fd = k->out.fd, .events = (short)(POLLIN | (wire_pipe_waits(&k->out) ? POLLOUT : 0)) },
		{ .fd = beside_fd(k->beside), .events = POLLIN },
		{ .fd = durable_fd(k->durable), .events = POLLIN },
	};
	int64_t size = node_size(k->n);
	msec mono;

	if (poll(p, 5, k->turning || k->reading ? 0 : 500) < 0 && errno != EINTR)
		return FAIL_SYS(c, "serve.socket");
	if (p[0].revents)
		TRY(station_control(c, k->s));
	if (k->call.fd >= 0 && p[1].revents)
		TRY(on_call(c, k));
	if (k->out.fd >= 0 && p[2].revents & POLLOUT && !wire_pipe_flush(&k->out))
		lose_out(k);
	if (k->out.fd >= 0 && p[2].revents & ~POLLOUT)
		TRY(on_out(c, k));
	if (p[3].revents)
		TRY(on_beside(c, k));
	if (p[4].revents)
		TRY(on_disk(c, k));
	durable_go(k->durable);
	take_channels(k);
	mono = clock_mono();
	if (node_size(k->n) != size)
		k->quiet_since = mono;
	turn(k, mono);
	if (mono >= k->jobs_at) {
		k->jobs_at = mono + 1000;
		send_jobs(k);
	}
	if (!p[1].revents && durable_waiting(k->durable) == 0 && (k->reading || node_size(k->n) != k->signed_size))
		idle(k);
	sign_when_quiet(k);
	if (mono - k->witness_at >= WITNESS_LOOK) {
		k->witness_at = mono;
		look_at_witnesses(c, k);
	}
	durable_shown(k->durable);   /* what time asked for was written too */
	durable_go(k->durable);
	k->s->counts[COUNT_ENTRIES] = (uint64_t)node_size(k->n);
	station_tell(c, k->s, told, mono);
	return OK;
}

#define REBUILD_LOGGED 20   /* parts of the whole */

/* A migration brought new tables: web says meanwhile how far it is. */
static void tell_rebuild(void *to, int64_t done, int64_t all)
{
	struct core *k = to;
	struct ctx c = { 0 };

	if (done == 0 || done * REBUILD_LOGGED / all != (int64_t)k->s->counts[COUNT_REBUILT] * REBUILD_LOGGED / all)
		LOG("store.rebuild", NUM("done", done), NUM("all", all));
	k->s->counts[COUNT_REBUILD] = (uint64_t)all;
	k->s->counts[COUNT_REBUILT] = (uint64_t)done;
	station_tell(&c, k->s, &k->rebuild_told, clock_mono());
}

static rc open_node(struct ctx *c, struct core *k)
{
	struct station *s = k->s;

	k->doors.keep = (struct far_door){ .to = s, .ask = ask_keep };
	k->doors.sign = (struct far_door){ .to = s, .ask = ask_sign };
	k->doors.rebuild = tell_rebuild;
	k->doors.p = k;
	c->app = &k->app;
	TRY(node_open_far(c, s->set->dir, s->kinds, &k->doors, &k->n));
	s->counts[COUNT_REBUILD] = s->counts[COUNT_REBUILT] = 0;
	TRY(node_looks_gather(c, k->n, LOOK_AGAIN));
	store_limit(node_store(k->n), "core");
	return OK;
}

/*
 * The library that writes XLSX works in files. They lie in memory (tmpfs): what is sealed in the record must not come to stand on
 * the disk in clear. The supervisor's number names the folder, so that a successor finds it again and nothing is left behind.
 */
static rc make_scratch(struct ctx *c, struct station *s)
{
	struct stat st;

	(void)snprintf(s->scratch, sizeof s->scratch, "/dev/shm/renkei-%d", (int)getppid());
	if (mkdir(s->scratch, 0700) != 0 && errno != EEXIST)
		s->scratch[0] = '\0';
	/* a folder that somebody else put there is none of ours */
	if (s->scratch[0] && (lstat(s->scratch, &st) != 0 || !S_ISDIR(st.st_mode) || st.st_uid != geteuid() || st.st_mode & 077))
		s->scratch[0] = '\0';
	return s->scratch[0] && setenv("TMPDIR", s->scratch, 1) != 0 ? FAIL(c, E_NOMEM, "memory.limit") : OK;
}

/* The client's secret is read while its file may be: before the user is dropped. */
static rc read_idp(struct ctx *c, struct core *k)
{
	const struct settings *s = k->s->set;
	slice secret = S_NONE;

	if (!s->oidc_issuer[0])
		return OK;
	if (s->oidc_secret_file[0])
		TRY(file_read(c, s->oidc_secret_file, 4096, &secret));
	k->idp.pace = &k->pace;
	k->idp.name = slice_of(s->oidc_name);
	k->idp.provider = (struct oidc_provider){ .issuer = slice_of(s->oidc_issuer), .client_id = slice_of(s->oidc_client),
		.client_secret = slice_trim(secret), .redirect_url = slice_of(s->oidc_back) };
	k->app.idp = &k->idp;
	return OK;
}

rc role_core(struct ctx *c, struct station *s)
{
	struct core k = { .s = s, .call = { .fd = -1 }, .out = { .fd = -1 } };
	AUTO_ARENA a = arena_new((size_t)16 << 20);
	struct ctx own = { .a = a, .now = clock_real() };
	msec told = 0;
	rc r = OK, ended;

	k.a = arena_new(LIMIT_ARENA_COMMAND);
	if (!a || !k.a)
		return FAIL(c, E_NOMEM, "memory.limit");
	k.parse = parse_door(s);
	k.app = (struct app){ .data = s->set->data, .store = s->set->dir, .now = s->set->now[0] ? s->set->now : NULL };
	c->now = clock_real() + s->set->ahead;
	c->ahead = s->set->ahead;
	TRY(read_idp(c, &k));
	TRY(station_user(c, s));
	TRY(make_scratch(c, s));
	TRY(open_node(c, &k));
	/* the packs are read before the walls go up */
	TRY(packs_open(c, s->set->data, &k.app.packs));
	TRY(packs_keys(c, k.app.packs, s->set->dir));
	TRY(mailing_open(c, k.n, k.app.packs, s->set, &k.mailing));
	TRY(posting_open(c, k.n, k.app.packs, s->set, &k.posting));
	if (k.posting)
		TRY(cosigning_open(c, posting_exchange(k.posting), &k.cosigning));
	TRY(beside_open(c, &k.beside));
	TRY(durable_open(c, node_store(k.n), &k.durable));
	TRY(station_enter(c, s));
	TRY(beside_start(c, k.beside));
	TRY(durable_start(c, k.durable));
	k.signed_size = node_size(k.n);
	k.reading = true;
	TRY(station_ready(c, s));
	while (r == OK && !s->stop) {
		arena_reset(a);
		r = round_of(&own, &k, &told);
	}
	/* what stands in the channel was not begun; web answers those with 503 */
	if (r == OK && (r = durable_all(&own, k.durable, &k.call)) == OK && k.call.fd >= 0)
		(void)wire_pipe_flush(&k.call);
	durable_close(k.durable);   /* before the store, whose journal its thread flushes */
	ended = r == OK ? node_close(&own, k.n) : OK;
	(void)rmdir(s->scratch);   /* Landlock may keep it from that; the supervisor does it then */
	beside_close(k.beside);
	mailing_close(k.mailing);
	cosigning_close(k.cosigning);
	posting_close(k.posting);
	packs_close(k.app.packs);
	c->fault = own.fault;
	return r != OK ? r : ended;
}
