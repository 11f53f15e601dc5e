/* C:\Users\yamada\…, /home/yamada/…: the folder of an account mostly has the name of a person. */
#include "base/utf8.h"
#include "engine/select/chars.h"
#include "engine/select/lists.h"
#include "engine/select/pii_unit.h"

#include "base/banned.h"

#define NAME_MOST 40u

static bool is_slash(uint16_t ch) { return ch == '\\' || ch == '/'; }

/* The folder that holds those of the accounts, between slashes at i: where the name begins, or 0. */
static uint32_t accounts_at(const struct unit *u, uint32_t i)
{
	static const char *const words[] = { "users", "documents and settings", "home" };

	for (size_t k = 0; k < sizeof words / sizeof words[0]; k++) {
		uint32_t end = i + 1 + (uint32_t)strlen(words[k]);

		if (!u_says(u, i + 1, words[k]) || !is_slash(u_cp(u, end)))
			continue;
		/* /home/… only at the beginning of a path: a web server has a /home/, too */
		if (k == 2 && (u->cp[i] != '/' || (i && (u_alnum(u, i - 1) || u->cp[i - 1] == '.'))))
			return 0;
		while (is_slash(u_cp(u, end)))
			end++;
		return end;
	}
	return 0;
}

static bool ends_name(uint16_t ch)
{
	return is_slash(ch) || ch == 0 || ch == '"' || ch == '\'' || ch == '`' || ch == ',' || ch == ';' || ch == ')' || ch == ']' || ch == ':' ||
		ch == '|' || ch == '<' || ch == '>' || ch == '\t' || ch == 0x3001 || ch == 0x3002 || ch == 0x300D;
}

/* The end of the name at i. A blank belongs to it only when a slash comes behind. */
static uint32_t name_end(const struct unit *u, uint32_t i)
{
	uint32_t k = i, blank = 0;

	while (k < u->n && k - i < NAME_MOST && !ends_name(u->cp[k])) {
		if (u->cp[k] == ' ' && !blank)
			blank = k;
		k++;
	}
	return blank && (!(k < u->n && is_slash(u->cp[k])) || u_says(u, blank + 1, "http/")) ? blank : k;
}

/* Accounts of nobody, and what writers put in the place of one: <user>, %USERNAME%, {user}, ***. */
static bool is_nobody(const struct unit *u, uint32_t i, uint32_t end)
{
	char word[NAME_MOST + 1];
	uint32_t n = 0;
	bool any = false;

	for (uint32_t k = i; k < end; k++) {
		if (u->cp[k] == '<' || u->cp[k] == '%' || u->cp[k] == '{' || u->cp[k] == '$' || u->cp[k] == '[' || u->cp[k] == '*')
			return true;
		any |= u_is(u, k, PC_ALPHA | PC_KANJI | PC_HIRA | PC_KATA);
		if (u->cp[k] < 0x80 && n < NAME_MOST)
			word[n++] = (char)small_letter(u->cp[k]);
	}
	return !any || in_list(&list_nobodies, (slice){ word, n });
}

/* A part of an account at i, letters only: its end, and whether it is of the lists. One letter is an initial. */
uint32_t account_part(const struct unit *u, uint32_t i, uint32_t *ret_info)
{
	uint16_t word[ACCOUNT_LETTERS] = { 0 };
	uint32_t n = 0;

	for (; u_is(u, i, PC_ALPHA) && n < ACCOUNT_LETTERS; i++)
		word[n++] = small_letter(u->cp[i]);
	*ret_info = n > 2 ? word_info(word, n) : 0;
	return i;
}

rc profiles_find(struct unit *u)
{
	if (!(u->classes & PC_ALPHA) || !unit_has(u, "\\/"))
		return OK;
	for (uint32_t i = u_next(u, 0, PC_SIGN); i + 6 < u->n; i = u_next(u, i + 1, PC_SIGN)) {
		uint32_t start, end;

		if (!is_slash(u->cp[i]) || !(start = accounts_at(u, i)))
			continue;
		end = name_end(u, start);
		if (end > start && !is_nobody(u, start, end) && !is_page(u, i, start, end))
			TRY(unit_span(u, start, end, PII_NAME, PII_DOUBTFUL, RULE_PROFILE));
		i = start - 1;
	}
	return OK;
}

/* No letter, digit or sign by which it would be a part of a host, path or mail address. */
static bool stands_free(uint16_t ch) { return !(ch < 0x80 && ch && (pii_class[ch] & (PC_ALPHA | PC_DIGIT))) && ch != '.' && ch != '/' && ch != '@' && ch != '-' && ch != '_'; }

