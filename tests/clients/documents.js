// SPDX-License-Identifier: Apache-2.0
'use strict';

const NAMES = ['list_Student', 'find', 'node', 'person', 'people', 'named', 'klass', 'version', 'id', 'name', 'friends', 'age', 'score',
  'active', 'gender', 'tags', 'remark', 'students', 'code', 'subject', '_join', 'create', 'delete', 'changed', 'tick', 'nope', 'nam',
  '__typename', '__schema', '__type', 'list', 'fields', 'type'];
const TYPES = ['Student', 'Klass', 'Teacher', 'Node', 'Named', 'Person', 'Query', 'Mutation', 'Gender', 'String', 'Int_exp', 'Nope',
  'Studen', '__Type'];
const VARIABLE_TYPES = ['Int', 'Int!', '[Int!]', 'String', 'ID', 'Boolean!', 'Boolean', 'Gender', 'JSON', 'Student_bool_exp',
  'Student_bool_exp!', 'Nope', 'Student', '[String]!', 'Float', 'New!', 'One'];
const ODD_VALUES = ['1', '1.5', '"x"', 'true', 'MALE', '[1, 2]', '{a: 1}', '{}', '[]', '9999999999', '-0', '"""b"""', 'FEMAL'];
const ODD_DIRECTIVES = ['@nope', '@skip', '@transform(get: "a.b")', '@export(as: "a")', '@many @many(n: 2)', '@skip(if: true) @skip(if: false)',
  '@export(as: 1, as: "x")', '@internal', '@include(iff: true)', '@deprecated'];
const ODD_DEFINITIONS = ['type X { a: Int }', 'extend type Query { a: Int }', 'schema { query: Query }', 'enum E { A B }',
  'directive @x on FIELD', 'input I { a: Int = 1 }', 'scalar S', 'union U = A | B'];
const ODD_TEXTS = ['{', '}', '(', ')', '"', '$', '!', '...', ':', '@', '[', ']', 'é', '\u0007', '0', '-', '.', '|', '&', '"""', '\\', '#',
  '\n', 'on', 'null', 'query ', '😀', ',', '='];
const ODD_INSERTS = ['', ' ', '{', 'x', '#', '"', '1', '$a', '...F', '@skip(if: true)', 'null'];

/// An endless row of documents, the same for the same seed: some as a careful client writes them, most with slips.
class Documents {
  constructor(schema, seed) {
    this.schema = schema;
    this.types = schema.getTypeMap();
    this.seed = seed;
    this.clean = false;
  }

  next() {
    this.clean = this.below(2) === 0;
    return this.clean ? this.cleanDocument() : this.spoiled(this.sloppyDocument());
  }

  below(n) {
    this.seed = (this.seed * 1103515245 + 12345) % 2147483648;
    return Math.floor(this.seed / 65536) % n;
  }
  pick(list) { return list[this.below(list.length)]; }
  slips(n) { return !this.clean && this.below(n) === 0; }

  cleanDocument() {
    const [kind, root] = this.pick([['query', this.types.Query], ['mutation', this.types.Mutation]]);
    const s = `${kind} ${this.selection(root, 0, [], false)}`;
    if (this.below(2)) return s;
    const at = this.below(s.length);
    return s.slice(0, at) + this.pick(ODD_INSERTS) + s.slice(at + this.below(2));
  }

  sloppyDocument() {
    const fragments = ['F', 'G', 'H'].slice(0, 1 + this.below(3));
    const parts = [];
    for (let n = 1 + !this.below(6); n > 0; --n) parts.push(this.operation(fragments));
    for (const f of fragments) {
      if (!this.below(8)) continue;
      const type = this.pick(['Student', 'Klass', 'Node', 'Query', 'Person', 'Student', 'Named', '__Type', this.pick(TYPES)]);
      parts.push(`fragment ${f} on ${type}${this.directives(true)} ${this.selection(this.types[type], 1, fragments, true)}`);
    }
    if (!this.below(40)) parts.push(this.pick(ODD_DEFINITIONS));
    return parts.join('\n');
  }

  operation(fragments) {
    const kind = this.pick(['query', 'query', 'query', 'mutation', 'subscription']);
    const root = { query: this.types.Query, mutation: this.types.Mutation, subscription: this.types.Subscription }[kind];
    const variables = ['a', 'b', 'c', 'd'].filter(() => this.below(2)).map((v) => `$${v}: ${this.pick(VARIABLE_TYPES)}` +
      (this.below(5) ? '' : ` = ${this.value(this.types.Int, 0, false)}`) + (this.below(15) ? '' : ' @internal'));
    if (!this.below(25) && variables.length) variables.push(variables[0]);
    const name = this.below(3) ? this.pick(['Q', 'R', 'Q1']) : '';
    const head = name || variables.length || kind !== 'query' || this.below(2)
      ? `${kind} ${name}${variables.length ? `(${variables.join(', ')})` : ''}${this.directives(true)} ` : '';
    return head + this.selection(root, 0, fragments, true);
  }

