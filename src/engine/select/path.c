#include "engine/select/lists.h"
#include "engine/select/scan.h"

#include "base/banned.h"

#define PATH_MOST 400u

/* Opening sign before a value → its closing sign; 0 when there is none. */
static char quote_of(char before)
{
	switch (before) {
	case '"': case '\'': case '`': case '|': return before;
	case '(': return ')';
	case '<': return '>';
	case '[': return ']';
	default: return '\0';
	}
}

static bool never_in_path(char ch)
{
	return ch == '\n' || ch == '\r' || ch == '\t' || ch == '"' || ch == '<' || ch == '>' || ch == '|' || ch == '`';
}

static size_t wide_len(const struct scan *s, size_t at)
{
	bool cjk;

	return char_letter_len(s->t, at, &cjk);
}

static bool is_hive(slice w)
{
	static const char *const hives[] = { "hklm", "hkcu", "hkcr", "hku", "hkcc", "hkey_local_machine", "hkey_current_user",
		"hkey_classes_root", "hkey_users", "hkey_current_config" };

	if (w.len < 3 || lower(w.p[0]) != 'h')
		return false;
	for (size_t i = 0; i < sizeof hives / sizeof hives[0]; i++)
		if (same_word(w, hives[i]))
			return true;
	return false;
}

/* "C:\\x.exe %TEMP%\\y.dll": does another path or key begin here? */
static bool begins_another(const struct scan *s, size_t at)
{
	size_t e = at + (scan_at(s, at) == '%');

	if (is_alpha(scan_at(s, at)) && scan_at(s, at + 1) == ':' && scan_at(s, at + 2) == '\\')
		return true;
	while (e - at < 24 && (is_alnum(scan_at(s, e)) || scan_at(s, e) == '_'))
		e++;
	if (scan_at(s, at) == '%')
		return e > at + 2 && scan_at(s, e) == '%' && scan_at(s, e + 1) == '\\';
	return scan_at(s, e) == '\\' && is_hive((slice){ s->t.p + at, e - at });
}

/* Last parts of keys that Windows itself writes with blanks. */
static bool is_spaced_key(const struct scan *s, size_t at)
{
	static const char *const keys[] = { "\\user shell folders", "\\shell folders", "\\internet settings", "\\image file execution options",
		"\\session manager", "\\windows defender", "\\active setup", "\\installed components", "\\browser helper objects",
		"\\print processors", "\\terminal server", "\\command processor", "\\security center", "\\real-time protection", "\\control panel",
		"\\trusted locations", "\\signature updates" };

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		size_t n = strlen(keys[i]);

		for (const char *blank = strchr(keys[i], ' '); blank; blank = strchr(blank + 1, ' ')) {
			size_t before = (size_t)(blank - keys[i]);

			if (at >= before && begins(s->t, at - before, keys[i]) && !is_alnum(scan_at(s, at - before + n)))
				return true;
		}
	}
	return false;
}

/* A key that has its line for itself: after a blank one to three words, the first with a capital, up to the end of the line. */
static bool is_rest_of_key(const struct scan *s, size_t start, size_t at)
{
	size_t words = 1, i = at + 1;
	slice head = slice_trim(slice_sub(s->t, scan_line_start(s, start), start - scan_line_start(s, start)));

	if (head.len > 2 || (head.len && is_alnum(head.p[0])) || !(is_digit(scan_at(s, i)) || (is_alpha(scan_at(s, i)) && lower(s->t.p[i]) != s->t.p[i])))
		return false;
	for (; scan_at(s, i) != '\n' && scan_at(s, i) != '\r'; i++) {
		char ch = s->t.p[i];

		if (ch == ' ' ? !is_alnum(scan_at(s, i + 1)) || ++words > 3 : !is_class(ch, CH_HOST))
			return false;
	}
	return true;
}

/* After a blank inside an unquoted path: does it go on ("Program Files\…", "update agent.exe")? */
static bool goes_on(const struct scan *s, size_t start, size_t at, bool registry)
{
	size_t i = at + 1, words = 0;

	if (!is_alnum(scan_at(s, i)) && scan_at(s, i) != '(')
		return false;
	for (; i < at + 48; i++) {
		char ch = scan_at(s, i);

		if (ch == '\\')
			return true;
		if (ch == ' ' && ++words < 3)
			continue;
		if (!is_alnum(ch) && ch != '-' && ch != '_' && ch != '(' && ch != ')')
			break;
		if (ch == '.')
			break;
	}
	return registry && (is_spaced_key(s, at) || is_rest_of_key(s, start, at));
}

