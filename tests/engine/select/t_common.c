#include "tests/support.h"

#include "base/buf.h"
#include "engine/select/common.h"
#include "engine/select/lists.h"
#include "engine/select/suffix.h"

#include "base/banned.h"

/* The short ways for what is common against the long ones, on random text made of what either has to tell apart. */
static uint32_t next_random(uint32_t *s)
{
	*s = *s * 1664525u + 1013904223u;
	return *s >> 8;
}

static const char *word_of(const struct words *list, uint32_t *seed)
{
	size_t n = 0;

	while (list->words[n])
		n++;
	return list->words[next_random(seed) % n];
}

static const char *any_word(uint32_t *seed)
{
	static const struct words *const lists[] = { &list_vendors, &list_services, &list_reserved_names, &list_no_names, &list_benign_files, &list_objects,
		&list_members, &list_package_tops, &list_file_tops, &list_resolvers, &list_version_words, &list_reference_words, &list_file_endings, &list_double_endings,
		&suffix_top, &suffix_top, &suffix_top, &suffix_rule };

	return word_of(lists[next_random(seed) % (sizeof lists / sizeof lists[0])], seed);
}

static const char *const parts[] = { ".", ".", ".", ".", ".", ".com", ".com\n", ".org", ".net\n", ".xyz", ".onion", "\n", "\n", "\n", " ", ",", "\"", "'", "(", ")", "[",
	"]", "<", ">", "/", "\\", "#", "$", "@", ":", ":80", ":08", ":8080\n", ":70000", "?", "=", "-", "_", "*", "|", ";", "www.", "evil", "a", "x-1", "9z", "360",
	"secure-login", "a23456789012345678901234567890b", "123456789012345678901234567890123456789012345678901234567890.com", "EVIL", "Turla", ".AW",
	"192.0.2.1", "8.8.8.8", "1.2.3.4", "10.0.0.1", "203.0.114.9\n", "1.2.3", "01.2.3.4", "256.1.1.1", "1.2.3.4-1.2.3.9", "0.1.2.3", "version ", "v", "/24", "/32",
	"http://", "https://", "http://", "hxxp://", "http:\\\\", "12:30:01 ", "09:41:00,", "a:12:34", "HTTP://", "ftp://", "h", "s", "//", "/a/b.php?x=1,2#y", "/index.html", "[.]", "(.)", "[:]//", "例え", "第", "節",
	"。", "、", "　", "\xd0\xb0", "# Reference: ", "Source: ", "参考\n", "References:\n", "See: ", " at\n", "author", "d41d8cd98f00b204e9800998ecf8427e",
	"0123456789abcdef0123456789abcdef", "%3a%2f%2f", "cve-2021-1234", "\r\n", "\t", "&", "{", "}", "\\x2e", "version ,", "| Version | ", "file-version ", " == ",
	" = ", "!=", "&&", "flowbits:set,", "%20", "%2", ".pdf.", ".exe.", "document.location.host ", "reference:url,", "{\"source_name\": \"a\", \"url\": \"", "[evil.com](https://evil.com/x)", "](", "[www.evil.com]", "2.0.4.0",
	"/tcp", "/udp/", "/TCPx", "/icmp ", "/x", "/wp-admin/a.php", "/1.2.3.4/", "／", "／evil.com", "/a／b", "/cve-2020-0601", "/%3a%2f%2fevil.com", "/e[.]exe", ".co.uk/" };

static void write_label(struct buf *b, uint32_t *seed)
{
	for (uint32_t k = next_random(seed) % 14 + 1; k; k--)
		buf_putc(b, "abcdefghijklmnopqrstuvwxyz0123456789-"[next_random(seed) % 37]);
}

static void write_text(struct buf *b, uint32_t *seed)
{
	for (uint32_t n = next_random(seed) % 60 + 2; n; n--)
		switch (next_random(seed) % 5) {
		case 0: buf_putz(b, any_word(seed)); break;
		case 1: write_label(b, seed); break;
		case 2:   /* a name; a label before a suffix or a word of a list */
			write_label(b, seed);
			buf_putc(b, '.');
			if (next_random(seed) % 2) {
				write_label(b, seed);
				buf_putc(b, '.');
			}
			buf_putz(b, next_random(seed) % 2 ? word_of(&suffix_top, seed) : any_word(seed));
			break;
		default: buf_putz(b, parts[next_random(seed) % (sizeof parts / sizeof parts[0])]);
		}
}

static void assert_same(slice text, const struct indicator *a, const struct indicator *b)
{
	if (a->type != b->type || a->role != b->role || !slice_eq(a->value, b->value) || a->start != b->start || a->end != b->end || a->port != b->port ||
			a->defanged != b->defanged || a->depth != b->depth || strcmp(a->reason, b->reason) != 0)
		fail_msg("%.*s: %s %.*s %s, not %s %.*s %s", S_ARG(text), ind_type_word(a->type), S_ARG(a->value), a->reason, ind_type_word(b->type), S_ARG(b->value),
			b->reason);
}

static void common_values_are_judged_like_all_others(void **state)
{
	struct ctx *c = *state;
	uint32_t seed = 1121;
	size_t found = 0;

	for (int round = 0; round < 150000; round++) {
		struct ind_list a = { 0 }, b = { 0 };
		enum ind_kind kind = (enum ind_kind)(next_random(&seed) % IND_KINDS);
		struct buf text;

		arena_reset(c->a);
		buf_init(&text, c->a, 1 << 16);
		write_text(&text, &seed);
		assert_ok(c, scan_text(c, buf_slice(&text), kind, true, &a));
		assert_ok(c, scan_text(c, buf_slice(&text), kind, false, &b));
		for (size_t i = 0; i < a.n && i < b.n; i++)
			assert_same(buf_slice(&text), &a.items[i], &b.items[i]);
		if (a.n != b.n)
			fail_msg("%.*s: %zu and %zu", S_ARG(buf_slice(&text)), a.n, b.n);
		found += a.n;
	}
	assert_true(found > 150000);   /* else the text is not what was meant */
}

int main(void)
{
	const struct CMUnitTest tests[] = { WORK_TEST(common_values_are_judged_like_all_others) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
