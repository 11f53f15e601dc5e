#include "door/cli/screen_look.h"

#include "base/pack.h"
#include "door/cli/cli.h"
#include "door/cli/screen_maps.h"
#include "door/cli/screen_read.h"
#include "engine/screen/screen.h"

#include "base/banned.h"

rc screen_number_of(struct ctx *c, const char *const *logs, size_t nlogs, slice record, slice *ret)
{
	static const unsigned char key[16];
	const struct pack *words, *rules;
	struct screen_maps maps;
	struct screen_desk *d;
	struct screen *s;
	struct buf path;

	buf_init(&path, c->a, 8192);
	buf_putf(&path, "%s/screening/words.yaml", c->app->data);
	buf_putc(&path, '\0');
	TRY(pack_read(c, path.p, &words));
	buf_reset(&path);
	buf_putf(&path, "%s/screening/rules.yaml", c->app->data);
	buf_putc(&path, '\0');
	TRY(pack_read(c, path.p, &rules));
	TRY(screen_maps_read(c, NULL, &maps));
	TRY(screen_new(c, words, rules, key, &s));
	screen_maps(s, maps.v, maps.n, NULL);
	TRY(screen_desk_new(c, 1, &d));
	*ret = S_NONE;
	for (size_t i = 0; i < nlogs && ret->len == 0; i++)
		TRY(screen_find_record(c, s, d, logs[i], record, ret));
	return ret->len ? OK : FAIL(c, E_NOTFOUND, "screen.no_record");
}
