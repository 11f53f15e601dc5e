/* What the words of a list and of its proof page are called: for people who are no engineers. */
#ifndef WORK_SCREEN_SCREENING_WORDS_H
#define WORK_SCREEN_SCREENING_WORDS_H

#include "base/pack.h"

/* What was found (vip_peek); rules of one's own are called by their own word. */
slice screening_kind_name(slice kind, bool ja);
/* Why an access was explained (E1); the word itself where it is not known. */
slice screening_explanation_name(slice id, bool ja);
/* A table that was joined (cases). */
slice screening_table_name(slice id, bool ja);
/* new reviewed justified needs_talk incident */
slice screening_state_name(slice state, bool ja);
/* case duty order test registered_late data */
slice screening_reason_name(slice reason, bool ja);
/*
 * How strong a sign is called, by its score in hundredths: 強い. The steps stand in screening/rules.yaml, the strongest first; the
 * last begins at 0. E_INVALID "screening.strength" and what packs say. Texts lie in c->a.
 */
struct screening_step { int64_t least; slice ja, en; };
struct screening_strength { struct screening_step *steps; size_t n; };
MUST_USE rc screening_strength_read(struct ctx *c, const struct pack *rules, struct screening_strength *ret);
slice screening_score_name(const struct screening_strength *s, int64_t hundredths, bool ja);
/* 1 to 5: 人の安全に関わる. */
slice screening_severity_name(int64_t severity, bool ja);

/* The words above, NULL at the end, for forms and counts. */
extern const char *const screening_states[], *const screening_reasons[];

#endif
