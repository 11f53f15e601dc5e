/*
 * Windows event logs ([MS-EVEN6] 2.2, and J. Metz, "Windows XML Event Log (EVTX)"): each event as a line of XML behind its
 * time. Offsets of names and templates point backwards and forwards within their chunk of 64 KB and nowhere else.
 */
#include "base/buf.h"
#include "base/calendar.h"
#include "base/utf8.h"
#include "engine/select/doc.h"

#include "base/banned.h"

#define HEAD 4096u
#define CHUNK 65536u
#define RECORDS_AT 512u
#define RECORD_HEAD 24u
#define TEXT_MOST ((size_t)192 << 20)
#define DEPTH_MOST 12u
#define VALUES_MOST 256u
#define STEPS_MOST 20000u   /* tokens of one event: templates that name themselves end here */

struct value { const uint8_t *p; uint16_t len; uint8_t type; };

struct values { struct value v[VALUES_MOST]; uint32_t n; };

struct evtx {
	const uint8_t *chunk;     /* CHUNK bytes */
	struct buf out;
	uint32_t steps;
	struct values *pool;      /* one for each depth */
};

static uint16_t le16(const uint8_t *p) { return (uint16_t)(p[0] | p[1] << 8); }
static uint32_t le32(const uint8_t *p) { return (uint32_t)le16(p) | (uint32_t)le16(p + 2) << 16; }
static uint64_t le64(const uint8_t *p) { return (uint64_t)le32(p) | (uint64_t)le32(p + 4) << 32; }

/* UTF-16 as text of XML. */
static void put_wide(struct evtx *x, const uint8_t *p, size_t units)
{
	for (size_t i = 0; i < units; i++) {
		uint32_t cp = le16(p + i * 2);
		char enc[4];
		size_t n;

		if (cp == 0)
			continue;
		if (cp >= 0xd800 && cp < 0xdc00 && i + 1 < units && le16(p + i * 2 + 2) >= 0xdc00 && le16(p + i * 2 + 2) < 0xe000) {
			cp = 0x10000 + ((cp - 0xd800) << 10) + (le16(p + i * 2 + 2) - 0xdc00u);
			i++;
		}
		if (cp == '<')
			buf_putz(&x->out, "&lt;");
		else if (cp == '&')
			buf_putz(&x->out, "&amp;");
		else if (cp < 0x20)
			buf_putc(&x->out, ' ');
		else if ((n = utf8_encode(cp, enc)) > 0)
			buf_put(&x->out, (slice){ enc, n });
	}
}

/* A name by its place in the chunk: next, hash, length, letters. Their end, or 0. */
static uint32_t put_name(struct evtx *x, uint32_t at)
{
	uint32_t n;

	if (at > CHUNK - 8)
		return 0;
	n = le16(x->chunk + at + 6);
	if (n > (CHUNK - at - 8) / 2)
		return 0;
	put_wide(x, x->chunk + at + 8, n);
	return at + 8 + n * 2 + 2;
}

/* A reference to a name at `at`; one that stands right there is skipped. Where to go on, or 0. */
static uint32_t name_at(struct evtx *x, uint32_t at, uint32_t limit)
{
	uint32_t to, end;

	if (at + 4 > limit)
		return 0;
	to = le32(x->chunk + at);
	end = put_name(x, to);
	if (!end)
		return 0;
	return to == at + 4 ? end : at + 4;
}

#define FILETIME_EPOCH INT64_C(11644473600000)   /* of 1601 before that of 1970, milliseconds */

static void put_time(struct buf *b, uint64_t filetime)
{
	int64_t ms = (int64_t)(filetime / 10000) - FILETIME_EPOCH, rest = ms % 86400000;

	if (ms < 0 || ms > FILETIME_EPOCH * 10)
		return;
	jday_put(b, msec_jday(ms));
	buf_putf(b, "T%02d:%02d:%02dZ", (int)(rest / 3600000), (int)(rest / 60000 % 60), (int)(rest / 1000 % 60));
}

static void put_hex(struct buf *b, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n && i < 4096; i++)
		buf_putf(b, "%02x", p[i]);
}

static void put_sid(struct buf *b, const uint8_t *p, size_t n)
{
	if (n < 8 || n < 8 + (size_t)p[1] * 4)
		return;
	buf_putf(b, "S-%u-%u", p[0], p[7]);
	for (unsigned i = 0; i < p[1]; i++)
		buf_putf(b, "-%u", le32(p + 8 + (size_t)i * 4));
}

static void put_guid(struct buf *b, const uint8_t *p)
{
	buf_putf(b, "{%08x-%04x-%04x-%02x%02x-", le32(p), le16(p + 4), le16(p + 6), p[8], p[9]);
	put_hex(b, p + 10, 6);
	buf_putc(b, '}');
}

