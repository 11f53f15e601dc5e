-- projection: yes
-- What must not be disposed of yet (a dispute, an inquiry, an audit), and proposals of disposal with their keys.
CREATE TABLE hold (
	seq INTEGER PRIMARY KEY NOT NULL,
	case_id TEXT NOT NULL,
	lifted INTEGER
) STRICT;
CREATE INDEX hold_case ON hold (case_id, seq);

CREATE TABLE disposal (
	seq INTEGER PRIMARY KEY NOT NULL,
	case_id TEXT NOT NULL,
	ordered INTEGER,
	done INTEGER
) STRICT;
CREATE INDEX disposal_case ON disposal (case_id, seq);

CREATE TABLE disposal_key (
	seq INTEGER NOT NULL REFERENCES disposal(seq),
	key TEXT NOT NULL,
	PRIMARY KEY (seq, key)
) STRICT, WITHOUT ROWID;
