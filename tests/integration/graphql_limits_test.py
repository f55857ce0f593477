# SPDX-License-Identifier: Apache-2.0
"""What operators set for GraphQL: limits of all and of one tenant, rates, trusted documents, time-outs; and what they see
of it: plans, traces and slow operations."""
import hashlib
import json
import sqlite3
import threading
import unittest

from databases import PLUGINS, OnEachDatabase, on_each_database
from graphql_examples import MODELS, RECORDS
from harness import DATASOURCES, Host, records, until

PATH = "/api/f/graphql"
NESTED = "{ school_list_Classes { students { studentClass { id } } } }"


def school(host, name, config, tenant=None):
    """A school in a datasource of a tenant's."""
    headers = {"X-Tenant-Id": tenant} if tenant else None
    posts = [(DATASOURCES, {"name": name, "config": config}), (f"{DATASOURCES}/{name}/models/idl/execute", {"idl": MODELS}),
             *((records(name, model), rows) for model, rows in RECORDS.items())]
    for path, body in posts:
        answer = host.post(path, body, headers=headers)
        assert answer.status == 200, answer.text


def send(host, body, tenant=None, **headers):
    more = {"X-Tenant-Id": tenant} if tenant else {}
    return host.post(PATH, body, headers={"Content-Type": "application/json", **more, **headers})


def codes(answer):
    return [e["extensions"].get("code") for e in answer.json.get("errors", [])]


class GraphqlOperators(unittest.TestCase):
    """What does not depend on the database: schools in the datasource "school" of the first tenant, and "theirs" of the
    tenant "other"."""

    def host(self, prepare=None, **config):
        host = Host(plugins=(*PLUGINS, "graphql"), kind="sqlite", samples=False, configs={"graphql": config})
        self.addCleanup(host.__exit__)
        if prepare:
            prepare(host)
        host.start()
        for name, tenant in (("school", None), ("theirs", "other")):
            school(host, name, host.databases.config(name), tenant)
        return host

    def refused(self, host, query, tenant=None, variables=None):
        """The message of a refusal past a limit."""
        answer = send(host, {"query": query, "variables": variables}, tenant)
        self.assertEqual(codes(answer), ["limit-exceeded"], answer.text)
        self.assertIsNone(answer.json["data"])
        return answer.json["errors"][0]["message"]