/* ‘ ’ “ ” */
static bool is_curly(const struct scan *s, size_t at)
{
	slice q = slice_sub(s->t, at, 3);

	return q.len == 3 && (uint8_t)q.p[0] == 0xe2 && (uint8_t)q.p[1] == 0x80 && (uint8_t)q.p[2] >= 0x98 && (uint8_t)q.p[2] <= 0x9d;
}

/* rundll32 C:\\x.dll,DllMain: what is called in a library stands behind a comma. */
static bool is_program(slice t, size_t start, size_t i)
{
	return i > start + 4 && (begins(t, i - 4, ".dll") || begins(t, i - 4, ".cpl") || begins(t, i - 4, ".ocx"));
}

/* The end of a path or key that begins at `start`. */
static size_t path_end(const struct scan *s, size_t start, bool registry)
{
	char close = quote_of(scan_before(s, start));
	bool curly = is_curly(s, start - (start >= 3 ? 3 : start));
	size_t i = start, slash = start;

	while (i < s->t.len && i - start < PATH_MOST) {
		char ch = s->t.p[i];

		if (never_in_path(ch) || (close && ch == close))
			break;
		if (ch == ' ' && begins_another(s, i + 1))
			break;
		if (ch == ' ' && !curly && !(close && (close == '"' || close == '`' || close == '\'')) && !goes_on(s, start, i, registry))
			break;
		if (ch == '\'' && !close)
			break;
		if (is_class(ch, CH_HIGH)) {
			size_t n = wide_len(s, i);

			/* A sentence that goes on behind the path; within a folder's name other scripts are letters. */
			if (n == 0 || (!memchr(s->t.p + i, '\\', s->t.len - i < 60 ? s->t.len - i : 60) && !close))
				break;
			i += n;
			continue;
		}
		if (ch == ',' || ch == ';')
			if (scan_at(s, i + 1) == ' ' || scan_at(s, i + 1) == '\n' || is_program(s->t, start, i))
				break;
		if (ch == '*' && registry)
			break;
		if (ch == '\\')
			slash = i;
		if (ch == ':' && i > start + 1 && slash > start && !registry)
			break;
		i++;
	}
	while (i > start && strchr(" .,;:)'!?", s->t.p[i - 1]) && !(s->t.p[i - 1] == ')' && memchr(s->t.p + start, '(', i - start)))
		i--;
	return i;
}

static rc claim_path(struct scan *s, enum ind_type type, size_t start, size_t end, size_t least)
{
	if (end < start + least)
		return OK;
	return scan_claim_text(s, type, start, end);
}

/* The server of a share: an address, or a name under a top level name. */
static rc claim_server(struct scan *s, size_t at)
{
	struct host h;

	host_parse(s, at, &h);
	if ((h.kind != HOST_IPV4 && h.kind != HOST_NAME) || scan_at(s, h.end) != '\\')
		return OK;
	return scan_claim(s, h.kind == HOST_IPV4 ? IND_IPV4 : IND_DOMAIN, h.start, h.end, (slice){ h.text, h.len }, 0);
}

static bool is_variable(const struct scan *s, size_t end, size_t *ret_start)
{
	size_t i = end;

	if (i < 3 || s->t.p[i - 1] != '%')
		return false;
	for (i--; i > s->done && end - i < 40; i--) {
		char ch = s->t.p[i - 1];

		if (ch == '%') {
			*ret_start = i - 1;
			return end - i > 2;
		}
		if (!is_alnum(ch) && ch != '_' && ch != '(' && ch != ')')
			return false;
	}
	return false;
}

/* "<HKCU>" before `at`: where it begins. */
static bool in_brackets_hive(const struct scan *s, size_t at, size_t *ret_start)
{
	size_t i = at - 1;

	while (i > s->done && at - i < 24 && (is_alnum(s->t.p[i - 1]) || s->t.p[i - 1] == '_'))
		i--;
	if (i <= s->done || s->t.p[i - 1] != '<' || !is_hive((slice){ s->t.p + i, at - 1 - i }))
		return false;
	*ret_start = i - 1;
	return true;
}

