#include <assert.h>
#include <endian.h>
#include <stdio.h>

#include "base/json.h"
#include "base/json_plain.h"
#include "work/select/forms.h"

#include "base/banned.h"

/*
 * JSON Lines. A million lines a second leave here: what a line has in common with the one before is kept as it is written, and
 * pieces are copied in lengths that the compiler knows. What is too much is written over by the next piece. What few lines need
 * stands in functions apart, so that the others have no place on the stack to make.
 */

#define APART __attribute__((noinline))

#define HEAD_COPIED 64u
#define REASON_MOST 24u
#define LINE_SIGNS 384u   /* of a line without its values */

/* How a line of this type begins, made once for a block. */
static APART slice make_head(struct jsonl *f, struct buf *b, const struct item *item)
{
	struct buf head = { .a = b->a, .max = b->max };

	(void)buf_room(&head, HEAD_COPIED);
	buf_put(&head, S("{\"doc\":"));
	json_put_text(&head, item->doc);
	buf_put(&head, S(",\"type\":\""));
	buf_putz(&head, ind_type_word(item->it->type));
	buf_put(&head, S("\",\"value\":\""));
	b->full |= head.full;
	f->heads[item->it->type] = buf_slice(&head);
	return buf_slice(&head);
}

static inline char *put_head(char *p, slice head)
{
	if (head.len <= HEAD_COPIED)
		memcpy(p, head.p, HEAD_COPIED);
	else
		memcpy(p, head.p, head.len);
	return p + head.len;
}

/* NULL when the buffer is full. */
static APART char *put_escaped(struct buf *b, char *p, slice value)
{
	b->len = (size_t)(p - b->p) - 1;   /* it brings the marks around it */
	json_put_text(b, value);
	return buf_room(b, LINE_SIGNS) ? b->p + b->len - 1 : NULL;
}

static inline char *put_value(struct buf *b, char *p, slice value)
{
	return json_copy_plain(p, value) == value.len ? p + value.len : put_escaped(b, p, value);
}

static APART void make_role(struct jsonl_role *role, const struct indicator *it)
{
	role->reason = it->reason;
	assert(strlen(it->reason) <= REASON_MOST);
	role->len = (size_t)snprintf(role->text, sizeof role->text, "\",\"role\":\"%s\",\"reason\":\"%s\"", ind_role_word(it->role), it->reason);
	role->with_offset = role->len + (size_t)snprintf(role->text + role->len, sizeof role->text - role->len, ",\"offset\":");
}

#define NUMBER_MOST 20u
#define PUT(p, literal) (memcpy(p, literal, sizeof literal - 1), (p) + sizeof literal - 1)

static APART char *put_number(char *p, uint64_t n)
{
	struct buf digits = { .p = p, .cap = NUMBER_MOST, .max = NUMBER_MOST };

	buf_put_i64(&digits, (int64_t)n);
	return p + digits.len;
}

/* Nearly every item has the reason of the last one of its role, and no port. */
static inline char *put_role(struct jsonl *f, char *p, const struct indicator *it)
{
	struct jsonl_role *role = &f->roles[it->role];

	if (role->reason != it->reason)
		make_role(role, it);
	memcpy(p, role->text, sizeof role->text);
	if (!it->port)
		return p + role->with_offset;
	p = put_number(PUT(p + role->len, ",\"port\":"), it->port);
	return PUT(p, ",\"offset\":");
}

/* Offsets grow by little: all but their last four digits are mostly those of the last one. */
static inline char *put_offset(struct jsonl *f, char *p, uint64_t n)
{
	uint32_t low;

	if (n < 10000)
		return put_number(p, n);
	if (n - f->high.from >= 10000) {   /* at first it is 0 */
		f->high.from = n - n % 10000;
		f->high.len = (size_t)(put_number(f->high.text, n / 10000) - f->high.text);
	}
	low = htole32(four_digits((uint32_t)(n - f->high.from)) | 0x30303030u);
	memcpy(p, f->high.text, 16);   /* of 64 bits less four digits */
	memcpy(p + f->high.len, &low, sizeof low);
	return p + f->high.len + sizeof low;
}

/* What few lines have. NULL when the buffer is full. */
static APART char *put_rest(struct buf *b, char *p, const struct item *item)
{
	const struct { slice key, text; } pairs[] = { { S(",\"part\":"), item->part }, { S(",\"time\":"), item->time }, { S(",\"context\":"), item->context } };

	b->len = (size_t)(p - b->p);
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		if (pairs[i].text.len) {
			buf_put(b, pairs[i].key);
			json_put_text(b, pairs[i].text);
		}
	if (item->it->depth)
		buf_put(b, S(",\"encoded\":true"));
	return buf_room(b, LINE_SIGNS) ? b->p + b->len : NULL;
}

void jsonl_item(struct jsonl *f, struct buf *b, const struct item *item)
{
	const struct indicator *it = item->it;
	slice head = f->heads[it->type];
	char *p;

	if (head.len == 0)
		head = make_head(f, b, item);
	if (!buf_room(b, head.len + it->value.len + LINE_SIGNS))
		return;
	p = put_value(b, put_head(b->p + b->len, head), it->value);
	if (!p)
		return;
	p = put_offset(f, put_role(f, p, it), item->offset);
	if (item->part.len | item->time.len | item->context.len | it->depth)
		p = put_rest(b, p, item);
	if (!p)
		return;
	p = it->defanged ? PUT(p, ",\"defanged\":true,\"class\":\"machine\"}\n") : PUT(p, ",\"defanged\":false,\"class\":\"machine\"}\n");
	b->len = (size_t)(p - b->p);
}