class Limits(GraphqlOperators):
    def test_a_tenant_has_limits_of_its_own(self):
        own = {"depth": 1, "aliases": 1, "rootFields": 2, "nodes": 5, "tokens": 40, "documentBytes": 300, "batch": 2, "rows": 1, "mostRows": 2}
        host = self.host(tenants={"other": own})
        for query, what in ((NESTED.replace("school_", "theirs_"), "deeper than 1 "), ("{ a: __typename b: __typename }", "more than 1 aliases"),
                            ("{ _a: __typename __typename theirs_find_one_Student { id } }", "more than 2 root fields"),
                            ("{ theirs_find_one_Student { id age remark gender bornAt } }", "more than 5 fields"),
                            ("{ __typename " + "id " * 50 + "}", "more than 40 tokens"), ("{ __typename } #" + "x" * 300, "larger than 300 bytes: it has 316")):
            with self.subTest(what):
                self.assertIn(what, self.refused(host, query, "other"))
        capped = send(host, {"query": "{ l: theirs_list_Student { id } }"}, "other").json
        self.assertEqual((len(capped["data"]["l"]), len(capped["extensions"]["warnings"])), (1, 1))
        self.assertIn("from 1 to 2", send(host, {"query": "{ theirs_list_Student(size: 3) { id } }"}, "other").json["errors"][0]["message"])
        batch = send(host, [{"query": "{ __typename }"}] * 3, "other")
        self.assertEqual((batch.status, codes(batch)), (400, ["limit-exceeded"]))
        self.assertIn("1 to 2 operations, not 3", batch.json["errors"][0]["message"])
        for query in (NESTED, "{ a: __typename b: __typename c: school_find_one_Student { id age remark gender bornAt } } #" + "x" * 300):
            self.assertEqual(codes(send(host, {"query": query})), [])
        self.assertEqual(len(send(host, [{"query": "{ __typename }"}] * 3).json), 3)

    def test_a_limit_out_of_bounds_is_told_at_start_by_its_name(self):
        for config, what in (({"tenants": {"acme": {"depth": 101}}}, '"tenants.acme.depth" must be a whole number from 0 to 100'),
                             ({"limits": {"costs": 1}}, 'unknown configuration key "limits.costs"')):
            host = Host(plugins=(*PLUGINS, "graphql"), kind="sqlite", samples=False, configs={"graphql": config}).start()
            self.addCleanup(host.__exit__)
            self.assertTrue(host.logs(what))

    def test_the_cost_of_an_operation_is_bounded_and_told_on_demand(self):
        host = self.host(limits={"cost": 100}, tenants={"other": {"cost": 0}})
        query = "query($n: Int) { school_list_Classes(limit: $n) { students(limit: 4) { id } students_aggregate { _count } } }"
        answer = send(host, {"query": query, "variables": {"n": 5}, "extensions": {"cost": True}})
        self.assertEqual((codes(answer), answer.json["extensions"]["cost"]), ([], {"requested": 30, "limit": 100}))
        self.assertNotIn("extensions", send(host, {"query": query, "variables": {"n": 5}}).json)
        refused = send(host, {"query": query, "variables": {"n": 20}})
        self.assertIn("costs 120, more than the limit of 100", self.refused(host, query, variables={"n": 20}))
        self.assertEqual(refused.json["extensions"]["cost"], {"requested": 120, "limit": 100})
        self.assertEqual(self.refused(host, query).count("costs 180,"), 1)  # a page of each
        free = send(host, {"query": query.replace("school_", "theirs_"), "variables": {"n": 5000}, "extensions": {"cost": True}}, "other")
        self.assertEqual((codes(free), free.json["extensions"]["cost"]), ([], {"requested": 30000, "limit": 0}))
        self.assertEqual(codes(send(host, {"query": "{ __schema { types { name fields { name args { name } } } } }"})), [])

    def test_introspection_and_names_may_be_hidden_from_one_tenant(self):
        host = self.host(tenants={"other": {"introspection": False, "suggestions": False}})
        schema = "{ __schema { queryType { name } } }"
        self.assertIn("introspection has been disabled", send(host, {"query": schema}, "other").json["errors"][0]["message"])
        self.assertEqual(send(host, {"query": schema}).json["data"], {"__schema": {"queryType": {"name": "Query"}}})
        for status, tenant in ((403, "other"), (200, "default")):
            self.assertEqual(host.get(f"{PATH}/schema.graphql", headers={"X-Tenant-Id": tenant}).status, status)
        wrong = "query($w: %s_Student_bool_exp) { %s_list_Student(where: $w) { studentNam } %s_list_Studen { id } }"
        for name, tenant, proposes in (("theirs", "other", False), ("school", None, True)):
            for body in ({"query": wrong % (name, name, name)},
                         {"query": f"query($w: {name}_Student_bool_exp) {{ {name}_list_Student(where: $w) {{ id }} }}", "variables": {"w": {"studentNam": {}}}}):
                self.assertEqual("Did you mean" in send(host, body, tenant).text, proposes, body)


