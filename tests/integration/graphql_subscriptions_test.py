# SPDX-License-Identifier: Apache-2.0
"""GraphQL subscriptions: live queries over event streams and WebSockets."""
import json
import struct
import unittest
import urllib.parse

from databases import PLUGINS, OnEachDatabase, on_each_database
from graphql_examples import MODELS, RECORDS
from harness import DATASOURCES, Host, records
from websocket_client import BINARY, CLOSE, PING, PONG, Client, WebSocket, frame

PATH = "/api/f/graphql"
PROTOCOL = "graphql-transport-ws"
UPGRADE = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"),
           ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Sec-WebSocket-Protocol", PROTOCOL)]
STUDENTS = "subscription { s: school_list_Student(order_by: {id: asc}) { id age } }"


class EventStream:
    """One operation as server-sent events."""

    def __init__(self, host, query, variables=None, method="POST", token=True, headers=None):
        self.connection = host.connection()
        sent = {"Accept": "text/event-stream", "Content-Type": "application/json", **(headers or {})}
        if token:
            sent["Authorization"] = f"Bearer {host.login() if token is True else token}"
        body = {"query": query, "variables": variables or {}}
        if method == "POST":
            self.connection.request("POST", PATH, json.dumps(body).encode(), sent)
        else:
            asked = urllib.parse.urlencode({"query": query, "variables": json.dumps(body["variables"])})
            self.connection.request("GET", f"{PATH}?{asked}", headers=sent)
        self.response = self.connection.getresponse()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def event(self):
        """The next event: its name and data; None at the end."""
        name, data = None, []
        while True:
            line = self.response.readline().decode()
            if not line:
                return None
            line = line.rstrip("\n")
            if not line and name:
                return name, "\n".join(data)
            if line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data:"):
                data.append(line[5:].lstrip())

    def result(self):
        name, data = self.event()
        assert name == "next", (name, data)
        return json.loads(data)

    def data(self):
        result = self.result()
        assert "errors" not in result, result
        return result["data"]


class Socket(WebSocket):
    """A WebSocket of graphql-transport-ws."""

    def __init__(self, host, path=f"{PATH}/ws", protocols=(PROTOCOL,), headers=()):
        super().__init__(host.port)
        self.open(path, [*(("Sec-WebSocket-Protocol", p) for p in protocols), *headers])

    def receive(self):
        """The next message, or None once the host closes: then there are code and reason."""
        while True:
            opcode, payload = self.next()
            if opcode == PING:
                self.send(frame(payload, PONG))
            elif opcode == CLOSE:
                self.code, self.reason = struct.unpack(">H", payload[:2])[0], payload[2:].decode()
                return None
            else:
                return json.loads(payload)

    def tell(self, message):
        self.text(json.dumps(message))

    def begin(self, payload):
        self.tell({"type": "connection_init", "payload": payload})
        assert self.receive() == {"type": "connection_ack"}
        return self

    def subscribe(self, id_, query, variables=None):
        self.tell({"id": id_, "type": "subscribe", "payload": {"query": query, "variables": variables}})

    def data(self, id_):
        message = self.receive()
        assert message is not None, (self.code, self.reason)
        assert (message["id"], message["type"]) == (id_, "next"), message
        assert "errors" not in message["payload"], message
        return message["payload"]["data"]

    def closed(self):
        """With what the host closes, after anything else."""
        while self.receive() is not None:
            continue
        return self.code, self.reason


class Live(OnEachDatabase):
    host_options = {"plugins": (*PLUGINS, "graphql"),
                    "configs": {"graphql": {"subscriptions": {"interval_ms": 20, "connectionInit_ms": 2000, "perConnection": 5,
                                                              "queuedBytes": 1000000}}}}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.databases.log_statements("school")
        for path, body in ((DATASOURCES, {"name": "school", "config": cls.databases.config("school")}),
                           (f"{DATASOURCES}/school/models/idl/execute", {"idl": MODELS})):
            answer = cls.host.post(path, body)
            assert answer.status == 200, answer.text

    def setUp(self):
        self.write("mutation { " + " ".join(f"school_delete_{m}(where: {{}}) {{ affected_rows }}" for m in RECORDS) + " }")
        for model, rows in RECORDS.items():
            answer = self.host.post(records("school", model), rows)
            self.assertEqual(answer.status, 200, answer.text)

    def ask(self, query, variables=None):
        return self.host.post(PATH, {"query": query, "variables": variables or {}}, headers={"Content-Type": "application/json"}).json

    def write(self, query, variables=None):
        answer = self.ask(query, variables)
        self.assertNotIn("errors", answer)
        return answer["data"]

    def set_age(self, student, age):
        self.write(f"mutation {{ school_update_Student_by_id(id: {student}, _set: {{age: {age}}}) {{ id }} }}")

    def open(self, query, variables=None, **more):
        stream = EventStream(self.host, query, variables, **more)
        self.addCleanup(stream.connection.close)
        return stream

    def socket(self, payload=None, **more):
        client = Socket(self.host, **more)
        self.addCleanup(client.__exit__)
        return client.begin({"authorization": f"Bearer {self.host.login()}"} if payload is None else payload)


