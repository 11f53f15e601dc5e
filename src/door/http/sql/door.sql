-- Statements of the pages.

-- name: once_get
-- in: tag:id   out: at:msec, status:int, location:text
-- may: core.http
SELECT at, status, location FROM door_once WHERE tag = ?1;

-- name: once_insert
-- in: tag:id, at:msec
-- may: core.http
INSERT INTO door_once (tag, at, status, location) VALUES (?1, ?2, 0, '');

-- name: once_set
-- in: tag:id, status:int, location:text
-- may: core.http
UPDATE door_once SET status = ?2, location = ?3 WHERE tag = ?1;

-- name: once_delete
-- in: tag:id
-- may: core.http
DELETE FROM door_once WHERE tag = ?1;

-- name: once_forget
-- in: before:msec
-- may: core.http
DELETE FROM door_once WHERE at < ?1;

-- name: draft_put
-- in: account:id, page:text, at:msec, unit:id, seal:blob
-- may: core.http
INSERT INTO door_draft (account, page, at, unit, seal) VALUES (?1, ?2, ?3, ?4, ?5)
 ON CONFLICT (account, page) DO UPDATE SET at = excluded.at, unit = excluded.unit, seal = excluded.seal;

-- name: draft_get
-- in: account:id, page:text   out: at:msec, unit:id, seal:blob
-- may: core.http
SELECT at, unit, seal FROM door_draft WHERE account = ?1 AND page = ?2;

-- name: draft_delete
-- in: account:id, page:text
-- may: core.http
DELETE FROM door_draft WHERE account = ?1 AND page = ?2;

-- name: draft_forget
-- in: before:msec
-- may: core.http
DELETE FROM door_draft WHERE at < ?1;
