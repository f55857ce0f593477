# SPDX-License-Identifier: Apache-2.0
"""Hostile IDL documents, and what else models are made with, on each database: made whole or not at all, and refused by
their place."""
import json
import time
import unittest

from databases import on_each_database
from harness import records
from hostile_values_test import DROP, IMPORT, TEXTS, Hostile
from models_test import ID, MODELS, entity, field

EXECUTE = f"{MODELS}/idl/execute"
EXPECTS_MEMBER = 'expected field, "@" or "}" but found '
# Documents that are refused, and where: a place (line, column) or several, or the whole message.
WRONG = (
    # what does not end, or is nested without end
    ('model A { a: String @comment("x }', "line 1, column 30: unterminated string"), ("model A { a: Int /* x }", "line 1, column 18: unterminated comment"),
    ("model A { a: Int // x }", f"line 1, column 24: {EXPECTS_MEMBER}end of input"), ("model A { a: Int", f"line 1, column 17: {EXPECTS_MEMBER}end of input"),
    ("model A { a: Int @default" + "(" * 10000, 'line 1, column 27: expected value but found "("'), ("model A " + "{" * 10000, f'line 1, column 10: {EXPECTS_MEMBER}"{{"'),
    ("model A { a: JSON @default(" + "[" * 10000, (1, 29)), ("model A { a: Int, @index(fields: " + "[a(b: " * 10000, "line 1, column 82: lists are nested deeper than 8 levels"),
    ("}" * 10000, 'line 1, column 1: expected "model" or "enum" but found "}"'), ("/* " * 10000, "line 1, column 1: unterminated comment"), ('model A { a: Int @comment("\\', (1, 27)),
    # one token of a megabyte
    ("A" * 2**20, 'line 1, column 1: expected "model" or "enum" but found "' + "A" * 60 + '"'), ("model " + "A" * 2**20 + " { id: Long @id }", (1, 7)),
    ("model A { id: Long @id, " + "a" * 2**20 + ": Int }", (1, 25)), ("model A { n: Int @default(" + "9" * 2**20 + ") }", (1, 19)), ('model A { s: String @default("' + "x" * 2**20 + '") }', (1, 22)),
    ("model A { s: String @length(" + "9" * 2**20 + ") }", "line 1, column 22: length must be within 1..10485760"), ("x" * (4 * 2**20 + 1), "must have at most 4 MiB of text"),
    # characters that are none, or none of the grammar
    ("model A { id: Long\0 @id }", 'line 1, column 19: unexpected character "U+0000"'), ('model A { s: String @default("a\0b") }', (1, 22)), (r'model A { s: String @default("\u0000") }', (1, 22)),
    ('model A { s: String @comment("\0") }', (1, 22)), (r'model A { @comment("\u0000"), s: Int }', (1, 12)), (r'model A { j: JSON @default("[\"\\u0000\"]") }', (1, 20)),
    (r'model A { s: Int, @index(name: "\u0000", fields: [s]) }', (1, 32)), (r'enum E { A } model A { e: E @default("\u0000") }', (1, 30)), (r'model A { e: Gone @default("\u0000") }', (1, 20)),
    (r'model A { s: Int @comment("\ud83d") }', "line 1, column 28: half of a surrogate pair"), (r'model A { s: Int @comment("\ude00\ud83d") }', (1, 28)), (r'model A { s: Int @comment("\x41") }', (1, 28)),
    (r'model A { s: Int @comment("\u12g4") }', (1, 28)), ("model 😀 { id: Long @id }", 'line 1, column 7: unexpected character "😀"'), ("model A { é: Int }", (1, 11)), ("model ＡＢ { }", (1, 7)),
    ('model "A" { id: Long @id }', "line 1, column 7: expected model name but found a string"), ("model `A` { id: Long @id }", (1, 7)), ("model A { s: String @default('x') }", (1, 30)),
    ('model A { "id": Long @id }', (1, 11)), ("model A.B { id: Long @id }", (1, 8)), ("model A { id: Long @id }; drop table Neighbour", 'line 1, column 25: unexpected character ";"'), ("model A\u00a0{ }", (1, 8)),
    # names
    ("model " + "x" * 200 + " { id: Long @id }", (1, 7)), ("model A { " + "x" * 200 + ": Int }", (1, 11)), ("model A { id: Long @id } model A { id: Long @id }", "line 1, column 32: duplicate object: A"),
    ("enum A { X } model A { id: Long @id }", (1, 20)), ("model A { id: Long @id, ID: Int }", "line 1, column 25: duplicate field"), ("enum E { A, B, A }", (1, 16)), ("model A { a: Long @id, b: Int @id }", (1, 32)),
    ('model A { a: Int, @index(name: "i", fields: [a]), @index(name: "i", fields: [a]) }', (1, 64)), ("model A { a: Int, @index(fields: [nope]) }", (1, 35)), ("model A { a: Int, @index(fields: []) }", (1, 34)),
    ("model Neighbour { id: Long @id }", None), ("enum Kind { X }", None),
    # defaults, lengths and relations
    (f'model A {{ n: Int @default("1; drop table Neighbour") }}', (1, 19)), ("model A { s: String @default(drop()) }", "line 1, column 22: unknown generator drop"), ("model A { s: String @default(now(1)) }", (1, 34)),
    ("model A { n: Int @default(now()) }", (1, 19)), ("model A { s: String @default([x]) }", (1, 22)), ("model A { d: Date @default(\"2023-02-29\") }", (1, 20)), ("model A { d: Date @default(\"0000-01-01\") }", (1, 20)),
    ("model A { f: Float @precision(4) @default(99.999) }", (1, 35)), ("model A { f: Float @precision(66) }", (1, 21)), ("model A { f: Float @precision(4) @scale(5) }", (1, 35)), ("model A { s: String @length(-1) }", (1, 22)),
    ('model A { s: String @length("1; --") }', (1, 22)), ("model A { s: String @unique(maybe) }", (1, 22)), ("enum E { X } model A { e: E @default(Y) }", (1, 30)), ("enum E { X } model A { e: E[] @default([X, Y]) }", (1, 32)),
    ("model A { a: B @id @relation(localField: \"id\"), b: Int }", (1, 17)), ("model A { a: B @unique @relation, b: Int }", (1, 17)), ("model A { a: B @default(1) @relation, b: Int }", (1, 17)),
    # too much
    ("model A { id: Long @id, " + ", ".join(f"f{i}: Int" for i in range(5000)) + " }", (1, 7)), ("model A { id: Long @id, " + ", ".join(["@index(fields: [id])"] * 1001) + " }", (1, 7)),
    ("model A { a: Int " + "@a(" + ",".join(["b: 1"] * 400000) + ") }", "more than 1000000 tokens"),
    # soup
    ("model enum model { enum model : }", 'line 1, column 12: expected "{" but found "model"'), ("enum { model } enum", (1, 6)), ("true false null", (1, 1)), ("@ ( ) [ ] : , ?", (1, 1)), ("model A { @id @unique @default @comment @relation @index, b: Int }", (1, 33), (1, 52)),
    ("model A { a: Int,, }", (1, 18)), ("model A { a:: Int }", (1, 13)), ("model A { a: Int? }", (1, 17)), ("model A { a: [Int] }", (1, 14)), ("model A { a: Int[ }", (1, 19)), ("model A { a Int }", (1, 13)), ("model A { : Int }", (1, 11)),
    ("model A { a: Int @ }", (1, 20)), ("model A { a: Int @x(,) }", (1, 21)), ("model A { a: Int @x(a b) }", (1, 23)), ("enum E { }", 'line 1, column 10: expected enum element but found "}"'), ("enum E { A B }", (1, 12)), ("enum E { 'A' }", (1, 10)), ("model", (1, 6)),
    ("model A { a: Long @length(x) @id(maybe) @default(f()) @comment() @comment([a]) }", (1, 31), (1, 42), (1, 67)),
    # places, whatever ends the lines
    ("model A {\n  id: Long @id\n  a: Int ;\n}", 'line 3, column 10: unexpected character ";"'), ("model A {\r\n  id: Long @id\r\n  a: Int ;\r\n}", 'line 3, column 10: unexpected character ";"'),
    ("model A {\r  id: Long @id\r  a: Int ;\r}", 'line 1, column 35: unexpected character ";"'), ("model A {\u2028 id: Long @id }", 'line 1, column 10: unexpected character "\u2028"'),
    ('model A { id: Long @id @comment("a\u2028b\u2029c\u0085d") ; }', (1, 44)), ("model A {\n\t\tid: Int ;", (2, 11)), ('model A { id: Long @id @comment("😀é👩‍👧") ; }', (1, 42)), ("\ufeffmodel A { ; }", (1, 11)),
    ('model A { id: Long @id @comment("1\n2\r\n3") ;', (3, 5)), ("// é😀\r\n/* a\n b */ model A ;", (3, 15)), ("model A {\v}", 'line 1, column 10: unexpected character "U+000B"'))


