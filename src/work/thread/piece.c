#include "work/thread/piece.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/file.h"
#include "work/thread/thread_inside.h"

#include "base/banned.h"

#define GROUP_PIECES 4u
#define GROUP_MEMORY ((size_t)64 << 20)

struct whole { int fd; int64_t size, of; slice doc; };

/* ---- the document ---- */

static rc digest(struct ctx *c, int fd, int64_t size, slice *ret)
{
	crypto_hash_sha256_state h;
	unsigned char sum[32];
	int64_t seen = 0;
	struct buf b;
	char *p = arena_bytes(c->a, PIECE_BYTES);
	size_t n;

	if (!p)
		return FAIL(c, E_LIMIT, "memory.limit");
	(void)crypto_hash_sha256_init(&h);
	do {
		TRY(fd_fill(c, fd, p, PIECE_BYTES, &n));
		(void)crypto_hash_sha256_update(&h, (const unsigned char *)p, n);
		seen += (int64_t)n;
	} while (n == PIECE_BYTES);
	(void)crypto_hash_sha256_final(&h, sum);
	if (seen != size)
		return FAIL(c, E_CONFLICT, "thread.moving");
	buf_init(&b, c->a, 64);
	base64url_put(&b, (slice){ (const char *)sum, 32 });
	return buf_keep(c, &b, ret);
}

static rc open_whole(struct ctx *c, const char *path, struct whole *ret)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat s;

	if (fd < 0 || fstat(fd, &s) != 0 || !S_ISREG(s.st_mode))
		return FAIL_SYS(c, "file.open");
	if (s.st_size <= 0 || s.st_size > (off_t)(PIECE_BYTES * PIECES_MOST))
		return FAIL(c, E_LIMIT, "thread.large");
	TRY(digest(c, fd, s.st_size, &ret->doc));
	ret->size = s.st_size;
	ret->of = (s.st_size + (int64_t)PIECE_BYTES - 1) / (int64_t)PIECE_BYTES;
	ret->fd = TAKE_FD(fd);
	return OK;
}

/* ---- out ---- */

struct bringing {
	const struct exchange *x;
	const struct thread_kind *k;
	const struct actor *who;
	struct thread t;
	struct whole w;
	slice to;
	int64_t appr;
	struct envelope_mark mark;
};

/* One field of the class "document": what the gate says of it for this recipient. */
static rc weigh(struct ctx *c, struct bringing *b)
{
	int32_t cls = gate_class_find(b->x->g, S("document"));
	struct gate_field field = { .path = S("document"), .cls = (uint32_t)cls };
	struct gate_item item = { .fields = &field, .nfields = 1, .tlp = b->k->tlp, .onward = b->k->onward, .exercise = node_is_exercise(b->x->n) };
	struct gate_recipient to;
	struct gate_outcome o;
	struct partner p;

	if (cls < 0)
		return FAIL(c, E_INVALID, "thread.document");
	TRY(wishes_of(c, b->x, b->t.home, &item));
	field.annex = true;   /* an attachment may hold the annexes: the stricter reading */
	TRY(recipient_of(c, b->x, b->k, b->to, true, item.tlp, &p, &to));
	item.embargo = b->t.ours && b->t.has_embargo ? b->t.embargo : 0;   /* the parties of a thread under embargo are those named */
	to.named = !b->t.ours || b->t.has_embargo;
	gate_decide(b->x->g, &item, &to, b->k->purpose, c->now, &o);
	b->mark = (struct envelope_mark){ .tlp = slice_of(tlp_words[item.tlp]), .purpose = gate_purpose_at(b->x->g, b->k->purpose)->id,
		.onward = slice_of(onward_words[item.onward]) };
	if (o.effect == GATE_PASS || o.effect == GATE_NOTE)
		return OK;
	(void)FAIL(c, E_DENIED, "thread.document");
	fault_name(c, gate_rule(b->x->g, o.rule).id);
	return E_DENIED;
}