/* jimbo.naoya, r.kaburagi, yoshimura_k: a surname of the lists with a given name or an initial. */
rc accounts_find(struct unit *u)
{
	if (!(u->classes & PC_ALPHA) || !unit_has(u, "._-"))
		return OK;
	for (uint32_t i = u_next(u, 0, PC_ALPHA); i + 5 < u->n; i = u_next(u, i + 1, PC_ALPHA)) {
		uint32_t first, second, mid, end;
		bool a, b;

		uint64_t label;

		if (i && !stands_free(u->cp[i - 1])) {
			while (u_is(u, i + 1, PC_ALPHA))
				i++;
			continue;
		}
		for (mid = i; u_is(u, mid, PC_ALPHA);)
			mid++;
		if (mid - i > ACCOUNT_LETTERS || (u_cp(u, mid) != '.' && u_cp(u, mid) != '_' && u_cp(u, mid) != '-')) {
			i = mid;
			continue;
		}
		mid = account_part(u, i, &first);
		end = account_part(u, mid + 1, &second);
		while (u_is(u, end, PC_DIGIT) && end - mid < 20)
			end++;
		a = (first & PW_SURNAME_ROMAJI) && ((second & PW_GIVEN_ROMAJI) || (mid - i >= 5 && end == mid + 2));
		b = (second & PW_SURNAME_ROMAJI) && ((first & PW_GIVEN_ROMAJI) || (end - mid >= 6 && mid == i + 1));
		/* sei_kana is a label */
		if ((a || b) && !lex_ident(u, i, &label) && (stands_free(u_cp(u, end)) || (u_cp(u, end) == '.' && !u_alnum(u, end + 1))) && unit_free(u, i, end))
			TRY(unit_span(u, i, end, PII_NAME, PII_DOUBTFUL, "account"));
		i = end > mid ? end - 1 : mid;
	}
	return OK;
}

static bool is_document(slice ending)
{
	static const char *const words[] = { "pdf", "doc", "docx", "docm", "xls", "xlsx", "xlsm", "ppt", "pptx", "txt", "csv", "jpg", "jpeg", "png", "zip",
		"eml", "msg", "odt", "ods", "rtf" };

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (same_word(ending, words[i]))
			return true;
	return false;
}

#define PART_MOST 8u

/* 健太郎_給与.xlsx: between its signs a run of kanji that is a given name, or a surname and one. */
static bool part_names_person(const uint16_t *cp, uint32_t n)
{
	uint32_t info;

	if (n < 2 || n > PART_MOST)
		return false;
	info = word_info(cp, n);
	if (PW_GIVEN(info) && !(info & (PW_GIVEN_WORD | PW_PLACE)))
		return true;
	for (uint32_t k = 1; k < n && k < 5; k++)
		if (PW_SURNAME(word_info(cp, k)) && PW_GIVEN(word_info(cp + k, n - k)) && !(info & PW_VETO))
			return true;
	return false;
}

static bool wide_names_person(slice name)
{
	uint16_t cp[PART_MOST + 1] = { 0 };
	uint32_t n = 0;

	for (size_t i = 0; i < name.len;) {
		uint32_t ch;
		bool ok = utf8_next(name, &i, &ch);

		ch = ok && ch < 0x10000 ? pii_fold[ch] : 0;
		if (pii_class[ch] & PC_KANJI) {
			if (n <= PART_MOST)
				cp[n < PART_MOST ? n : PART_MOST] = (uint16_t)ch;
			n++;
			continue;
		}
		if (part_names_person(cp, n))
			return true;
		n = 0;
	}
	return part_names_person(cp, n);
}

bool pii_file_names_person(slice name)
{
	const char *dot = name.len ? memrchr(name.p, '.', name.len) : NULL;
	uint32_t last = 0, info;
	uint16_t word[24] = { 0 };

	if (wide_names_person(name))
		return true;
	if (!dot || !is_document((slice){ dot + 1, (size_t)(name.p + name.len - dot - 1) }))
		return false;
	/* NOLINTBEGIN(clang-analyzer-core.CallAndMessage): the bytes of a slice are set */
	for (const char *p = name.p; p < dot;) {
		uint32_t n = 0;

		for (; p < dot && is_alpha(*p) && n < 24; p++)
			word[n++] = small_letter((unsigned char)*p);
		info = n >= 3 ? word_info(word, n) : 0;
		if (((info & PW_SURNAME_ROMAJI) && (last & PW_GIVEN_ROMAJI)) || ((info & PW_GIVEN_ROMAJI) && (last & PW_SURNAME_ROMAJI)))
			return true;
		last = info;
		/* one sign between them */
		if (p < dot && !is_alpha(*p))
			p++;
		else if (n == 24)
			return false;
		if (p < dot && !is_alpha(*p))
			last = 0;
	}
	/* NOLINTEND(clang-analyzer-core.CallAndMessage) */
	return false;
}

/* Is there a dot with the ending of a document behind it? */
static bool has_document(const struct unit *u)
{
	for (uint32_t i = 1; i + 3 < u->n; i++) {
		char ending[8];
		uint32_t n = 0;

		i = u_find(u, i, '.');
		while (n < 8 && u_alnum(u, i + 1 + n)) {
			ending[n] = (char)u->cp[i + 1 + n];
			n++;
		}
		if (n >= 3 && n <= 4 && is_document((slice){ ending, n }))
			return true;
	}
	return false;
}

