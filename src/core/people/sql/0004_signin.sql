-- What changes with every request and every wrong guess: not in the record, and nothing is lost when it is.
CREATE TABLE session_seen (
	session TEXT PRIMARY KEY NOT NULL,
	at INTEGER NOT NULL
) STRICT;

-- Wrong guesses by keyed tag (account and source, device, source, account).
CREATE TABLE signin_try (
	tag TEXT PRIMARY KEY NOT NULL,
	n INTEGER NOT NULL,
	at INTEGER NOT NULL
) STRICT;
CREATE INDEX signin_try_at ON signin_try (at);

CREATE TABLE passkey_challenge (
	session TEXT PRIMARY KEY NOT NULL,
	challenge BLOB NOT NULL,
	until INTEGER NOT NULL
) STRICT;

-- Sign-ins on their way to an identity provider, by the hash of `state`.
CREATE TABLE oidc_begun (
	state TEXT PRIMARY KEY NOT NULL,
	nonce TEXT NOT NULL,
	verifier TEXT NOT NULL,
	until INTEGER NOT NULL
) STRICT;
CREATE INDEX oidc_begun_until ON oidc_begun (until);
