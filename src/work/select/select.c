#include "work/select/select.h"

#include <stdlib.h>

#include "base/json.h"
#include "engine/select/pii_redact.h"
#include "engine/select/suffix.h"
#include "work/select/again.h"
#include "work/select/around.h"
#include "work/select/codes.h"
#include "work/select/forms.h"
#include "work/select/pdf.h"
#include "work/select/seen.h"
#include "work/select/take.h"
#include "work/select/withhold.h"

#include "base/banned.h"

#define OUT_MOST ((size_t)512 << 20)
#define OUT_PIECE ((size_t)128 << 10)   /* items are written in such pieces: what stays in the caches is written fast */
#define LINE_GUESS ((size_t)160)
#define AHEAD 6u     /* items whose fingerprints are asked for early */
#define STATE_MOST ((size_t)8 << 10)
struct select_run {
	struct ctx *c;
	struct select_options opt;
	struct form form;
	struct select_tally tally;
	struct seen seen;
	/* the stream */
	slice name;
	enum doc_charset charset;
	enum ind_kind kind;
	struct pii_state *state;
	struct arena *state_arena;
	struct again *again;
	uint64_t chars;
	uint32_t part;      /* number of the part within its document */
	struct cage_stay *texts;   /* where documents of text are read */
	struct pii_known *known;   /* what its parts had so far; in the arena of the work */
	size_t n_known;
};

#define KNOWN_MOST 2048u
#define KNOWN_TEXT_MOST ((size_t)1 << 20)   /* larger documents are read once */

static void free_state(struct select_run *run)
{

	if (run->state_arena)
		arena_free(run->state_arena);
	run->state_arena = NULL;
}

static void free_run(void *p)
{
	struct select_run *run = p;

	free_state(run);
	free(run->seen.slots);
	run->seen.slots = NULL;
}

rc select_begin(struct ctx *c, const struct select_options *opt, struct select_run **ret)
{
	struct select_run *run;
	struct buf b;

	TRY_NEW(c, run);
	run->c = c;
	run->opt = *opt;
	run->form = (struct form){ .opt = &run->opt, .now = c->now };
	if (arena_on_end(c->a, free_run, run) != 0)
		return FAIL(c, E_NOMEM, "memory.limit");
	buf_init(&b, c->a, 65536);
	form_begin(&run->form, &b);
	if (b.len)
		TRY(opt->out.write(c, opt->out.to, buf_slice(&b)));
	*ret = run;
	return OK;
}

__extension__ typedef unsigned __int128 u128;

static inline uint64_t fold_product(uint64_t a, uint64_t b)
{
	u128 p = (u128)a * b;

	return (uint64_t)p ^ (uint64_t)(p >> 64);
}

static inline uint64_t eight(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	return v;
}

/* Sixteen bytes a multiplication; most values have 8 to 32, and are read by four looks that overlap: no branch by their length. */
static uint64_t fingerprint(const struct indicator *it)
{
	uint64_t h = 1469598103934665603u ^ ((uint64_t)it->type << 8 | (uint64_t)it->role) ^ (uint64_t)it->value.len << 32, few = 0;
	const char *p = it->value.p;
	size_t n = it->value.len;

	if (n < 8) {
		memcpy(&few, p, n);
		h = fold_product(few ^ 0x9e3779b97f4a7c15u, h);
	} else {
		for (; n > 32; p += 16, n -= 16)
			h = fold_product(eight(p) ^ 0x9e3779b97f4a7c15u, eight(p + 8) ^ h);
		h = fold_product(eight(p) ^ 0x9e3779b97f4a7c15u, eight(p + (n < 16 ? n - 8 : 8)) ^ h) ^
			fold_product(eight(p + (n < 16 ? 0 : n - 16)) ^ 0xa0761d6478bd642fu, eight(p + n - 8) ^ 0xe7037ed1a0b428dbu);
	}
	h = fold_product(h ^ 0x9e3779b97f4a7c15u, 0xd6e8feb86659fd93u);
	return h ? h : 1;
}

