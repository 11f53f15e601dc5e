#include "door/cli/screen_nats.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <zstd.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/parse.h"
#include "door/cli/nats.h"
#include "door/cli/screen_journal.h"
#include "door/cli/screen_read.h"
#include "door/cli/screen_tables.h"

#include "base/banned.h"

#define STREAM "RENKEI"
#define JOBS "RENKEI_JOBS"
#define PART_MEMORY ((size_t)64 << 30)
#define MESSAGE_MEMORY ((size_t)128 << 20)
#define RESULT_MOST ((size_t)64 << 20)
#define SOURCES_MOST 4096u
#define PULL_SECONDS 2u

/* ---- subjects ---- */

static rc subject(struct ctx *c, const char *kind, slice run, slice org, slice *ret)
{
	struct buf b;

	buf_init(&b, c->a, 512);
	buf_putf(&b, "renkei.%s.%.*s.%.*s", kind, S_ARG(run), S_ARG(org.len ? org : S("none")));
	return buf_done(c, &b, ret);
}

static bool plain_name(slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z') || (s.p[i] >= '0' && s.p[i] <= '9') ||
		    s.p[i] == '-' || s.p[i] == '_'))
			return false;
	return s.len > 0 && s.len <= 64;
}

/* Streams and the consumer of jobs; they stay when they are there already. */
static rc streams_make(struct ctx *c, struct nats *n, uint32_t patience)
{
	static const char stream[] = "{\"name\":\"" STREAM "\",\"subjects\":[\"renkei.ev.>\",\"renkei.list.>\"],\"retention\":\"limits\","
		"\"storage\":\"file\",\"allow_direct\":true,\"duplicate_window\":3600000000000}";
	static const char jobs[] = "{\"name\":\"" JOBS "\",\"subjects\":[\"renkei.job.>\"],\"retention\":\"workqueue\","
		"\"storage\":\"file\",\"duplicate_window\":3600000000000}";
	AUTO_ARENA a = arena_new(MESSAGE_MEMORY);
	char consumer[400];
	slice answer;

	if (!a)
		return FAIL(c, E_NOMEM, "memory.limit");
	TRY(nats_api(c, n, "STREAM.CREATE." STREAM, slice_of(stream), a, &answer));
	TRY(nats_api(c, n, "STREAM.CREATE." JOBS, slice_of(jobs), a, &answer));
	(void)snprintf(consumer, sizeof consumer, "{\"stream_name\":\"" JOBS "\",\"config\":{\"durable_name\":\"workers\","
		"\"ack_policy\":\"explicit\",\"ack_wait\":%llu,\"deliver_policy\":\"all\"}}", (unsigned long long)patience * 1000000000u);
	/* another one made it with another patience: that one holds */
	if (nats_api(c, n, "CONSUMER.DURABLE.CREATE." JOBS ".workers", slice_of(consumer), a, &answer) != OK)
		fault_clear(c);
	return nats_api(c, n, "CONSUMER.INFO." JOBS ".workers", S_NONE, a, &answer);
}

/* ---- sending ---- */

struct sending { struct nats *n; const struct screen_stream *st; slice subject, org, name; struct arena *work; uint64_t segments; };

static rc send_segment(struct ctx *c, void *arg, struct screen *s, const struct screen_events *ev, uint64_t from, uint64_t to)
{
	struct sending *k = arg;
	struct ctx own = { .a = k->work, .now = c->now };
	char id[200];
	struct buf b;
	rc res;

	arena_reset(k->work);
	buf_init(&b, k->work, MESSAGE_MEMORY / 2);
	journal_head_put(&b, k->name, 0);
	res = screen_segment_put(&own, s, ev, from, to, &b);
	if (res != OK) {
		c->fault = own.fault;
		return res;
	}
	(void)snprintf(id, sizeof id, "%.*s.%.*s.%016llx.%llu", S_ARG(k->st->run), S_ARG(k->org),
		(unsigned long long)slice_hash(k->name), (unsigned long long)from);
	k->segments++;
	return nats_store(c, k->n, k->subject, slice_of(id), buf_slice(&b));
}

static rc send_job(struct ctx *c, struct nats *n, const struct screen_stream *st, slice org, uint64_t segments)
{
	struct json_out o;
	struct buf b, id;
	slice where;

	buf_init(&b, c->a, 1024);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_text(&o, "run", st->run);
	jo_kv_text(&o, "org", org);
	jo_kv_int(&o, "segments", (int64_t)segments);
	jo_end_object(&o);
	TRY(subject(c, "job", st->run, org, &where));
	buf_init(&id, c->a, 256);
	buf_putf(&id, "%.*s.%.*s.job", S_ARG(st->run), S_ARG(org));
	return nats_store(c, n, where, buf_slice(&id), buf_slice(&b));
}

