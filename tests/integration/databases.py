# SPDX-License-Identifier: Apache-2.0
"""Test cases that run on each database: one host, and a datasource "d" that is empty at first.

    class Models(OnEachDatabase): ...
    on_each_database(globals(), Models)   # ModelsOnSqlite, ModelsOnMariadb, ModelsOnPostgresql
"""
import unittest

import backends
from backends import servers
from harness import DATASOURCES, Host

PLUGINS = (*backends.DRIVERS.values(), "modeling", "identity")


class OnEachDatabase(unittest.TestCase):
    kind = "sqlite"
    host_options = {}

    @classmethod
    def setUpClass(cls):
        # The platform's own database is SQLite: what is proved here is about "d".
        cls.host = Host(**{"plugins": PLUGINS, "samples": False, **cls.host_options}, kind="sqlite").start()
        cls.addClassCleanup(lambda: cls.host.__exit__())
        cls.databases = cls.host.databases if cls.kind == "sqlite" else backends.Served(cls.kind)
        cls.config = cls.databases.config("d")
        answer = cls.host.post(DATASOURCES, {"name": "d", "config": cls.config})
        assert answer.status == 200, answer.text

    def sql(self, text):
        """Runs statements behind the host's back."""
        return self.databases.sql("d", text)

    def assert_selects(self, number, work):
        """The work runs so many statements that read, in databases that log_statements() was called for. Nobody sees those of a file."""
        counted = self.databases.selects(work)
        if self.kind != "sqlite":
            self.assertEqual(counted, number)

    def kept_tables(self):
        """Tables with old values, beside one that changes. They go with the change."""
        if self.kind != "mariadb":  # the others change tables in transactions
            return []
        query = "select table_name as t from information_schema.tables where table_schema = database() and table_name like 'tenon_own_kept%'"
        return self.host.post(f"{DATASOURCES}/d/native-query", {"statement": query}).json["result"]

    def quoted(self, name):
        return f"`{name}`" if self.kind == "mariadb" else f'"{name}"'


def on_each_database(module, *cases):
    """Puts a class for each database and case into the module; what they are made from is no case itself."""
    for case in cases:
        for kind in backends.KINDS:
            name = f"{case.__name__}On{kind.capitalize()}"
            module[name] = type(name, (case,), {"kind": kind, "__module__": case.__module__})
        del module[case.__name__]
    module.pop("OnEachDatabase", None)
