-- name: partner_insert
-- in: id:id, node:word, class:word, agency:word?, exercise:bool, seq:int, at:msec
-- may: core.partner
INSERT INTO partner (id, node, class, agency, exercise, state, seq, added) VALUES (?1, ?2, ?3, ?4, ?5, 'active', ?6, ?7);

-- name: partner_set_state
-- in: id:id, state:word
-- may: core.partner
UPDATE partner SET state = ?2 WHERE id = ?1;

-- name: partner_by_node
-- in: node:word   out: id:id, node:word, class:word, agency:word?, exercise:bool, state:word, seq:int
-- may: core.partner
SELECT id, node, class, agency, exercise, state, seq FROM partner WHERE node = ?1;

-- name: partner_by_id
-- in: id:id   out: id:id, node:word, class:word, agency:word?, exercise:bool, state:word, seq:int
-- may: core.partner
SELECT id, node, class, agency, exercise, state, seq FROM partner WHERE id = ?1;

-- name: partner_page
-- in: after:word, most:int   out: id:id, node:word, class:word, agency:word?, exercise:bool, state:word, seq:int
-- may: core.partner
SELECT id, node, class, agency, exercise, state, seq FROM partner WHERE node > ?1 ORDER BY node LIMIT ?2;

-- name: partner_key_put
-- in: partner:id, key_id:word, sign:word, box:word, tls:word, from_at:msec, to_at:msec, seq:int
-- may: core.partner
INSERT INTO partner_key (partner, key_id, sign, box, tls, from_at, to_at, seq) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
 ON CONFLICT (partner, key_id) DO UPDATE SET sign = ?3, box = ?4, tls = ?5, from_at = ?6, to_at = ?7, seq = ?8;

-- name: partner_key_end
-- in: partner:id, key_id:word, to_at:msec
-- may: core.partner
UPDATE partner_key SET to_at = ?3 WHERE partner = ?1 AND key_id <> ?2 AND to_at > ?3;

-- name: partner_keys
-- in: partner:id   out: key_id:word, sign:word, box:word, tls:word, from_at:msec, to_at:msec
-- may: core.partner
SELECT key_id, sign, box, tls, from_at, to_at FROM partner_key WHERE partner = ?1 ORDER BY from_at, seq, key_id;

-- name: partner_by_pin
-- in: tls:word, at:msec   out: node:word
-- may: core.partner
SELECT p.node FROM partner_key k JOIN partner p ON p.id = k.partner WHERE k.tls = ?1 AND p.state = 'active' AND k.to_at > ?2 LIMIT 1;

-- name: partner_address_insert
-- in: seq:int, partner:id, host:word, port:int, from_at:msec
-- may: core.partner
INSERT INTO partner_address (seq, partner, host, port, from_at) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: partner_address_now
-- in: partner:id, at:msec   out: host:word, port:int, from_at:msec
-- may: core.partner
SELECT host, port, from_at FROM partner_address WHERE partner = ?1 AND from_at <= ?2 ORDER BY from_at DESC, seq DESC LIMIT 1;

-- name: partner_person_insert
-- in: seq:int, partner:id, what:word, place:int, from_day:jday, to_day:jday
-- may: core.partner
INSERT INTO partner_person (seq, partner, what, place, from_day, to_day) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: partner_persons
-- in: partner:id   out: seq:int, what:word, place:int, from_day:jday, to_day:jday
-- may: core.partner
SELECT seq, what, place, from_day, to_day FROM partner_person WHERE partner = ?1 ORDER BY what, place, seq;

-- name: memo_insert
-- in: id:id, partner:id, kind:word, from_day:jday, to_day:jday, review_day:jday, seq:int
-- may: core.partner
INSERT INTO memo (id, partner, kind, from_day, to_day, review_day, ours, theirs, ended, seq)
 VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, NULL, ?7);

-- name: memo_function_insert
-- in: memo:id, kind:word, gives:bool, takes:bool, tlp:word
-- may: core.partner
INSERT INTO memo_function (memo, kind, gives, takes, tlp) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: memo_sign_ours
-- in: id:id
-- may: core.partner
UPDATE memo SET ours = 1 WHERE id = ?1;

-- name: memo_sign_theirs
-- in: id:id
-- may: core.partner
UPDATE memo SET theirs = 1 WHERE id = ?1;

-- name: memo_end
-- in: id:id, at:msec
-- may: core.partner
UPDATE memo SET ended = ?2 WHERE id = ?1;

-- name: memo_by_id
-- in: id:id   out: id:id, partner:id, kind:word, from_day:jday, to_day:jday, review_day:jday, ours:bool, theirs:bool, ended:msec?, seq:int
-- may: core.partner
SELECT id, partner, kind, from_day, to_day, review_day, ours, theirs, ended, seq FROM memo WHERE id = ?1;

-- name: memo_of_partner
-- in: partner:id   out: id:id, partner:id, kind:word, from_day:jday, to_day:jday, review_day:jday, ours:bool, theirs:bool, ended:msec?, seq:int
-- may: core.partner
SELECT id, partner, kind, from_day, to_day, review_day, ours, theirs, ended, seq FROM memo WHERE partner = ?1 ORDER BY id;

-- name: memo_functions
-- in: memo:id   out: kind:word, gives:bool, takes:bool, tlp:word
-- may: core.partner
SELECT kind, gives, takes, tlp FROM memo_function WHERE memo = ?1 ORDER BY kind;

-- name: memo_for
-- in: partner:id, kind:word   out: id:id, partner:id, kind:word, from_day:jday, to_day:jday, review_day:jday, ours:bool, theirs:bool, ended:msec?, seq:int, gives:bool, takes:bool, tlp:word, function:word
-- may: core.partner
SELECT m.id, m.partner, m.kind, m.from_day, m.to_day, m.review_day, m.ours, m.theirs, m.ended, m.seq, f.gives, f.takes, f.tlp, f.kind
 FROM memo m JOIN memo_function f ON f.memo = m.id WHERE m.partner = ?1 AND f.kind IN (?2, 'all') ORDER BY m.id;

-- name: memo_reserve_insert
-- in: memo:id, kind:word, what:word, place:int, word:word
-- may: core.partner
INSERT INTO memo_reserve (memo, kind, what, place, word) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: memo_reserves
-- in: memo:id, kind:word, what:word   out: word:word
-- may: core.partner
SELECT word FROM memo_reserve WHERE memo = ?1 AND kind = ?2 AND what = ?3 ORDER BY place;
