/*
 * Below /users/ the web has the accounts of persons and pages, too: /users/t.yamada, /users/login.php. What is a page is
 * part of an indicator; what is an account is held back.
 */
#include "engine/select/pii_unit.h"

#include "base/banned.h"

#define URL_REACH 160u

static bool same_at(const struct unit *u, uint32_t i, uint32_t end, const char *word)
{
	return end - i == strlen(word) && u_says(u, i, word);
}

static bool is_of(const struct unit *u, uint32_t i, uint32_t end, const char *const *words)
{
	for (; *words; words++)
		if (same_at(u, i, end, *words))
			return true;
	return false;
}

struct host { uint32_t start, end; bool defanged; };

/* The host of the URL whose path holds the slash at i. "file:///C:/Users/" and "/mnt/c/Users" have none. */
static bool host_of(const struct unit *u, uint32_t i, struct host *ret)
{
	uint32_t from = i, a;

	while (from && i - from < URL_REACH && u->cp[from - 1] > ' ' && u->cp[from - 1] < 0x80 &&
		!strchr("\"'<>()`\\", (char)u->cp[from - 1]))
		from--;
	for (a = from; a < i && u->cp[a] != '/';)
		a++;
	*ret = (struct host){ .start = from, .end = a };
	if (a && u->cp[a] == '/' && u_cp(u, a + 1) == '/' && u->cp[a - 1] == ':') {
		if (a >= 5 && same_at(u, a - 5, a, "file:"))
			return false;
		ret->defanged = a >= 3 && small_letter(u->cp[a - 3]) == 'x';   /* hxxp: */
		ret->start = ret->end = a + 2;
		while (ret->end < i && u->cp[ret->end] != '/')
			ret->end++;
	} else if (a <= 3 || !u_alnum(u, a - 1) || u->cp[a - 2] == ':') {
		return false;
	}
	for (uint32_t k = ret->start; k < ret->end; k++)
		ret->defanged |= u->cp[k] == '[';
	return true;
}

/* A host of a house: its own domain, a name without a dot, .local and its like, the private addresses of RFC 1918. */
static bool is_inside(const struct unit *u, const struct host *h)
{
	static const char *const tops[] = { "local", "lan", "internal", "intra", "intranet", "corp", "home", "localdomain", "localhost", NULL };
	const struct pii_hints *hints = u->w->hints;
	uint32_t end = h->start, dot = 0, first = 0, second = 0;

	if (hints && in_domains(u->cp + h->start, h->end - h->start, hints->own_domains, hints->n_own_domains))
		return true;
	for (; end < h->end && u->cp[end] != ':'; end++)
		if (u->cp[end] == '.')
			dot = end;
	if (!dot)
		return end > h->start;
	if (is_of(u, dot + 1, end, tops))
		return true;
	for (dot = h->start; u_is(u, dot, PC_DIGIT) && dot < h->start + 3; dot++)
		first = first * 10 + u->cp[dot] - '0';
	for (uint32_t k = dot + 1; u_cp(u, dot) == '.' && u_is(u, k, PC_DIGIT) && k < dot + 4; k++)
		second = second * 10 + u->cp[k] - '0';
	return first == 10 || (first == 192 && second == 168) || (first == 172 && second >= 16 && second < 32);
}

/* login.php, or a word that programs for the web put there. */
static bool is_page_word(const struct unit *u, uint32_t i, uint32_t end)
{
	static const char *const endings[] = { "php", "asp", "aspx", "ashx", "jsp", "jspx", "do", "cgi", "html", "htm", "shtml", "js", "css", "json", "xml",
		"txt", "csv", "png", "jpg", "jpeg", "gif", "svg", "ico", "zip", "rar", "gz", "exe", "dll", "msi", "bin", "dat", "apk", "sh", "ps1", "pdf", NULL };
	static const char *const words[] = { "account", "accounts", "activate", "active", "add", "all", "api", "auth", "avatar", "confirm", "create",
		"current", "delete", "detail", "edit", "export", "files", "forgot", "groups", "home", "id", "image", "images", "import", "index", "info", "invite",
		"list", "login", "logon", "logout", "me", "members", "new", "news", "oauth", "page", "password", "passwords", "pics", "profile", "profiles", "query",
		"register", "reset", "roles", "search", "self", "session", "sessions", "settings", "show", "signin", "signout", "signup", "sign_in", "sign_out",
		"sign_up", "stats", "status", "sync", "themes", "token", "unlock", "update", "upload", "uploads", "validate", "verify", "view", NULL };
	uint32_t q = i, dot;

	while (q < end && u->cp[q] != '?' && u->cp[q] != '#' && u->cp[q] != '&' && u->cp[q] != ' ')
		q++;
	for (dot = q; dot > i && u->cp[dot - 1] != '.';)
		dot--;
	return is_of(u, i, q, words) || (dot > i && is_of(u, dot, q, endings));
}

#define LATIN_NAME (PW_SURNAME_ROMAJI | PW_GIVEN_ROMAJI)

/* tyamada, yamadat: an initial beside a surname of five letters and more. */
static bool has_initial(const struct unit *u, uint32_t i, uint32_t end)
{
	uint16_t word[ACCOUNT_LETTERS] = { 0 };
	uint32_t n = 0;

	while (i < end && n < ACCOUNT_LETTERS)
		word[n++] = small_letter(u->cp[i++]);
	return n >= 6 && ((word_info(word + 1, n - 1) | word_info(word, n - 1)) & PW_SURNAME_ROMAJI);
}

/* How much [i, end) looks like the account of a person: 0 not, 1 by one word of the lists, 2 by its shape as well. */
static int like_person(const struct unit *u, uint32_t i, uint32_t end)
{
	uint32_t parts = 0, known = 0, from = i;
	bool dots = false, initial = false;

	while (i < end) {
		uint32_t info, stop = account_part(u, i, &info);

		if (stop > i) {
			parts++;
			known += (info & LATIN_NAME) != 0;
			initial |= has_initial(u, i, stop);
			dots |= parts == 1 && u_cp(u, stop) == '.';
		}
		i = stop > i ? stop : i + 1;
	}
	if (known && parts == 2)
		return 2;
	if (parts == 2 && dots && end - from >= 5)
		return 1;   /* john.smith */
	return known || initial;
}

bool is_page(const struct unit *u, uint32_t slash, uint32_t start, uint32_t end)
{
	const struct pii_hints *hints = u->w->hints;
	struct host h;

	if (u->cp[slash] != '/')
		return false;
	/* GET /users/login: the folders of a Mac have a capital letter */
	if (!host_of(u, slash, &h))
		return u->cp[slash + 1] == 'u' && is_page_word(u, start, end);
	if (is_page_word(u, start, end))
		return true;
	if (is_inside(u, &h))
		return false;
	return like_person(u, start, end) < (h.defanged || (hints && in_domains(u->cp + h.start, h.end - h.start, hints->hostile_domains, hints->n_hostile_domains)) ? 2 : 1);
}