/* The same key without the brackets. */
static rc claim_bracketed(struct scan *s, size_t start, size_t at, size_t end)
{
	struct buf b;

	if (end < at + 3)
		return OK;
	buf_init(&b, s->c->a, 2 * PATH_MOST);
	buf_put(&b, slice_sub(s->t, start + 1, at - start - 2));
	buf_put(&b, slice_sub(s->t, at, end - at));
	return scan_claim(s, IND_REGISTRY, start, end, buf_slice(&b), 0);
}

rc scan_backslash(struct scan *s, size_t at)
{
	size_t a = at, end;
	slice word;

	/* A drive: "C:\" */
	if (at >= 2 && s->t.p[at - 1] == ':' && is_alpha(s->t.p[at - 2]) && at - 2 >= s->done && !is_alnum(at > 2 ? s->t.p[at - 3] : ' ')) {
		end = path_end(s, at - 2, false);
		TRY(claim_path(s, IND_FILE_PATH, at - 2, end, 5));
		s->done = end > s->done ? end : s->done;
		return OK;
	}
	if (is_variable(s, at, &a)) {
		end = path_end(s, a, false);
		TRY(claim_path(s, IND_FILE_PATH, a, end, 6));
		s->done = end > s->done ? end : s->done;
		return OK;
	}
	a = at;
	if (a > s->done && s->t.p[a - 1] == ':')
		a--;
	size_t word_end = a;

	while (a > s->done && word_end - a < 24 && (is_alnum(s->t.p[a - 1]) || s->t.p[a - 1] == '_'))
		a--;
	word = (slice){ s->t.p + a, word_end - a };
	if (at > s->done + 4 && s->t.p[at - 1] == '>' && in_brackets_hive(s, at, &a)) {
		end = path_end(s, at, true);
		return claim_bracketed(s, a, at, end);
	}
	if (is_hive(word)) {
		end = path_end(s, a, true);
		TRY(claim_path(s, IND_REGISTRY, a, end, word.len + 3));
		s->done = end > s->done ? end : s->done;
		return OK;
	}
	if (word_end == at && (same_word(word, "global") || same_word(word, "local")) && (is_alnum(scan_at(s, at + 1)) || scan_at(s, at + 1) == '{')) {
		for (end = at + 1; end < s->t.len && end - at < 120 && !never_in_path(s->t.p[end]) && !is_space(s->t.p[end]) && s->t.p[end] != ')' &&
				!is_class(s->t.p[end], CH_HIGH);)
			end++;
		return claim_path(s, IND_MUTEX, a, end, 8);
	}
	/* "\\server\share" */
	if (scan_at(s, at + 1) == '\\' && is_alnum(scan_at(s, at + 2)) && !is_alnum(scan_before(s, at)) && scan_before(s, at) != '\\') {
		end = path_end(s, at, false);
		if (end > at + 4 && memchr(s->t.p + at + 3, '\\', end - at - 3)) {
			TRY(claim_path(s, IND_FILE_PATH, at, end, 6));
			TRY(claim_server(s, at + 2));
			s->done = end > s->done ? end : s->done;
			return OK;
		}
	}
	/* Some other path: what follows is a part of it, no host. */
	if (is_alnum(scan_at(s, at + 1)) && (word.len > 0 || scan_before(s, at) == '\\')) {
		for (end = at + 1; end < s->t.len && end - at < 120 && is_class(s->t.p[end], CH_HOST);)
			end++;
		if (scan_at(s, end) != ':' && scan_at(s, end) != '@')
			s->done = end > s->done ? end : s->done;
	}
	return OK;
}

/* Unix: "/tmp/.x/sshd" under one of the folders that systems have. */
rc scan_slash(struct scan *s, size_t at)
{
	char before = scan_before(s, at);
	size_t e = at + 1, i, parts = 0;
	slice root;

	if (at < s->done || is_alnum(before) || before == '/' || before == '.' || before == '-' || before == '_' || before == '%' || before == '*' || before == '}')
		return OK;
	while (is_alnum(scan_at(s, e)) || scan_at(s, e) == '_')
		e++;
	root = (slice){ s->t.p + at + 1, e - at - 1 };
	if (scan_at(s, e) != '/' || !in_list(&list_unix_roots, root))
		return OK;
	for (i = e; i < s->t.len && i - at < PATH_MOST; i++) {
		char ch = s->t.p[i];

		if (!is_alnum(ch) && !(ch && strchr("._+-/@~$%{}#=,", ch)))
			break;
		parts += ch == '/' && is_class(scan_at(s, i + 1), CH_HOST);
	}
	while (i > e && strchr(".,;:}", s->t.p[i - 1]))
		i--;
	if (parts == 0 || i < at + 6)
		return OK;
	return scan_claim_text(s, IND_FILE_PATH, at, i);
}

