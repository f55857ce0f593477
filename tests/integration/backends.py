# SPDX-License-Identifier: Apache-2.0
"""The databases that a test's host works on: files of SQLite, or databases of one server that this process starts when
it first needs it and stops when it ends. TENON_TEST_DATABASE says which kind a run of a test file is about."""
import atexit
import contextlib
import os
import re
import signal
import sqlite3
import sys
import unittest

SOURCE = os.environ["TENON_SOURCE"]
sys.path.insert(0, os.path.join(SOURCE, "tests/databases"))
import load_chinook  # noqa: E402
import servers  # noqa: E402

KIND = os.environ.get("TENON_TEST_DATABASE", "sqlite")
KINDS = ("sqlite", *servers.KINDS)
DRIVERS = {"sqlite": "datasource_sqlite", "mariadb": "datasource_mysql", "postgresql": "datasource_postgresql"}
CHINOOK, SCHOOL, opened = load_chinook.CHINOOK, load_chinook.SCHOOL, load_chinook.opened
SAMPLES = {"chinook": CHINOOK, "school": SCHOOL}
assert KIND in KINDS, f"TENON_TEST_DATABASE is one of {KINDS}"

# In PostgreSQL's log; what a pool asks to see whether a connection still works is nobody's read.
SELECTED = re.compile(rb"LOG:  (?:statement|execute [^:]*): (?!select 1$)[\s(]*(?:select|with)\b", re.I | re.M)

_running = {}


def server(kind):
    """The server of this process, up."""
    if kind not in _running:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what is registered below runs
        _running[kind] = servers.KINDS[kind]().__enter__()
        atexit.register(_running[kind].__exit__)
    return _running[kind]


def only_on(*kinds, why):
    """For tests about one database's own nature."""
    return unittest.skipUnless(KIND in kinds, f"only on {', '.join(kinds)}: {why}")


class Files:
    """SQLite: a database is a file below the host's home."""
    kind = "sqlite"
    system = None

    def __init__(self, home):
        self.folder = home / "databases"

    def config(self, name):
        return {"dbKind": "sqlite", "url": f"jdbc:sqlite:{name}.sqlite"}

    def path(self, name):
        return self.folder / f"{name}.sqlite"

    def load(self, name, source):
        with sqlite3.connect(self.path(name)) as target:
            load_chinook.opened(source).backup(target)

    def sql(self, name, text):
        with sqlite3.connect(self.path(name), timeout=20) as db:
            db.executescript(text)

    def number(self, name, query):
        with sqlite3.connect(self.path(name)) as db:
            return db.execute(query).fetchone()[0]

    def log_statements(self, name):
        pass

    def selects(self, work):
        """None: nobody sees the statements of a file."""
        work()


class Served:
    """A server: each host has databases of its own there, whatever it calls them."""
    hosts = 0

    def __init__(self, kind):
        Served.hosts += 1
        self.kind, self.server, self.prefix = kind, server(kind), f"h{Served.hosts}_"
        self.configs = {}

    @property
    def system(self):
        return self.config("system")

    def config(self, name):
        if name not in self.configs:
            self.configs[name] = self.server.database(self.prefix + name)
        return dict(self.configs[name])

    def load(self, name, source):
        self.config(name)
        load_chinook.load(self.server, self.prefix + name, source)

    def sql(self, name, text):
        """Statements with names in the standard's quotes."""
        self.config(name)
        begin = "set sql_mode = concat(@@sql_mode, ',ANSI_QUOTES,NO_BACKSLASH_ESCAPES');\n" if self.kind == "mariadb" else ""
        return self.server.sql(begin + text, self.prefix + name)

    def number(self, name, query):
        return int(self.sql(name, query + ";"))

    @contextlib.contextmanager
    def holding(self, name, statement):
        """A transaction of somebody else in which the statement has run, and which stays open meanwhile."""
        lock, held = {"mariadb": ("select get_lock('holding', 60)", "select is_used_lock('holding') is not null"),
                      "postgresql": ("select pg_advisory_lock(1)", "select count(*) from pg_locks where locktype = 'advisory' and granted")}[self.kind]
        with self.server.session(self.prefix + name) as session:  # leaving it ends its input and waits for it
            session.stdin.write(f"begin;\n{statement};\n{lock};\n")
            session.stdin.flush()
            while self.number(name, held) == 0:
                assert session.poll() is None, "the session has ended"
            yield

    def log_statements(self, name):
        """What connections to the database run from now on is counted by selects(). Those that are open already are not heard."""
        self.config(name)
        if self.kind == "postgresql":
            database = f'alter database "{self.prefix}{name}" set '
            self.server.sql(f"{database} log_statement = 'all'; {database} log_parameter_max_length = 0;")

    def selects(self, work):
        """How many statements that read the work has run by its end."""
        if self.kind == "postgresql":  # which writes a statement into its log before it executes it
            log = self.server.folder / "log"
            before = log.stat().st_size
            work()
            with log.open("rb") as f:
                f.seek(before)
                return len(SELECTED.findall(f.read()))

        def all_of_them():
            """And none of the host's connections, each of which begins with one."""
            status = dict(line.split() for line in self.server.sql("show global status where variable_name in ('Com_select', 'Connections')").splitlines())
            return int(status["Com_select"]) - int(status["Connections"])
        before = all_of_them()
        work()
        after = all_of_them()
        return after - before - (all_of_them() - after)  # without what asking makes


def backend(kind, home):
    return Files(home) if kind == "sqlite" else Served(kind)
