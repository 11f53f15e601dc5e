-- Accounts, roles, sections, sessions. Lists of accounts are read in pages by id.

-- name: people_meta_get
-- in: key:word   out: num:int
-- may: core.people
SELECT num FROM people_meta WHERE key = ?1;

-- name: people_meta_set
-- in: key:word, num:int
-- may: core.people
INSERT INTO people_meta (key, num) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET num = excluded.num;

-- name: account_insert
-- in: id:id, login:word, seq:int, at:msec
-- may: core.people
INSERT INTO account (id, login, state, seq, name_seq, made, changed, last_in) VALUES (?1, ?2, 'invited', ?3, ?3, ?4, ?4, 0);

-- name: account_by_id
-- in: id:id   out: id:id, state:word, seq:int, name_seq:int?, made:msec, changed:msec, last_in:msec, password_seq:int?, invite_until:msec?, factors:int
-- may: core.people
SELECT a.id, a.state, a.seq, a.name_seq, a.made, a.changed, a.last_in, a.password_seq, a.invite_until, (SELECT count(*) FROM account_secret s WHERE s.account = a.id AND s.kind IN ('totp', 'passkey')) FROM account a WHERE a.id = ?1;

-- name: account_by_login
-- in: login:word   out: id:id, state:word, seq:int, name_seq:int?, made:msec, changed:msec, last_in:msec, password_seq:int?, invite_until:msec?, factors:int
-- may: core.people
SELECT a.id, a.state, a.seq, a.name_seq, a.made, a.changed, a.last_in, a.password_seq, a.invite_until, (SELECT count(*) FROM account_secret s WHERE s.account = a.id AND s.kind IN ('totp', 'passkey')) FROM account a WHERE a.login = ?1;

-- name: account_by_invite
-- in: invite:word   out: id:id, state:word, seq:int, name_seq:int?, made:msec, changed:msec, last_in:msec, password_seq:int?, invite_until:msec?, factors:int
-- may: core.people
SELECT a.id, a.state, a.seq, a.name_seq, a.made, a.changed, a.last_in, a.password_seq, a.invite_until, (SELECT count(*) FROM account_secret s WHERE s.account = a.id AND s.kind IN ('totp', 'passkey')) FROM account a WHERE a.invite = ?1;

-- name: account_page
-- in: after:id, most:int   out: id:id, state:word, seq:int, name_seq:int?, made:msec, changed:msec, last_in:msec, password_seq:int?, invite_until:msec?, factors:int
-- may: core.people
SELECT a.id, a.state, a.seq, a.name_seq, a.made, a.changed, a.last_in, a.password_seq, a.invite_until, (SELECT count(*) FROM account_secret s WHERE s.account = a.id AND s.kind IN ('totp', 'passkey')) FROM account a WHERE a.id > ?1 ORDER BY a.id LIMIT ?2;

-- name: account_set_state
-- in: id:id, state:word, at:msec
-- may: core.people
UPDATE account SET state = ?2, changed = ?3, invite = NULL, invite_until = NULL WHERE id = ?1;

-- name: account_set_name
-- in: id:id, seq:int, at:msec
-- may: core.people
UPDATE account SET name_seq = ?2, changed = ?3 WHERE id = ?1;

-- name: account_set_login
-- in: id:id, login:word
-- may: core.people
UPDATE account SET login = ?2 WHERE id = ?1;

-- name: account_set_invite
-- in: id:id, invite:word, until:msec
-- may: core.people
UPDATE account SET invite = ?2, invite_until = ?3 WHERE id = ?1;

-- name: account_set_password
-- in: id:id, seq:int, at:msec
-- may: core.people
UPDATE account SET password_seq = ?2, changed = ?3, invite = NULL, invite_until = NULL WHERE id = ?1;

-- name: account_set_in
-- in: id:id, at:msec
-- may: core.people
UPDATE account SET last_in = ?2 WHERE id = ?1;

-- name: grant_put
-- in: account:id, role:word, section:word, from:jday, to:jday, seq:int
-- may: core.people
INSERT INTO account_grant (account, role, section, from_day, to_day, seq) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
 ON CONFLICT (account, role, section) DO UPDATE SET from_day = excluded.from_day, to_day = excluded.to_day, seq = excluded.seq;

