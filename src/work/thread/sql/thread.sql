-- name: house_put
-- in: class:word, agency:word?
-- may: core.thread
INSERT INTO house (one, class, agency) VALUES (1, ?1, ?2) ON CONFLICT (one) DO UPDATE SET class = ?1, agency = ?2;

-- name: house_get
-- in:   out: class:word, agency:word?
-- may: core.thread
SELECT class, agency FROM house WHERE one = 1;

-- name: wish_insert
-- in: seq:int, idx:int, case_id:id, consent:bool, wish:word, peer:word?, field:word?, class:word?, until_at:msec
-- may: core.thread
INSERT INTO case_wish (seq, idx, case_id, consent, wish, peer, field, class, until_at, ended)
 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, NULL);

-- name: wish_end
-- in: seq:int, at:msec
-- may: core.thread
UPDATE case_wish SET ended = ?2 WHERE seq = ?1 AND ended IS NULL;

-- name: wish_of_case
-- in: case_id:id   out: seq:int, consent:bool, wish:word, peer:word?, field:word?, class:word?, until_at:msec
-- may: core.thread cli.cli
SELECT seq, consent, wish, peer, field, class, until_at FROM case_wish WHERE case_id = ?1 AND ended IS NULL ORDER BY seq, idx;

-- name: thread_insert
-- in: id:id, home:id, kind:word, hub:word, ours:bool, state:word, seq:int, at:msec
-- may: core.thread
INSERT INTO thread (id, home, kind, hub, ours, state, over, version, seq, last_seq, opened, changed, due, embargo)
 VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, ?7, ?7, ?8, ?8, NULL, NULL);

-- name: thread_move
-- in: id:id, state:word, over:bool, version:int, seq:int, at:msec, due:msec?, embargo:msec?
-- may: core.thread
UPDATE thread SET state = ?2, over = ?3, version = ?4, last_seq = ?5, changed = ?6, due = ?7, embargo = ?8 WHERE id = ?1;

-- name: thread_by_id
-- in: id:id   out: id:id, home:id, kind:word, hub:word, ours:bool, state:word, over:bool, version:int, seq:int, last_seq:int, opened:msec, changed:msec, due:msec?, embargo:msec?
-- may: core.thread
SELECT id, home, kind, hub, ours, state, over, version, seq, last_seq, opened, changed, due, embargo FROM thread WHERE id = ?1;

-- name: thread_of_home
-- in: home:id   out: id:id, home:id, kind:word, hub:word, ours:bool, state:word, over:bool, version:int, seq:int, last_seq:int, opened:msec, changed:msec, due:msec?, embargo:msec?
-- may: core.thread
SELECT id, home, kind, hub, ours, state, over, version, seq, last_seq, opened, changed, due, embargo FROM thread WHERE home = ?1
 ORDER BY seq;

-- name: thread_open_due
-- in: due:msec, most:int   out: id:id, home:id, kind:word, hub:word, ours:bool, state:word, over:bool, version:int, seq:int, last_seq:int, opened:msec, changed:msec, due:msec?, embargo:msec?
-- may: core.thread
SELECT id, home, kind, hub, ours, state, over, version, seq, last_seq, opened, changed, due, embargo FROM thread
 WHERE over = 0 AND due <= ?1 ORDER BY due, id LIMIT ?2;

-- name: thread_page
-- in: over:bool, most:int   out: id:id, home:id, kind:word, hub:word, ours:bool, state:word, over:bool, version:int, seq:int, last_seq:int, opened:msec, changed:msec, due:msec?, embargo:msec?
-- may: core.thread
SELECT id, home, kind, hub, ours, state, over, version, seq, last_seq, opened, changed, due, embargo FROM thread
 WHERE over = ?1 ORDER BY coalesce(due, 9007199254740991), seq LIMIT ?2;

-- name: thread_party_insert
-- in: thread:id, node:word, place:int, called:bool
-- may: core.thread
INSERT INTO thread_party (thread, node, place, called, step, step_at, signed) VALUES (?1, ?2, ?3, ?4, NULL, NULL, 0);

-- name: thread_party_step
-- in: thread:id, node:word, step:word, at:msec, signed:int
-- may: core.thread
UPDATE thread_party SET step = ?3, step_at = ?4, signed = ?5 WHERE thread = ?1 AND node = ?2;

-- name: thread_party_call
-- in: thread:id, node:word
-- may: core.thread
UPDATE thread_party SET called = 1 WHERE thread = ?1 AND node = ?2;

-- name: thread_party_call_all
-- in: thread:id
-- may: core.thread
UPDATE thread_party SET called = 1 WHERE thread = ?1;

-- name: thread_party_round
-- in: thread:id
-- may: core.thread
UPDATE thread_party SET step = NULL, step_at = NULL WHERE thread = ?1 AND step IS NOT NULL AND step <> 'decline';