/* A run of letters, digits, _ - and dots that is the name of such a document. */
rc documents_find(struct unit *u)
{
	if (!(u->classes & PC_ALPHA) || !has_document(u))
		return OK;
	for (uint32_t i = 0; i < u->n; i++) {
		char name[128];
		uint32_t k = i;

		if (!u_is(u, i, PC_ALPHA) || (i && (u_alnum(u, i - 1) || u->cp[i - 1] == '_')))
			continue;
		while (k < u->n && k - i < sizeof name && (u_alnum(u, k) || u->cp[k] == '_' || u->cp[k] == '-' || u->cp[k] == '.')) {
			name[k - i] = (char)u->cp[k];
			k++;
		}
		if (pii_file_names_person((slice){ name, k - i }) && unit_free(u, i, k))
			TRY(unit_span(u, i, k, PII_NAME, PII_DOUBTFUL, "name of a document"));
		i = k - 1;
	}
	return OK;
}

/* <Data Name="TargetUserName">t.yamada</Data>: an account of Windows that is a person's by all we know. */
static rc event_account(struct unit *u, uint32_t i)
{
	uint32_t end = i;

	while (end < u->n && end - i < NAME_MOST && u->cp[end] != '<')
		end++;
	for (uint32_t k = i; k < end; k++)
		if (u->cp[k] == '\\')
			i = k + 1;
	if (end == i || u_cp(u, end) != '<' || u->cp[end - 1] == '$' || u->cp[end - 1] == '-' || is_nobody(u, i, end) || !unit_free(u, i, end))
		return OK;
	return unit_span(u, i, end, PII_NAME, PII_DOUBTFUL, "account");
}

rc events_find(struct unit *u)
{
	if (!(u->classes & PC_ALPHA) || !unit_has(u, "<"))
		return OK;
	for (uint32_t i = u_next(u, 0, PC_ALPHA); i + 10 < u->n; i = u_next(u, i + 1, PC_ALPHA))
		if ((u->cp[i] == 'U' || u->cp[i] == 'u') && (u_says(u, i, "username\">") || u_says(u, i, "user\">")))
			TRY(event_account(u, i + (u_says(u, i, "user\">") ? 6 : 10)));
	return OK;
}

#define HOME_REACH 36u

/* An address of version 4 at i, also defanged: four groups of digits. Its end, or 0. */
static uint32_t address_end(const struct unit *u, uint32_t i)
{
	uint32_t k = i;

	for (int groups = 0; groups < 4; groups++) {
		uint32_t from = k;

		while (u_is(u, k, PC_DIGIT) && k - from < 3)
			k++;
		if (k == from)
			return 0;
		if (groups == 3)
			break;
		if (u_cp(u, k) == '.')
			k++;
		else if (u_cp(u, k) == '[' && u_cp(u, k + 1) == '.' && u_cp(u, k + 2) == ']')
			k += 3;
		else
			return 0;
	}
	return u_alnum(u, k) || (u_cp(u, k) == '.' && u_is(u, k + 1, PC_DIGIT)) ? 0 : k;
}

/* 自宅回線（…）, テレワーク: the address of the net behind it is a person's. */
rc homes_find(struct unit *u)
{
	static const uint16_t words[][5] = { { 0x81EA, 0x5B85 }, { 0x5728, 0x5B85 }, { 0x5BB6, 0x5EAD }, { 0x30C6, 0x30EC, 0x30EF, 0x30FC, 0x30AF } };

	if (u->latin_only || !(u->classes & PC_DIGIT))
		return OK;
	for (uint32_t i = u_next(u, 0, PC_KANJI | PC_KATA); i + 1 < u->n; i = u_next(u, i + 1, PC_KANJI | PC_KATA)) {
		uint16_t ch = u->cp[i];
		bool home = false;

		if (ch != words[0][0] && ch != words[1][0] && ch != words[2][0] && ch != words[3][0])
			continue;
		for (size_t w = 0; w < sizeof words / sizeof words[0] && !home; w++) {
			size_t k = 0;

			while (k < 5 && words[w][k] && u_cp(u, i + (uint32_t)k) == words[w][k])
				k++;
			home = k == 5 || (k && !words[w][k]);
		}
		for (uint32_t k = i; home && k < u->n && k < i + HOME_REACH && u->cp[k] != 0x3002; k++) {
			uint32_t end = u_is(u, k, PC_DIGIT) && !(k && u_alnum(u, k - 1)) ? address_end(u, k) : 0;

			if (!end || !unit_free(u, k, end))
				continue;
			TRY(unit_span(u, k, end, PII_OTHER_ID, PII_LIKELY, RULE_HOME));
			break;
		}
	}
	return OK;
}
