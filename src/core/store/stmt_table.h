/* What tools/gen_sql.py makes of the .sql files. For the two implementations and their tests. */
#ifndef CORE_STORE_STMT_TABLE_H
#define CORE_STORE_STMT_TABLE_H

#include "core/store/store.h"

struct stmt_value {
	const char *name;
	enum cell_type type;
	bool null;              /* declared with '?' */
};

struct stmt_spec {
	const char *name;
	const char *sql[BACKENDS];
	const char *may;        /* "core.case core.web": who may run it */
	const struct stmt_value *in, *out;
	int nin, nout;
	bool scan;              /* declared `-- scan: reason`: may read a whole table */
};

struct migration {
	int number;
	const char *name;
	const char *sql[BACKENDS];
	bool projection;                    /* its tables are filled by projections only */
	const char *const *tables;          /* NULL ends */
};

extern const struct stmt_spec stmt_table[];
extern const struct migration migration_table[];
extern const int migration_count;

#endif
