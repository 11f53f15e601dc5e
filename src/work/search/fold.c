#include "work/search/search.h"

#include <stdlib.h>

#include "base/pack.h"
#include "base/utf8.h"

#include "base/banned.h"

struct variant { uint32_t from, to; };
struct variants { struct variant *v; size_t n; };

static int by_from(const void *a, const void *b)
{
	const struct variant *x = a, *y = b;

	return x->from < y->from ? -1 : x->from > y->from;
}

static rc add_variants(struct ctx *c, const struct pack *row, struct variants *v, size_t *room)
{
	size_t i = 0, k = 0;
	uint32_t to, from;
	slice text;

	TRY(pack_as_text(c, row, &text));
	if (!utf8_next(row->key, &i, &to))
		return PACK_FAIL(c, row, "pack.kind");
	while (k < text.len) {
		if (!utf8_next(text, &k, &from))
			return PACK_FAIL(c, row, "pack.kind");
		TRY_ROOM(c, v->v, v->n, *room, 128);
		v->v[v->n++] = (struct variant){ from, to };
	}
	return OK;
}

rc variants_load(struct ctx *c, const char *data, const struct variants **ret)
{
	const struct pack *root, *rows;
	struct variants *v;
	size_t room = 0;
	struct buf b;
	slice path;

	buf_init(&b, c->a, 4096);
	buf_putf(&b, "%s/screening/words.yaml", data);
	buf_putc(&b, 0);
	TRY(buf_keep(c, &b, &path));
	TRY(pack_read(c, path.p, &root));
	TRY(pack_need(c, root, "variants", &rows));
	TRY_NEW(c, v);
	for PACK_EACH(row, rows)
		TRY(add_variants(c, row, v, &room));
	qsort(v->v, v->n, sizeof *v->v, by_from);
	*ret = v;
	return OK;
}

/* Half-width kana U+FF66 to U+FF9D as full-width ones, in their order (JIS X 0201 to JIS X 0208). */
static const char wide_kana[] = "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";

static uint32_t widen(uint32_t cp)
{
	uint32_t wide = cp;
	size_t i = (cp - 0xff66) * 3;   /* three bytes each */

	if (cp < 0xff66 || cp > 0xff9d)
		return cp;
	return utf8_next((slice){ wide_kana, sizeof wide_kana - 1 }, &i, &wide) ? wide : cp;
}

/* か + ゛ = が; 0 when the pair makes no sound of its own. */
static uint32_t voiced(uint32_t kana, uint32_t mark)
{
	bool half = mark == 0xff9f || mark == 0x309a || mark == 0x309c;
	bool any = half || mark == 0xff9e || mark == 0x3099 || mark == 0x309b;

	if (!any)
		return 0;
	if (kana == 0x3046)
		return half ? 0 : 0x3094;
	if (kana >= 0x306f && kana <= 0x307b && (kana - 0x306f) % 3 == 0)
		return kana + (half ? 2 : 1);
	if (half || kana < 0x304b || kana > 0x3068)
		return 0;
	if (kana <= 0x3061)
		return kana % 2 == 1 ? kana + 1 : 0;   /* か … ち: odd */
	return kana >= 0x3064 && kana % 2 == 0 ? kana + 1 : 0;
}

static uint32_t one(const struct variants *v, uint32_t cp)
{
	const struct variant key = { .from = cp }, *found;

	if (cp >= 0xff01 && cp <= 0xff5e)
		cp -= 0xfee0;
	cp = widen(cp);
	if (cp >= 0x30a1 && cp <= 0x30f6)
		cp -= 0x60;
	if (cp >= 'A' && cp <= 'Z')
		cp += 'a' - 'A';
	if (cp < 0x3400)
		return cp;
	found = bsearch(&key, v->v, v->n, sizeof *v->v, by_from);
	return found ? found->to : cp;
}

static bool is_passed_over(uint32_t cp)
{
	return cp <= ' ' || cp == 0x3000 || cp == 0x30fb || cp == 0xff65 || cp == 0x30fc || cp == 0xfe0e || cp == 0xfe0f ||
	       (cp >= 0xe0100 && cp <= 0xe01ef);   /* variation selectors: 葛󠄀 is 葛 */
}

rc search_fold(struct ctx *c, const struct variants *v, slice text, slice *ret)
{
	uint32_t last = 0;
	size_t i = 0;
	struct buf b;

	buf_init(&b, c->a, text.len * 4 + 8);
	while (i < text.len) {
		uint32_t cp, both;
		char out[4];

		if (!utf8_next(text, &i, &cp))
			continue;
		both = last ? voiced(last, cp) : 0;
		if (both) {
			b.len -= 3;   /* kana: three bytes */
			cp = both;
		} else
			cp = one(v, cp);
		last = cp;
		if (is_passed_over(cp))
			last = 0;
		else
			buf_put(&b, (slice){ out, utf8_encode(cp, out) });
	}
	return buf_keep(c, &b, ret);
}