static void put_ansi(struct evtx *x, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_putc(&x->out, p[i] >= 0x20 && p[i] < 0x7f && p[i] != '<' ? (char)p[i] : ' ');
}

static bool fragment(struct evtx *x, uint32_t at, uint32_t limit, const struct values *with, unsigned depth);

static bool put_value(struct evtx *x, const struct value *v, unsigned depth)
{
	struct buf *b = &x->out;

	switch (v->type) {
	case 0x01: case 0x81: put_wide(x, v->p, v->len / 2u); break;
	case 0x02: put_ansi(x, v->p, v->len); break;
	case 0x03: if (v->len >= 1) buf_put_i64(b, (int8_t)v->p[0]); break;
	case 0x04: if (v->len >= 1) buf_put_i64(b, v->p[0]); break;
	case 0x05: if (v->len >= 2) buf_put_i64(b, (int16_t)le16(v->p)); break;
	case 0x06: if (v->len >= 2) buf_put_i64(b, le16(v->p)); break;
	case 0x07: if (v->len >= 4) buf_put_i64(b, (int32_t)le32(v->p)); break;
	case 0x08: if (v->len >= 4) buf_put_i64(b, le32(v->p)); break;
	case 0x09: case 0x0a: if (v->len >= 8) buf_putf(b, "%llu", (unsigned long long)le64(v->p)); break;
	case 0x0d: if (v->len >= 1) buf_putz(b, v->p[0] ? "true" : "false"); break;
	case 0x0e: put_hex(b, v->p, v->len); break;
	case 0x0f: if (v->len >= 16) put_guid(b, v->p); break;
	case 0x11: if (v->len >= 8) put_time(b, le64(v->p)); break;
	case 0x13: put_sid(b, v->p, v->len); break;
	case 0x14: if (v->len >= 4) buf_putf(b, "0x%x", le32(v->p)); break;
	case 0x15: if (v->len >= 8) buf_putf(b, "0x%llx", (unsigned long long)le64(v->p)); break;
	case 0x21: return fragment(x, (uint32_t)(v->p - x->chunk), (uint32_t)(v->p - x->chunk) + v->len, NULL, depth + 1);
	default: break;
	}
	return true;
}

/* Sizes and types, then the values themselves. */
static bool read_values(struct evtx *x, uint32_t at, uint32_t limit, struct values *out, uint32_t *ret_end)
{
	uint32_t n, data;

	if (at + 4 > limit)
		return false;
	n = le32(x->chunk + at);
	at += 4;
	if (n > VALUES_MOST || n * 4 > limit - at)
		return false;
	data = at + n * 4;
	for (uint32_t i = 0; i < n; i++) {
		uint16_t len = le16(x->chunk + at + i * 4);

		if (len > limit - data)
			return false;
		out->v[i] = (struct value){ x->chunk + data, len, x->chunk[at + i * 4 + 2] };
		data += len;
	}
	out->n = n;
	*ret_end = data;
	return true;
}

/* An event mostly is a template and the values that go into it. */
static bool template(struct evtx *x, uint32_t *at, uint32_t limit, unsigned depth)
{
	uint32_t i = *at, where, size, values;
	struct values *with = &x->pool[depth];

	if (i + 9 > limit)
		return false;
	where = le32(x->chunk + i + 5);
	values = i + 9;
	if (where > CHUNK - 24)
		return false;
	size = le32(x->chunk + where + 20);
	if (size > CHUNK - where - 24)
		return false;
	if (where == i + 9)
		values = where + 24 + size;   /* it stands here for the first time */
	if (values > limit || !read_values(x, values, limit, with, at))
		return false;
	return fragment(x, where + 24, where + 24 + size, with, depth + 1);
}

/* <Name a="…" …: up to where its content or end comes. */
static uint32_t start_element(struct evtx *x, uint32_t at, uint32_t limit, bool attributes)
{
	uint32_t i = at + 7;

	if (i > limit)
		return 0;
	buf_putc(&x->out, '<');
	i = name_at(x, i, limit);
	return i && attributes ? i + 4 : i;
}

#define OPEN_MOST 64u

/* Where in an element we are; the names of those that are open. */
struct place { bool in_tag, in_attribute; uint32_t open[OPEN_MOST]; unsigned n; };

static void close_attribute(struct evtx *x, struct place *p)
{
	if (p->in_attribute)
		buf_putc(&x->out, '"');
	p->in_attribute = false;
}

