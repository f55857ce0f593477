# SPDX-License-Identifier: Apache-2.0
"""Hostile values in every way of writing, on each database: kept to the byte or refused by their path, never half done."""
import json
import unittest
from urllib.parse import quote

from databases import OnEachDatabase, on_each_database
from harness import DATASOURCES, records
from models_test import EVERY_TYPE, ID, MODELS, entity, field
from nested_writes_test import BATCH, relation

NATIVE = f"{DATASOURCES}/d/native-query"
IMPORT = f"{DATASOURCES}/d/import"
DROP = "'; drop table \"Neighbour\"; drop table `Neighbour`; --"
TEXTS = ["'", "''", '"', "`", "´’‘", "\\", "\\\\", "\\\\\\'", "\\'; --", DROP, "') or ('1'='1", "${name}", ":name", "::text", "?", "?1", "$1",
         "$$x$$", "%s %n %x", "%", "_", "\\%", "a/*b*/", "--", "#", "E'\\x41'", "x'00'", "null", "NULL", "", " ", "\t \t", "a\r\nb\rc\n",
         "\x01\x08\x1b\x1f\x7f\x80\x9f", "\ufeffx", "x\ufeff", "\u2028\u2029", "\u202eabc\u202c", "עברית", "👩‍👩‍👧‍👦", "e\u0301\u00e9", "\ufffd\uffff",
         "\U0010ffff", "٣", "1e400", "NaN", "0x41", '{"a":"\\u0000"}', "<script>&amp;", "..", "../../etc/passwd", "\\u0000", "x" * 79 + "😀"]
