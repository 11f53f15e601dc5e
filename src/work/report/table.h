/* A plain table as a workbook: one sheet, a head row, every cell a text. */
#ifndef WORK_REPORT_TABLE_H
#define WORK_REPORT_TABLE_H

#include "base/rc.h"

/* cells: the head row first, then row by row, `cols` each; n is a multiple of cols. E_LIMIT "xlsx.rows" for more than 100,000 rows. */
MUST_USE rc table_xlsx(struct ctx *c, const slice *cells, size_t n, size_t cols, slice *ret);

#endif
