# SPDX-License-Identifier: Apache-2.0
"""A stored password is shown as a mask, and the mask is good for the stored user at the stored address only."""
import socket
import threading
import unittest

from databases import PLUGINS, servers
from harness import Host

DATASOURCES = "/api/f/datasources"


class MaskedPassword(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = servers.MariaDB().__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        cls.host = Host(plugins=PLUGINS, samples=False).start()
        cls.addClassCleanup(cls.host.__exit__)
        cls.config = cls.server.database("d")
        answer = cls.host.post(DATASOURCES, {"name": "d", "config": cls.config})
        assert answer.status == 200, answer.text
        cls.masked = answer.json["config"]

    def setUp(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.listener.close)
        self.visits = []
        threading.Thread(target=self.listen, daemon=True).start()
        self.elsewhere = f"jdbc:mariadb://127.0.0.1:{self.listener.getsockname()[1]}/d"

    def listen(self):
        try:
            while True:
                self.visits.append(self.listener.accept()[1])
        except OSError:
            pass

    def test_the_mask_serves_where_nothing_else_is_changed(self):
        self.assertEqual(self.masked["password"], "******")
        self.assertEqual(self.host.post(f"{DATASOURCES}/physics/names", {"name": "d", "config": self.masked}).status, 200)
        self.assertTrue(self.host.post(f"{DATASOURCES}/validate", {"name": "d", "config": self.masked}).json["success"])
        self.assertEqual(self.host.call("PUT", f"{DATASOURCES}/d", {"config": {**self.masked, "pool": {"size": 4}}}).status, 200)
        self.assertEqual(self.host.get(f"{DATASOURCES}/d/models").status, 200)

    def test_the_stored_password_goes_to_no_other_address(self):
        for change in ({"url": self.elsewhere}, {"username": "root"}, {"dbKind": "mysql"}):
            config = {**self.masked, **change}
            with self.subTest(change):
                for answer in (self.host.post(f"{DATASOURCES}/physics/names", {"name": "d", "config": config}),
                               self.host.call("PUT", f"{DATASOURCES}/d", {"config": config})):
                    self.assertEqual((answer.status, answer.fields), (400, ["config.password"]), answer.text)
                answer = self.host.post(f"{DATASOURCES}/validate", {"name": "d", "config": config})
                self.assertFalse(answer.json["success"])
                self.assertIn("config.password", answer.json["errorMsg"])
        self.assertEqual(self.visits, [])

    def test_the_mask_of_no_stored_datasource_is_no_password(self):
        answer = self.host.post(f"{DATASOURCES}/physics/names", {"name": "unknown", "config": {**self.masked, "url": self.elsewhere}})
        self.assertEqual((answer.status, answer.fields), (400, ["config.password"]))
        self.assertEqual(self.visits, [])


if __name__ == "__main__":
    unittest.main()