static uint32_t text_token(struct evtx *x, uint32_t at, uint32_t limit)
{
	uint32_t n;

	if (at + 2 > limit)
		return 0;
	n = le16(x->chunk + at);
	if (n > (limit - at - 2) / 2)
		return 0;
	put_wide(x, x->chunk + at + 2, n);
	return at + 2 + n * 2;
}

static bool substitute(struct evtx *x, uint32_t at, const struct values *with, unsigned depth)
{
	uint32_t index = le16(x->chunk + at);

	return !with || index >= with->n || put_value(x, &with->v[index], depth);
}

/* One token at *at, moved behind it. False at the end, or when it is broken. */
static bool token(struct evtx *x, uint32_t *at, uint32_t limit, const struct values *with, unsigned depth, struct place *p)
{
	uint8_t kind = x->chunk[*at];
	uint32_t i = *at + 1, end = 0;

	switch (kind & 0x3f) {
	case 0x01:
		end = start_element(x, i - 1, limit, kind & 0x40);
		if (!end || p->n == OPEN_MOST)
			return false;
		p->open[p->n++] = le32(x->chunk + i + 6);
		p->in_tag = true;
		break;
	case 0x02: case 0x03:
		close_attribute(x, p);
		buf_putz(&x->out, (kind & 0x3f) == 0x02 ? ">" : "/>");
		p->in_tag = false;
		p->n -= (kind & 0x3f) == 0x03 && p->n;
		end = i;
		break;
	case 0x04:
		buf_putz(&x->out, "</");
		if (p->n)
			(void)put_name(x, p->open[--p->n]);
		buf_putc(&x->out, '>');
		end = i;
		break;
	case 0x05: end = text_token(x, i + 1, limit); break;
	case 0x06:
		close_attribute(x, p);
		buf_putc(&x->out, ' ');
		end = name_at(x, i, limit);
		buf_putz(&x->out, "=\"");
		p->in_attribute = true;
		break;
	case 0x07: end = text_token(x, i, limit); break;
	case 0x08: end = i + 2; break;
	case 0x09: end = name_at(x, i, limit); break;
	case 0x0a: end = name_at(x, i, limit); break;
	case 0x0b: end = text_token(x, i, limit); break;
	case 0x0c: return template(x, (*at = i, at), limit, depth);
	case 0x0d: case 0x0e:
		if (i + 3 > limit || !substitute(x, i, with, depth))
			return false;
		end = i + 3;
		break;
	case 0x0f: end = i + 3; break;
	default: return false;
	}
	*at = end;
	return end > 0 && end <= limit;
}

static bool fragment(struct evtx *x, uint32_t at, uint32_t limit, const struct values *with, unsigned depth)
{
	struct place p = { .n = 0 };

	if (depth >= DEPTH_MOST || limit > CHUNK)
		return false;
	while (at < limit && x->chunk[at] != 0) {
		if (++x->steps > STEPS_MOST || x->out.full || !token(x, &at, limit, with, depth, &p))
			return false;
	}
	return true;
}

/* A broken event ends its line; the next begins by its own magic number. */
static void event(struct evtx *x, uint32_t at, uint32_t size)
{
	x->steps = 0;
	put_time(&x->out, le64(x->chunk + at + 16));
	buf_putc(&x->out, ' ');
	(void)fragment(x, at + RECORD_HEAD, at + size - 4, NULL, 0);
	buf_putc(&x->out, '\n');
}

static unsigned chunk(struct evtx *x)
{
	uint32_t at = RECORDS_AT;
	unsigned n = 0;

	while (at + RECORD_HEAD + 4 <= CHUNK && le32(x->chunk + at) == 0x00002a2a) {
		uint32_t size = le32(x->chunk + at + 4);

		if (size < RECORD_HEAD + 4 || size > CHUNK - at)
			break;
		event(x, at, size);
		at += size;
		n++;
	}
	return n;
}

bool doc_is_evtx(slice bytes) { return bytes.len >= HEAD + CHUNK && memcmp(bytes.p, "ElfFile", 8) == 0; }

rc doc_take_evtx(struct ctx *c, struct doc *d, slice bytes, slice path)
{
	struct evtx *x;
	slice text;

	TRY_NEW(c, x);
	TRY_ARRAY(c, x->pool, DEPTH_MOST);
	buf_init(&x->out, c->a, TEXT_MOST);
	for (size_t at = HEAD; at + CHUNK <= bytes.len; at += CHUNK) {
		x->chunk = (const uint8_t *)bytes.p + at;
		if (memcmp(x->chunk, "ElfChnk", 8) == 0)
			(void)chunk(x);
	}
	TRY(buf_done(c, &x->out, &text));
	return doc_add(c, d, (struct doc_part){ .path = path, .text = text, .kind = IND_KIND_XML });
}
