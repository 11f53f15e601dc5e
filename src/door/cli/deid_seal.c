/* The method of a release (加工方法等情報), apart from it and encrypted to the officer who answers for it. */
#include <sodium.h>

#include "base/base64.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "core/record/secret.h"
#include "door/cli/deid_job.h"
#include "door/cli/desk.h"

#include "base/banned.h"

#define SEALED_HEAD "renkei.deid.sealed.1\n"

static rc need(struct ctx *c, const struct call *in, const char *option)
{
	if (call_value(in, option) && call_value(in, option)[0])
		return OK;
	(void)FAIL(c, E_INVALID, "deid.option");
	fault_name(c, slice_of(option));
	return E_INVALID;
}

rc seal_officer(struct ctx *c, const struct call *in, struct answer *out)
{
	unsigned char pk[crypto_box_PUBLICKEYBYTES];
	const char *name = call_value(in, "out");
	AUTO_SECRET sk = { 0 };
	struct buf key, pub, text;

	(void)out;
	TRY(need(c, in, "out"));
	TRY(secret_new(c, crypto_box_SECRETKEYBYTES, &sk));
	NEVER(crypto_box_keypair(pk, sk.p) != 0);
	buf_init(&key, c->a, 4200);
	buf_putf(&key, "%s.key", name);
	buf_putc(&key, '\0');
	buf_init(&pub, c->a, 4200);
	buf_putf(&pub, "%s.pub", name);
	buf_putc(&pub, '\0');
	if (key.full || pub.full)
		return FAIL(c, E_LIMIT, "file.name");
	TRY(secret_write(c, key.p, &sk));
	buf_init(&text, c->a, 256);
	base64_put(&text, (slice){ (const char *)pk, sizeof pk });
	buf_putc(&text, '\n');
	return file_replace(c, pub.p, buf_slice(&text), 0644);
}

static rc read_public(struct ctx *c, const char *path, unsigned char pk[crypto_box_PUBLICKEYBYTES])
{
	slice text;

	TRY(file_read(c, path, 4096, &text));
	return base64_parse_n(c, slice_trim(text), pk, crypto_box_PUBLICKEYBYTES);
}

/* Everything that would lead back, or be needed to make the same again: the key of all chance, the spec, what it was made from. */
static rc put_method(struct ctx *c, const struct job *j, struct buf *b)
{
	struct json_out o = json_out_on(b);
	char hex[2 * SECRET_KEY + 1];
	slice spec;

	(void)sodium_bin2hex(hex, sizeof hex, j->key, SECRET_KEY);
	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei.deid.method.1"));
	jo_kv_text(&o, "key", slice_of(hex));
	jo_kv_bool(&o, "seeded", j->ask.has_seed);
	jo_kv_text(&o, "input_sha256", slice_of(j->in_hash));
	jo_kv_text(&o, "output_sha256", slice_of(j->out_hash));
	jo_kv_int(&o, "rows", (int64_t)j->table.rows);
	jo_key(&o, S("columns_removed"));
	jo_array(&o);
	for (uint32_t i = 0, stored = 0; i < j->table.file_cols; i++) {
		bool kept = stored < j->table.cols && j->table.from[stored] == i;

		if (!kept || j->table.col[stored].role == ROLE_PERSON)
			jo_text(&o, j->table.names[i]);
		stored += kept;
	}
	jo_end_array(&o);
	if (j->ask.spec_path) {
		TRY(file_read(c, j->ask.spec_path, LIMIT_FILE_SMALL, &spec));
		jo_kv_text(&o, "spec", spec);
	}
	jo_end_object(&o);
	buf_putc(b, '\n');
	sodium_memzero(hex, sizeof hex);
	return OK;
}

rc seal_method(struct ctx *c, struct job *j)
{
	unsigned char pk[crypto_box_PUBLICKEYBYTES];
	struct buf plain, sealed;
	slice text;

	TRY(read_public(c, j->officer, pk));
	buf_init(&plain, c->a, LIMIT_FILE_SMALL * 2);
	TRY(put_method(c, j, &plain));
	TRY(buf_done(c, &plain, &text));
	buf_init(&sealed, c->a, LIMIT_FILE_SMALL * 2 + 4096);
	buf_putz(&sealed, SEALED_HEAD);
	if (!buf_room(&sealed, text.len + crypto_box_SEALBYTES))
		return FAIL(c, E_LIMIT, "memory.limit");
	NEVER(crypto_box_seal((unsigned char *)sealed.p + sealed.len, (const unsigned char *)text.p, text.len, pk) != 0);
	sealed.len += text.len + crypto_box_SEALBYTES;
	sodium_memzero(plain.p, plain.len);
	hash_hex(buf_slice(&sealed), j->sealed_hash);
	return file_replace(c, j->sealed, buf_slice(&sealed), 0600);
}

/* Opening is an act with its purpose, in the record before anything is shown. */
rc seal_open(struct ctx *c, const struct call *in, struct answer *out)
{
	const size_t head = sizeof SEALED_HEAD - 1;
	unsigned char pk[crypto_box_PUBLICKEYBYTES];
	AUTO_SECRET sk = { 0 };
	AUTO_DESK d = { 0 };
	char hash[65];
	int64_t seq = 0;
	char *plain;
	slice sealed;

	TRY(need(c, in, "key"));
	TRY(need(c, in, "purpose"));
	TRY(file_read(c, call_arg(in, 0, "-"), LIMIT_FILE_SMALL * 2 + 4096, &sealed));
	if (!slice_starts(sealed, S(SEALED_HEAD)) || sealed.len < head + crypto_box_SEALBYTES)
		return FAIL(c, E_INVALID, "deid.sealed");
	TRY(secret_read(c, call_value(in, "key"), crypto_box_SECRETKEYBYTES, &sk));
	NEVER(crypto_scalarmult_base(pk, sk.p) != 0);
	hash_hex(sealed, hash);
	plain = arena_bytes(c->a, sealed.len);
	if (!plain)
		return FAIL(c, E_LIMIT, "memory.limit");
	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	if (crypto_box_seal_open((unsigned char *)plain, (const unsigned char *)sealed.p + head, sealed.len - head, pk, sk.p) != 0)
		return FAIL(c, E_DENIED, "deid.sealed_other");
	TRY(opening_record(c, d.node, &d.actor, slice_of(hash), desk_option(&d, "purpose"), &seq));
	buf_put(&d.out, (slice){ plain, sealed.len - head - crypto_box_SEALBYTES });
	return desk_close(&d);
}
