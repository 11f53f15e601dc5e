-- projection: yes
-- Files of a case and the rounds in which people were told. Names, notes and bytes lie sealed under `seq` and `file`.
CREATE TABLE case_evidence (
	seq INTEGER NOT NULL PRIMARY KEY,
	file INTEGER NOT NULL,
	case_id TEXT NOT NULL,
	at INTEGER NOT NULL,
	actor TEXT NOT NULL,
	size INTEGER NOT NULL,
	digest TEXT NOT NULL
) STRICT;
CREATE INDEX case_evidence_case ON case_evidence (case_id, seq);

CREATE TABLE case_told (
	seq INTEGER NOT NULL PRIMARY KEY,
	case_id TEXT NOT NULL,
	at INTEGER NOT NULL,
	day_only INTEGER NOT NULL CHECK (day_only IN (0, 1)),
	how TEXT NOT NULL,
	sent INTEGER NOT NULL,
	returned INTEGER NOT NULL,
	actor TEXT NOT NULL,
	sealed INTEGER NOT NULL CHECK (sealed IN (0, 1))
) STRICT;
CREATE INDEX case_told_case ON case_told (case_id, at, seq);
