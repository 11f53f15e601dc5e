/* What STIX indicators and MISP attributes are looked for by. */
#include "engine/select/chars.h"
#include "engine/select/match_list.h"

#include "base/banned.h"

#define STEP_MOST 4096u

void list_put(struct list_out *o, slice value)
{
	value = slice_trim(value);
	if (value.len == 0 || value.p[0] == '{' || value.p[0] == '#' || memchr(value.p, '\n', value.len)) {
		o->passed++;
		return;
	}
	buf_put(o->lines, value);
	buf_putc(o->lines, '\n');
}

/* ---- STIX patterns (STIX 2.1 §9) ---- */

/* Is the object path one whose value stands in logs? */
static bool path_is_met(slice path)
{
	static const char *const whole[] = {
		"ipv4-addr:value", "ipv6-addr:value", "domain-name:value", "url:value", "email-addr:value", "network-traffic:dst_ref.value",
		"network-traffic:src_ref.value", "email-message:from_ref.value", "email-message:sender_ref.value", "x-network-fingerprint:ja3",
		"x-network-fingerprint:ja3s", "x-network-fingerprint:ja4",
	};

	for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++)
		if (slice_is(path, whole[i]))
			return true;
	return slice_starts(path, S("file:hashes.")) || slice_starts(path, S("artifact:hashes.")) || slice_starts(path, S("x509-certificate:hashes."));
}

/* The end of a text in quotes that begins at i. */
static size_t quote_end(slice s, size_t i)
{
	for (i++; i < s.len && s.p[i] != '\''; i++)
		i += s.p[i] == '\\';
	return i < s.len ? i : s.len;
}

static bool is_step(char ch) { return is_alnum(ch) || ch == '-' || ch == '_' || ch == ':' || ch == '.' || ch == '*'; }

/* An object path or a word of the language; steps may stand in quotes. */
static size_t word_end(slice s, size_t i)
{
	while (i < s.len) {
		if (s.p[i] == '\'' && i > 0 && s.p[i - 1] == '.')
			i = quote_end(s, i) + 1;
		else if (s.p[i] == '[' && i + 1 < s.len && (is_digit(s.p[i + 1]) || s.p[i + 1] == '*'))
			i += 2;
		else if (is_step(s.p[i]) || (s.p[i] == ']' && i > 1 && s.p[i - 2] == '['))
			i++;
		else
			break;
	}
	return i < s.len ? i : s.len;
}

static slice unescaped(slice s, char room[STEP_MOST])
{
	size_t n = 0;

	if (s.len > STEP_MOST || !memchr(s.p, '\\', s.len))
		return s;
	for (size_t i = 0; i < s.len; i++) {
		i += s.p[i] == '\\' && i + 1 < s.len;
		room[n++] = s.p[i];
	}
	return (slice){ room, n };
}

/* Each value that the pattern compares with: also those of an AND, for a line of a log seldom has more than one of them. */
static void put_pattern(struct list_out *o, slice s)
{
	char room[STEP_MOST];
	slice path = S_NONE;
	bool met = false, not = false, any = false;

	for (size_t i = 0, end; i < s.len; i = end) {
		end = i + 1;
		if (s.p[i] == '\'') {
			end = quote_end(s, i);
			if (met && !not) {
				list_put(o, unescaped(slice_sub(s, i + 1, end - i - 1), room));
				any = true;
			}
			end++;
		} else if (is_alpha(s.p[i])) {
			slice word;

			end = word_end(s, i);
			word = slice_sub(s, i, end - i);
			if (memchr(word.p, ':', word.len)) {
				path = word;
				met = not = false;
			} else if (slice_is(word, "NOT")) {
				not = true;
			} else {
				met = path.len && (slice_is(word, "IN") || slice_is(word, "ISSUBSET")) && path_is_met(path);
			}
		} else if (s.p[i] == '=' || s.p[i] == '!' || s.p[i] == '<' || s.p[i] == '>') {
			met = s.p[i] == '=' && (i == 0 || !memchr("!<>", s.p[i - 1], 3)) && path_is_met(path);
		}
	}
	o->passed += !any;
}

