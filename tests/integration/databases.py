# SPDX-License-Identifier: Apache-2.0
"""Test cases that run on each database: one host, and a datasource "d" that is empty at first.

    class Models(OnEachDatabase): ...
    on_each_database(globals(), Models)   # ModelsOnSqlite, ModelsOnMariadb, ModelsOnPostgresql
"""
import sqlite3
import sys
import unittest

from harness import SOURCE, Host

sys.path.insert(0, str(SOURCE / "tests/databases"))
import servers  # noqa: E402

PLUGINS = ("datasource_sqlite", "datasource_mysql", "datasource_postgresql", "modeling", "identity")


class OnEachDatabase(unittest.TestCase):
    kind = "sqlite"
    host_options = {}

    @classmethod
    def setUpClass(cls):
        cls.server = servers.KINDS[cls.kind]().__enter__() if cls.kind != "sqlite" else None
        cls.addClassCleanup(lambda: cls.server and cls.server.__exit__())
        cls.host = Host(plugins=PLUGINS, samples=False, **cls.host_options).start()
        cls.addClassCleanup(lambda: cls.host.__exit__())
        cls.config = cls.server.database("d") if cls.server else {"dbKind": "sqlite", "url": "jdbc:sqlite:d.sqlite"}
        answer = cls.host.post("/api/f/datasources", {"name": "d", "config": cls.config})
        assert answer.status == 200, answer.text

    def sql(self, text):
        """Runs statements behind the host's back."""
        if self.server:
            return self.server.sql(text, "d")
        with sqlite3.connect(self.host.home / "databases/d.sqlite", timeout=20) as db:
            db.executescript(text)

    def quoted(self, name):
        return f"`{name}`" if self.kind == "mariadb" else f'"{name}"'


def on_each_database(module, *cases):
    """Puts a class for each database and case into the module; what they are made from is no case itself."""
    for case in cases:
        for kind in ("sqlite", *servers.KINDS):
            name = f"{case.__name__}On{kind.capitalize()}"
            module[name] = type(name, (case,), {"kind": kind, "__module__": case.__module__})
        del module[case.__name__]
    module.pop("OnEachDatabase", None)