/* A list tells each document of a value; in a bundle or event a value stands once. */
static void forget(struct select_run *run)
{
	if (run->opt.form != SELECT_STIX && run->opt.form != SELECT_MISP)
		seen_reset(&run->seen);
}

/* Characters before byte `at`, counted onwards from the last place asked for. */
struct place { slice text; size_t at; uint64_t chars; bool ascii; };

static bool is_ascii(slice s)
{
	uint64_t high = 0, v[4];
	size_t i = 0;

	for (; i + sizeof v <= s.len; i += sizeof v) {
		memcpy(v, s.p + i, sizeof v);
		high |= v[0] | v[1] | v[2] | v[3];
	}
	for (; i < s.len; i++)
		high |= (uint64_t)(s.p[i] & 0x80);
	return !(high & 0x8080808080808080u);
}

static struct place place_in(slice text) { return (struct place){ .text = text, .ascii = is_ascii(text) }; }

static uint64_t chars_before(struct place *p, size_t at)
{
	if (p->ascii)
		return at < p->text.len ? at : p->text.len;
	if (at < p->at) {
		p->at = 0;
		p->chars = 0;
	}
	if (at > p->text.len)
		at = p->text.len;
	/* Eight bytes at a time, a count in each byte: all but those that continue a character (10xxxxxx). */
	while (p->at + 8 <= at) {
		size_t words = (at - p->at) / 8 < 255 ? (at - p->at) / 8 : 255;
		uint64_t sums = 0, v;

		for (size_t i = 0; i < words; i++) {
			memcpy(&v, p->text.p + p->at + i * 8, 8);
			sums += v >> 7 & ~v >> 6 & 0x0101010101010101u;
		}
		sums = (sums & 0x00ff00ff00ff00ffu) + (sums >> 8 & 0x00ff00ff00ff00ffu);
		p->chars += words * 8 - (sums * 0x0001000100010001u >> 48);
		p->at += words * 8;
	}
	for (; p->at < at; p->at++)
		p->chars += ((uint8_t)p->text.p[p->at] & 0xc0) != 0x80;
	return p->chars;
}

/* Places of spans as characters, in place of bytes. */
static void spans_to_chars(slice text, struct pii_span *spans, size_t n)
{
	struct place at = place_in(text);

	for (size_t i = 0; i < n; i++) {
		spans[i].start = (size_t)chars_before(&at, spans[i].start);
		spans[i].end = (size_t)chars_before(&at, spans[i].end);
	}
}

/* Counts the spans, whose places are characters, and lists them when that is wanted. */
static rc write_withheld(struct select_run *run, struct ctx *w, slice name, const struct doc_part *part, const struct pii_span *spans, size_t n)
{
	struct buf b;
	slice lines;

	run->tally.withheld += n;
	for (size_t i = 0; i < n; i++)
		run->tally.held[spans[i].type]++;
	if (!run->opt.withheld.write || n == 0)
		return OK;
	buf_init(&b, w->a, OUT_MOST);
	for (size_t i = 0; i < n; i++) {
		const struct pii_span *s = &spans[i];
		struct json_out o = json_out_on(&b);

		jo_object(&o);
		jo_kv_text(&o, "doc", name);
		jo_kv_text(&o, "type", slice_of(pii_type_word(s->type)));
		jo_kv_int(&o, "start", (int64_t)(run->chars + s->start));
		jo_kv_int(&o, "end", (int64_t)(run->chars + s->end));
		if (!part->whole)
			jo_kv_text(&o, "part", part->path);
		jo_kv_text(&o, "rule", slice_of(s->rule ? s->rule : ""));
		if (s->doubt == PII_DOUBTFUL)
			jo_kv_bool(&o, "doubtful", true);
		if (s->check_failed)
			jo_kv_bool(&o, "check_failed", true);
		jo_end_object(&o);
		buf_putc(&b, '\n');
	}
	TRY(buf_done(w, &b, &lines));
	return run->opt.withheld.write(w, run->opt.withheld.to, lines);
}

