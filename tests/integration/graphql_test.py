# SPDX-License-Identifier: Apache-2.0
"""GraphQL queries over real databases."""
import hashlib
import json
import threading
import unittest

from databases import PLUGINS, on_each_database
from graphql_case import PATH, FreshSchool, GraphqlCase
from graphql_examples import MUTATIONS, QUERIES
from harness import DATASOURCES, Host

RESPONSE = "application/graphql-response+json"


def ordered(value):
    """With the order of members, which equality passes over."""
    if isinstance(value, dict):
        return [(key, ordered(member)) for key, member in value.items()]
    return [ordered(item) for item in value] if isinstance(value, list) else value


class Queries(GraphqlCase):
    def test_published_examples(self):
        for name, (query, variables, expected) in QUERIES.items():
            with self.subTest(name):
                self.assertEqual(ordered(self.data(query, variables)), ordered(expected))

    def test_a_field_that_is_not_there_in_the_published_envelope(self):
        answer = self.ask("{ school_list_Student { id nope } }")
        self.assertEqual(answer.status, 200)
        got = answer.json
        self.assertEqual(got["errors"][0].pop("extensions"), {"classification": "ValidationError", "code": "validation-failed"})
        self.assertEqual(got, {
            "errors": [{"message": 'Cannot query field "nope" on type "school_Student".',
                        "locations": [{"line": 1, "column": 28, "sourceName": None}],
                        "errorType": "ValidationError", "path": None}],
            "data": None, "dataPresent": False, "extensions": None})

    def test_introspection_lists_what_is_published_first(self):
        data = self.data("""{ __type(name: "school_Classes_bool_exp") { kind inputFields { name
                              type { kind name ofType { kind ofType { name } } } } } }""")
        listed = {"kind": "LIST", "name": None, "ofType": {"kind": "NON_NULL", "ofType": {"name": "school_Classes_bool_exp"}}}

        def named(name):
            return {"kind": "INPUT_OBJECT", "name": name, "ofType": None}
        self.assertEqual(data["__type"]["kind"], "INPUT_OBJECT")
        self.assertEqual(data["__type"]["inputFields"][:6], [
            {"name": "_and", "type": listed}, {"name": "_or", "type": listed}, {"name": "id", "type": named("Int_comparison_exp")},
            {"name": "classCode", "type": named("String_comparison_exp")}, {"name": "className", "type": named("String_comparison_exp")},
            {"name": "students", "type": named("school_Student_bool_exp")}])

    def test_find_by_id(self):
        query = "query($id: ID!) { school_find_by_id_Student(id: $id) { studentName } }"
        for known in (2, "2"):
            self.assertEqual(self.data(query, {"id": known}), {"school_find_by_id_Student": {"studentName": "Li Si"}})
        for unknown in (99, "x", "1 or 1=1", ""):
            self.assertEqual(self.data(query, {"id": unknown}), {"school_find_by_id_Student": None}, unknown)

    def test_arguments_of_relations(self):
        query = """{ school_list_Classes(order_by: {id: asc}) {
                       one: students(order_by: {studentName: asc}, limit: 1) { studentName }
                       rest: students(sort: [{studentName: asc}], offset: 1) { studentName }
                       old: students(where: {age: {_gt: 10}}) { studentName }
                       students_aggregate(where: {age: {_lte: 10}}) { _count _max { studentName } } } }"""
        self.assertEqual(self.data(query)["school_list_Classes"], [
            {"one": [{"studentName": "Li Si"}], "rest": [{"studentName": "Zhang San"}], "old": [],
             "students_aggregate": {"_count": 2, "_max": {"studentName": "Zhang San"}}},
            {"one": [{"studentName": "Wang Wu"}], "rest": [], "old": [{"studentName": "Wang Wu"}],
             "students_aggregate": {"_count": 0, "_max": {"studentName": None}}},
            {"one": [], "rest": [], "old": [], "students_aggregate": {"_count": 0, "_max": {"studentName": None}}}])

    def test_orders(self):
        def names(order):
            return [s["studentName"] for s in self.data(f"{{ l: school_list_Student({order}) {{ studentName }} }}")["l"]]
        self.assertEqual(names("order_by: {bornAt: asc}"), ["Wang Wu", "Zhang San", "Li Si"])
        self.assertEqual(names("order_by: {bornAt: asc_nulls_last}"), ["Zhang San", "Li Si", "Wang Wu"])
        self.assertEqual(names("order_by: {bornAt: desc_nulls_first}"), ["Wang Wu", "Li Si", "Zhang San"])
        self.assertEqual(names("order_by: {bornAt: desc}"), ["Li Si", "Zhang San", "Wang Wu"])
        self.assertEqual(names("sort: [{studentClass: {className: desc}}, {id: desc}]"), ["Wang Wu", "Li Si", "Zhang San"])
        variables = {"o": {"age": "desc", "studentName": "asc"}}  # a variable's keys keep their order
        data = self.data("query($o: school_Student_order_by) { l: school_list_Student(order_by: $o) { studentName } }", variables)
        self.assertEqual([s["studentName"] for s in data["l"]], ["Wang Wu", "Li Si", "Zhang San"])

    def test_distinct_records(self):
        data = self.data("{ l: school_list_Student(distinct_on: [classId], order_by: {classId: asc, age: desc, id: desc}) { studentName } }")
        self.assertEqual(data["l"], [{"studentName": "Li Si"}, {"studentName": "Wang Wu"}])
        self.assertEqual(self.messages("{ school_list_Student(distinct_on: [classId], order_by: {age: asc}) { id } }"),
                         ["the order must begin with the fields of distinct_on"])

    def test_pages_and_slices(self):
        def ids(arguments):
            return [s["id"] for s in self.data(f"{{ l: school_list_Student({arguments}) {{ id }} }}")["l"]]
        self.assertEqual(ids("size: 2"), ["1", "2"])
        self.assertEqual(ids("page: 1"), ["1", "2", "3"])
        self.assertEqual(ids("page: 2, size: 2"), ["3"])
        self.assertEqual(ids("limit: 1, offset: 1"), ["2"])
        self.assertEqual(ids("offset: 2"), ["3"])
        self.assertEqual(ids("limit: 0"), [])
        for arguments, what in (("size: 0", "size"), ("page: 0", "page"), ("limit: -1", "limit"), ("size: 1, limit: 1", "size and page")):
            self.assertIn(what, self.messages(f"{{ school_list_Student({arguments}) {{ id }} }}")[0])

    def test_operators(self):
        for where, expected in (("studentName: {_like: \"%a_g%\"}", ["1", "3"]), ("studentName: {_ilike: \"WANG%\"}", ["3"]),
                                ("studentName: {_regex: \"^[LW]\"}", ["2", "3"]), ("studentName: {_iregex: \"^l\"}", ["2"]),
                                ("bornAt: {_is_null: true}", ["3"]), ("_not: {age: {_eq: 10}}", ["3"]),
                                ("studentName: {_between: [\"A\", \"M\"]}", ["2"]), ("age: {_neq: 10}", ["3"]),
                                ("interest: {_contains: rap}", ["1"]), ("interest: {_overlaps: [rap, dance]}", ["1", "2"]),
                                ("interest: {_contains_all: [sing, rap]}", ["1"]), ("id: {_in: [3, 1, 3, 1, 7]}", ["1", "3"]),
                                ("id: {_nin: [1, 2, 7]}", ["3"]), ("id: {_in: []}", []), ("studentClass: {classCode: {_eq: \"C2\"}}", ["3"]),
                                ("bornAt: {_between: [\"2014-01-01\", \"2014-06-01\"]}", ["1"]), ("studentDetail: null", ["3"])):
            with self.subTest(where):
                data = self.data(f"{{ l: school_list_Student(where: {{{where}}}) {{ id }} }}")
                self.assertEqual([s["id"] for s in data["l"]], expected)

    def test_variables_are_coerced(self):
        query = "query($a: Int!, $w: school_Student_bool_exp!, $n: [Int!]) { l: school_list_Student(where: {_and: [{age: {_eq: $a}}, $w, {id: {_in: $n}}]}) { id } }"
        self.assertEqual(self.data(query, {"a": "10", "w": '{"studentName": {"_starts_with": "Li"}}', "n": "[1, 2]"})["l"], [{"id": "2"}])
        self.assertEqual(self.messages(query, {"a": "ten", "w": {}, "n": [1]}),
                         ['Variable "$a" got invalid value "ten"; Int cannot represent non-integer value: "ten"'])
        self.assertEqual(self.messages(query, {"w": {}}), ['Variable "$a" of required type "Int!" was not provided.'])
        self.assertEqual(self.messages(query, {"a": None, "w": {}}), ['Variable "$a" of non-null type "Int!" must not be null.'])
        self.assertEqual(self.messages(query, {"a": 1, "w": {"age": {"_eqq": 1}}}),
                         ['Variable "$w" got invalid value { _eqq: 1 } at "w.age"; Field "_eqq" is not defined by type '
                          '"Int_comparison_exp". Did you mean "_eq" or "_neq"?'])

    def test_a_variable_that_is_not_given_leaves_its_condition_out(self):
        query = "query($a: Int) { l: school_list_Student(where: {age: {_eq: $a}}) { id } }"
        self.assertEqual(len(self.data(query)["l"]), 3)
        self.assertEqual(self.data(query, {"a": None})["l"], [])
        self.assertEqual(self.data(query, {"a": 11})["l"], [{"id": "3"}])

    def test_skip_and_include(self):
        query = """query($yes: Boolean!) { l: school_list_Student(size: 1) { id @include(if: $yes) ...F @skip(if: $yes) age @skip(if: true)
                   students: studentClass @include(if: $yes) { id } } } fragment F on school_Student { studentName }"""
        self.assertEqual(self.data(query, {"yes": True})["l"], [{"id": "1", "students": {"id": "1"}}])
        self.assertEqual(self.data(query, {"yes": False})["l"], [{"studentName": "Zhang San"}])

    def test_fragments_merge(self):
        query = """{ school_list_Classes(size: 1) { ...A ... on school_Classes { students { age } } __typename } __typename }
                   fragment A on school_Classes { id students { id ...B } } fragment B on school_Student { studentName }"""
        self.assertEqual(json.dumps(self.data(query)), json.dumps({"school_list_Classes": [{"id": "1", "students": [
            {"id": "1", "studentName": "Zhang San", "age": 10}, {"id": "2", "studentName": "Li Si", "age": 10}],
            "__typename": "school_Classes"}], "__typename": "Query"}))

    def test_a_level_is_one_statement(self):
        query = """{ school_list_Classes { className students { studentName studentDetail { description } students: studentClass { id } }
                     students_aggregate { _count } } }"""
        self.data(query)  # prepared
        self.assert_selects(5, lambda: self.data(query))

    def test_an_export_decides_what_joins_and_conditions_see(self):
        query = """query($old: Boolean! = false @internal) { l: school_list_Student(order_by: {id: asc}) { id age @include(if: $old)
                     remark @export(as: "x") studentDetail { old: id @transform(get: "x") } _join { c: school_find_one_Classes @include(if: $old) { id } } } }"""
        self.assertEqual([sorted(s) for s in self.data(query)["l"]], [["_join", "id", "remark", "studentDetail"]] * 3)
        listed = """query($s: [school_Student_order_by!] @internal) { a: school_list_Student @transform(get: "age") @export(as: "s") { age }
                      b: school_list_Student(sort: $s) { id } }"""
        answer = self.ask(listed)
        self.assertEqual(answer.status, 200, answer.text)
        self.assertIn('Variable "$s" got invalid value', answer.json["errors"][0]["message"])
        ids = """query($ids: [Int!] @internal) { a: school_list_Student(size: 2) @transform(get: "id") @export(as: "ids") { id }
                   b: school_list_Student(where: {id: {_in: $ids}}) { id } }"""
        self.assertEqual(self.data(ids), {"a": ["1", "2"], "b": [{"id": "1"}, {"id": "2"}]})
        self.assertIn("written out", self.messages('query($p: String!) { a: school_find_one_Student @transform(get: $p) { id } b: school_list_Student(where: {studentName: {_eq: $p}}) { id } }')[0])
        merged = """query($x: ID! @internal) { s: school_find_one_Student(where: {id: {_eq: 2}}) { id ...F _join { d: school_find_by_id_Student(id: $x) { studentName } } } }
                    fragment F on school_Student { id @export(as: "x") }"""
        self.assertEqual(self.data(merged)["s"]["_join"], {"d": {"studentName": "Li Si"}})

    def test_a_relation_that_fails_is_null_and_the_rest_stays(self):
        answer = self.ask("{ l: school_list_Classes(size: 2) { id students(size: 0) { id } } ok: school_find_one_Classes { id } }").json
        self.assertEqual(answer["data"], {"l": [{"id": "1", "students": None}, {"id": "2", "students": None}], "ok": {"id": "1"}})
        self.assertEqual([e["path"] for e in answer["errors"]], [["l", 0, "students"]])

    def test_json_and_enums_are_compared_as_what_they_are(self):
        def ids(where):
            return [s["id"] for s in self.data("{ l: school_list_Student(where: {%s}) { id } }" % where)["l"]]
        self.assertEqual(ids('remark: {_eq: "{\\"foo\\": \\"bar\\"}"}'), ["1"])
        self.assertEqual(ids('remark: {_in: ["{\\"foo\\":\\"bar\\"}", "nope"]}'), ["1"])
        self.assertEqual(ids("gender: {_overlaps: [MALE]}"), ["1", "3"])
        self.assertEqual(ids("gender: {_contains: MALE}"), ["1", "3"])
        self.assertEqual(ids("gender: {_contains_all: [FEMALE]}"), ["2"])
        self.assertEqual(ids("id: {_in: [%s]}" % ", ".join(map(str, range(2, 9000)))), ["2", "3"])

    def test_hostile_values_are_values(self):
        for text in ("'; drop table Student; --", '"', "\\", "%", "{\"$\": 0}", "\u0001", "😀"):
            data = self.data("query($t: String) { l: school_list_Student(where: {studentName: {_eq: $t}}) { id } }", {"t": text})
            self.assertEqual(data["l"], [], text)
            self.assertEqual(self.data("{ l: school_list_Student(where: {studentName: {_contains: %s}}) { id } }" % json.dumps(text))["l"], [])
        hole = {"w": {"studentName": {"_eq": {"$": 0}}}}
        self.assertIn("String cannot represent a non string value", self.messages(
            "query($w: school_Student_bool_exp) { l: school_list_Student(where: $w) { id } }", hole)[0])
        self.assertEqual(len(self.data("{ school_list_Student { id } }")["school_list_Student"]), 3)

    def test_errors_of_fields_name_their_path(self):
        answer = self.ask('{ ok: school_find_one_Classes { id } school_find_one_Student(where: {studentName: {_regex: "("}}) { id } }')
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.json["data"], {"ok": {"id": "1"}, "school_find_one_Student": None})
        self.assertEqual([e["path"] for e in answer.json["errors"]], [["school_find_one_Student"]])
        self.assertEqual(answer.json["errors"][0]["errorType"], "DataFetchingException")
        self.assertNotIn("select", answer.text)

    def test_null_comes_up_through_what_must_not_be_null(self):
        answer = self.ask("{ ok: school_find_one_Classes { id } school_list_Student(size: 0) { id } }", headers={"Accept": RESPONSE})
        self.assertEqual((answer.status, answer.json["data"]), (200, None))
        self.assertEqual([e["path"] for e in answer.json["errors"]], [["school_list_Student"]])

    def test_a_changed_model_is_served_at_once(self):
        models = f"{DATASOURCES}/d/models"
        entity = {"type": "entity", "name": "Thing", "fields": [
            {"name": "id", "type": "Long", "identity": True, "nullable": False, "defaultValue": {"type": "generated", "name": "autoIncrement"}},
            {"name": "name", "type": "String"}]}
        self.assertEqual(self.host.post(models, entity).status, 200)
        self.assertEqual(self.data("{ d_list_Thing { id name } }"), {"d_list_Thing": []})
        entity["fields"].append({"name": "size", "type": "Int"})
        self.assertEqual(self.host.call("PUT", f"{models}/Thing", entity).status, 200)
        self.assertEqual(self.data("{ d_list_Thing { id size } }"), {"d_list_Thing": []})
        self.assertEqual(self.host.call("DELETE", f"{models}/Thing").status, 204)
        self.assertEqual(self.messages("{ d_list_Thing { id } }"),
                         ['Cannot query field "d_list_Thing" on type "Query".'])

    def test_tenants_see_their_own_datasources(self):
        answer = self.ask("{ school_list_Student { id } }", headers={"X-Tenant-Id": "other"})
        self.assertIn('Cannot query field "school_list_Student" on type "Query".', answer.json["errors"][0]["message"])
        self.assertEqual(self.ask("{ _empty }", headers={"X-Tenant-Id": "other"}).json["data"], {"_empty": None})


