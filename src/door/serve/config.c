#include "door/serve/config.h"

#include <stddef.h>

#include "base/file.h"
#include "base/parse.h"
#include "base/utf8.h"
#include "door/serve/listen.h"

#include "base/banned.h"

#define FILE_MOST ((size_t)256 << 10)

#define AT(field) offsetof(struct settings, field), sizeof(((struct settings *)0)->field)
#define TEXT(s, k, field, help) { s, k, CONFIG_TEXT, AT(field), 0, 0, NULL, help }
#define ADDRESS(s, k, field, help) { s, k, CONFIG_ADDRESS, AT(field), 0, 0, NULL, help }
#define PATH(s, k, field, help) { s, k, CONFIG_PATH, AT(field), 0, 0, NULL, help }
#define INT(s, k, field, least, most, help) { s, k, CONFIG_INT, AT(field), least, most, NULL, help }
#define SECONDS(s, k, field, least, most, help) { s, k, CONFIG_SECONDS, AT(field), least, most, NULL, help }
#define KIB(s, k, field, least, most, help) { s, k, CONFIG_KIB, AT(field), least, most, NULL, help }
#define WORDS(s, k, field, words, help) { s, k, CONFIG_WORD, AT(field), 0, 0, words, help }
#define BOOL(s, k, field, help) { s, k, CONFIG_BOOL, AT(field), 0, 0, NULL, help }

/* In the order in which they are shown. */
const struct config_key config_keys[] = {
	ADDRESS("serve", "listen", listen[LISTENER_MAIN], "Address and port for browsers and programs."),
	BOOL("serve", "plain", plain, "HTTP without TLS; only on a loopback address, for a proxy on the same machine."),
	ADDRESS("serve", "exchange", listen[LISTENER_EXCHANGE], "Address and port for other nodes (mutual TLS with known keys); empty: none."),
	TEXT("serve", "hosts", hosts, "Names by which the node may be asked, blanks between; empty: any."),
	BOOL("serve", "metrics", metrics_open, "Whether /metrics answers to other machines too."),
	WORDS("users", "roles", users, "auto roles same", "Whether each process gets its own user (only when started as root)."),
	TEXT("users", "prefix", user_prefix, "What the names of the system users begin with."),
	INT("users", "base", user_base, 1000, 2000000000, "First of seven free user numbers, for when there are no such system users."),
	PATH("tls", "certificate", certificate, "Certificate chain (PEM); empty: one is made at first start."),
	PATH("tls", "key", key, "Private key to it (PEM), readable by its owner only."),
	INT("limits", "connections", limits.connections, 16, 8192, "Connections at a time."),
	INT("limits", "per_address", limits.per_peer, 4, 8192, "Connections of one address at a time."),
	KIB("limits", "body", limits.http.body, 64, 32768, "Largest body of a request, KiB."),
	KIB("limits", "bodies", limits.bodies, 1024, 4194304, "All bodies in memory at a time, KiB."),
	SECONDS("limits", "head", limits.head, 1, 120, "Seconds in which the head of a request must have come."),
	SECONDS("limits", "sending", limits.body, 1, 3600, "Seconds in which the body must have come."),
	SECONDS("limits", "idle", limits.idle, 1, 3600, "Seconds that a connection may wait for its next request."),
	SECONDS("limits", "reading", limits.write, 1, 600, "Seconds in which a client must have taken something of the answer."),
	SECONDS("limits", "answer", limits.core, 1, 600, "Seconds that a request may take."),
	TEXT("mail", "host", mail_host, "Mail server; empty: no mail is sent."),
	INT("mail", "port", mail_port, 1, 65535, "Its port."),
	WORDS("mail", "tls", mail_tls, "starttls tls none", "How the way to it is protected; none only for a server on this machine."),
	TEXT("mail", "user", mail_user, "User name there; empty: without signing in."),
	PATH("mail", "password_file", mail_password_file, "File with the password, readable by its owner only."),
	TEXT("mail", "from", mail_from, "Address that mails come from."),
	TEXT("oidc", "issuer", oidc_issuer, "Identity provider (OpenID Connect), as https://login.example.lg.jp; empty: none."),
	TEXT("oidc", "name", oidc_name, "What the button of the sign-in page calls it; empty: the organisation's sign-in."),
	TEXT("oidc", "client_id", oidc_client, "As what the provider knows this node."),
	PATH("oidc", "secret_file", oidc_secret_file, "File with the client's secret, readable by its owner only; empty: a public client."),
	TEXT("oidc", "back", oidc_back, "Address of this node to which the provider sends browsers back: https://NODE/sign-in/back."),
	PATH("out", "ca", out_ca, "Certificates (PEM) that identity providers must show; empty: those that this machine trusts."),
};

