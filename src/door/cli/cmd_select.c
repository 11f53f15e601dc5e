#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "base/cage.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "door/cli/cmd_select_review.h"
#include "door/cli/commands.h"
#include "door/cli/desk.h"
#include "work/select/feed.h"
#include "work/select/select.h"

#include "base/banned.h"

#define BLOCK ((size_t)1 << 20)
#define STREAM_BLOCK ((size_t)192 << 10)   /* what is worked on at once: small enough to stay in the caches */
#define STREAM_WORK ((size_t)2 << 20)
#define WHOLE_MOST ((size_t)256 << 20)      /* containers are read whole */
#define WORK_MOST ((size_t)3 << 30)
#define DIR_DEPTH 16u

static const struct option_spec options[] = {
	{ "jsonl", NULL, "Write JSON Lines: doc, type, value, role and more (the default)." },
	{ "csv", NULL, "Write CSV." },
	{ "stix", NULL, "Write a STIX 2.1 bundle." },
	{ "misp", NULL, "Write a MISP event." },
	{ "misp-feed", "DIR", "Add a MISP event to a feed: its file, manifest.json and hashes.csv." },
	{ "org", "NAME", "MISP: the organisation that makes the event." },
	{ "redact", NULL, "Write the text itself with personal information masked." },
	{ "tlp", "WORD", "Marking of the bundle or event: clear, green, amber (the default), amber+strict or red." },
	{ "refs", NULL, "STIX and MISP: include references, private addresses and public resolvers, marked as benign." },
	{ "context", NULL, "JSON Lines: the line around each item, with personal information masked." },
	{ "policy", "FILE", "What is done with each class of personal information, and our own domains and networks." },
	{ "token-key", "FILE", "At least 32 bytes: the same value has the same token wherever this key is given." },
	{ "tally", "FILE", "Counts by class and action as JSON, without content." },
	{ "withheld", "FILE", "List what was held back by type and place, never its content." },
	{ "ours", NULL, "The documents are our own logs, exports or letters: addresses of free mail in them are persons'." },
	{ "own-domains", "LIST", "Our own mail domains, with commas: addresses under them are persons'." },
	{ 0 },
};

struct job {
	struct ctx *c;
	struct select_run *run;
	struct arena *work;
	int withheld;
};

static rc to_stdout(struct ctx *c, void *to, slice bytes)
{
	(void)to;
	return out_write(c, bytes);
}

static rc to_fd(struct ctx *c, void *to, slice bytes) { return fd_write_all(c, *(int *)to, bytes); }

static struct ctx work_ctx(struct job *j)
{
	struct ctx w = *j->c;

	arena_reset(j->work);
	w.a = j->work;
	return w;
}

/* Hands the fault of a piece of work up to the command. */
static rc passed(struct job *j, const struct ctx *w, rc r)
{
	if (r != OK)
		j->c->fault = w->fault;
	return r;
}

static slice base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slice_of(slash ? slash + 1 : path);
}

static bool is_plain_stream(slice head, slice name)
{
	enum doc_charset cs = doc_guess_charset(head);
	static const char *const magic[] = { "PK\003\004", "\x1f\x8b", "BZh", "\xfd\x37zXZ", "7z\xbc\xaf", "\x28\xb5\x2f\xfd", "Rar!", "MSCF",
		"%PDF-", "\xd0\xcf\x11\xe0", "\xd4\xc3\xb2\xa1", "\xa1\xb2\xc3\xd4", "\x4d\x3c\xb2\xa1", "\xa1\xb2\x3c\x4d", "\x0a\x0d\x0d\x0a" };

	if (cs != DOC_UTF8 && cs != DOC_CP932 && cs != DOC_EUC_JP && cs != DOC_LATIN1)
		return false;
	for (size_t i = 0; i < sizeof magic / sizeof magic[0]; i++)
		if (slice_starts(head, slice_of(magic[i])))
			return false;
	return !slice_ends(name, S(".eml")) && memchr(head.p, 0, head.len) == NULL;
}

