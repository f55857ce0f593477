# SPDX-License-Identifier: Apache-2.0
"""What GraphQL queries answer where values, keys and bounds are unusual."""
import unittest

from databases import PLUGINS, on_each_database
from graphql_case import GraphqlCase
from harness import records

MOST = 2 ** 63 - 1


class Reads(GraphqlCase):
    def test_relations_over_texts_answer_what_a_join_in_the_database_would(self):
        self.datasource("keys", """model Par { id: Long @id, code?: String, kids?: Kid[] @relation(localField: "code", foreignField: "code") }
                                   model Kid { id: Long @id, code?: String }""")
        self.fill("keys", Par=[{"id": 1, "code": "A"}, {"id": 2, "code": "a"}, {"id": 3, "code": "b"}],
                  Kid=[{"id": 1, "code": "A"}, {"id": 2, "code": "a"}, {"id": 3, "code": "B"}])
        expected = [["1", "2"], ["1", "2"], ["3"]] if self.kind == "mariadb" else [["1"], ["2"], []]
        query = "{ l: keys_list_Par(order_by: {id: asc}) { kids(order_by: {id: asc}) { id } one: kids(limit: 1) { id } kids_aggregate { _count _max { id } } } }"
        for par, kids in zip(self.data(query)["l"], expected):
            self.assertEqual(par, {"kids": [{"id": k} for k in kids], "one": [{"id": k} for k in kids[:1]],
                                   "kids_aggregate": {"_count": len(kids), "_max": {"id": kids[-1] if kids else None}}})
        joined = self.databases.sql("keys", 'select count(*) from "Par" p join "Kid" k on k."code" = p."code";') if self.kind != "sqlite" else None
        if joined is not None:
            self.assertIn(str(sum(map(len, expected))), joined)

    def test_an_order_along_a_relation_to_one_of_several_is_by_the_one_that_is_shown(self):
        self.datasource("several", """model A { id: Long @id, code?: Int, b?: B @relation(localField: "code", foreignField: "code") }
                                      model B { id: Long @id, code?: Int, rank?: Int, c?: C @relation(localField: "rank", foreignField: "rank") }
                                      model C { id: Long @id, rank?: Int, name?: String }""")
        self.fill("several", A=[{"id": 1, "code": 1}, {"id": 2, "code": 2}, {"id": 3, "code": 3}],
                  B=[{"id": 1, "code": 1, "rank": 9}, {"id": 2, "code": 1, "rank": 1}, {"id": 3, "code": 2, "rank": 5}],
                  C=[{"id": 1, "rank": 9, "name": "x"}, {"id": 2, "rank": 9, "name": "a"}, {"id": 3, "rank": 5, "name": "c"}])
        self.assertEqual(self.data("{ l: several_list_A(sort: [{b: {rank: desc}}]) { id b { rank } } }")["l"],
                         [{"id": "1", "b": {"rank": 9}}, {"id": "2", "b": {"rank": 5}}, {"id": "3", "b": None}])
        self.assertEqual([a["id"] for a in self.data("{ l: several_list_A(sort: [{b: {c: {name: asc_nulls_last}}}]) { id } }")["l"]], ["2", "1", "3"])

    def test_sums_have_all_their_digits(self):
        self.datasource("sums", "model N { id: Long @id, n?: Long, g?: Long }")
        self.fill("sums", N=[{"id": i, "n": MOST, "g": i % 2} for i in range(1, 4)] + [{"id": 4, "n": -5, "g": 5}, {"id": 5, "n": None, "g": 6}])
        self.assertEqual(self.data("{ a: sums_aggregate_N { _sum { n } } b: sums_aggregate_N(where: {g: {_eq: 5}}) { _sum { n } } "
                                   "c: sums_aggregate_N(where: {g: {_eq: 6}}) { _sum { n } } }"),
                         {"a": {"_sum": {"n": 3 * MOST - 5}}, "b": {"_sum": {"n": -5}}, "c": {"_sum": {"n": None}}})
        text = self.ask('{ a: sums_aggregate_N @transform(get: "_sum.n") { _sum { n } } }').text
        self.assertIn(f'"a":{3 * MOST - 5}', text)

    def test_types_of_postgresql_that_have_no_order_of_their_own(self):
        if self.kind != "postgresql":  # the others have neither
            return
        first, last = "11111111-0000-4000-8000-000000000001", "eeeeeeee-0000-4000-8000-000000000002"
        self.synced("odd", f"""create table things (id uuid primary key, j json, n int);
            insert into things values ('{last}', '{{"a":1}}', 1), ('{first}', '[2]', 2), ('22222222-0000-4000-8000-000000000003', null, 3);""")
        self.assertEqual(self.data("{ a: odd_aggregate_things { _max { id } _min { id } _count(distinct: true, field: j) } }"),
                         {"a": {"_max": {"id": last}, "_min": {"id": first}, "_count": 2}})
        self.assertEqual([t["n"] for t in self.data("{ l: odd_list_things(sort: [{j: desc}]) { n } }")["l"]], [1, 2, 3])
        self.assertEqual(self.data(f'{{ a: odd_find_by_id_things(id: "zz") {{ n }} b: odd_find_by_id_things(id: "{last}") {{ n }} }}'),
                         {"a": None, "b": {"n": 1}})

    def test_a_condition_that_is_nested_too_deeply_is_refused_in_words(self):
        def nested(levels):
            return "{_and: [" * levels + "{age: {_eq: 10}}" + "]}" * levels
        self.assertEqual(len(self.data("{ l: school_list_Student(where: %s) { id } }" % nested(30))["l"]), 2)
        for levels in (33, 64, 90):
            answer = self.ask("{ l: school_find_one_Student(where: %s) { id } }" % nested(levels)).json
            self.assertEqual((answer["data"], [(e["message"], e["extensions"]["code"], e["path"]) for e in answer["errors"]]),
                             ({"l": None}, [("where is nested deeper than 32 levels", "limit-exceeded", ["l"])]))
        operand = '{ l: school_list_Student(where: {remark: {_eq: "%s"}}) { id } }' % ("[" * 60 + "]" * 60)
        self.assertIn("nested too deep", self.messages(operand)[0])

    def test_a_stored_value_that_is_none_of_its_enum_is_null_and_told(self):
        self.datasource("enums", 'enum E { A, B } model T { id: Long @id, one?: E, many?: E[] }')
        self.fill("enums", T=[{"id": 1, "one": "A", "many": ["A", "B"]}, {"id": 2, "one": "B", "many": []}])
        self.databases.sql("enums", """update "T" set "one" = 'no"pe', "many" = 'A,x,B' where "id" = 1;""")
        answer = self.ask("{ l: enums_list_T(order_by: {id: asc}) { one many } a: enums_aggregate_T { _max { one } _min { one } } }").json
        self.assertEqual(answer["data"], {"l": [{"one": None, "many": ["A", None, "B"]}, {"one": "B", "many": []}],
                                          "a": {"_max": {"one": None}, "_min": {"one": "B"}}})
        self.assertEqual([(e["message"], e["path"]) for e in answer["errors"]],
                         [('Enum "enums_E" cannot represent value: "no\\"pe"', ["l", 0, "one"]),
                          ('Enum "enums_E" cannot represent value: "x"', ["l", 0, "many", 1]),
                          ('Enum "enums_E" cannot represent value: "no\\"pe"', ["a", "_max", "one"])])

    def test_numbers_without_a_sign_are_found(self):
        if self.kind != "mariadb":  # the others have no such columns
            self.datasource("signed", "model N { id: Long @id }")
            self.fill("signed", N=[{"id": 1}])
            self.assertEqual(self.data(f'{{ a: signed_find_by_id_N(id: "{MOST + 1}") {{ id }} }}'), {"a": None})
            return
        large = 2 ** 64 - 1
        self.synced("unsigned", f"""create table par (id bigint unsigned primary key);
            create table kid (id int primary key, par_id bigint unsigned, foreign key (par_id) references par (id));
            insert into par values (1), ({MOST + 1}), ({large});
            insert into kid values (1, {large}), (2, {large}), (3, {MOST + 1}), (4, 1);""")
        self.assertEqual(self.data("query($id: Int) { a: unsigned_find_by_id_par(id: \"%d\") { id } b: unsigned_list_par(where: {id: {_eq: $id}}) { id } "
                                   "c: unsigned_list_par(where: {id: {_in: [%d, 1]}}, order_by: {id: desc}) { id } d: unsigned_list_par(where: {id: {_gt: %d}}) { id } }"
                                   % (large, MOST + 1, MOST + 1), {"id": large}),
                         {"a": {"id": str(large)}, "b": [{"id": str(large)}], "c": [{"id": str(MOST + 1)}, {"id": "1"}], "d": [{"id": str(large)}]})
        self.assertEqual(self.data("{ l: unsigned_list_par(order_by: {id: asc}) { kids { id } } k: unsigned_list_kid(order_by: {id: asc}) { par { id } } }"),
                         {"l": [{"kids": [{"id": "4"}]}, {"kids": [{"id": "3"}]}, {"kids": [{"id": "1"}, {"id": "2"}]}],
                          "k": [{"par": {"id": str(large)}}, {"par": {"id": str(large)}}, {"par": {"id": str(MOST + 1)}}, {"par": {"id": "1"}}]})

    def test_what_is_related_to_a_record_without_identity_is_there_when_it_is_made(self):
        self.datasource("bare", """model Par { id: Long @id, name?: String }
            model Log { parId?: Long, text?: String, par?: Par @relation(localField: "parId", foreignField: "id"),
                        same?: Par[] @relation(localField: "parId", foreignField: "id") }""")
        self.fill("bare", Par=[{"id": 1, "name": "one"}, {"id": 2, "name": "two"}])
        self.assertEqual(self.data("""mutation { a: bare_create_Log(data: {parId: 2, text: "x"}) { text par { name } same { id } same_aggregate { _count } }
                                                 b: bare_create_Log(data: {text: "y"}) { text par { name } same { id } same_aggregate { _count } } }"""),
                         {"a": {"text": "x", "par": {"name": "two"}, "same": [{"id": "2"}], "same_aggregate": {"_count": 1}},
                          "b": {"text": "y", "par": None, "same": [], "same_aggregate": {"_count": 0}}})
        self.assertIn("Cannot query field", self.messages("{ bare_Log_connection { totalCount } }")[0])

    def test_a_deletion_counts_what_its_own_cascade_took_along(self):
        self.datasource("tree", """model Tree { id: Long @id, parentId?: Long,
            children?: Tree[] @relation(localField: "id", foreignField: "parentId", cascadeDelete: true) }""")
        self.fill("tree", Tree=[{"id": 1}, {"id": 2, "parentId": 1}, {"id": 3, "parentId": 2}, {"id": 4}, {"id": 5, "parentId": 4}])
        self.assertEqual(self.data("mutation { d: tree_delete_Tree(where: {id: {_lte: 4}}) { affected_rows _join { l: tree_list_Tree { id } } } }"),
                         {"d": {"affected_rows": 4, "_join": {"l": []}}})

    def test_conditions_on_how_many_are_related(self):
        def classes(condition, variables=None, head=""):
            query = "%s { l: school_list_Classes(where: {%s}, order_by: {id: asc}) { id } }" % (head, condition)
            return [c["id"] for c in self.data(query, variables)["l"]]
        for condition, expected in (("predicate: {_gt: 1}", ["1"]), ("predicate: {_eq: 0}", ["3"]), ("predicate: {_gte: 1, _lt: 2}", ["2"]),
                                    ("predicate: {_in: [0, 2]}", ["1", "3"]), ("predicate: {_between: [1, 2]}", ["1", "2"]),
                                    ("predicate: {_gte: 1}, filter: {age: {_gt: 10}}", ["2"]),
                                    ("predicate: {_eq: 1}, arguments: [age], distinct: true", ["1", "2"]),
                                    ("predicate: {_eq: 2}, arguments: [bornAt]", ["1"]),
                                    ("predicate: {_eq: 1}, filter: {studentDetail: {description: {_contains: \"Li\"}}}", ["1"])):
            with self.subTest(condition):
                self.assertEqual(classes("students_aggregate: {count: {%s}}" % condition), expected)
        self.assertEqual(classes("_not: {students_aggregate: {count: {predicate: {_eq: 0}}}}, id: {_gt: 1}"), ["2"])
        given = "students_aggregate: {count: {predicate: {_gt: $n}, filter: {age: {_eq: $a}}}}"
        self.assertEqual(classes(given, {"n": 1, "a": 10}, "query($n: Int, $a: Int)"), ["1"])
        self.assertEqual(classes(given, {}, "query($n: Int, $a: Int)"), ["1", "2", "3"])
        self.assertEqual([s["id"] for s in self.data("{ l: school_list_Student(where: {studentClass: {students_aggregate: {count: {predicate: {_eq: 2}}}}}) { id } }")["l"]],
                         ["1", "2"])
        self.assertIn("takes one field", self.messages(
            "{ school_find_one_Classes(where: {students_aggregate: {count: {predicate: {_eq: 1}, arguments: [age, id]}}}) { id } }")[0])
        self.assertEqual(self.messages("mutation { school_delete_Classes(where: {students_aggregate: {count: {predicate: {}}}}) { affected_rows } }"),
                         ["the condition on students_aggregate is empty, and would select every record"])
        self.assertIn("has no value", self.messages(
            "mutation($n: Int) { school_delete_Classes(where: {students_aggregate: {count: {predicate: {_gt: $n}}}}) { affected_rows } }")[0])

    def test_orders_by_how_many_are_related(self):
        def ids(query):
            return [r["id"] for r in self.data(query)["l"]]
        self.assertEqual(ids("{ l: school_list_Classes(order_by: {students_aggregate: {count: desc}}) { id } }"), ["1", "2", "3"])
        self.assertEqual(ids("{ l: school_list_Classes(sort: [{students_aggregate: {count: asc}}, {id: desc}]) { id } }"), ["3", "2", "1"])
        self.assertEqual(ids("{ l: school_list_Student(sort: [{studentClass: {students_aggregate: {count: asc}}}, {id: desc}]) { id } }"), ["3", "2", "1"])

    def test_an_id_that_no_record_can_have_is_nobodys(self):
        self.datasource("ids", "model I { id: Int @id }\nmodel L { id: Long @id }")
        for model in ("I", "L"):
            for id in ("0", "-1", "2147483648", "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616", "x", "1.5", ""):
                with self.subTest(model=model, id=id):
                    self.assertEqual(self.data('{ r: ids_find_by_id_%s(id: "%s") { id } }' % (model, id)), {"r": None})


