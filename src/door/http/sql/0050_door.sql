-- What the pages keep beside the record. No projection: nothing here is an act, and losing it loses no fact.

-- Forms and API calls that were sent, so that a second sending does nothing. `tag` is a keyed hash.
CREATE TABLE door_once (
	tag TEXT PRIMARY KEY NOT NULL,
	at INTEGER NOT NULL,
	status INTEGER NOT NULL CHECK (status BETWEEN 0 AND 599),
	location TEXT NOT NULL
) STRICT;
CREATE INDEX door_once_at ON door_once (at);

-- Forms that somebody was filling in. Sealed under the key of the case (or of the account before there is one), so
-- that a disposal of the case takes them along.
CREATE TABLE door_draft (
	account TEXT NOT NULL,
	page TEXT NOT NULL,
	at INTEGER NOT NULL,
	unit TEXT NOT NULL,
	seal BLOB NOT NULL,
	PRIMARY KEY (account, page)
) STRICT;
CREATE INDEX door_draft_at ON door_draft (at);
