-- projection: yes
-- Reports: which form, which version, for which duty. The values lie sealed in the entry `seq`.
CREATE TABLE report (
	id TEXT PRIMARY KEY,
	case_id TEXT NOT NULL,
	num INTEGER NOT NULL,
	form TEXT NOT NULL,
	form_version TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('preliminary', 'follow_up', 'final', 'other')),
	rule TEXT,
	recipient TEXT,
	previous TEXT,
	state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'replaced')),
	seq INTEGER NOT NULL,
	drafted INTEGER NOT NULL,
	missing INTEGER NOT NULL,
	submit_seq INTEGER,
	submitted INTEGER
) STRICT;
CREATE UNIQUE INDEX report_case ON report (case_id, num);