-- name: thread_party_told
-- in: thread:id, node:word, at:msec
-- may: core.thread
UPDATE thread_party SET step = 'told', step_at = ?3 WHERE thread = ?1 AND node = ?2 AND step IS NULL;

-- name: thread_parties
-- in: thread:id   out: node:word, place:int, called:bool, step:word?, step_at:msec?, signed:int
-- may: core.thread
SELECT node, place, called, step, step_at, signed FROM thread_party WHERE thread = ?1 ORDER BY place, node;

-- name: thread_step_insert
-- in: seq:int, thread:id, step:word, node:word, at:msec, version:int, env:id?, kept:int
-- may: core.thread
INSERT INTO thread_step (seq, thread, step, node, at, version, env, kept) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: thread_steps
-- in: thread:id   out: seq:int, step:word, node:word, at:msec, version:int, env:id?, kept:int
-- may: core.thread
SELECT seq, step, node, at, version, env, kept FROM thread_step WHERE thread = ?1 ORDER BY seq;

-- name: draft_insert
-- in: id:id, seq:int, thread:id, home:id, kind:word, step:word, actor:id
-- may: core.thread
INSERT INTO thread_draft (id, seq, thread, home, kind, step, actor, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'waiting');

-- name: draft_set_state
-- in: id:id, state:word
-- may: core.thread
UPDATE thread_draft SET state = ?2 WHERE id = ?1;

-- name: draft_rehome
-- in: old:id, home:id
-- may: core.thread
-- scan: drafts that wait are few
UPDATE thread_draft SET home = ?2 WHERE state = 'waiting' AND home = ?1;

-- name: draft_by_id
-- in: id:id   out: id:id, seq:int, thread:id, home:id, kind:word, step:word, actor:id, state:word
-- may: core.thread
SELECT id, seq, thread, home, kind, step, actor, state FROM thread_draft WHERE id = ?1;

-- name: draft_waiting
-- in:   out: id:id, seq:int, thread:id, home:id, kind:word, step:word, actor:id, state:word
-- may: core.thread
SELECT id, seq, thread, home, kind, step, actor, state FROM thread_draft WHERE state = 'waiting' ORDER BY seq;

-- name: outbox_insert
-- in: env:id, peer:word, eseq:int, thread:id, home:id, kind:word, seq:int, at:msec, exp:msec, after_at:msec?
-- may: core.thread
INSERT INTO outbox (env, peer, eseq, thread, home, kind, seq, at, exp, state, after_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'wait', ?10);

-- name: outbox_peer_put
-- in: peer:word, last:int
-- may: core.thread
INSERT INTO outbox_peer (peer, last) VALUES (?1, ?2) ON CONFLICT (peer) DO UPDATE SET last = ?2;

-- name: outbox_peer_last
-- in: peer:word   out: last:int
-- may: core.thread
SELECT last FROM outbox_peer WHERE peer = ?1;

-- name: outbox_receipt
-- in: env:id, state:word, seq:int, at:msec, rec_seq:int
-- may: core.thread
UPDATE outbox SET state = ?2, receipt_seq = ?3, receipt_at = ?4, rec_seq = ?5 WHERE env = ?1;

-- name: outbox_recalled
-- in: env:id, at:msec
-- may: core.thread
UPDATE outbox SET recalled = ?2 WHERE env = ?1;

-- name: outbox_by_env
-- in: env:id   out: env:id, peer:word, eseq:int, thread:id, home:id, kind:word, seq:int, at:msec, exp:msec, state:word, receipt_at:msec?, rec_seq:int?, recalled:msec?, after_at:msec?
-- may: core.thread
SELECT env, peer, eseq, thread, home, kind, seq, at, exp, state, receipt_at, rec_seq, recalled, after_at FROM outbox WHERE env = ?1;

-- name: outbox_waiting
-- in: at:msec, most:int   out: env:id, peer:word, eseq:int, thread:id, home:id, kind:word, seq:int, at:msec, exp:msec, state:word, receipt_at:msec?, rec_seq:int?, recalled:msec?, after_at:msec?
-- may: core.thread
SELECT o.env, o.peer, o.eseq, o.thread, o.home, o.kind, o.seq, o.at, o.exp, o.state, o.receipt_at, o.rec_seq, o.recalled, o.after_at FROM outbox o
 LEFT JOIN exchange_try t ON t.env = o.env WHERE o.state = 'wait' AND coalesce(t.next_at, 0) <= ?1
 AND coalesce(o.after_at, 0) <= ?1 ORDER BY o.state, o.peer, o.eseq LIMIT ?2;

