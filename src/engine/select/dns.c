#include "engine/select/dns.h"

#include <arpa/inet.h>
#include <stdint.h>

#include "engine/select/wire.h"

#include "base/banned.h"

#define NAME_MOST 254u
#define JUMPS_MOST 16u

struct view { const uint8_t *p; size_t n; };
struct to { dns_found_fn *found; void *arg; };

/* A name at `at` of a DNS message (RFC 1035 §4.1.4); pointers are followed so often only. False when broken. */
static bool read_name(struct view m, size_t *at, char *out, size_t *ret_len)
{
	size_t i = *at, n = 0, jumps = 0;

	while (i < m.n) {
		uint8_t len = m.p[i];

		if ((len & 0xc0) == 0xc0) {
			if (i + 1 >= m.n || ++jumps > JUMPS_MOST)
				return false;
			if (jumps == 1)
				*at = i + 2;
			i = (size_t)(len & 0x3f) << 8 | m.p[i + 1];
			continue;
		}
		if (len == 0) {
			if (!jumps)
				*at = i + 1;
			*ret_len = n;
			return true;
		}
		if (len > 63 || i + 1 + len > m.n || n + len + 1 > NAME_MOST)
			return false;
		if (n)
			out[n++] = '.';
		memcpy(out + n, m.p + i + 1, len);
		n += len;
		i += 1u + len;
	}
	return false;
}

static void tell_address(const struct to *to, int family, const uint8_t *p)
{
	char z[INET6_ADDRSTRLEN];

	if (inet_ntop(family, p, z, sizeof z))
		to->found(to->arg, "address ", slice_of(z));
}

/* The data of an answer: `len` bytes at `data`. */
static void answer(const struct to *to, struct view m, uint16_t type, size_t data, size_t len)
{
	char name[NAME_MOST + 2];
	size_t n;

	switch (type) {
	case 1:
		if (len == 4)
			tell_address(to, AF_INET, m.p + data);
		return;
	case 28:
		if (len == 16)
			tell_address(to, AF_INET6, m.p + data);
		return;
	case 2: case 5: case 12: break;              /* NS, CNAME, PTR */
	case 15: case 64: case 65: data += 2; break;   /* MX, SVCB, HTTPS: a number before the name */
	case 33: data += 6; break;                   /* SRV */
	default: return;
	}
	if (read_name(m, &data, name, &n))
		to->found(to->arg, "dns ", (slice){ name, n });
}

void dns_read(slice message, dns_found_fn *found, void *arg)
{
	struct view m = { (const uint8_t *)message.p, message.len };
	struct to to = { found, arg };
	char name[NAME_MOST + 2];
	size_t at = 12, n, questions, answers;

	if (m.n < 17)
		return;
	questions = wire_u16(m.p + 4);
	answers = wire_u16(m.p + 6);
	if (questions > 8)
		questions = 8;     /* more than anybody asks: counts lie, names may still be there */
	if (answers > 200)
		answers = 200;
	for (size_t q = 0; q < questions; q++) {
		if (!read_name(m, &at, name, &n) || at + 4 > m.n)
			return;
		found(arg, "dns ", (slice){ name, n });
		at += 4;
	}
	for (size_t r = 0; r < answers; r++) {
		size_t len;

		if (!read_name(m, &at, name, &n) || at + 10 > m.n)
			return;
		len = wire_u16(m.p + at + 8);
		if (at + 10 + len > m.n)
			return;
		answer(&to, m, wire_u16(m.p + at), at + 10, len);
		at += 10 + len;
	}
}

void dns_read_stream(slice stream, dns_found_fn *found, void *to)
{
	for (size_t at = 0; at + 2 <= stream.len;) {
		size_t len = wire_u16((const uint8_t *)stream.p + at);

		if (len > stream.len - at - 2)
			return;
		dns_read(slice_sub(stream, at + 2, len), found, to);
		at += 2 + len;
	}
}
