/* One-time codes by time: RFC 6238 over RFC 4226, SHA-1, 30 seconds, 6 digits, which is what every app on a telephone does. */
#include "core/people/people_inside.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include "base/banned.h"

#define STEP_MSEC 30000
#define DRIFT 1   /* steps to either side: clocks of telephones; RFC 6238 section 5.2 */

uint32_t totp_code(const unsigned char *key, size_t n, int64_t step)
{
	unsigned char message[8], mac[EVP_MAX_MD_SIZE];
	unsigned len = 0, at;
	uint32_t v;

	for (int i = 0; i < 8; i++)
		message[i] = (unsigned char)((uint64_t)step >> (56 - 8 * i));
	if (!HMAC(EVP_sha1(), key, (int)n, message, sizeof message, mac, &len) || len != 20)
		return UINT32_MAX;   /* no code is that large */
	at = mac[19] & 15;
	v = (uint32_t)(mac[at] & 127) << 24 | (uint32_t)mac[at + 1] << 16 | (uint32_t)mac[at + 2] << 8 | mac[at + 3];
	return v % 1000000;
}

int64_t totp_step_of(const unsigned char *key, size_t n, msec now, slice code)
{
	int64_t found = -1;

	if (code.len != 6)
		return -1;
	for (int64_t d = -DRIFT; d <= DRIFT; d++) {   /* all are tried, so that the time tells nothing */
		uint32_t v = totp_code(key, n, now / STEP_MSEC + d);
		char want[6];

		if (v == UINT32_MAX)
			return -1;
		for (int i = 5; i >= 0; i--, v /= 10)
			want[i] = (char)('0' + v % 10);
		if (sodium_memcmp(want, code.p, 6) == 0)
			found = now / STEP_MSEC + d;
	}
	return found;
}

/* RFC 4648 section 6, without padding. */
void base32_put(struct buf *b, slice bytes)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	uint32_t bits = 0;
	int have = 0;

	for (size_t i = 0; i < bytes.len; i++) {
		bits = (bits << 8 | (unsigned char)bytes.p[i]) & 0xffff;
		for (have += 8; have >= 5; have -= 5)
			buf_putc(b, letters[bits >> (have - 5) & 31]);
	}
	if (have > 0)
		buf_putc(b, letters[bits << (5 - have) & 31]);
}

static int letter_value(char ch)
{
	if (ch >= 'A' && ch <= 'Z')
		return ch - 'A';
	if (ch >= 'a' && ch <= 'z')
		return ch - 'a';
	return ch >= '2' && ch <= '7' ? ch - '2' + 26 : -1;
}

rc base32_parse(struct ctx *c, slice text, slice *ret)
{
	uint32_t bits = 0;
	struct buf b;
	int have = 0;

	buf_init(&b, c->a, text.len + 1);
	for (size_t i = 0; i < text.len; i++) {
		int v = letter_value(text.p[i]);

		if (text.p[i] == ' ' || text.p[i] == '-')
			continue;
		if (v < 0)
			return FAIL(c, E_INVALID, "people.base32");
		bits = (bits << 5 | (uint32_t)v) & 0xfff;
		have += 5;
		if (have >= 8) {
			have -= 8;
			buf_putc(&b, (char)(bits >> have & 255));
		}
	}
	return buf_done(c, &b, ret);
}
