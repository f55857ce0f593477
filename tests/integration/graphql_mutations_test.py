# SPDX-License-Identifier: Apache-2.0
"""GraphQL mutations of many records, of related ones and of values that are there, over real databases."""
import threading
import unittest

from databases import on_each_database
from graphql_case import PATH, GraphqlCase
from harness import DATASOURCES, records

MODELS = """
model Box { id: Long @id @default(autoIncrement()), label: String @unique,
  items?: Item[] @relation(localField: "id", foreignField: "boxId") }
model Item { id: Long @id @default(autoIncrement()), code: String @unique, kind?: String @length(20), size?: Int, total?: Long,
  price?: Float @precision(8) @scale(2), more?: JSON, boxId?: Long, revision: Int @default(1) @additional(version: "true"),
  box?: Box @relation(localField: "boxId", foreignField: "id"),
  @index(name: "by_kind", unique: true, fields: [kind, size]) }
model Note { text?: String, size?: Int }
"""
ITEMS = [{"id": 1, "code": "a", "kind": "x", "size": 1, "total": 10, "price": 0.1, "more": {"k": 1, "l": [1, 2, 3]}},
         {"id": 2, "code": "b", "kind": "x", "size": 2, "total": None, "price": 9.99, "more": ["k", "m"]},
         {"id": 3, "code": "c", "kind": "y", "size": None, "total": 30, "price": None, "more": None}]


class ShopCase(GraphqlCase):
    """Each test has a shop of its own; documents call it "shop"."""
    shops = 0

    @classmethod
    def school(cls, name):
        pass  # nothing here is about it

    def setUp(self):
        type(self).shops += 1
        self.name = f"t{self.shops}"
        self.datasource(self.name, MODELS)
        answer = self.host.post(records(self.name, "Item"), ITEMS)
        self.assertEqual(answer.status, 200, answer.text)

    def ask(self, query, *arguments, **more):
        return super().ask(query.replace("shop_", f"{self.name}_"), *arguments, **more)

    def refused(self, query, variables=None):
        """The message and the code of the one error; nothing is changed then."""
        answer = self.ask(query, variables)
        self.assertEqual((answer.status, answer.json["data"], len(answer.json["errors"])), (200, None, 1), answer.text)
        error = answer.json["errors"][0]
        return error["message"], error["extensions"]["code"]

    def items(self, selection, where="{}"):
        return self.data("{ l: shop_list_Item(where: %s, order_by: {id: asc}) { %s } }" % (where, selection))["l"]

    def codes(self):
        return [i["code"] for i in self.items("code")]


