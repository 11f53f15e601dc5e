#include "core/record/policy.h"

#include "base/parse.h"

#include "base/banned.h"

static rc bad_line(struct ctx *c, uint32_t row)
{
	(void)FAIL(c, E_INVALID, "policy.form");
	fault_place(c, row, 1);
	return E_INVALID;
}

static bool is_blank(char ch) { return ch == ' ' || ch == '\t'; }

static slice next_word(slice *rest)
{
	size_t from = 0, to;

	while (from < rest->len && is_blank(rest->p[from]))
		from++;
	for (to = from; to < rest->len && !is_blank(rest->p[to]);)
		to++;
	{
		slice word = slice_sub(*rest, from, to - from);

		*rest = slice_sub(*rest, to, rest->len);
		return word;
	}
}

/* Nothing stands behind what was read but, where one may, an address. */
static rc end_of_line(struct ctx *c, slice rest, bool address)
{
	if (address)
		(void)next_word(&rest);
	return next_word(&rest).len ? FAIL(c, E_INVALID, "policy.form") : OK;
}

/* Tab and newline are the only controls; what is above ASCII is opaque. */
static bool bytes_are_allowed(slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char ch = (unsigned char)text.p[i];

		if ((ch < 0x20 && ch != '\t' && ch != '\n') || ch == 0x7f)
			return false;
	}
	return true;
}

static size_t find_item(const struct policy *p, slice name)
{
	for (size_t i = 0; i < p->nitems; i++)
		if (slice_eq(p->items[i].name, name))
			return i;
	return POLICY_ITEMS_MOST;
}

static rc new_item(struct ctx *c, struct policy *p, slice name, struct policy_item **ret)
{
	if (p->nitems == POLICY_ITEMS_MOST)
		return FAIL(c, E_LIMIT, "policy.limit");
	if (name.len == 0 || slice_is(name, "none") || find_item(p, name) < p->nitems)
		return FAIL(c, E_INVALID, "policy.form");
	p->items[p->nitems] = (struct policy_item){ .name = name };
	*ret = &p->items[p->nitems++];
	return OK;
}

static rc read_log(struct ctx *c, struct policy *p, slice rest)
{
	struct note_key key;

	if (p->nlogs == POLICY_LOGS_MOST)
		return FAIL(c, E_LIMIT, "policy.limit");
	TRY(note_key_parse(c, next_word(&rest), &key));
	for (size_t i = 0; i < p->nlogs; i++)
		if (memcmp(p->logs[i].pk, key.pk, sizeof key.pk) == 0)
			return FAIL(c, E_INVALID, "policy.form");
	p->logs[p->nlogs++] = key;
	return end_of_line(c, rest, true);
}

static rc read_witness(struct ctx *c, struct policy *p, slice rest)
{
	struct policy_item *item;

	TRY(new_item(c, p, next_word(&rest), &item));
	TRY(note_key_parse(c, next_word(&rest), &item->key));
	if (item->key.type != NOTE_COSIGNATURE)
		return FAIL(c, E_INVALID, "policy.form");
	/* two names of one key would count twice */
	for (const struct policy_item *i = p->items; i < item; i++)
		if (i->need == 0 && memcmp(i->key.pk, item->key.pk, sizeof item->key.pk) == 0)
			return FAIL(c, E_INVALID, "policy.form");
	return end_of_line(c, rest, true);
}

static rc read_group(struct ctx *c, struct policy *p, slice rest)
{
	struct policy_item *item;
	slice how, word;
	uint32_t n = 0;

	TRY(new_item(c, p, next_word(&rest), &item));
	how = next_word(&rest);
	while ((word = next_word(&rest)).len) {
		size_t at = find_item(p, word);

		if (item->nmembers == POLICY_MEMBERS_MOST)
			return FAIL(c, E_LIMIT, "policy.limit");
		if (at + 1 >= p->nitems || p->items[at].member)   /* only what stands before it, and in no other group */
			return FAIL(c, E_INVALID, "policy.form");
		p->items[at].member = true;
		item->members[item->nmembers++] = (unsigned)at;
	}
	if (item->nmembers == 0)
		return FAIL(c, E_INVALID, "policy.form");
	if (slice_is(how, "any"))
		n = 1;
	else if (slice_is(how, "all"))
		n = (uint32_t)item->nmembers;
	else
		TRY(parse_u32(c, how, 1, (uint32_t)item->nmembers, &n));
	item->need = n;
	return OK;
}

static rc read_quorum(struct ctx *c, struct policy *p, slice rest)
{
	slice name = next_word(&rest);

	if (p->decided)
		return FAIL(c, E_INVALID, "policy.form");
	p->decided = true;
	TRY(end_of_line(c, rest, false));
	if (slice_is(name, "none"))
		return OK;
	p->quorum = find_item(p, name);
	return p->quorum < p->nitems ? OK : FAIL(c, E_INVALID, "policy.form");
}

static rc read_line(struct ctx *c, struct policy *p, slice line)
{
	slice word = next_word(&line);

	if (word.len == 0 || word.p[0] == '#')
		return OK;
	if (slice_is(word, "log"))
		return read_log(c, p, line);
	if (slice_is(word, "witness"))
		return read_witness(c, p, line);
	if (slice_is(word, "group"))
		return read_group(c, p, line);
	return slice_is(word, "quorum") ? read_quorum(c, p, line) : FAIL(c, E_INVALID, "policy.form");
}

rc policy_parse(struct ctx *c, slice text, struct policy *ret)
{
	struct policy *p;
	uint32_t row = 1;
	slice line;

	if (text.len > POLICY_MOST)
		return FAIL(c, E_LIMIT, "policy.limit");
	if (!bytes_are_allowed(text))
		return FAIL(c, E_INVALID, "policy.form");
	TRY_NEW(c, p);
	p->quorum = POLICY_ITEMS_MOST;
	for (; slice_next(&text, '\n', &line); row++) {
		rc r = read_line(c, p, line);

		if (r == E_INVALID)
			return bad_line(c, row);
		TRY(r);
	}
	if (p->nlogs == 0 || !p->decided)   /* without the line nobody has said that none is wanted */
		return bad_line(c, row);
	*ret = *p;
	return OK;
}

static bool has_signed(struct ctx *c, const struct note *n, const struct note_key *key)
{
	uint64_t time;
	bool yes = note_verify(c, n, key, &time) == OK;

	if (!yes)
		fault_clear(c);
	return yes;
}

rc policy_check(struct ctx *c, const struct policy *p, const struct note *n, size_t *ret_witnesses)
{
	bool good[POLICY_ITEMS_MOST] = { false };
	struct checkpoint cp;
	size_t witnesses = 0;
	rc r = FAIL(c, E_TAMPER, "proof.origin");
	uint64_t time;

	TRY(checkpoint_parse(c, n->body, &cp));
	for (size_t i = 0; i < p->nlogs && r != OK; i++)
		if (slice_eq(p->logs[i].name, cp.origin))
			r = note_verify(c, n, &p->logs[i], &time);
	if (r != OK)
		return r;
	for (size_t i = 0; i < p->nitems; i++) {
		const struct policy_item *item = &p->items[i];
		size_t have = 0;

		for (size_t k = 0; k < item->nmembers; k++)
			have += good[item->members[k]];
		good[i] = item->need ? have >= item->need : has_signed(c, n, &item->key);
		witnesses += item->need == 0 && good[i];
	}
	if (p->quorum < p->nitems && !good[p->quorum])
		return FAIL(c, E_TAMPER, "policy.quorum");
	*ret_witnesses = witnesses;
	return OK;
}
