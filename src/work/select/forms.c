#include "work/select/forms.h"

#include <openssl/evp.h>

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

static __attribute__((noinline)) void csv_item(struct buf *b, const struct item *item)
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
	f->written++;
	switch (f->opt->form) {
	case SELECT_CSV: csv_item(b, item); break;
	case SELECT_STIX: stix_item(f, b, item); break;
	case SELECT_MISP: misp_item(f, b, item); break;
	case SELECT_JSONL: case SELECT_REDACT: break;
	}
}

void form_end(struct form *f, struct buf *b)
{
	switch (f->opt->form) {
	case SELECT_STIX: stix_end(b); break;
	case SELECT_MISP: misp_end(b); break;
	case SELECT_JSONL: case SELECT_CSV: case SELECT_REDACT: break;
	}
}