class ManyRecords(ShopCase):
    def test_many_are_created_and_returned_in_their_order(self):
        data = self.data("""mutation { c: shop_create_many_Item(data: [{id: "9", code: "z"}, {id: "8", code: "y", more: [1]}])
            { affected_rows returning { id code revision more } __typename _join { n: shop_aggregate_Item { _count } } } }""")
        self.assertEqual(data["c"]["affected_rows"], 2)
        self.assertEqual(data["c"]["returning"], [{"id": "9", "code": "z", "revision": 1, "more": None},
                                                  {"id": "8", "code": "y", "revision": 1, "more": [1]}])
        self.assertEqual((data["c"]["__typename"], data["c"]["_join"]), (f"{self.name}_Item_mutation_response", {"n": {"_count": 5}}))

    def test_many_without_a_look_at_them(self):
        many = [{"code": f"n{n}", "size": n} for n in range(2000)]
        query = "mutation($d: [shop_Item_insert_input!]!) { c: shop_create_many_Item(data: $d) { affected_rows } }"
        self.assertEqual(self.data(query, {"d": many}), {"c": {"affected_rows": 2000}})
        self.assertEqual(self.data("mutation { c: shop_create_many_Item(data: []) { affected_rows returning { id } } }"),
                         {"c": {"affected_rows": 0, "returning": []}})
        self.assertEqual(len(self.items("id", '{size: {_gte: 1500}, kind: {_is_null: true}}')), 500)

    def test_one_that_is_refused_takes_all_with_it(self):
        self.assertEqual(self.refused('mutation { shop_create_many_Item(data: [{code: "n"}, {code: "a"}]) { returning { id } } }'),
                         ("[1].code: the value exists already", "constraint-violation"))
        self.assertEqual(self.refused('mutation { shop_create_many_Item(data: [{code: "n"}, {size: 1}]) { affected_rows } }'),
                         ("[1].code is required", "validation-failed"))
        self.assertEqual(self.codes(), ["a", "b", "c"])

    def test_models_without_identity(self):
        data = self.data('mutation { c: shop_create_many_Note(data: [{text: "n", size: 1}, {text: "m"}]) { affected_rows returning { text size } } '
                         "u: shop_update_Note(where: {}, _inc: {size: 2}) { affected_rows } }")
        self.assertEqual(data, {"c": {"affected_rows": 2, "returning": [{"text": "n", "size": 1}, {"text": "m", "size": None}]},
                                "u": {"affected_rows": 2}})
        self.assertEqual(self.data("{ l: shop_list_Note(sort: [{size: desc}]) { size } }"), {"l": [{"size": 3}, {"size": None}]})

    def test_updates_return_the_records_as_they_are_and_deletions_as_they_were(self):
        data = self.data("""mutation { u: shop_update_Item_returning(where: {kind: {_eq: "x"}}, _set: {kind: "z"}) { affected_rows returning { id kind box { id } } }
            n: shop_update_Item_returning(where: {kind: {_eq: "none"}}, _set: {kind: "w"}) { affected_rows returning { id } }
            e: shop_update_Item_returning(where: {}, _set: {}) { affected_rows returning { id } }
            d: shop_delete_Item_returning(where: {kind: {_eq: "z"}}) { affected_rows returning { code } _join { n: shop_aggregate_Item { _count } } } }""")
        self.assertEqual(data, {
            "u": {"affected_rows": 2, "returning": [{"id": "1", "kind": "z", "box": None}, {"id": "2", "kind": "z", "box": None}]},
            "n": {"affected_rows": 0, "returning": []}, "e": {"affected_rows": 0, "returning": []},
            "d": {"affected_rows": 2, "returning": [{"code": "a"}, {"code": "b"}], "_join": {"n": {"_count": 1}}}})

    def test_many_updates_are_made_one_after_another(self):
        data = self.data("""mutation { u: shop_update_many_Item(updates: [{where: {code: {_eq: "a"}}, _set: {kind: "w"}, _inc: {size: 1}},
            {where: {kind: {_eq: "w"}}, _set: {total: 7}}, {where: {code: {_eq: "none"}}, _set: {total: 1}}])
            { affected_rows returning { code size total } } }""")
        self.assertEqual(data["u"], [{"affected_rows": 1, "returning": [{"code": "a", "size": 2, "total": 10}]},
                                     {"affected_rows": 1, "returning": [{"code": "a", "size": 2, "total": 7}]},
                                     {"affected_rows": 0, "returning": []}])
        self.assertEqual(self.data("mutation { u: shop_update_many_Item(updates: []) { affected_rows } }"), {"u": []})

    def test_empty_conditions_are_refused_in_every_field(self):
        for document in ("mutation($s: Int) { shop_update_Item_returning(where: {size: {_eq: $s}}, _set: {total: 1}) { affected_rows } }",
                         "mutation($s: Int) { shop_delete_Item_returning(where: {size: {_eq: $s}}) { affected_rows } }",
                         "mutation($s: Int) { shop_update_many_Item(updates: [{where: {size: {_eq: $s}}, _set: {total: 1}}]) { affected_rows } }",
                         'mutation($s: Int) { shop_create_Item(data: {code: "a"}, on_conflict: {constraint: Item_code_key, update_columns: [size], where: {size: {_eq: $s}}}) { id } }'):
            self.assertEqual(self.refused(document), ("the condition depends on $s, which has no value", "validation-failed"))
        self.assertIn("is empty", self.refused("mutation { shop_update_many_Item(updates: [{where: {size: {}}, _set: {total: 1}}]) { affected_rows } }")[0])
        self.assertEqual([i["total"] for i in self.items("total")], [10, None, 30])