class HostileIdl(Hostile):
    def setUp(self):
        for m in self.host.get(MODELS).json:
            if m["name"] not in ("Neighbour", "Kind"):
                self.assertEqual(self.host.call("DELETE", f"{MODELS}/{m['name']}").status, 204)

    def tables(self):
        """As the database's own client says, whatever the host thinks; its own tables aside."""
        where = {"sqlite": "sqlite_master where type = 'table' and name not like 'sqlite~_%' escape '~' and name", "mariadb": "information_schema.tables where table_schema = database() and table_name",
                 "postgresql": "pg_tables where schemaname = 'public' and tablename"}[self.kind]
        return self.databases.number("d", f"select count(*) from {where} not like 'tenon~_%' escape '~'")

    def executed(self, idl):
        answer = self.host.post(EXECUTE, {"idl": idl})
        self.assertEqual(answer.status, 200, answer.text[:300])
        return {m["name"]: m for m in answer.json}

    def assertNothingMade(self):
        self.assertEqual(sorted(m["name"] for m in self.host.get(MODELS).json), ["Kind", "Neighbour"])
        self.assertEqual(self.host.get(MODELS, query={"verify": "true"}).json, [])
        self.assertEqual(self.tables(), 1)

    # ---- documents ----

    def test_documents_that_are_wrong_are_refused_by_their_place_and_make_nothing(self):
        for idl, *places in WRONG:
            for path, body, name in ((EXECUTE, {"idl": idl}, "idl"), (IMPORT, {"script": idl, "type": "IDL"}, "script")):
                if name == "script" and (places == [None] or "[nope]" in idl):
                    continue  # an import extends what is there, and leaves such an index out
                with self.subTest(idl[:80], name=name):
                    begun = time.monotonic()
                    answer = self.host.post(path, body)
                    self.assertLess(time.monotonic() - begun, 5)
                    for m in (self.host.get(MODELS).json if answer.status < 400 else ()):  # so that the next case is none of this one's
                        if m["name"] not in ("Neighbour", "Kind"):
                            self.host.call("DELETE", f"{MODELS}/{m['name']}")
                    self.assertRefused(answer, *[name] * len(places))
                    for place, error in zip(places, answer.json["errors"]):
                        if place is not None:
                            self.assertIn("line %d, column %d: " % place if isinstance(place, tuple) else place, error["message"])
                        self.assertLess(len(error["message"]), 400)
        self.assertNothingMade()

    def test_bodies_that_hold_no_document_are_refused(self):
        for path, name in ((EXECUTE, "idl"), (IMPORT, "script")):
            for text in (b"model A { id: Long \xff@id }", b"model A { \xed\xa0\x80: Int }", b"\\ud800", b"model A { \x00 }", b"\xc0\xaf"):
                self.assertRefused(self.host.post(path, b'{"%s":"%s","type":"IDL"}' % (name.encode(), text)), "body")
            for value in (None, 5, [], {}, ["model A { }"], True):
                self.assertRefused(self.host.post(path, {name: value, "type": "IDL"}), name)
            for body in ([], "model A { }", b'{"%s":' % name.encode() + b"[" * 100000):
                self.assertRefused(self.host.post(path, body), "body")
            self.assertEqual(self.host.post(path, {name: "x" * (11 << 20)}).status, 413)
        for idl in ("", " \r\n\t\f", "\ufeff", "// x", "/* x */", "/***/ //"):
            self.assertEqual(self.executed(idl), {})
        self.assertRefused(self.host.post(IMPORT, {"script": "model A { id: Long @id }", "type": DROP}), "type")
        self.assertNothingMade()

    def test_a_document_whose_last_table_the_database_refuses_leaves_none(self):
        quoted = self.quoted
        self.sql(f"create table {quoted('Behind')} ({quoted('other')} int)" + (f"; create index {quoted('taken')} on {quoted('Behind')} ({quoted('other')})"))
        self.addCleanup(lambda: self.sql(f"drop table {quoted('Behind')}"))
        good = "".join(f'model M{i} {{ id: Long @id @default(autoIncrement()), a?: Int @unique @comment("{DROP[:12]}"), s: String @default("x") }} ' for i in range(5)) + "enum E { A } "
        refused = "@scale(65) @precision(65)" if self.kind == "mariadb" else '@precision(5), @index(name: "taken", fields: [f])'
        for last in (f"model Last {{ id: Long @id, f: Float {refused} }}", "model Behind { id: Long @id, other: Int }"):
            for path, body in ((EXECUTE, {"idl": good + last}), (IMPORT, {"script": good + last, "type": "IDL"})):
                with self.subTest(last, path=path):
                    answer = self.host.post(path, body)
                    self.assertEqual((answer.status, answer.json["code"]), (400, 1001), answer.text)
                    self.assertEqual(sorted(m["name"] for m in self.host.get(MODELS).json), ["Kind", "Neighbour"])
                    self.assertEqual(self.tables(), 2)
        made = self.executed(good)
        self.assertEqual(len(made), 6)
        self.assertEqual(self.tables(), 7)

    def test_a_model_without_columns_is_the_same_on_each_database(self):
        for idl in ("model A { }", 'model A { @comment("x") }', 'model A { b: B[] @relation(localField: "id") }'):
            with self.subTest(idl):
                answer = self.host.post(EXECUTE, {"idl": idl})
                self.host.call("DELETE", f"{MODELS}/A")
                self.assertEqual(answer.status, 400, answer.text)
                self.assertNotIn("syntax", answer.text, "what a database says about our statement is not the caller's")
        self.assertNothingMade()

    # ---- documents that are odd but right ----

    def test_reserved_words_are_names(self):
        self.executed("""model select { id: Long @id @default(autoIncrement()), from: Int, where: String @length(9) @unique, order?: Text, group?: Date, table?: Boolean, null?: Int @default(1), user?: Int,
            primary?: JSON, default?: Float @default(0.5), @index(name: "drop", fields: [from, group: (sort: "desc")]) }
            model model { id: Long @id, model: Int, enum: Int, true: Int, false: enum[] } enum enum { enum, model, select, null, }""")
        row = self.made("select", {"from": 1, "where": DROP[:9], "order": DROP, "primary": {DROP: 1}})
        self.assertEqual((row["where"], row["order"], row["primary"], row["null"], row["default"]), (DROP[:9], DROP, {DROP: 1}, 1, 0.5))
        self.assertEqual(self.list("select", sort="-from,group", filter={"from": 1, "null": 1}), [row])
        self.assertEqual(self.made("model", {"id": 1, "model": 1, "enum": 2, "true": 3, "false": ["enum", "null"]})["false"], ["enum", "null"])
        self.assertEqual((self.count("select"), self.count("model")), (1, 1))

    def test_texts_of_a_document_are_kept_to_the_byte_and_written_out_again(self):
        texts = [t for t in TEXTS if t]
        lines = [f"t{n}: Text @default({json.dumps(t, ensure_ascii=n % 2 == 0)}) @comment({json.dumps(t)}) @additional(a: {json.dumps(t)})" for n, t in enumerate(texts)]
        made = self.executed("model A {\r\n id: Long @id @default(autoIncrement()),\r" + ",\n".join(lines) + f", @comment({json.dumps(DROP)}) }}")["A"]
        self.assertEqual([(f["defaultValue"]["value"], f["comment"], f["additionalProperties"]) for f in made["fields"][1:]], [(t, t, {"a": t}) for t in texts])
        self.assertEqual(made["comment"], DROP)
        row = self.made("A", {})
        self.assertEqual([row[f"t{n}"] for n in range(len(texts))], texts)
        again = self.executed(made["idl"].replace("model A ", "model B ", 1))["B"]
        self.assertEqual([(f["defaultValue"], f["comment"]) for f in again["fields"]], [(f["defaultValue"], f["comment"]) for f in made["fields"]])
        self.assertEqual(again["comment"], DROP)

    def test_relations_in_circles_and_to_nothing_are_made_and_used(self):
        self.executed("""model A { id: Long @id @default(autoIncrement()), bId?: Long, self?: A @relation(localField: "id", foreignField: "id", cascadeDelete: true),
              b?: B @relation(localField: "bId", foreignField: "id", cascadeDelete: true), bs?: B[] @relation(localField: "id", foreignField: "aId", cascadeDelete: true),
              gone?: Nowhere @relation(localField: "no", foreignField: "nope"), odd?: A @relation(localField: "id\\"; drop", foreignField: "'"), word?: Nothing, back?: E @relation }
            model B { id: Long @id @default(autoIncrement()), aId?: Long, a?: A @relation(localField: "aId", foreignField: "id", cascadeDelete: true) } enum E { X }""")
        one = self.made("A", {"word": "free", "bs": [{}, {}]})
        self.assertEqual(self.host.call("PATCH", f"{records('d', 'A')}/{one['id']}", {"bId": 1}).status, 200)
        whole = self.host.get(f"{records('d', 'A')}/{one['id']}", query={"nestedQuery": "true"})
        self.assertEqual((whole.status, len(whole.json["bs"]), whole.json["self"]["id"]), (200, 2, one["id"]), whole.text[:300])
        for name in ("gone", "odd", "back"):
            self.assertRefused(self.host.post(records("d", "A"), {name: {"x": 1}}), name)
            self.assertRefused(self.host.get(records("d", "A"), query={"filter": {name: {"_ne": None}}}), f"filter.{name}._ne")
        self.assertEqual(self.host.call("DELETE", f"{records('d', 'A')}/{one['id']}").status, 204)
        self.assertEqual(self.count("A", "B"), 0)

    def test_large_documents_are_made(self):
        self.executed("/*" + "x" * 2**20 + "*/" + " \n" * 2**19 + "\ufeffmodel\ufeffA { id: Long @id, " + ", ".join(f"f{i}?: Int" for i in range(499)) + " }" + "//" * 2**19)
        self.executed("model B { a: Int " + "@a " * 300000 + "} enum E { " + ", ".join(f"e{i}" for i in range(5000)) + " }" + " ".join(f"model M{i} {{ id: Long @id }}" for i in range(40)))
        self.assertEqual(self.made("A", {"id": 1, "f498": 7})["f498"], 7)
        self.assertEqual(self.tables(), 43)

    # ---- what models are made with ----

    def test_defaults_are_kept_to_the_byte_and_stand_in_the_table_itself(self):
        texts = [t for t in TEXTS if t]
        fields = [field(f"t{n}", "Text" if n % 2 else "String", defaultValue={"type": "fixed", "value": t}) for n, t in enumerate(texts)]
        json_default = {DROP: ["it's", "\\", "${x}", ":x", "?", '"']}
        others = {"i": ("Int", -5), "l": ("Long", -2**63), "f": ("Float", -0.125), "b": ("Boolean", False), "d": ("Date", "9999-12-31"), "dt": ("DateTime", "0001-01-01T00:00:00"),
                  "tm": ("Time", "23:59:59.999"), "j": ("JSON", json_default), "e": ("EnumRef", "B"), "m": ("EnumRef", ["B", "A"])}
        fields += [field(n, t, scale=3, defaultValue={"type": "fixed", "value": v}, **{"from": "Kind"}, multiple=n == "m") for n, (t, v) in others.items()]
        answer = self.host.post(MODELS, entity("Default", ID, *fields, field("w")))
        self.assertEqual(answer.status, 200, answer.text[:300])
        self.sql(f"insert into {self.quoted('Default')} ({self.quoted('w')}) values ('behind the host')")
        self.made("Default", {})
        expected = {**{f"t{n}": t for n, t in enumerate(texts)}, **{n: v for n, (_, v) in others.items()}}
        for row in self.list("Default"):
            self.assertEqual({k: v for k, v in row.items() if k in expected}, expected)
        # A column of such a default, for rows that are there; and one that changes.
        for n, text in enumerate(texts[::4]):
            answer = self.host.post(f"{MODELS}/Default/fields", field(f"late{n}", "Text", nullable=False, comment=text, defaultValue={"type": "fixed", "value": text}))
            self.assertEqual(answer.status, 200, answer.text[:300])
            answer = self.host.call("PUT", f"{MODELS}/Default/fields/t{n}", {"defaultValue": {"type": "fixed", "value": texts[-1 - n]}, "comment": text})
            self.assertEqual((answer.status, answer.json.get("comment")), (200, text), answer.text[:300])
        rows = self.list("Default")
        self.assertEqual([[r[f"late{n}"] for n in range(len(texts[::4]))] for r in rows], [texts[::4]] * 2)
        late = self.made("Default", {})
        self.assertEqual([late[f"t{n}"] for n in range(len(texts[::4]))], texts[::-1][:len(texts[::4])])

    def test_defaults_that_are_no_value_are_refused_and_make_no_table(self):
        for type, value, more in (("String", "a\0b", {}), ("Text", "\0", {}), ("String", "x" * 21, {"length": 20}), ("Int", DROP, {}), ("Int", 2**31, {}), ("Int", "1'", {}),
                                  ("Long", 2**63, {}), ("Float", "NaN", {}), ("Float", 99.999, {"precision": 4}), ("Float", 1e300, {}), ("Boolean", "1; --", {}),
                                  ("Date", "now()", {}), ("Date", "2023-02-29", {}), ("Date", "0000-01-01", {}), ("DateTime", "current_timestamp", {}), ("Time", "24:00", {}),
                                  ("JSON", "\0", {}), ("JSON", ["\0"], {}), ("EnumRef", "Z", {"from": "Kind"}), ("EnumRef", DROP, {"from": "Kind"}), ("EnumRef", "\0", {"from": "Nowhere"})):
            with self.subTest(type=type, value=value):
                answer = self.host.post(MODELS, entity("Bad", ID, field("v", type, defaultValue={"type": "fixed", "value": value}, **more)))
                made = answer.status == 200 and self.host.call("DELETE", f"{MODELS}/Bad").status
                self.assertFalse(made, answer.text[:300])
                self.assertRefused(answer, "fields[1].defaultValue.value")
                self.assertEqual(self.host.get(records("d", "Bad")).status, 404)
        for kind, value, place in (("generated", DROP, "name"), ("generated", "now()", "name"), ("generated", "\0", "name")):
            answer = self.host.post(MODELS, entity("Bad", ID, field("v", defaultValue={"type": kind, "name": value})))
            self.assertRefused(answer, f"fields[1].defaultValue.{place}")
        answer = self.host.post(MODELS, entity("Bad", ID, field("v", "Text", defaultValue={"type": "fixed", "value": "x" * 2**20})))  # more than some can take
        self.assertIn(answer.status, (200, 400), answer.text[:300])
        self.assertTrue(answer.status == 200 or answer.fields, answer.text[:300])
        self.assertEqual(self.host.call("DELETE", f"{MODELS}/Bad").status, 204)

    def test_comments_and_properties_are_kept_to_the_byte(self):
        answer = self.host.post(MODELS, entity("Said", ID, *(field(f"t{n}", comment=t, additionalProperties={t: [t]}) for n, t in enumerate(TEXTS)), comment=DROP,
                                               additionalProperties={DROP: TEXTS}))
        self.assertEqual(answer.status, 200, answer.text[:300])
        model = self.host.get(f"{MODELS}/Said").json
        self.assertEqual((model["comment"], model["additionalProperties"]), (DROP, {DROP: TEXTS}))
        self.assertEqual([(f["comment"], f["additionalProperties"]) for f in model["fields"][1:]], [(t, {t: [t]}) for t in TEXTS])
        held = {"mariadb": "(select column_comment as c from information_schema.columns where table_schema = database() and table_name = 'Said') x",
                "postgresql": "(select description as c from pg_description where objoid = '\"Said\"'::regclass) x"}
        if self.kind in held:
            # What MariaDB says of its tables has no characters beyond the basic plane.
            self.assertKept(held[self.kind], "c", [t for t in TEXTS if t and (self.kind == "postgresql" or max(t) < "\U00010000")])
        for n, text in enumerate(TEXTS):
            answer = self.host.call("PUT" if n else "POST", f"{MODELS}/Ask" if n else MODELS, {"type": "native_query", "name": "Ask", "statement": "select 1", "comment": text})
            self.assertEqual((answer.status, answer.json.get("comment")), (200, text), answer.text[:300])
        for size in (1024, 1025, 100000):  # more than some can take
            for body, place in ((entity("Long", ID, field("v", comment="é" * size)), "fields[1].comment"), (entity("Long", ID, comment="é" * size), "comment")):
                with self.subTest(size=size, place=place):
                    answer = self.host.post(MODELS, body)
                    self.assertIn(answer.status, (200, 400), answer.text[:300])
                    self.assertTrue(answer.status == 200 or answer.fields, answer.text[:300])
                    self.assertEqual(self.host.call("DELETE", f"{MODELS}/Long").status, 204)
        for body, place in ((entity("Zero", ID, field("v", comment="a\0b")), "fields[1].comment"), (entity("Zero", ID, comment="\0"), "comment")):
            with self.subTest(place):
                answer = self.host.post(MODELS, body)
                self.host.call("DELETE", f"{MODELS}/Zero")
                self.assertRefused(answer, place)

    def test_enum_elements_are_identifiers(self):
        wrong = [t for t in TEXTS if t not in ("null", "NULL", "NaN", "_")]
        answer = self.host.post(MODELS, {"type": "enum", "name": "Odd", "elements": ["A", *wrong, "A"]})
        self.assertRefused(answer, *(f"elements[{n + 1}]" for n in range(len(wrong) + 1)))
        answer = self.host.post(MODELS, {"type": "enum", "name": "Odd", "elements": ["null", "select", "x" * 300]})
        self.assertEqual(answer.status, 200, answer.text)


on_each_database(globals(), HostileIdl)

if __name__ == "__main__":
    unittest.main()