/* Logs [from, to) of one organisation. No table is needed to tokenise them. */
static rc send_org(struct ctx *c, struct nats *n, const struct screen_task *task, const struct screen_stream *st,
	uint32_t from, uint32_t to)
{
	AUTO_ARENA a = arena_new(PART_MEMORY);
	AUTO_ARENA work = arena_new(MESSAGE_MEMORY);
	struct ctx own = { .a = a, .now = c->now, .app = c->app };
	struct sending k = { .n = n, .st = st, .org = task->logs[from].org, .work = work };
	struct screen_sink sink = { send_segment, &k };
	struct screen_desk *d;
	struct screen *s;
	rc res;

	if (!a || !work)
		return FAIL(c, E_NOMEM, "memory.limit");
	TRY(subject(c, "ev", st->run, k.org, &k.subject));
	TRY(screen_for_task(&own, task, &s));
	if (k.org.len)
		screen_only(s, k.org);
	TRY(screen_tables_end(&own, s));
	TRY(screen_desk_new(&own, 1, &d));
	for (uint32_t i = from; i < to; i++) {
		k.name = task->logs[i].name;
		res = screen_parse_log(&own, s, d, task->logs[i].path, k.name, k.org, &sink);
		if (res != OK) {
			c->fault = own.fault;
			return res;
		}
	}
	return send_job(c, n, st, k.org, k.segments);
}

/* ---- results ---- */

static void numbers_put(struct json_out *o, const char *key, const uint64_t *v, unsigned n)
{
	jo_key(o, slice_of(key));
	jo_array(o);
	for (unsigned i = 0; i < n; i++)
		jo_int(o, (int64_t)v[i]);
	jo_end_array(o);
}

static void result_put(struct buf *out, const struct screen_item *v, uint32_t n, const struct screen_sum *sum, slice sources)
{
	struct json_out o = json_out_on(out);
	uint64_t have[SCREEN_TABLES];
	char number[24];

	for (unsigned i = 0; i < SCREEN_TABLES; i++)
		have[i] = sum->have[i];
	jo_object(&o);
	jo_kv_int(&o, "orgs", (int64_t)sum->orgs);
	numbers_put(&o, "told", &sum->told.lines, sizeof sum->told / sizeof(uint64_t));
	numbers_put(&o, "expl", sum->expl, SCREEN_EXPLS);
	numbers_put(&o, "rows", sum->rows, SCREEN_TABLES);
	numbers_put(&o, "bad_rows", sum->bad_rows, SCREEN_TABLES);
	numbers_put(&o, "have", have, SCREEN_TABLES);
	jo_kv_text(&o, "sources", sources);
	jo_key(&o, S("items"));
	jo_array(&o);
	for (uint32_t i = 0; i < n; i++) {
		jo_object(&o);
		jo_kv_int(&o, "score", v[i].score);
		/* as text: numbers in JSON end at 2^53 */
		(void)snprintf(number, sizeof number, "%llu", (unsigned long long)v[i].first);
		jo_kv_text(&o, "first", slice_of(number));
		jo_kv_text(&o, "org", v[i].org);
		jo_kv_text(&o, "kind", v[i].kind);
		jo_kv_text(&o, "json", v[i].json);
		jo_end_object(&o);
	}
	jo_end_array(&o);
	jo_end_object(&o);
}

static rc packed(struct ctx *c, slice in, slice *ret)
{
	size_t room = ZSTD_compressBound(in.len), n;
	char *p = arena_bytes(c->a, room);

	if (!p)
		return FAIL(c, E_LIMIT, "memory.limit");
	n = ZSTD_compress(p, room, in.p, in.len, 3);
	if (ZSTD_isError(n))
		return FAIL(c, E_BUG, "bug");
	*ret = (slice){ p, n };
	return OK;
}

static rc unpacked(struct ctx *c, slice in, slice *ret)
{
	unsigned long long len = ZSTD_getFrameContentSize(in.p, in.len);
	size_t n;
	char *p;

	if (len == ZSTD_CONTENTSIZE_ERROR || len == ZSTD_CONTENTSIZE_UNKNOWN || len > RESULT_MOST)
		return FAIL(c, E_INVALID, "screen.segment");
	p = arena_bytes(c->a, len ? len : 1);
	if (!p)
		return FAIL(c, E_LIMIT, "memory.limit");
	n = ZSTD_decompress(p, len, in.p, in.len);
	if (ZSTD_isError(n))
		return FAIL(c, E_INVALID, "screen.segment");
	*ret = (slice){ p, n };
	return OK;
}

static void numbers_add(const struct json *v, const char *key, uint64_t *sum, unsigned n)
{
	unsigned i = 0;

	for JSON_EACH(k, json_get(v, slice_of(key)))
		if (i < n && k->type == JSON_INT && k->num >= 0)
			sum[i++] += (uint64_t)k->num;
}