class Bounds(GraphqlCase):
    host_options = {"plugins": (*PLUGINS, "graphql"), "configs": {"graphql": {"limits": {"rows": 3, "mostRows": 5, "requestRows": 12, "requestBytes": 4000}}}}

    def test_a_list_says_that_it_was_cut_only_when_it_was(self):
        self.assertNotIn("extensions", self.ask("{ school_list_Student { id } }").json)
        self.datasource("four", "model N { id: Long @id }")
        self.fill("four", N=[{"id": i} for i in range(1, 5)])
        answer = self.ask("{ l: four_list_N { id } }").json
        self.assertEqual([n["id"] for n in answer["data"]["l"]], ["1", "2", "3"])
        self.assertEqual(answer["extensions"]["warnings"], ["l: only the first 3 records are listed; say size and page, or limit and offset, for others"])
        self.assertEqual(len(self.ask("{ l: four_list_N(limit: 5) { id } }").json["data"]["l"]), 4)

    def test_a_request_that_reads_too_much_answers_nothing_of_it(self):
        fine = "{ a: school_list_Student { id } b: school_list_Classes { students { id studentDetail { id } } } }"
        self.assertEqual(len(self.data(fine)["b"]), 3)
        for query in ("{ " + " ".join(f"l{i}: school_list_Student {{ id }}" for i in range(5)) + " }",
                      "{ l: school_list_Classes { students { studentClass { students { id } } } } m: school_list_Student { studentDetail { id } } }"):
            answer = self.ask(query).json
            self.assertIsNone(answer["data"])
            self.assertEqual([(e["message"], e["extensions"]["code"]) for e in answer["errors"]],
                             [("The request reads more than 12 records.", "limit-exceeded")])

    def test_the_operations_of_a_batch_read_from_one_budget(self):
        one = {"query": "{ l: school_list_Student { id } }"}
        answers = self.send([one] * 5 + [{"query": "{ __typename }"}]).json
        self.assertEqual([len(a["data"]["l"]) for a in answers[:4]], [3] * 4)
        self.assertEqual((answers[4]["data"], answers[4]["errors"][0]["message"]), (None, "The request reads more than 12 records."))
        self.assertEqual(answers[5]["data"], {"__typename": "Query"})

    def test_a_request_that_reads_too_many_bytes_answers_nothing_of_it(self):
        self.datasource("long", "model T { id: Long @id, t?: Text }")
        self.fill("long", T=[{"id": i, "t": "x" * 900} for i in range(1, 4)])
        self.assertEqual(len(self.data("{ l: long_list_T { t } }")["l"]), 3)
        answer = self.ask("{ l: long_list_T { t } m: long_list_T(limit: 2) { t } }").json
        self.assertEqual((answer["data"], [e["extensions"]["code"] for e in answer["errors"]]), (None, ["limit-exceeded"]))
        answer = self.ask("{ l: long_list_T { t u: t } }").json  # what is read once may be answered twice
        self.assertEqual((answer["data"], [e["extensions"]["code"] for e in answer["errors"]]), (None, ["limit-exceeded"]))

    def test_a_change_whose_answer_is_too_much_has_not_happened(self):
        self.datasource("undone", "model T { id: Long @id, t?: Text }")
        self.fill("undone", T=[{"id": i, "t": "x" * 900} for i in range(1, 6)])
        answer = self.ask("mutation { u: undone_update_T(where: {}, _set: {t: \"y\"}) { affected_rows } "
                          "c: undone_create_T(data: {id: 9}) { id _join { l: undone_list_T(limit: 5) { id } m: undone_list_T(limit: 5) { id } n: undone_list_T(limit: 5) { id } } } }").json
        self.assertEqual((answer["data"], [e["extensions"]["code"] for e in answer["errors"]]), (None, ["limit-exceeded"]))
        self.assertEqual(self.host.get(records("undone", "T")).json["total"], 5)
        self.assertEqual(self.host.get(records("undone", "T") + "/1").json["t"], "x" * 900)


on_each_database(globals(), Reads, Bounds)
del GraphqlCase

if __name__ == "__main__":
    unittest.main()