class Mutations(FreshSchool):
    def test_published_examples(self):
        for name, (query, variables, expected) in MUTATIONS.items():
            with self.subTest(name):
                self.assertEqual(ordered(self.data(query, variables)), ordered(expected))
                self.setUp()

    def test_an_operation_happens_whole_or_not_at_all(self):
        answer = self.ask(self.here("""mutation { a: school_create_Student(data: {studentName: "A"}) { id }
            b: school_update_Student(where: {}, _set: {age: 1}) { affected_rows }
            c: school_create_StudentDetail(data: null) { id } d: school_delete_Student(where: {}) { affected_rows } }"""))
        self.assertEqual((answer.status, answer.json["data"], answer.json["dataPresent"]), (200, None, True))
        self.assertEqual([(e["message"], e["path"]) for e in answer.json["errors"]], [('"data" must not be null', ["c"])])
        self.assertEqual((self.count(), self.count("{age: {_eq: 1}}")), (3, 0))

    def test_what_the_database_refuses_is_told_without_its_words(self):
        answer = self.ask(self.here('mutation { school_create_Student(data: {id: "1", studentName: "again"}) { id } }'))
        error = answer.json["errors"][0]
        self.assertEqual((error["message"], error["extensions"]["code"]), ("id: the value exists already", "constraint-violation"))
        long = "x" * 300
        self.assertIn("studentName", self.messages('mutation($n: String) { school_create_Student(data: {studentName: $n}) { id } }', {"n": long})[0])

    def test_an_empty_condition_changes_nothing(self):
        for field, more in (("update", ", _set: {age: 1}"), ("delete", "")):
            document = "mutation($id: Int) { school_%s_Student(where: {id: {_eq: $id}}%s) { affected_rows } }" % (field, more)
            self.assertEqual(self.messages(document), ["the condition depends on $id, which has no value"])
        self.assertEqual(self.messages("mutation { school_delete_Student(where: {studentDetail: {}}) { affected_rows } }"),
                         ["the condition on studentDetail is empty, and would select every record"])
        self.assertEqual((self.count(), self.count("{age: {_eq: 1}}")), (3, 0))
        self.assertEqual(self.data("mutation { d: school_delete_StudentDetail(where: {}) { affected_rows } }"), {"d": {"affected_rows": 2}})

    def test_a_deletion_is_told_once_and_joins_see_what_is_left(self):
        document = "mutation { c: school_delete_Classes_by_id(id: 3) { id _join { left: school_aggregate_Classes { _count } gone: school_find_by_id_Classes(id: 3) { id } } } }"
        self.assertEqual(self.data(document), {"c": {"id": "3", "_join": {"left": {"_count": 2}, "gone": None}}})
        self.assertEqual(self.data(document), {"c": None})

    def test_a_condition_that_depends_on_nothing_given_changes_nothing(self):
        for where in ("{id: $c}", "{_or: [{id: $c}]}", "{_and: [{age: {_gt: 1}}, {id: $c}]}"):
            document = "mutation($c: Int_comparison_exp) { school_delete_Student(where: %s) { affected_rows } }" % where
            self.assertEqual(self.messages(document), ["the condition depends on $c, which has no value"])
        self.assertEqual(self.count(), 3)

    def test_nothing_to_set(self):
        self.assertEqual(self.data("mutation($s: school_Student_set_input) { a: school_update_Student(where: {}, _set: $s) { affected_rows } "
                                   "b: school_update_Student_by_id(id: 1, _set: {}) { studentName } }"),
                         {"a": {"affected_rows": 0}, "b": {"studentName": "Zhang San"}})
        self.assertEqual(self.data('mutation { b: school_update_Student_by_id(id: 1, _set: {id: "9", age: 7}) { id age } }'), {"b": {"id": "1", "age": 7}})

    def test_changes_by_conditions_on_relations(self):
        self.assertEqual(self.data('mutation { u: school_update_Student(where: {studentClass: {className: {_eq: "One"}}}, _set: {age: 20}) '
                                   "{ affected_rows _join { l: school_list_Student(order_by: {id: asc}) { age } } } }"),
                         {"u": {"affected_rows": 2, "_join": {"l": [{"age": 20}, {"age": 20}, {"age": 11}]}}})
        self.assertEqual(self.data('mutation { d: school_delete_Student(where: {studentDetail: {description: {_contains: "Li"}}}) { affected_rows } }'),
                         {"d": {"affected_rows": 1}})
        self.assertEqual(self.data("{ l: school_list_StudentDetail { id } }"), {"l": [{"id": "1"}]})  # it went with its student

    def test_deleting_a_record_answers_it_as_it_was_and_takes_along_what_cascades(self):
        self.assertEqual(self.data("mutation { d: school_delete_Classes_by_id(id: 1) { className students { studentName studentDetail { id } } } "
                                   "n: school_delete_Classes_by_id(id: 77) { id } }"),
                         {"d": {"className": "One", "students": [{"studentName": "Zhang San", "studentDetail": {"id": "1"}},
                                                                 {"studentName": "Li Si", "studentDetail": {"id": "2"}}]}, "n": None})
        self.assertEqual(self.data("{ s: school_list_Student { id } d: school_list_StudentDetail { id } }"), {"s": [{"id": "3"}], "d": []})

    def test_joined_mutations_run_for_each_record(self):
        document = """query($id: ID! @internal) { l: school_list_Student(order_by: {id: asc}) { id @export(as: "id")
                        _join_mutation { u: school_update_Student_by_id(id: $id, _set: {age: 5}) { id age } } } }"""
        self.assertEqual([s["_join_mutation"]["u"] for s in self.data(document)["l"]], [{"id": str(n), "age": 5} for n in (1, 2, 3)])
        self.assertEqual(self.count("{age: {_eq: 5}}"), 3)
        self.assertEqual(self.host.get(PATH, query={"query": self.here(document)}).status, 405)

    def test_moments_enums_and_json_are_written(self):
        data = self.data("""mutation($j: JSON) { s: school_create_Student(data: {bornAt: "2020-02-29 10:11:12", gender: FEMALE, interest: [sing], remark: $j})
                            { bornAt gender interest remark studentClass { id } } }""", {"j": [1, {"a": None}]})
        self.assertEqual(data, {"s": {"bornAt": "2020-02-29T10:11:12", "gender": "FEMALE", "interest": ["sing"], "remark": [1, {"a": None}], "studentClass": None}})
        self.assertIn("bornAt", self.messages('mutation { school_create_Student(data: {bornAt: "soon"}) { id } }')[0])