/* A text longer than one block: block by block, each up to its last line end. */
static rc stream(struct job *j, int fd, slice name, char *p, size_t n)
{
	bool ended = false, last = false;
	size_t at = 0;

	TRY(select_stream_begin(j->run, name, (slice){ p, n }));
	/* The first piece of an arena stays: what nearly all blocks need is had once, and stays in the caches. */
	arena_reset(j->work);
	(void)arena_bytes(j->work, STREAM_WORK);
	while (!last) {
		struct ctx w = work_ctx(j);
		size_t len = select_stream_cut((slice){ p + at, n - at }, STREAM_BLOCK);

		last = ended && at + len == n;
		TRY(passed(j, &w, select_stream_block(j->run, &w, (slice){ p + at, len }, last)));
		at += len;
		if (!ended && n - at < STREAM_BLOCK) {
			size_t got = 0;

			memmove(p, p + at, n - at);
			n -= at;
			at = 0;
			TRY(fd_fill(j->c, fd, p + n, BLOCK - n, &got));
			n += got;
			ended = n < BLOCK;
		}
	}
	return OK;
}

struct stream_in { struct job *j; int fd; slice name; char *p; size_t n; };

/* In the cage: the blocks are read and written there, and what the run carries on goes back. */
static rc stream_caged(struct ctx *c, slice in, const void *arg, struct buf *out)
{
	const struct stream_in *s = arg;
	rc r = stream(s->j, s->fd, s->name, s->p, s->n);

	(void)in;
	if (r != OK) {
		c->fault = s->j->c->fault;
		return r;
	}
	select_state_put(s->j->run, out);
	return OK;
}

#define STATE_MOST ((size_t)16 << 20)

static rc stream_apart(struct job *j, int fd, slice name, char *p, size_t n)
{
	static const struct cage_limits limits = { .memory = (size_t)512 << 20, .answer = STATE_MOST };
	const struct stream_in in = { j, fd, name, p, n };
	AUTO_ARENA a = arena_new(STATE_MOST * 2);
	struct ctx c = *j->c;
	slice state;
	rc r;

	if (!a)
		return FAIL(j->c, E_NOMEM, "memory.limit");
	c.a = a;
	r = cage_follow(&c, &limits, stream_caged, &in, &state);
	if (r != OK) {
		j->c->fault = c.fault;
		return r;
	}
	return select_state_get(j->run, state);
}

static rc whole(struct job *j, slice name, slice bytes)
{
	struct ctx w = work_ctx(j);

	return passed(j, &w, select_document(j->run, &w, name, bytes));
}

static rc one_fd(struct job *j, int fd, slice name)
{
	char *p = malloc(BLOCK);
	size_t n = 0;
	rc r;

	if (!p)
		return FAIL(j->c, E_NOMEM, "memory.limit");
	r = fd_fill(j->c, fd, p, BLOCK, &n);
	if (r == OK && n == BLOCK && is_plain_stream((slice){ p, n }, name)) {
		r = stream_apart(j, fd, name, p, n);
	} else if (r == OK && n < BLOCK) {
		r = whole(j, name, (slice){ p, n });
	} else if (r == OK) {
		AUTO_ARENA a = arena_new(WHOLE_MOST * 3);
		struct ctx big = *j->c;
		struct buf b;

		big.a = a;
		buf_init(&b, a, WHOLE_MOST);
		buf_put(&b, (slice){ p, n });
		while (r == OK && n > 0) {
			r = fd_fill(&big, fd, p, BLOCK, &n);
			buf_put(&b, (slice){ p, n });
		}
		if (r == OK && b.full)
			r = FAIL(&big, E_LIMIT, "file.limit");
		if (r == OK)
			r = whole(j, name, buf_slice(&b));
		if (r != OK && j->c->fault.code == OK)
			j->c->fault = big.fault;
	}
	free(p);
	return r;
}