class Rates(GraphqlOperators):
    def test_operations_of_a_tenant_in_a_second(self):
        host = self.host(limits={"requestsPerSecond": 1}, tenants={"other": {"requestsPerSecond": 0}})
        self.assertEqual(send(host, [{"query": "{ __typename }"}] * 10).status, 200)
        refused = send(host, {"query": "{ __typename }"})
        self.assertEqual((refused.status, codes(refused)), (429, ["limit-exceeded"]))
        wait_s = int(refused.headers["Retry-After"])
        self.assertIn(wait_s, range(1, 11))
        self.assertEqual({send(host, {"query": "{ __typename }"}, "other").status for _ in range(20)}, {200})
        host.turn_clock(wait_s * 1000)
        self.assertEqual(send(host, {"query": "{ __typename }"}).status, 200)
        self.assertIn(429, {send(host, "nonsense").status for _ in range(20)})  # what is no request counts as one

    def test_cost_of_a_tenant_in_a_second(self):
        host = self.host(limits={"costPerSecond": 100})
        query = {"query": "{ school_list_Student(limit: 9000) { id } }"}
        self.assertEqual(send(host, query).status, 200)
        refused = host.get(PATH, query={"query": "{ __typename }"})
        self.assertEqual((refused.status, codes(refused)), (429, ["limit-exceeded"]))
        host.turn_clock(int(refused.headers["Retry-After"]) * 1000)
        first, second = send(host, [query, query]).json
        self.assertEqual(("errors" in first, second["data"], [e["extensions"]["code"] for e in second["errors"]]), (False, None, ["limit-exceeded"]))

    def test_evaluations_of_a_live_query_are_paid_for_and_wait(self):
        host = self.host(limits={"costPerSecond": 100})
        connection = host.connection()
        self.addCleanup(connection.close)
        query = "subscription { s: school_list_Student(limit: 9000, order_by: {id: asc}) { age } }"
        connection.request("POST", PATH, json.dumps({"query": query}).encode(),
                           {"Accept": "text/event-stream", "Content-Type": "application/json", "Authorization": f"Bearer {host.login()}"})
        events = connection.getresponse()

        def first_age():
            line = b""
            while not line.startswith(b"data:"):
                line = events.readline()
                self.assertTrue(line, "the stream has ended")
            return json.loads(line[5:])["data"]["s"][0]["age"]
        before = first_age()
        refused = host.get(PATH, query={"query": "{ __typename }"})
        self.assertEqual((refused.status, codes(refused)), (429, ["limit-exceeded"]))
        self.assertEqual(host.call("PATCH", f"{records('school', 'Student')}/1", {"age": before + 1}).status, 200)
        host.turn_clock(int(refused.headers["Retry-After"]) * 1000)
        self.assertEqual(first_age(), before + 1)


