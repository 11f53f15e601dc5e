#include "work/select/part.h"

#include <string.h>

#include "base/json.h"
#include "engine/select/pii_redact.h"
#include "work/select/codes.h"
#include "work/select/items.h"
#include "work/select/withhold.h"

#include "base/banned.h"

#define KNOWN_MOST 2048u   /* of one document */

/* Lists the spans, whose places are characters. */
static rc write_withheld(struct select_run *run, struct ctx *w, slice name, const struct doc_part *part, const struct pii_span *spans, size_t n)
{
	struct buf b;
	slice lines;

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
		uint64_t start = place_chars(&at, found->spans[i].start), end = place_chars(&at, found->spans[i].end);

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
		.ours = run->opt.ours, .strict = true, .known = run->known, .n_known = run->n_known };
}

rc part_tell_withheld(struct select_run *run, struct ctx *w, slice name, const struct doc_part *part, const struct pii_span *spans, size_t n)
{
	struct pii_span *held;

	run->tally.withheld += n;
	for (size_t i = 0; i < n; i++)
		run->tally.held[spans[i].type]++;
	if (!n || !run->opt.withheld.write)
		return OK;
	TRY_ARRAY(w, held, n);
	memcpy(held, spans, n * sizeof *held);
	place_spans(part->text, held, n);
	return write_withheld(run, w, name, part, held, n);
}

rc part_select(struct select_run *run, struct ctx *w, slice name, const struct doc_part *given, struct pii_result *found, struct place *at)
{
	struct doc_part shown = *given;
	const struct doc_part *part = &shown;
	struct pii_hints hints = part_hints(run, part);
	struct ind_list list = { 0 };

	if (has_letters(part->path))
		TRY(clean_path(w, part->path, &shown.path));
	TRY(pii_scan(w, part->text, &hints, run->state, found));
	if (run->opt.n_released)
		drop_released(run, part, found);
	if (!part->plain)
		TRY(part_tell_withheld(run, w, name, part, found->spans, found->n_spans));
	if (run->opt.form == SELECT_REDACT)
		return part->plain ? OK : write_redacted(run, w, part, found);
	if (part->cover)
		return OK;
	TRY(ind_scan(w, part->text, part->kind, &list));
	return items_write(run, w, name, part, &list, found, at);
}

rc part_learn(struct select_run *run, struct ctx *w, const struct doc *d)
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
