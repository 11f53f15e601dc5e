#include "work/select/watch_line.h"

#include "engine/select/chars.h"
#include "work/select/around.h"
#include "work/select/asker.h"

#include "base/banned.h"

#define USERS_MOST 16u

/* Accounts of machines and of nobody tell no person. */
static bool is_nobody(slice account)
{
	static const char *const nobody[] = { "-", "n/a", "null", "(null)", "none", "unknown", "system", "root", "admin", "administrator", "anonymous",
		"anonymous logon", "guest", "nobody", "local service", "network service", "true", "false" };

	for (size_t i = 0; i < sizeof nobody / sizeof nobody[0]; i++)
		if (same_word(account, nobody[i]))
			return true;
	return account.len == 0 || account.p[account.len - 1] == '$' || account.p[0] == '[';
}

/* Does a name of the user's column end at `at`: user=, "srcuser":, TargetUserName> ? */
static bool names_user(slice line, size_t at)
{
	static const char *const names[] = { "user", "username", "user_name", "usr", "usrname", "account", "accountname", "account_name", "login", "loginname",
		"srcuser", "dstuser", "src_user", "dst_user", "suser", "duser", "sourceuser", "targetusername", "subjectusername", "logonuser", "uid",
		"ユーザー", "ユーザ", "利用者", "アカウント" };
	size_t from = at;

	while (from > 0 && at - from < 32 && (is_alnum(line.p[from - 1]) || line.p[from - 1] == '_' || is_class(line.p[from - 1], CH_HIGH)))
		from--;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (same_word(slice_sub(line, from, at - from), names[i]))
			return true;
	return false;
}

/* The account behind "=" or ":" at `at`, without its domain: user="CITY\tanaka". */
static slice account_at(slice line, size_t at)
{
	size_t from = at + 1, end;
	char quote = '\0';

	if (from < line.len && line.p[from] == '"' && line.p[at] == '"')
		return S_NONE;
	while (from < line.len && (line.p[from] == ' ' || line.p[from] == '"' || line.p[from] == '\'' || line.p[from] == '=')) {
		quote = line.p[from] == ' ' || line.p[from] == '=' ? quote : line.p[from];
		from++;
	}
	for (end = from; end < line.len && (quote ? line.p[end] != quote : !is_space(line.p[end]) && !memchr(",;|)]}>&<", line.p[end], 9)); end++)
		if (line.p[end] == '\\')
			from = end + 1;
	return from < end ? slice_sub(line, from, end - from) : S_NONE;
}

/* Accounts that the line names as users', where the finders of names see none: added to the spans, which stay sorted. */
static rc add_users(struct ctx *c, slice line, struct pii_result *found)
{
	struct pii_span *all;
	size_t n = found->n_spans, added = 0;

	TRY_ARRAY(c, all, n + USERS_MOST);
	if (n)
		memcpy(all, found->spans, n * sizeof *all);
	for (size_t at = 1; at < line.len && added < USERS_MOST; at++) {
		bool sign = line.p[at] == '=' || line.p[at] == ':' || line.p[at] == '>' || (line.p[at] == '"' && at + 1 < line.len && (line.p[at + 1] == ':' || line.p[at + 1] == '='));
		slice account;
		size_t start, k;

		if (!sign || !names_user(line, at))
			continue;
		account = account_at(line, at + (line.p[at] == '"'));
		if (is_nobody(account))
			continue;
		start = (size_t)(account.p - line.p);
		for (k = n; k > 0 && all[k - 1].start >= start + account.len; k--)
			;
		if (k > 0 && all[k - 1].end > start)
			continue;
		memmove(all + k + 1, all + k, (n - k) * sizeof *all);
		all[k] = (struct pii_span){ .type = PII_NAME, .start = start, .end = start + account.len };
		n++, added++;
	}
	found->spans = all;
	found->n_spans = n;
	return OK;
}

static void put_end(struct ctx *c, struct json_out *o, const char *name, slice end, const struct select_policy *policy)
{
	struct buf b;

	if (end.len == 0)
		return;
	buf_init(&b, c->a, 256);
	asker_put(&b, end, policy);
	jo_kv_text(o, name, buf_slice(&b));
}

static slice next_field(slice *rest)
{
	slice field = S_NONE;

	(void)slice_next(rest, '\t', &field);
	return field;
}

rc watch_line_put(struct ctx *c, struct json_out *o, const struct watch_line *l)
{
	struct pii_hints hints = { .kind = PII_KIND_LOG, .ours = true };
	struct pii_policy masks = l->policy ? l->policy->redact : pii_policy_default();
	struct pii_result found;
	struct buf masked, shown;
	slice asked = l->asked, time, text;
	struct asker who;

	TRY(pii_scan(c, l->line, &hints, NULL, &found));
	TRY(add_users(c, l->line, &found));
	if (asked.len) {
		who.client = next_field(&asked);
		who.server = next_field(&asked);
		time = next_field(&asked);
	} else {
		who = asker_find(l->line, l->start, l->end);
		time = around_time(l->line, &found, l->start);
	}
	if (time.len)
		jo_kv_text(o, "time", time);
	put_end(c, o, "client", who.client, l->policy);
	put_end(c, o, "server", who.server, l->policy);
	buf_init(&masked, c->a, (size_t)1 << 20);
	buf_init(&shown, c->a, (size_t)1 << 20);
	TRY(pii_redact(c, l->line, found.spans, found.n_spans, &masks, &masked, NULL));
	asker_put(&shown, buf_slice(&masked), l->policy);
	TRY(buf_done(c, &shown, &text));
	jo_kv_text(o, "evidence", text);
	return OK;
}