static rc piece_body(struct ctx *c, const struct bringing *b, int64_t i, slice *ret)
{
	char *p = arena_bytes(c->a, PIECE_BYTES);
	struct json_out o;
	struct buf data, out;
	size_t n;

	if (!p)
		return FAIL(c, E_LIMIT, "memory.limit");
	if (lseek(b->w.fd, (off_t)((i - 1) * (int64_t)PIECE_BYTES), SEEK_SET) < 0)
		return FAIL_SYS(c, "file.read");
	TRY(fd_fill(c, b->w.fd, p, PIECE_BYTES, &n));
	buf_init(&data, c->a, ENVELOPE_BODY_MOST);
	base64url_put(&data, (slice){ p, n });
	buf_init(&out, c->a, ENVELOPE_BODY_MOST);
	(void)buf_room(&out, data.len + 512);
	o = json_out_on(&out);
	jo_object(&o);
	jo_kv_text(&o, "data", buf_slice(&data));
	jo_kv_text(&o, "doc", b->w.doc);
	jo_kv_int(&o, "of", b->w.of);
	jo_kv_int(&o, "piece", i);
	jo_kv_int(&o, "size", b->w.size);
	jo_kv_text(&o, "thread", b->t.id);
	jo_kv_int(&o, "v", 1);
	jo_end_object(&o);
	return buf_keep(c, &out, ret);
}

static rc is_out(struct ctx *c, const struct bringing *b, int64_t i, bool *ret)
{
	AUTO_QUERY q = { 0 };

	return STORE_ONE(c, node_store(b->x->n), &q, ret, STMT_PIECE_GET, v_text(b->t.id), v_text(b->to), v_text(b->w.doc), v_int(i), v_int(1));
}

/* Some pieces in one transaction, in memory of their own. */
static rc send_some(struct ctx *c, struct bringing *b, int64_t *i, size_t *ret_n)
{
	AUTO_ARENA a = arena_new(GROUP_MEMORY);
	struct ctx own = { .a = a, .now = c->now, .app = c->app };
	struct act acts[GROUP_PIECES];
	int64_t eseq;
	size_t n = 0;
	slice env;
	rc r;

	if (!a)
		return FAIL(c, E_NOMEM, "memory.limit");
	r = next_eseq(&own, node_store(b->x->n), b->to, &eseq);
	for (; r == OK && *i <= b->w.of && n < GROUP_PIECES; (*i)++) {
		struct disclosure d = { .home = b->t.home, .thread = b->t.id, .kind = S("piece"), .to = b->to, .mark = b->mark, .appr = &b->appr,
			.eseq = eseq, .doc = b->w.doc, .piece = *i, .of = b->w.of, .size = b->w.size };
		bool out;

		r = is_out(&own, b, *i, &out);
		if (r != OK || out)
			continue;
		r = piece_body(&own, b, *i, &d.body);
		if (r == OK)
			r = disclose_act(&own, b->x, b->who, &d, &acts[n], &env);
		if (r == OK) {
			n++;
			eseq++;
		}
	}
	if (r == OK && n > 0) {
		struct batch batches[GROUP_PIECES];

		/* each an act of its own batch: the counter of the recipient goes on between them */
		for (size_t p = 0; p < n; p++)
			batches[p] = (struct batch){ .acts = &acts[p], .n = 1 };
		r = node_append_group(&own, b->x->n, batches, n);
		for (size_t p = 0; p < n && r == OK; p++)
			if (batches[p].result != OK) {
				own.fault = batches[p].fault;
				r = batches[p].result;
			}
	}
	c->fault = own.fault;
	*ret_n += r == OK ? n : 0;
	return r;
}

static rc send_to(struct ctx *c, struct bringing *b, slice to, size_t *ret_n)
{
	int64_t i = 1;

	b->to = to;
	TRY(weigh(c, b));
	while (i <= b->w.of)
		TRY(send_some(c, b, &i, ret_n));
	return OK;
}

