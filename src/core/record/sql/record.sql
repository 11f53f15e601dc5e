-- Statements of the record: entries, tree, checkpoints, sealed payloads, and the index over them.

-- name: entry_insert
-- in: seq:int, leaf:blob, body:blob
-- may: core.record
INSERT INTO entry (seq, leaf, body) VALUES (?1, ?2, ?3);

-- name: entry_last
-- out: seq:int, leaf:blob
-- may: core.record
SELECT seq, leaf FROM entry ORDER BY seq DESC LIMIT 1;

-- The row that may hold this entry.
-- name: entry_get
-- in: seq:int   out: seq:int, leaf:blob, body:blob
-- may: core.record
SELECT seq, leaf, body FROM entry WHERE seq <= ?1 ORDER BY seq DESC LIMIT 1;

-- From the row that may hold the first entry on.
-- name: entry_range
-- in: from:int, to:int   out: seq:int, leaf:blob, body:blob
-- may: core.record
SELECT seq, leaf, body FROM entry
 WHERE seq >= COALESCE((SELECT e.seq FROM entry e WHERE e.seq <= ?1 ORDER BY e.seq DESC LIMIT 1), 0) AND seq < ?2
 ORDER BY seq LIMIT 512;

-- name: leaf_range
-- in: from:int, to:int   out: seq:int, leaf:blob
-- may: core.record
SELECT seq, leaf FROM entry
 WHERE seq >= COALESCE((SELECT e.seq FROM entry e WHERE e.seq <= ?1 ORDER BY e.seq DESC LIMIT 1), 0) AND seq < ?2
 ORDER BY seq;

-- name: word_block
-- in: word:id, role:int, from:int, to:int   out: block:int, places:blob
-- may: core.record
SELECT x.block, x.places FROM word w JOIN entry_word x ON x.word = w.no
 WHERE w.word = ?1 AND x.role = ?2 AND x.block >= ?3 AND x.block < ?4 ORDER BY x.block LIMIT 1;

-- name: word_number
-- in: word:id   out: no:int
-- may: core.record
SELECT no FROM word WHERE word = ?1;

-- name: word_last
-- out: no:int
-- may: core.record
SELECT no FROM word ORDER BY no DESC LIMIT 1;

-- name: word_insert
-- in: no:int, word:id
-- may: core.record
INSERT INTO word (no, word) VALUES (?1, ?2);

-- name: entry_word_insert
-- in: word:int, role:int, block:int, places:blob
-- may: core.record
INSERT INTO entry_word (word, role, block, places) VALUES (?1, ?2, ?3, ?4);

-- name: subtree_insert
-- in: level:int, n:int, hash:blob
-- may: core.record
INSERT INTO subtree (level, n, hash) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING;

-- name: subtree_get
-- in: level:int, n:int   out: hash:blob
-- may: core.record
SELECT hash FROM subtree WHERE level = ?1 AND n = ?2;

-- name: subtree_range
-- in: level:int, from:int, to:int   out: n:int, hash:blob
-- may: core.record
SELECT n, hash FROM subtree WHERE level = ?1 AND n >= ?2 AND n < ?3 ORDER BY n;