class LiveQueries(Live):
    def test_the_result_comes_at_once_and_again_when_it_changes(self):
        stream = self.open(STUDENTS)
        self.assertEqual(stream.response.status, 200)
        self.assertTrue(stream.response.headers["Content-Type"].startswith("text/event-stream"))
        self.assertEqual([s["age"] for s in stream.data()["s"]], [10, 10, 11])
        self.set_age(2, 12)
        self.assertEqual([s["age"] for s in stream.data()["s"]], [10, 12, 11])
        self.host.call("DELETE", f"{records('school', 'Student')}/3")  # the record API is heard as well
        self.assertEqual([s["age"] for s in stream.data()["s"]], [10, 12])

    def test_relations_conditions_orders_aggregates_and_joins_are_read(self):
        rename = 'mutation { school_update_Classes_by_id(id: 1, _set: {className: "%s"}) { id } }'
        for query, change, seen in (
                ("{ x: school_find_by_id_Student(id: 1) { studentClass { className } } }", rename % "Renamed", {"studentClass": {"className": "Renamed"}}),
                ('{ x: school_list_Student(where: {studentClass: {className: {_eq: "Filtered"}}}, size: 1) { id } }', rename % "Filtered", [{"id": "1"}]),
                ("{ x: school_list_Student(sort: [{studentClass: {className: asc}}], size: 1) { id } }", rename % "ZZZ", [{"id": "3"}]),
                ("{ x: school_find_by_id_Classes(id: 2) { students_aggregate { _count } } }",
                 "mutation { school_delete_Student_by_id(id: 3) { id } }", {"students_aggregate": {"_count": 0}}),
                ("{ x: school_aggregate_Student { _max { age } } }",
                 "mutation { school_update_Student_by_id(id: 1, _set: {age: 77}) { id } }", {"_max": {"age": 77}}),
                ("{ x: school_find_by_id_Student(id: 1) { _join { d: school_aggregate_StudentDetail { _count } } } }",
                 'mutation { school_create_StudentDetail(data: {studentId: 3, description: "new"}) { id } }', {"_join": {"d": {"_count": 3}}})):
            with self.subTest(query):
                self.setUp()
                with EventStream(self.host, "subscription " + query) as stream:
                    stream.data()
                    self.write(change)
                    self.assertEqual(stream.data()["x"], seen)

    def test_what_is_not_read_and_what_makes_no_difference_is_not_sent(self):
        stream = self.open(STUDENTS)
        stream.data()
        self.write('mutation { school_update_Classes_by_id(id: 1, _set: {className: "elsewhere"}) { id } }')
        self.write('mutation { school_update_Student_by_id(id: 1, _set: {studentName: "not selected"}) { id } }')
        self.set_age(1, 10)
        self.set_age(1, 55)
        self.assertEqual([s["age"] for s in stream.data()["s"]], [55, 10, 11])

    def test_what_was_rolled_back_is_not_sent(self):
        stream = self.open(STUDENTS)
        stream.data()
        answer = self.ask("""mutation { a: school_update_Student_by_id(id: 1, _set: {age: 99}) { id } b: school_create_Student(data: null) { id } }""")
        self.assertIsNone(answer["data"])
        self.set_age(2, 56)
        self.assertEqual([s["age"] for s in stream.data()["s"]], [10, 56, 11])

    def test_many_records_of_one_change_are_one_result(self):
        stream = self.open("subscription { s: school_aggregate_Student { _count _sum { age } } }")
        stream.data()
        made = self.host.post(records("school", "Student"), [{"studentName": f"s{i}", "age": 1} for i in range(200)])
        self.assertEqual(made.status, 200, made.text)
        self.assertEqual(stream.data()["s"], {"_count": 203, "_sum": {"age": 231}})

    def test_equal_subscriptions_share_one_evaluation(self):
        query = "subscription ($id: ID!) { s: school_find_by_id_Student(id: $id) { age } }"
        self.set_age(1, 10)  # prepared
        alone = self.databases.selects(lambda: self.set_age(1, 10))  # which is no change, and nobody listens
        streams = [self.open(query, {"id": 1}) for _ in range(20)]
        for stream in streams:
            self.assertEqual(stream.data()["s"], {"age": 10})

        def change():
            self.set_age(1, 21)
            for stream in streams:
                self.assertEqual(stream.data()["s"], {"age": 21})
        counted = self.databases.selects(change)
        if self.kind != "sqlite":
            self.assertLessEqual(counted, alone + 1)

    def test_who_is_too_slow_is_dropped_and_others_are_not(self):
        query = "subscription { s: school_find_by_id_Student(id: 1) { remark } }"
        slow = Client(self.host.port, receive_buffer=4096)
        self.addCleanup(slow.__exit__)
        status, _ = slow.request(PATH, [("Accept", "text/event-stream"), ("Content-Type", "application/json"),
                                        ("Authorization", f"Bearer {self.host.login()}")], "POST", body=json.dumps({"query": query}).encode())
        self.assertEqual(status, 200)
        fast = self.open(query)
        fast.data()
        for i in range(40):
            self.write("mutation ($r: JSON) { school_update_Student_by_id(id: 1, _set: {remark: $r}) { id } }",
                       {"r": {"number": f"<{i}>", "text": "x" * 400000}})
            self.assertEqual(fast.data()["s"]["remark"]["number"], f"<{i}>")
        slow.socket.settimeout(60)
        self.assertIsNone(slow.until(b"<39>"))
        self.assertIn(b"<0>", slow.received)

    def test_a_schema_that_changes_keeps_what_fits_and_ends_what_does_not(self):
        made = self.host.post(f"{DATASOURCES}/d/models/idl/execute", {"idl": "model Item { id: Long @id @default(autoIncrement()), name?: String }"})
        self.assertEqual(made.status, 200, made.text)
        stream = self.open("subscription { s: d_list_Item { name } }")
        self.assertEqual(stream.data()["s"], [])
        socket_ = self.socket()
        socket_.subscribe("1", "subscription { s: d_aggregate_Item { _count } }")
        self.assertEqual(socket_.data("1")["s"], {"_count": 0})
        more = self.host.post(f"{DATASOURCES}/d/models", {"type": "enum", "name": "Other", "elements": ["X"]})
        self.assertEqual(more.status, 200, more.text)
        self.write('mutation { d_create_Item(data: {name: "a"}) { id } }')
        self.assertEqual(stream.data()["s"], [{"name": "a"}])
        self.assertEqual(socket_.data("1")["s"], {"_count": 1})
        self.assertEqual(self.host.call("DELETE", f"{DATASOURCES}/d/models/Item").status, 204)

        def is_passing(payload):  # it was evaluated when the table had gone and the model had not
            return isinstance(payload, dict) and [e["extensions"]["code"] for e in payload.get("errors", ())] == ["conflict"]
        message = 'Cannot query field "d_list_Item" on type "Subscription".'
        result = stream.result()
        if is_passing(result):
            result = stream.result()
        self.assertTrue(result["errors"][0]["message"].startswith(message), result)
        self.assertEqual(stream.event(), ("complete", ""))
        self.assertIsNone(stream.event())
        ended = socket_.receive()
        if is_passing(ended["payload"]):
            ended = socket_.receive()
        self.assertEqual((ended["id"], ended["type"], ended["payload"][0]["extensions"]["code"]), ("1", "error", "validation-failed"))


