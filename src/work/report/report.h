/* The front of this folder: what other folders of the floor may include. */
#ifndef WORK_REPORT_REPORT_H
#define WORK_REPORT_REPORT_H

#include "work/report/blank.h"
#include "work/report/filled.h"
#include "work/report/form.h"
#include "work/report/paper.h"
#include "work/report/print.h"
#include "work/report/record.h"

#endif
