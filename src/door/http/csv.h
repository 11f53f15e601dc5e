/* Tables for spreadsheets: UTF-8 with BOM, CR LF (RFC 4180), and no cell that a spreadsheet takes for a formula. */
#ifndef DOOR_HTTP_CSV_H
#define DOOR_HTTP_CSV_H

#include "base/buf.h"

void csv_begin(struct buf *b);
void csv_cell(struct buf *b, slice s, bool last);

#endif
