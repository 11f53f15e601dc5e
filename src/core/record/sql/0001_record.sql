-- The record itself: what cannot be made again from anything else.
CREATE TABLE meta (
	key TEXT PRIMARY KEY NOT NULL,
	num INTEGER NOT NULL
) STRICT;

-- Entries of one transaction in a row, one a line; `seq` is that of the first. `leaf`: SHA-256(0x00 || entry) of each,
-- RFC 9162 section 2.1.1.
CREATE TABLE entry (
	seq INTEGER PRIMARY KEY NOT NULL,
	leaf BLOB NOT NULL,
	body BLOB NOT NULL
) STRICT;

-- Hashes of full subtrees of 256^level leaves: derivable, checked at start; so that opening reads few rows.
CREATE TABLE subtree (
	level INTEGER NOT NULL,
	n INTEGER NOT NULL,
	hash BLOB NOT NULL,
	PRIMARY KEY (level, n)
) STRICT;

CREATE TABLE checkpoint (
	size INTEGER PRIMARY KEY NOT NULL,
	root BLOB NOT NULL,
	note TEXT NOT NULL,
	at INTEGER NOT NULL
) STRICT;

-- Sealed payloads by the hash of their ciphertext. May be dropped after a disposal; the hash stays in the entry.
CREATE TABLE blob (
	ct BLOB PRIMARY KEY NOT NULL,
	data BLOB,
	dropped_at INTEGER
) STRICT;

-- A guard against slips, not against a database administrator: that one is found by the tree.
-- on: sqlite
CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;
CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;
-- on: pg
CREATE FUNCTION entry_refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'the record is append-only'; END $$ LANGUAGE plpgsql;
CREATE TRIGGER entry_no_change BEFORE UPDATE OR DELETE ON entry FOR EACH ROW EXECUTE FUNCTION entry_refuse();
CREATE TRIGGER entry_no_truncate BEFORE TRUNCATE ON entry EXECUTE FUNCTION entry_refuse();
-- on: all
