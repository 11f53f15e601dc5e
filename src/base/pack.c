#include "base/pack.h"

#include <stdlib.h>
#include <yaml.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/utf8.h"

#include "base/banned.h"

struct builder {
	struct ctx *c;
	const char *file;
	struct level {
		struct pack *node;
		const struct pack **tail;
		slice key;                  /* read, its value comes next */
		uint32_t key_row, key_col;
		bool has_key;
	} at[LIMIT_PACK_DEPTH];
	unsigned depth;
	struct pack *root;
	unsigned documents;
};

static rc fail_mark(struct builder *b, yaml_mark_t mark, rc code, const char *key)
{
	(void)FAIL(b->c, code, key);
	fault_where(b->c, b->file);
	fault_place(b->c, (uint32_t)mark.line + 1, (uint32_t)mark.column + 1);
	return code;
}

static rc text_of(struct builder *b, const yaml_event_t *e, slice *ret)
{
	slice s = { (const char *)e->data.scalar.value, e->data.scalar.length };

	if (s.len > 0 && memchr(s.p, '\0', s.len))
		return fail_mark(b, e->start_mark, E_INVALID, "pack.syntax");
	*ret = arena_copy(b->c->a, s);
	if (!ret->p)
		return FAIL(b->c, E_LIMIT, "memory.limit");
	return OK;
}

/* Puts a value where it belongs: the root, the next element, or the member whose key was read. */
static rc place(struct builder *b, struct pack *v)
{
	struct level *l = b->depth > 0 ? &b->at[b->depth - 1] : NULL;

	if (!l) {
		b->root = v;
		return OK;
	}
	if (l->node->kind == PACK_MAP) {
		v->key = l->key;
		v->key_row = l->key_row;
		v->key_col = l->key_col;
		l->has_key = false;
	}
	*l->tail = v;
	l->tail = &v->next;
	l->node->count++;
	return OK;
}

static bool wants_key(const struct builder *b)
{
	const struct pack *top = b->depth > 0 ? b->at[b->depth - 1].node : NULL;

	return top && top->kind == PACK_MAP && !b->at[b->depth - 1].has_key;
}

static rc on_key(struct builder *b, const yaml_event_t *e)
{
	struct level *l = &b->at[b->depth - 1];

	if (e->type != YAML_SCALAR_EVENT || e->data.scalar.length == 0)
		return fail_mark(b, e->start_mark, E_INVALID, "pack.key");
	TRY(text_of(b, e, &l->key));
	l->key_row = (uint32_t)e->start_mark.line + 1;
	l->key_col = (uint32_t)e->start_mark.column + 1;
	l->has_key = true;
	return OK;
}

static rc new_node(struct builder *b, const yaml_event_t *e, enum pack_kind kind, struct pack **ret)
{
	struct pack *v;

	TRY_NEW(b->c, v);
	v->kind = kind;
	v->row = (uint32_t)e->start_mark.line + 1;
	v->col = (uint32_t)e->start_mark.column + 1;
	v->file = b->file;
	*ret = v;
	return OK;
}

static rc on_scalar(struct builder *b, const yaml_event_t *e)
{
	struct pack *v;

	TRY(new_node(b, e, PACK_TEXT, &v));
	v->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	TRY(text_of(b, e, &v->text));
	return place(b, v);
}

static rc on_group(struct builder *b, const yaml_event_t *e, enum pack_kind kind)
{
	struct pack *v;

	if (b->depth >= LIMIT_PACK_DEPTH)
		return fail_mark(b, e->start_mark, E_LIMIT, "pack.depth");
	TRY(new_node(b, e, kind, &v));
	TRY(place(b, v));
	b->at[b->depth++] = (struct level){ .node = v, .tail = &v->child };
	return OK;
}

static int by_key(const void *a, const void *b)
{
	const struct pack *x = *(const struct pack *const *)a, *y = *(const struct pack *const *)b;
	int cmp = slice_cmp(x->key, y->key);

	return cmp ? cmp : x->key_row != y->key_row ? (x->key_row < y->key_row ? -1 : 1) : x->key_col < y->key_col ? -1 : 1;
}

static rc no_duplicates(struct builder *b, const struct pack *map)
{
	const struct pack **members;
	uint32_t n = 0;

	if (!map || map->count < 2)
		return OK;
	TRY_ARRAY(b->c, members, map->count);
	for PACK_EACH(m, map)
		members[n++] = m;
	qsort(members, n, sizeof *members, by_key);
	for (uint32_t i = 1; i < n; i++)
		if (slice_eq(members[i - 1]->key, members[i]->key)) {
			(void)PACK_FAIL_KEY(b->c, members[i], "pack.duplicate");
			fault_name(b->c, members[i]->key);
			return E_INVALID;
		}
	return OK;
}

