#include "base/json.h"
#include "door/cli/cli.h"
#include "door/cli/commands.h"
#include "door/serve/serve.h"

#include "base/banned.h"

static rc read_given(struct ctx *c, const struct call *in, struct settings *s)
{
	const char *path = call_arg(in, 0, NULL);

	settings_usual(s);
	return path ? config_read(c, path, s) : OK;
}

static rc run_check(struct ctx *c, const struct call *in, struct answer *out)
{
	static struct settings s;

	(void)out;
	TRY(read_given(c, in, &s));
	return out_write(c, S("good\n"));
}

static void put_json(struct buf *b, const struct config_key *k, const struct settings *s, const struct settings *usual)
{
	struct json_out j = json_out_on(b);
	struct buf v;

	jo_object(&j);
	jo_kv_text(&j, "schema", S("renkei.config/1"));
	jo_kv_text(&j, "section", slice_of(k->section));
	jo_kv_text(&j, "key", slice_of(k->key));
	buf_init(&v, b->a, PATH_MAX);
	config_put_value(&v, k, s);
	jo_kv_text(&j, "value", buf_slice(&v));
	buf_init(&v, b->a, PATH_MAX);
	config_put_value(&v, k, usual);
	jo_kv_text(&j, "usual", buf_slice(&v));
	if (k->most) {
		jo_kv_int(&j, "least", k->least);
		jo_kv_int(&j, "most", k->most);
	}
	if (k->words)
		jo_kv_text(&j, "words", slice_of(k->words));
	jo_kv_text(&j, "sentence", slice_of(k->sentence));
	jo_end_object(&j);
	buf_putc(b, '\n');
}

/* A file that could be used as it is: what is not usual stands, the usual is a comment. */
static void put_plain(struct buf *b, size_t i, const struct settings *s, const struct settings *usual)
{
	const struct config_key *k = &config_keys[i];
	struct buf mine, theirs;

	if (i == 0 || strcmp(k->section, config_keys[i - 1].section) != 0)
		buf_putf(b, "%s[%s]\n", i ? "\n" : "", k->section);
	buf_init(&mine, b->a, PATH_MAX);
	buf_init(&theirs, b->a, PATH_MAX);
	config_put_value(&mine, k, s);
	config_put_value(&theirs, k, usual);
	buf_putf(b, "# %s", k->sentence);
	if (k->words)
		buf_putf(b, " One of: %s.", k->words);
	if (k->most)
		buf_putf(b, " From %lld to %lld.", (long long)k->least, (long long)k->most);
	buf_putf(b, "\n%s%s = ", slice_eq(buf_slice(&mine), buf_slice(&theirs)) ? "#" : "", k->key);
	buf_put(b, buf_slice(&mine));
	buf_putc(b, '\n');
}

static rc run_show(struct ctx *c, const struct call *in, struct answer *out)
{
	static struct settings s, usual;
	struct buf b;
	slice text;

	(void)out;
	TRY(read_given(c, in, &s));
	settings_usual(&usual);
	buf_init(&b, c->a, (size_t)1 << 20);
	for (size_t i = 0; i < config_keys_count; i++)
		if (call_has(in, "json"))
			put_json(&b, &config_keys[i], &s, &usual);
		else
			put_plain(&b, i, &s, &usual);
	TRY(buf_done(c, &b, &text));
	return out_write(c, text);
}

static const struct option_spec o_show[] = {
	{ "json", NULL, "One JSON object a line, one for each key." },
	{ 0 },
};

const struct command cmd_config[] = {
	{ "config", "check", "FILE", 1, 1, "Check a configuration file", NULL, run_check },
	{ "config", "show", "[FILE]", 0, 1, "Show every key with its value, its range and what it means", o_show, run_show },
	{ 0 },
};
