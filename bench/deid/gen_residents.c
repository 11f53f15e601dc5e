/*
 * Makes a register of residents for measuring: gen_residents ROWS SEED DIR writes DIR/data.csv and DIR/hierarchies/.
 * Nobody in it lives. Households stand together and share postal code, municipality and nationality, birth dates are
 * Japanese era dates, municipality codes carry their check digit; shares are roughly those of the country.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/calendar.h"

#include "base/banned.h"

#define MUNIS 1741
#define POSTALS_EACH 70u
#define DAY_FIRST ((jday)-18262)   /* 1920-01-01 */
#define DAYS 38700
#define INCOMES 2301

static uint64_t state;

static uint64_t next64(void)
{
	uint64_t z = (state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static uint32_t below(uint32_t n)
{
	return (uint32_t)(((next64() >> 32) * n) >> 32);
}

static double unit(void)
{
	return (double)(next64() >> 11) / 9007199254740992.0;
}

struct weighted { const char *text; double share; };

static const char *pick(const struct weighted *w, size_t n)
{
	double u = unit();

	for (size_t i = 0; i + 1 < n; i++) {
		if (u < w[i].share)
			return w[i].text;
		u -= w[i].share;
	}
	return w[n - 1].text;
}

static const struct weighted nations[] = {
	{ "日本", 0.97 }, { "中国", 0.0065 }, { "ベトナム", 0.0062 }, { "韓国", 0.0033 }, { "フィリピン", 0.0032 },
	{ "ブラジル", 0.0025 }, { "ネパール", 0.002 }, { "インドネシア", 0.0015 }, { "台湾", 0.0008 }, { "米国", 0.0007 },
	{ "タイ", 0.0007 }, { "ペルー", 0.0005 }, { "インド", 0.0005 }, { "ミャンマー", 0.0005 }, { "英国", 0.0002 },
	{ "フランス", 0.0002 }, { "ドイツ", 0.0001 }, { "豪州", 0.0001 }, { "エジプト", 0.0001 }, { "無国籍", 0.0001 },
};
static const char *const nation_groups[] = {
	"日本国,日本国籍", "アジア,外国", "アジア,外国", "アジア,外国", "アジア,外国", "南北米,外国", "アジア,外国", "アジア,外国",
	"アジア,外国", "南北米,外国", "アジア,外国", "南北米,外国", "アジア,外国", "アジア,外国", "欧州,外国", "欧州,外国",
	"欧州,外国", "その他,外国", "その他,外国", "その他,外国",
};
static const struct weighted diseases[] = {
	{ "-", 0.62 }, { "I10", 0.045 }, { "E78", 0.04 }, { "E11", 0.03 }, { "J30", 0.025 }, { "H40", 0.02 }, { "M54", 0.02 },
	{ "I48", 0.015 }, { "J45", 0.015 }, { "M81", 0.015 }, { "K21", 0.015 }, { "M17", 0.012 }, { "C50", 0.01 },
	{ "F32", 0.01 }, { "C18", 0.008 }, { "G20", 0.005 }, { "B18", 0.004 }, { "C34", 0.004 }, { "L20", 0.01 }, { "H35", 0.05 },
	{ "T61", 0.0005 }, { "D76", 0.0005 }, { "S83", 0.026 },
};
static const char *const families[] = { "佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤", "吉田", "山田" };
static const char *const givens[] = { "さくら", "拓也", "結衣", "実", "芽依", "直美", "洋子", "茂", "陽子", "隆", "一郎", "恵子" };

#define COUNT(a) (sizeof(a) / sizeof *(a))

static uint32_t muni_code[MUNIS];
static double muni_upto[MUNIS];
static char *date_text[DAYS];

static const char *region(uint32_t pref)
{
	return pref == 1 ? "北海道" : pref <= 7 ? "東北" : pref <= 14 ? "関東" : pref <= 23 ? "中部" : pref <= 30 ? "近畿"
		: pref <= 35 ? "中国地方" : pref <= 39 ? "四国" : "九州沖縄";
}

/* The last digit: 11 less the sum of the five digits times 6, 5, 4, 3, 2, modulo 11, its last digit (総務省コード). */
static uint32_t with_check(uint32_t five)
{
	uint32_t sum = five / 10000 * 6 + five / 1000 % 10 * 5 + five / 100 % 10 * 4 + five / 10 % 10 * 3 + five % 10 * 2;

	return five * 10 + (11 - sum % 11) % 10;
}

static void make_munis(void)
{
	double sum = 0;

	for (uint32_t i = 0; i < MUNIS; i++) {
		uint32_t pref = i * 47 / MUNIS + 1;

		muni_code[i] = with_check(pref * 1000 + 200 + i % 38);
		sum += 1.0 / (1.0 + (double)(i * 7919u % MUNIS) / 12.0);
		muni_upto[i] = sum;
	}
	for (uint32_t i = 0; i < MUNIS; i++)
		muni_upto[i] /= sum;
}

static uint32_t pick_muni(void)
{
	double u = unit();
	uint32_t lo = 0, hi = MUNIS - 1;

	while (lo < hi) {
		uint32_t mid = (lo + hi) / 2;

		if (u < muni_upto[mid])
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

static void make_dates(struct arena *a)
{
	struct buf b;

	buf_init(&b, a, 256);
	for (int i = 0; i < DAYS; i++) {
		buf_reset(&b);
		jday_put_era(&b, DAY_FIRST + i);
		date_text[i] = arena_cstr(a, buf_slice(&b));
	}
}

static FILE *create(const char *dir, const char *name)
{
	char path[4096];
	FILE *f;

	(void)snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "w");
	if (!f) {
		perror(path);
		exit(1);
	}
	return f;
}

static void write_births(const char *dir)
{
	FILE *f = create(dir, "hierarchies/birth.csv");

	for (int i = 0; i < DAYS; i++) {
		struct ymd d = jday_ymd(DAY_FIRST + i);

		fprintf(f, "%s,%d-%02d,%d,%d-%d,%d代,%s,*\n", date_text[i], d.y, d.m, d.y, d.y / 5 * 5, d.y / 5 * 5 + 4,
			d.y / 10 * 10, d.y < 1950 ? "1949以前" : d.y < 1970 ? "1950-1969" : d.y < 1990 ? "1970-1989"
			: d.y < 2010 ? "1990-2009" : "2010以降");
	}
	(void)fclose(f);
}

static uint32_t postal(uint32_t muni, uint32_t i)
{
	return muni * 5700 + i * 81;
}

static void write_places(const char *dir)
{
	FILE *f = create(dir, "hierarchies/postal.csv"), *g = create(dir, "hierarchies/muni.csv");

	for (uint32_t m = 0; m < MUNIS; m++) {
		fprintf(g, "%06u,%02u,%s,*\n", muni_code[m], muni_code[m] / 10000, region(muni_code[m] / 10000));
		for (uint32_t i = 0; i < POSTALS_EACH; i++) {
			char z[16];

			(void)snprintf(z, sizeof z, "%07u", postal(m, i));
			fprintf(f, "%s,%.5s**,%.3s****,%.2s*****,*\n", z, z, z, z);
		}
	}
	(void)fclose(f);
	(void)fclose(g);
}

static void write_small(const char *dir)
{
	FILE *f = create(dir, "hierarchies/sex.csv");

	fputs("男,*\n女,*\n", f);
	(void)fclose(f);
	f = create(dir, "hierarchies/household.csv");
	fputs("単独,単身,*\n夫婦のみ,夫婦,*\n夫婦と子,子あり等,*\nひとり親と子,子あり等,*\n三世代等,子あり等,*\n", f);
	(void)fclose(f);
	f = create(dir, "hierarchies/nationality.csv");
	for (size_t i = 0; i < COUNT(nations); i++)
		fprintf(f, "%s,%s,*\n", nations[i].text, nation_groups[i]);
	(void)fclose(f);
	f = create(dir, "hierarchies/income.csv");
	for (int i = 0; i < INCOMES; i++)
		fprintf(f, "%d,%d-%d,%d-%d,%d-%d,*\n", i, i / 10 * 10, i / 10 * 10 + 9, i / 100 * 100, i / 100 * 100 + 99,
			i / 200 * 200, i / 200 * 200 + 199);
	(void)fclose(f);
	f = create(dir, "hierarchies/occupation.csv");
	fputs("N00,N,無業,*\nS00,S,学生,*\n", f);
	for (int i = 1; i <= 74; i++) {
		int letter = (i - 1) * 12 / 74;

		fprintf(f, "%c%02d,%c,%s,*\n", 'A' + letter, i, 'A' + letter,
			letter < 6 ? "事務専門" : letter < 9 ? "販売サービス" : "生産現業");
	}
	(void)fclose(f);
}

struct home { uint32_t muni, post, block; const char *nation, *kind, *family; uint32_t size; };

static struct home new_home(void)
{
	static const struct weighted kinds[] = {
		{ "単独", 0.38 }, { "夫婦のみ", 0.20 }, { "夫婦と子", 0.25 }, { "ひとり親と子", 0.09 }, { "三世代等", 0.08 },
	};
	struct home h = { .muni = pick_muni(), .post = below(POSTALS_EACH), .block = below(600) };

	h.nation = pick(nations, COUNT(nations));
	h.kind = pick(kinds, COUNT(kinds));
	h.family = families[below(COUNT(families))];
	h.size = strcmp(h.kind, "単独") == 0 ? 1 : strcmp(h.kind, "夫婦のみ") == 0 ? 2
		: strcmp(h.kind, "三世代等") == 0 ? 4 + below(4) : strcmp(h.kind, "夫婦と子") == 0 ? 3 + below(2) : 2 + below(2);
	return h;
}

/* Age of the i-th person of a home. */
static uint32_t age_of(const struct home *h, uint32_t i)
{
	if (h->size == 1)
		return 18 + below(40) + below(40);
	if (h->size == 2)
		return i == 0 || h->kind[0] == '\xe5' ? 30 + below(58) : below(25);
	return i < 2 ? 28 + below(28) : i < 4 ? below(24) : 62 + below(36);
}

static void write_person(FILE *f, const struct home *h, uint32_t i)
{
	uint32_t age = age_of(h, i), muni = muni_code[h->muni];
	uint32_t day = (uint32_t)DAYS - 1 - (age * 365 + below(365));
	char job[8] = "N00";
	uint32_t income = 0;

	if (age < 20)
		memcpy(job, "S00", 4);
	else if (unit() < (age < 65 ? 0.8 : 0.25))
		income = 1;
	if (income) {
		uint32_t n = 1 + (uint32_t)(unit() * unit() * 74);

		(void)snprintf(job, sizeof job, "%c%02u", 'A' + (int)((n - 1) * 12 / 74), n);
		income = 60 + below(300) + (unit() < 0.3 ? below(500) : 0) + (unit() < 0.02 ? below(1400) : 0);
	} else if (unit() < 0.3) {
		income = below(160);
	}
	fprintf(f, "%011llu,%s %s,県%02u市町%03u町域%uの%u番,000-%04u-%04u,%s,%s,%07u,%06u,%s,%s,%s,%u,%s\n",
		(unsigned long long)(next64() % 100000000000u), h->family, givens[below(COUNT(givens))], muni / 10000, h->muni, h->block,
		h->post, below(10000), below(10000), date_text[day], below(2) ? "男" : "女", postal(h->muni, h->post), muni, h->nation,
		job, h->kind, income, pick(diseases, COUNT(diseases)));
}

int main(int argc, char **argv)
{
	AUTO_ARENA a = arena_new((size_t)64 << 20);
	unsigned long long rows = argc == 4 ? strtoull(argv[1], NULL, 10) : 0;
	char path[4096];
	struct home h = { 0 };
	uint32_t i = 0;
	FILE *f;

	if (!a || rows == 0) {
		fputs("gen_residents ROWS SEED DIR\n", stderr);
		return 2;
	}
	state = strtoull(argv[2], NULL, 10);
	(void)mkdir(argv[3], 0755);
	(void)snprintf(path, sizeof path, "%s/hierarchies", argv[3]);
	(void)mkdir(path, 0755);
	make_munis();
	make_dates(a);
	write_births(argv[3]);
	write_places(argv[3]);
	write_small(argv[3]);
	f = create(argv[3], "data.csv");
	fputs("person_id,name,address,phone,birth,sex,postal,muni,nationality,occupation,household,income,disease\n", f);
	for (; rows > 0; rows--) {
		if (i == h.size) {
			h = new_home();
			i = 0;
		}
		write_person(f, &h, i++);
	}
	return fclose(f) == 0 ? 0 : 1;
}