bool list_stix(struct list_out *o, const struct json *v)
{
	slice type = json_text(json_get(v, S("type"))), id = json_text(json_get(v, S("id"))), kind = json_text(json_get(v, S("pattern_type")));
	const struct json *objects = json_get(v, S("objects"));

	if (objects && objects->type == JSON_ARRAY) {
		for JSON_EACH(x, objects)
			(void)list_stix(o, x);
		return true;
	}
	if (type.len == 0 || !slice_starts(id, type) || slice_find(id, S("--"), type.len) != type.len)
		return false;
	if (slice_is(type, "indicator") && (kind.len == 0 || slice_is(kind, "stix")) && !json_is_true(json_get(v, S("revoked"))))
		put_pattern(o, json_text(json_get(v, S("pattern"))));
	else
		o->passed += slice_is(type, "indicator");
	return true;
}

/* ---- MISP (misp-standard.org, core format) ---- */

/* Which sides of "a|b" are met in logs. */
enum { SIDE_NONE, SIDE_LEFT, SIDE_RIGHT, SIDE_BOTH };

static unsigned side_is_met(slice type)
{
	static const char *const met[] = {
		"ip-src", "ip-dst", "domain", "hostname", "url", "uri", "link", "email", "email-src", "email-dst", "email-reply-to", "md5", "sha1", "sha256",
		"sha512", "ja3-fingerprint-md5", "ja4", "ja4-fingerprint", "x509-fingerprint-md5", "x509-fingerprint-sha1", "x509-fingerprint-sha256", "ip",
	};

	for (size_t i = 0; i < sizeof met / sizeof met[0]; i++)
		if (slice_is(type, met[i]))
			return SIDE_LEFT;
	return SIDE_NONE;
}

static void put_attribute(struct list_out *o, const struct json *v)
{
	slice type = json_text(json_get(v, S("type"))), value = json_text(json_get(v, S("value"))), left, right = S_NONE;
	const struct json *ids = json_get(v, S("to_ids"));
	size_t bar = slice_find(type, S("|"), 0), at = slice_find(value, S("|"), 0);
	unsigned sides;

	left = bar == SIZE_MAX ? type : slice_sub(type, 0, bar);
	right = bar == SIZE_MAX ? S_NONE : slice_sub(type, bar + 1, type.len);
	sides = slice_is(type, "malware-sample") ? SIDE_RIGHT : side_is_met(left) | (slice_is(right, "ip") || side_is_met(right) ? side_is_met(right) << 1 : 0);
	if (sides == SIDE_NONE || value.len == 0 || (ids && !json_is_true(ids) && !slice_is(ids->text, "1")) || json_is_true(json_get(v, S("deleted")))) {
		o->passed++;
		return;
	}
	if (sides & SIDE_LEFT)
		list_put(o, slice_sub(value, 0, at));
	if (sides & SIDE_RIGHT && at != SIZE_MAX)
		list_put(o, slice_sub(value, at + 1, value.len));
}

static void put_attributes(struct list_out *o, const struct json *holder)
{
	for JSON_EACH(x, json_get(holder, S("Attribute")))
		put_attribute(o, x);
	for JSON_EACH(x, json_get(holder, S("Object")))
		put_attributes(o, x);
}

bool list_misp(struct list_out *o, const struct json *v)
{
	const struct json *event = json_get(v, S("Event")), *found = json_get(v, S("response"));

	if (found && found->type == JSON_ARRAY) {   /* of a search */
		for JSON_EACH(x, found)
			(void)list_misp(o, x);
		return true;
	}
	if (!event && !found && !json_get(v, S("Attribute")))
		return false;
	put_attributes(o, event ? event : found ? found : v);
	return true;
}
