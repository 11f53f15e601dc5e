#include <arpa/inet.h>
#include <stdlib.h>

#include "base/buf.h"
#include "engine/select/chars.h"
#include "engine/select/doc.h"
#include "engine/select/tcp.h"
#include "engine/select/tls.h"

#include "base/banned.h"

/*
 * Captures (pcap, pcapng): addresses, DNS names and answers, TLS server names and fingerprints, HTTP host, path and user
 * agent, certificates. What comes out is text, one finding a line; payloads are never kept. Of each stream the beginning is put
 * together from its segments (tcp.h).
 */

#define PACKETS_MOST 50000000u
#define LINES_MOST ((size_t)64 << 20)
#define SEEN_SLOTS 65536u

struct capture {
	struct ctx *c;
	struct buf out;
	struct tcp_streams *tcp;
	uint64_t seen[SEEN_SLOTS];   /* of lines written: a filter against repetition, not a set */
};

struct view { const uint8_t *p; size_t n; };

static uint16_t be16(const uint8_t *p) { return (uint16_t)(p[0] << 8 | p[1]); }

static uint32_t u32(const uint8_t *p, bool big)
{
	return big ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3] :
		(uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static uint16_t u16(const uint8_t *p, bool big) { return big ? be16(p) : (uint16_t)(p[1] << 8 | p[0]); }

static struct view sub(struct view v, size_t from, size_t n)
{
	if (from > v.n)
		from = v.n;
	return (struct view){ v.p + from, n < v.n - from ? n : v.n - from };
}

static void put_line(struct capture *k, const char *label, slice value)
{
	uint64_t h = 1469598103934665603u;

	for (const char *p = label; *p; p++)
		h = (h ^ (uint8_t)*p) * 1099511628211u;
	for (size_t i = 0; i < value.len; i++)
		h = (h ^ (uint8_t)value.p[i]) * 1099511628211u;
	if (value.len == 0 || k->seen[h % SEEN_SLOTS] == h)
		return;
	k->seen[h % SEEN_SLOTS] = h;
	buf_putz(&k->out, label);
	for (size_t i = 0; i < value.len; i++)
		buf_putc(&k->out, (uint8_t)value.p[i] < 0x20 || (uint8_t)value.p[i] >= 0x7f ? ' ' : value.p[i]);
	buf_putc(&k->out, '\n');
}

static void put_address(struct capture *k, int family, const uint8_t *p)
{
	char z[INET6_ADDRSTRLEN];

	if (inet_ntop(family, p, z, sizeof z))
		put_line(k, "address ", slice_of(z));
}

/* A name at `at` of a DNS message; compression pointers are followed backwards only. False when broken. */
static bool dns_name(struct view m, size_t *at, char *out, size_t *ret_len)
{
	size_t i = *at, n = 0, jumps = 0;
	bool jumped = false;

	while (i < m.n) {
		uint8_t len = m.p[i];

		if ((len & 0xc0) == 0xc0) {
			if (i + 1 >= m.n || ++jumps > 16)
				return false;
			if (!jumped)
				*at = i + 2;
			jumped = true;
			i = (size_t)(len & 0x3f) << 8 | m.p[i + 1];
			continue;
		}
		if (len == 0) {
			if (!jumped)
				*at = i + 1;
			*ret_len = n;
			return true;
		}
		if (len > 63 || i + 1 + len > m.n || n + len + 1 > 254)
			return false;
		if (n)
			out[n++] = '.';
		memcpy(out + n, m.p + i + 1, len);
		n += len;
		i += 1u + len;
	}
	return false;
}

static void dns(struct capture *k, struct view m)
{
	char name[256];
	size_t at = 12, n, questions, answers;

	if (m.n < 17)
		return;
	questions = be16(m.p + 4);
	answers = be16(m.p + 6);
	if (questions > 8)
		questions = 8;     /* more than anybody asks: counts lie, names may still be there */
	if (answers > 200)
		answers = 200;
	for (size_t q = 0; q < questions; q++) {
		if (!dns_name(m, &at, name, &n) || at + 4 > m.n)
			return;
		put_line(k, "dns ", (slice){ name, n });
		at += 4;
	}
	for (size_t r = 0; r < answers; r++) {
		size_t len, data;
		uint16_t type;

		if (!dns_name(m, &at, name, &n) || at + 10 > m.n)
			return;
		type = be16(m.p + at);
		len = be16(m.p + at + 8);
		data = at + 10;
		if (data + len > m.n)
			return;
		if (type == 1 && len == 4)
			put_address(k, AF_INET, m.p + data);
		else if (type == 28 && len == 16)
			put_address(k, AF_INET6, m.p + data);
		else if (type == 5 && dns_name(m, &data, name, &n))
			put_line(k, "dns ", (slice){ name, n });
		at += 10 + len;
	}
}

static slice http_line(slice *rest)
{
	slice line;

	if (!slice_next(rest, '\n', &line))
		return S_NONE;
	if (line.len && line.p[line.len - 1] == '\r')
		line.len--;
	return line;
}

/* A request whose head is whole, or as long as it will get. True when nothing more is to come of it. */
static bool http(struct capture *k, struct view p, bool full)
{
	static const char *const methods[] = { "get ", "post ", "put ", "head ", "options ", "delete ", "connect ", "patch " };
	slice rest = { (const char *)p.p, p.n < 8192 ? p.n : 8192 }, first, line, path, host = S_NONE;
	bool is = false;
	struct buf b;
	size_t sp1, sp2;

	for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
		is |= begins(rest, 0, methods[i]);
	if (!is)
		return true;
	if (!full && slice_find(rest, S("\r\n\r\n"), 0) == SIZE_MAX && slice_find(rest, S("\n\n"), 0) == SIZE_MAX)
		return false;
	first = http_line(&rest);
	sp1 = slice_find(first, S(" "), 0);
	sp2 = slice_find(first, S(" HTTP/"), sp1 + 1);
	if (sp2 == SIZE_MAX)
		return true;
	path = slice_sub(first, sp1 + 1, sp2 - sp1 - 1);
	while ((line = http_line(&rest)).len) {
		if (begins(line, 0, "host:"))
			host = slice_trim(slice_sub(line, 5, line.len));
		else if (begins(line, 0, "user-agent:"))
			put_line(k, "User-Agent: ", slice_trim(slice_sub(line, 11, line.len)));
	}
	if (host.len == 0)
		return true;
	buf_init(&b, k->c->a, 16384);
	if (path.len && path.p[0] == '/')
		buf_putf(&b, "http://%.*s%.*s", S_ARG(host), S_ARG(path));
	else
		buf_put(&b, path);
	put_line(k, "", buf_slice(&b));
	put_line(k, "host ", host);
	return true;
}

static void on_tls(void *to, const char *label, slice value) { put_line(to, label, value); }

/* One direction between two ends. */
static uint64_t stream_key(struct view ends, const uint8_t *ports)
{
	uint64_t h = 1469598103934665603u;

	for (size_t i = 0; i < ends.n; i++)
		h = (h ^ ends.p[i]) * 1099511628211u;
	for (size_t i = 0; i < 4; i++)
		h = (h ^ ports[i]) * 1099511628211u;
	return h | 1;
}

static void segment(struct capture *k, struct view ends, struct view p, struct view data)
{
	struct tcp_stream *s = tcp_segment(k->c, k->tcp, stream_key(ends, p.p), u32(p.p + 4, true), p.p[13] & 2,
		(slice){ (const char *)data.p, data.n });

	if (!s)
		return;
	if (s->p[0] == 0x16)
		s->done = tls_read_stream((slice){ (const char *)s->p, s->n }, on_tls, k) || s->n == TCP_BEGIN_MOST;
	else
		s->done = http(k, (struct view){ s->p, s->n }, s->n == TCP_BEGIN_MOST);
	/* A connection that is kept has further requests, each mostly a segment of its own. */
	if (s->done && s->p[0] != 0x16)
		s->begun = s->done = false, s->n = 0;
}

/* `ends`: both addresses as they stand in the packet. */
static void transport(struct capture *k, uint8_t protocol, struct view ends, struct view p)
{
	if (protocol == 17 && p.n > 8) {
		uint16_t a = be16(p.p), b = be16(p.p + 2);

		if (a == 53 || b == 53 || a == 5353 || b == 5353 || a == 5355 || b == 5355)
			dns(k, sub(p, 8, p.n));
		return;
	}
	if (protocol == 6 && p.n >= 20) {
		size_t head = (size_t)(p.p[12] >> 4) * 4;
		struct view data = sub(p, head, p.n);

		if (head < 20)
			return;
		if ((be16(p.p) == 53 || be16(p.p + 2) == 53) && data.n > 14)
			dns(k, sub(data, 2, data.n));
		else
			segment(k, ends, p, data);
	}
}

static void ip(struct capture *k, struct view p)
{
	if (p.n >= 20 && p.p[0] >> 4 == 4) {
		size_t head = (size_t)(p.p[0] & 15) * 4, len = be16(p.p + 2);

		put_address(k, AF_INET, p.p + 12);
		put_address(k, AF_INET, p.p + 16);
		if (head >= 20 && (be16(p.p + 6) & 0x1fff) == 0)
			transport(k, p.p[9], sub(p, 12, 8), sub(sub(p, 0, len >= head ? len : p.n), head, p.n));
	} else if (p.n >= 40 && p.p[0] >> 4 == 6) {
		put_address(k, AF_INET6, p.p + 8);
		put_address(k, AF_INET6, p.p + 24);
		transport(k, p.p[6], sub(p, 8, 32), sub(p, 40, p.n));
	}
}

static void frame(struct capture *k, uint32_t link, struct view p)
{
	size_t at = 12;

	switch (link) {
	case 1:
		while (at + 4 <= p.n && (be16(p.p + at) == 0x8100 || be16(p.p + at) == 0x88a8))
			at += 4;
		if (at + 2 <= p.n && (be16(p.p + at) == 0x0800 || be16(p.p + at) == 0x86dd))
			ip(k, sub(p, at + 2, p.n));
		break;
	case 12: case 14: case 101: case 228: case 229: ip(k, p); break;
	case 0: case 108: ip(k, sub(p, 4, p.n)); break;
	case 113: ip(k, sub(p, 16, p.n)); break;
	case 276: ip(k, sub(p, 20, p.n)); break;
	default: break;
	}
}

static void pcap(struct capture *k, struct view f)
{
	bool big = f.p[0] == 0xa1;
	uint32_t link = u32(f.p + 20, big) & 0xffff;
	size_t at = 24;

	for (uint32_t n = 0; n < PACKETS_MOST && at + 16 <= f.n; n++) {
		uint32_t len = u32(f.p + at + 8, big);

		at += 16;
		if (len > f.n - at)
			len = (uint32_t)(f.n - at);
		frame(k, link, sub(f, at, len));
		at += len;
	}
}

#define LINKS_MOST 64u

static void pcapng(struct capture *k, struct view f)
{
	uint32_t links[LINKS_MOST], n_links = 0;
	bool big = false;
	size_t at = 0;

	while (at + 12 <= f.n) {
		uint32_t type = u32(f.p + at, big), len;

		if (type == 0x0a0d0d0a) {
			big = f.p[at + 8] == 0x1a;
			n_links = 0;
		}
		len = u32(f.p + at + 4, big);
		if (len < 12 || len > f.n - at)
			return;
		struct view b = sub(f, at + 8, len - 12);

		if (type == 1 && b.n >= 8 && n_links < LINKS_MOST)
			links[n_links++] = u16(b.p, big);
		else if (type == 6 && b.n >= 20 && u32(b.p, big) < n_links)
			frame(k, links[u32(b.p, big)], sub(b, 20, u32(b.p + 12, big)));
		else if (type == 3 && b.n >= 4 && n_links)
			frame(k, links[0], sub(b, 4, u32(b.p, big)));
		at += (len + 3u) & ~3u;
	}
}

rc doc_take_capture(struct ctx *c, struct doc *d, slice bytes, slice path)
{
	struct view f = { (const uint8_t *)bytes.p, bytes.len };
	struct capture *k;
	slice text;

	if (f.n < 28) {
		d->unread++;
		return OK;
	}
	TRY_NEW(c, k);
	k->c = c;
	TRY(tcp_new(c, &k->tcp));
	buf_init(&k->out, c->a, LINES_MOST);
	if (slice_starts(bytes, S("\x0a\x0d\x0d\x0a")))
		pcapng(k, f);
	else
		pcap(k, f);
	TRY(buf_done(c, &k->out, &text));
	return doc_add(c, d, (struct doc_part){ .path = path, .text = text, .kind = IND_KIND_LOG });
}
