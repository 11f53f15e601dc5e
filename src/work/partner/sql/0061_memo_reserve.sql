-- projection: yes
-- Reservations of a memorandum: classes of fields that it keeps back, conditions on what is given under it.
CREATE TABLE memo_reserve (
	memo TEXT NOT NULL,
	kind TEXT NOT NULL,
	what TEXT NOT NULL CHECK (what IN ('kept', 'conditions')),
	place INTEGER NOT NULL,
	word TEXT NOT NULL,
	PRIMARY KEY (memo, kind, what, place)
) STRICT;
