-- projection: yes
-- The commitment to the key of each sealing unit, as its first seal has it: a key that was lost is not replaced unseen.
CREATE TABLE unit (
	key TEXT PRIMARY KEY NOT NULL,
	kc BLOB NOT NULL
) STRICT;