-- name: grant_drop
-- in: account:id, role:word, section:word
-- may: core.people
DELETE FROM account_grant WHERE account = ?1 AND role = ?2 AND section = ?3;

-- name: grant_get
-- in: account:id, role:word, section:word   out: seq:int
-- may: core.people
SELECT seq FROM account_grant WHERE account = ?1 AND role = ?2 AND section = ?3;

-- name: grants_of
-- in: account:id   out: role:word, section:word, from:jday, to:jday, seq:int
-- may: core.people
SELECT role, section, from_day, to_day, seq FROM account_grant WHERE account = ?1 ORDER BY role, section;

-- name: grant_others
-- in: role:word, account:id, day:jday   out: account:id
-- may: core.people
SELECT g.account FROM account_grant g JOIN account a ON a.id = g.account
 WHERE g.role = ?1 AND g.account <> ?2 AND g.to_day >= ?3 AND g.section = '' AND a.state = 'active' LIMIT 1;

-- name: deputy_put
-- in: account:id, deputy:id, from:jday, to:jday, standing:bool, seq:int
-- may: core.people
INSERT INTO account_deputy (account, deputy, from_day, to_day, standing, seq) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
 ON CONFLICT (account, deputy) DO UPDATE SET from_day = excluded.from_day, to_day = excluded.to_day,
 standing = excluded.standing, seq = excluded.seq;

-- name: deputy_drop
-- in: account:id, deputy:id
-- may: core.people
DELETE FROM account_deputy WHERE account = ?1 AND deputy = ?2;

-- name: deputies_of
-- in: account:id   out: deputy:id, from:jday, to:jday, standing:bool
-- may: core.people
SELECT deputy, from_day, to_day, standing FROM account_deputy WHERE account = ?1 ORDER BY seq;

-- name: deputy_for
-- in: deputy:id, day:jday   out: account:id
-- may: core.people
SELECT d.account FROM account_deputy d JOIN account a ON a.id = d.account
 WHERE d.deputy = ?1 AND d.from_day <= ?2 AND d.to_day >= ?2 AND a.state = 'active' AND (d.standing = 1 OR EXISTS (
 SELECT 1 FROM account_absence b WHERE b.account = d.account AND b.from_day <= ?2 AND b.to_day >= ?2)) ORDER BY d.account;

-- name: absence_put
-- in: account:id, from:jday, to:jday, seq:int
-- may: core.people
INSERT INTO account_absence (account, from_day, to_day, seq) VALUES (?1, ?2, ?3, ?4)
 ON CONFLICT (account, from_day) DO UPDATE SET to_day = excluded.to_day, seq = excluded.seq;

-- name: absence_drop
-- in: account:id, day:jday
-- may: core.people
DELETE FROM account_absence WHERE account = ?1 AND to_day >= ?2;

-- name: absences_of
-- in: account:id, day:jday   out: from:jday, to:jday
-- may: core.people
SELECT from_day, to_day FROM account_absence WHERE account = ?1 AND to_day >= ?2 ORDER BY from_day;

-- name: absence_on
-- in: account:id, day:jday   out: from:jday, to:jday
-- may: core.people
SELECT from_day, to_day FROM account_absence WHERE account = ?1 AND from_day <= ?2 AND to_day >= ?2
 ORDER BY from_day LIMIT 1;

-- name: secret_put
-- in: id:id, account:id, kind:word, seq:int, label:word?, tag:word?, at:msec, last:int
-- may: core.people
INSERT INTO account_secret (id, account, kind, seq, label, tag, made, used, last) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8);

-- name: secret_get
-- in: id:id   out: account:id, kind:word, seq:int, label:word?, made:msec, used:msec, last:int
-- may: core.people
SELECT account, kind, seq, label, made, used, last FROM account_secret WHERE id = ?1;

-- name: secrets_of
-- in: account:id   out: id:id, kind:word, seq:int, label:word?, tag:word?, made:msec, used:msec, last:int
-- may: core.people
SELECT id, kind, seq, label, tag, made, used, last FROM account_secret WHERE account = ?1 ORDER BY kind, id;