class GraphqlOverHttp(GraphqlCase):
    def test_get_executes_queries_only(self):
        got = self.host.get(PATH, query={"query": "query($id: ID!) { school_find_by_id_Classes(id: $id) { classCode } }", "variables": '{"id": 1}'})
        self.assertEqual(got.json["data"], {"school_find_by_id_Classes": {"classCode": "C1"}})
        refused = self.host.get(PATH, query={"query": "mutation { __typename }"})
        self.assertEqual((refused.status, refused.headers["Allow"]), (405, "POST"))

    def test_a_token_is_needed(self):
        self.assertEqual(self.send({"query": "{ __typename }"}, token=False).status, 401)

    def test_media_types(self):
        for accept, status, media in (("application/json", 200, "application/json; charset=utf-8"), (RESPONSE, 400, f"{RESPONSE}; charset=utf-8"),
                                      ("*/*", 200, "application/json; charset=utf-8"), ("text/html", 406, "application/json; charset=utf-8"),
                                      (f"application/json;q=0.5, {RESPONSE}", 400, f"{RESPONSE}; charset=utf-8")):
            answer = self.ask("{ nope }", headers={"Accept": accept})
            self.assertEqual((answer.status, answer.headers["Content-Type"]), (status, media), accept)
        self.assertNotIn("data", self.ask("{ nope }", headers={"Accept": RESPONSE}).json)

    def test_bad_requests(self):
        for body in ({}, {"query": ""}, {"query": None}, {"query": 1}, {"query": "{ a }", "variables": []}, {"query": "{ a }", "operationName": {}}, []):
            self.assertEqual(self.send(body).status, 400, body)
        self.assertEqual(self.ask("{ __typename }", headers={"Content-Type": "text/plain"}).status, 415)

    def test_batches_are_answered_in_order(self):
        answer = self.send([{"query": "{ a: __typename }"}, {"query": "{ nope }"}, {}, {"query": "query($i: ID!) { c: school_find_by_id_Classes(id: $i) { id } }", "variables": {"i": 2}}])
        self.assertEqual(answer.status, 200)
        self.assertEqual([a.get("data") for a in answer.json], [{"a": "Query"}, None, None, {"c": {"id": "2"}}])
        self.assertEqual([len(a.get("errors", [])) for a in answer.json], [0, 1, 1, 0])
        for bad in ([], [{"query": "{ __typename }"}] * 11, [[]], ["{ __typename }"]):
            self.assertEqual(self.send(bad).status, 400, bad)

    def test_documents_by_their_hash(self):
        document = "{ school_find_by_id_Classes(id: 1) { className } }"
        hash_ = hashlib.sha256(document.encode()).hexdigest()
        extensions = {"persistedQuery": {"version": 1, "sha256Hash": hash_}}
        unknown = self.send({"extensions": extensions}).json["errors"][0]
        self.assertEqual((unknown["message"], unknown["extensions"]["code"]), ("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND"))
        data = {"school_find_by_id_Classes": {"className": "One"}}
        self.assertEqual(self.send({"query": document, "extensions": extensions}).json["data"], data)
        self.assertEqual(self.send({"extensions": extensions}).json["data"], data)
        self.assertEqual(self.host.get(PATH, query={"extensions": extensions}).json["data"], data)
        other = self.send({"extensions": extensions}, headers={"X-Tenant-Id": "other"}).json["errors"][0]
        self.assertEqual(other["message"], "PersistedQueryNotFound")
        self.assertEqual(self.send({"query": "{ __typename }", "extensions": extensions}).json["errors"][0]["message"], "provided sha does not match query")

    def test_the_schema_in_its_own_language(self):
        answer = self.host.get(f"{PATH}/schema.graphql")
        self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, "application/graphql; charset=utf-8"))
        self.assertIn("  school_find_one_Classes(where: school_Classes_bool_exp): school_Classes\n", answer.text)
        tag = answer.headers["ETag"]
        self.assertEqual(self.host.get(f"{PATH}/schema.graphql", headers={"If-None-Match": tag}).status, 304)
        self.assertEqual(self.ask("{ __schema { queryType { name } } }").json["extensions"], {"schema": tag.strip('"')})

    def test_operations_by_name(self):
        both = "query A { a: __typename } query B { b: __typename }"
        self.assertEqual(self.data(both, operation="B"), {"b": "Query"})
        self.assertEqual(self.messages(both), ["Must provide operation name if query contains multiple operations."])
        self.assertEqual(self.messages(both, operation="C"), ['Unknown operation named "C".'])

    def test_limits(self):
        deep = "{ school_list_Student " + "{ studentClass { students " * 10 + "{ id }" + " } }" * 10 + " }"
        self.assertIn("deeper than 12 relations", self.messages(deep)[0])
        self.assertIn("more than 500 aliases", self.messages("{ " + " ".join(f"a{i}: __typename" for i in range(600)) + " }")[0])
        self.assertIn("tokens", self.messages("{ " + "a " * 30000 + "}")[0])
        self.assertIn("larger than", self.messages("{ a #" + "x" * 110000 + "\n}")[0])
        fan = " ".join(f"fragment F{i} on school_Student {{ a: studentClass {{ students {{ ...F{i + 1} }} }} b: studentClass {{ students {{ ...F{i + 1} }} }} }}"
                       for i in range(50)) + " fragment F50 on school_Student { id }"
        self.assertTrue(self.messages("{ school_list_Student { ...F0 } } " + fan))