static int by_name(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

static rc one_path(struct job *j, const char *path, unsigned depth);

static rc one_folder(struct job *j, const char *path, unsigned depth)
{
	struct dirent **names;
	int n = scandir(path, &names, NULL, by_name);
	rc r = OK;

	if (n < 0)
		return FAIL_SYS(j->c, "select.folder");
	for (int i = 0; i < n; i++) {
		char child[4096];

		if (r == OK && names[i]->d_name[0] != '.' && snprintf(child, sizeof child, "%s/%s", path, names[i]->d_name) < (int)sizeof child)
			r = one_path(j, child, depth + 1);
		free(names[i]);
	}
	free(names);
	return r;
}

static rc one_path(struct job *j, const char *path, unsigned depth)
{
	struct stat st;
	AUTO_FD fd = -1;

	if (slice_is(slice_of(path), "-"))
		return one_fd(j, 0, S("-"));
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) != 0) {
		rc r = FAIL_SYS(j->c, "file.open");

		fault_where(j->c, path);
		return r;
	}
	if (S_ISDIR(st.st_mode))
		return depth < DIR_DEPTH ? one_folder(j, path, depth) : OK;
	if (!S_ISREG(st.st_mode) && depth > 0)
		return OK;
	rc r = one_fd(j, fd, base_name(path));

	if (r == E_LIMIT || r == E_INVALID) {
		/* One bad document does not hold up the others; it is told and counted. */
		if (depth == 0) {
			fault_where(j->c, path);
			return r;
		}
		fprintf(stderr, "renkei: could not read all of %s\n", path);
		fault_clear(j->c);
		return OK;
	}
	return r;
}

static rc read_form(struct ctx *c, const struct call *in, struct select_options *o)
{
	static const struct { const char *name; enum select_form form; } forms[] = {
		{ "jsonl", SELECT_JSONL }, { "csv", SELECT_CSV }, { "stix", SELECT_STIX }, { "misp", SELECT_MISP }, { "redact", SELECT_REDACT },
	};
	unsigned n = 0;

	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
		if (call_has(in, forms[i].name)) {
			o->form = forms[i].form;
			n++;
		}
	n += call_value(in, "misp-feed") != NULL;
	if (n > 1)
		return FAIL(c, E_INVALID, "select.one_form");
	o->tlp = TLP_AMBER;
	if (call_value(in, "tlp") && !tlp_from_word(slice_of(call_value(in, "tlp")), &o->tlp))
		return FAIL(c, E_INVALID, "select.tlp");
	o->with_refs = call_has(in, "refs");
	o->ours = call_has(in, "ours");
	o->context = call_has(in, "context");
	o->org = slice_of(call_value(in, "org"));
	return OK;
}

static rc read_domains(struct ctx *c, const char *list, struct select_options *o)
{
	slice rest = slice_of(list), one, *out;

	TRY_ARRAY(c, out, rest.len / 2 + 1);
	while (slice_next(&rest, ',', &one))
		if (slice_trim(one).len)
			out[o->n_own_domains++] = slice_trim(one);
	o->own_domains = out;
	return OK;
}

/* Tokens are of one run unless a key is given: those of two cases cannot be joined. */
static rc read_key(struct ctx *c, const char *path, uint8_t out[32])
{
	slice bytes;

	if (!path) {
		if (getrandom(out, 32, 0) != 32)
			return FAIL_SYS(c, "select.key");
		return OK;
	}
	TRY(file_read(c, path, 65536, &bytes));
	if (bytes.len < 32)
		return FAIL(c, E_INVALID, "select.key");
	memcpy(out, bytes.p, 32);
	return OK;
}

static rc read_policy(struct ctx *c, const struct call *in, struct select_options *o)
{
	struct select_policy *p;
	slice text = S_NONE;
	uint8_t *key;

	TRY_NEW(c, p);
	if (call_value(in, "policy"))
		TRY(file_read(c, call_value(in, "policy"), POLICY_MOST, &text));
	TRY(policy_read(c, text, p));
	TRY_ARRAY(c, key, 32);
	TRY(read_key(c, call_value(in, "token-key"), key));
	p->redact.key = key;
	o->policy = p;
	if (!o->n_own_domains) {
		o->own_domains = p->own_domains;
		o->n_own_domains = p->n_own_domains;
	}
	return OK;
}

