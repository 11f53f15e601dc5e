/*
 * The tables of a folder, and where in them each organisation's rows stand: so that one organisation's can be read
 * without the others'. Plain files stay on the disk; packed ones are unpacked into memory.
 */
#ifndef DOOR_CLI_SCREEN_TABLES_H
#define DOOR_CLI_SCREEN_TABLES_H

#include "base/rc.h"

struct screen;
struct table_files;

/*
 * residents.csv, or residents.csv.gz, or .zst and so on in `dir`; none of them is a table that is missing. `orgs` are
 * the organisations that will be asked for, in byte order. All lives in c->a.
 */
MUST_USE rc table_files_open(struct ctx *c, const char *dir, const slice *orgs, uint32_t norgs, struct table_files **ret);
/* Reads the rows of orgs[at] into the screening, or all rows when `at` is UINT32_MAX. Several threads may. */
MUST_USE rc table_files_read(struct ctx *c, const struct table_files *t, uint32_t at, struct screen *s);
/* Bytes of rows of one organisation in each table, for `renkei screen plan`. */
uint64_t table_files_bytes(const struct table_files *t, unsigned table, uint32_t at);

#endif
