-- projection: yes
-- What was kept as one list, with the sums of its proof page; the proof itself lies sealed under `seq`. -1: not told.
CREATE TABLE screening_run (
	run TEXT PRIMARY KEY,
	id TEXT NOT NULL,
	seq INTEGER NOT NULL,
	at INTEGER NOT NULL,
	actor TEXT NOT NULL,
	items INTEGER NOT NULL,
	since INTEGER NOT NULL,
	until INTEGER NOT NULL,
	proof INTEGER NOT NULL CHECK (proof IN (0, 1)),
	sources INTEGER NOT NULL,
	lines INTEGER NOT NULL,
	read INTEGER NOT NULL,
	damaged INTEGER NOT NULL,
	twice INTEGER NOT NULL,
	missing INTEGER NOT NULL,
	accesses INTEGER NOT NULL,
	unexplained INTEGER NOT NULL
) STRICT;
-- The department of an item's users, where the list was kept with the table of accounts.
ALTER TABLE screening_item ADD COLUMN department TEXT NOT NULL DEFAULT '';
CREATE INDEX screening_item_reviewer ON screening_item (reviewer, state, run);
-- What a person's question was answered with lies sealed under `answer`; 0: nothing yet.
ALTER TABLE screening_ask ADD COLUMN answer INTEGER NOT NULL DEFAULT 0;
ALTER TABLE screening_ask ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX screening_ask_event ON screening_ask (event, seq);
