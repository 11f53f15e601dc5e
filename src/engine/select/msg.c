/* Outlook's messages ([MS-OXMSG]): headers and text as of a mail, each attachment as a document of its own. */
#include "base/buf.h"
#include "engine/select/doc.h"
#include "engine/select/ole.h"

#include "base/banned.h"

#define TEXT_MOST ((size_t)16 << 20)
#define FILE_MOST ((size_t)64 << 20)
#define PARTS_MOST 512u

/* A property by its tag ([MS-OXPROPS]): Unicode, else in the writer's encoding. Empty when there is none. */
static rc property(struct ctx *c, const struct ole *o, uint32_t storage, const char *tag, slice *ret)
{
	char name[] = "__substg1.0_XXXX001F";
	uint32_t at;
	slice raw;

	memcpy(name + 12, tag, 4);
	*ret = S("");
	at = ole_find(o, storage, name);
	if (at != OLE_NONE) {
		TRY(ole_read(c, o, at, TEXT_MOST, &raw));
		return doc_decode(c, raw, DOC_UTF16LE, ret);
	}
	memcpy(name + 16, "001E", 4);
	at = ole_find(o, storage, name);
	if (at == OLE_NONE)
		return OK;
	TRY(ole_read(c, o, at, TEXT_MOST, &raw));
	return doc_decode(c, raw, doc_guess_charset(raw), ret);
}

static rc binary(struct ctx *c, const struct ole *o, uint32_t storage, const char *name, size_t most, slice *ret)
{
	uint32_t at = ole_find(o, storage, name);

	*ret = S("");
	return at == OLE_NONE ? OK : ole_read(c, o, at, most, ret);
}

/* "From: 山田 太郎 <t.yamada@…>" */
static rc put_person(struct ctx *c, const struct ole *o, uint32_t storage, const char *label, const char *name, const char *mail,
	const char *other, struct buf *b)
{
	slice who, address;

	TRY(property(c, o, storage, name, &who));
	TRY(property(c, o, storage, mail, &address));
	if (address.len == 0)
		TRY(property(c, o, storage, other, &address));
	if (who.len || address.len)
		buf_putf(b, "%s: %" S_FMT " <%" S_FMT ">\n", label, S_ARG(who), S_ARG(address));
	return OK;
}

static rc put_text(struct ctx *c, const struct ole *o, const char *tag, const char *label, struct buf *b)
{
	slice text;

	TRY(property(c, o, 0, tag, &text));
	if (text.len)
		buf_putf(b, "%s%" S_FMT "\n", label, S_ARG(text));
	return OK;
}

static rc attachment(struct ctx *c, struct doc *d, const struct ole *o, uint32_t storage, slice path, unsigned n, unsigned depth)
{
	slice bytes, name, mine;
	struct buf b;

	TRY(binary(c, o, storage, "__substg1.0_37010102", FILE_MOST, &bytes));
	if (bytes.len == 0) {
		d->unread++;   /* a message within the message, or an object of another program */
		return OK;
	}
	TRY(property(c, o, storage, "3707", &name));
	if (name.len == 0)
		TRY(property(c, o, storage, "3704", &name));
	buf_init(&b, c->a, 1024);
	buf_put(&b, path);
	buf_putf(&b, "%s%u", path.len ? "/" : "", n);
	TRY(buf_done(c, &b, &mine));
	return doc_take_inner(c, d, bytes, name, mine, depth + 1);
}

rc doc_take_msg(struct ctx *c, struct doc *d, slice bytes, slice path, unsigned depth)
{
	struct fault kept = c->fault;
	struct ole o;
	struct buf b;
	slice text, html;
	unsigned parts = 0;

	if (ole_open(c, bytes, &o) != OK || ole_find(&o, 0, "__properties_version1.0") == OLE_NONE) {
		c->fault = kept;
		d->unread++;   /* another compound file: an old document of Word or Excel */
		return OK;
	}
	buf_init(&b, c->a, 4 * TEXT_MOST);
	TRY(put_text(c, &o, "007D", "", &b));
	TRY(put_person(c, &o, 0, "From", "0C1A", "5D01", "0C1F", &b));
	for (uint32_t i = 0; i < o.n && parts < PARTS_MOST; i++)
		if (o.entries[i].kind == 1 && o.entries[i].parent == 0 && slice_starts(slice_of(o.entries[i].name), S("__recip_version1.0"))) {
			parts++;
			TRY(put_person(c, &o, i, "To", "3001", "39FE", "3003", &b));
		}
	TRY(put_text(c, &o, "0037", "Subject: ", &b));
	TRY(put_text(c, &o, "1000", "\n", &b));
	TRY(buf_done(c, &b, &text));
	TRY(doc_add(c, d, (struct doc_part){ .path = path, .text = text, .kind = IND_KIND_TEXT, .mail = true, .whole = depth == 0 }));
	TRY(binary(c, &o, 0, "__substg1.0_10130102", TEXT_MOST, &html));
	if (html.len == 0)
		TRY(property(c, &o, 0, "1013", &html));
	if (html.len) {
		TRY(doc_decode(c, html, doc_guess_charset(html), &html));
		TRY(doc_add(c, d, (struct doc_part){ .path = path.len ? path : S("html"), .text = html, .kind = IND_KIND_HTML, .mail = true }));
	}
	for (uint32_t i = 0, n = 0; i < o.n && parts < PARTS_MOST; i++)
		if (o.entries[i].kind == 1 && o.entries[i].parent == 0 && slice_starts(slice_of(o.entries[i].name), S("__attach_version1.0"))) {
			parts++;
			TRY(attachment(c, d, &o, i, path, ++n, depth));
		}
	return OK;
}