class Schemas(unittest.TestCase):
    """What does not depend on the database."""

    def host(self, **config):
        host = Host(plugins=(*PLUGINS, "graphql"), kind="sqlite", configs={"graphql": config}).start()
        self.addCleanup(host.__exit__)
        return host

    @staticmethod
    def ask(host, query):
        return host.post(PATH, {"query": query}, headers={"Content-Type": "application/json"}).json

    def test_introspection_and_suggestions_can_be_switched_off(self):
        host = self.host(introspection=False, suggestions=False)
        self.assertEqual(self.ask(host, "{ chinook_find_one_Artist { Name } chinook_find_by_id_Artist(id: 1) { __typename } }")["data"],
                         {"chinook_find_one_Artist": {"Name": "AC/DC"}, "chinook_find_by_id_Artist": {"__typename": "chinook_Artist"}})
        for query in ("{ __schema { queryType { name } } }", '{ a: __type(name: "Query") { name } }', "{ chinook_find_one_Artist { _join { __schema { queryType { name } } } } }"):
            self.assertIn("introspection has been disabled", self.ask(host, query)["errors"][0]["message"])
        self.assertEqual(self.ask(host, "{ chinook_find_one_Artis { Nam } }")["errors"][0]["message"], 'Cannot query field "chinook_find_one_Artis" on type "Query".')
        self.assertEqual(host.get(f"{PATH}/schema.graphql").status, 403)

    def test_only_a_question_for_the_schema_answers_its_hash(self):
        host = self.host()
        self.assertNotIn("extensions", self.ask(host, "{ chinook_find_one_Artist { Name } }"))
        self.assertIn("schema", self.ask(host, "{ __schema { queryType { name } } }")["extensions"])

    def test_a_new_schema_is_looked_into_by_many_at_once(self):
        host = self.host()
        host.post(DATASOURCES, {"name": "r", "config": host.databases.config("r")})
        models = f"{DATASOURCES}/r/models"

        def relations(to):
            return [{"name": f"r{i}", "type": "Relation", "from": to, "multiple": True, "localField": "id", "foreignField": "other"} for i in range(40)]
        own = [{"name": "id", "type": "Long", "identity": True, "nullable": False, "defaultValue": {"type": "generated", "name": "autoIncrement"}},
               {"name": "other", "type": "Long"}]
        for name in ("A", "B"):
            self.assertEqual(host.post(models, {"type": "entity", "name": name, "fields": own}).status, 200)
        for name, to in (("A", "B"), ("B", "A")):
            self.assertEqual(host.call("PUT", f"{models}/{name}", {"type": "entity", "name": name, "fields": own + relations(to)}).status, 200)
        queries = ["{ r_list_A { id x: r0(where: {id: {_eq: 1}}) { id } } }", "{ r_list_B { id x: r0(where: {id: {_eq: 1}}) { id } } }",
                   "{ r_list_A { r1 { r2 { id } } } r_list_B { r1 { r2 { id } } } }"]
        answers = []
        for round_ in range(25):
            self.assertEqual(host.post(models, {"type": "enum", "name": f"E{round_}", "elements": ["X"]}).status, 200)
            threads = [threading.Thread(target=lambda q=q: answers.append(self.ask(host, q))) for q in queries]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
        self.assertEqual([a for a in answers if "errors" in a], [])
        self.assertEqual(len(answers), 75)


on_each_database(globals(), Queries, Mutations, GraphqlOverHttp)
del FreshSchool, GraphqlCase

if __name__ == "__main__":
    unittest.main()