REFUSED, BODY = object(), object()  # by the field's path, or as no JSON at all
# What a request says in JSON, and what is kept.
VALUES = {
    "s": [(r'"\u0000"', REFUSED), (r'"a\u0000b"', REFUSED), (r'"\ud800"', BODY), (r'"\udc00\ud800"', BODY), (b'"\xff"', BODY),
          (b'"\xc0\x80"', BODY), (b'"\xed\xa0\x80"', BODY), (b'"\xf4\x90\x80\x80"', BODY), (b'"\x01"', BODY), (b'"\x00"', BODY),
          (r'"\ud83d\ude00"', "😀"), ('"%s"' % ("é" * 40), "é" * 40), ('"%s"' % ("x" * 41), REFUSED), ('"%s"' % ("😀" * 41), REFUSED),
          ('"%s"' % ("x" * 2**20), REFUSED), ("1e400", BODY), ("NaN", BODY), ("-Infinity", BODY), ("007", BODY), ("'x'", BODY), ("5", "5"),
          ("true", "true"), ('{"a":1,"a":2}', '{"a":2}'), ("null", None), ("[" * 65 + "]" * 65, BODY)],
    "t": [('"%s"' % ("é'" * 2**19), "é'" * 2**19), (r'"\u0000"', REFUSED)],
    "i": [("2147483647", 2**31 - 1), ("-2147483648", -2**31), ("2147483648", REFUSED), ("-2147483649", REFUSED), ("1e2", 100), ("-0", 0), ("-0.0", 0),
          ("01", BODY), ("+1", BODY), ("0x1", BODY), ("1.5", REFUSED), ("1e400", BODY), ('"12"', 12), ('" 1"', REFUSED), ('"1;"', REFUSED), ('"1e2"', REFUSED),
          ('"٣"', REFUSED), ('""', REFUSED), ("true", REFUSED), ("[]", REFUSED), ("{}", REFUSED), ("[1]", REFUSED), (json.dumps(DROP), REFUSED)],
    "l": [("9223372036854775807", 2**63 - 1), ("-9223372036854775808", -2**63), ("9223372036854775808", REFUSED), ("-9223372036854775809", REFUSED),
          ("18446744073709551615", REFUSED), ("18446744073709551616", REFUSED), ("1" * 400, BODY), ("9007199254740993", 2**53 + 1), ("1e300", REFUSED)],
    "f": [("999999999.999", 999999999.999), ("-999999999.999", -999999999.999), ("999999999.9996", REFUSED), ("-999999999.9999", REFUSED),
          ("1000000000", REFUSED), ("0.0005", 0.001), ("0.00049", 0), ("-0.0001", 0), ("1e-400", 0), ("1E5", 100000), ("2.675", 2.675), ('"1e3"', 1000),
          ('"NaN"', REFUSED), ('"Infinity"', REFUSED), ('"-inf"', REFUSED), ('"0x1p3"', REFUSED), ('"1,5"', REFUSED), ('" 1"', REFUSED), ('""', REFUSED),
          ("1e300", REFUSED), ("1e400", BODY), ("-1e400", BODY), ("Infinity", BODY), (".5", BODY), ("5.", BODY), ("true", REFUSED), ("[1]", REFUSED)],
    "b": [("1", True), ("0", False), ('"TRUE"', True), ("2", REFUSED), ('"yes"', REFUSED), ('""', REFUSED), ("[true]", REFUSED), ('"1 or 1=1"', REFUSED)],
    "d": [('"0001-01-01"', "0001-01-01"), ('"0999-12-31"', "0999-12-31"), ('"1582-10-10"', "1582-10-10"), ('"9999-12-31"', "9999-12-31"),
          ('"2024-02-29"', "2024-02-29"), ('"2023-02-29"', REFUSED), ('"1900-02-29"', REFUSED), ('"0000-00-00"', REFUSED), ('"0000-01-01"', REFUSED),
          ('"0000-12-31"', REFUSED), ('"10000-01-01"', REFUSED), ('"-0001-01-01"', REFUSED), ('"2024-00-10"', REFUSED), ('"2024-13-01"', REFUSED),
          ('"2024-1-1"', REFUSED), ('"infinity"', REFUSED), ('"now"', REFUSED), ('"2024-01-01\'"', REFUSED), ("20240101", REFUSED), ('""', None)],
    "dt": [('"0001-01-01T00:00:00"', "0001-01-01T00:00:00"), ('"9999-12-31T23:59:59.999"', "9999-12-31T23:59:59.999"), ('"2024-02-29"', "2024-02-29T00:00:00"),
           ('"0000-00-00 00:00:00"', REFUSED), ('"0000-12-31T23:59:59"', REFUSED), ('"2023-02-29T00:00:00"', REFUSED), ('"2024-01-01T24:00"', REFUSED),
           ('"2016-12-31T23:59:60Z"', REFUSED), ('"2024-01-01T00:00:00+25:00"', REFUSED), ('"9999-12-31T23:59:59-18:00"', REFUSED),
           ('"0001-01-01T00:00:00+18:00"', REFUSED), ('"10000-01-01T00:00:00"', REFUSED), ('"epoch"', REFUSED), ("1704067200", REFUSED), ("[]", REFUSED)],
    "tm": [('"00:00"', "00:00:00"), ('"23:59:59.999"', "23:59:59.999"), ('"24:00"', REFUSED), ('"23:59:60"', REFUSED), ('"-01:00"', REFUSED),
           ('"838:59:59"', REFUSED), ('"12:00+01:00"', REFUSED), ('"7"', REFUSED), ('"12:00; --"', REFUSED), ("12", REFUSED)],
    "j": [('{"a":1,"a":2}', {"a": 2}), ('{"":{"":[]}}', {"": {"": []}}), ("1e300", 1e300), ("-1e-300", -1e-300), ("12345678901234567890", 12345678901234567890),
          (r'"\ufeff{}"', "\ufeff{}"), (r'"\u2028\u0007"', "\u2028\u0007"), (json.dumps({DROP: [DROP, "\\", "${x}", ":x", "?"]}), {DROP: [DROP, "\\", "${x}", ":x", "?"]}),
          ('{"$ref":"0.id"}', {"$ref": "0.id"}), ('{"_eq":1}', {"_eq": 1}), ('"null"', "null"), ("null", None), ("[" * 31 + "]" * 31, json.loads("[" * 31 + "]" * 31)),
          ("[" * 40 + "]" * 40, REFUSED), ("[" * 65 + "]" * 65, BODY), ("[" * 100000, BODY), (r'"\u0000"', REFUSED), (r'{"\u0000":1}', REFUSED), (r'["a\u0000b"]', REFUSED),
          (r'"\ud800"', BODY), ("[1,]", BODY), ("1e400", BODY), ("[NaN]", BODY)],
    "e": [('"A"', "A"), ('"a"', REFUSED), ('"C"', REFUSED), ('""', REFUSED), ('"A "', REFUSED), (r'"A\u0000"', REFUSED), ('"A,B"', REFUSED), ("1", REFUSED),
          ('["A"]', REFUSED), ("{}", REFUSED), (json.dumps(DROP), REFUSED)],
    "m": [('["B","A"]', ["B", "A"]), ('"A,B"', ["A", "B"]), ("[]", []), ('[""]', REFUSED), ('["A,B"]', REFUSED), ('"A,,B"', REFUSED), ("[null]", REFUSED),
          ('[["A"]]', REFUSED), (r'["A\u0000"]', REFUSED), ('{"A":1}', REFUSED), ("1", REFUSED)],
    "x": [('"any \' text"', "any ' text"), (r'"\u0000"', REFUSED), ('"%s"' % ("x" * 256), REFUSED)],  # its enum is not there
}
# Values of a child's fields that are refused whichever way they come.
WRONG = [("n", 999.999), ("n", "NaN"), ("n", []), ("d", "2023-02-29"), ("d", "0000-01-01"), ("s", "x" * 21), ("s", "a\0b"), ("e", "Z"), ("e", DROP), ("j", "\0")]


