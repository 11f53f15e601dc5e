#include "core/record/note.h"

#include <endian.h>
#include <sodium.h>

#include "base/base64.h"
#include "base/parse.h"
#include "base/utf8.h"

#include "base/banned.h"

#define DASH "\xe2\x80\x94 "   /* em dash and blank */
#define NAME_MOST 255u

/* White_Space of Unicode (PropList), and the controls below the blank. */
static bool is_space(uint32_t cp)
{
	return cp <= 0x20 || cp == 0x85 || cp == 0xa0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200a) || cp == 0x2028 ||
	       cp == 0x2029 || cp == 0x202f || cp == 0x205f || cp == 0x3000;
}

/* C2SP signed-note: no empty name, no plus, no Unicode space. */
static bool name_is_valid(slice s)
{
	uint32_t cp;

	if (s.len == 0 || s.len > NAME_MOST)
		return false;
	for (size_t i = 0; i < s.len;)
		if (!utf8_next(s, &i, &cp) || is_space(cp) || cp == '+')
			return false;
	return true;
}

/* The first 4 bytes of SHA-256(name ‖ LF ‖ type ‖ key). */
static void key_id(struct hasher *h, slice name, unsigned char type, const unsigned char pk[32], unsigned char ret[4])
{
	char text[512];
	struct hash sum;

	if (name.len > NAME_MOST)
		name.len = NAME_MOST;
	memcpy(text, name.p, name.len);
	text[name.len] = '\n';
	text[name.len + 1] = (char)type;
	memcpy(text + name.len + 2, pk, 32);
	hash_bytes(h, (slice){ text, name.len + 34 }, &sum);
	memcpy(ret, sum.b, 4);
}

rc note_key_parse(struct ctx *c, slice text, struct note_key *ret)
{
	AUTO_HASHER h = hasher_new();
	struct note_key k = { 0 };
	unsigned char raw[33], want[4];
	size_t a = slice_find(text, S("+"), 0), b = a == SIZE_MAX ? a : slice_find(text, S("+"), a + 1);

	if (!h)
		return FAIL(c, E_NOMEM, "memory.limit");
	if (b == SIZE_MAX)
		return FAIL(c, E_INVALID, "note.key");
	k.name = slice_sub(text, 0, a);
	if (!name_is_valid(k.name) || parse_hex(c, slice_sub(text, a + 1, b - a - 1), k.id, 4) != OK ||
	    base64_parse_n(c, slice_sub(text, b + 1, text.len), raw, 33) != OK)
		return FAIL(c, E_INVALID, "note.key");
	k.type = raw[0];
	memcpy(k.pk, raw + 1, 32);
	key_id(h, k.name, k.type, k.pk, want);
	if (memcmp(want, k.id, 4) != 0 || (k.type != NOTE_ED25519 && k.type != NOTE_COSIGNATURE))
		return FAIL(c, E_INVALID, "note.key");
	*ret = k;
	return OK;
}

void note_key_put(struct hasher *h, struct buf *b, slice name, unsigned char type, const unsigned char pk[32])
{
	unsigned char id[4];
	char raw[33];

	key_id(h, name, type, pk, id);
	raw[0] = (char)type;
	memcpy(raw + 1, pk, 32);
	buf_put(b, name);
	buf_putf(b, "+%02x%02x%02x%02x+", id[0], id[1], id[2], id[3]);
	base64_put(b, (slice){ raw, 33 });
}

static bool text_is_valid(slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.p[i] < 0x20 && s.p[i] != '\n')
			return false;
	return utf8_is_valid(s);
}

static rc parse_signature(struct ctx *c, slice line, struct note_signature *ret)
{
	size_t blank;
	slice raw;

	if (!slice_starts(line, S(DASH)))
		return FAIL(c, E_INVALID, "note.form");
	line = slice_sub(line, sizeof DASH - 1, line.len);
	blank = slice_find(line, S(" "), 0);
	if (blank == SIZE_MAX || !name_is_valid(slice_sub(line, 0, blank)))
		return FAIL(c, E_INVALID, "note.form");
	if (base64_parse_loose(c, slice_sub(line, blank + 1, line.len), &raw) != OK)
		return FAIL(c, E_INVALID, "note.form");
	if (raw.len < 5 || raw.len > NOTE_SIGNATURE_MOST)
		return FAIL(c, E_INVALID, "note.form");
	ret->name = slice_sub(line, 0, blank);
	memcpy(ret->id, raw.p, 4);
	ret->bytes = slice_sub(raw, 4, raw.len);
	return OK;
}

