/*
 * JSON with objects in objects, one record a line: Windows events, FHIR AuditEvent, ECS, OCSF. A value's name is the
 * way to it (agent.who.identifier.value); elements of a list have the list's name, and the first one counts, but those
 * that say of themselves that they did not ask (FHIR: agent.requestor) are called agent.other.
 */
#include "base/json.h"
#include "engine/screen/map.h"

#include "base/banned.h"

#define NAME_MOST 200
#define DEPTH_MOST 24

struct walk { const struct log_map *m; struct line *out; char name[NAME_MOST]; };

static bool is_other(const struct json *v)
{
	const struct json *r = v->type == JSON_OBJECT ? json_get(v, S("requestor")) : NULL;

	return r && r->type == JSON_FALSE;
}

static size_t name_put(struct walk *w, size_t len, slice part)
{
	if (len && len < NAME_MOST)
		w->name[len++] = '.';
	if (len + part.len > NAME_MOST)
		return SIZE_MAX;
	if (part.len)
		memcpy(w->name + len, part.p, part.len);
	return len + part.len;
}

static void take_value(struct walk *w, size_t len, const struct json *v)
{
	slice text = S_NONE;

	if (v->type == JSON_TEXT || v->type == JSON_INT || v->type == JSON_NUMBER)
		text = v->text;
	else if (json_is_bool(v))
		text = v->type == JSON_TRUE ? S("true") : S("false");
	map_field(w->m, w->out, (slice){ w->name, len }, text, true);
}

static void walk_value(struct walk *w, size_t len, const struct json *v, unsigned depth)
{
	if (depth > DEPTH_MOST)
		return;
	if (v->type == JSON_OBJECT) {
		for JSON_EACH(k, v) {
			size_t n = name_put(w, len, k->name);

			if (n != SIZE_MAX)
				walk_value(w, n, k, depth + 1);
		}
	} else if (v->type == JSON_ARRAY) {
		for JSON_EACH(k, v) {
			size_t n = is_other(k) ? name_put(w, len, S("other")) : len;

			if (n != SIZE_MAX)
				walk_value(w, n, k, depth + 1);
		}
	} else {
		take_value(w, len, v);
	}
}

enum line_state line_tree(struct ctx *work, const struct log_map *m, slice text, struct line *out)
{
	struct walk w = { .m = m, .out = out };
	const struct json *v;

	if (json_parse(work, text, &v) != OK || v->type != JSON_OBJECT)
		return LINE_DAMAGED;
	walk_value(&w, 0, v, 0);
	return LINE_GOOD;
}
