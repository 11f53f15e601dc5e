-- Who, which case, which objects: finds entries. Words get numbers in the order in which they first appear, because
-- ids are long and stand in many entries.
-- projection: yes
CREATE TABLE word (
	no INTEGER PRIMARY KEY NOT NULL,
	word TEXT NOT NULL UNIQUE
) STRICT;

-- role: 1 case, 2 actor, 3 object
CREATE TABLE entry_word (
	word INTEGER NOT NULL REFERENCES word(no),
	role INTEGER NOT NULL CHECK (role BETWEEN 1 AND 3),
	seq INTEGER NOT NULL,
	PRIMARY KEY (word, role, seq)
) STRICT, WITHOUT ROWID;

-- Sealing units whose key was ordered away or is gone.
CREATE TABLE erased (
	key TEXT PRIMARY KEY NOT NULL,
	ordered_seq INTEGER NOT NULL,
	done_seq INTEGER
) STRICT;
