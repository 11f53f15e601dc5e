/*
 * Parsed lines as bytes, to be kept beside a growing log or sent to another machine: tokens, times and the names of
 * accounts, terminals and systems, nothing of a person. Numbers in a row are kept as steps from a secret start for each
 * account and day. Each segment stands by itself.
 */
#include <sodium.h>

#include "engine/screen/model.h"

#include "base/banned.h"

#define MAGIC "RKSG0001"
#define SUM_BYTES 16
#define NAMES_MOST 60000u

/* Eight-byte words first, so that the rows have no holes; little-endian as all machines we run on. */
struct seg_row {
	uint64_t rec, subject_token, token;
	int64_t ts;
	uint32_t building, n, serial;
	uint16_t user, term, sys, org;
	uint8_t act, why, query, flags, width, pad[7];
};

struct seg_head {
	uint64_t from, to;                 /* bytes of the log, unpacked */
	uint64_t bytes, lines, good, empty, header, damaged, damaged_numbered;
	uint32_t rows, names, name_bytes, pad;
};

_Static_assert(sizeof(struct seg_row) == 64, "rows have no holes");

#define NO_NAME UINT16_MAX
#define FLAG_FAILED 1u
#define FLAG_DAMAGED 2u
#define FLAG_UNNUMBERED 4u

struct namer { struct ctx *c; struct map64 at; struct buf text; uint32_t n; };

/* The name's number within the segment. */
static rc local_name(struct namer *k, const struct screen *s, uint32_t name, uint16_t *ret)
{
	struct ctx *c = k->c;
	uint32_t *at, len;

	*ret = NO_NAME;
	if (name == NONE)
		return OK;
	TRY(map64_put(c, &k->at, (uint64_t)name + 1, k->n, &at));
	if (*at == k->n) {
		if (k->n == NAMES_MOST)
			return FAIL(c, E_LIMIT, "memory.limit");
		len = (uint32_t)s->names.v[name].len;
		buf_put(&k->text, (slice){ (const char *)&len, sizeof len });
		buf_put(&k->text, s->names.v[name]);
		k->n++;
	}
	*ret = (uint16_t)*at;
	return OK;
}

static rc row_put(struct namer *k, struct screen *s, const struct ev *e, struct seg_row *r)
{
	struct ctx *c = k->c;
	uint32_t org;

	memset(r, 0, sizeof *r);
	r->rec = e->rec;
	r->ts = e->ts;
	r->width = e->width;
	r->flags = (uint8_t)((e->failed ? FLAG_FAILED : 0) | (e->damaged ? FLAG_DAMAGED : 0) | (e->unnumbered ? FLAG_UNNUMBERED : 0));
	TRY(log_name_of(c, s, s->org[e->org].name, &org));
	TRY(local_name(k, s, org, &r->org));
	r->user = r->term = r->sys = NO_NAME;
	if (e->damaged)
		return OK;
	r->subject_token = e->subject_token;
	r->token = e->token;
	r->building = e->building;
	r->n = e->n;
	r->act = e->act;
	r->why = e->why;
	r->query = e->query;
	TRY(local_name(k, s, e->user, &r->user));
	TRY(local_name(k, s, e->term, &r->term));
	TRY(local_name(k, s, e->sys, &r->sys));
	if (e->serial && e->user != NONE) {
		struct { char name[48]; int32_t day; } start = { .day = e->day };
		slice name = slice_sub(s->names.v[e->user], 0, sizeof start.name);

		memcpy(start.name, name.p, name.len);
		r->serial = e->serial + (uint32_t)(screen_token(s, 'R', e->org, (slice){ (const char *)&start, sizeof start }) & 0x7fffffffu);
	}
	return OK;
}

rc screen_segment_put(struct ctx *c, struct screen *s, const struct screen_events *ev, uint64_t from, uint64_t to,
	struct buf *out)
{
	struct namer k = { .c = c };
	struct seg_head h = { .from = from, .to = to, .bytes = ev->told.bytes, .lines = ev->told.lines, .good = ev->told.good,
		.empty = ev->told.empty, .header = ev->told.header, .damaged = ev->told.damaged,
		.damaged_numbered = ev->told.damaged_numbered, .rows = ev->n };
	unsigned char sum[SUM_BYTES];
	struct seg_row *rows;
	size_t begin = out->len;

	TRY_ARRAY(c, rows, ev->n ? ev->n : 1);
	buf_init(&k.text, c->a, (size_t)64 << 20);
	for (uint32_t i = 0; i < ev->n; i++)
		TRY(row_put(&k, s, &ev->v[i], &rows[i]));
	h.names = k.n;
	h.name_bytes = (uint32_t)k.text.len;
	buf_put(out, S(MAGIC));
	buf_put(out, (slice){ (const char *)&h, sizeof h });
	buf_put(out, buf_slice(&k.text));
	buf_put(out, (slice){ (const char *)rows, ev->n * sizeof *rows });
	if (out->full || k.text.full)
		return FAIL(c, E_LIMIT, "text.limit");
	if (crypto_generichash(sum, sizeof sum, (const unsigned char *)out->p + begin, out->len - begin, NULL, 0) != 0)
		return FAIL(c, E_BUG, "bug");
	buf_put(out, (slice){ (const char *)sum, sizeof sum });
	return out->full ? FAIL(c, E_LIMIT, "text.limit") : OK;
}

