/* A pack's scalars as values, by the schema of the caller. */
#include "base/pack.h"

#include "base/parse.h"

#include "base/banned.h"

rc pack_fail_at(struct ctx *c, const struct pack *node, bool at_key, const char *key, const char *file, int line)
{
	(void)fault_set(c, E_INVALID, key, file, line);
	fault_where(c, node->file);
	if (at_key && node->key_row > 0)
		fault_place(c, node->key_row, node->key_col);
	else
		fault_place(c, node->row, node->col);
	return E_INVALID;
}

const struct pack *pack_get(const struct pack *map, slice key)
{
	if (!map || map->kind != PACK_MAP)
		return NULL;
	for PACK_EACH(m, map)
		if (slice_eq(m->key, key))
			return m;
	return NULL;
}

rc pack_is(struct ctx *c, const struct pack *node, enum pack_kind kind)
{
	if (node->kind == kind)
		return OK;
	(void)PACK_FAIL(c, node, "pack.kind");
	fault_name(c, node->key);
	return E_INVALID;
}

rc pack_keys(struct ctx *c, const struct pack *map, const char *const *keys)
{
	TRY(pack_is(c, map, PACK_MAP));
	for PACK_EACH(m, map) {
		size_t i = 0;

		while (keys[i] && !slice_is(m->key, keys[i]))
			i++;
		if (keys[i])
			continue;
		(void)PACK_FAIL_KEY(c, m, "pack.unknown_key");
		fault_name(c, m->key);
		return E_INVALID;
	}
	return OK;
}

rc pack_need(struct ctx *c, const struct pack *map, const char *key, const struct pack **ret)
{
	const struct pack *v = pack_get(map, slice_of(key));

	TRY(pack_is(c, map, PACK_MAP));
	if (!v) {
		(void)PACK_FAIL(c, map, "pack.missing");
		fault_name(c, slice_of(key));
		return E_INVALID;
	}
	*ret = v;
	return OK;
}

static rc bad(struct ctx *c, const struct pack *node, const char *key)
{
	(void)PACK_FAIL(c, node, key);
	fault_name(c, node->key);
	return E_INVALID;
}

rc pack_as_text(struct ctx *c, const struct pack *node, slice *ret)
{
	TRY(pack_is(c, node, PACK_TEXT));
	if (node->text.len == 0 && !node->quoted)
		return bad(c, node, "pack.empty_text");
	*ret = node->text;
	return OK;
}

rc pack_as_int(struct ctx *c, const struct pack *node, int64_t least, int64_t most, int64_t *ret)
{
	int64_t v;

	TRY(pack_is(c, node, PACK_TEXT));
	if (node->quoted || parse_i64(c, node->text, INT64_MIN + 1, INT64_MAX, &v) != OK)
		return bad(c, node, "pack.number");
	if (v < least || v > most)
		return bad(c, node, "pack.range");
	*ret = v;
	return OK;
}

rc pack_as_bool(struct ctx *c, const struct pack *node, bool *ret)
{
	TRY(pack_is(c, node, PACK_TEXT));
	if (node->quoted || (!slice_is(node->text, "true") && !slice_is(node->text, "false")))
		return bad(c, node, "pack.bool");
	*ret = slice_is(node->text, "true");
	return OK;
}

rc pack_as_day(struct ctx *c, const struct pack *node, jday *ret)
{
	jday d;

	TRY(pack_is(c, node, PACK_TEXT));
	if (jday_parse(c, node->text, &d) != OK)
		return bad(c, node, "pack.day");
	*ret = d;
	return OK;
}

rc pack_as_word(struct ctx *c, const struct pack *node, const char *const *words, unsigned *ret)
{
	TRY(pack_is(c, node, PACK_TEXT));
	for (unsigned i = 0; words[i]; i++)
		if (slice_is(node->text, words[i])) {
			*ret = i;
			return OK;
		}
	return bad(c, node, "pack.word");
}

rc pack_text(struct ctx *c, const struct pack *map, const char *key, slice *ret)
{
	const struct pack *v = NULL;

	TRY(pack_need(c, map, key, &v));
	return pack_as_text(c, v, ret);
}

rc pack_int(struct ctx *c, const struct pack *map, const char *key, int64_t least, int64_t most, int64_t *ret)
{
	const struct pack *v = NULL;

	TRY(pack_need(c, map, key, &v));
	return pack_as_int(c, v, least, most, ret);
}

rc pack_bool(struct ctx *c, const struct pack *map, const char *key, bool *ret)
{
	const struct pack *v = NULL;

	TRY(pack_need(c, map, key, &v));
	return pack_as_bool(c, v, ret);
}

rc pack_day(struct ctx *c, const struct pack *map, const char *key, jday *ret)
{
	const struct pack *v = NULL;

	TRY(pack_need(c, map, key, &v));
	return pack_as_day(c, v, ret);
}

rc pack_word(struct ctx *c, const struct pack *map, const char *key, const char *const *words, unsigned *ret)
{
	const struct pack *v = NULL;

	TRY(pack_need(c, map, key, &v));
	return pack_as_word(c, v, words, ret);
}

rc pack_text_or(struct ctx *c, const struct pack *map, const char *key, slice other, slice *ret)
{
	const struct pack *v = pack_get(map, slice_of(key));

	if (v)
		return pack_as_text(c, v, ret);
	*ret = other;
	return OK;
}

rc pack_bool_or(struct ctx *c, const struct pack *map, const char *key, bool other, bool *ret)
{
	const struct pack *v = pack_get(map, slice_of(key));

	if (v)
		return pack_as_bool(c, v, ret);
	*ret = other;
	return OK;
}

rc pack_day_or(struct ctx *c, const struct pack *map, const char *key, jday other, jday *ret)
{
	const struct pack *v = pack_get(map, slice_of(key));

	if (v)
		return pack_as_day(c, v, ret);
	*ret = other;
	return OK;
}

rc pack_texts(struct ctx *c, const struct pack *map, const char *key, slice **ret, uint32_t *ret_n)
{
	const struct pack *list = pack_get(map, slice_of(key));
	slice *out = NULL;
	uint32_t n = 0;

	if (list) {
		TRY(pack_is(c, list, PACK_LIST));
		TRY_ARRAY(c, out, (size_t)list->count + 1);
		for PACK_EACH(v, list) {
			TRY(pack_as_text(c, v, &out[n]));
			for (uint32_t i = 0; i < n; i++)
				if (slice_eq(out[i], out[n]))
					return bad(c, v, "pack.twice");
			n++;
		}
	}
	*ret = out;
	*ret_n = n;
	return OK;
}