static rc result_take(struct ctx *c, slice bytes, struct screen_item *items, uint32_t *n, uint32_t most,
	struct screen_outcome *o)
{
	uint64_t have[SCREEN_TABLES] = { 0 };
	const struct json *v;
	slice text;

	TRY(unpacked(c, bytes, &text));
	TRY(json_parse(c, text, &v));
	numbers_add(v, "told", &o->sum.told.lines, sizeof o->sum.told / sizeof(uint64_t));
	numbers_add(v, "expl", o->sum.expl, SCREEN_EXPLS);
	numbers_add(v, "rows", o->sum.rows, SCREEN_TABLES);
	numbers_add(v, "bad_rows", o->sum.bad_rows, SCREEN_TABLES);
	numbers_add(v, "have", have, SCREEN_TABLES);
	for (unsigned i = 0; i < SCREEN_TABLES; i++)
		o->sum.have[i] = o->sum.have[i] || have[i];
	if (json_get(v, S("orgs")))
		o->sum.orgs += (uint64_t)json_get(v, S("orgs"))->num;
	if (o->sources.len)
		buf_putc(&o->sources, ',');
	buf_put(&o->sources, json_text(json_get(v, S("sources"))));
	for JSON_EACH(k, json_get(v, S("items"))) {
		struct screen_item *i = &items[*n];

		if (*n == most)
			return FAIL(c, E_LIMIT, "text.limit");
		*i = (struct screen_item){ .org = json_text(json_get(k, S("org"))), .kind = json_text(json_get(k, S("kind"))),
			.json = json_text(json_get(k, S("json"))), .score = (int32_t)json_get(k, S("score"))->num };
		TRY(parse_u64(c, json_text(json_get(k, S("first"))), 0, UINT64_MAX, &i->first));
		(*n)++;
	}
	return OK;
}

/* Waits for the results of all organisations. */
static rc gather(struct ctx *c, struct nats *n, const struct screen_stream *st, const slice *orgs, uint32_t norgs,
	uint32_t most, struct screen_outcome *ret)
{
	uint32_t room = norgs * most, got = 0, waited = 0;
	struct screen_item *items;

	TRY_ARRAY(c, items, room ? room : 1);
	buf_init(&ret->sources, c->a, (size_t)256 << 20);
	for (uint32_t i = 0; i < norgs;) {
		struct nats_message m;
		uint64_t number;
		slice where;
		bool found;

		TRY(subject(c, "list", st->run, orgs[i], &where));
		TRY(nats_next(c, n, STREAM, where, 1, c->a, &m, &number, &found));
		if (found) {
			TRY(result_take(c, m.payload, items, &got, room, ret));
			i++;
			waited = 0;
			continue;
		}
		if (waited++ > st->idle * 5)
			return FAIL(c, E_BUSY, "screen.no_worker");
		(void)poll(NULL, 0, 200);
	}
	qsort(items, got, sizeof *items, screen_item_order);
	ret->items = items;
	ret->n = screen_items_cut(items, got, most);
	return OK;
}

rc screen_send(struct ctx *c, const struct screen_task *task, const struct screen_stream *st, struct screen_outcome *ret)
{
	struct nats *n;
	slice *orgs;
	uint32_t norgs = 0;

	if (!plain_name(st->run))
		return FAIL(c, E_INVALID, "screen.run");
	TRY(nats_open(c, st->url, &n));
	TRY(streams_make(c, n, st->patience));
	TRY_ARRAY(c, orgs, task->nlogs);
	for (uint32_t i = 0, to; i < task->nlogs; i = to) {
		for (to = i + 1; to < task->nlogs && slice_eq(task->logs[to].org, task->logs[i].org); to++)
			;
		TRY(send_org(c, n, task, st, i, to));
		orgs[norgs++] = task->logs[i].org;
	}
	return gather(c, n, st, orgs, norgs, task->most, ret);
}

/* ---- working ---- */

struct job { slice run, org, ack; uint64_t segments; };

struct heard { slice name; uint64_t at; struct source *src; };

static rc source_of(struct ctx *c, struct screen *s, struct heard *v, uint32_t *n, slice name, slice org, struct heard **ret)
{
	for (uint32_t i = 0; i < *n; i++)
		if (slice_eq(v[i].name, name)) {
			*ret = &v[i];
			return OK;
		}
	if (*n == SOURCES_MOST)
		return FAIL(c, E_LIMIT, "file.limit");
	*ret = &v[(*n)++];
	TRY(slice_keep(c, name, &(*ret)->name));
	return screen_source_new(c, s, (*ret)->name, org, &(*ret)->src);
}