class Hostile(OnEachDatabase):
    """With an enum, and a table beside all others that nothing may touch."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quiet = [{"id": i + 1, "s": s} for i, s in enumerate(["it's", DROP, "\\"])]
        cls.make({"type": "enum", "name": "Kind", "elements": ["A", "B"]}, entity("Neighbour", ID, field("s")))
        assert cls.host.post(records("d", "Neighbour"), cls.quiet).status == 200

    @classmethod
    def make(cls, *models):
        for model in models:
            answer = cls.host.post(MODELS, model)
            assert answer.status == 200, answer.text

    def tearDown(self):
        """The neighbours are as they were, tables and models say the same, and the host answers."""
        self.assertEqual(self.list("Neighbour"), self.quiet)
        self.assertEqual(self.count("Neighbour"), 3)
        self.assertEqual(self.host.get(MODELS, query={"verify": "true"}).json, [])

    def list(self, model, **query):
        answer = self.host.get(records("d", model), query={"size": 1000, "sort": "id", **query})
        self.assertEqual(answer.status, 200, answer.text)
        return answer.json["list"]

    def count(self, *models):
        """Rows, as the database's own client says."""
        return self.databases.number("d", "select " + " + ".join(f"(select count(*) from {self.quoted(m)})" for m in models))

    def total(self, model):
        return self.host.get(records("d", model), query={"size": 1}).json["total"]

    def made(self, model, body, **more):
        answer = self.host.post(records("d", model), body, **more)
        self.assertEqual(answer.status, 200, answer.text[:300])
        return answer.json

    def assertRefused(self, answer, *fields):
        self.assertEqual(answer.status, 400, answer.text[:300])
        self.assertEqual((answer.json["code"], answer.json["success"], answer.fields), (1001, False, list(fields)), answer.text[:300])

    def assertKept(self, table, name, texts):
        """The database itself holds each text, to the byte."""
        hexed = {"sqlite": f"hex(cast({name} as blob))", "mariadb": f"hex({name})", "postgresql": f"upper(encode(convert_to({name}, 'UTF8'), 'hex'))"}[self.kind]
        listed = ", ".join("'%s'" % t.encode().hex().upper() for t in set(texts))
        self.assertEqual(self.databases.number("d", f"select count(distinct {hexed}) from {table} where {hexed} in ({listed})"), len(set(texts)))