class EventStreams(Live):
    def test_queries_and_mutations_are_one_result(self):
        for method in ("POST", "GET"):
            stream = self.open("query ($id: ID!) { s: school_find_by_id_Student(id: $id) { age } }", {"id": 1}, method=method)
            self.assertEqual(stream.data(), {"s": {"age": 10}})
            self.assertEqual(stream.event(), ("complete", ""))
            self.assertIsNone(stream.event())
        stream = self.open("mutation { m: school_update_Student_by_id(id: 1, _set: {age: 5}) { age } }")
        self.assertEqual(stream.data(), {"m": {"age": 5}})
        self.assertEqual(stream.event(), ("complete", ""))

    def test_a_get_subscribes_and_does_not_change(self):
        stream = self.open(STUDENTS, method="GET")
        stream.data()
        self.set_age(1, 3)
        self.assertEqual(stream.data()["s"][0]["age"], 3)
        refused = self.open("mutation { school_delete_Student(where: {}) { affected_rows } }", method="GET")
        self.assertEqual(refused.response.status, 405)

    def test_what_is_wrong_is_said_in_the_stream_once_it_is_one(self):
        for query, what in (("subscription { nope }", "Cannot query field"), ("subscription {", "Syntax Error"),
                            ("subscription { a: school_list_Student { id } b: school_list_Classes { id } }",
                             "Anonymous Subscription must select only one top level field."),
                            ("subscription { __typename }", "must not select an introspection top level field"),
                            ("subscription ($id: ID!) { school_find_by_id_Student(id: $id) { id } }", "was not provided"),
                            ("subscription { school_list_Student { _join_mutation { school_delete_Student(where: {}) { affected_rows } } } }",
                             "must not change anything")):
            with self.subTest(query):
                stream = self.open(query)
                self.assertEqual(stream.response.status, 200)
                result = stream.result()
                self.assertIn(what, result["errors"][0]["message"])
                self.assertNotIn("data", result)
                self.assertEqual(stream.event(), ("complete", ""))
        self.assertEqual(self.open("").response.status, 400)
        self.assertEqual(self.open(STUDENTS, token=None).response.status, 401)
        self.assertEqual(self.open(STUDENTS, headers={"X-Tenant-Id": "nobody"}).response.status, 403)

    def test_a_subscription_is_no_plain_request(self):
        self.assertEqual([e["message"] for e in self.ask(STUDENTS)["errors"]], ["A subscription needs text/event-stream or a WebSocket."])
        names = self.write("{ __schema { subscriptionType { name fields { name } } queryType { fields { name } } } }")["__schema"]
        self.assertEqual(names["subscriptionType"], {"name": "Subscription", **names["queryType"]})
        self.assertIn("  subscription: Subscription\n", self.host.get(f"{PATH}/schema.graphql").text)

    def test_what_weighs_more_in_accept_decides(self):
        for accept in ("text/event-stream", "text/event-stream, application/json", "application/json;q=0.5, text/event-stream"):
            stream = self.open("{ school_find_by_id_Student(id: 1) { age } }", headers={"Accept": accept})
            self.assertTrue(stream.response.headers["Content-Type"].startswith("text/event-stream"), accept)
        for accept in ("application/json, text/event-stream", "*/*", "text/event-stream;q=0.5, application/json"):
            stream = self.open("{ school_find_by_id_Student(id: 1) { age } }", headers={"Accept": accept})
            self.assertTrue(stream.response.headers["Content-Type"].startswith("application/json"), accept)


