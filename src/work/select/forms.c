#include "work/select/forms.h"

#include <openssl/evp.h>
#include <stdio.h>

#include "base/json.h"

#include "base/banned.h"

static const char *const marking_words[TLPS] = { "clear", "green", "amber", "amber+strict", "red" };

const char *tlp_word(enum tlp t) { return marking_words[t]; }

bool tlp_from_word(slice word, enum tlp *ret)
{
	for (int i = 0; i < TLPS; i++)
		if (slice_is(word, marking_words[i])) {
			*ret = (enum tlp)i;
			return true;
		}
	return false;
}

void uuid5(const unsigned char space[16], slice name, char out[37])
{
	unsigned char md[EVP_MAX_MD_SIZE] = { 0 };
	EVP_MD_CTX *x = EVP_MD_CTX_new();
	char *p = out;

	if (x) {
		EVP_DigestInit_ex(x, EVP_sha1(), NULL);
		EVP_DigestUpdate(x, space, 16);
		EVP_DigestUpdate(x, name.p, name.len);
		EVP_DigestFinal_ex(x, md, NULL);
		EVP_MD_CTX_free(x);
	}
	md[6] = (unsigned char)((md[6] & 0x0f) | 0x50);
	md[8] = (unsigned char)((md[8] & 0x3f) | 0x80);
	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*p++ = '-';
		*p++ = "0123456789abcdef"[md[i] >> 4];
		*p++ = "0123456789abcdef"[md[i] & 15];
	}
	*p = '\0';
}

/* Behind what was asked for with buf_room(); literals are copied by their length, which the compiler knows. */
#define PUT(b, literal) (memcpy((b)->p + (b)->len, literal, sizeof literal - 1), (b)->len += sizeof literal - 1)

#define HEAD_COPIED 64u
#define LINE_SIGNS 320u   /* of a line without its values */

/* How a line of this type begins, made once for a block. */
static slice jsonl_head(struct form *f, struct buf *b, const struct item *item)
{
	struct buf head = { .a = b->a, .max = b->max };

	(void)buf_room(&head, HEAD_COPIED);
	buf_put(&head, S("{\"doc\":"));
	json_put_text(&head, item->doc);
	buf_putf(&head, ",\"type\":\"%s\",\"value\":", ind_type_word(item->it->type));
	f->heads[item->it->type] = buf_slice(&head);
	return buf_slice(&head);
}

/* Nearly every item has the reason of the last one of its role. */
static void put_role(struct form *f, struct buf *b, const struct indicator *it)
{
	struct form_role *role = &f->roles[it->role];

	if (role->reason != it->reason) {
		role->reason = it->reason;
		role->len = (size_t)snprintf(role->text, sizeof role->text, ",\"role\":\"%s\",\"reason\":\"%s\"", ind_role_word(it->role), it->reason);
	}
	memcpy(b->p + b->len, role->text, sizeof role->text);   /* likewise */
	b->len += role->len;
}

/* By hand: a million lines a second leave here. */
static void jsonl_item(struct form *f, struct buf *b, const struct item *item)
{
	const struct indicator *it = item->it;
	slice head = f->heads[it->type];

	if (head.len == 0)
		head = jsonl_head(f, b, item);
	if (!buf_room(b, head.len + it->value.len + LINE_SIGNS))
		return;
	if (head.len <= HEAD_COPIED)
		memcpy(b->p + b->len, head.p, HEAD_COPIED);   /* of a known length; what is too much is written over */
	else
		memcpy(b->p + b->len, head.p, head.len);
	b->len += head.len;
	json_put_text(b, it->value);
	if (!buf_room(b, LINE_SIGNS))   /* what was escaped is longer */
		return;
	put_role(f, b, it);
	if (it->port) {
		PUT(b, ",\"port\":");
		buf_put_i64(b, it->port);
	}
	PUT(b, ",\"offset\":");
	buf_put_i64(b, (int64_t)item->offset);
	if (item->part.len) {
		buf_put(b, S(",\"part\":"));
		json_put_text(b, item->part);
	}
	if (item->time.len) {
		buf_put(b, S(",\"time\":"));
		json_put_text(b, item->time);
	}
	if (item->context.len) {
		buf_put(b, S(",\"context\":"));
		json_put_text(b, item->context);
	}
	if (it->depth)
		buf_put(b, S(",\"encoded\":true"));
	if (!buf_room(b, LINE_SIGNS))
		return;
	if (it->defanged)
		PUT(b, ",\"defanged\":true,\"class\":\"machine\"}\n");
	else
		PUT(b, ",\"defanged\":false,\"class\":\"machine\"}\n");
}

/* RFC 4180; a cell that a spreadsheet would take for a formula gets an apostrophe. */
static void csv_cell(struct buf *b, slice s)
{
	bool quote = false;

	for (size_t i = 0; i < s.len; i++)
		quote |= s.p[i] == '"' || s.p[i] == ',' || s.p[i] == '\n' || s.p[i] == '\r';
	if (quote)
		buf_putc(b, '"');
	if (s.len && strchr("=+-@\t", s.p[0]))
		buf_putc(b, '\'');
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '"')
			buf_putc(b, '"');
		buf_putc(b, s.p[i]);
	}
	if (quote)
		buf_putc(b, '"');
}

static void csv_item(struct buf *b, const struct item *item)
{
	const struct indicator *it = item->it;

	csv_cell(b, item->doc);
	buf_putf(b, ",%s,", ind_type_word(it->type));
	csv_cell(b, it->value);
	buf_putf(b, ",%s,%s,", ind_role_word(it->role), it->reason);
	if (it->port)
		buf_put_i64(b, it->port);
	buf_putc(b, ',');
	buf_put_i64(b, (int64_t)item->offset);
	buf_putc(b, ',');
	csv_cell(b, item->part);
	buf_putz(b, it->defanged ? ",yes\r\n" : ",no\r\n");
}

void form_begin(struct form *f, struct buf *b)
{
	switch (f->opt->form) {
	case SELECT_CSV: buf_putz(b, "doc,type,value,role,reason,port,offset,part,defanged\r\n"); break;
	case SELECT_STIX: stix_begin(f, b); break;
	case SELECT_MISP: misp_begin(f, b); break;
	case SELECT_JSONL: case SELECT_REDACT: break;
	}
}

void form_item(struct form *f, struct buf *b, const struct item *item)
{
	switch (f->opt->form) {
	case SELECT_JSONL: jsonl_item(f, b, item); break;
	case SELECT_CSV: csv_item(b, item); break;
	case SELECT_STIX: stix_item(f, b, item); break;
	case SELECT_MISP: misp_item(f, b, item); break;
	case SELECT_REDACT: return;
	}
	f->written++;
}

void form_end(struct form *f, struct buf *b)
{
	switch (f->opt->form) {
	case SELECT_STIX: stix_end(b); break;
	case SELECT_MISP: misp_end(b); break;
	case SELECT_JSONL: case SELECT_CSV: case SELECT_REDACT: break;
	}
}