static void close_whole(struct whole *w) { if (w->fd >= 0) (void)close(w->fd); }

static rc send_all(struct ctx *c, struct bringing *b, size_t *ret_n)
{
	struct thread_party *v;
	size_t n;

	if (!b->t.ours)
		return send_to(c, b, b->t.hub, ret_n);
	TRY(thread_parties(c, node_store(b->x->n), b->t.id, &v, &n));
	for (size_t i = 0; i < n; i++)
		if (v[i].called)
			TRY(send_to(c, b, v[i].node, ret_n));
	return OK;
}

rc piece_send(struct ctx *c, const struct exchange *x, const struct actor *who, const struct actor *by, slice thread,
              const char *path, slice *ret_doc, size_t *ret_n)
{
	struct act approve = { .act = S("approve"), .actor = *by };
	struct bringing b = { .x = x, .who = who, .w = { .fd = -1 } };
	size_t n = 0;
	rc r;

	if (slice_eq(who->id, by->id))
		return FAIL(c, E_DENIED, "thread.self");
	TRY(thread_find(c, node_store(x->n), thread, &b.t));
	b.k = thread_kind_find(x->kinds, b.t.kind);
	if (!b.k)
		return FAIL(c, E_INVALID, "thread.kind");
	if (b.t.over)
		return FAIL(c, E_CONFLICT, "thread.over");
	TRY(open_whole(c, path, &b.w));
	approve.case_id = b.t.home;
	r = node_append(c, x->n, &approve, &b.appr);
	if (r == OK)
		r = send_all(c, &b, &n);
	close_whole(&b.w);
	*ret_doc = b.w.doc;
	*ret_n = n;
	return r;
}

/* ---- in ---- */

static int64_t int_of(const struct json *v, const char *name)
{
	const struct json *m = json_get(v, slice_of(name));

	return m && m->type == JSON_INT ? m->num : 0;
}

/* A piece is for a thread that is here, from one of its parties, and as long as its place says. */
rc piece_check(struct ctx *c, const struct exchange *x, slice from, const struct json *body, struct coming *ret, const char **ret_code)
{
	int64_t i = int_of(body, "piece"), of = int_of(body, "of"), size = int_of(body, "size"), len;
	struct thread_party *v;
	struct thread t;
	slice data;
	size_t n;
	bool in;
	rc r;

	*ret_code = "piece";
	*ret = (struct coming){ .doc = json_text(json_get(body, S("doc"))), .piece = i, .of = of, .size = size };
	if (ret->doc.len != 43 || !word_is_valid(ret->doc) || of < 1 || of > PIECES_MOST || i < 1 || i > of || size < 1 ||
	    (size + (int64_t)PIECE_BYTES - 1) / (int64_t)PIECE_BYTES != of)
		return OK;
	len = i < of ? (int64_t)PIECE_BYTES : size - (of - 1) * (int64_t)PIECE_BYTES;
	if (base64url_parse(c, json_text(json_get(body, S("data"))), &data) != OK || (int64_t)data.len != len) {
		fault_clear(c);
		return OK;
	}
	r = thread_find(c, node_store(x->n), json_text(json_get(body, S("thread"))), &t);
	if (r == E_NOTFOUND) {
		fault_clear(c);
		*ret_code = "order";   /* what opens it may be on its way */
		return OK;
	}
	TRY(r);
	TRY(thread_parties(c, node_store(x->n), t.id, &v, &n));
	in = slice_eq(t.hub, from);
	for (size_t p = 0; p < n; p++)
		in = in || (t.ours && v[p].called && slice_eq(v[p].node, from));
	if (!in)
		return OK;
	ret->thread = t.id;
	ret->home = t.home;
	*ret_code = NULL;
	return OK;
}

/* ---- looking at what is here ---- */