-- name: checkpoint_insert
-- in: size:int, root:blob, note:text, at:msec
-- may: core.record
INSERT INTO checkpoint (size, root, note, at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING;

-- name: checkpoint_last
-- out: size:int, root:blob, note:text, at:msec
-- may: core.record
SELECT size, root, note, at FROM checkpoint ORDER BY size DESC LIMIT 1;

-- name: checkpoint_after
-- in: size:int   out: size:int, root:blob, note:text, at:msec
-- may: core.record
SELECT size, root, note, at FROM checkpoint WHERE size > ?1 ORDER BY size LIMIT 256;

-- name: blob_insert
-- in: ct:blob, data:blob
-- may: core.record
INSERT INTO blob (ct, data) VALUES (?1, ?2);

-- name: blob_get
-- in: ct:blob   out: data:blob?, dropped_at:msec?
-- may: core.record
SELECT data, dropped_at FROM blob WHERE ct = ?1;

-- name: blob_drop
-- in: ct:blob, at:msec
-- may: core.record
UPDATE blob SET data = NULL, dropped_at = ?2 WHERE ct = ?1;

-- name: blob_all
-- in: after:blob   out: ct:blob, dropped_at:msec?
-- may: core.record
SELECT ct, dropped_at FROM blob WHERE ct > ?1 ORDER BY ct LIMIT 512;

-- name: erased_order
-- in: key:id, seq:int
-- may: core.record
INSERT INTO erased (key, ordered_seq) VALUES (?1, ?2) ON CONFLICT DO NOTHING;

-- name: erased_done
-- in: key:id, seq:int
-- may: core.record
UPDATE erased SET done_seq = ?2 WHERE key = ?1;

-- name: erased_get
-- in: key:id   out: ordered_seq:int, done_seq:int?
-- may: core.record core.disposal
SELECT ordered_seq, done_seq FROM erased WHERE key = ?1;

-- name: subtree_clear
-- may: cli.record
-- scan: a rebuild empties it
DELETE FROM subtree;

-- name: clock_step_insert
-- in: seq:int
-- may: core.record
INSERT INTO clock_step (seq) VALUES (?1);

-- name: clock_step_next
-- in: after:int   out: seq:int
-- may: core.record
SELECT seq FROM clock_step WHERE seq > ?1 ORDER BY seq LIMIT 1;

-- name: hold_insert
-- in: seq:int, case:id
-- may: core.record
INSERT INTO hold (seq, case_id) VALUES (?1, ?2);

-- name: hold_lift
-- in: seq:int, case:id, by:int
-- may: core.record
UPDATE hold SET lifted = ?3 WHERE seq = ?1 AND case_id = ?2 AND lifted IS NULL;

-- name: hold_of_case
-- in: case:id   out: seq:int
-- may: core.record core.disposal
SELECT seq FROM hold WHERE case_id = ?1 AND lifted IS NULL ORDER BY seq LIMIT 1;

-- name: hold_get
-- in: seq:int, case:id   out: seq:int
-- may: core.record
SELECT seq FROM hold WHERE seq = ?1 AND case_id = ?2 AND lifted IS NULL;

-- name: disposal_insert
-- in: seq:int, case:id
-- may: core.record
INSERT INTO disposal (seq, case_id) VALUES (?1, ?2);

-- name: disposal_key_insert
-- in: seq:int, key:id
-- may: core.record
INSERT INTO disposal_key (seq, key) VALUES (?1, ?2) ON CONFLICT DO NOTHING;

-- name: disposal_key_get
-- in: seq:int, key:id   out: key:id
-- may: core.record
SELECT key FROM disposal_key WHERE seq = ?1 AND key = ?2;

-- name: disposal_key_count
-- in: seq:int   out: n:int
-- may: core.record
SELECT COUNT(*) FROM disposal_key WHERE seq = ?1;

-- name: disposal_get
-- in: seq:int   out: case:id, ordered:int?, done:int?
-- may: core.record
SELECT case_id, ordered, done FROM disposal WHERE seq = ?1;

-- name: disposal_of_case
-- in: case:id   out: seq:int, ordered:int?, done:int?
-- may: core.record
SELECT seq, ordered, done FROM disposal WHERE case_id = ?1 ORDER BY seq DESC LIMIT 1;

-- name: disposal_after
-- in: seq:int   out: seq:int, case:id, ordered:int?, done:int?
-- may: core.record core.disposal
SELECT seq, case_id, ordered, done FROM disposal WHERE seq > ?1 ORDER BY seq LIMIT 256;

-- name: disposal_set_ordered
-- in: seq:int, ordered:int
-- may: core.record
UPDATE disposal SET ordered = ?2 WHERE seq = ?1;

-- name: disposal_set_done
-- in: ordered:int, done:int
-- may: core.record
-- scan: disposals are few
UPDATE disposal SET done = ?2 WHERE ordered = ?1;

-- name: unit_get
-- in: key:id   out: kc:blob
-- may: core.record
SELECT kc FROM unit WHERE key = ?1;

-- name: unit_insert
-- in: key:id, kc:blob
-- may: core.record
INSERT INTO unit (key, kc) VALUES (?1, ?2);