static int by_start(const void *a, const void *b)
{
	const struct indicator *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

/* The part of a host that somebody registered. */
static slice registrable(slice host)
{
	size_t n = suffix_registrable(host);

	return slice_sub(host, host.len - n, n);
}

static bool same_letter(char a, char b) { return (a | 0x20) == (b | 0x20); }

static bool same_name(slice a, slice b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (!same_letter(a.p[i], b.p[i]))
			return false;
	return true;
}

#define OWN_MOST 256u

/* Names under which persons of ours have mail addresses. */
struct own { slice hosts[OWN_MOST]; size_t n; };

static void own_read(slice text, const struct pii_result *found, struct own *ret)
{
	ret->n = 0;
	for (size_t i = 0; i < found->n_mails && i < OWN_MOST; i++) {
		slice mail = slice_sub(text, found->mails[i].start, found->mails[i].end - found->mails[i].start);
		const char *at = memchr(mail.p, '@', mail.len);

		if (found->mails[i].side == PII_SIDE_PERSON && at)
			ret->hosts[ret->n++] = slice_sub(mail, (size_t)(at + 1 - mail.p), mail.len);
	}
}

/*
 * May what is registrable of `host` end the other name, too? That is all of the host or its last labels, two at least: so much of
 * their common end is asked for here, for the list of suffixes takes far longer.
 */
static bool may_share(slice host, slice other)
{
	size_t most = host.len < other.len ? host.len : other.len, n = 0, dots = 0;

	for (; n < most && same_letter(host.p[host.len - n - 1], other.p[other.len - n - 1]); n++)
		dots += host.p[host.len - n - 1] == '.';
	return n == host.len || dots > 1 || (dots == 1 && host.p[host.len - n - 1] == '.');
}

/* A name under which a person of ours has a mail address is ours, too: true, but nothing of the attack. */
static void mark_own(const struct own *own, struct indicator *it)
{
	slice host, mine = S_NONE;

	if ((it->type != IND_DOMAIN && it->type != IND_URL) || it->role == IND_REF || it->defanged)
		return;
	host = it->type == IND_URL ? url_host(it->value) : it->value;
	for (size_t i = 0; i < own->n; i++) {
		slice mail = own->hosts[i];

		if (!may_share(host, mail))
			continue;
		if (!mine.len)
			mine = registrable(host);
		if (mail.len >= mine.len && same_name(slice_sub(mail, mail.len - mine.len, mine.len), mine)) {
			it->role = IND_REF;
			it->reason = "own";
			return;
		}
	}
}

static rc write_items(struct select_run *run, struct ctx *w, slice name, const struct doc_part *part, struct ind_list *list,
	const struct pii_result *found, const struct pii_result *masked, struct place *at)
{
	struct around around = { .text = part->text };
	struct buf b, hashes;
	slice lines;
	uint64_t prints[AHEAD] = { 0 }, print;
	__attribute__((uninitialized)) struct own own;

	own_read(part->text, found, &own);
	for (size_t i = 1; i < list->n; i++)
		if (list->items[i].start < list->items[i - 1].start) {   /* an encoding opened within something */
			qsort(list->items, list->n, sizeof *list->items, by_start);
			break;
		}
	buf_init(&b, w->a, OUT_MOST);
	(void)buf_room(&b, list->n < OUT_PIECE / LINE_GUESS ? list->n * LINE_GUESS : OUT_PIECE + LINE_GUESS);   /* what grows is copied */
	buf_init(&hashes, w->a, OUT_MOST);
	for (size_t i = 0; i < AHEAD && i < list->n; i++)
		prints[i] = fingerprint(&list->items[i]);
	run->form.hashes = run->opt.hashes.write ? &hashes : NULL;
	memset(run->form.heads, 0, sizeof run->form.heads);
	for (size_t i = 0; i < list->n; i++) {
		struct indicator *it = &list->items[i];
		struct item item = { .doc = name, .part = part->path, .it = it };
		bool is_new;

		print = prints[i % AHEAD];
		if (i + AHEAD < list->n) {
			prints[i % AHEAD] = fingerprint(&list->items[i + AHEAD]);
			seen_prefetch(&run->seen, prints[i % AHEAD]);
		}
		if (withhold_item(run->opt.policy, found, it)) {
			if (!withhold_mend(w, part->text, found, it))
				continue;
			print = fingerprint(it);
		}
		if (own.n) {
			mark_own(&own, it);
			print = fingerprint(it);
		}
		if (it->role == IND_REF && !run->opt.with_refs && run->opt.form != SELECT_JSONL && run->opt.form != SELECT_CSV)
			continue;
		TRY(seen_add(run->c, &run->seen, print, &is_new));
		if (!is_new)
			continue;
		item.offset = run->chars + chars_before(at, it->start);
		if (run->opt.form == SELECT_JSONL) {
			item.time = around_time_next(&around, found, it->start);
			if (run->opt.context)
				TRY(around_text(w, part->text, masked, it->start, it->end, &item.context));
		}
		form_item(&run->form, &b, &item);
		run->tally.items[it->type]++;
		if (b.len >= OUT_PIECE) {
			TRY(buf_done(w, &b, &lines));
			TRY(run->opt.out.write(w, run->opt.out.to, lines));
			buf_reset(&b);
		}
	}
	TRY(buf_done(w, &b, &lines));
	run->form.hashes = NULL;
	if (run->opt.hashes.write && hashes.len)
		TRY(run->opt.hashes.write(w, run->opt.hashes.to, buf_slice(&hashes)));
	return lines.len ? run->opt.out.write(w, run->opt.out.to, lines) : OK;
}

static rc write_redacted(struct select_run *run, struct ctx *w, const struct doc_part *part, const struct pii_result *found)
{
	struct pii_policy policy = run->opt.policy ? run->opt.policy->redact : pii_policy_default();
	struct buf b;
	slice text;

	buf_init(&b, w->a, OUT_MOST);
	TRY(pii_redact(w, part->text, found->spans, found->n_spans, &policy, &b, &run->tally.done));
	TRY(buf_done(w, &b, &text));
	if (part->cover)
		TRY(without_codes(w, text, &text));
	return run->opt.out.write(w, run->opt.out.to, text);
}

/* Was this place let out? Both lists are in the order of their places; *at goes along. */
static bool is_released(const struct select_run *run, size_t *at, uint64_t start, uint64_t end)
{
	const struct select_place *places = run->opt.released;
	size_t n = run->opt.n_released;

	while (*at < n && (places[*at].part < run->part || (places[*at].part == run->part && places[*at].start < start)))
		(*at)++;
	for (size_t k = *at; k < n && places[k].part == run->part && places[k].start == start; k++)
		if (places[k].end == end)
			return true;
	return false;
}

/* Without the places that an officer let out. */
static void drop_released(const struct select_run *run, const struct doc_part *part, struct pii_result *found)
{
	struct place at = place_in(part->text);
	size_t n = 0, released = 0;

	for (size_t i = 0; i < found->n_spans; i++) {
		uint64_t start = chars_before(&at, found->spans[i].start), end = chars_before(&at, found->spans[i].end);

		if (!is_released(run, &released, start, end))
			found->spans[n++] = found->spans[i];
	}
	found->n_spans = n;
}

static bool has_letters(slice path)
{
	for (size_t i = 0; i < path.len; i++)
		if (path.p[i] > '9')
			return true;
	return false;
}

/* The path of a part within its container, which may have the names of persons in those of files. */
static rc clean_path(struct ctx *w, slice path, slice *ret)
{
	struct pii_policy policy = pii_policy_default();
	struct pii_result found;
	struct buf b;

	TRY(pii_scan(w, path, NULL, NULL, &found));
	buf_init(&b, w->a, OUT_MOST);
	TRY(pii_redact(w, path, found.spans, found.n_spans, &policy, &b, NULL));
	return buf_done(w, &b, ret);
}

static struct pii_hints part_hints(const struct select_run *run, const struct doc_part *part)
{
	return (struct pii_hints){ .kind = withhold_kind(part), .own_domains = run->opt.own_domains, .n_own_domains = run->opt.n_own_domains,
		.ours = run->opt.ours, .strict = run->opt.form == SELECT_REDACT, .known = run->known, .n_known = run->n_known };
}

/* What was held back is told by characters. */
static rc tell_withheld(struct select_run *run, struct ctx *w, slice name, const struct doc_part *part, const struct pii_span *spans, size_t n)
{
	struct pii_span *held;

	if (!n)
		return OK;
	TRY_ARRAY(w, held, n);
	memcpy(held, spans, n * sizeof *held);
	spans_to_chars(part->text, held, n);
	return write_withheld(run, w, name, part, held, n);
}

/* One text: both sides, then what may leave. Its places are counted on in `at`. */
static rc one_part(struct select_run *run, struct ctx *w, slice name, const struct doc_part *given, struct pii_result *found, struct place *at)
{
	struct doc_part shown = *given;
	const struct doc_part *part = &shown;
	struct pii_hints hints = part_hints(run, part);
	struct ind_list list = { 0 };
	struct pii_result masked;

	if (has_letters(part->path))
		TRY(clean_path(w, part->path, &shown.path));
	TRY(pii_scan(w, part->text, &hints, run->state, found));
	if (run->opt.n_released)
		drop_released(run, part, found);
	if (!part->plain)
		TRY(tell_withheld(run, w, name, part, found->spans, found->n_spans));
	if (run->opt.form == SELECT_REDACT)
		return part->plain ? OK : write_redacted(run, w, part, found);
	if (part->cover)
		return OK;
	TRY(ind_scan(w, part->text, part->kind, &list));
	masked = *found;
	if (run->opt.context && !run->state) {   /* what goes out as text is read strictly */
		hints.strict = true;
		TRY(pii_scan(w, part->text, &hints, NULL, &masked));
	}
	return write_items(run, w, name, part, &list, found, &masked, at);
}

/* Names, accounts and numbers of one part are looked for in all others: whose a letter is says its head. */
static rc learn_parts(struct select_run *run, struct ctx *w, const struct doc *d)
{
	TRY_ARRAY(w, run->known, KNOWN_MOST);
	for (size_t p = 0; p < d->n; p++) {
		const struct doc_part *part = &d->parts[p];
		struct pii_hints hints = part_hints(run, part);
		struct pii_result found = { 0 };

		if (part->pdf)
			continue;
		hints.n_known = 0;
		TRY(pii_scan(w, part->text, &hints, NULL, &found));
		for (size_t i = 0; i < found.n_spans && run->n_known < KNOWN_MOST; i++) {
			const struct pii_span *s = &found.spans[i];

			if (s->type != PII_ADDRESS && s->type != PII_BIRTH_DATE && s->type != PII_POSTAL)
				run->known[run->n_known++] = (struct pii_known){ slice_sub(part->text, s->start, s->end - s->start), s->type };
		}
	}
	return OK;
}

/* One of many that cannot be read is told and counted. */
static rc read_pdf(struct select_run *run, struct ctx *w, struct doc *d, size_t i)
{
	struct doc_part *p = &d->parts[i];
	rc r = pdf_text(w, p->text, &p->text);

	if (r != OK && d->n == 1)
		return r;
	if (r != OK) {
		fault_clear(w);
		run->tally.unread++;
	} else if (pdf_is_scan(p->text)) {
		run->tally.unread++;
	}
	p->pdf = r != OK;
	return OK;
}

rc select_document(struct select_run *run, struct ctx *work, slice name, slice bytes)
{
	struct doc d;

	if (!run->texts && !work->cage)
		TRY(cage_stay_new(run->c, &document_cage, &run->texts));
	TRY(run->texts ? take_among_many(work, run->texts, bytes, name, &d) : take_caged(work, bytes, name, &d));
	forget(run);
	run->chars = 0;
	run->tally.docs++;
	run->tally.unread += d.unread;
	run->known = NULL;
	run->n_known = 0;
	for (size_t i = 0; i < d.n; i++)
		if (d.parts[i].pdf)
			TRY(read_pdf(run, work, &d, i));
	if (d.n > 1 && d.bytes <= KNOWN_TEXT_MOST)
		TRY(learn_parts(run, work, &d));
	for (size_t i = 0; i < d.n; i++) {
		struct pii_result found = { 0 };

		run->part = (uint32_t)i;
		if (!d.parts[i].pdf) {
			struct place at = place_in(d.parts[i].text);

			TRY(one_part(run, work, name, &d.parts[i], &found, &at));
		}
	}
	return OK;
}

rc select_stream_begin(struct select_run *run, slice name, slice first)
{
	struct ctx *c = run->c;
	struct ctx held;

	forget(run);
	run->known = NULL;
	run->n_known = 0;
	run->name = arena_copy(c->a, name);
	run->charset = doc_guess_charset(first);
	run->kind = doc_kind(first, name);
	run->chars = 0;
	run->tally.docs++;
	free_state(run);
	run->state_arena = arena_new((size_t)40 << 20);
	if (!run->state_arena)
		return FAIL(c, E_NOMEM, "memory.limit");
	held = *c;
	held.a = run->state_arena;
	TRY(again_new(&held, &run->again));
	return pii_state_new(&held, &run->state);
}

size_t select_stream_cut(slice text, size_t most) { return again_cut(text.p, text.len, most); }

/* What a block gives is decided by its bytes, by what came before in the stream, and by the values that were written. */
static rc state_bytes(const struct select_run *run, struct ctx *w, slice *ret)
{
	uint64_t more[3] = { run->seen.begun, (uint64_t)run->charset, (uint64_t)run->kind };
	struct buf b;

	buf_init(&b, w->a, STATE_MOST);
	buf_put(&b, (slice){ (const char *)more, sizeof more });
	pii_state_put(run->state, &b);
	return buf_done(w, &b, ret);
}

/* Nothing but a list of values, each once, is told of a block that came before. */
static bool may_be_again(const struct select_run *run, slice block)
{
	return run->opt.form != SELECT_REDACT && !run->opt.n_released && block.len <= AGAIN_BLOCK_MOST;
}

/* Keeps what the block gave. Not when the memory of values began anew in between: some would be told again. */
static rc keep_block(struct select_run *run, struct ctx *w, struct mark mark, uint64_t chars, const struct pii_result *found)
{
	struct again_told told = { .chars = chars, .learnt = pii_state_learnt(run->state), .spans = found->spans, .n_spans = found->n_spans };
	struct buf b;

	buf_init(&b, w->a, STATE_MOST);
	pii_state_put(run->state, &b);
	TRY(buf_done(w, &b, &told.state));
	again_keep(run->again, mark, &told);
	return OK;
}

static rc read_block(struct select_run *run, struct ctx *w, struct doc_part *part, slice block, struct pii_result *found, uint64_t *ret_chars)
{
	struct place at;

	TRY(doc_decode(w, block, run->charset, &part->text));
	at = place_in(part->text);
	TRY(one_part(run, w, run->name, part, found, &at));
	*ret_chars = chars_before(&at, part->text.len);
	return OK;
}

/* All values of such a block were written before: what is held back is told, with what was learnt since, and no more. */
static rc tell_again(struct select_run *run, struct ctx *w, struct doc_part *part, slice block, struct mark mark, const struct again_told *told)
{
	struct pii_result found = { .spans = (struct pii_span *)told->spans, .n_spans = told->n_spans };
	bool more = told->learnt != pii_state_learnt(run->state);

	if (more || told->n_spans)
		TRY(doc_decode(w, block, run->charset, &part->text));
	if (more)
		TRY(pii_scan_again(w, part->text, run->state, &found));
	TRY(tell_withheld(run, w, run->name, part, found.spans, found.n_spans));
	pii_state_get(run->state, told->state);
	return more ? keep_block(run, w, mark, told->chars, &found) : OK;
}

rc select_stream_block(struct select_run *run, struct ctx *work, slice block, bool last)
{
	struct doc_part part = { .path = S(""), .kind = run->kind, .whole = true };
	bool again = may_be_again(run, block);
	uint64_t begun = run->seen.begun, chars;
	struct mark mark = { 0 };
	struct pii_result found = { 0 };
	struct again_told told;
	slice state;

	if (again) {
		TRY(state_bytes(run, work, &state));
		mark = again_mark_of(run->again, block, state);
	}
	if (again && again_find(run->again, mark, &told)) {
		chars = told.chars;
		TRY(tell_again(run, work, &part, block, mark, &told));
	} else {
		TRY(read_block(run, work, &part, block, &found, &chars));
		if (again && begun == run->seen.begun)
			TRY(keep_block(run, work, mark, chars, &found));
	}
	run->chars += chars;
	if (last)
		run->state = NULL;
	return OK;
}

struct carried { struct select_tally tally; uint64_t written, n, cap; };

void select_state_put(const struct select_run *run, struct buf *b)
{
	struct carried s = { .tally = run->tally, .written = run->form.written, .n = run->seen.n, .cap = run->seen.cap };

	buf_put(b, (slice){ (const char *)&s, sizeof s });
	buf_put(b, (slice){ (const char *)run->seen.slots, run->seen.cap * sizeof *run->seen.slots });
}

/* Read as foreign bytes: a table that is full would be looked through for ever. */
rc select_state_get(struct select_run *run, slice bytes)
{
	struct carried s;
	uint64_t *slots = NULL, used = 0;

	if (bytes.len < sizeof s)
		return FAIL(run->c, E_INVALID, "cage.died");
	memcpy(&s, bytes.p, sizeof s);
	bytes = slice_sub(bytes, sizeof s, bytes.len);
	if (s.cap > SEEN_MOST || (s.cap & (s.cap - 1)) || bytes.len != s.cap * sizeof *slots)
		return FAIL(run->c, E_INVALID, "cage.died");
	if (s.cap) {
		slots = seen_slots((size_t)s.cap);
		if (!slots)
			return FAIL(run->c, E_NOMEM, "memory.limit");
		memcpy(slots, bytes.p, bytes.len);
	}
	for (size_t i = 0; i < s.cap; i++)
		used += slots[i] != 0;
	if (used != s.n || (s.cap && s.n * 2 > s.cap)) {
		free(slots);
		return FAIL(run->c, E_INVALID, "cage.died");
	}
	free(run->seen.slots);
	run->seen = (struct seen){ slots, (size_t)s.cap, (size_t)s.n, 0 };
	run->tally = s.tally;
	run->form.written = s.written;
	return OK;
}

rc select_end(struct select_run *run, struct select_tally *ret)
{
	struct buf b;

	buf_init(&b, run->c->a, 65536);
	form_end(&run->form, &b);
	if (b.len)
		TRY(run->opt.out.write(run->c, run->opt.out.to, buf_slice(&b)));
	*ret = run->tally;
	return OK;
}
