#ifndef DOOR_HTTP_LIKELY_H
#define DOOR_HTTP_LIKELY_H

#include "door/http/visit.h"

/*
 * Member "likely": mandatory duties that would arise if every question that was never answered had its documented
 * default (law/facts.yaml). A clerk who knows little must not be told "nothing is due". Nothing of it is recorded.
 */
MUST_USE rc likely_put(struct visit *v, struct json_out *o, const struct case_head *h, const struct duty_view *d);

#endif
