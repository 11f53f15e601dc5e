#include "door/cli/screen_look.h"

#include "base/pack.h"
#include "door/cli/cli.h"
#include "door/cli/screen_maps.h"
#include "door/cli/screen_read.h"
#include "engine/screen/screen.h"

#include "base/banned.h"

static rc plain_screen(struct ctx *c, struct screen_maps *maps, struct screen **ret)
{
	static const unsigned char key[16];
	const struct pack *words, *rules;
	struct buf path;

	buf_init(&path, c->a, 8192);
	buf_putf(&path, "%s/screening/words.yaml", c->app->data);
	buf_putc(&path, '\0');
	TRY(pack_read(c, path.p, &words));
	buf_reset(&path);
	buf_putf(&path, "%s/screening/rules.yaml", c->app->data);
	buf_putc(&path, '\0');
	TRY(pack_read(c, path.p, &rules));
	TRY(screen_maps_read(c, NULL, maps));
	TRY(screen_new(c, words, rules, key, ret));
	screen_maps(*ret, maps->v, maps->n, NULL);
	return OK;
}

rc screen_number_of(struct ctx *c, const char *const *logs, size_t nlogs, slice record, slice *ret)
{
	struct screen_maps maps;
	struct screen_desk *d;
	struct screen *s;

	TRY(plain_screen(c, &maps, &s));
	TRY(screen_desk_new(c, 1, &d));
	*ret = S_NONE;
	for (size_t i = 0; i < nlogs && ret->len == 0; i++)
		TRY(screen_find_record(c, s, d, logs[i], record, ret));
	return ret->len ? OK : FAIL(c, E_NOTFOUND, "screen.no_record");
}

rc screen_looked_at(struct ctx *c, const char *const *logs, size_t nlogs, slice number, bool accounts, struct buf *out)
{
	struct screen_person *person;
	struct screen_maps maps;
	struct screen_desk *d;
	struct screen *s;

	TRY(plain_screen(c, &maps, &s));
	TRY(screen_desk_new(c, 1, &d));
	TRY(screen_person_new(c, s, number, accounts, out, &person));
	for (size_t i = 0; i < nlogs; i++)
		TRY(screen_tell_person(c, s, d, logs[i], person));
	buf_putf(out, "{\"schema\":\"renkei/screen-looked/1\",\"accesses\":%llu}\n", (unsigned long long)screen_person_count(person));
	return out->full ? FAIL(c, E_LIMIT, "text.limit") : OK;
}
