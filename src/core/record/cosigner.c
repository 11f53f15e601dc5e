/*
 * The witnesses of this node: in its folder `cosign`, for each `<hash of its name>.state` (key, size that it cosigned last, when,
 * whether it is ahead, a checksum), `.asked` (the checkpoint of the last request) and `.note` (the last checkpoint with its cosignature).
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/file.h"
#include "base/parse.h"
#include "core/record/node_inside.h"
#include "core/record/secret.h"
#include "core/record/witness.h"

#include "base/banned.h"

static rc folder(struct ctx *c, const struct node *n, const char **ret)
{
	TRY(path_join(c, n->dir, "cosign", ret));
	return mkdir(*ret, 0700) == 0 || errno == EEXIST ? OK : FAIL_SYS(c, "file.create");
}

static rc file_of(struct ctx *c, const struct node *n, slice name, const char *end, const char **ret)
{
	const char *dir;
	char file[64];
	struct hash sum;
	size_t at = 0;

	TRY(folder(c, n, &dir));
	hash_bytes(n->h, name, &sum);
	for (int i = 0; i < 16; i++)
		at += (size_t)snprintf(file + at, sizeof file - at, "%02x", sum.b[i]);
	(void)snprintf(file + at, sizeof file - at, "%s", end);
	return path_join(c, dir, file, ret);
}

/* The last line is SHA-256 of those before: a flipped digit of the size would be believed otherwise. */
static void put_sum(const struct node *n, struct buf *b)
{
	struct hash sum;

	hash_bytes(n->h, buf_slice(b), &sum);
	base64_put(b, hash_slice(&sum));
	buf_putc(b, '\n');
}

static rc check_sum(struct ctx *c, const struct node *n, slice text)
{
	size_t end = text.len;
	struct buf b;

	if (!slice_ends(text, S("\n")))
		return FAIL(c, E_TAMPER, "witness.state");
	for (end--; end > 0 && text.p[end - 1] != '\n';)
		end--;
	buf_init(&b, c->a, 4096);
	buf_put(&b, slice_sub(text, 0, end));
	put_sum(n, &b);
	return !b.full && slice_eq(buf_slice(&b), text) ? OK : FAIL(c, E_TAMPER, "witness.state");
}

static rc write_state(struct ctx *c, const struct node *n, const struct cosigner *s)
{
	const char *path;
	struct buf b;

	buf_init(&b, c->a, 2048);
	buf_putf(&b, "%" S_FMT "\n%llu\n%lld\n%d %d\n", S_ARG(s->vkey), (unsigned long long)s->size, (long long)s->at, s->ahead, s->refused);
	put_sum(n, &b);
	if (b.full)
		return FAIL(c, E_LIMIT, "text.limit");
	TRY(file_of(c, n, s->name, ".state", &path));
	return file_replace(c, path, buf_slice(&b), 0600);
}

static rc parse_state(struct ctx *c, const struct node *n, slice text, struct cosigner *ret)
{
	slice size, at, ahead, flag;
	struct note_key key;
	uint32_t refused = 0;

	TRY(check_sum(c, n, text));
	if (!slice_next(&text, '\n', &ret->vkey) || !slice_next(&text, '\n', &size) || !slice_next(&text, '\n', &at) ||
	    !slice_next(&text, '\n', &ahead))
		return FAIL(c, E_TAMPER, "witness.state");
	TRY(note_key_parse(c, ret->vkey, &key));
	TRY(parse_u64(c, size, 0, INT64_MAX, &ret->size));
	TRY(parse_i64(c, at, 0, INT64_MAX, &ret->at));
	ret->name = key.name;
	(void)slice_next(&ahead, ' ', &flag);
	ret->ahead = slice_is(flag, "1");
	if (ahead.len)   /* not in files of earlier versions */
		TRY(parse_u32(c, ahead, 0, 999, &refused));
	ret->refused = (int)refused;
	return OK;
}

static rc read_state(struct ctx *c, const struct node *n, slice name, struct cosigner *ret)
{
	const char *path;
	slice text;
	rc r;

	TRY(file_of(c, n, name, ".state", &path));
	r = file_read(c, path, 4096, &text);
	return r == E_NOTFOUND ? FAIL(c, E_NOTFOUND, "witness.unknown") : r != OK ? r : parse_state(c, n, text, ret);
}

