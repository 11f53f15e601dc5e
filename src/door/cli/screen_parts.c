#include "door/cli/screen_parts.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "door/cli/screen_read.h"
#include "door/cli/screen_tables.h"

#include "base/banned.h"

#define PART_MEMORY ((size_t)64 << 30)
#define PROOF_MOST ((size_t)256 << 20)

/* Logs [from, to) of one organisation. */
struct part { uint32_t from, to, org; uint64_t bytes; };

struct parts {
	pthread_mutex_t lock;
	const struct screen_task *task;
	msec now;
	const struct table_files *tables;
	struct part *v;
	uint32_t n, next;
	uint32_t workers_each;
	const slice *orgs;
	/* guarded */
	struct ctx kept, spare;         /* items so far live in `kept`; now and then the best move over to `spare` */
	struct screen_item *items;
	uint32_t nitems, room;
	struct screen_sum sum;
	struct buf sources;
	bool mixed;
	rc res;
	struct fault fault;
};

static rc item_keep(struct ctx *c, const struct screen_item *in, struct screen_item *out)
{
	*out = *in;
	TRY(slice_keep(c, in->org, &out->org));
	TRY(slice_keep(c, in->kind, &out->kind));
	return slice_keep(c, in->json, &out->json);
}

/* Only the best stay, in fresh memory. */
static rc keep_best(struct parts *p)
{
	struct ctx old = p->kept;
	struct ctx *c = &p->spare;
	uint32_t n;
	struct screen_item *v;

	qsort(p->items, p->nitems, sizeof *p->items, screen_item_order);
	n = screen_items_cut(p->items, p->nitems, p->task->most);
	TRY_ARRAY(c, v, p->room);
	for (uint32_t i = 0; i < n; i++)
		TRY(item_keep(c, &p->items[i], &v[i]));
	p->items = v;
	p->nitems = n;
	p->kept = p->spare;
	p->spare = old;
	arena_reset(p->spare.a);
	return OK;
}

static rc take_items(struct parts *p, const struct screen_item *v, uint32_t n)
{
	if (p->nitems + n > p->room)
		TRY(keep_best(p));
	for (uint32_t i = 0; i < n; i++)
		TRY(item_keep(&p->kept, &v[i], &p->items[p->nitems++]));
	return OK;
}

static rc part_logs(struct ctx *c, struct parts *p, const struct part *part, struct screen *s, struct screen_desk *d)
{
	for (uint32_t i = part->from; i < part->to; i++) {
		const struct log_file *f = &p->task->logs[i];

		TRY(screen_read_log(c, s, d, f->path, f->name, f->org, p->workers_each));
	}
	return OK;
}

rc screen_for_task(struct ctx *c, const struct screen_task *task, struct screen **ret)
{
	TRY(screen_new(c, task->words, task->rules, task->key, ret));
	if (task->own)
		TRY(screen_rules_add(c, *ret, task->own));
	screen_maps(*ret, task->maps.v, task->maps.n, task->maps.only);
	for (uint32_t i = 0; i < task->nweights; i++)
		if (!screen_weight(*ret, task->weights[i].kind, task->weights[i].weight))
			return FAIL(c, E_INVALID, "screen.weights");
	return OK;
}

static rc part_run(struct ctx *c, struct parts *p, const struct part *part, struct screen_desk *d)
{
	struct screen_item *items;
	struct screen *s;
	uint32_t n;
	rc res;

	TRY(screen_for_task(c, p->task, &s));
	if (part->org != UINT32_MAX)
		screen_only(s, p->orgs[part->org]);
	if (p->tables)
		TRY(table_files_read(c, p->tables, part->org, s));
	else
		TRY(screen_tables_end(c, s));
	TRY(part_logs(c, p, part, s, d));
	TRY(screen_items(c, s, p->task->most, &items, &n));
	(void)pthread_mutex_lock(&p->lock);
	res = take_items(p, items, n);
	screen_add(s, &p->sum);
	if (p->task->proof)
		screen_sources(s, &p->sources);
	p->mixed = p->mixed || screen_mixed(s);
	(void)pthread_mutex_unlock(&p->lock);
	return res == OK ? OK : FAIL(c, res, "memory.limit");
}

/* Takes the next organisation until there is none, or one failed. */
static void parts_loop(struct parts *p)
{
	AUTO_ARENA desk = arena_new(PART_MEMORY);
	AUTO_ARENA a = arena_new(PART_MEMORY);
	struct ctx dc = { .a = desk, .now = p->now }, c = { .a = a, .now = p->now };
	struct screen_desk *d = NULL;
	rc res = desk && a ? screen_desk_new(&dc, p->workers_each, &d) : E_NOMEM;

	(void)pthread_mutex_lock(&p->lock);
	while (p->res == OK && !p->mixed && p->next < p->n) {
		const struct part *part = &p->v[p->next++];

		(void)pthread_mutex_unlock(&p->lock);
		if (res == OK)
			res = part_run(&c, p, part, d);
		(void)pthread_mutex_lock(&p->lock);
		if (res != OK && p->res == OK) {
			p->res = res;
			p->fault = c.fault.key ? c.fault : dc.fault;
		}
		arena_reset(a);
	}
	(void)pthread_mutex_unlock(&p->lock);
}

static void *parts_thread(void *arg)
{
	parts_loop(arg);
	return NULL;
}

