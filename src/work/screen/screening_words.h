/* What the words of a list and of its proof page are called: for people who are no engineers. */
#ifndef WORK_SCREEN_SCREENING_WORDS_H
#define WORK_SCREEN_SCREENING_WORDS_H

#include "base/slice.h"

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
/* How strong the sign is, out of hundredths of the score: 強い. */
slice screening_score_name(int64_t hundredths, bool ja);
/* 1 to 5: 人の安全に関わる. */
slice screening_severity_name(int64_t severity, bool ja);

/* The words above, NULL at the end, for forms and counts. */
extern const char *const screening_states[], *const screening_reasons[];

#endif
