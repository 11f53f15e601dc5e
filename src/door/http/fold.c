#include "door/http/fold.h"

#include "base/utf8.h"

#include "base/banned.h"

/* Each pair: as written, as searched. Forms that stand in family registers, with the form of the list of common characters. */
static const char pairs[] = "髙高﨑崎嵜崎濵浜濱浜澤沢齋斉斎斉齊斉邊辺邉辺廣広國国德徳眞真惠恵澁渋櫻桜嶋島嶌島條条鐵鉄龍竜壽寿榮栄會会學学縣県藏蔵靜静瀧滝"
	"假仮圓円萬万槇槙與与豐豊實実將将專専團団應応樂楽氣気彌弥瓊瓊礒磯籠篭埜野栁柳桒桑舘館曻昇𠮷吉淵渕渊渕冨富峯峰埼埼羪養穗穂曾曽莊荘藪薮檜桧"
	"濟済續続總総聰聡錄録關関黑黒黃黄晉晋顯顕寬寛戶戸步歩每毎海海福福神神祥祥靖靖精精羽羽逸逸都都";

/* ｱ … ﾝ */
static const char kana[] = "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";

static uint32_t usual(uint32_t cp)
{
	slice s = { pairs, sizeof pairs - 1 };
	uint32_t from, to;

	if (cp < 0x3400)
		return cp;
	for (size_t i = 0; i < s.len;) {
		if (!utf8_next(s, &i, &from) || i >= s.len || !utf8_next(s, &i, &to))
			break;
		if (from == cp)
			return to;
	}
	return cp;
}

static uint32_t kana_at(uint32_t place)
{
	slice s = { kana, sizeof kana - 1 };
	uint32_t cp = 0;

	for (size_t i = 0; i < s.len && utf8_next(s, &i, &cp); place--)
		if (place == 0)
			return cp;
	return cp;
}

/* The mark behind a half-width kana: カ + ﾞ is ガ, ハ + ﾟ is パ; they follow their plain form in the code. */
static uint32_t voiced(uint32_t cp, uint32_t mark)
{
	bool ha = cp >= 0x30cf && cp <= 0x30db;

	if (mark == 0xff9f)
		return ha ? cp + 2 : cp;
	if (cp == 0x30a6)
		return 0x30f4;
	return (cp >= 0x30ab && cp <= 0x30c8) || ha ? cp + 1 : cp;
}

static uint32_t fold_one(uint32_t cp)
{
	if (cp >= 0xff01 && cp <= 0xff5e)
		cp -= 0xff01 - 0x21;
	if (cp >= 'A' && cp <= 'Z')
		return cp + 32;
	if (cp >= 0x3041 && cp <= 0x3096)
		return cp + 0x60;
	if (cp >= 0xff66 && cp <= 0xff9d)
		return kana_at(cp - 0xff66);
	return usual(cp);
}

rc fold_search(struct ctx *c, slice text, slice *ret)
{
	struct buf b;

	buf_init(&b, c->a, text.len * 2 + 8);
	for (size_t i = 0; i < text.len;) {
		char bytes[4];
		uint32_t cp, after;
		size_t k;

		if (!utf8_next(text, &i, &cp))
			continue;
		cp = fold_one(cp);
		k = i;
		if (k < text.len && utf8_next(text, &k, &after) && (after == 0xff9e || after == 0xff9f)) {
			cp = voiced(cp, after);
			i = k;
		}
		if (cp == ' ' || cp == 0x3000 || cp == '\t' || cp == '\n' || cp == '\r')
			continue;
		buf_put(&b, (slice){ bytes, utf8_encode(cp, bytes) });
	}
	return buf_done(c, &b, ret);
}