const size_t config_keys_count = sizeof config_keys / sizeof *config_keys;

static rc fail_at(struct ctx *c, const char *path, uint32_t row, slice name, rc code, const char *key)
{
	fault_set(c, code, key, __FILE__, __LINE__);
	fault_where(c, path);
	fault_place(c, row, 1);
	fault_name(c, name);
	return code;
}

static void store_number(const struct config_key *k, struct settings *s, uint64_t n)
{
	char *to = (char *)s + k->at;
	uint32_t small = (uint32_t)n;

	if (k->room == sizeof small)
		memcpy(to, &small, sizeof small);
	else
		memcpy(to, &n, sizeof n);
}

static uint64_t load_number(const struct config_key *k, const struct settings *s)
{
	uint64_t n = 0;
	uint32_t small = 0;

	if (k->room == sizeof small) {
		memcpy(&small, (const char *)s + k->at, sizeof small);
		return small;
	}
	memcpy(&n, (const char *)s + k->at, sizeof n);
	return n;
}

static int64_t scale(const struct config_key *k)
{
	return k->type == CONFIG_SECONDS ? 1000 : k->type == CONFIG_KIB ? 1024 : 1;
}

static rc take_word(struct ctx *c, const struct config_key *k, slice value, struct settings *s)
{
	slice rest = slice_of(k->words), one;

	for (uint64_t i = 0; slice_next(&rest, ' ', &one); i++)
		if (slice_eq(one, value)) {
			store_number(k, s, i);
			return OK;
		}
	return FAIL(c, E_INVALID, "config.value");
}

static rc take(struct ctx *c, const struct config_key *k, slice value, struct settings *s)
{
	struct endpoint e;
	uint64_t n;
	bool yes;

	switch (k->type) {
	case CONFIG_ADDRESS:
		if (value.len)
			TRY(endpoint_parse(c, value, &e));
		return settings_text(c, (char *)s + k->at, k->room, value);
	case CONFIG_TEXT:
	case CONFIG_PATH:
		if (k->type == CONFIG_PATH && value.len && value.p[0] != '/')
			return FAIL(c, E_INVALID, "config.path");
		return settings_text(c, (char *)s + k->at, k->room, value);
	case CONFIG_WORD: return take_word(c, k, value, s);
	case CONFIG_BOOL:
		yes = slice_is(value, "yes");
		if (!yes && !slice_is(value, "no"))
			return FAIL(c, E_INVALID, "config.value");
		memcpy((char *)s + k->at, &yes, sizeof yes);
		return OK;
	case CONFIG_INT:
	case CONFIG_SECONDS:
	case CONFIG_KIB:
		if (parse_u64(c, value, (uint64_t)k->least, (uint64_t)k->most, &n) != OK)
			return FAIL(c, c->fault.code, c->fault.code == E_LIMIT ? "config.range" : "config.value");
		store_number(k, s, n * (uint64_t)scale(k));
		return OK;
	}
	return OK;
}

static const struct config_key *find(slice section, slice key, size_t *ret_i)
{
	for (size_t i = 0; i < config_keys_count; i++)
		if (slice_is(section, config_keys[i].section) && slice_is(key, config_keys[i].key)) {
			*ret_i = i;
			return &config_keys[i];
		}
	return NULL;
}