/* A cosigned note whose state is gone: somebody took it away, or the disk did. */
static rc has_state(struct ctx *c, const char *dir, const char *note_name)
{
	size_t stem = strlen(note_name) - strlen(".note");
	char name[80];
	const char *path;

	(void)snprintf(name, sizeof name, "%.*s.state", (int)(stem < 64 ? stem : 64), note_name);
	TRY(path_join(c, dir, name, &path));
	return access(path, F_OK) == 0 ? OK : FAIL(c, E_TAMPER, "witness.state");
}

rc cosigner_list(struct ctx *c, struct node *n, struct cosigner **ret, size_t *ret_n)
{
	const char *dir, *path;
	size_t count = 0;
	struct dirent *e;
	rc r = OK;
	DIR *d;

	*ret_n = 0;
	TRY(path_join(c, n->dir, "cosign", &dir));
	TRY_ARRAY(c, *ret, WITNESSES_MOST);
	d = opendir(dir);
	/* read only: the process that serves may make no folder, and a node without witnesses needs none */
	if (!d)
		return errno == ENOENT ? OK : FAIL_SYS(c, "file.open");
	while (r == OK && count < WITNESSES_MOST && (e = readdir(d))) {
		slice text;

		if (slice_ends(slice_of(e->d_name), S(".note")))
			r = has_state(c, dir, e->d_name);
		if (!slice_ends(slice_of(e->d_name), S(".state")))
			continue;
		r = path_join(c, dir, e->d_name, &path);
		if (r == OK)
			r = file_read(c, path, 4096, &text);
		if (r != OK)
			continue;
		r = parse_state(c, n, text, &(*ret)[count++]);
		if (r != OK) {
			r = FAIL(c, E_TAMPER, "witness.state");
			fault_where(c, path);
		}
	}
	(void)closedir(d);
	*ret_n = count;
	return r;
}

rc cosigner_add(struct ctx *c, struct node *n, slice vkey)
{
	struct cosigner s = { .vkey = vkey }, old, *all;
	struct note_key key;
	size_t count;
	rc r;

	TRY(note_key_parse(c, vkey, &key));
	if (key.type != NOTE_COSIGNATURE)
		return FAIL(c, E_INVALID, "note.key");
	s.name = key.name;
	r = read_state(c, n, s.name, &old);
	if (r == OK)
		return slice_eq(old.vkey, vkey) ? OK : FAIL(c, E_CONFLICT, "witness.known");
	if (r != E_NOTFOUND)
		return r;
	fault_clear(c);
	TRY(cosigner_list(c, n, &all, &count));
	return count < WITNESSES_MOST ? write_state(c, n, &s) : FAIL(c, E_LIMIT, "witness.many");
}

rc cosigner_remove(struct ctx *c, struct node *n, slice name)
{
	static const char *const ends[] = { ".asked", ".note", ".state" };
	struct cosigner s;
	rc r = read_state(c, n, name, &s);

	if (r != OK && r != E_TAMPER)   /* what is damaged can be removed, and added again */
		return r;
	fault_clear(c);
	for (size_t i = 0; i < 3; i++) {
		const char *path;

		TRY(file_of(c, n, name, ends[i], &path));
		if (unlink(path) != 0 && errno != ENOENT)
			return FAIL_SYS(c, "file.write");
	}
	return OK;
}

/* ---- asking ---- */

rc cosigner_ask(struct ctx *c, struct node *n, slice name, slice *ret_request)
{
	struct cosigner s;
	const char *path;
	struct hash root;
	uint64_t size;
	slice note;

	TRY(read_state(c, n, name, &s));
	TRY(sign_last(c, n->sign, &size, &root, &note));
	if (s.size > size)
		return FAIL(c, E_TAMPER, "witness.ahead");
	TRY(record_prove_growth(c, n, s.size, ret_request));
	TRY(file_of(c, n, name, ".asked", &path));
	return file_replace(c, path, note, 0600);
}

static rc take_cosigned(struct ctx *c, struct node *n, struct cosigner *s, slice lines)
{
	struct note_key key;
	struct checkpoint cp;
	const char *path;
	struct buf b, kept;
	struct note note;
	uint64_t time;
	slice asked;

	TRY(file_of(c, n, s->name, ".asked", &path));
	TRY(file_read(c, path, NOTE_MOST, &asked));
	buf_init(&b, c->a, NOTE_MOST);
	buf_put(&b, asked);
	buf_put(&b, lines);
	if (b.full)
		return FAIL(c, E_LIMIT, "text.limit");
	TRY(note_key_parse(c, s->vkey, &key));
	TRY(note_parse(c, buf_slice(&b), &note));
	TRY(note_verify(c, &note, &key, &time));
	TRY(checkpoint_parse(c, note.body, &cp));
	if (cp.size >= s->size) {
		buf_init(&kept, c->a, NOTE_MOST);
		buf_put(&kept, asked);
		note_put_line(&kept, note_find(&note, &key));   /* and nothing that somebody else may have put there */
		if (kept.full)
			return FAIL(c, E_LIMIT, "text.limit");
		TRY(file_of(c, n, s->name, ".note", &path));
		TRY(file_replace(c, path, buf_slice(&kept), 0600));
		s->size = cp.size;
	}
	s->at = c->now;
	s->refused = 0;
	return write_state(c, n, s);
}