-- name: outbox_of_thread
-- in: thread:id   out: env:id, peer:word, eseq:int, thread:id, home:id, kind:word, seq:int, at:msec, exp:msec, state:word, receipt_at:msec?, rec_seq:int?, recalled:msec?, after_at:msec?
-- may: core.thread
SELECT env, peer, eseq, thread, home, kind, seq, at, exp, state, receipt_at, rec_seq, recalled, after_at FROM outbox WHERE thread = ?1 ORDER BY seq, env;

-- name: outbox_of_home
-- in: home:id   out: env:id, peer:word, eseq:int, thread:id, home:id, kind:word, seq:int, at:msec, exp:msec, state:word, receipt_at:msec?, rec_seq:int?, recalled:msec?, after_at:msec?
-- may: core.thread
SELECT env, peer, eseq, thread, home, kind, seq, at, exp, state, receipt_at, rec_seq, recalled, after_at FROM outbox WHERE home = ?1 ORDER BY seq, env;

-- name: outbox_prev
-- in: thread:id, peer:word   out: env:id
-- may: core.thread
SELECT env FROM outbox WHERE thread = ?1 AND peer = ?2 AND state IN ('wait', 'accepted') AND kind <> 'piece'
 ORDER BY eseq DESC LIMIT 1;

-- name: outbox_tally
-- in:   out: state:word, count:int
-- may: core.thread
-- scan: a sum over all
SELECT state, count(*) FROM outbox GROUP BY state ORDER BY state;

-- name: told_progress
-- in: home:id, kind:word   out: peer:word, thread:id, state:word, over:bool, sent:word, receipt_at:msec?, answered:msec?, due:msec?
-- may: core.thread
SELECT p.node, t.id, t.state, t.over, o.state, o.receipt_at, p.step_at, t.due FROM thread t JOIN thread_party p ON p.thread = t.id
 JOIN outbox o ON o.thread = t.id AND o.peer = p.node WHERE t.home = ?1 AND t.kind = ?2
 AND o.eseq = (SELECT min(x.eseq) FROM outbox x WHERE x.thread = t.id AND x.peer = p.node) ORDER BY p.node, t.id;

-- name: inbox_insert
-- in: env:id, peer:word, eseq:int, thread:id, home:id, kind:word, seq:int, at:msec, sent:msec, exp:msec, digest:word, tlp:word, purpose:word, onward:word, expires:msec
-- may: core.thread
INSERT INTO inbox (env, peer, eseq, thread, home, kind, seq, at, sent, exp, digest, tlp, purpose, onward, expires)
 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15);

-- name: inbox_peer_put
-- in: peer:word, last:int
-- may: core.thread
INSERT INTO inbox_peer (peer, count, last) VALUES (?1, 1, ?2)
 ON CONFLICT (peer) DO UPDATE SET count = inbox_peer.count + 1, last = CASE WHEN inbox_peer.last < ?2 THEN ?2 ELSE inbox_peer.last END;

-- name: inbox_peer_get
-- in: peer:word   out: count:int, last:int
-- may: core.thread
SELECT count, last FROM inbox_peer WHERE peer = ?1;

-- name: inbox_first_gap
-- in: peer:word   out: eseq:int
-- may: core.thread
SELECT i.eseq + 1 FROM inbox i WHERE i.peer = ?1 AND NOT EXISTS (SELECT 1 FROM inbox j WHERE j.peer = i.peer AND j.eseq = i.eseq + 1)
 ORDER BY i.eseq LIMIT 1;

-- name: inbox_by_env
-- in: peer:word, env:id   out: env:id, peer:word, eseq:int, thread:id, home:id, kind:word, seq:int, at:msec, sent:msec, exp:msec, digest:word, tlp:word, purpose:word, onward:word, expires:msec, recalled:msec?, recall_answer:word?, fixed_by:id?
-- may: core.thread
SELECT env, peer, eseq, thread, home, kind, seq, at, sent, exp, digest, tlp, purpose, onward, expires, recalled, recall_answer, fixed_by
 FROM inbox WHERE peer = ?1 AND env = ?2;

-- name: inbox_any
-- in: env:id   out: env:id, peer:word, eseq:int, thread:id, home:id, kind:word, seq:int, at:msec, sent:msec, exp:msec, digest:word, tlp:word, purpose:word, onward:word, expires:msec, recalled:msec?, recall_answer:word?, fixed_by:id?
-- may: core.thread
SELECT env, peer, eseq, thread, home, kind, seq, at, sent, exp, digest, tlp, purpose, onward, expires, recalled, recall_answer, fixed_by
 FROM inbox WHERE env = ?1 LIMIT 1;

-- name: inbox_refuse
-- in: peer:word, env:id
-- may: core.thread
INSERT INTO inbox_refused (peer, env) VALUES (?1, ?2) ON CONFLICT (peer, env) DO NOTHING;

