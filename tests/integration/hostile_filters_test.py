# SPDX-License-Identifier: Apache-2.0
"""Hostile operands of filters, orders and pages, on each database: they find what they say, or are refused by their path."""
import re
import time
import unittest

from databases import on_each_database
from harness import records
from hostile_values_test import DROP, TEXTS, Hostile
from models_test import EVERY_TYPE, ID, entity, field
from nested_writes_test import relation

OPERATORS = ("_eq", "_ne", "_neq", "_gt", "_gte", "_lt", "_lte", "_in", "_nin", "_between", "_contains", "_not_contains", "_starts_with", "_ends_with", "_is_null",
             "_like", "_nlike", "_ilike", "_nilike", "_regex", "_nregex", "_eq; --", "_", "_EQ")
ROW = {"s": "a%b_c\\d'e", "t": "text", "f": 1.5, "i": 1, "l": 2**53 + 1, "b": True, "dt": "2024-01-01T00:00:00", "d": "2024-01-01", "tm": "10:00:00", "j": {"a": 1},
       "e": "A", "m": ["A", "B"], "x": "free"}
ODD = (DROP, "\\", "\\\\", "%", "_", "${x}", ":x", "?", "$1", "%s%n", "\ufeff", "\u202e👩‍👧", "\n", "", " ", "null", True, 0, -1, 1.5, -0.0, 2**31, 2**63, 2**64, 1e300, -1e-300, None,
       [], {}, [[]], [None], {"a": {"_eq": 1}}, {"_eq": {"_eq": 1}}, {"$ref": "x"}, "2023-02-29", "9999-12-31T23:59:59.999999", "24:00", "NaN", "Infinity", "1 or 1=1", "0x1", ["A", "'"])
# What exactly is found, or where it is refused.
EXACT = (
    ({"s": {"_eq": "\0"}}, "filter.s._eq"), ({"s": {"_in": ["x", "a\0b"]}}, "filter.s._in[1]"), ({"s": "\0"}, "filter.s"), ({"t": {"_ne": "\0"}}, "filter.t._ne"),
    ({"s": {"_contains": "\0"}}, "filter.s._contains"), ({"s": {"_not_contains": "a\0b"}}, "filter.s._not_contains"), ({"t": {"_contains": ["x", "\0"]}}, "filter.t._contains[1]"),
    ({"s": {"_starts_with": "\0"}}, "filter.s._starts_with"), ({"s": {"_ends_with": "\0"}}, "filter.s._ends_with"), ({"s": {"_like": "%\0%"}}, "filter.s._like"),
    ({"s": {"_nilike": "\0"}}, "filter.s._nilike"), ({"s": {"_regex": "\0"}}, "filter.s._regex"), ({"s": {"_nregex": "a\0"}}, "filter.s._nregex"),
    ({"e": {"_eq": "\0"}}, "filter.e._eq"), ({"e": {"_contains": "\0"}}, "filter.e._contains"), ({"m": {"_contains": "A\0"}}, "filter.m._contains"), ({"x": "\0"}, "filter.x"),
    ({"j": {"_eq": "\0"}}, "filter.j._eq"), ({"j": {"_in": [{"\0": 1}]}}, "filter.j._in[0]"), ({"j": {"a": "\0"}}, "filter.j"), ({"j": {"_contains": "\0"}}, "filter.j._contains"),
    ({"d": "0000-01-01"}, "filter.d"), ({"d": {"_between": ["0000-12-31", "2024-01-01"]}}, "filter.d._between[0]"), ({"d": {"_gt": "2023-02-29"}}, "filter.d._gt"),
    ({"dt": {"_gt": "0000-12-31"}}, "filter.dt._gt"), ({"dt": {"_lte": "9999-12-31T23:59:59.999999"}}, 1), ({"dt": {"_gte": "0001-01-01"}}, 1), ({"d": {"_gte": "0001-01-01"}}, 1),
    ({"dt": {"_ne": "9999-12-31T23:59:59.999999"}}, 1), ({"tm": {"_lte": "23:59:59.999999"}}, 1), ({"tm": {"_lt": "24:00"}}, "filter.tm._lt"),
    ({"m": {"_contains": "A,B"}}, 0), ({"m": {"_contains": ","}}, 0), ({"m": {"_contains": ""}}, 0), ({"m": {"_contains": "%"}}, 0), ({"m": {"_contains": "A"}}, 1), ({"m": {"_eq": "A,B"}}, 1),
    ({"e": {"_eq": DROP}}, 0), ({"e": {"_in": ["A", DROP, "Z"]}}, 1), ({"e": {"_gt": "A"}}, "filter.e._gt"), ({"e": 1}, "filter.e"),
    ({"i": "1 or 1=1"}, "filter.i"), ({"i": {"_in": ["1", "1; --"]}}, "filter.i._in[1]"), ({"i": 2**31}, "filter.i"), ({"l": 2**64}, "filter.l"), ({"l": 2**53}, 0), ({"l": 2**53 + 1}, 1),
    ({"i": True}, "filter.i"), ({"i": "1"}, 1), ({"f": "NaN"}, "filter.f"), ({"f": 1e300}, 0), ({"f": {"_lt": 1e300}}, 1), ({"f": {"_gt": -1e300}}, 1), ({"f": -0.0}, 0), ({"b": "maybe"}, "filter.b"),
    ({"b": {"_gt": True}}, "filter.b._gt"), ({"i": {"_like": "1"}}, "filter.i._like"), ({"s": {"_contains": {}}}, "filter.s._contains"), ({"s": {"_like": ["x"]}}, "filter.s._like"),
    ({"s": {"_is_null": "false"}}, "filter.s._is_null"), ({"s": {"_between": ["a"]}}, "filter.s._between"), ({"s": {"_between": DROP}}, "filter.s._between"),
    ({"s": {"_eq; --": 1}}, "filter.s._eq; --"), ({DROP: 1}, f"filter.{DROP}"), ({"": 1}, "filter."), ({"s\0": 1}, "filter.s\0"), ({"S": 1}, "filter.S"), ({"_and; --": []}, "filter._and; --"),
    ({"_and": DROP}, "filter._and"), ({"_not": [1]}, "filter._not"), ({"_or": [{"s": {"_near": 1}}]}, "filter._or[0].s._near"), ({"kin": DROP}, "filter.kin"), ({"kin": {DROP: 1}}, f"filter.kin.{DROP}"),
    ({"kin": {"s": {"_like": "'\\"}}}, "filter.kin.s._like"), ({"kin": {"_eq": DROP}}, "filter.kin._eq"), ({"s": {"_like": "%\\"}}, "filter.s._like"), ({"s": {"_ilike": "a\\"}}, "filter.s._ilike"), ({"s": {"_nlike": "\\"}}, "filter.s._nlike"), ({"j": {"_like": "\\"}}, "filter.j._like"),
    ({"s": {"_like": "a\\%b\\_c\\\\d'e"}}, 1), ({"s": {"_like": "a%d'_"}}, 1), ({"s": {"_contains": "%b"}}, 1), ({"s": {"_contains": "a_"}}, 0), ({"s": {"_contains": "c\\d"}}, 1), ({"s": {"_ends_with": "\\d'e"}}, 1),
    *(({"s": {op: p}}, "filter") for op in ("_regex", "_nregex") for p in ("(", "[", "*", "\\", "a{2,1}", "a**", "[z-a]", "(?<a", "\\x{110000}", "a{99999}")))