-- name: secret_by_tag
-- in: tag:word   out: id:id, account:id, seq:int, last:int
-- may: core.people
SELECT id, account, seq, last FROM account_secret WHERE tag = ?1;

-- name: secret_used
-- in: id:id, at:msec, last:int
-- may: core.people
UPDATE account_secret SET used = ?2, last = ?3 WHERE id = ?1;

-- name: secret_drop
-- in: id:id, account:id
-- may: core.people
DELETE FROM account_secret WHERE id = ?1 AND account = ?2;

-- name: secret_drop_kind
-- in: account:id, kind:word
-- may: core.people
DELETE FROM account_secret WHERE account = ?1 AND kind = ?2;

-- name: session_put
-- in: id:id, account:id, hash:word, token:bool, level:int, how:word, begun:msec, until:msec, label:word?, scopes:text
-- may: core.people
INSERT INTO people_session (id, account, hash, token, level, how, begun, until, label, scopes)
 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

-- name: session_by_hash
-- in: hash:word   out: id:id, account:id, token:bool, level:int, how:word, begun:msec, until:msec, label:word?, scopes:text
-- may: core.people
SELECT id, account, token, level, how, begun, until, label, scopes FROM people_session WHERE hash = ?1;

-- name: session_by_id
-- in: id:id   out: id:id, account:id, token:bool, level:int, how:word, begun:msec, until:msec, label:word?, scopes:text
-- may: core.people
SELECT id, account, token, level, how, begun, until, label, scopes FROM people_session WHERE id = ?1;

-- name: sessions_of
-- in: account:id   out: id:id, account:id, token:bool, level:int, how:word, begun:msec, until:msec, label:word?, scopes:text
-- may: core.people
SELECT id, account, token, level, how, begun, until, label, scopes FROM people_session WHERE account = ?1 ORDER BY id;

-- name: session_page
-- in: after:id   out: id:id, account:id, token:bool, level:int, how:word, begun:msec, until:msec, label:word?, scopes:text
-- may: core.people
SELECT id, account, token, level, how, begun, until, label, scopes FROM people_session WHERE id > ?1 ORDER BY id LIMIT 512;

-- name: session_drop
-- in: id:id
-- may: core.people
DELETE FROM people_session WHERE id = ?1;

-- name: session_drop_late
-- in: account:id, at:msec
-- may: core.people
DELETE FROM people_session WHERE account = ?1 AND until <= ?2;

-- name: session_drop_all
-- in: account:id, but:id
-- may: core.people
DELETE FROM people_session WHERE account = ?1 AND id <> ?2;

-- name: session_drop_signed
-- in: account:id, but:id
-- may: core.people
DELETE FROM people_session WHERE account = ?1 AND id <> ?2 AND token = 0;

-- name: session_seen_get
-- in: session:id   out: at:msec
-- may: core.people
SELECT at FROM session_seen WHERE session = ?1;

-- name: session_seen_set
-- in: session:id, at:msec
-- may: core.people
INSERT INTO session_seen (session, at) VALUES (?1, ?2) ON CONFLICT (session) DO UPDATE SET at = excluded.at;

-- name: session_seen_drop
-- in: session:id
-- may: core.people
DELETE FROM session_seen WHERE session = ?1;

-- name: device_put
-- in: hash:word, account:id, until:msec
-- may: core.people
INSERT INTO account_device (hash, account, until) VALUES (?1, ?2, ?3);

-- name: device_get
-- in: hash:word   out: account:id, until:msec
-- may: core.people
SELECT account, until FROM account_device WHERE hash = ?1;

-- name: device_drop_all
-- in: account:id
-- may: core.people
DELETE FROM account_device WHERE account = ?1;

-- name: section_put
-- in: id:id, seq:int, parent:word?
-- may: core.people
INSERT INTO section (id, name_seq, parent, closed) VALUES (?1, ?2, ?3, 0)
 ON CONFLICT (id) DO UPDATE SET name_seq = excluded.name_seq, parent = excluded.parent, closed = 0;

-- name: section_close
-- in: id:id
-- may: core.people
UPDATE section SET closed = 1 WHERE id = ?1;

-- name: section_get
-- in: id:id   out: closed:bool
-- may: core.people
SELECT closed FROM section WHERE id = ?1;

