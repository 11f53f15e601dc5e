-- projection: yes
-- Where a clock was set back: between two of these, times never fall.
CREATE TABLE clock_step (
	seq INTEGER PRIMARY KEY NOT NULL
) STRICT;