class TrustedDocuments(GraphqlOperators):
    document = "query One($id: ID!) { theirs_find_by_id_Student(id: $id) { studentName } }"
    id = hashlib.sha256(document.encode()).hexdigest()
    data = {"theirs_find_by_id_Student": {"studentName": "Li Si"}}

    def prepare(self, host):
        (host.home / "documents").mkdir()
        (host.home / "documents/one.graphql").write_text(self.document)

    def test_documents_are_executed_by_their_id(self):
        host = self.host(self.prepare, trustedDocuments="documents")
        for id_ in (self.id, f"sha256:{self.id}"):
            body = {"documentId": id_, "variables": {"id": 2}}
            self.assertEqual(send(host, body, "other").json["data"], self.data)
            self.assertEqual(host.get(PATH, query=body, headers={"X-Tenant-Id": "other"}).json["data"], self.data)
        unknown = send(host, {"documentId": "0" * 64}, "other")
        self.assertEqual((codes(unknown), unknown.json["errors"][0]["message"]), (["not-found"], "There is no trusted document of this id."))
        self.assertEqual(send(host, {"documentId": self.id, "query": self.document}, "other").status, 400)
        self.assertEqual(send(host, {"documentId": 7}, "other").status, 400)
        self.assertEqual(send(host, {"query": "{ __typename }"}, "other").json["data"], {"__typename": "Query"})

    def test_a_tenant_may_be_held_to_them(self):
        host = self.host(self.prepare, trustedDocuments="documents", tenants={"other": {"trustedOnly": True}})
        persisted = {"persistedQuery": {"version": 1, "sha256Hash": self.id}}
        for body in ({"documentId": self.id}, {"query": self.document}, {"extensions": persisted}, {"query": self.document, "extensions": persisted}):
            self.assertEqual(send(host, {**body, "variables": {"id": 2}}, "other").json["data"], self.data, body)
        other = hashlib.sha256(b"{ __typename }").hexdigest()
        for body in ({"query": "{ __typename }"}, {"query": self.document + " "}, {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": other}}},
                     {"query": "{ __typename }", "extensions": {"persistedQuery": {"version": 1, "sha256Hash": other}}}):
            self.assertEqual(codes(send(host, body, "other")), ["permission-error"], body)
        self.assertEqual(send(host, {}, "other").status, 400)
        self.assertEqual(send(host, {"query": "{ __typename }"}).json["data"], {"__typename": "Query"})

    def test_a_file_of_documents(self):
        def prepare(host):
            (host.home / "documents.json").write_text(json.dumps({self.id: self.document}))
        host = self.host(prepare, trustedDocuments="documents.json")
        self.assertEqual(send(host, {"documentId": self.id, "variables": {"id": 2}}, "other").json["data"], self.data)

    def test_what_is_wrong_with_them_is_told_at_start(self):
        host = Host(plugins=(*PLUGINS, "graphql"), kind="sqlite", samples=False, configs={"graphql": {"trustedDocuments": "documents.json"}})
        self.addCleanup(host.__exit__)
        (host.home / "documents.json").write_text(json.dumps({self.id: "{ other }"}))
        host.start()
        self.assertTrue(host.logs("is not the SHA-256 of its document"))


class Traces(GraphqlOperators):
    trace, span = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"

    def tracing(self, host, **headers):
        return send(host, {"query": "{ __typename }", "extensions": {"tracing": True}}, **headers).json["extensions"]["tracing"]

    def test_a_trace_is_taken_on_and_told_on_demand(self):
        host = self.host()
        given = {"traceparent": f"00-{self.trace}-{self.span}-01"}
        told = self.tracing(host, **given)
        self.assertEqual((told["traceId"], told["parentId"], told["sampled"]), (self.trace, self.span, True))
        self.assertGreaterEqual(told["duration_us"], 0)
        self.assertNotEqual(told["spanId"], self.span)
        for bad in ("nonsense", f"00-{'0' * 32}-{self.span}-01", f"ff-{self.trace}-{self.span}-01"):
            told = self.tracing(host, traceparent=bad)
            self.assertNotEqual(told["traceId"], self.trace)
            self.assertNotIn("parentId", told)
        self.assertNotIn("extensions", send(host, {"query": "{ __typename }"}, **given).json)


class Operated(OnEachDatabase):
    """A school in the datasource "school"."""
    timeout_ms = 3000
    host_options = {"plugins": (*PLUGINS, "graphql"),
                    "configs": {"graphql": {"limits": {"timeout_ms": timeout_ms}, "slow_ms": timeout_ms // 2}}}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        school(cls.host, "school", cls.databases.config("school"))

    def explained(self, query, variables=None):
        answer = send(self.host, {"query": query, "variables": variables, "extensions": {"explain": True}})
        self.assertEqual(codes(answer), [], answer.text)
        return answer.json["extensions"]["explain"]

    def test_an_administrator_sees_the_statements_of_an_operation(self):
        query = """query($age: Int, $name: String) { l: school_list_Classes(size: 2) { students(where: {age: {_gte: $age}, studentName: {_ne: $name}})
                     { studentName } } n: school_aggregate_Student { _count } }"""
        plan = self.explained(query, {"age": 10, "name": "x"})
        self.assertEqual([p["path"] for p in plan], [["l"], ["l", "students"], ["n"]])
        self.assertEqual([(p["rows"], p.get("keys")) for p in plan], [(2, None), (3, 2), (1, None)])
        self.assertEqual([p["values"] for p in plan], [["integer", "integer"], ["integer", "text"], []])
        for p in plan:
            self.assertEqual(p["datasource"], "school")
            self.assertIn("select", p["statement"].lower())
            self.assertGreaterEqual(p["duration_us"], 0)
        self.assertNotIn("extensions", send(self.host, {"query": query, "variables": {"age": 10}}).json)

    def test_an_operation_that_takes_too_long_is_stopped_in_the_database(self):
        with self.held():
            traceparent = f"00-{Traces.trace}-{Traces.span}-01"
            answer = send(self.host, {"query": self.blocked, "operationName": "Blocked"}, traceparent=traceparent)
            self.assertEqual((answer.status, set(codes(answer))), (200, {"timeout"}), answer.text)
            self.assertIsNone(answer.json["data"])
            self.assertTrue(self.is_held(), "the table was let go: nothing was proved")
            until(lambda: self.waiting() == 0)
        until(lambda: codes(send(self.host, {"query": self.blocked})) == [])
        line = self.host.lines('"operation":"Blocked"')[0]
        self.assertIn("a slow GraphQL operation", line)
        fields = json.loads(line[line.index("{"):])
        self.assertEqual((fields["operation"], fields["tenant"], fields["traceId"]), ("Blocked", "default", Traces.trace))
        self.assertEqual(len(fields["document"]), 64)
        self.assertGreaterEqual(fields["duration_ms"], self.timeout_ms // 2)

    # What holds the table of students, and who waits for it.

    @property
    def blocked(self):
        if self.kind == "sqlite":  # whose readers do not wait
            return 'mutation Blocked { school_update_Student(where: {id: {_eq: 1}}, _set: {age: 10}) { affected_rows } }'
        return "query Blocked { school_list_Student { id } }"

    def held(self):
        return HeldFile(self) if self.kind == "sqlite" else HeldTable(self)

    def is_held(self):
        return self.kind == "sqlite" or HeldTable.count(self) > 0

    def waiting(self):
        if self.kind == "sqlite":
            return 0
        query = {"mariadb": "select count(*) from information_schema.processlist where state like 'Waiting for%' and info like '%Student%'",
                 "postgresql": "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"}[self.kind]
        return int(self.databases.server.sql(query).split()[-1])


class HeldFile:
    """A writer of SQLite's."""

    def __init__(self, case):
        self.db = sqlite3.connect(case.databases.path("school"), isolation_level=None)

    def __enter__(self):
        self.db.execute("begin immediate")

    def __exit__(self, *_):
        self.db.close()


class HeldTable:
    """A session of the server's own client that has locked the table."""
    hold = {"mariadb": "lock tables `Student` write; select sleep(60);",
            "postgresql": 'begin; lock table "Student" in access exclusive mode; select pg_sleep(60);'}
    holders = {"mariadb": "select {} from information_schema.processlist where info like 'select sleep(60)%'",
               "postgresql": "select {} from pg_stat_activity where query like '%pg_sleep(60)%' and wait_event = 'PgSleep'"}

    def __init__(self, case):
        self.case, self.server = case, case.databases.server
        arguments = (self.hold[case.kind], case.databases.prefix + "school", False)
        self.thread = threading.Thread(target=self.server.client, args=arguments)

    @classmethod
    def count(cls, case):
        return int(case.databases.server.sql(cls.holders[case.kind].format("count(*)")).split()[-1])

    def __enter__(self):
        self.thread.start()
        until(lambda: self.count(self.case) > 0)

    def __exit__(self, *_):
        if self.case.kind == "mariadb":
            self.server.sql(f"kill {self.server.sql(self.holders['mariadb'].format('id')).split()[0]}")
        else:
            self.server.sql(self.holders["postgresql"].format("pg_terminate_backend(pid)"))
        self.thread.join()


class Administrators(GraphqlOperators):
    def test_nobody_else_sees_statements(self):
        host = self.host(administrators=["somebody"])
        answer = send(host, {"query": "{ school_find_one_Student { id } }", "extensions": {"explain": True}})
        self.assertEqual((codes(answer), answer.json["data"]), (["permission-error"], None))
        self.assertNotIn("explain", answer.json.get("extensions") or {})
        self.assertNotIn("select", answer.text)


on_each_database(globals(), Operated)

if __name__ == "__main__":
    unittest.main()