-- name: section_list
-- in: most:int   out: id:id, name_seq:int, parent:word?, closed:bool
-- may: core.people
-- scan: an organisation has few sections
SELECT id, name_seq, parent, closed FROM section ORDER BY id LIMIT ?1;

-- name: case_section_put
-- in: case_id:id, section:word
-- may: core.people
INSERT INTO case_section (case_id, section) VALUES (?1, ?2) ON CONFLICT DO NOTHING;

-- name: case_section_clear
-- in: case_id:id
-- may: core.people
DELETE FROM case_section WHERE case_id = ?1;

-- name: case_sections
-- in: case_id:id   out: section:word
-- may: core.people
SELECT section FROM case_section WHERE case_id = ?1 ORDER BY section;

-- name: review_put
-- in: seq:int, kind:word, case_id:id, act:word, actor:id, due:jday
-- may: core.people
INSERT INTO people_review (seq, kind, case_id, act, actor, due, open) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1);

-- name: review_end
-- in: seq:int, at:msec, by:id
-- may: core.people
UPDATE people_review SET done = ?2, done_by = ?3, open = 0 WHERE seq = ?1;

-- name: review_get
-- in: seq:int   out: kind:word, case_id:id, actor:id, open:bool
-- may: core.people
SELECT kind, case_id, actor, open FROM people_review WHERE seq = ?1;

-- name: review_page
-- in: open:bool   out: seq:int, kind:word, case_id:id, act:word, due:jday, done:msec?, done_by:id?
-- may: core.people
SELECT seq, kind, case_id, act, due, done, done_by FROM people_review WHERE open = ?1 ORDER BY due, seq LIMIT 500;

-- name: try_get
-- in: tag:word   out: n:int, at:msec
-- may: core.people
SELECT n, at FROM signin_try WHERE tag = ?1;

-- name: try_put
-- in: tag:word, n:int, at:msec
-- may: core.people
INSERT INTO signin_try (tag, n, at) VALUES (?1, ?2, ?3) ON CONFLICT (tag) DO UPDATE SET n = excluded.n, at = excluded.at;

-- name: try_drop
-- in: tag:word
-- may: core.people
DELETE FROM signin_try WHERE tag = ?1;

-- name: try_drop_old
-- in: at:msec
-- may: core.people
DELETE FROM signin_try WHERE at < ?1;

-- name: challenge_put
-- in: session:id, challenge:blob, until:msec
-- may: core.people
INSERT INTO passkey_challenge (session, challenge, until) VALUES (?1, ?2, ?3)
 ON CONFLICT (session) DO UPDATE SET challenge = excluded.challenge, until = excluded.until;

-- name: challenge_get
-- in: session:id   out: challenge:blob, until:msec
-- may: core.people
SELECT challenge, until FROM passkey_challenge WHERE session = ?1;

-- name: challenge_drop
-- in: session:id
-- may: core.people
DELETE FROM passkey_challenge WHERE session = ?1;

-- name: approval_put
-- in: seq:int, case_id:id, target:int, what:word, actor:id, actor_for:id?
-- may: core.people
INSERT INTO people_approval (seq, case_id, target, what, actor, actor_for) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: approvals_of
-- in: target:int, what:word, case_id:id   out: seq:int, actor:id, actor_for:id?
-- may: core.people
SELECT seq, actor, actor_for FROM people_approval WHERE target = ?1 AND what = ?2 AND case_id = ?3 ORDER BY seq;

-- name: oidc_put
-- in: state:word, nonce:word, verifier:word, until:msec
-- may: core.people
INSERT INTO oidc_begun (state, nonce, verifier, until) VALUES (?1, ?2, ?3, ?4);

-- name: oidc_get
-- in: state:word   out: nonce:word, verifier:word, until:msec
-- may: core.people
SELECT nonce, verifier, until FROM oidc_begun WHERE state = ?1;

-- name: oidc_drop
-- in: state:word
-- may: core.people
DELETE FROM oidc_begun WHERE state = ?1;

-- name: oidc_drop_late
-- in: at:msec
-- may: core.people
DELETE FROM oidc_begun WHERE until < ?1;