bool hash_before(const struct scan *s, size_t at)
{
	size_t line = at > 270 ? at - 270 : 0;
	const char *nl = at > line ? memrchr(s->t.p + line, '\n', at - line) : NULL;

	line = nl ? (size_t)(nl + 1 - s->t.p) : line;
	/* From right to left; what is no such digit cannot be inside a run. */
	for (size_t end = at; end >= line + 32 && at - end < 140;) {
		size_t k = end - 32;

		while (k < end && is_class(s->t.p[end - 1 - (k + 32 - end)], CH_HEX))
			k++;
		if (k == end)
			return true;
		end -= k + 32 - end + 1;
	}
	return false;
}

/* A name with a telling ending that stands alone. A name right behind a hash on the same line is that sample's label. */
/* 請求書_20250711.xlsm: letters of other scripts before a name that begins in its midst, or up to a quote. Where it begins. */
static size_t wide_start(const struct scan *s, size_t floor, size_t start)
{
	size_t i = start;
	char sign = s->t.p[start];

	while (i > floor && start - i < 90 && is_class(s->t.p[i - 1], CH_HIGH))
		i--;
	if (i == start)
		return start;
	/* a bracket or stop of the sentence is none of it */
	for (size_t k = start; k >= i + 3; k -= 3)
		if ((uint8_t)s->t.p[k - 3] == 0xe3 && (uint8_t)s->t.p[k - 2] == 0x80 && (uint8_t)s->t.p[k - 1] != 0x85) {
			bool quote = (uint8_t)s->t.p[k - 1] == 0x8c || (uint8_t)s->t.p[k - 1] == 0x8e;

			return quote || sign == '_' || sign == '-' ? k : start;
		}
	return sign == '_' || sign == '-' || (i > 0 && quote_of(s->t.p[i - 1])) ? i : start;
}

/* com.example.app(.MemberService): a package, no file. */
static bool is_package(const struct scan *s, slice name, slice ext, size_t end)
{
	const char *dot = memchr(name.p, '.', name.len);

	if (scan_at(s, end) == '.' && is_alpha(scan_at(s, end + 1)))
		return true;
	return same_word(ext, "app") && dot != memrchr(name.p, '.', name.len) &&
		in_list(&list_package_tops, slice_sub(name, 0, (size_t)(dot - name.p)));
}

rc file_claim(struct scan *s, size_t floor, size_t start, size_t end)
{
	slice raw = { s->t.p + start, end - start }, ext;
	const char *dot = memrchr(raw.p, '.', raw.len);
	char before = scan_before(s, start), after = scan_at(s, end);

	if (!dot)
		return OK;
	ext = (slice){ dot + 1, raw.len - (size_t)(dot + 1 - raw.p) };
	for (size_t i = 0; i < ext.len; i++)
		if (is_class(ext.p[i], CH_HIGH)) {
			ext.len = i;   /* "help.xlsmを実行" */
			end = (size_t)(ext.p - s->t.p) + i;
		}
	raw.len = end - start;
	if (dot == raw.p || !in_list(&list_file_endings, ext) || in_list(&list_benign_files, raw))
		return OK;
	/* Rules of Sigma: Image|endswith: '\evil.exe' */
	if (before == '\\' && start > 1 && (s->t.p[start - 2] == '\'' || s->t.p[start - 2] == '"') && after == s->t.p[start - 2])
		before = ' ';
	if (before == '/' || before == '\\' || after == '/' || after == '\\' || after == '(' || raw.len > 120)
		return OK;
	if (hash_before(s, start) || is_package(s, raw, ext, end))
		return OK;
	return scan_claim_text(s, IND_FILE_NAME, wide_start(s, floor, start), end);
}
