-- projection: yes
-- Items of the screening and what was said of them. Users, records and sentences lie sealed under `seq`.
CREATE TABLE screening_item (
	id TEXT PRIMARY KEY,
	seq INTEGER NOT NULL,
	run TEXT NOT NULL,
	org TEXT NOT NULL,
	kind TEXT NOT NULL,
	rank INTEGER NOT NULL,
	score INTEGER NOT NULL,
	severity INTEGER NOT NULL,
	auditor INTEGER NOT NULL CHECK (auditor IN (0, 1)),
	reviewer TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('new', 'reviewed', 'justified', 'needs_talk', 'incident')),
	reason TEXT NOT NULL,
	case_id TEXT NOT NULL,
	kept INTEGER NOT NULL,
	changed INTEGER NOT NULL
) STRICT;
CREATE INDEX screening_item_run ON screening_item (run, rank, id);
CREATE INDEX screening_item_state ON screening_item (state, severity, score, id);
CREATE INDEX screening_item_kind ON screening_item (kind, state);

CREATE TABLE screening_reviewer (
	actor TEXT PRIMARY KEY,
	account TEXT NOT NULL,
	superior TEXT NOT NULL,
	auditor INTEGER NOT NULL CHECK (auditor IN (0, 1)),
	items INTEGER NOT NULL
) STRICT;

CREATE TABLE screening_ask (
	seq INTEGER PRIMARY KEY,
	item TEXT NOT NULL,
	event TEXT NOT NULL,
	actor TEXT NOT NULL,
	done INTEGER NOT NULL CHECK (done IN (0, 1))
) STRICT;