rc note_parse(struct ctx *c, slice text, struct note *ret)
{
	struct note n = { 0 };
	size_t cut = SIZE_MAX;
	slice rest, line;

	if (text.len > NOTE_MOST)
		return FAIL(c, E_LIMIT, "note.form");
	if (text.len < 3 || text.p[text.len - 1] != '\n' || !text_is_valid(text))
		return FAIL(c, E_INVALID, "note.form");
	for (size_t i = text.len - 1; i > 0 && cut == SIZE_MAX; i--)
		if (text.p[i] == '\n' && text.p[i - 1] == '\n')
			cut = i;
	if (cut == SIZE_MAX || cut < 2)
		return FAIL(c, E_INVALID, "note.form");
	n.body = slice_sub(text, 0, cut);
	rest = slice_sub(text, cut + 1, text.len);
	while (slice_next(&rest, '\n', &line)) {
		if (n.nsigs == NOTE_SIGNATURES_MOST)
			return FAIL(c, E_LIMIT, "note.form");
		TRY(parse_signature(c, line, &n.sigs[n.nsigs++]));
	}
	if (n.nsigs == 0)
		return FAIL(c, E_INVALID, "note.form");
	*ret = n;
	return OK;
}

void cosignature_put_message(struct buf *b, uint64_t time, slice body)
{
	buf_putf(b, "cosignature/v1\ntime %llu\n", (unsigned long long)time);
	buf_put(b, body);
}

static bool signature_holds(const unsigned char *sig, slice message, const unsigned char pk[32])
{
	return crypto_sign_verify_detached(sig, (const unsigned char *)message.p, message.len, pk) == 0;
}

static rc check_one(struct ctx *c, const struct note *n, const struct note_signature *s, const struct note_key *key,
                    uint64_t *ret_time)
{
	const unsigned char *raw = (const unsigned char *)s->bytes.p;
	uint64_t time = 0;
	struct buf b;

	if (key->type == NOTE_ED25519) {
		if (s->bytes.len != 64 || !signature_holds(raw, n->body, key->pk))
			return FAIL(c, E_TAMPER, "note.signature");
		*ret_time = 0;
		return OK;
	}
	if (s->bytes.len != 72)
		return FAIL(c, E_TAMPER, "note.signature");
	memcpy(&time, raw, 8);
	time = be64toh(time);
	if (time > INT64_MAX)
		return FAIL(c, E_TAMPER, "note.signature");
	buf_init(&b, c->a, NOTE_MOST + 64);
	cosignature_put_message(&b, time, n->body);
	if (b.full || !signature_holds(raw + 8, buf_slice(&b), key->pk))
		return FAIL(c, E_TAMPER, "note.signature");
	*ret_time = time;
	return OK;
}

const struct note_signature *note_find(const struct note *n, const struct note_key *key)
{
	for (size_t i = 0; i < n->nsigs; i++)
		if (slice_eq(n->sigs[i].name, key->name) && memcmp(n->sigs[i].id, key->id, 4) == 0)
			return &n->sigs[i];
	return NULL;
}

rc note_verify(struct ctx *c, const struct note *n, const struct note_key *key, uint64_t *ret_time)
{
	const struct note_signature *s = note_find(n, key);

	return s ? check_one(c, n, s, key, ret_time) : FAIL(c, E_NOTFOUND, "note.unsigned");
}

rc checkpoint_parse(struct ctx *c, slice body, struct checkpoint *ret)
{
	struct checkpoint cp = { 0 };
	slice rest = body, size, root;

	if (!slice_next(&rest, '\n', &cp.origin) || !slice_next(&rest, '\n', &size) || !slice_next(&rest, '\n', &root))
		return FAIL(c, E_INVALID, "note.checkpoint");
	if (cp.origin.len == 0 || parse_u64(c, size, 0, INT64_MAX, &cp.size) != OK ||
	    base64_parse_n(c, root, cp.root.b, 32) != OK)
		return FAIL(c, E_INVALID, "note.checkpoint");
	cp.extra = rest;
	while (slice_next(&rest, '\n', &size))
		if (size.len == 0)   /* an extension line is never empty */
			return FAIL(c, E_INVALID, "note.checkpoint");
	*ret = cp;
	return OK;
}

void checkpoint_put(struct buf *b, slice origin, uint64_t size, const struct hash *root)
{
	buf_put(b, origin);
	buf_putf(b, "\n%llu\n", (unsigned long long)size);
	base64_put(b, hash_slice(root));
	buf_putc(b, '\n');
}

void note_put_line(struct buf *b, const struct note_signature *s)
{
	char raw[4 + NOTE_SIGNATURE_MOST];

	memcpy(raw, s->id, 4);
	memcpy(raw + 4, s->bytes.p, s->bytes.len);
	buf_putf(b, DASH "%" S_FMT " ", S_ARG(s->name));
	base64_put(b, (slice){ raw, 4 + s->bytes.len });
	buf_putc(b, '\n');
}

void note_put_signature(struct hasher *h, struct buf *b, slice name, unsigned char type, const unsigned char pk[32],
                        uint64_t time, const unsigned char sig[64])
{
	uint64_t be = htobe64(time);
	char raw[76];
	size_t n = 4;

	key_id(h, name, type, pk, (unsigned char *)raw);
	if (type == NOTE_COSIGNATURE) {
		memcpy(raw + n, &be, 8);
		n += 8;
	}
	memcpy(raw + n, sig, 64);
	buf_putz(b, DASH);
	buf_put(b, name);
	buf_putc(b, ' ');
	base64_put(b, (slice){ raw, n + 64 });
	buf_putc(b, '\n');
}
