#include <arpa/inet.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/calendar.h"
#include "engine/select/chars.h"
#include "engine/select/dns.h"
#include "engine/select/doc.h"
#include "engine/select/fragment.h"
#include "engine/select/quic.h"
#include "engine/select/request.h"
#include "engine/select/tcp.h"
#include "engine/select/tls.h"
#include "engine/select/wire.h"

#include "base/banned.h"

/*
 * Captures (pcap, pcapng): addresses, DNS names and answers, TLS server names and fingerprints (of QUIC, too), HTTP host, path and
 * user agent, certificates, who sends mail. What comes out is text, one finding a line; payloads are never kept. Of each stream the beginning is put
 * together from its segments (tcp.h).
 */

#define PACKETS_MOST 50000000u
#define LINES_MOST ((size_t)64 << 20)
#define SEEN_SLOTS 65536u
#define DEPTH_MOST 3u   /* packets within packets */
#define VXLAN 4789u

struct view { const uint8_t *p; size_t n; };

/* The packet that is read: both addresses as they stand in it, both ports (absent: empty), when it was seen (0: nobody says). */
struct flow { struct view ends; const uint8_t *ports; msec at; };

struct capture {
	struct ctx *c;
	struct buf out, asked;
	bool with_asked;
	struct flow flow;
	struct tcp_streams *tcp;
	struct quic_flows *quic;
	struct fragments *fragments;
	uint64_t seen[SEEN_SLOTS];   /* of lines written: a filter against repetition, not a set */
};