  spoiled(s) {
    const how = this.below(6), at = this.below(s.length);
    if (how === 0) return s.slice(0, at) + s.slice(at + this.below(4));
    return how === 1 ? s.slice(0, at) + this.pick(ODD_TEXTS) + s.slice(at) : s;
  }

  selection(type, depth, fragments, variables) {
    const out = [];
    for (let n = 1 + this.below(depth > 4 ? 1 : 4); n > 0; --n) out.push(this.selected(type, depth, fragments, variables));
    return `{ ${out.join(' ')} }`;
  }

  selected(type, depth, fragments, variables) {
    const how = this.below(20);
    if (how === 0 && !this.clean) return `...${this.pick(fragments)}${this.directives(variables)}`;
    if (how === 1) {
      const on = this.clean || !this.below(3) ? '' : this.pick(TYPES);
      return `...${on ? ` on ${on}` : ''}${this.directives(variables)} ` +
        this.selection(on ? this.types[on] : type, depth + 1, fragments, variables);
    }
    const fields = type?.getFields && !type.getValues ? type.getFields() : {};
    const known = Object.keys(fields);
    const name = known.length && (this.clean || this.below(12)) ? this.pick(known) : this.clean ? '__typename' : this.pick(NAMES);
    const definition = fields[name];
    let named = definition?.type;
    while (named?.ofType) named = named.ofType;
    const composite = named && (named.getFields || named.getTypes) && !named.getValues;
    if (this.clean && composite && depth >= 6) return '__typename';
    const below = this.clean ? composite : (composite ? this.below(25) : !this.below(25)) && depth < 7;
    return (this.below(6) ? '' : `${this.pick(['a', 'b', 'id', 'name'])}: `) + name + this.arguments(definition, variables) +
      this.directives(variables) + (below ? ` ${this.selection(named, depth + 1, fragments, variables)}` : '');
  }

  arguments(definition, variables) {
    const required = (a) => a.type.toString().endsWith('!');
    const given = (definition?.args ?? []).filter((a) => (required(a) ? this.clean || this.below(8) : this.below(3) === 1));
    const list = given.map((a) => `${a.name}: ${this.value(a.type, 0, variables)}`);
    if (this.slips(20)) list.push(this.pick(['nope: 1', 'wher: {}', 'id: 1', 'size: 2', 'first: 1']));
    return list.length ? `(${list.join(', ')})` : '';
  }

  directives(variables) {
    const how = this.clean ? 9 : this.below(30);
    if (how === 0) return ` @skip(if: ${this.value(this.types.Boolean, 0, variables)})`;
    if (how === 1) return ' @include(if: $c)';
    return how === 2 ? ` ${this.pick(ODD_DIRECTIVES)}` : '';
  }

  value(type, depth, variables) {
    const how = this.clean ? 9 : this.below(24);
    if (how === 0 && variables) return `$${this.pick(['a', 'b', 'c', 'd'])}`;
    if (how === 1) return 'null';
    if (how === 2) return this.pick(ODD_VALUES);
    const name = type.toString();
    if (name.endsWith('!')) return this.value(type.ofType, depth, variables);
    if (name.startsWith('[')) {
      if (this.below(5) === 0) return this.value(type.ofType, depth, variables);
      return `[${Array.from({ length: this.below(3) }, () => this.value(type.ofType, depth, variables)).join(', ')}]`;
    }
    if (type.getFields) return this.object(type, depth, variables);
    if (type.getValues) return this.pick(type.getValues()).name;
    return {
      Int: () => String(this.below(100)), Float: () => this.pick(['1.5', '2']), String: () => `"s${this.below(9)}"`,
      Boolean: () => this.pick(['true', 'false']), ID: () => this.pick(['"1"', '7']),
      JSON: () => this.pick(this.clean ? ['1', '"x"', '{a: [1]}'] : ['{a: [1, {b: $a}]}', '1', '"x"', '[1, $b]']),
      DateTime: () => '"2024-02-29T00:00:00"',
    }[name]();
  }

  object(type, depth, variables) {
    const needed = (f) => this.clean && f.type.toString().endsWith('!');
    const all = Object.values(type.getFields());
    const some = depth > 3 ? all.filter(needed) : all.filter((f) => needed(f) || this.below(3) === 0);
    const given = type.isOneOf && this.clean ? all.slice(0, 1) : some;
    const list = given.map((f) => `${f.name}: ${this.value(f.type, depth + 1, variables)}`);
    if (this.slips(15)) list.push(this.pick(['nope: 1', 'nam: "x"', 'age: {_eq: 1}']));
    return `{${list.join(', ')}}`;
  }
}

module.exports = { Documents };
