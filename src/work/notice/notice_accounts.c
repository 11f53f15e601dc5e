/* Who can be told: the accounts of the node. */
#include "core/people/people.h"
#include "work/notice/notice.h"

#include "base/banned.h"

#define PAGE 200u

static rc helper_of(struct ctx *c, struct store *st, slice account, jday day, struct helper *ret)
{
	struct grant *g;
	struct held *held;
	slice *deputies;
	size_t n;

	*ret = (struct helper){ .account = account };
	TRY(people_grants(c, st, account, day, &g, &n));
	TRY_ARRAY(c, held, n + 1);
	for (size_t i = 0; i < n; i++)
		if (g[i].instead_of.len == 0)   /* the deputies of an absent one are found through that one */
			held[ret->nheld++] = (struct held){ g[i].role, g[i].section };
	ret->held = held;
	TRY(people_is_absent(c, st, account, day, &ret->absent));
	TRY(people_deputies(c, st, account, day, &deputies, &ret->ndeputies));
	ret->deputies = deputies;
	return OK;
}

static rc accounts_roster(struct ctx *c, struct node *n, jday day, struct roster *ret)
{
	struct store *st = node_store(n);
	size_t count = 0, room = 0, got;
	struct helper *v = NULL;
	struct account *page;
	slice after = S_NONE;

	do {
		TRY(people_list(c, st, after, PAGE, &page, &got));
		for (size_t i = 0; i < got; i++) {
			if (page[i].state != ACCOUNT_ACTIVE)
				continue;
			TRY_ROOM(c, v, count, room, 32);
			TRY(helper_of(c, st, page[i].id, day, &v[count++]));
		}
		if (got > 0)
			after = page[got - 1].id;
	} while (got == PAGE);
	*ret = (struct roster){ v, count };
	return OK;
}

static rc accounts_sections(struct ctx *c, struct node *n, slice case_id, slice **ret, size_t *ret_n)
{
	return people_case_sections(c, node_store(n), case_id, ret, ret_n);
}

const struct notice_people notice_accounts = { accounts_roster, accounts_sections };