static rc write_tally(struct ctx *c, const char *path, const struct select_tally *t)
{
	AUTO_FD fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	struct json_out o;
	struct buf b;
	slice text;

	if (fd < 0)
		return FAIL_SYS(c, "file.write");
	buf_init(&b, c->a, 65536);
	o = json_out_on(&b);
	jo_object(&o);
	jo_kv_int(&o, "documents", (int64_t)t->docs);
	jo_kv_int(&o, "unread_parts", (int64_t)t->unread);
	jo_key(&o, S("items"));
	jo_object(&o);
	for (size_t i = 0; i < IND_TYPES; i++)
		if (t->items[i])
			jo_kv_int(&o, ind_type_word((enum ind_type)i), (int64_t)t->items[i]);
	jo_end_object(&o);
	jo_key(&o, S("withheld"));
	jo_object(&o);
	for (size_t i = 0; i < PII_TYPES; i++)
		if (t->held[i])
			jo_kv_int(&o, pii_type_word((enum pii_type)i), (int64_t)t->held[i]);
	jo_end_object(&o);
	jo_key(&o, S("actions"));
	jo_object(&o);
	for (size_t a = 0; a < PII_ACTIONS; a++) {
		uint64_t sum = 0;

		for (size_t i = 0; i < PII_TYPES; i++)
			sum += t->done.n[i][a];
		if (sum)
			jo_kv_int(&o, pii_action_word((enum pii_action)a), (int64_t)sum);
	}
	jo_end_object(&o);
	jo_end_object(&o);
	buf_putc(&b, '\n');
	TRY(buf_done(c, &b, &text));
	return fd_write_all(c, fd, text);
}

static rc run_select(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_ARENA work = arena_new(WORK_MOST);
	AUTO_FD withheld = -1;
	AUTO_FEED feed = { .event = -1, .hashes = -1 };
	struct select_options o = { .out = { to_stdout, NULL } };
	struct select_tally tally;
	struct job j = { .c = c, .work = work };

	(void)out;
	if (!work)
		return FAIL(c, E_NOMEM, "memory.limit");
	TRY(read_form(c, in, &o));
	if (call_value(in, "own-domains"))
		TRY(read_domains(c, call_value(in, "own-domains"), &o));
	if (call_value(in, "policy") || call_value(in, "token-key"))
		TRY(read_policy(c, in, &o));
	if (call_value(in, "withheld")) {
		withheld = open(call_value(in, "withheld"), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		if (withheld < 0)
			return FAIL_SYS(c, "file.write");
		o.withheld = (struct select_sink){ to_fd, &withheld };
	}
	if (call_value(in, "misp-feed"))
		TRY(feed_begin(c, call_value(in, "misp-feed"), &o, &feed));
	TRY(select_begin(c, &o, &j.run));
	if (in->nargs == 0)
		TRY(one_path(&j, "-", 0));
	for (size_t i = 0; i < in->nargs; i++)
		TRY(one_path(&j, in->args[i], 0));
	TRY(select_end(j.run, &tally));
	if (call_value(in, "tally"))
		TRY(write_tally(c, call_value(in, "tally"), &tally));
	if (feed.folder)
		TRY(feed_end(c, &feed, &o));
	if (tally.unread)
		fprintf(stderr, "renkei: %llu part(s) could not be read (encrypted, broken or of an unknown kind)\n",
			(unsigned long long)tally.unread);
	return OK;
}

rc select_released(struct ctx *c, slice name, slice bytes, const struct select_place *places, size_t n)
{
	AUTO_ARENA work = arena_new(WORK_MOST);
	struct select_options o = { .out = { to_stdout, NULL }, .released = places, .n_released = n };
	struct job j = { .c = c, .work = work };
	struct select_tally tally;

	if (!work)
		return FAIL(c, E_NOMEM, "memory.limit");
	TRY(select_begin(c, &o, &j.run));
	TRY(whole(&j, name, bytes));
	return select_end(j.run, &tally);
}

static const struct option_spec review_options[] = {
	{ "decide", "N:keep|release|open", "Decide about the place with this number; needs --reason. open takes a decision back." },
	{ "reason", "TEXT", "Why; sealed in the record." },
	{ "show", NULL, "Show the text in doubt, not only what stands around it." },
	{ "apply", NULL, "Write the items of the document, with what was released." },
	DESK_OPTIONS,
	{ 0 },
};

const struct command cmd_select[] = {
	{ "select", "review", "CASE DOCUMENT", 2, 2, "list what was held back on a weak sign, and decide about it", review_options, run_select_review },
	{ "select", NULL, "[FILE|DIR|-]...", 0, 1000, "take indicators from documents and keep personal information in", options, run_select },
	{ 0 },
};