static void parts_all(struct parts *p)
{
	pthread_t threads[SCREEN_WORKERS_MOST];
	uint32_t n = 0, want = p->task->workers < p->n ? p->task->workers : p->n;

	p->workers_each = want ? p->task->workers / want : 1;
	while (n + 1 < want && pthread_create(&threads[n], NULL, parts_thread, p) == 0)
		n++;
	parts_loop(p);
	for (uint32_t i = 0; i < n; i++)
		(void)pthread_join(threads[i], NULL);
}

static int largest_first(const void *x, const void *y)
{
	const struct part *a = x, *b = y;

	if (a->bytes != b->bytes)
		return a->bytes > b->bytes ? -1 : 1;
	return a->from < b->from ? -1 : a->from > b->from;
}

/* A large organisation that begins last would keep one worker busy when all others have done. */
static void parts_order(struct parts *p)
{
	for (uint32_t i = 0; i < p->n; i++)
		for (uint32_t k = p->v[i].from; k < p->v[i].to; k++) {
			struct stat st;

			if (stat(p->task->logs[k].path, &st) == 0)
				p->v[i].bytes += (uint64_t)st.st_size;
		}
	qsort(p->v, p->n, sizeof *p->v, largest_first);
}

/* One part for each organisation that the names of the logs tell, or one for all. */
static rc parts_cut(struct ctx *c, struct parts *p, bool apart)
{
	const struct screen_task *t = p->task;
	slice *orgs;

	TRY_ARRAY(c, p->v, t->nlogs ? t->nlogs : 1);
	TRY_ARRAY(c, orgs, t->nlogs ? t->nlogs : 1);
	for (uint32_t i = 0; i < t->nlogs; i++)
		apart = apart && t->logs[i].org.len > 0;
	p->n = 0;
	if (!apart) {
		p->v[p->n++] = (struct part){ .to = t->nlogs, .org = UINT32_MAX };
	} else {
		for (uint32_t i = 0; i < t->nlogs; i++) {
			if (p->n && slice_eq(orgs[p->n - 1], t->logs[i].org)) {
				p->v[p->n - 1].to = i + 1;
				continue;
			}
			orgs[p->n] = t->logs[i].org;
			p->v[p->n] = (struct part){ .from = i, .to = i + 1, .org = p->n };
			p->n++;
		}
	}
	p->orgs = orgs;
	if (t->workers > 1)
		parts_order(p);
	if (t->dir) {
		struct table_files *f;

		TRY(table_files_open(c, t->dir, orgs, apart ? p->n : 0, &f));
		p->tables = f;
	}
	return OK;
}

static rc parts_begin(struct ctx *c, struct parts *p)
{
	struct ctx *k = &p->kept;

	p->room = p->task->most < UINT32_MAX / 4 ? p->task->most * 3 : p->task->most;
	p->nitems = p->next = 0;
	p->sum = (struct screen_sum){ 0 };
	p->mixed = false;
	buf_init(&p->sources, c->a, PROOF_MOST);
	p->items = arena_alloc(k->a, p->room, sizeof *p->items);
	return p->items ? OK : FAIL(c, E_NOMEM, "memory.limit");
}

static rc parts_run(struct ctx *c, struct parts *p, bool apart)
{
	TRY(parts_cut(c, p, apart));
	TRY(parts_begin(c, p));
	parts_all(p);
	if (p->res != OK) {
		c->fault = p->fault;
		return p->res;
	}
	return OK;
}

static int by_first(const void *x, const void *y)
{
	const struct log_file *a = x, *b = y;

	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return slice_cmp(a->name, b->name);
}

static rc run_with(struct ctx *c, struct parts *p, struct screen_outcome *ret)
{
	const struct screen_task *first = p->task;
	struct screen_task again = *first;
	rc res = parts_run(c, p, true);

	/* the name of a file told of one organisation, its lines of several: all together, in the order of their records */
	if (res == OK && p->mixed) {
		TRY_ARRAY(c, again.logs, again.nlogs);
		memcpy(again.logs, p->task->logs, again.nlogs * sizeof *again.logs);
		qsort(again.logs, again.nlogs, sizeof *again.logs, by_first);
		p->task = &again;
		res = parts_run(c, p, false);
		p->task = first;
	}
	if (res != OK)
		return res;
	qsort(p->items, p->nitems, sizeof *p->items, screen_item_order);
	ret->n = screen_items_cut(p->items, p->nitems, p->task->most);
	TRY_ARRAY(c, ret->items, ret->n ? ret->n : 1);
	for (uint32_t i = 0; i < ret->n; i++)
		TRY(item_keep(c, &p->items[i], &ret->items[i]));
	ret->sum = p->sum;
	ret->sources = p->sources;
	return OK;
}

rc screen_run(struct ctx *c, const struct screen_task *task, struct screen_outcome *ret)
{
	AUTO_ARENA a = arena_new(PART_MEMORY);
	AUTO_ARENA b = arena_new(PART_MEMORY);
	struct parts p = { .task = task, .now = c->now, .kept = { .a = a }, .spare = { .a = b } };
	rc res;

	if (!a || !b)
		return FAIL(c, E_NOMEM, "memory.limit");
	(void)pthread_mutex_init(&p.lock, NULL);
	res = run_with(c, &p, ret);
	(void)pthread_mutex_destroy(&p.lock);
	return res;
}