static uint32_t u32(const uint8_t *p, bool big)
{
	return big ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3] :
		(uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static uint16_t u16(const uint8_t *p, bool big) { return big ? wire_u16(p) : (uint16_t)(p[1] << 8 | p[0]); }

static struct view sub(struct view v, size_t from, size_t n)
{
	if (from > v.n)
		from = v.n;
	return (struct view){ v.p + from, n < v.n - from ? n : v.n - from };
}

static void ip(struct capture *k, struct view p, unsigned depth);
static void gre(struct capture *k, struct view p, unsigned depth);
static void ethernet(struct capture *k, struct view p, unsigned depth);

/* DNS, and what is spoken like it on the own net (mDNS, LLMNR). */
static bool is_dns(uint16_t port) { return port == 53 || port == 5353 || port == 5355; }

static slice as_slice(struct view v) { return (slice){ (const char *)v.p, v.n }; }

static void put_end(struct buf *b, struct view ends, size_t half, const uint8_t *port)
{
	char z[INET6_ADDRSTRLEN];
	bool v6 = ends.n == 32;

	if (!inet_ntop(v6 ? AF_INET6 : AF_INET, ends.p + half * ends.n / 2, z, sizeof z))
		return;
	buf_putf(b, v6 && port ? "[%s]" : "%s", z);
	if (port)
		buf_putf(b, ":%u", wire_u16(port));
}

/*
 * Who asked whom, and when, for the line just written. Services have the smaller port; where both ends have the same, or
 * none, whoever sent this packet asked.
 */
static void put_asked(struct capture *k)
{
	const struct flow *f = &k->flow;
	size_t asker = f->ports && wire_u16(f->ports) < wire_u16(f->ports + 2);

	if (f->ends.n) {
		put_end(&k->asked, f->ends, asker, NULL);
		buf_putc(&k->asked, '\t');
		put_end(&k->asked, f->ends, !asker, f->ports ? f->ports + (asker ? 0 : 2) : NULL);
		buf_putc(&k->asked, '\t');
		if (f->at)
			msec_put(&k->asked, f->at);
	}
	buf_putc(&k->asked, '\n');
}

static void put_line(struct capture *k, const char *label, slice value)
{
	uint64_t h = slice_fnv(slice_fnv(FNV_START, slice_of(label)), value);

	if (k->with_asked)   /* once for two ends, whichever of them sends */
		h += slice_fnv(h, as_slice(sub(k->flow.ends, 0, k->flow.ends.n / 2))) ^ slice_fnv(h, as_slice(sub(k->flow.ends, k->flow.ends.n / 2, 16)));
	if (value.len == 0 || k->seen[h % SEEN_SLOTS] == h)
		return;
	k->seen[h % SEEN_SLOTS] = h;
	buf_putz(&k->out, label);
	for (size_t i = 0; i < value.len; i++)
		buf_putc(&k->out, (uint8_t)value.p[i] < 0x20 || (uint8_t)value.p[i] >= 0x7f ? ' ' : value.p[i]);
	buf_putc(&k->out, '\n');
	if (k->with_asked)
		put_asked(k);
}

static void put_address(struct capture *k, int family, const uint8_t *p)
{
	char z[INET6_ADDRSTRLEN];

	if (inet_ntop(family, p, z, sizeof z))
		put_line(k, "address ", slice_of(z));
}

static void on_found(void *to, const char *label, slice value) { put_line(to, label, value); }

/* "203.0.113.5:8080" of a packet's receiver; without the port that the scheme has. */
static slice receiver(struct view ends, const uint8_t *ports, char z[INET6_ADDRSTRLEN + 10])
{
	size_t half = ends.n / 2, n;
	uint16_t port = wire_u16(ports + 2);
	char a[INET6_ADDRSTRLEN];

	if (!inet_ntop(half == 4 ? AF_INET : AF_INET6, ends.p + half, a, sizeof a))
		return S_NONE;
	n = (size_t)snprintf(z, INET6_ADDRSTRLEN + 10, half == 4 ? "%s" : "[%s]", a);
	if (port != 80)
		n += (size_t)snprintf(z + n, 8, ":%u", port);
	return (slice){ z, n };
}

/* One direction between two ends. */
static uint64_t stream_key(struct view ends, const uint8_t *ports)
{
	return slice_fnv(slice_fnv(FNV_START, as_slice(ends)), as_slice((struct view){ ports, 4 })) | 1;
}

static void segment(struct capture *k, struct view ends, struct view p, struct view data)
{
	struct tcp_stream *s = tcp_segment(k->c, k->tcp, stream_key(ends, p.p), u32(p.p + 4, true), p.p[13] & 2, as_slice(data));
	bool names = is_dns(wire_u16(p.p)) || is_dns(wire_u16(p.p + 2)), full;
	char z[INET6_ADDRSTRLEN + 10];
	slice stream;

	/* Of a stream of names whose beginning is not in the capture, each message may still be a segment. */
	if (!s && names && data.n > 14)
		dns_read_stream(as_slice(data), on_found, k);
	if (!s)
		return;
	stream = (slice){ (const char *)s->p, s->n };
	full = s->n == TCP_BEGIN_MOST;
	if (names) {
		dns_read_stream(stream, on_found, k);
		return;
	}
	if (s->p[0] == 0x16)
		s->done = tls_read_stream(stream, on_found, k) || full;
	else
		s->done = request_read(k->c, stream, full, receiver(ends, p.p, z), on_found, k);
	/* A connection that is kept has further requests, each mostly a segment of its own. */
	if (s->done && s->p[0] != 0x16)
		s->begun = s->done = false, s->n = 0;
}

static void datagram(struct capture *k, struct view ends, struct view p, unsigned depth)
{
	struct view data = sub(p, 8, p.n);
	uint16_t to = wire_u16(p.p + 2);
	slice hello;

	if (is_dns(wire_u16(p.p)) || is_dns(to)) {
		dns_read(as_slice(data), on_found, k);
		return;
	}
	if (to == VXLAN && data.n > 8 && data.p[0] == 8) {
		ethernet(k, sub(data, 8, data.n), depth + 1);
		return;
	}
	hello = quic_datagram(k->c, k->quic, stream_key(ends, p.p), as_slice(data));
	if (hello.len)
		tls_read_quic(hello, on_found, k);
}

/* What is told from here on was seen between these ends. */
static void flow_is(struct capture *k, struct view ends, uint8_t protocol, struct view body)
{
	k->flow.ends = ends;
	k->flow.ports = (protocol == 6 || protocol == 17) && body.n >= 4 ? body.p : NULL;
}

/* `ends`: both addresses as they stand in the packet. */
static void transport(struct capture *k, uint8_t protocol, struct view ends, struct view p, unsigned depth)
{
	flow_is(k, ends, protocol, p);
	switch (protocol) {
	case 4: case 41: ip(k, p, depth + 1); break;
	case 47: gre(k, p, depth + 1); break;
	case 17:
		if (p.n > 8)
			datagram(k, ends, p, depth);
		break;
	case 6:
		if (p.n >= 20 && p.p[12] >> 4 >= 5)
			segment(k, ends, p, sub(p, (size_t)(p.p[12] >> 4) * 4, p.n));
		break;
	default: break;
	}
}

/* A piece of a datagram; the whole goes on when it is the last to come. */
static void piece(struct capture *k, uint8_t protocol, struct view ends, uint32_t id, uint32_t at, bool more, struct view p, unsigned depth)
{
	uint8_t tail[4] = { (uint8_t)(id >> 24), (uint8_t)(id >> 16), (uint8_t)(id >> 8), (uint8_t)id };
	slice whole = fragment_put(k->c, k->fragments, stream_key(ends, tail) ^ (uint64_t)protocol << 8, at, more, as_slice(p));

	if (whole.len)
		transport(k, protocol, ends, (struct view){ (const uint8_t *)whole.p, whole.len }, depth);
}

static void ipv4(struct capture *k, struct view p, unsigned depth)
{
	size_t head = (size_t)(p.p[0] & 15) * 4, len = wire_u16(p.p + 2);
	uint16_t flags = wire_u16(p.p + 6);
	struct view ends = sub(p, 12, 8), body;

	body = sub(sub(p, 0, len >= head ? len : p.n), head, p.n);   /* 0: the card was to fill it in */
	flow_is(k, ends, flags & 0x1fff ? 0 : p.p[9], body);
	put_address(k, AF_INET, p.p + 12);
	put_address(k, AF_INET, p.p + 16);
	if (head < 20)
		return;
	if (flags & 0x3fff)
		piece(k, p.p[9], ends, wire_u16(p.p + 4), (flags & 0x1fffu) * 8, flags & 0x2000, body, depth);
	else
		transport(k, p.p[9], ends, body, depth);
}

static void ipv6(struct capture *k, struct view p, unsigned depth)
{
	struct view ends = sub(p, 8, 32), body = sub(p, 40, wire_u16(p.p + 4) ? wire_u16(p.p + 4) : p.n);
	uint8_t next = p.p[6];

	flow_is(k, ends, next, body);
	put_address(k, AF_INET6, p.p + 8);
	put_address(k, AF_INET6, p.p + 24);
	/* RFC 8200 §4: options for hops and ends, routing, mobility; then a piece or what is carried. */
	for (unsigned i = 0; i < 8 && body.n >= 8; i++) {
		uint8_t kind = next;
		size_t head = kind == 51 ? ((size_t)body.p[1] + 2) * 4 : ((size_t)body.p[1] + 1) * 8;

		if (kind != 0 && kind != 43 && kind != 60 && kind != 135 && kind != 51 && kind != 44)
			break;
		next = body.p[0];
		if (kind == 44) {
			piece(k, next, ends, u32(body.p + 4, true), wire_u16(body.p + 2) & 0xfff8u, body.p[3] & 1, sub(body, 8, body.n), depth);
			return;
		}
		body = sub(body, head, body.n);
	}
	transport(k, next, ends, body, depth);
}

static void ip(struct capture *k, struct view p, unsigned depth)
{
	if (depth > DEPTH_MOST)
		return;
	if (p.n >= 20 && p.p[0] >> 4 == 4)
		ipv4(k, p, depth);
	else if (p.n >= 40 && p.p[0] >> 4 == 6)
		ipv6(k, p, depth);
}

/* RFC 1661 §6.5, RFC 1662: address and control may stand before the protocol, which may be one byte only. */
static void ppp(struct capture *k, struct view p, unsigned depth)
{
	if (p.n > 2 && p.p[0] == 0xff && p.p[1] == 3)
		p = sub(p, 2, p.n);
	if (p.n > 2)
		ip(k, sub(p, p.p[0] & 1 ? 1 : 2, p.n), depth);
}

/* What an Ethernet type says of what follows; `p` begins behind it. */
static void ether_body(struct capture *k, uint16_t type, struct view p, unsigned depth)
{
	for (unsigned i = 0; i < 4 && p.n >= 4 && (type == 0x8100 || type == 0x88a8 || type == 0x9100); i++) {
		type = wire_u16(p.p + 2);
		p = sub(p, 4, p.n);
	}
	switch (type) {
	case 0x0800: case 0x86dd: ip(k, p, depth); break;
	case 0x8847: case 0x8848:   /* MPLS: labels up to the one marked as the last */
		for (unsigned i = 0; i < 8 && p.n >= 4; i++) {
			bool last = p.p[2] & 1;

			p = sub(p, 4, p.n);
			if (last)
				break;
		}
		ip(k, p, depth);
		break;
	case 0x8864: ppp(k, sub(p, 6, p.n), depth); break;
	default: break;
	}
}

static void ethernet(struct capture *k, struct view p, unsigned depth)
{
	if (p.n >= 14 && depth <= DEPTH_MOST)
		ether_body(k, wire_u16(p.p + 12), sub(p, 14, p.n), depth);
}

/* RFC 2784, 2890. */
static void gre(struct capture *k, struct view p, unsigned depth)
{
	size_t head = 4;
	uint16_t type;

	if (p.n < 4)
		return;
	head += (p.p[0] & 0x80 ? 4u : 0) + (p.p[0] & 0x20 ? 4u : 0) + (p.p[0] & 0x10 ? 4u : 0);
	type = wire_u16(p.p + 2);
	if (type == 0x6558)
		ethernet(k, sub(p, head, p.n), depth);
	else if (depth <= DEPTH_MOST)
		ether_body(k, type, sub(p, head, p.n), depth);
}

/* Link types of tcpdump.org/linktypes.html. */
static void frame(struct capture *k, uint32_t link, struct view p)
{
	switch (link) {
	case 1: ethernet(k, p, 0); break;
	case 9: ppp(k, p, 0); break;
	case 12: case 14: case 101: case 228: case 229: ip(k, p, 0); break;                 /* nothing before it */
	case 0: case 108: ip(k, sub(p, 4, p.n), 0); break;                                  /* loopback of BSD */
	case 113:                                                                           /* "any" of Linux, two versions */
		if (p.n >= 16)
			ether_body(k, wire_u16(p.p + 14), sub(p, 16, p.n), 0);
		break;
	case 276:
		if (p.n >= 20)
			ether_body(k, wire_u16(p.p), sub(p, 20, p.n), 0);
		break;
	case 117: ip(k, sub(p, p.n ? (p.p[0] + 3u) & ~3u : 0, p.n), 0); break;              /* pf */
	default: break;
	}
}

static void pcap(struct capture *k, struct view f)
{
	bool big = f.p[0] == 0xa1, nano = f.p[big ? 3 : 0] == 0x4d;
	uint32_t link = u32(f.p + 20, big) & 0xffff;
	size_t at = 24;

	for (uint32_t n = 0; n < PACKETS_MOST && at + 16 <= f.n; n++) {
		uint32_t len = u32(f.p + at + 8, big);

		at += 16;
		if (len > f.n - at)
			len = (uint32_t)(f.n - at);
		k->flow = (struct flow){ .at = (msec)u32(f.p + at - 16, big) * 1000 + u32(f.p + at - 12, big) / (nano ? 1000000 : 1000) };
		frame(k, link, sub(f, at, len));
		at += len;
	}
}

#define LINKS_MOST 64u

/* An interface of a pcapng: its link type, and how many units of its clock are a second. */
struct link { uint32_t type; uint64_t units; };

/* if_tsresol: a power of ten, or of two (draft-ietf-opsawg-pcapng §4.2); a millionth when it is not there. */
static uint64_t clock_units(struct view options, bool big)
{
	uint64_t units = 1000000;

	while (options.n >= 4) {
		size_t code = u16(options.p, big), len = u16(options.p + 2, big);

		if (code == 9 && len == 1 && options.n > 4) {
			unsigned power = options.p[4] & 0x7f, most = options.p[4] & 0x80 ? 62 : 18;

			units = 1;
			for (unsigned i = 0; i < power && i < most; i++)
				units *= options.p[4] & 0x80 ? 2 : 10;
			return units;
		}
		if (code == 0)
			break;
		options = sub(options, 4 + ((len + 3) & ~(size_t)3), options.n);
	}
	return units;
}

static msec clock_msec(const struct link *l, const uint8_t *p, bool big)
{
	uint64_t t = (uint64_t)u32(p, big) << 32 | u32(p + 4, big), rest = t % l->units;

	return t / l->units > 4102444800u ? 0 : (msec)(t / l->units * 1000 + (l->units > 1000 ? rest / (l->units / 1000) : rest * 1000 / l->units));
}

static void pcapng(struct capture *k, struct view f)
{
	struct link links[LINKS_MOST];
	uint32_t n_links = 0;
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
			links[n_links++] = (struct link){ u16(b.p, big), clock_units(sub(b, 8, b.n), big) };
		k->flow = (struct flow){ 0 };
		if (type == 6 && b.n >= 20 && u32(b.p, big) < n_links) {
			k->flow.at = clock_msec(&links[u32(b.p, big)], b.p + 4, big);
			frame(k, links[u32(b.p, big)].type, sub(b, 20, u32(b.p + 12, big)));
		} else if (type == 3 && b.n >= 4 && n_links) {
			frame(k, links[0].type, sub(b, 4, u32(b.p, big)));
		}
		at += (len + 3u) & ~3u;
	}
}

rc doc_take_capture(struct ctx *c, struct doc *d, slice bytes, slice path)
{
	struct view f = { (const uint8_t *)bytes.p, bytes.len };
	struct capture *k;
	slice text, asked;

	if (f.n < 28) {
		d->unread++;
		return OK;
	}
	TRY_NEW(c, k);
	k->c = c;
	TRY(tcp_new(c, &k->tcp));
	TRY(quic_new(c, &k->quic));
	TRY(fragments_new(c, &k->fragments));
	buf_init(&k->out, c->a, LINES_MOST);
	buf_init(&k->asked, c->a, LINES_MOST);
	k->with_asked = d->with_asked;
	if (slice_starts(bytes, S("\x0a\x0d\x0d\x0a")))
		pcapng(k, f);
	else
		pcap(k, f);
	TRY(buf_done(c, &k->out, &text));
	TRY(buf_done(c, &k->asked, &asked));
	return doc_add(c, d, (struct doc_part){ .path = path, .text = text, .asked = asked, .kind = IND_KIND_LOG });
}
