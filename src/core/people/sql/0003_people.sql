-- projection: yes
-- Accounts and what they may. No name of a person, no secret: those lie sealed in the entries `name_seq`, `password_seq`, `seq`.
CREATE TABLE people_meta (
	key TEXT PRIMARY KEY NOT NULL,
	num INTEGER NOT NULL
) STRICT;

-- `login` is a keyed tag of the name that they sign in with; the key lies sealed in the entry of people.begin.
CREATE TABLE account (
	id TEXT PRIMARY KEY NOT NULL,
	login TEXT NOT NULL UNIQUE,
	state TEXT NOT NULL CHECK (state IN ('invited', 'active', 'suspended', 'left')),
	seq INTEGER NOT NULL,
	name_seq INTEGER,
	made INTEGER NOT NULL,
	changed INTEGER NOT NULL,
	last_in INTEGER NOT NULL,
	password_seq INTEGER,
	invite TEXT UNIQUE,
	invite_until INTEGER
) STRICT;

CREATE TABLE account_grant (
	account TEXT NOT NULL,
	role TEXT NOT NULL,
	section TEXT NOT NULL,
	from_day INTEGER NOT NULL,
	to_day INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	PRIMARY KEY (account, role, section)
) STRICT;
CREATE INDEX account_grant_role ON account_grant (role, account);

CREATE TABLE account_deputy (
	account TEXT NOT NULL,
	deputy TEXT NOT NULL,
	from_day INTEGER NOT NULL,
	to_day INTEGER NOT NULL,
	standing INTEGER NOT NULL CHECK (standing IN (0, 1)),
	seq INTEGER NOT NULL,
	PRIMARY KEY (account, deputy)
) STRICT;
CREATE INDEX account_deputy_of ON account_deputy (deputy, account);

CREATE TABLE account_absence (
	account TEXT NOT NULL,
	from_day INTEGER NOT NULL,
	to_day INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	PRIMARY KEY (account, from_day)
) STRICT;

-- Second factors and ties to an identity provider. `last`: step of TOTP, counter of a passkey, used recovery codes as bits.
-- `tag`: id of a passkey, keyed tag of issuer and subject.
CREATE TABLE account_secret (
	id TEXT PRIMARY KEY NOT NULL,
	account TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('totp', 'passkey', 'recovery', 'oidc')),
	seq INTEGER NOT NULL,
	label TEXT,
	tag TEXT UNIQUE,
	made INTEGER NOT NULL,
	used INTEGER NOT NULL,
	last INTEGER NOT NULL
) STRICT;
CREATE INDEX account_secret_of ON account_secret (account, kind, id);

-- Open sessions and tokens by the hash of 256 random bits. level 0: the second factor is still asked; 1: password; 2: both.
CREATE TABLE people_session (
	id TEXT PRIMARY KEY NOT NULL,
	account TEXT NOT NULL,
	hash TEXT NOT NULL UNIQUE,
	token INTEGER NOT NULL CHECK (token IN (0, 1)),
	level INTEGER NOT NULL CHECK (level BETWEEN 0 AND 2),
	how TEXT NOT NULL,
	begun INTEGER NOT NULL,
	until INTEGER NOT NULL,
	label TEXT,
	scopes TEXT NOT NULL
) STRICT;
CREATE INDEX people_session_of ON people_session (account, id);

CREATE TABLE account_device (
	hash TEXT PRIMARY KEY NOT NULL,
	account TEXT NOT NULL,
	until INTEGER NOT NULL
) STRICT;
CREATE INDEX account_device_of ON account_device (account);

CREATE TABLE section (
	id TEXT PRIMARY KEY NOT NULL,
	name_seq INTEGER NOT NULL,
	parent TEXT,
	closed INTEGER NOT NULL CHECK (closed IN (0, 1))
) STRICT;

CREATE TABLE case_section (
	case_id TEXT NOT NULL,
	section TEXT NOT NULL,
	PRIMARY KEY (case_id, section)
) STRICT;

-- What has to be looked at again: an act done without four eyes, and the rights of everybody once a year.
CREATE TABLE people_review (
	seq INTEGER PRIMARY KEY NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('emergency', 'rights')),
	case_id TEXT NOT NULL,
	act TEXT NOT NULL,
	actor TEXT NOT NULL,
	due INTEGER NOT NULL,
	done INTEGER,
	done_by TEXT,
	open INTEGER NOT NULL CHECK (open IN (0, 1))
) STRICT;
CREATE INDEX people_review_due ON people_review (open, due, seq);

CREATE TABLE people_approval (
	seq INTEGER PRIMARY KEY NOT NULL,
	case_id TEXT NOT NULL,
	target INTEGER NOT NULL,
	what TEXT NOT NULL,
	actor TEXT NOT NULL,
	actor_for TEXT
) STRICT;
CREATE INDEX people_approval_of ON people_approval (target, what, seq);