/* The head, when a whole segment that is as it was written begins here. */
static bool head_at(slice bytes, struct seg_head *h, size_t *ret_len)
{
	const size_t fixed = sizeof MAGIC - 1 + sizeof *h;
	unsigned char sum[SUM_BYTES];
	uint64_t len;

	if (bytes.len < fixed || !slice_starts(bytes, S(MAGIC)))
		return false;
	memcpy(h, bytes.p + sizeof MAGIC - 1, sizeof *h);
	len = fixed + (uint64_t)h->name_bytes + (uint64_t)h->rows * sizeof(struct seg_row) + SUM_BYTES;
	if (len > bytes.len || h->names > NAMES_MOST)
		return false;
	if (crypto_generichash(sum, sizeof sum, (const unsigned char *)bytes.p, len - SUM_BYTES, NULL, 0) != 0 ||
	    memcmp(sum, bytes.p + len - SUM_BYTES, SUM_BYTES) != 0)
		return false;
	*ret_len = (size_t)len;
	return true;
}

bool screen_segment_at(slice bytes, struct screen_segment *ret)
{
	struct seg_head h;
	size_t len;

	if (!head_at(bytes, &h, &len))
		return false;
	*ret = (struct screen_segment){ .from = h.from, .to = h.to, .bytes = slice_sub(bytes, 0, len) };
	return true;
}

static rc names_get(struct ctx *c, struct screen *s, slice text, uint32_t n, uint32_t *names)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t len;

		if (text.len < sizeof len)
			return FAIL(c, E_INVALID, "screen.segment");
		memcpy(&len, text.p, sizeof len);
		if (len > text.len - sizeof len || len > 4096)
			return FAIL(c, E_INVALID, "screen.segment");
		TRY(log_name_of(c, s, slice_sub(text, sizeof len, len), &names[i]));
		text = slice_sub(text, sizeof len + len, text.len);
	}
	return text.len == 0 ? OK : FAIL(c, E_INVALID, "screen.segment");
}

static rc row_get(struct ctx *c, struct screen *s, const struct seg_row *r, const uint32_t *names, uint32_t n, struct ev *e)
{
	uint32_t org;

	memset(e, 0, sizeof *e);
	e->rec = r->rec;
	e->ts = r->ts;
	e->width = r->width;
	e->failed = r->flags & FLAG_FAILED;
	e->damaged = r->flags & FLAG_DAMAGED;
	e->unnumbered = r->flags & FLAG_UNNUMBERED;
	if (r->org >= n || r->width > 18 || (r->user != NO_NAME && r->user >= n) || (r->term != NO_NAME && r->term >= n) ||
	    (r->sys != NO_NAME && r->sys >= n) || r->act >= ACTS || r->why >= WHYS || r->query > QUERY_ADDRESS ||
	    r->ts > (int64_t)1 << 40 || r->ts < -((int64_t)1 << 40))
		return FAIL(c, E_INVALID, "screen.segment");
	TRY(org_of(c, s, s->names.v[names[r->org]], &org));
	e->org = (uint8_t)org;
	e->day = (int32_t)(e->ts / DAY_SECONDS);
	e->second = (uint32_t)(e->ts % DAY_SECONDS);
	e->subject_token = r->subject_token;
	e->token = r->token;
	e->building = r->building;
	e->n = r->n;
	e->serial = r->serial;
	e->act = r->act;
	e->why = r->why;
	e->query = r->query;
	e->user = r->user == NO_NAME ? NONE : names[r->user];
	e->term = r->term == NO_NAME ? NONE : names[r->term];
	e->sys = r->sys == NO_NAME ? NONE : names[r->sys];
	e->person = e->subject_token ? dense_get(&s->org[org].residents, e->subject_token) : NONE;
	e->ticket = e->token && e->act != ACT_SEARCH ? dense_get(&s->org[org].tickets, e->token) : NONE;
	return OK;
}

rc screen_segment_apply(struct ctx *c, struct screen *s, struct source *src, struct arena *work, slice bytes)
{
	struct screen_events *ev;
	const char *rows;
	uint32_t *names;
	struct seg_head h;
	size_t len;

	if (!head_at(bytes, &h, &len))
		return FAIL(c, E_INVALID, "screen.segment");
	ev = arena_alloc(work, 1, sizeof *ev);
	names = arena_alloc(work, h.names + 1, sizeof *names);
	if (!ev || !names || !(ev->v = arena_alloc(work, h.rows + 1, sizeof *ev->v)))
		return FAIL(c, E_LIMIT, "memory.limit");
	ev->n = h.rows;
	ev->told = (struct screen_source){ .bytes = h.bytes, .lines = h.lines, .good = h.good, .empty = h.empty, .header = h.header,
		.damaged = h.damaged, .damaged_numbered = h.damaged_numbered };
	bytes = slice_sub(bytes, sizeof MAGIC - 1 + sizeof h, len);
	TRY(names_get(c, s, slice_sub(bytes, 0, h.name_bytes), h.names, names));
	rows = bytes.p + h.name_bytes;
	for (uint32_t i = 0; i < h.rows; i++) {
		struct seg_row r;

		memcpy(&r, rows + i * sizeof r, sizeof r);
		TRY(row_get(c, s, &r, names, h.names, &ev->v[i]));
	}
	return screen_apply(c, s, src, ev);
}

rc screen_source_new(struct ctx *c, struct screen *s, slice name, slice org, struct source **ret)
{
	struct source *src;

	TRY_NEW(c, src);
	TRY(slice_keep(c, name, &src->name));
	src->number = s->last_source ? s->last_source->number + 1 : 1;
	TRY(org_of(c, s, org, &src->org));
	if (s->last_source)
		s->last_source->next = src;
	else
		s->sources = src;
	s->last_source = src;
	*ret = src;
	return OK;
}
