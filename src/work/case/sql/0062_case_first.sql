-- projection: yes
-- When the organisation knew, as the opening of the case said it; only of cases in which that was corrected since.
CREATE TABLE case_first (
	case_id TEXT PRIMARY KEY,
	known INTEGER NOT NULL,
	known_day INTEGER NOT NULL CHECK (known_day IN (0, 1))
) STRICT;
