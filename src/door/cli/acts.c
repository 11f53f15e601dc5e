#include "door/cli/acts.h"

#include "work/case/case.h"
#include "work/duty/duty.h"
#include "work/report/filing.h"

#include "base/banned.h"

const struct act_kind *const act_tables[] = { case_kinds, duty_kinds, report_kinds, NULL };
