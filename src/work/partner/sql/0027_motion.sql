-- projection: yes
-- What waits for a second person's hand. Its content lies sealed under `seq`.
CREATE TABLE motion (
	id TEXT PRIMARY KEY,
	home TEXT NOT NULL,
	what TEXT NOT NULL,
	thing TEXT,
	actor TEXT NOT NULL,
	seq INTEGER NOT NULL,
	at INTEGER NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('waiting', 'carried', 'dropped'))
) STRICT;
CREATE INDEX motion_state ON motion (state, seq);
