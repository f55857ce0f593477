# SPDX-License-Identifier: Apache-2.0
"""A database server that stalls, stops or comes back: its datasource tells so in time and recovers; others notice nothing."""
import threading
import time
import unittest

from databases import PLUGINS, servers
from harness import Host, records
from models_test import ID, entity, field


class StalledServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.host = Host(plugins=PLUGINS).start()
        cls.addClassCleanup(cls.host.__exit__)
        cls.servers, cls.names = {}, {}
        for kind, server in servers.KINDS.items():
            cls.servers[kind] = server().__enter__()
            cls.addClassCleanup(cls.servers[kind].__exit__)
            database = cls.servers[kind].database()
            cls.names[kind] = database["url"].rpartition("/")[2]
            config = {**database, "pool": {"size": 4, "wait_ms": 500, "max_waiting": 8, "statement_ms": 1000}}
            for path, body in ((f"/api/f/datasources", {"name": kind, "config": config}),
                               (f"/api/f/datasources/{kind}/models", entity("Thing", ID, field("a"))),
                               (records(kind, "Thing"), {"a": "x"})):
                answer = cls.host.post(path, body)
                assert answer.status == 200, answer.text

    def ask(self, kind, answers):
        answers.append(self.host.get(records(kind, "Thing")))

    def test_requests_to_a_stalled_server_end_in_time_and_others_go_on(self):
        for kind, server in self.servers.items():
            with self.subTest(kind):
                server.pause()
                answers, others = [], []
                threads = [threading.Thread(target=self.ask, args=(kind, answers)) for _ in range(40)]
                for t in threads:
                    t.start()
                while any(t.is_alive() for t in threads):
                    others.append(self.host.get(records("chinook", "Artist"), query={"size": 20}).status)
                server.resume()
                self.assertEqual(set(others), {200})
                self.assertGreater(len(others), 100, "the other datasource waited")
                self.assertLessEqual({a.status for a in answers}, {503, 504}, [a.text for a in answers])
                self.assertTrue(any(a.status == 503 and a.headers["Retry-After"] for a in answers))
                self.recovers(kind)

    def recovers(self, kind):
        for _ in range(50):
            answer = self.host.get(records(kind, "Thing"))
            if answer.status == 200:
                return
        self.fail(answer.text)

    def test_a_change_of_a_table_may_take_longer_than_a_statement_on_records(self):
        limit_and_margin_s = 3  # statement_ms, and what a driver adds before it gives an answer up
        holds = {"mariadb": f"begin; select count(*) from Thing; select sleep({limit_and_margin_s + 1}); commit",
                 "postgresql": f'begin; select count(*) from "Thing"; select pg_sleep({limit_and_margin_s + 1}); commit'}
        running = {"mariadb": "select count(*) from information_schema.processlist where info like 'select sleep%'",
                   "postgresql": "select count(*) from pg_stat_activity where query like '%pg_sleep%' and wait_event = 'PgSleep'"}
        for kind, server in self.servers.items():
            with self.subTest(kind):
                self.recovers(kind)
                holder = threading.Thread(target=server.sql, args=(holds[kind], self.names[kind]))
                holder.start()
                self.addCleanup(holder.join)
                while server.sql(running[kind]).split()[-1] == "0":
                    self.assertTrue(holder.is_alive())
                begun = time.monotonic()
                answer = self.host.call("PUT", f"/api/f/datasources/{kind}/models/Thing", entity("Thing", ID, field("a"), field("b")))
                self.assertEqual(answer.status, 200, answer.text)
                self.assertGreater(time.monotonic() - begun, limit_and_margin_s, "the table was not held")
                holder.join()
                self.assertEqual(self.host.post(records(kind, "Thing"), {"a": "x", "b": "y"}).status, 200)

    def test_a_server_that_was_restarted_loses_no_request(self):
        for kind, server in self.servers.items():
            with self.subTest(kind):
                self.recovers(kind)
                server.restart()
                for _ in range(5):
                    answer = self.host.get(records(kind, "Thing"))
                    self.assertEqual(answer.status, 200, answer.text)
                    self.assertEqual(self.host.post(records(kind, "Thing"), {"a": "y"}).status, 200)

    def test_a_server_that_is_gone_is_told_with_when_to_come_back(self):
        for kind, server in self.servers.items():
            with self.subTest(kind):
                self.recovers(kind)
                server.stop()
                answer = self.host.get(records(kind, "Thing"))
                self.assertEqual(answer.status, 503, answer.text)
                self.assertTrue(answer.headers["Retry-After"])
                self.assertEqual(self.host.get(records("chinook", "Artist")).status, 200)
                server.start()
                self.recovers(kind)


if __name__ == "__main__":
    unittest.main()
