#include "base/nats_text.h"

#include "base/banned.h"

static bool number(slice s, size_t *ret)
{
	size_t v = 0;

	if (s.len == 0 || s.len > 9)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (size_t)(s.p[i] - '0');
	}
	*ret = v;
	return true;
}

/* MSG subject sid [reply] bytes, HMSG subject sid [reply] header-bytes bytes; without the word. */
static rc message_head(struct ctx *c, slice line, bool headers, struct nats_message *m, size_t *ret_head, size_t *ret_all)
{
	slice part[6], rest = slice_trim(line);
	size_t n = 0, want = headers ? 5 : 4;

	while (n < 6 && slice_next(&rest, ' ', &part[n]))
		n += part[n].len > 0;
	if (n != want && n != want - 1)
		return FAIL(c, E_INVALID, "nats.protocol");
	m->subject = part[0];
	m->reply = n == want ? part[2] : S_NONE;
	*ret_head = 0;
	if (!number(part[n - 1], ret_all) || (headers && !number(part[n - 2], ret_head)) || *ret_head > *ret_all)
		return FAIL(c, E_INVALID, "nats.protocol");
	return *ret_all > NATS_PAYLOAD_MOST ? FAIL(c, E_LIMIT, "nats.limit") : OK;
}

rc nats_parse(struct ctx *c, slice bytes, size_t *ret_used, struct nats_message *ret)
{
	size_t nl = slice_find(slice_sub(bytes, 0, NATS_LINE_MOST), S("\r\n"), 0), head, all;
	struct nats_message m = { .kind = NATS_OK };
	bool headers;
	slice line;

	*ret_used = 0;
	if (nl == SIZE_MAX)
		return bytes.len >= NATS_LINE_MOST ? FAIL(c, E_LIMIT, "nats.limit") : OK;
	line = slice_sub(bytes, 0, nl);
	headers = slice_starts(line, S("HMSG "));
	if (headers || slice_starts(line, S("MSG "))) {
		m.kind = NATS_MSG;
		TRY(message_head(c, slice_sub(line, headers ? 5 : 4, nl), headers, &m, &head, &all));
		if (bytes.len < nl + 2 + all + 2)
			return OK;
		if (bytes.p[nl + 2 + all] != '\r' || bytes.p[nl + 2 + all + 1] != '\n')
			return FAIL(c, E_INVALID, "nats.protocol");
		m.header = slice_sub(bytes, nl + 2, head);
		m.payload = slice_sub(bytes, nl + 2 + head, all - head);
		nl += all + 2;
	} else if (slice_starts(line, S("INFO "))) {
		m.kind = NATS_INFO;
		m.payload = slice_sub(line, 5, nl);
	} else if (slice_is(line, "PING")) {
		m.kind = NATS_PING;
	} else if (slice_is(line, "PONG")) {
		m.kind = NATS_PONG;
	} else if (slice_starts(line, S("-ERR"))) {
		m.kind = NATS_ERR;
		m.payload = slice_sub(line, 4, nl);
	} else if (!slice_is(line, "+OK")) {
		return FAIL(c, E_INVALID, "nats.protocol");
	}
	*ret = m;
	*ret_used = nl + 2;
	return OK;
}

slice nats_header(slice header, slice name)
{
	slice line;

	while (slice_next(&header, '\n', &line))
		if (line.len > name.len && slice_starts(line, name) && line.p[name.len] == ':')
			return slice_trim(slice_sub(line, name.len + 1, line.len));
	return S_NONE;
}

uint32_t nats_status(slice header)
{
	size_t v;

	return slice_starts(header, S("NATS/1.0 ")) && number(slice_sub(header, 9, 3), &v) ? (uint32_t)v : 0;
}