class Conflicts(ShopCase):
    def test_a_record_whose_key_is_taken_is_left_out_or_updates_the_other_one(self):
        data = self.data("""mutation {
            ignored: shop_create_Item(data: {code: "a", size: 50}, on_conflict: {constraint: Item_code_key}) { id }
            updated: shop_create_Item(data: {code: "a", size: 50, total: 60}, on_conflict: {constraint: Item_code_key, update_columns: [size]}) { id size total }
            byId: shop_create_Item(data: {id: "2", code: "bb", size: 7}, on_conflict: {constraint: Item_pkey, update_columns: [code]}) { id code size }
            byTwo: shop_create_Item(data: {code: "no", kind: "x", size: 2, total: 5}, on_conflict: {constraint: by_kind, update_columns: [total]}) { id code total }
            unsaid: shop_create_Item(data: {code: "c"}, on_conflict: {constraint: Item_code_key, update_columns: [total, kind]}) { id total kind }
            new: shop_create_Item(data: {code: "n"}, on_conflict: {constraint: Item_code_key, update_columns: [size]}) { code size } }""")
        self.assertEqual(data, {"ignored": None, "updated": {"id": "1", "size": 50, "total": 10}, "byId": {"id": "2", "code": "bb", "size": 2},
                                "byTwo": {"id": "2", "code": "bb", "total": 5}, "unsaid": {"id": "3", "total": 30, "kind": "y"},
                                "new": {"code": "n", "size": None}})

    def test_related_records_of_what_is_left_out_are_not_written(self):
        count = "{ c: shop_aggregate_Box { _count } }"
        before = self.data(count)
        for conflict in ("", ", update_columns: [size]", ", update_columns: [boxId], where: {size: {_lt: -1}}"):
            self.data('mutation { c: shop_create_Item(data: {code: "a", box: {data: {label: "unwanted"}}}, '
                      "on_conflict: {constraint: Item_code_key%s}) { id } }" % conflict)
            self.assertEqual(self.data(count), before, conflict)
        data = self.data('mutation { c: shop_create_Item(data: {code: "a", box: {data: {label: "wanted"}}}, '
                         "on_conflict: {constraint: Item_code_key, update_columns: [boxId]}) { box { label } } }")
        self.assertEqual(data, {"c": {"box": {"label": "wanted"}}})

    def test_a_condition_says_which_records_may_be_updated(self):
        document = """mutation($c: String!) { c: shop_create_Item(data: {code: $c, size: 70}, on_conflict: {constraint: Item_code_key,
                        update_columns: [size], where: {total: {_gt: 20}}}) { size } }"""
        self.assertEqual([self.data(document, {"c": c})["c"] for c in ("a", "b", "c", "d")], [None, None, {"size": 70}, {"size": 70}])

    def test_many_at_once_even_when_they_meet_each_other(self):
        data = self.data("""mutation { c: shop_create_many_Item(data: [{code: "n", size: 1}, {code: "a", size: 22}, {code: "n", size: 3}],
            on_conflict: {constraint: Item_code_key, update_columns: [size]}) { affected_rows returning { code size } }
            i: shop_create_many_Item(data: [{code: "a"}, {code: "o"}], on_conflict: {constraint: Item_code_key}) { affected_rows returning { code } } }""")
        self.assertEqual(data, {"c": {"affected_rows": 3, "returning": [{"code": "n", "size": 3}, {"code": "a", "size": 22}]},
                                "i": {"affected_rows": 1, "returning": [{"code": "o"}]}})

    def test_another_key_that_is_taken_is_refused(self):
        self.assertEqual(self.refused('mutation { shop_create_Item(data: {id: "1", code: "n"}, on_conflict: {constraint: Item_code_key}) { id } }'),
                         ("id: the value exists already", "constraint-violation"))
        self.assertEqual(self.refused('mutation { shop_create_Item(data: {size: 1, kind: "x"}, on_conflict: {constraint: by_kind}) { id } }'),
                         ("code is required", "validation-failed"))
        self.assertIn("does not exist in", self.messages('mutation { shop_create_Item(data: {code: "n"}, on_conflict: {constraint: no_key}) { id } }')[0])

    def test_a_trigger_that_refuses_says_why(self):
        refuses = {"sqlite": "create trigger t before update on told begin select raise(abort, 'no such spelling') where new.b not in ('true', 'false'); end;",
                   "mariadb": "\ndelimiter //\ncreate trigger t before update on told for each row if new.b not in ('true', 'false') then "
                              "signal sqlstate '45000' set message_text = 'no such spelling'; end if//\ndelimiter ;\n",
                   "postgresql": "create function refuse() returns trigger language plpgsql as $$ begin if new.b not in ('true', 'false') then "
                                 "raise exception 'no such spelling'; end if; return new; end $$; create trigger t before update on told for each row execute function refuse();"}
        name = f"{self.name}told"
        self.synced(name, "create table told (id integer primary key, b varchar(10)); insert into told values (1, 'true');" + refuses[self.databases.kind])
        refused = self.host.call("PATCH", f"{records(name, 'told')}/1", {"b": "yes"})
        self.assertEqual((refused.status, refused.json["code"], refused.json["message"]), (400, 1003, "no such spelling"))
        self.assertEqual(self.refused('mutation { %s_update_told_by_id(id: 1, _set: {b: "yes"}) { b } }' % name), ("no such spelling", "constraint-violation"))
        refused = self.host.call("PUT", f"{DATASOURCES}/{name}/models/told/fields/b", {"type": "Boolean"})
        self.assertEqual((refused.status, refused.fields), (400, ["model"]), refused.text)
        self.assertIn("no such spelling", refused.text)
        self.assertEqual(self.data("{ t: %s_find_by_id_told(id: 1) { b } }" % name), {"t": {"b": "true"}})

    def test_the_key_of_a_conflict_is_what_will_be_written(self):
        self.datasource(f"{self.name}own", """model Note { id: Long @id @default(autoIncrement()), tenant_id?: String @length(63), created_by?: String @length(63),
            code: String @length(20), text?: String,
            @index(name: "mine", unique: true, fields: [created_by, code]) }""")
        document = """mutation($t: String) { n: %sown_create_Note(data: {code: "a", text: $t}, on_conflict: {constraint: mine, update_columns: [text]})
                        { id created_by text } }""" % self.name
        first = self.data(document, {"t": "x"})["n"]
        self.assertTrue(first["created_by"])
        self.assertEqual(self.data(document, {"t": "y"})["n"], {**first, "text": "y"})

    def test_creations_of_one_key_at_the_same_time_make_one_record(self):
        answers = []

        def create(n):
            answers.append(self.ask("""mutation { c: shop_create_Item(data: {code: "race", size: %d}, on_conflict:
                {constraint: Item_code_key, update_columns: [size]}) { code } }""" % n).json)
        threads = [threading.Thread(target=create, args=(n,)) for n in range(6)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        # A database that finds the writers in each other's way says so: nothing is lost, and they may try again.
        codes = {e["extensions"]["code"] for a in answers for e in a.get("errors", [])}
        self.assertLessEqual(codes, {"conflict", "constraint-violation"})
        self.assertTrue(any("errors" not in a for a in answers))
        self.assertEqual(len(self.items("id", '{code: {_eq: "race"}}')), 1)


class RelatedRecords(ShopCase):
    def test_children_are_inserted_with_their_parent_and_parents_before_their_child(self):
        data = self.data("""mutation { b: shop_create_Box(data: {label: "B", items: {data: [{code: "n", size: 1}, {code: "m"}]}}) { label items { code size } }
            i: shop_create_Item(data: {code: "o", box: {data: {label: "C"}}}) { code box { label items { code } } } }""")
        self.assertEqual(data, {"b": {"label": "B", "items": [{"code": "n", "size": 1}, {"code": "m", "size": None}]},
                                "i": {"code": "o", "box": {"label": "C", "items": [{"code": "o"}]}}})
        query = "mutation($d: [shop_Box_insert_input!]!) { c: shop_create_many_Box(data: $d) { affected_rows returning { label items { code } } } }"
        boxes = [{"label": "D", "items": {"data": [{"code": "p"}]}}, {"label": "E", "items": {"data": []}}]
        self.assertEqual(self.data(query, {"d": boxes})["c"],
                         {"affected_rows": 2, "returning": [{"label": "D", "items": [{"code": "p"}]}, {"label": "E", "items": []}]})

    def test_related_records_have_conflicts_of_their_own(self):
        document = """mutation { b: shop_create_Box(data: {label: "B", items: {data: [{code: "a", size: 40}, {code: "n"}],
                        on_conflict: {constraint: Item_code_key, update_columns: [size, boxId]}}}) { items(order_by: {id: asc}) { code size } }
                      i: shop_create_Item(data: {code: "o", box: {data: {label: "B"}, on_conflict: {constraint: Box_label_key}}}) { box { label } } }"""
        self.assertEqual(self.data(document), {"b": {"items": [{"code": "a", "size": 40}, {"code": "n", "size": None}]}, "i": {"box": {"label": "B"}}})
        self.assertEqual(self.data("{ n: shop_aggregate_Box { _count } }"), {"n": {"_count": 1}})

    def test_a_related_record_that_is_there_is_no_update(self):
        message, code = self.refused('mutation { shop_create_Box(data: {label: "B", items: {data: [{id: "1", code: "other"}]}}) { id } }')
        self.assertEqual((message, code), ("items[0].id: the value exists already", "constraint-violation"))
        self.assertEqual((self.codes(), self.data("{ n: shop_aggregate_Box { _count } }")), (["a", "b", "c"], {"n": {"_count": 0}}))

    def test_nesting_is_bounded(self):
        deep = {"code": "deep"}
        for n in range(12):
            deep = {"label": f"B{n}", "items": {"data": [deep]}} if n % 2 == 0 else {"code": f"i{n}", "box": {"data": deep}}
        message, code = self.refused("mutation($d: shop_Item_insert_input) { shop_create_Item(data: $d) { id } }", {"d": deep})
        self.assertEqual((message, code), ("related records are nested deeper than 10", "limit-exceeded"))


class Operators(ShopCase):
    def test_numbers_are_added_and_nulls_stay(self):
        data = self.data("mutation { u: shop_update_Item(where: {}, _inc: {size: 5, total: -1, price: 0.2}) { affected_rows } "
                         "o: shop_update_Item_by_id(id: 1, _set: {kind: \"w\"}, _inc: {size: 1}) { kind size } }")
        self.assertEqual(data, {"u": {"affected_rows": 3}, "o": {"kind": "w", "size": 7}})
        self.assertEqual(self.items("size total price"), [{"size": 7, "total": 9, "price": 0.3}, {"size": 7, "total": None, "price": 10.19},
                                                          {"size": None, "total": 29, "price": None}])

    def test_numbers_that_leave_the_range_are_refused(self):
        for inc, field in (("size: 2147483647", "size"), ("size: -9223372036854775807", "size"), ("total: 9223372036854775807", "total"),
                           ("price: 999995", "price"), ("price: -1000001", "price")):
            for document in ("mutation { shop_update_Item(where: {}, _inc: {%s}) { affected_rows } }",
                             "mutation { shop_update_Item_by_id(id: 1, _inc: {%s}) { id } }"):
                if "999995" in inc and "by_id" in document:
                    continue  # that record's price is small enough
                self.assertEqual(self.refused(document % inc), (f"{field} would be out of the field's range", "validation-failed"), inc)
        self.assertEqual([i["size"] for i in self.items("size")], [1, 2, None])
        self.assertEqual(self.data("mutation { u: shop_update_Item_by_id(id: 1, _inc: {size: 2147483646}) { size } }"), {"u": {"size": 2147483647}})

    def test_json_is_changed_where_it_stands(self):
        def after(operators):
            self.data("mutation { u: shop_update_Item(where: {}, %s) { affected_rows } }" % operators)
            return [i["more"] for i in self.items("more")]
        self.assertEqual(after("_append: {more: {m: 2}}"), [{"k": 1, "l": [1, 2, 3], "m": 2}, ["k", "m", {"m": 2}], None])
        self.assertEqual(after('_delete_key: {more: "k"}'), [{"l": [1, 2, 3], "m": 2}, ["m", {"m": 2}], None])
        self.assertEqual(after("_delete_elem: {more: -1}"), [{"l": [1, 2, 3], "m": 2}, ["m"], None])
        self.assertEqual(after('_delete_at_path: {more: ["l", "0"]}'), [{"l": [2, 3], "m": 2}, ["m"], None])
        self.assertEqual(after("_prepend: {more: [0]}"), [[0, {"l": [2, 3], "m": 2}], [0, "m"], None])
        self.assertEqual(self.data('mutation { u: shop_update_Item_by_id(id: 1, _set: {size: 9}, _delete_elem: {more: 1}) { size more } }'),
                         {"u": {"size": 9, "more": [0]}})

    def test_a_field_is_changed_once(self):
        self.assertEqual(self.refused("mutation { shop_update_Item(where: {}, _set: {size: 1}, _inc: {size: 1}) { affected_rows } }"),
                         ("size is changed by _set and by _inc", "validation-failed"))
        self.assertEqual(self.refused('mutation { shop_update_Item_by_id(id: 1, _append: {more: 1}, _delete_key: {more: "k"}) { id } }'),
                         ("more is changed by _append and by _delete_key", "validation-failed"))

    def test_changes_at_the_same_time_are_all_there(self):
        self.data('mutation { d: shop_delete_Item(where: {code: {_ne: "a"}}) { affected_rows } }')

        def change():
            self.data('mutation { shop_update_Item(where: {code: {_eq: "a"}}, _inc: {size: 1}, _append: {more: {}}) { affected_rows } }')
        threads = [threading.Thread(target=change) for _ in range(8)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.assertEqual(self.items("size", '{code: {_eq: "a"}}'), [{"size": 9}])

    def test_an_update_of_another_version_is_a_conflict(self):
        document = "mutation($v: Int) { u: shop_update_Item_by_id(id: 1, _set: {size: 5}, if_version: $v) { size revision } }"
        self.assertEqual(self.data(document, {"v": 1}), {"u": {"size": 5, "revision": 2}})
        self.assertEqual(self.refused(document, {"v": 1})[1], "conflict")
        self.assertIn("which has no value", self.refused(document)[0])
        self.assertEqual(self.data(document, {"v": None}), {"u": {"size": 5, "revision": 3}})
        self.assertEqual(self.data("mutation { u: shop_update_Item_by_id(id: 99, _set: {size: 5}, if_version: 1) { size } }"), {"u": None})
        self.assertEqual(self.data("mutation { shop_update_Item(where: {}, _inc: {size: 1}) { affected_rows } }"), {f"{self.name}_update_Item": {"affected_rows": 3}})
        self.assertEqual([i["revision"] for i in self.items("revision")], [4, 2, 2])


class Repeats(ShopCase):
    CREATE = "mutation($c: String!) { c: shop_create_Item(data: {code: $c}) { id code } }"

    def once(self, key, code="n", query=CREATE, **more):
        answer = self.ask(query, {"c": code}, headers={"Idempotency-Key": key}, **more)
        self.assertEqual(answer.status, 200, answer.text)
        return answer.json

    def test_a_change_under_a_key_happens_once_and_is_answered_alike(self):
        first, again = self.once("k1"), self.once("k1")
        self.assertNotIn("errors", first)
        self.assertEqual(again, first)
        self.assertEqual(self.codes(), ["a", "b", "c", "n"])
        self.assertEqual(self.once("k2", "o")["data"]["c"]["code"], "o")

    def test_something_else_under_the_key_is_refused(self):
        self.once("k")
        for other in (self.once("k", "o"), self.once("k", "n", self.CREATE + " ")):
            self.assertEqual((other["data"], other["errors"][0]["message"]), (None, "Idempotency-Key was used for another request"))
        self.assertIn("visible characters", self.once("a b")["errors"][0]["message"])
        self.assertEqual(self.codes(), ["a", "b", "c", "n"])

    def test_a_failure_claims_no_key(self):
        self.assertIn("errors", self.once("k", "a"))
        self.data("mutation { shop_delete_Item(where: {code: {_eq: \"a\"}}) { affected_rows } }")
        self.assertEqual(self.once("k", "a")["data"]["c"]["code"], "a")

    def test_requests_at_the_same_time_happen_once(self):
        self.once("before", "before")  # there is a table of keys
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(self.once("race"))) for _ in range(5)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.assertEqual({a["data"]["c"]["id"] for a in answers if a.get("data")}, {self.items("id", '{code: {_eq: "n"}}')[0]["id"]})

    def test_what_has_nothing_to_repeat(self):
        query = self.ask("{ shop_list_Item { code } }", headers={"Idempotency-Key": "q"}).json["data"]
        self.assertEqual(len(query[f"{self.name}_list_Item"]), 3)
        self.assertEqual(self.ask("mutation { __typename }", headers={"Idempotency-Key": "q"}).json["data"], {"__typename": "Mutation"})
        batch = self.send([{"query": "{ __typename }"}], headers={"Idempotency-Key": "q"})
        self.assertEqual(batch.status, 400)
        self.assertEqual(self.host.get(PATH, query={"query": "{ __typename }"}, headers={"Idempotency-Key": "q"}).status, 200)


on_each_database(globals(), ManyRecords, Conflicts, RelatedRecords, Operators, Repeats)
del GraphqlCase, ShopCase

if __name__ == "__main__":
    unittest.main()
