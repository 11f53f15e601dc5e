/* Pieces of models about an account, for its own page and for those who look after accounts. */
#ifndef DOOR_HTTP_ACCOUNTS_H
#define DOOR_HTTP_ACCOUNTS_H

#include "core/people/people.h"
#include "door/http/visit.h"

MUST_USE rc account_put_grants(struct visit *v, struct json_out *o, const struct account *a);
MUST_USE rc account_put_sessions(struct visit *v, struct json_out *o, slice account);
MUST_USE rc account_put_factors(struct visit *v, struct json_out *o, slice account);
/* Absences that are not over, and deputies. */
MUST_USE rc account_put_days(struct visit *v, struct json_out *o, slice account);

#endif