static rc document_row(struct ctx *c, const struct query *q, struct document *ret)
{
	*ret = (struct document){ .ours = query_int(q, 2) != 0, .of = query_int(q, 3), .size = query_int(q, 4), .have = query_int(q, 5) };
	TRY(slice_keep(c, query_text(q, 0), &ret->doc));
	return slice_keep(c, query_text(q, 1), &ret->peer);
}

rc piece_documents(struct ctx *c, struct store *st, slice thread, struct document **ret, size_t *ret_n)
{
	AUTO_QUERY q = { 0 };

	TRY(STORE_QUERY(c, st, &q, STMT_PIECE_DOCUMENTS, v_text(thread)));
	COLLECT_ROWS(c, &q, document_row, ret, ret_n);
	return OK;
}

static rc fetch_one(struct ctx *c, const struct exchange *x, const struct look *look, slice env, int fd, crypto_hash_sha256_state *h)
{
	AUTO_ARENA a = arena_new(GROUP_MEMORY);
	struct ctx own = { .a = a, .now = c->now, .app = c->app };
	struct brought b;
	slice data;
	rc r;

	if (!a)
		return FAIL(c, E_NOMEM, "memory.limit");
	r = inbox_open(&own, x, look, env, &b);
	if (r == OK && b.gone)
		r = FAIL(&own, E_NOTFOUND, "inbox.none");
	if (r == OK)
		r = base64url_parse(&own, json_text(json_get(b.body, S("data"))), &data);
	if (r == OK) {
		(void)crypto_hash_sha256_update(h, (const unsigned char *)data.p, data.len);
		r = fd_write_all(&own, fd, data);
	}
	c->fault = own.fault;
	return r;
}

static rc fetch_all(struct ctx *c, const struct exchange *x, const struct look *look, slice thread, const struct document *d, int fd)
{
	crypto_hash_sha256_state h;
	unsigned char sum[32], want[32];

	(void)crypto_hash_sha256_init(&h);
	for (int64_t i = 1; i <= d->of; i++) {
		AUTO_QUERY q = { 0 };
		slice env;
		bool found;

		TRY(STORE_ONE(c, node_store(x->n), &q, &found, STMT_PIECE_GET, v_text(thread), v_text(d->peer), v_text(d->doc), v_int(i), v_int(0)));
		if (!found)
			return FAIL(c, E_BUSY, "thread.pieces");
		TRY(slice_keep(c, query_text(&q, 0), &env));
		query_close(&q);
		TRY(fetch_one(c, x, look, env, fd, &h));
	}
	(void)crypto_hash_sha256_final(&h, sum);
	TRY(base64url_parse_n(c, d->doc, want, 32));
	return memcmp(sum, want, 32) == 0 ? OK : FAIL(c, E_TAMPER, "thread.other_document");
}

rc piece_fetch(struct ctx *c, const struct exchange *x, const struct look *look, slice thread, slice doc, const char *path)
{
	AUTO_FD fd = -1;
	struct document *v;
	char temp[4096];
	size_t n;
	rc r;

	TRY(piece_documents(c, node_store(x->n), thread, &v, &n));
	for (size_t i = 0; i < n; i++) {
		if (v[i].ours || !slice_eq(v[i].doc, doc))
			continue;
		if (v[i].have < v[i].of)
			return FAIL(c, E_BUSY, "thread.pieces");
		if (snprintf(temp, sizeof temp, "%s.part", path) >= (int)sizeof temp)
			return FAIL(c, E_LIMIT, "text.limit");
		fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd < 0)
			return FAIL_SYS(c, "file.create");
		r = fetch_all(c, x, look, thread, &v[i], fd);
		if (r == OK && (fsync(fd) != 0 || rename(temp, path) != 0))
			r = FAIL_SYS(c, "file.write");
		if (r != OK)
			(void)unlink(temp);
		return r;
	}
	return FAIL(c, E_NOTFOUND, "inbox.none");
}