class HostileFilters(Hostile):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make(entity("V", *EVERY_TYPE, field("x", "EnumRef", **{"from": "Nowhere"}), relation("kin", "T", "id", "v", multiple=True)),
                 entity("T", ID, field("v", "Long"), field("s", length=80), field("t", "Text")))
        for rows, model in (([{**ROW, "id": 1}, {"id": 2}], "V"), ([{"v": 1, "s": t, "t": t} for t in TEXTS], "T")):
            answer = cls.host.post(records("d", model), rows)
            assert answer.status == 200, answer.text

    def found(self, model, condition):
        return [r["s"] for r in self.list(model, filter=condition)]

    def test_each_hostile_text_finds_itself(self):
        for text in TEXTS:
            escaped = re.sub(r"([%_\\])", r"\\\1", text)
            pattern = "^" + re.sub(r"([!-/:-@\[-^`{-~])", r"\\\1", text) + "$"
            for column in ("s", "t"):
                for operator, operand, meant in (("_eq", text, text.__eq__), ("_in", ["nothing", text], text.__eq__), ("_between", [text, text], text.__eq__), ("_like", escaped, text.__eq__),
                                                 ("_regex", pattern, text.__eq__), ("_contains", text, lambda t: text in t), ("_starts_with", text, lambda t: t.startswith(text)),
                                                 ("_ends_with", text, lambda t: t.endswith(text))):
                    with self.subTest(text, operator=operator, column=column):
                        if operator == "_regex" and ("\n" in text or text in ("\U0010ffff", "\ufffd\uffff")):
                            continue  # whether $ is before a line's end, and what is a character, are each engine's
                        found = self.found("T", {column: {operator: operand}})
                        self.assertIn(text, found)
                        if self.kind == "postgresql" or (self.kind == "sqlite" and operator in ("_eq", "_in", "_between", "_regex")):
                            self.assertEqual(found, [t for t in TEXTS if meant(t)])
                        missed = self.found("T", {"_not": {column: {operator: operand}}})
                        self.assertEqual(len(found) + len(missed), len(TEXTS), "each text is found or not")
        self.assertEqual(len(self.found("V", {"kin": {"s": {"_in": TEXTS}}})), 1)

    def test_every_operator_on_every_type_finds_or_refuses(self):
        for name in ROW:
            for operator in OPERATORS:
                for odd in ODD:
                    operand = [odd, odd] if operator == "_between" else [odd] if operator in ("_in", "_nin") and not isinstance(odd, list) else odd
                    answer = self.host.get(records("d", "V"), query={"filter": {name: {operator: operand}}})
                    with self.subTest(field=name, operator=operator, operand=str(odd)[:40]):
                        self.assertIn(answer.status, (200, 400), answer.text[:300])
                        if answer.status == 400:
                            self.assertEqual(answer.json["code"], 1001)
                            self.assertTrue(answer.fields and (answer.fields[0] + ".").startswith(("filter." if operator in ("_regex", "_nregex") else f"filter.{name}.")), answer.text[:300])
                        else:
                            self.assertLessEqual(answer.json["total"], 2)

    def test_filters_find_exactly_what_they_say_or_are_refused_by_their_path(self):
        for condition, expected in EXACT:
            with self.subTest(condition):
                answer = self.host.get(records("d", "V"), query={"filter": condition})
                if isinstance(expected, str):
                    self.assertRefused(answer, expected)
                else:
                    self.assertEqual((answer.status, answer.json.get("total")), (200, expected), answer.text[:300])

    def test_a_number_past_the_signed_ones_is_refused_where_no_column_holds_it(self):
        answer = self.host.get(records("d", "V"), query={"filter": {"l": 2**63}})
        if self.kind == "mariadb":
            self.assertEqual((answer.status, answer.json.get("total")), (200, 0), answer.text[:300])
        else:
            self.assertRefused(answer, "filter.l")

    def test_patterns_that_cost_much_end_soon(self):
        self.made("T", {"t": "a" * 5000 + "!"})
        for pattern in ("(a*)*(b*)*(c*)*$" * 20, "(a+)+$", "(a|a)*$", "(" * 500 + "a" + ")" * 500, "a?" * 200 + "a" * 200, "(((((a{9}){9}){9}){9}){9}){9}", ".*" * 100 + "x"):
            begun = time.monotonic()
            answer = self.host.get(records("d", "T"), query={"filter": {"t": {"_regex": pattern}}})
            with self.subTest(pattern[:40]):
                self.assertIn(answer.status, (200, 400), answer.text[:300])
                self.assertLess(time.monotonic() - begun, 10)
        self.assertEqual(self.host.call("DELETE", records("d", "T") + f"/{len(TEXTS) + 1}").status, 204)

    def test_texts_that_are_no_filter_order_or_page_are_refused(self):
        for name, text, place in (
                ("filter", '{"s":"\\ud800"}', "filter"), ("filter", '{"s":NaN}', "filter"), ("filter", '{"i":1e400}', "filter"), ("filter", "null", "filter"), ("filter", "[]", "filter"),
                ("filter", DROP, "filter"), ("filter", '{"s":' + "[" * 65 + "]" * 65 + "}", "filter"), ("filter", "[" * 2000, "filter"), ("filter", '{"_and":' * 40 + "{}" + "}" * 40, "filter" + "._and" * 33),
                ("filter", "{} {}", "filter"), ("sort", DROP, "sort"), ("sort", "s desc", "sort"), ("sort", '"s"', "sort"), ("sort", "`s`", "sort"), ("sort", "-", "sort"), ("sort", ",", "sort"), ("sort", "1", "sort"),
                ("sort", "(select 1)", "sort"), ("sort", "s.t", "sort"), ("sort", "kin.s", "sort"), ("sort", '[{"field":"s","order":"desc; --"}]', "sort[0]"), ("sort", '[{"field":"s\\u0000"}]', "sort"),
                ("sort", '[{"field":1}]', "sort[0]"), ("sort", "{}", "sort"), ("sort", "[" * 1000, "sort"), ("sort", ",".join(["s"] * 1000), "sort"), ("page", "1; --", "page"), ("page", str(2**64), "page"),
                ("page", "-1", "page"), ("page", "0", "page"), ("page", "１", "page"), ("page", " 1", "page"), ("page", "1.0", "page"), ("current", "1 or 1", "page"), ("size", "0x10", "size"),
                ("size", "9" * 30, "size"), ("size", "0", "size"), ("pageSize", DROP, "size"), ("nestedQuery", DROP, "nestedQuery"), ("nestedQuery", "s", "nestedQuery"), ("nestedQuery", "kin." * 50 + "kin", "nestedQuery")):
            with self.subTest(name=name, text=text[:40]):
                self.assertRefused(self.host.get(records("d", "V"), query={name: text}), place)
        for raw in ("filter=%FF", "filter=%7B%22s%22%3A%22%C0%80%22%7D", "filter=%7B%22s%22%3A%22%ED%A0%80%22%7D", "sort=%00", "sort=s%00", "page=%FF", "size=%", "nestedQuery=%zz", "%FF=1", "filter=%7B%7D%00"):
            with self.subTest(raw):
                answer = self.host.get(records("d", "V") + "?" + raw)
                self.assertEqual((answer.status, answer.json["success"]), (400, False), answer.text)
        self.assertEqual(self.host.get(records("d", "V"), query={"filter": {"s": "x" * 70000}}).status, 414)
        self.assertEqual(len(self.list("V", **{"'; --": DROP, "select": DROP, "order": DROP})), 2)  # nothing reads these


on_each_database(globals(), HostileFilters)

if __name__ == "__main__":
    unittest.main()
