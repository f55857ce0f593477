# SPDX-License-Identifier: Apache-2.0
"""Connections of GraphQL: pages by a place in the order."""
import unittest

from databases import on_each_database
from graphql_case import GraphqlCase

PAGE = """query($first: Int, $after: String, $last: Int, $before: String, $where: school_Student_bool_exp, $sort: [school_Student_order_by!]) {
  c: school_Student_connection(first: $first, after: $after, last: $last, before: $before, where: $where, sort: $sort) { ...P } }
  fragment P on school_Student_connection { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount }"""

SORTS = ([], [{"bornAt": "asc"}], [{"bornAt": "desc"}], [{"bornAt": "asc_nulls_last"}], [{"bornAt": "desc_nulls_first"}],
         [{"age": "desc"}, {"studentName": "asc"}], [{"age": "asc", "id": "desc"}], [{"gender": "asc"}], [{"gender": "desc"}, {"bornAt": "asc_nulls_last"}],
         [{"studentClass": {"className": "desc"}}], [{"studentDetail": {"description": "asc_nulls_last"}}], [{"studentDetail": {"description": "desc_nulls_first"}}],
         [{"studentClass": {"students_aggregate": {"count": "desc"}}}, {"studentName": "desc"}])


class Connections(GraphqlCase):
    host_options = {**GraphqlCase.host_options, "configs": {"graphql": {"limits": {"cost": 0}}}}  # pages as long as may be

    def page(self, **variables):
        return self.data(PAGE, variables)["c"]

    def ids(self, page):
        return [e["node"]["id"] for e in page["edges"]]

    def test_a_page_in_whole(self):
        page = self.page(first=2)
        self.assertEqual(self.ids(page), ["1", "2"])
        cursors = [e["cursor"] for e in page["edges"]]
        self.assertEqual(page["pageInfo"], {"hasNextPage": True, "hasPreviousPage": False, "startCursor": cursors[0], "endCursor": cursors[1]})
        self.assertEqual(page["totalCount"], 3)
        last = self.page(first=2, after=cursors[1])
        self.assertEqual((self.ids(last), last["pageInfo"]["hasNextPage"], last["pageInfo"]["hasPreviousPage"]), (["3"], False, True))
        none = self.page(first=2, after=last["pageInfo"]["endCursor"])
        self.assertEqual(none, {"edges": [], "totalCount": 3, "pageInfo": {"hasNextPage": False, "hasPreviousPage": True, "startCursor": None, "endCursor": None}})
        self.assertEqual(self.page(first=0)["pageInfo"], {"hasNextPage": True, "hasPreviousPage": False, "startCursor": None, "endCursor": None})
        self.assertEqual(self.ids(self.page()), ["1", "2", "3"])

    def test_pages_follow_one_another_in_every_order_from_both_ends(self):
        listing = "query($sort: [school_Student_order_by!]) { l: school_list_Student(sort: $sort) { id } }"
        for sort in SORTS:
            with self.subTest(sort):
                expected = [s["id"] for s in self.data(listing, {"sort": sort})["l"]]
                for size in (1, 2, 3):
                    found, after = [], None
                    for _ in range(4):
                        page = self.page(first=size, after=after, sort=sort)
                        found += self.ids(page)
                        after = page["pageInfo"]["endCursor"]
                        if not page["pageInfo"]["hasNextPage"]:
                            break
                    self.assertEqual(found, expected)
                    found, before = [], None
                    for _ in range(4):
                        page = self.page(last=size, before=before, sort=sort)
                        found = self.ids(page) + found
                        before = page["pageInfo"]["startCursor"]
                        if not page["pageInfo"]["hasPreviousPage"]:
                            break
                    self.assertEqual(found, expected)
                cursors = [e["cursor"] for e in self.page(sort=sort)["edges"]]
                between = self.page(after=cursors[0], before=cursors[2], sort=sort)
                self.assertEqual(self.ids(between), expected[1:2])
                self.assertEqual((between["pageInfo"]["hasPreviousPage"], between["pageInfo"]["hasNextPage"]), (True, True))

    def test_a_cursor_outlives_its_record_and_what_comes_before_it(self):
        self.datasource("moving", "model N { id: Long @id, rank?: Int }")
        self.fill("moving", N=[{"id": i, "rank": i % 3} for i in range(1, 10)])
        query = "query($after: String) { c: moving_N_connection(first: 3, after: $after, sort: [{rank: desc}]) { nodes { id } pageInfo { endCursor } } }"
        first = self.data(query)["c"]
        self.assertEqual([n["id"] for n in first["nodes"]], ["2", "5", "8"])
        self.data("mutation { a: moving_delete_N(where: {id: {_in: [2, 8]}}) { affected_rows } b: moving_create_N(data: {id: 11, rank: 2}) { id } }")
        second = self.data(query, {"after": first["pageInfo"]["endCursor"]})["c"]
        self.assertEqual([n["id"] for n in second["nodes"]], ["11", "1", "4"])

    def test_moments_numbers_and_texts_are_places(self):
        self.datasource("kinds", "model K { id: Long @id, f?: Float, t?: String, d?: Date, at?: DateTime, h?: Time, b?: Boolean }")
        self.fill("kinds", K=[{"id": 1, "f": 0.1, "t": "é\"\\", "d": "2020-02-29", "at": "2020-02-29T10:11:12.345", "h": "23:59:59", "b": True},
                              {"id": 2, "f": -3.25, "t": "", "d": "1999-12-31", "at": "2020-02-29T10:11:12.346", "h": "00:00:00", "b": False},
                              {"id": 3, "f": None, "t": None, "d": None, "at": None, "h": None, "b": None},
                              {"id": 4, "f": 12345678.25, "t": "z" * 200, "d": "2020-03-01", "at": "2020-02-29T10:11:12.345", "h": "12:30:00.5", "b": True}])
        query = """query($after: String, $sort: [kinds_K_order_by!]) { c: kinds_K_connection(first: 1, after: $after, sort: $sort) {
                     nodes { id } pageInfo { hasNextPage endCursor } } l: kinds_list_K(sort: $sort) { id } }"""
        for field in ("f", "t", "d", "at", "h", "b"):
            for order in ("asc", "desc", "asc_nulls_last"):
                with self.subTest(field=field, order=order):
                    found, after = [], None
                    for _ in range(5):
                        data = self.data(query, {"after": after, "sort": [{field: order}]})
                        found += data["c"]["nodes"]
                        after = data["c"]["pageInfo"]["endCursor"]
                        if not data["c"]["pageInfo"]["hasNextPage"]:
                            break
                    self.assertEqual(found, data["l"])

    def test_numbers_without_a_last_digit_are_places(self):
        single, double = {"sqlite": ("real", "real"), "mariadb": ("float", "double"), "postgresql": ("real", "double precision")}[self.databases.kind]
        values = ("0.1", "0.2", "0.30000000000000004", "0.3333333333333333", "16777216.5", "1e-7", "1234567890123.4567", "-0.1", "0.1", "9007199254740993", "2.5")
        exact = ("5", "123456789012345.00002", "123456789012345.00001", "-0.00001", "123456789012345.00003", "0.1", "0", "-123456789012345.99999", "0.00001", "1", "2")
        rows = ",".join(f"({i}, {v}, {v}, {e})" for i, (v, e) in enumerate(zip(values, exact), 1))
        self.synced("floats", f"create table measured (id integer primary key, s {single}, d {double}, e numeric(20,5)); insert into measured values {rows}, (99, null, null, null);")
        query = """query($first: Int, $after: String, $last: Int, $before: String, $sort: [floats_measured_order_by!]) {
                     c: floats_measured_connection(first: $first, after: $after, last: $last, before: $before, sort: $sort) {
                     nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } l: floats_list_measured(sort: $sort) { id } }"""
        for field in ("s", "d", "e"):
            for order in ("asc", "desc"):
                for counted, place, cursor, more in (("first", "after", "endCursor", "hasNextPage"), ("last", "before", "startCursor", "hasPreviousPage")):
                    with self.subTest(field=field, order=order, counted=counted):
                        found, at = [], None
                        for _ in range(len(values) + 2):
                            data = self.data(query, {counted: 1, place: at, "sort": [{field: order}, {"id": "asc"}]})
                            found = found + data["c"]["nodes"] if counted == "first" else data["c"]["nodes"] + found
                            at = data["c"]["pageInfo"][cursor]
                            if not data["c"]["pageInfo"][more]:
                                break
                        self.assertEqual(found, data["l"])

    def test_conditions_aliases_joins_and_what_is_below(self):
        data = self.data("""query($w: school_Student_bool_exp) { c: school_Student_connection(first: 5, where: $w, sort: [{studentName: asc}]) {
              __typename names: nodes { studentName } nodes { studentClass { className students(limit: 1) { id } } }
              edges { node { studentDetail { description } interest _join { t: school_aggregate_Classes { _count } } } __typename }
              e: edges @transform(get: "node.id") { node { id } } totalCount again: totalCount } }""", {"w": {"age": {"_eq": 10}}})
        one = {"studentClass": {"className": "One", "students": [{"id": "1"}]}}
        self.assertEqual(data["c"], {
            "__typename": "school_Student_connection", "names": [{"studentName": "Li Si"}, {"studentName": "Zhang San"}], "nodes": [one, one],
            "edges": [{"node": {"studentDetail": {"description": "about Li"}, "interest": ["dance"], "_join": {"t": {"_count": 3}}}, "__typename": "school_Student_edge"},
                      {"node": {"studentDetail": {"description": "about Zhang"}, "interest": ["sing", "rap"], "_join": {"t": {"_count": 3}}}, "__typename": "school_Student_edge"}],
            "e": ["2", "1"], "totalCount": 2, "again": 2})
        joined = self.data("{ s: school_find_one_Classes { _join { c: school_Student_connection(last: 1) { nodes { id } edges { _join { a: __typename } } _join { n: school_find_one_Classes { id } } } } } }")
        self.assertEqual(joined["s"]["_join"]["c"], {"nodes": [{"id": "3"}], "edges": [{"_join": {"a": "Query"}}], "_join": {"n": {"id": "1"}}})
        self.assertEqual(self.data("{ c: school_Student_connection { nodes { __typename } } d: school_Student_connection { totalCount } e: school_Student_connection { __typename } }"),
                         {"c": {"nodes": [{"__typename": "school_Student"}] * 3}, "d": {"totalCount": 3}, "e": {"__typename": "school_Student_connection"}})

    def test_a_page_is_one_statement_and_its_total_another(self):
        query = """{ c: school_Student_connection(first: 2, sort: [{bornAt: desc}]) { nodes { studentClass { id } } edges { cursor node { studentDetail { id } } }
                     pageInfo { hasNextPage } %s } }"""
        for total, statements in (("", 3), ("totalCount", 4)):
            self.data(query % total)  # prepared
            self.assert_selects(statements, lambda: self.data(query % total))

    def test_what_is_no_place_in_this_order_is_refused(self):
        cursor = self.page(first=1)["pageInfo"]["endCursor"]
        by_name = "{ c: school_Student_connection(after: %s, sort: [{studentName: asc}]) { totalCount nodes { id } } }"
        self.assertEqual(self.messages(by_name % f'"{cursor}"'), ["after is a cursor of another order, or of another field"])
        for other in ("nope", "", "WzFd", "?"):
            self.assertEqual(self.messages(by_name % f'"{other}"'), ["after is no cursor"])
        self.assertEqual(self.messages('{ c: school_Classes_connection(before: "%s") { nodes { id } } }' % cursor),
                         ["before is a cursor of another order, or of another field"])
        for arguments, message in (("first: 1, last: 1", "first does not go with last: a page is counted from one end"),
                                   ("first: -1", "first must be a whole number from 0 to 10000"), ("last: 10001", "last must be a whole number from 0 to 10000"),
                                   ("sort: [{remark: asc}]", "sort pages are not ordered by JSON: remark")):
            answer = self.ask("{ c: school_Student_connection(%s) { nodes { id } } }" % arguments).json
            self.assertEqual((answer["data"], [(e["message"], e["path"], e["extensions"]["code"]) for e in answer["errors"]]),
                             (None, [(message, ["c"], "validation-failed")]))


on_each_database(globals(), Connections)
del GraphqlCase

if __name__ == "__main__":
    unittest.main()
