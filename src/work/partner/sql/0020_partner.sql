-- projection: yes
-- Other organisations' nodes, and the memoranda with them. Names and contacts of people lie sealed under `seq`.
CREATE TABLE partner (
	id TEXT PRIMARY KEY,
	node TEXT NOT NULL UNIQUE,
	class TEXT NOT NULL,
	agency TEXT,
	exercise INTEGER NOT NULL CHECK (exercise IN (0, 1)),
	state TEXT NOT NULL CHECK (state IN ('active', 'ended')),
	seq INTEGER NOT NULL,
	added INTEGER NOT NULL
) STRICT;

CREATE TABLE partner_key (
	partner TEXT NOT NULL,
	key_id TEXT NOT NULL,
	sign TEXT NOT NULL,
	box TEXT NOT NULL,
	tls TEXT NOT NULL,
	from_at INTEGER NOT NULL,
	to_at INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	PRIMARY KEY (partner, key_id)
) STRICT;
CREATE INDEX partner_key_tls ON partner_key (tls);

CREATE TABLE partner_address (
	seq INTEGER PRIMARY KEY,
	partner TEXT NOT NULL,
	host TEXT NOT NULL,
	port INTEGER NOT NULL,
	from_at INTEGER NOT NULL
) STRICT;
CREATE INDEX partner_address_of ON partner_address (partner, from_at, seq);

CREATE TABLE partner_person (
	seq INTEGER PRIMARY KEY,
	partner TEXT NOT NULL,
	what TEXT NOT NULL CHECK (what IN ('name', 'contact', 'deputy', 'duty')),
	place INTEGER NOT NULL,
	from_day INTEGER NOT NULL,
	to_day INTEGER NOT NULL
) STRICT;
CREATE INDEX partner_person_of ON partner_person (partner, what, place, seq);

CREATE TABLE memo (
	id TEXT PRIMARY KEY,
	partner TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('memorandum', 'contract')),
	from_day INTEGER NOT NULL,
	to_day INTEGER NOT NULL,
	review_day INTEGER NOT NULL,
	ours INTEGER NOT NULL CHECK (ours IN (0, 1)),
	theirs INTEGER NOT NULL CHECK (theirs IN (0, 1)),
	ended INTEGER,
	seq INTEGER NOT NULL
) STRICT;
CREATE INDEX memo_partner ON memo (partner, id);

CREATE TABLE memo_function (
	memo TEXT NOT NULL,
	kind TEXT NOT NULL,
	gives INTEGER NOT NULL CHECK (gives IN (0, 1)),
	takes INTEGER NOT NULL CHECK (takes IN (0, 1)),
	tlp TEXT NOT NULL,
	PRIMARY KEY (memo, kind)
) STRICT;