/* All segments of the organisation, each once and in their order. */
static rc hear(struct ctx *c, struct nats *n, const struct job *job, struct screen *s)
{
	AUTO_ARENA message = arena_new(MESSAGE_MEMORY);
	AUTO_ARENA work = arena_new(MESSAGE_MEMORY);
	uint64_t from = 1, got = 0;
	struct heard *v;
	uint32_t sources = 0;
	slice where;

	if (!message || !work)
		return FAIL(c, E_NOMEM, "memory.limit");
	TRY_ARRAY(c, v, SOURCES_MOST);
	TRY(subject(c, "ev", job->run, job->org, &where));
	while (got < job->segments) {
		struct journal_entry e;
		struct nats_message m;
		struct heard *h;
		bool found;

		arena_reset(message);
		TRY(nats_next(c, n, STREAM, where, from, message, &m, &from, &found));
		if (!found || !journal_entry_at(m.payload, &e))
			return FAIL(c, E_INVALID, "screen.segment");
		from++;
		TRY(source_of(c, s, v, &sources, e.name, job->org, &h));
		/* the sender was restarted after the server had forgotten the message's name */
		if (e.segment.to <= h->at && e.segment.to > 0)
			continue;
		arena_reset(work);
		TRY(screen_segment_apply(c, s, h->src, work, e.segment.bytes));
		h->at = e.segment.to;
		got++;
		if (got % 64 == 0)
			TRY(nats_send(c, n, job->ack, S("+WPI")));
	}
	return OK;
}

static rc do_job(struct ctx *c, struct nats *n, const struct screen_task *task, const struct job *job)
{
	struct screen_sum sum = { 0 };
	struct screen_item *items;
	struct buf sources, b;
	struct screen *s;
	slice where, bytes;
	char id[200];
	uint32_t count;

	TRY(screen_for_task(c, task, &s));
	if (job->org.len)
		screen_only(s, job->org);
	if (task->dir) {
		struct table_files *t;

		TRY(table_files_open(c, task->dir, &job->org, 1, &t));
		TRY(table_files_read(c, t, UINT32_MAX, s));
	} else {
		TRY(screen_tables_end(c, s));
	}
	TRY(hear(c, n, job, s));
	TRY(screen_items(c, s, task->most, &items, &count));
	screen_add(s, &sum);
	buf_init(&sources, c->a, RESULT_MOST);
	screen_sources(s, &sources);
	buf_init(&b, c->a, RESULT_MOST);
	result_put(&b, items, count, &sum, buf_slice(&sources));
	if (b.full)
		return FAIL(c, E_LIMIT, "text.limit");
	TRY(packed(c, buf_slice(&b), &bytes));
	TRY(subject(c, "list", job->run, job->org, &where));
	(void)snprintf(id, sizeof id, "%.*s.%.*s.list", S_ARG(job->run), S_ARG(job->org));
	TRY(nats_store(c, n, where, slice_of(id), bytes));
	return nats_send(c, n, job->ack, S("+ACK"));
}

static rc job_read(struct ctx *c, const struct nats_message *m, struct job *j)
{
	const struct json *v, *segments;

	TRY(json_parse(c, m->payload, &v));
	segments = json_get(v, S("segments"));
	*j = (struct job){ json_text(json_get(v, S("run"))), json_text(json_get(v, S("org"))), m->reply, 0 };
	if (!plain_name(j->run) || (j->org.len && !plain_name(j->org)) || !segments || segments->type != JSON_INT || segments->num < 0)
		return FAIL(c, E_INVALID, "screen.segment");
	j->segments = (uint64_t)segments->num;
	return OK;
}

rc screen_serve(struct ctx *c, const struct screen_task *task, const struct screen_stream *st)
{
	AUTO_ARENA a = arena_new(PART_MEMORY);
	struct ctx own = { .a = a, .now = c->now, .app = c->app };
	uint32_t quiet = 0;
	struct nats *n;

	if (!a)
		return FAIL(c, E_NOMEM, "memory.limit");
	TRY(nats_open(c, st->url, &n));
	TRY(streams_make(c, n, st->patience));
	for (;;) {
		struct nats_message m;
		struct job job;
		rc res;

		arena_reset(a);
		res = nats_request(&own, n, S("$JS.API.CONSUMER.MSG.NEXT." JOBS ".workers"), S_NONE,
			S("{\"batch\":1,\"expires\":2000000000}"), PULL_SECONDS + 10, a, &m);
		if (res == OK && nats_status(m.header) >= 400) {
			quiet += PULL_SECONDS;
			if (st->idle && quiet >= st->idle)
				return OK;
			continue;
		}
		quiet = 0;
		if (res == OK)
			res = job_read(&own, &m, &job);
		if (res == OK)
			res = do_job(&own, n, task, &job);
		if (res != OK) {
			c->fault = own.fault;
			return res;
		}
	}
}