/* It has another size than we thought: smaller, and the next request starts there; larger, and we have lost something. */
static rc take_size(struct ctx *c, struct node *n, struct cosigner *s, slice body)
{
	struct hash root;
	uint64_t theirs, ours;
	slice note;

	if (slice_ends(body, S("\n")))
		body.len--;
	TRY(parse_u64(c, body, 0, INT64_MAX, &theirs));
	TRY(sign_last(c, n->sign, &ours, &root, &note));
	/* the size that we asked from, and not cosigned: it has seen another tree of that size */
	s->ahead = theirs > ours || (theirs > 0 && theirs == s->size);
	if (!s->ahead)
		s->size = theirs;
	s->at = c->now;
	s->refused = 0;
	TRY(write_state(c, n, s));
	n->ahead = n->ahead || s->ahead;
	return s->ahead ? FAIL(c, E_TAMPER, "witness.ahead") : OK;
}

/* After more than a day without any witness the record itself says so, as soon as one answers again. */
static rc note_gap(struct ctx *c, struct node *n, const struct tail *before)
{
	struct act gap = { .act = S("witness.gap"), .actor = SYSTEM_ACTOR };
	struct json_out j;
	struct buf b;
	int64_t seq;

	if (before->ahead || before->since == 0 || c->now - before->since <= WITNESS_ALARM)
		return OK;
	buf_init(&b, c->a, 256);
	j = json_out_on(&b);
	jo_object(&j);
	jo_kv_int(&j, "from", (int64_t)before->witnessed);
	jo_kv_int(&j, "since", before->since);
	jo_kv_int(&j, "upto", (int64_t)before->entries - 1);
	jo_end_object(&j);
	TRY(buf_done(c, &b, &gap.members));
	return node_append(c, n, &gap, &seq);
}

static rc take_answered(struct ctx *c, struct node *n, struct cosigner *s, slice lines)
{
	struct tail before;

	TRY(node_tail(c, n, &before));
	TRY(take_cosigned(c, n, s, lines));
	return note_gap(c, n, &before);
}

rc cosigner_take(struct ctx *c, struct node *n, slice name, int status, slice body)
{
	struct cosigner s;

	TRY(read_state(c, n, name, &s));
	switch (status) {
	case 200: return take_answered(c, n, &s, body);
	case 409: return take_size(c, n, &s, body);
	case 422:
		s.ahead = n->ahead = true;
		break;
	default: break;
	}
	s.refused = status;
	TRY(write_state(c, n, &s));
	return status == 422 ? FAIL(c, E_TAMPER, "witness.refused") : FAIL(c, E_DENIED, "witness.denied");
}

/* ---- what witnesses have seen ---- */

static rc read_cosigned(struct ctx *c, struct node *n, slice name, struct note *ret, struct checkpoint *ret_cp)
{
	const char *path;
	slice text;

	TRY(file_of(c, n, name, ".note", &path));
	TRY(file_read(c, path, NOTE_MOST, &text));
	TRY(note_parse(c, text, ret));
	return checkpoint_parse(c, ret->body, ret_cp);
}

struct gathered { struct note note; struct checkpoint cp; bool have; };

static rc gather(struct ctx *c, struct node *n, struct gathered *g, const struct cosigner *all, size_t count, uint64_t *ret_size)
{
	*ret_size = 0;
	for (size_t i = 0; i < count; i++) {
		rc r = read_cosigned(c, n, all[i].name, &g[i].note, &g[i].cp);

		if (r == E_NOTFOUND) {
			fault_clear(c);
			continue;
		}
		TRY(r);
		g[i].have = true;
		if (g[i].cp.size > *ret_size)
			*ret_size = g[i].cp.size;
	}
	return OK;
}

