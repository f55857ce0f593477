# SPDX-License-Identifier: Apache-2.0
"""What the world's own clients and audits of GraphQL say."""
import os
import pathlib
import subprocess
import unittest

from databases import PLUGINS
from harness import Host

CLIENTS = pathlib.Path(os.environ["TENON_SOURCE"], "tests/clients")


class Clients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.host = Host(plugins=(*PLUGINS, "graphql"), kind="sqlite").start()
        cls.addClassCleanup(cls.host.__exit__)

    def run_script(self, name):
        url = f"http://127.0.0.1:{self.host.port}/api/f/graphql"
        return subprocess.run([os.environ["TENON_NODE"], CLIENTS / name, url, self.host.login()], capture_output=True, text=True,
                              timeout=120, env={**os.environ, "NODE_PATH": os.environ["TENON_CLIENTS"]})

    def test_graphql_over_http_is_kept_in_all_61_audits(self):
        result = self.run_script("audits.js")
        self.assertEqual((result.returncode, result.stdout), (0, "61 of 61 audits\n"), result.stderr)

    def test_subscriptions_over_graphql_sse_and_graphql_ws(self):
        result = self.run_script("subscriptions.js")
        self.assertEqual((result.returncode, result.stdout), (0, "graphql-sse: AC/DC, changed 1\ngraphql-ws: AC/DC, changed 2\n"), result.stderr)


if __name__ == "__main__":
    unittest.main()
