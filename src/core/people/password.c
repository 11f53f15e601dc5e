/* Passwords: how good, and kept as Argon2id (RFC 9106) only. NIST SP 800-63B section 5.1.1.2: length, a list, no rules of letters. */
#include "core/people/people_inside.h"

#include <sodium.h>

#include "base/aside.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "base/wire.h"

#include "base/banned.h"

#define LEAST 12
#define MOST 256u
/* 46 MiB in one pass is the least that OWASP names for Argon2id; two of 48 MiB take about 0.1 s on a small server. */
#define PASSES 2u
#define MEMORY ((size_t)48 << 20)

static rc start(struct ctx *c)
{
	return sodium_init() < 0 ? FAIL(c, E_BUG, "bug") : OK;
}

rc password_hash(struct ctx *c, slice password, slice *ret)
{
	char out[crypto_pwhash_STRBYTES];

	TRY(start(c));
	if (crypto_pwhash_str_alg(out, password.p ? password.p : "", password.len, PASSES, MEMORY, crypto_pwhash_ALG_ARGON2ID13) != 0)
		return FAIL(c, E_NOMEM, "memory.limit");
	return slice_keep(c, slice_of(out), ret);
}

/* Beside, so that nobody waits for somebody else's password. */
static rc verify_aside(struct ctx *c, slice hash, slice password, bool *ret_right)
{
	slice question, answer;
	struct buf b;

	buf_init(&b, c->a, crypto_pwhash_STRBYTES + MOST + 16);
	wire_put_bytes(&b, hash);
	wire_put_bytes(&b, password);
	TRY(buf_done(c, &b, &question));
	TRY(c->aside->ask(c, c->aside->to, ASIDE_VERIFY, question, &answer));
	*ret_right = slice_is(answer, "right");
	return OK;
}

rc password_answer(struct ctx *c, slice question, bool *ret_right)
{
	struct ctx own = { .a = c->a, .now = c->now };
	slice hash, password;

	TRY(wire_get_bytes(c, &question, crypto_pwhash_STRBYTES, &hash));
	TRY(wire_get_bytes(c, &question, MOST, &password));
	TRY(wire_end(c, question));
	return password_verify(&own, hash, password, ret_right);
}

rc password_verify(struct ctx *c, slice hash, slice password, bool *ret_right)
{
	char text[crypto_pwhash_STRBYTES] = { 0 };

	TRY(start(c));
	if (hash.len >= sizeof text || password.len > MOST)
		password = hash = S_NONE;
	if (c->aside)
		return verify_aside(c, hash, password, ret_right);
	memcpy(text, hash.len ? hash.p : "", hash.len);
	*ret_right = crypto_pwhash_str_verify(text, password.p ? password.p : "", password.len) == 0;
	return OK;
}

/* ---- how good ---- */

/* Letters and digits in lower case, with the usual swaps undone (p@ssw0rd). */
static slice plain_of(struct ctx *c, slice s)
{
	static const char from[] = "@0135$7!", to[] = "aoiessti";
	char *p = arena_bytes(c->a, s.len + 1);
	size_t n = 0;

	for (size_t i = 0; p && i < s.len; i++) {
		char ch = s.p[i];
		const char *swap = strchr(from, ch);

		if (ch >= 'A' && ch <= 'Z')
			ch = (char)(ch + 'a' - 'A');
		else if (swap && *swap)
			ch = to[swap - from];
		if ((ch >= 'a' && ch <= 'z') || (unsigned char)ch >= 0x80)
			p[n++] = ch;
	}
	return (slice){ p, p ? n : 0 };
}

static bool contains_fold(struct ctx *c, slice text, slice part)
{
	slice a = plain_of(c, text), b = plain_of(c, part);

	return b.len >= 3 && slice_find(a, b, 0) != SIZE_MAX;
}

/* How many of its characters are neither the one before nor its neighbour (abc, 321). */
static size_t turns(slice s)
{
	uint32_t last = 0;
	size_t i = 0, n = 0;

	while (i < s.len) {
		uint32_t cp;

		if (!utf8_next(s, &i, &cp))
			continue;
		if (cp != last && cp != last + 1 && cp + 1 != last)
			n++;
		last = cp;
	}
	return n;
}

/* Repeats of a short piece: abcdabcdabcd. */
static bool repeats(slice s)
{
	for (size_t n = 1; n <= 4 && n < s.len; n++) {
		size_t i = n;

		while (i < s.len && s.p[i] == s.p[i - n])
			i++;
		if (i == s.len)
			return true;
	}
	return false;
}

static size_t letters(slice s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += (s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z') || (unsigned char)s.p[i] >= 0x80;
	return n;
}

/* A word of the list, or such words one after the other and nothing else but digits and signs. */
static rc is_common(struct ctx *c, const char *data, slice password, bool *ret)
{
	slice plain = plain_of(c, password), text, line;
	size_t covered = 0;
	const char *path;

	*ret = letters(password) < 4;   /* digits and signs only */
	TRY(people_data_path(c, data, "passwords.txt", &path));
	TRY(file_read(c, path, LIMIT_FILE_SMALL, &text));
	while (slice_next(&text, '\n', &line)) {
		size_t at = 0;

		if (line.len < 4 || line.p[0] == '#')
			continue;
		while ((at = slice_find(plain, line, at)) != SIZE_MAX) {
			covered += line.len;
			at += line.len;
		}
	}
	*ret = *ret || (covered > 0 && covered + 3 >= plain.len);
	return OK;
}

rc password_check(struct ctx *c, const char *data, slice password, const slice *own, size_t nown)
{
	bool common;

	if (password.len > MOST)
		return FAIL(c, E_INVALID, "password.long");
	if (!utf8_is_valid(password))
		return FAIL(c, E_INVALID, "value.utf8");
	if (utf8_count(password) < LEAST)
		return FAIL(c, E_INVALID, "password.short");
	if (repeats(password) || turns(password) < 5)
		return FAIL(c, E_INVALID, "password.same_letters");
	for (size_t i = 0; i < nown; i++) {
		slice rest = own[i], part;

		while (slice_next(&rest, ' ', &part))
			if (contains_fold(c, password, part))
				return FAIL(c, E_INVALID, "password.own_name");
	}
	TRY(is_common(c, data, password, &common));
	return common ? FAIL(c, E_INVALID, "password.common") : OK;
}