class WebSockets(Live):
    def test_operations_of_one_connection_do_not_wait_for_each_other(self):
        client = self.socket()
        client.subscribe("live", STUDENTS)
        self.assertEqual([s["age"] for s in client.data("live")["s"]], [10, 10, 11])
        client.subscribe("query", "query ($id: ID!) { s: school_find_by_id_Student(id: $id) { age } }", {"id": "3"})
        self.assertEqual(client.data("query"), {"s": {"age": 11}})
        self.assertEqual(client.receive(), {"id": "query", "type": "complete"})
        client.subscribe("change", "mutation { m: school_update_Student_by_id(id: 1, _set: {age: 31}) { age } }")
        messages = {}
        while len(messages) < 3:  # in any order
            message = client.receive()
            messages[message["id"], message["type"]] = message.get("payload")
        self.assertEqual(messages["change", "next"], {"data": {"m": {"age": 31}}})
        self.assertIn(("change", "complete"), messages)
        self.assertEqual([s["age"] for s in messages["live", "next"]["data"]["s"]], [31, 10, 11])

    def test_an_operation_ends_when_the_client_completes_it(self):
        client = self.socket()
        client.subscribe("1", STUDENTS)
        client.data("1")
        client.tell({"id": "1", "type": "complete"})
        client.tell({"id": "unknown", "type": "complete"})
        client.subscribe("2", STUDENTS)
        client.data("2")
        self.set_age(1, 41)
        client.data("2")
        client.subscribe("1", STUDENTS)  # the id is free
        self.assertEqual(client.data("1")["s"][0]["age"], 41)

    def test_what_is_wrong_ends_the_operation_only(self):
        client = self.socket()
        for query, code in (("{ nope }", "validation-failed"), ("{", "parse-failed"), ("subscription ($a: Int!) { s: school_list_Student(size: $a) { id } }", "validation-failed")):
            client.subscribe("x", query)
            message = client.receive()
            self.assertEqual((message["id"], message["type"]), ("x", "error"))
            self.assertIn(message["payload"][0]["extensions"].get("code"), (code, None), query)
        for i in range(6):
            client.subscribe(str(i), f"subscription {{ s: school_list_Student(size: {i + 1}) {{ id }} }}")
        answers = [client.receive() for _ in range(6)]
        refused = [m for m in answers if m["type"] == "error"]
        self.assertEqual([(m["id"], m["payload"][0]["extensions"]["code"]) for m in refused], [("5", "limit-exceeded")])

    def test_pings_are_answered(self):
        client = self.socket()
        client.tell({"type": "ping"})
        self.assertEqual(client.receive(), {"type": "pong"})
        client.tell({"type": "ping", "payload": {"a": [1, None]}})
        self.assertEqual(client.receive(), {"type": "pong", "payload": {"a": [1, None]}})
        client.tell({"type": "pong"})
        client.tell({"type": "ping"})
        self.assertEqual(client.receive(), {"type": "pong"})

    def test_who_is_asking(self):
        token = self.host.login()
        for payload in ({"Authorization": f"Bearer {token}"}, {"token": token}, {"headers": {"authorization": f"bearer {token}"}},
                        {"token": token, "X-Tenant-Id": "default"}):
            client = self.socket(payload)
            client.subscribe("1", STUDENTS)
            client.data("1")
        for path in (PATH, f"{PATH}/ws"):
            client = self.socket({}, path=path, headers=[("Authorization", f"Bearer {token}")])
            client.subscribe("1", STUDENTS)
            client.data("1")
        other = self.socket({"token": token, "x-tenant-id": "other"})
        other.subscribe("1", STUDENTS)  # a tenant without datasources
        self.assertEqual(other.receive()["type"], "error")
        for payload in ({}, {"token": "nonsense"}, {"authorization": token}, {"token": token, "x-tenant-id": "nobody"}):
            with Socket(self.host) as client:
                client.tell({"type": "connection_init", "payload": payload})
                self.assertEqual(client.closed(), (4403, "Forbidden"), payload)
        for path, headers in ((PATH, ()), (PATH, [("Authorization", "Bearer x")]), (f"{PATH}/ws", [("Authorization", "Bearer x")])):
            with WebSocket(self.host.port) as client:
                self.assertEqual(client.request(path, [*UPGRADE, *headers])[0], 401)
        self.assertEqual(self.host.get(f"{PATH}/ws").status, 400)

    def test_the_forerunner_of_the_protocol_is_spoken_for_reading(self):
        client = Socket(self.host, protocols=("graphql-ws",))
        self.addCleanup(client.__exit__)
        self.assertEqual(client.headers["sec-websocket-protocol"], "graphql-ws")
        client.begin({"token": self.host.login()})
        self.assertEqual(client.receive(), {"type": "ka"})
        client.tell({"id": "1", "type": "start", "payload": {"query": STUDENTS}})
        first = client.receive()
        self.assertEqual((first["id"], first["type"], len(first["payload"]["data"]["s"])), ("1", "data", 3))
        client.tell({"id": "2", "type": "start", "payload": {"query": "mutation { school_delete_Student(where: {}) { affected_rows } }"}})
        refused = client.receive()
        self.assertEqual((refused["id"], refused["type"], refused["payload"]["extensions"]["code"]), ("2", "error", "not-supported"))
        self.set_age(1, 61)
        self.assertEqual(client.receive()["payload"]["data"]["s"][0]["age"], 61)
        client.tell({"id": "1", "type": "stop"})
        client.tell({"id": "3", "type": "start", "payload": {"query": "{ s: school_find_by_id_Student(id: 1) { age } }"}})
        self.assertEqual(client.receive(), {"id": "3", "type": "data", "payload": {"data": {"s": {"age": 61}}}})
        self.assertEqual(client.receive(), {"id": "3", "type": "complete"})
        client.tell({"type": "connection_terminate"})
        self.assertEqual(client.closed()[0], 1000)

    def test_close_codes(self):
        init = {"type": "connection_init", "payload": {"token": self.host.login()}}
        subscribe = {"id": "1", "type": "subscribe", "payload": {"query": STUDENTS}}
        for code, reason, messages in (
                (4401, "Unauthorized", [subscribe]),
                (4429, "Too many initialisation requests", [init, init]),
                (4409, "Subscriber for 1 already exists", [init, subscribe, subscribe]),
                (4400, "Unexpected message of type next received", [init, {"type": "next", "id": "1"}]),
                (4400, "Invalid message received", [init, {"type": "subscribe", "payload": {"query": STUDENTS}}]),
                (4400, "Invalid message received", [init, {**subscribe, "id": ""}]),
                (4400, "Invalid message received", [init, {**subscribe, "payload": {"query": 1}}]),
                (4400, "Invalid message received", [init, {**subscribe, "payload": {"query": STUDENTS, "variables": []}}]),
                (4400, "Invalid message received", [init, {**subscribe, "payload": None}]),
                (4400, "Invalid message received", [init, {"type": 1}]),
                (4400, "Invalid message received", [init, []])):
            with self.subTest(messages=messages), Socket(self.host) as client:
                self.assertEqual(client.headers["sec-websocket-protocol"], PROTOCOL)
                for message in messages:
                    client.tell(message)
                self.assertEqual(client.closed(), (code, reason))
        with Socket(self.host) as client:
            client.text("nonsense")
            self.assertEqual(client.closed(), (4400, "Invalid message received"))
        with Socket(self.host) as client:
            client.send(frame(b"{}", BINARY))
            self.assertEqual(client.closed(), (4400, "Invalid message received"))
        for protocols in ((), ("soap",)):
            with Socket(self.host, protocols=protocols) as client:
                self.assertEqual(client.closed(), (4406, "Subprotocol not acceptable"))
        with Socket(self.host) as client:
            self.assertEqual(client.closed(), (4408, "Connection initialisation timeout"))


