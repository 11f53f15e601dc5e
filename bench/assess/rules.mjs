// The APPI 26 rules (items of Rule 7, exemptions, 速報, 確報, notices) for json-rules-engine, JSON Lines in and out.
// node rules.mjs FILE LIMIT: prints answers to standard output, and the cases a second as JSON to standard error.
import { readFileSync } from 'node:fs';
import { Engine } from 'json-rules-engine';

const is = (fact, value) => ({ fact, operator: 'equal', value });
const defaults = {
  node_role: 'reporter', phase: 'incident', org_type: 'private', delegated_to: '', processor_role: 'none',
  principal_notified: false, handles_data: true, cause: 'other', leak: 'none', loss: 'none', damage: 'none',
  recovered_unviewed: false, other_copy_exists: false, unauthorized_subdelegation: false, dishonest_purpose: false,
  against_handler: true, has_personal_data: true, data_state: 'held', intended_as_personal_data: true, persons: 0,
  persons_max: 0, sensitive: false, financial_data: 'none', encryption: 'none', key_compromised: false,
  pseudonymized: false, contactable: true, day: '',
};

const leak = { all: [{ any: [{ fact: 'leak', operator: 'notEqual', value: 'none' }, is('unauthorized_subdelegation', true)] },
  is('recovered_unviewed', false)] };
const loss = { all: [{ fact: 'loss', operator: 'notEqual', value: 'none' }, is('other_copy_exists', false)] };
const damage = { all: [{ fact: 'damage', operator: 'notEqual', value: 'none' }, is('other_copy_exists', false)] };
const item1 = { all: [is('data_state', 'held'), is('sensitive', true)] };
const item2 = { all: [is('data_state', 'held'),
  { fact: 'financial_data', operator: 'in', value: ['full_card_number', 'payment_credentials'] }] };
const since2024 = { fact: 'day', operator: 'notBefore', value: '2024-04-01' };
const item3 = { any: [
  { all: [{ fact: 'day', operator: 'before', value: '2024-04-01' }, is('dishonest_purpose', true), is('data_state', 'held')] },
  { all: [since2024, is('dishonest_purpose', true), is('against_handler', true),
    { any: [is('data_state', 'held'), is('intended_as_personal_data', true)] }] }] };
const item4 = { all: [is('data_state', 'held'), { any: [{ fact: 'persons', operator: 'greaterThan', value: 1000 },
  { fact: 'persons_max', operator: 'greaterThan', value: 1000 }] }] };
const bound = { all: [is('node_role', 'reporter'), is('phase', 'incident'),
  { fact: 'org_type', operator: 'in', value: ['private', 'transferred_corp'] },
  { fact: 'day', operator: 'notBefore', value: '2022-04-01' }] };
const exempt = { any: [is('pseudonymized', true), is('has_personal_data', false), is('handles_data', false),
  { all: [is('encryption', 'advanced'), is('key_compromised', false)] }] };
const freed = { all: [is('processor_role', 'processor'), is('principal_notified', true)] };
const phished = { all: [is('cause', 'phishing_site'), is('against_handler', false)] };
const arises = { all: [bound, { any: [leak, loss, damage] }, { any: [item1, item2, item3, item4] }, { not: exempt }, { not: freed },
  { not: phished }] };

const engine = new Engine([], { allowUndefinedFacts: true });
engine.addOperator('before', (a, b) => a < b);
engine.addOperator('notBefore', (a, b) => a >= b);
const rule = (id, kind, mandatory, ...conditions) => engine.addRule({ name: id, conditions: { all: [arises, ...conditions] },
  event: { type: id, params: { kind, mandatory } } });
rule('APPI26.PRE', 'preliminary', true);
rule('APPI26.FIN', 'final', true);
rule('APPI26.FIN60', 'final', true, item3);
rule('APPI26.PERSON', 'notify_person', true, is('contactable', true));
rule('APPI26.ALT', 'substitute', true, is('contactable', false));
rule('APPI26.PRINCIPAL', 'notify_principal', false, is('processor_role', 'processor'));

const jst = (text) => new Date(Date.parse(text) + 9 * 3600e3);
const plus = (date, days) => new Date(date.getTime() + days * 86400e3).toISOString().slice(0, 10);

const lines = readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean).slice(0, Number(process.argv[3]));
const begin = process.cpuUsage();
for (const line of lines) {
  const one = JSON.parse(line);
  const known = jst(one.known_at);
  const { events } = await engine.run({ ...defaults, ...one.facts, day: known.toISOString().slice(0, 10) });
  const sixty = events.some((e) => e.type === 'APPI26.FIN60');
  const duties = events.filter((e) => e.type !== 'APPI26.FIN60').map((e) => ({ id: e.type,
    recipient: e.type === 'APPI26.PRINCIPAL' ? 'PRINCIPAL' : ['notify_person', 'substitute'].includes(e.params.kind) ? 'PERSONS'
      : one.facts.delegated_to || 'PPC', kind: e.params.kind, mandatory: e.params.mandatory,
    // closed days are left out: that is less work, not more
    due: e.type === 'APPI26.FIN' ? plus(known, sixty ? 59 : 29) : null }));
  process.stdout.write(JSON.stringify({ id: one.id, duties }) + '\n');
}
const used = process.cpuUsage(begin);
const seconds = (used.user + used.system) / 1e6;
process.stderr.write(JSON.stringify({ cases: lines.length, seconds, per_second: Math.round(lines.length / seconds) }) + '\n');
