/* Filling a blank as a kind of caged work: its argument, a struct blank_job, can travel as bytes. */
#ifndef WORK_REPORT_BLANK_CAGE_H
#define WORK_REPORT_BLANK_CAGE_H

#include "base/cage.h"

extern const struct cage_kind blank_cage;

#endif