rc cosigned_note(struct ctx *c, struct node *n, bool cosigned, slice *ret_note)
{
	struct gathered *g;
	struct cosigner *all;
	uint64_t size, best;
	struct checkpoint cp;
	struct note note;
	struct hash root;
	size_t count;
	slice last;
	struct buf b;

	TRY(sign_last(c, n->sign, &size, &root, &last));
	TRY(cosigner_list(c, n, &all, &count));
	TRY_ARRAY(c, g, count + 1);
	TRY(gather(c, n, g, all, count, &best));
	if (size == 0 || (cosigned && best == 0))
		return FAIL(c, E_NOTFOUND, "witness.none");
	buf_init(&b, c->a, NOTE_MOST);
	for (size_t i = 0; i < count && cosigned && b.len == 0; i++)
		if (g[i].have && g[i].cp.size == best) {
			buf_put(&b, g[i].note.body);
			buf_putc(&b, '\n');
			for (size_t k = 0; k + 1 < g[i].note.nsigs; k++)
				note_put_line(&b, &g[i].note.sigs[k]);
			last = buf_slice(&b);
		}
	if (b.len == 0)
		buf_put(&b, last);
	TRY(note_parse(c, last, &note));
	TRY(checkpoint_parse(c, note.body, &cp));
	for (size_t i = 0; i < count; i++)
		if (g[i].have && slice_eq(g[i].note.body, note.body))
			note_put_line(&b, &g[i].note.sigs[g[i].note.nsigs - 1]);
	return buf_done(c, &b, ret_note);
}

rc node_policy(struct ctx *c, struct node *n, bool quorum, slice *ret)
{
	struct cosigner *all = NULL;
	size_t count = 0;
	struct buf b;

	TRY(cosigner_list(c, n, &all, &count));
	buf_init(&b, c->a, 65536);
	buf_putf(&b, "log %" S_FMT "\n", S_ARG(node_vkey(n)));
	for (size_t i = 0; i < count; i++)
		buf_putf(&b, "witness w%zu %" S_FMT "\n", i + 1, S_ARG(all[i].vkey));
	quorum = quorum && count > 0;
	if (quorum)
		buf_putz(&b, "group witnesses any");
	for (size_t i = 0; i < count && quorum; i++)
		buf_putf(&b, " w%zu", i + 1);
	buf_putz(&b, quorum ? "\nquorum witnesses\n" : "quorum none\n");
	return buf_done(c, &b, ret);
}

static enum tail_state state_of(const struct tail *t, msec now)
{
	msec age = t->since ? now - t->since : 0;

	if (t->witnesses == 0 && !t->damaged)
		return TAIL_NONE;
	return t->damaged || t->ahead || age > WITNESS_ALARM ? TAIL_ALARM : age > WITNESS_WARN ? TAIL_OLD : TAIL_FRESH;
}

enum tail_state tail_level(const struct tail *t)
{
	if (t->forks)
		return TAIL_ALARM;
	return (t->silent || t->refusing) && t->state == TAIL_FRESH ? TAIL_OLD : t->state;
}

static rc since_of(struct ctx *c, struct node *n, uint64_t size, msec *ret)
{
	struct entry e;

	*ret = 0;
	if (size >= n->f.size)
		return OK;
	TRY(record_get(c, n, (int64_t)size, &e));
	*ret = e.at;
	return OK;
}

rc cosigner_since(struct ctx *c, struct node *n, const struct cosigner *s, msec *ret) { return since_of(c, n, s->size, ret); }

rc node_tail(struct ctx *c, struct node *n, struct tail *ret)
{
	struct tail t = { .entries = n->f.size };
	struct cosigner *all = NULL;
	size_t count = 0;
	rc r = cosigner_list(c, n, &all, &count);

	if (r == E_TAMPER) {   /* an alarm, but acts go on */
		fault_clear(c);
		t.damaged = true;
		count = 0;
	} else {
		TRY(r);
	}
	for (size_t i = 0; i < count; i++) {
		/* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): the list has `count` */
		t.witnessed = all[i].size > t.witnessed && !all[i].ahead ? all[i].size : t.witnessed;
		t.ahead = t.ahead || all[i].ahead;
		TRY(since_of(c, n, all[i].size, &t.since));
		t.silent += is_silent(t.since, c->now);
		t.refusing += all[i].refused != 0;
	}
	t.witnesses = (unsigned)count;
	TRY(since_of(c, n, t.witnessed, &t.since));
	TRY(witness_forks(c, n->dir, &t.forks));
	t.state = state_of(&t, c->now);
	n->ahead = n->ahead || t.ahead;   /* another process may have asked the witness */
	*ret = t;
	return OK;
}
