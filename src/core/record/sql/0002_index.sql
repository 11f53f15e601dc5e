-- Who, which case, which objects: finds entries. Words get numbers in the order in which they first appear, because
-- ids are long and stand in many entries.
-- projection: yes
CREATE TABLE word (
	no INTEGER PRIMARY KEY NOT NULL,
	word TEXT NOT NULL UNIQUE
) STRICT;

-- role: 1 case, 2 actor, 3 object
-- A row for each block of 512 entries that has the word; `places` are two bytes each, high byte first, in order.
CREATE TABLE entry_word (
	word INTEGER NOT NULL REFERENCES word(no),
	role INTEGER NOT NULL CHECK (role BETWEEN 1 AND 3),
	block INTEGER NOT NULL,
	places BLOB NOT NULL,
	PRIMARY KEY (word, role, block)
) STRICT, WITHOUT ROWID;

-- Sealing units whose key was ordered away or is gone.
CREATE TABLE erased (
	key TEXT PRIMARY KEY NOT NULL,
	ordered_seq INTEGER NOT NULL,
	done_seq INTEGER
) STRICT;