on_each_database(globals(), LiveQueries, EventStreams, WebSockets)
del Live


class Ends(unittest.TestCase):
    """What does not depend on the database."""

    def host(self, **subscriptions):
        host = Host(plugins=(*PLUGINS, "graphql"), kind="sqlite", configs={"graphql": {"subscriptions": subscriptions}}).start()
        self.addCleanup(host.__exit__)
        return host

    QUERY = "subscription { a: chinook_find_by_id_Artist(id: 1) { Name } }"

    def both(self, host):
        stream, client = EventStream(host, self.QUERY), Socket(host)
        self.addCleanup(stream.connection.close)
        self.addCleanup(client.__exit__)
        client.begin({"token": host.login()}).subscribe("1", self.QUERY)
        self.assertEqual((stream.data(), client.data("1")), ({"a": {"Name": "AC/DC"}},) * 2)
        return stream, client

    def test_a_token_that_expires_ends_what_it_opened(self):
        host = self.host(authentication_ms=1000)
        stream, client = self.both(host)
        host.turn_clock(24 * 3600 * 1000)
        self.assertEqual(stream.event(), ("complete", ""))
        self.assertEqual(client.closed(), (4403, "Forbidden"))

    def test_a_host_that_stops_sends_everybody_away(self):
        host = self.host()
        stream, client = self.both(host)
        self.assertEqual(host.stop(), 0)
        self.assertIsNone(stream.event())
        self.assertEqual(client.closed()[0], 1001)
        self.assertEqual([line for line in host.log().splitlines() if "abandoned" in line], [])

    def test_connections_are_bounded_and_may_be_switched_off(self):
        host = self.host(connections=2)
        kept = self.both(host)
        self.assertEqual(EventStream(host, self.QUERY).response.status, 503)
        del kept
        off = self.host(connections=0)
        self.assertEqual(EventStream(off, self.QUERY).response.status, 406)
        with WebSocket(off.port) as client:
            self.assertEqual(client.request(f"{PATH}/ws", UPGRADE)[0], 501)

    def test_subscriptions_are_bounded(self):
        host = self.host(perTenant=2)
        kept = self.both(host)
        with EventStream(host, self.QUERY) as stream:
            self.assertEqual(stream.result()["errors"][0]["message"], "The tenant has too many subscriptions.")
            self.assertEqual(stream.event(), ("complete", ""))
        del kept


if __name__ == "__main__":
    unittest.main()