-- name: inbox_is_refused
-- in: peer:word, env:id   out: env:id
-- may: core.thread
SELECT env FROM inbox_refused WHERE peer = ?1 AND env = ?2;

-- name: inbox_of_thread
-- in: thread:id   out: env:id, peer:word, eseq:int, thread:id, home:id, kind:word, seq:int, at:msec, sent:msec, exp:msec, digest:word, tlp:word, purpose:word, onward:word, expires:msec, recalled:msec?, recall_answer:word?, fixed_by:id?
-- may: core.thread
SELECT env, peer, eseq, thread, home, kind, seq, at, sent, exp, digest, tlp, purpose, onward, expires, recalled, recall_answer, fixed_by
 FROM inbox WHERE thread = ?1 ORDER BY seq;

-- name: inbox_recall
-- in: env:id, peer:word, at:msec
-- may: core.thread
UPDATE inbox SET recalled = ?3 WHERE env = ?1 AND peer = ?2;

-- name: inbox_recall_answer
-- in: env:id, answer:word
-- may: core.thread
UPDATE inbox SET recall_answer = ?2 WHERE env = ?1;

-- name: inbox_fixed
-- in: env:id, peer:word, fixed_by:id
-- may: core.thread
UPDATE inbox SET fixed_by = ?3 WHERE env = ?1 AND peer = ?2;

-- name: serious_put
-- in: case_id:id, seq:int, base:bool, social:bool, size:bool, serious:bool, at:msec
-- may: core.thread
INSERT INTO serious (case_id, seq, base, social, size, serious, judged) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
 ON CONFLICT (case_id) DO UPDATE SET seq = ?2, base = ?3, social = ?4, size = ?5, serious = ?6, judged = ?7;

-- name: serious_get
-- in: case_id:id   out: seq:int, base:bool, social:bool, size:bool, serious:bool, judged:msec
-- may: core.thread
SELECT seq, base, social, size, serious, judged FROM serious WHERE case_id = ?1;

-- name: exchange_try_put
-- in: env:id, tries:int, next_at:msec, why:word
-- may: core.thread
INSERT INTO exchange_try (env, tries, next_at, why) VALUES (?1, ?2, ?3, ?4)
 ON CONFLICT (env) DO UPDATE SET tries = ?2, next_at = ?3, why = ?4;

-- name: exchange_try_get
-- in: env:id   out: tries:int, next_at:msec, why:word
-- may: core.thread
SELECT tries, next_at, why FROM exchange_try WHERE env = ?1;

-- name: exchange_try_done
-- in: env:id
-- may: core.thread
DELETE FROM exchange_try WHERE env = ?1;

-- name: thread_link
-- in: id:id, home:id
-- may: core.thread
UPDATE thread SET home = ?2 WHERE id = ?1;

-- name: proposal_get
-- in: thread:id, kind:word   out: draft:id
-- may: core.thread
SELECT draft FROM thread_proposal WHERE thread = ?1 AND kind = ?2;

-- name: proposal_insert
-- in: thread:id, kind:word, draft:id, seq:int
-- may: core.thread
INSERT INTO thread_proposal (thread, kind, draft, seq) VALUES (?1, ?2, ?3, ?4);

-- name: proposal_wanted
-- in: on:word, kind:word, most:int   out: id:id, home:id, hub:word, seq:int
-- may: core.thread
SELECT t.id, t.home, t.hub, t.seq FROM thread t LEFT JOIN thread_proposal p ON p.thread = t.id AND p.kind = ?2
 WHERE t.kind = ?1 AND t.ours = 0 AND t.over = 0 AND p.thread IS NULL ORDER BY t.seq LIMIT ?3;

-- name: piece_insert
-- in: thread:id, peer:word, doc:word, piece:int, ours:bool, pieces:int, size:int, env:id
-- may: core.thread
INSERT INTO thread_piece (thread, peer, doc, piece, ours, pieces, size, env) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
 ON CONFLICT (thread, peer, doc, ours, piece) DO NOTHING;

-- name: piece_get
-- in: thread:id, peer:word, doc:word, piece:int, ours:bool   out: env:id
-- may: core.thread
SELECT env FROM thread_piece WHERE thread = ?1 AND peer = ?2 AND doc = ?3 AND piece = ?4 AND ours = ?5;

-- name: piece_documents
-- in: thread:id   out: doc:word, peer:word, ours:bool, pieces:int, size:int, have:int
-- may: core.thread
SELECT p.doc, p.peer, p.ours, p.pieces, p.size, sum(CASE WHEN p.ours = 0 OR o.state = 'accepted' THEN 1 ELSE 0 END)
 FROM thread_piece p LEFT JOIN outbox o ON o.env = p.env AND p.ours = 1 WHERE p.thread = ?1
 GROUP BY p.doc, p.peer, p.ours, p.pieces, p.size ORDER BY p.doc, p.peer;