class HostileValues(Hostile):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make(entity("V", *EVERY_TYPE, field("x", "EnumRef", **{"from": "Nowhere"})), entity("T", ID, field("s", length=80), field("t", "Text")),
                 entity("P", ID, field("s"), relation("kids", "K", "id", "p", multiple=True)),
                 entity("K", field("id", identity=True, nullable=False, length=40, defaultValue={"type": "generated", "name": "uuid"}), field("p", "Long"),
                        field("s", length=20), field("t", "Text"), field("n", "Float", precision=5, scale=2), field("d", "Date"),
                        field("e", "EnumRef", **{"from": "Kind"}), field("j", "JSON"), relation("parent", "P", "p", "id")))

    # ---- what is kept ----

    def test_texts_are_kept_to_the_byte_whichever_way_they_are_written(self):
        others = self.count("T")
        for n, text in enumerate(TEXTS):
            with self.subTest(text):
                row = {"s": text, "t": text * 2}
                one = self.made("T", row)
                self.assertEqual({k: one[k] for k in row}, row)
                path = f"{records('d', 'T')}/{self.made('T', {'s': 'before', 't': 'before'})['id']}"
                for method, part in (("PUT", {"s": text}), ("PATCH", {"t": text * 2})):
                    answer = self.host.call(method, path, part)
                    self.assertEqual((answer.status, {k: answer.json[k] for k in part}), (200, part))
                self.assertEqual({k: self.host.get(path).json[k] for k in row}, row)
                key = {"Idempotency-Key": f"text-{n}"}
                self.assertEqual(self.made("T", row, headers=key), self.made("T", row, headers=key))
                parent = self.made("P", {"s": text, "kids": [{"id": f"a{n}", "s": text[:20]}, {"id": f"b{n}", "t": text}]})
                answer = self.host.call("PATCH", f"{records('d', 'P')}/{parent['id']}", {"kids": [{"id": f"a{n}", "t": text}, {"id": f"c{n}", "t": text}]})
                self.assertEqual(answer.status, 200, answer.text)
                answer = self.host.post(BATCH, {"operations": [
                    {"op": "create", "model": "P", "as": text or "p", "data": {"s": text}},
                    {"op": "create", "model": "K", "data": {"id": f"d{n}", "p": {"$ref": "0.id"}, "t": {"$ref": "0.s"}}},
                    {"op": "upsert", "model": "K", "data": {"id": f"d{n}", "s": text[:20]}}]})
                self.assertEqual((answer.status, answer.json["results"][2]["s"], answer.json["results"][2]["t"]), (200, text[:20], text), answer.text)
                kids = {k["id"][0]: (k["s"], k["t"]) for k in self.list("K", filter={"id": {"_in": [f"{c}{n}" for c in "abcd"]}})}
                self.assertEqual(kids, {"a": (text[:20], text), "b": (None, text), "c": (None, text), "d": (text[:20], text)})
        before = self.total("T")
        for query, rows in (({}, [{"s": t, "t": t * 2} for t in TEXTS]), ({"upsert": "true"}, [{"id": 9000 + n, "s": t, "t": t * 2} for n, t in enumerate(TEXTS)])):
            self.assertEqual(self.made("T", rows, query=query), {"affected": len(TEXTS)})
        answer = self.host.post(IMPORT, {"script": json.dumps({"data": [{"modelName": "T", "values": [{"s": t, "t": t * 2} for t in TEXTS]}]})})
        self.assertEqual(answer.status, 204, answer.text)
        late = self.list("T")[before:]
        self.assertEqual(sorted((r["s"], r["t"]) for r in late), sorted((t, t * 2) for t in TEXTS * 3))
        self.assertKept(self.quoted("T"), self.quoted("s"), TEXTS)
        self.assertKept(self.quoted("T"), self.quoted("t"), [t * 2 for t in TEXTS])
        self.assertKept(self.quoted("K"), self.quoted("t"), TEXTS)
        self.assertKept(self.quoted("P"), self.quoted("s"), TEXTS)
        self.assertEqual(self.count("T"), others + len(TEXTS) * 6)

    def test_values_of_each_type_are_kept_or_refused_by_their_path(self):
        seen = self.made("V", {"s": "seen", "j": [1], "m": ["A"], "e": "A"})
        path, kept = f"{records('d', 'V')}/{seen['id']}", 1
        for name, cases in VALUES.items():
            for said, expected in cases:
                with self.subTest(field=name, value=said[:60]):
                    body = b'{"%s":%s}' % (name.encode(), said if isinstance(said, bytes) else said.encode())
                    answer = self.host.post(records("d", "V"), body)
                    if answer.status == 200:
                        kept += 1
                    if expected is REFUSED or expected is BODY:
                        where = name if expected is REFUSED else "body"
                        self.assertRefused(answer, where)
                        self.assertRefused(self.host.call("PATCH", path, body), where)
                        self.assertEqual(self.host.get(path).json, seen)
                        continue
                    self.assertEqual(answer.status, 200, answer.text[:300])
                    found = float(answer.json[name]) if isinstance(expected, float) else answer.json[name]  # PostgreSQL writes out 1e300
                    self.assertEqual((found, type(found) is bool), (expected, type(expected) is bool))
                    self.assertEqual(self.host.get(f"{records('d', 'V')}/{answer.json['id']}").text, answer.text)
        self.assertEqual(self.count("V"), kept)

    def test_a_refused_value_undoes_its_whole_request_and_is_named_by_its_path(self):
        parent = self.made("P", {"s": "p", "kids": [{"id": "old", "s": "old"}]})
        for name, value in WRONG:
            good, bad = {"id": "good", "s": "good"}, {name: value}
            for method, path, body, place in (
                    ("POST", records("d", "K"), bad, ""), ("PUT", records("d", "K") + "/old", {"t": "half", **bad}, ""),
                    ("POST", records("d", "K"), [good, bad], "[1]."), ("POST", records("d", "K") + "?upsert=true", [{"id": "old", "s": "half"}, {"id": "u", **bad}], "[1]."),
                    ("POST", records("d", "P"), {"s": "half", "kids": [good, bad]}, "kids[1]."),
                    ("PATCH", f"{records('d', 'P')}/{parent['id']}", {"s": "half", "kids": [{"id": "old", **bad}]}, "kids[0]."),
                    ("POST", records("d", "K"), {"s": "half", "parent": {"s": "half", "kids": [bad]}}, "parent.kids[0]."),
                    ("POST", BATCH, {"operations": [{"op": "create", "model": "P", "as": "p", "data": {"s": "half"}},
                                                    {"op": "update", "model": "K", "id": "old", "data": {"s": "half"}},
                                                    {"op": "create", "model": "K", "data": {"p": {"$ref": "p.id"}, **bad}}]}, "operations[2].data."),
                    ("POST", BATCH, {"operations": [{"op": "update", "model": "K", "id": "old", "data": bad}]}, "operations[0].data."),
                    ("POST", IMPORT, {"script": json.dumps({"data": [{"modelName": "K", "values": [good, bad]}]})}, "data[0].values[1].")):
                with self.subTest(field=name, value=str(value)[:30], place=place, method=method):
                    for row in self.list("K", filter={"id": {"_in": ["good", "u"]}}):  # what a case that failed has left
                        self.host.call("DELETE", f"{records('d', 'K')}/{row['id']}")
                    before = self.list("P"), self.list("K")
                    self.assertRefused(self.host.call(method, path, body), place + name)
                    self.assertEqual((self.list("P"), self.list("K")), before)

    def test_bodies_that_are_no_record_are_refused_and_strange_members_ignored(self):
        for body in (b"", b"null", b"5", b'"x"', b"[[]]", b"[null]", b"\x00", b'{"s":"a"}\x00', b'{"s":"a"} x', b'{"s":"a"}{}', b"{'s':1}", b'{"\xff":1}', b"{s:1}", b"//\n{}", b'{"s":"a"}\x00{"s":5]'):
            with self.subTest(body):
                before = self.total("T")
                self.assertRefused(self.host.post(records("d", "T"), body), "[0]" if body[:1] == b"[" else "body")
                self.assertEqual(self.total("T"), before)
        self.assertEqual(self.host.post(records("d", "T"), b'{"s":"%s"}' % (b"x" * (11 << 20))).status, 413)
        made = self.made("T", b'\xef\xbb\xbf{"s":"one","__proto__":{"s":1},"s; drop":1,"":1,"\\u0000":1,"s":"two"}')
        self.assertEqual(made["s"], "two", "the last of a key counts, as everywhere in this host")

    # ---- identities ----

    def test_identities_are_kept_and_found_by_their_path_or_refused(self):
        for value in ("'", '"', "`", "\\", "/", "a/../b", "%", "%00", "?", "#", ";", "a b", " ", "a\r\nb", "\ufeff", "👩‍👩‍👧‍👦", "${x}", ":x", "+", "..a", "é" * 40, DROP[:40]):
            with self.subTest(value):
                self.made("K", {"id": value, "s": "x"})
                path = f"{records('d', 'K')}/{quote(value, safe='')}"
                self.assertEqual(self.host.get(path).json["id"], value)
                self.assertEqual(self.host.call("PATCH", path, {"s": "y"}).json["s"], "y")
                answer = self.host.post(BATCH, {"operations": [{"op": "update", "model": "K", "id": value, "data": {"s": "z"}}]})
                self.assertEqual((answer.status, answer.json["results"][0]["s"]), (200, "z"))
                self.assertEqual(self.host.call("DELETE", path).status, 204)
                self.assertEqual(self.host.get(path).status, 404)
        for value in ("", ".", "..", "\0", "a\0b", "x" * 41):
            with self.subTest(value):
                self.assertRefused(self.host.post(records("d", "K"), {"id": value}), "id")
                self.assertRefused(self.host.post(records("d", "K"), [{"id": value}], query={"upsert": "true"}), "[0].id")
                for op in ({"op": "update", "id": value, "data": {"s": "x"}}, {"op": "upsert", "data": {"id": value}}):
                    answer = self.host.post(BATCH, {"operations": [{"model": "K", **op}]})
                    self.assertRefused(answer, "operations[0].id" if "id" in op else "operations[0].data.id")

    def test_identities_in_the_path_reach_no_other_record(self):
        self.made("K", {"id": "old2", "s": "old"})
        rows, count = self.list("K"), self.count("K", "P")
        for model in ("K", "P"):
            for part in ("%27%20or%201=1--", "%00", "a%00b", "%FF", "%C0%80", "%ED%A0%80", "%", "%zz", "%2e%2e", "..%2F..", "1%20or%201", "1;", "+1", "0x1", "1e0", "x" * 5000,
                         "18446744073709551617", "%22%29%3B", "old2%00", "OLD2%27"):
                with self.subTest(model=model, part=part[:40]):
                    for method, body in (("GET", None), ("PUT", {"s": "x"}), ("PATCH", {"s": "x"}), ("DELETE", None)):
                        answer = self.host.call(method, f"{records('d', model)}/{part}", body)
                        self.assertIn(answer.status, (400, 404) + ((204,) if method == "DELETE" and model == "K" else ()), answer.text)
                        if answer.status != 204:
                            self.assertFalse(answer.json["success"])
        self.assertEqual((self.list("K"), self.count("K", "P")), (rows, count))

    # ---- headers, batches, native queries ----

    def test_hostile_headers_are_keys_or_refused(self):
        row = self.made("P", {"s": "tagged"})
        path = f"{records('d', 'P')}/{row['id']}"
        for n, text in enumerate(("'", '"', "\\'", "';drop", "${x}", "%00", "?", ",", "x" * 255)):
            before = self.total("P")
            first, again = (self.made("P", {"s": f"keyed {n}"}, headers={"Idempotency-Key": text}) for _ in range(2))
            self.assertEqual((first, self.total("P")), (again, before + 1), text)
        before = self.count("P")
        for text in (DROP, "", "\t", "é", "x" * 256):
            self.assertRefused(self.host.post(records("d", "P"), {"s": "keyless"}, headers={"Idempotency-Key": text}), "Idempotency-Key")
        for text in (DROP, '"', '"x', "W/\"x\"", ",,,", "é", "", '"' + "x" * 4000 + '"'):
            for method in ("PUT", "DELETE"):
                answer = self.host.call(method, path, {"s": "y"} if method == "PUT" else None, headers={"If-Match": text})
                self.assertEqual((answer.status, answer.json["code"]), (412, 1005), text[:20])
            self.assertEqual(self.host.get(path, headers={"If-None-Match": text}).json, row)
        self.assertEqual(self.count("P"), before)

    def test_hostile_batches_are_refused_by_their_path(self):
        before = self.count("K", "P")
        make = {"op": "create", "model": "P", "as": "p", "data": {"s": "half"}}
        for wrong, place in (({"op": "create; --"}, "op"), ({"op": ["create"]}, "op"), ({"model": "K'"}, "model"), ({"model": "\0"}, "model"), ({"model": "Neighbour\"; --"}, "model"),
                             ({"as": {}}, "as"), ({"as": "p"}, "as"), ({"data": []}, "data"), ({"data": DROP}, "data"), ({"data": {"t": {"$ref": DROP}}}, "data.t"),
                             ({"data": {"t": {"$ref": ""}}}, "data.t"), ({"data": {"t": {"$ref": "p."}}}, "data.t"), ({"data": {"t": {"$ref": "p.id'"}}}, "data.t"),
                             ({"data": {"t": {"$ref": 1}}}, "data.t"), ({"data": {"t": {"$ref": "1.id"}}}, "data.t"), ({"data": {"t": {"$ref": "-1.id"}}}, "data.t"),
                             ({"data": {"t": {"$ref": "18446744073709551616.id"}}}, "data.t"), ({"data": {"j": [[{"$ref": "\0.id"}]]}}, "data.j[0][0]"),
                             ({"op": "update", "id": {"a": 1}}, "id"), ({"op": "delete", "id": 1.5}, "id"), ({"op": "update", "id": DROP, "data": {"s": "x"}}, "id"), ({"op": "update", "id": DROP}, "id")):
            with self.subTest(wrong):
                self.assertRefused(self.host.post(BATCH, {"operations": [make, {"op": "create", "model": "K", "data": {}, **wrong}]}), f"operations[1].{place}")
        self.assertEqual(self.count("K", "P"), before)

    def test_parameters_of_native_queries_are_bound(self):
        table, column, other = (self.quoted(n) for n in ("K", "t", "id"))
        for n, text in enumerate(TEXTS + ["x" * 2**20]):
            with self.subTest(text[:60]):
                given = {"statement": f"insert into {table} ({other}, {column}) values (${{id}}, :text)", "parameters": {"id": f"native{n}", "text": text, DROP: DROP}}
                answer = self.host.post(NATIVE, given)
                self.assertEqual((answer.status, answer.json.get("result")), (200, 1), answer.text[:300])
                given = {"statement": f"select {column} as v from {table} where {other} = :id and {column} in (${{text}})", "parameters": {"id": f"native{n}", "text": [text, DROP]}}
                self.assertEqual(self.host.post(NATIVE, given).json["result"], [{"v": text}])
        before = self.count("K")
        for body, place in (({"parameters": {"t": "\0"}}, "parameters.t"), ({"parameters": {"t": ["x", "a\0b"]}}, "parameters.t"), ({"parameters": {"t'": 1}}, "parameters.t"),
                            ({"parameters": [DROP]}, "parameters"), ({"parameters": DROP}, "parameters"), ({"statement": "select '${t}'", "parameters": {"t": 1}}, "statement"),
                            ({"statement": f"delete from {table}; delete from {table}"}, "statement"), ({"statement": f"delete from {table} where ${{}} = 1"}, "statement"),
                            ({"statement": f"delete from {table} where '"}, "statement"), ({"statement": f"delete from {table} /*"}, "statement"), ({"statement": "\0"}, "statement"),
                            ({"statement": f"delete from {table} where ${{t"}, "statement"), ({"statement": [f"delete from {table}"]}, "statement"), ({"statement": "x" * 2**21}, "statement")):
            with self.subTest(body=str(body)[:60]):
                self.assertRefused(self.host.post(NATIVE, {"statement": f"delete from {table} where {column} = :t", **body}), place)
        self.assertRefused(self.host.post(NATIVE, b'{"statement":"delete from K where t = :t","parameters":{"t":"\xff"}}'), "body")
        self.assertEqual(self.count("K"), before)


on_each_database(globals(), HostileValues)

if __name__ == "__main__":
    unittest.main()