static bool has_anchor(const yaml_event_t *e)
{
	return (e->type == YAML_SCALAR_EVENT && e->data.scalar.anchor) ||
	       (e->type == YAML_SEQUENCE_START_EVENT && e->data.sequence_start.anchor) ||
	       (e->type == YAML_MAPPING_START_EVENT && e->data.mapping_start.anchor) || e->type == YAML_ALIAS_EVENT;
}

static bool has_tag(const yaml_event_t *e)
{
	return (e->type == YAML_SCALAR_EVENT && e->data.scalar.tag) ||
	       (e->type == YAML_SEQUENCE_START_EVENT && e->data.sequence_start.tag) ||
	       (e->type == YAML_MAPPING_START_EVENT && e->data.mapping_start.tag);
}

static rc on_document(struct builder *b, const yaml_event_t *e)
{
	if (++b->documents > 1)
		return fail_mark(b, e->start_mark, E_INVALID, "pack.documents");
	if (e->data.document_start.version_directive ||
	    e->data.document_start.tag_directives.start != e->data.document_start.tag_directives.end)
		return fail_mark(b, e->start_mark, E_INVALID, "pack.directive");
	return OK;
}

static rc on_event(struct builder *b, const yaml_event_t *e)
{
	if (has_anchor(e))
		return fail_mark(b, e->start_mark, E_INVALID, "pack.anchor");
	if (has_tag(e))
		return fail_mark(b, e->start_mark, E_INVALID, "pack.tag");
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		return on_document(b, e);
	case YAML_SCALAR_EVENT:
		return wants_key(b) ? on_key(b, e) : on_scalar(b, e);
	case YAML_SEQUENCE_START_EVENT:
		return wants_key(b) ? on_key(b, e) : on_group(b, e, PACK_LIST);
	case YAML_MAPPING_START_EVENT:
		return wants_key(b) ? on_key(b, e) : on_group(b, e, PACK_MAP);
	case YAML_MAPPING_END_EVENT:
		b->depth--;
		return no_duplicates(b, b->at[b->depth].node);
	case YAML_SEQUENCE_END_EVENT:
		b->depth--;
		return OK;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_END_EVENT:
	case YAML_ALIAS_EVENT:
		return OK;
	}
	return OK;
}

static void parser_end(yaml_parser_t *p)
{
	yaml_parser_delete(p);
}

static rc read_events(struct builder *b, slice text)
{
	__attribute__((cleanup(parser_end))) yaml_parser_t parser;
	bool more = true;

	memset(&parser, 0, sizeof parser);
	if (!yaml_parser_initialize(&parser))
		return FAIL(b->c, E_NOMEM, "memory.limit");
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text.p, text.len);
	while (more) {
		yaml_event_t e;
		rc r;

		if (!yaml_parser_parse(&parser, &e))
			return fail_mark(b, parser.problem_mark, E_INVALID, "pack.syntax");
		r = on_event(b, &e);
		more = e.type != YAML_STREAM_END_EVENT;
		yaml_event_delete(&e);
		TRY(r);
	}
	return OK;
}

/* The place of a byte, for faults that libyaml never gets to see. */
static yaml_mark_t mark_of(slice text, size_t at)
{
	yaml_mark_t m = { .index = at };

	for (size_t i = 0; i < at; i++) {
		if (text.p[i] == '\n') {
			m.line++;
			m.column = 0;
		} else if (((unsigned char)text.p[i] & 0xC0) != 0x80) {
			m.column++;
		}
	}
	return m;
}

rc pack_parse(struct ctx *c, const char *file, slice text, const struct pack **ret)
{
	struct builder b = { .c = c, .file = arena_cstr(c->a, slice_of(file)) };
	size_t good = utf8_valid_prefix(text);
	const char *nul = text.len > 0 ? memchr(text.p, '\0', text.len) : NULL;

	if (!b.file)
		return FAIL(c, E_LIMIT, "memory.limit");
	if (good < text.len)
		return fail_mark(&b, mark_of(text, good), E_INVALID, "pack.utf8");
	if (nul)
		return fail_mark(&b, mark_of(text, (size_t)(nul - text.p)), E_INVALID, "pack.syntax");
	TRY(read_events(&b, text));
	if (!b.root)
		return fail_mark(&b, (yaml_mark_t){ 0 }, E_INVALID, "pack.empty");
	*ret = b.root;
	return OK;
}

rc pack_read(struct ctx *c, const char *path, const struct pack **ret)
{
	slice text;

	TRY(file_read(c, path, LIMIT_FILE_SMALL, &text));
	return pack_parse(c, path, text, ret);
}
