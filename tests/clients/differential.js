// SPDX-License-Identifier: Apache-2.0
// Documents made at random from a schema, valid and spoiled, judged by the npm package graphql and by ours: both must
// find the same rules broken, with the same words at the same places.
//   node differential.js VALIDATE_LINES [COUNT] [SEED]
'use strict';
const { spawn } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const readline = require('readline');
const { buildSchema, introspectionFromSchema, parse, specifiedRules, validate, version } = require('graphql');
const { Documents } = require('./documents');

const [program, count = '20000', seed = '1'] = process.argv.slice(2);
const schema = buildSchema(fs.readFileSync(path.join(__dirname, 'differential.graphql'), 'utf8'));

/// A rule that signs what it reports.
const signed = specifiedRules.map((rule) => (context) => rule(new Proxy(context, {
  get: (target, key) => (key === 'reportError'
    ? (error) => target.reportError(Object.assign(error, { rule: rule.name.replace(/Rule$/, '') }))
    : typeof target[key] === 'function' ? target[key].bind(target) : target[key]),
})));

function theirs(source) {
  let document;
  try {
    document = parse(source);
  } catch (e) {
    return [{ rule: 'Syntax', message: e.message, locations: e.locations }];
  }
  const judge = (rules) => validate(schema, document, rules)
    .map((e) => ({ rule: e.rule, message: e.message, locations: e.locations ?? [] }));
  try {
    return judge(signed);
  } catch {
    return signed.flatMap((rule, i) => {
      try {
        return judge([rule]);
      } catch { // the package itself stumbles: only that it refuses counts
        return [{ rule: specifiedRules[i].name.replace(/Rule$/, ''), message: 'thrown', locations: [] }];
      }
    });
  }
}

const rulesOf = (errors) => [...new Set(errors.map((e) => e.rule))].sort().join();
// Which pair of conflicting fields is told first is nobody's promise.
const wordsOf = (errors) => errors.filter((e) => e.rule !== 'OverlappingFieldsCanBeMerged' && e.message !== 'thrown')
  .map((e) => `${e.rule} ${e.locations.map((l) => `${l.line}:${l.column}`).join(' ')} ${e.message}`).sort();

/// What is different, or ''.
function difference(ours, peers) {
  if (ours.some((e) => e.rule === 'Bounds') || peers.length >= 100) return ''; // neither looks at all of it
  if (rulesOf(ours) !== rulesOf(peers)) return `rules: ${rulesOf(ours)} / ${rulesOf(peers)}`;
  if (peers.some((e) => e.message === 'thrown')) return '';
  const a = wordsOf(ours), b = wordsOf(peers);
  if (a.join('\n') === b.join('\n')) return '';
  return `words: ${a.filter((x) => !b.includes(x))} / ${b.filter((x) => !a.includes(x))}`;
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenon-differential-'));
const schemaFile = path.join(folder, 'schema.json');
fs.writeFileSync(schemaFile, JSON.stringify(introspectionFromSchema(schema, { inputValueDeprecation: true, oneOf: true })));

const made = new Documents(schema, Number(seed));
const documents = Array.from({ length: Number(count) }, () => made.next());
const child = spawn(program, [schemaFile], { stdio: ['pipe', 'pipe', 'inherit'] });
let compared = 0, valid = 0, different = 0;
readline.createInterface({ input: child.stdout }).on('line', (line) => {
  const source = documents[compared++], peers = theirs(source);
  valid += peers.length === 0;
  const what = difference(JSON.parse(line), peers);
  if (what && ++different <= 10) console.log(`${JSON.stringify(source)}\n  ${what}`);
});
child.on('close', (code) => {
  fs.rmSync(folder, { recursive: true });
  console.log(`graphql ${version}: ${compared} documents compared, ${valid} of them valid, ${different} different`);
  process.exitCode = code === 0 && compared === documents.length && valid > compared / 20 && different === 0 ? 0 : 1;
});
for (const source of documents) child.stdin.write(`${JSON.stringify(source)}\n`);
child.stdin.end();
