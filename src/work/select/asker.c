#include "work/select/asker.h"

#include <arpa/inet.h>

#include "base/banned.h"

#define ADDRESS_MOST 46u

static bool is_digit(char ch) { return ch >= '0' && ch <= '9'; }
static bool is_hex(char ch) { return is_digit(ch) || ((ch | 0x20) >= 'a' && (ch | 0x20) <= 'f'); }
static bool is_word(char ch) { return is_digit(ch) || ((ch | 0x20) >= 'a' && (ch | 0x20) <= 'z') || ch == '_'; }

struct address { size_t start, end; int family; uint8_t bytes[16]; };

static bool parse(struct address *a, slice line, size_t end, int family)
{
	char z[ADDRESS_MOST + 1];

	if (end - a->start > ADDRESS_MOST)
		return false;
	memcpy(z, line.p + a->start, end - a->start);
	z[end - a->start] = '\0';
	a->end = end;
	a->family = family;
	return inet_pton(family, z, a->bytes) == 1;
}

/* "10.0.0.5.53412": tcpdump writes the port behind one more dot. */
static size_t without_port(slice line, size_t start, size_t end)
{
	size_t dots = 0;

	for (size_t i = start; i < end; i++)
		if (line.p[i] == '.' && ++dots == 4)
			return i;
	return end;
}

/* The next address that begins at or behind `at`. */
static bool next_address(slice line, size_t at, struct address *ret)
{
	for (size_t i = at; i < line.len; i++) {
		size_t end = i;
		bool colon = false, dot = false;

		if ((!is_hex(line.p[i]) && line.p[i] != ':') || (i > 0 && (is_word(line.p[i - 1]) || line.p[i - 1] == '.')))
			continue;
		while (end < line.len && (is_hex(line.p[end]) || line.p[end] == ':' || line.p[end] == '.')) {
			colon |= line.p[end] == ':';
			dot |= line.p[end] == '.';
			end++;
		}
		*ret = (struct address){ .start = i };
		if (dot && is_digit(line.p[i])) {
			const char *port = memchr(line.p + i, ':', end - i);
			size_t stop = without_port(line, i, port ? (size_t)(port - line.p) : end);

			while (stop > i && line.p[stop - 1] == '.')
				stop--;
			if (parse(ret, line, stop, AF_INET))
				return true;
		}
		while (end > i + 2 && line.p[end - 1] == ':' && line.p[end - 2] != ':')
			end--;
		if (colon && end > i + 2 && parse(ret, line, end, AF_INET6))
			return true;
		while (i + 1 < line.len && (is_word(line.p[i + 1]) || line.p[i + 1] == '.'))
			i++;
	}
	return false;
}

/* RFC 1918, 6598, 4193, 3927, 4291. */
static bool is_private(const struct address *a)
{
	const uint8_t *b = a->bytes;

	if (a->family == AF_INET6)
		return (b[0] & 0xfe) == 0xfc || (b[0] == 0xfe && (b[1] & 0xc0) == 0x80);
	return b[0] == 10 || (b[0] == 172 && (b[1] & 0xf0) == 16) || (b[0] == 192 && b[1] == 168) || (b[0] == 100 && (b[1] & 0xc0) == 64) ||
		(b[0] == 169 && b[1] == 254);
}

static char lower(char ch) { return ch >= 'A' && ch <= 'Z' ? (char)(ch | 0x20) : ch; }

/* Ends what stands before `at` in this word? Signs between the name and the value do not count. */
static bool named(slice line, size_t at, const char *const *names)
{
	size_t end = at;

	while (end > 0 && at - end < 4 && memchr(" =:\"'[({@", line.p[end - 1], 9))
		end--;
	if (end == at)
		return false;
	for (; *names; names++) {
		slice name = slice_of(*names);
		size_t i = 0;

		while (i < name.len && i < end && lower(line.p[end - 1 - i]) == name.p[name.len - 1 - i])
			i++;
		if (i == name.len && (i == end || !is_word(line.p[end - 1 - i])))
			return true;
	}
	return false;
}

/* With the port that stands behind it: ":443", "#53412", "/1234". */
static slice with_port(slice line, const struct address *a)
{
	size_t end = a->end;

	if (a->family == AF_INET && end + 1 < line.len && (line.p[end] == ':' || line.p[end] == '#' || line.p[end] == '.') && is_digit(line.p[end + 1]))
		for (end++; end < line.len && end - a->end < 6 && is_digit(line.p[end]);)
			end++;
	return slice_sub(line, a->start, end - a->start);
}

struct asker asker_find(slice line, size_t start, size_t end)
{
	static const char *const from[] = { "src", "srcip", "src_ip", "source", "sourceip", "source_ip", "sourceaddress", "sourceipaddress", "saddr", "sip", "client",
		"clientip", "client_ip", "client-ip", "c-ip", "caller", "from", "orig_h", "remote_addr", "peer", "ipaddress", "送信元", "接続元", NULL };
	static const char *const to[] = { "dst", "dstip", "dst_ip", "dest", "dest_ip", "destip", "destination", "destinationip", "destination_ip",
		"destinationaddress", "destinationipaddress", "daddr", "dip", "server", "serverip", "server_ip", "s-ip", "to", "resp_h", "->", ">", "宛先", "接続先", NULL };
	struct asker found = { 0 };
	slice private = S_NONE, other = S_NONE;
	struct address a;

	for (size_t at = 0; next_address(line, at, &a); at = a.end) {
		slice said = with_port(line, &a);
		bool indicator = a.start < end && a.end > start;

		if (!found.client.len && named(line, a.start, from))
			found.client = said;
		else if (!found.server.len && named(line, a.start, to))
			found.server = said;
		if (!private.len && is_private(&a))
			private = said;
		if (!other.len && !indicator)
			other = said;
	}
	if (!found.client.len && !slice_eq(private, found.server))
		found.client = private;
	if (!found.client.len && !slice_eq(other, found.server))
		found.client = other;
	return found;
}

void asker_put(struct buf *b, slice text, const struct select_policy *policy)
{
	struct address a;
	size_t done = 0;

	for (size_t at = 0; policy && next_address(text, at, &a); at = a.end) {
		const struct own_network *own = policy_network(policy, slice_sub(text, a.start, a.end - a.start));

		if (!own || own->rule != OWN_IN)
			continue;
		buf_put(b, slice_sub(text, done, a.start - done));
		buf_putz(b, "[address]");
		done = a.end;
	}
	buf_put(b, slice_sub(text, done, text.len));
}