static rc read_line(struct ctx *c, const char *path, uint32_t row, slice line, slice *section, uint64_t *seen,
                    struct settings *s)
{
	size_t sign = slice_find(line, S("="), 0), i;
	const struct config_key *k;
	slice key, value;

	if (line.p[0] == '[') {
		if (line.p[line.len - 1] != ']')
			return fail_at(c, path, row, S_NONE, E_INVALID, "config.form");
		*section = slice_trim(slice_sub(line, 1, line.len - 2));
		return OK;
	}
	if (sign == SIZE_MAX || sign == 0)
		return fail_at(c, path, row, S_NONE, E_INVALID, "config.form");
	key = slice_trim(slice_sub(line, 0, sign));
	value = slice_trim(slice_sub(line, sign + 1, SIZE_MAX));
	k = find(*section, key, &i);
	if (!k)
		return fail_at(c, path, row, key, E_INVALID, "config.unknown");
	if (*seen & (uint64_t)1 << i)
		return fail_at(c, path, row, key, E_INVALID, "config.twice");
	*seen |= (uint64_t)1 << i;
	if (take(c, k, value, s) != OK)
		return fail_at(c, path, row, key, c->fault.code, c->fault.key);
	return OK;
}

_Static_assert(sizeof config_keys / sizeof *config_keys <= 64, "one bit for each key");

rc config_read(struct ctx *c, const char *path, struct settings *s)
{
	slice text, line, section = S_NONE;
	uint64_t seen = 0;
	uint32_t row = 0;

	TRY(file_read(c, path, FILE_MOST, &text));
	if (!utf8_is_valid(text) || memchr(text.p ? text.p : "", '\0', text.len))
		return fail_at(c, path, 1, S_NONE, E_INVALID, "config.form");
	while (slice_next(&text, '\n', &line)) {
		row++;
		line = slice_trim(line);
		if (line.len && line.p[0] != '#')
			TRY(read_line(c, path, row, line, &section, &seen, s));
	}
	return config_check(c, s);
}

static bool is_near(const char *host)
{
	return strcmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0;
}

static rc check_oidc(struct ctx *c, const struct settings *s)
{
	slice issuer = slice_of(s->oidc_issuer), back = slice_of(s->oidc_back);

	if (issuer.len == 0)
		return OK;
	if (!slice_starts(issuer, S("https://")) || !slice_starts(back, S("https://")) || !slice_ends(back, S("/sign-in/back")) ||
	    !s->oidc_client[0])
		return FAIL(c, E_INVALID, "config.oidc");
	return OK;
}

rc config_check(struct ctx *c, const struct settings *s)
{
	if (!s->certificate[0] != !s->key[0])
		return FAIL(c, E_INVALID, "config.tls");
	if (s->mail_host[0] && !s->mail_from[0])
		return FAIL(c, E_INVALID, "config.mail_from");
	if (s->mail_host[0] && s->mail_tls == MAIL_NONE && !is_near(s->mail_host))
		return FAIL(c, E_DENIED, "config.mail_tls");
	return check_oidc(c, s);
}

void config_put_value(struct buf *b, const struct config_key *k, const struct settings *s)
{
	slice rest, one = S_NONE;
	uint64_t n;

	switch (k->type) {
	case CONFIG_TEXT:
	case CONFIG_ADDRESS:
	case CONFIG_PATH: buf_putz(b, (const char *)s + k->at); return;
	case CONFIG_BOOL: buf_putz(b, *((const char *)s + k->at) ? "yes" : "no"); return;
	case CONFIG_WORD:
		rest = slice_of(k->words);
		n = load_number(k, s);
		for (uint64_t i = 0; i <= n && slice_next(&rest, ' ', &one); i++)
			;
		buf_put(b, one);
		return;
	case CONFIG_INT:
	case CONFIG_SECONDS:
	case CONFIG_KIB: buf_put_i64(b, (int64_t)load_number(k, s) / scale(k)); return;
	}
}
