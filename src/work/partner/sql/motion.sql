-- name: motion_insert
-- in: id:id, home:id, what:word, thing:word?, actor:id, seq:int, at:msec
-- may: core.partner
INSERT INTO motion (id, home, what, thing, actor, seq, at, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'waiting');

-- name: motion_end
-- in: id:id, state:word
-- may: core.partner
UPDATE motion SET state = ?2 WHERE id = ?1;

-- name: motion_by_id
-- in: id:id   out: id:id, home:id, what:word, thing:word?, actor:id, seq:int, at:msec, state:word
-- may: core.partner
SELECT id, home, what, thing, actor, seq, at, state FROM motion WHERE id = ?1;

-- name: motion_waiting
-- in: state:word   out: id:id, home:id, what:word, thing:word?, actor:id, seq:int, at:msec, state:word
-- may: core.partner
SELECT id, home, what, thing, actor, seq, at, state FROM motion WHERE state = ?1 ORDER BY seq;
