# SPDX-License-Identifier: Apache-2.0
"""100,000 rows into one table: POSTs of arrays to ours beside the database's own batch insert from C (bulk_peer.cpp).

    python3 tests/bench/bulk_insert.py [--databases sqlite,mariadb,postgresql] [--rounds 5] [--rows 100000] [--write]

The same rows into the same table, which is emptied before each run; each round runs every way once. Ours takes them in
as few requests as the host's limit of a body allows, one after the other, and is timed from the first request to the
last answer; the others from "begin" to the answer of "commit". Both must leave the same rows. The upsert of ours says
all rows again over those that are there.
"""
import argparse
import contextlib
import datetime
import hashlib
import http.client
import json
import os
import pathlib
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

from tools import TITLES, address, harness, spread, write_section

WAYS = {"sqlite": ("ours", "batch"), "mariadb": ("ours", "batch"), "postgresql": ("ours", "batch", "copy")}
MOST_BYTES = 10 * 1024 * 1024  # of a request's body, unless the host is told otherwise
COLUMNS = ("id", "name", "quantity", "price", "made", "note")
MODEL = {"type": "entity", "name": "Item", "fields": [
    {"name": "id", "type": "Long", "identity": True, "nullable": False}, {"name": "name", "type": "String", "length": 80, "nullable": False},
    {"name": "quantity", "type": "Int", "nullable": False}, {"name": "price", "type": "Float", "precision": 10, "scale": 2},
    {"name": "made", "type": "Date"}, {"name": "note", "type": "String", "length": 200}]}


def made_rows(n):
    """The same ones each time."""
    chance = random.Random(7)
    words = "joint mortise dovetail bridle lap dowel scarf finger rabbet housing".split()
    day = datetime.date(2020, 1, 1)
    for i in range(1, n + 1):
        note = " ".join(chance.choices(words, k=chance.randint(2, 9))) if chance.random() < 0.8 else None
        yield (i, f"{chance.choice(words)} {i:06d}", chance.randint(0, 9999), f"{chance.randint(1, 999999) / 100:.2f}",
               str(day + datetime.timedelta(days=chance.randint(0, 1500))), note)


def bodies(rows):
    """JSON arrays, each as large as a body may be."""
    out, size, some = [], 0, []
    for row in rows:
        text = json.dumps({**dict(zip(COLUMNS, row)), "price": float(row[3])})
        if size + len(text) + 2 > MOST_BYTES:
            out, size, some = out + [some], 0, []
        some.append(text)
        size += len(text) + 1
    return [f"[{','.join(b)}]".encode() for b in out + [some]]


class Table:
    """The table "Item" of one database, which ours has made."""

    def __init__(self, host, kind, backends):
        self.host, self.kind = host, kind
        self.databases = host.databases if kind == "sqlite" else backends.Served(kind)
        self.config = self.databases.config("d")
        for path, body in (("/api/f/datasources", {"name": kind, "config": self.config}), (f"/api/f/datasources/{kind}/models", MODEL)):
            answer = host.post(path, body)
            assert answer.status == 200, answer.text

    def empty(self):
        if self.kind == "sqlite":
            with sqlite3.connect(self.databases.path("d"), timeout=20) as db:
                db.execute('delete from "Item"')
            db.execute("pragma wal_checkpoint(truncate)")
            db.close()
        else:
            self.databases.sql("d", 'truncate table "Item";' + ('checkpoint;' if self.kind == "postgresql" else ""))

    def contents(self):
        """A digest of all rows as the database itself shows them."""
        query = 'select * from "Item" order by "id"'
        if self.kind == "sqlite":
            with contextlib.closing(sqlite3.connect(self.databases.path("d"))) as db:
                text = repr(db.execute(query).fetchall())
        else:
            text = self.databases.sql("d", query + ";")
        return hashlib.sha256(text.encode()).hexdigest()

    def ours(self, parts, query=""):
        connection = http.client.HTTPConnection("127.0.0.1", self.host.port, timeout=600)
        headers = {"Authorization": f"Bearer {self.host.login()}", "Content-Type": "application/json"}
        begun = time.monotonic()
        for body in parts:
            connection.request("POST", f"/api/f/datasources/{self.kind}/models/Item/records{query}", body, headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 200:
                sys.exit(f"{self.kind}: {answer.status} {text[:500]}")
        seconds = time.monotonic() - begun
        connection.close()
        return seconds

    def peer(self, build, way, file):
        kind = "copy" if way == "copy" else self.kind
        where, environment = ([str(self.databases.path("d"))], None) if self.kind == "sqlite" else address(self.config)
        result = subprocess.run([str(build / "bin/bench_bulk_peer"), kind, file, *where], env=environment, capture_output=True, text=True)
        if result.returncode != 0:
            sys.exit(f"{self.kind}: {result.stderr}")
        return float(result.stdout)


def measured(options, table, parts, file):
    """Rows a second by way, of each round."""
    rates, left = {}, {}
    for round_ in range(options.rounds):
        for way in WAYS[table.kind]:
            table.empty()
            seconds = table.ours(parts) if way == "ours" else table.peer(options.build, way, file)
            rates.setdefault(way, []).append(options.rows / seconds)
            if round_ == 0:
                left[way] = table.contents()
        if len(set(left.values())) != 1:
            sys.exit(f"{table.kind}: the rows are not the same: {left}")
        rates.setdefault("upsert", []).append(options.rows / table.ours(parts, "?upsert=true"))
        print(table.kind, {way: round(r[-1]) for way, r in rates.items()}, file=sys.stderr)
    return rates


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build/release", type=pathlib.Path)
    parser.add_argument("--databases", default=",".join(TITLES), type=lambda s: s.split(","))
    parser.add_argument("--rounds", default=5, type=int)
    parser.add_argument("--rows", default=100000, type=int)
    parser.add_argument("--write", action="store_true", help="write its section of results.md")
    options = parser.parse_args()
    loaded = harness(options.build)
    rows = list(made_rows(options.rows))
    parts = bodies(rows)
    lines = ["| database | ours, rows/s (spread) | batch insert from C | ours of it | copy | upsert of ours |", "|---|---|---|---|---|---|"]
    plugins = (*loaded.backends.DRIVERS.values(), "modeling", "identity")
    with contextlib.ExitStack() as stack:
        file = stack.enter_context(tempfile.NamedTemporaryFile("w", suffix=".tsv"))
        file.writelines("\t".join("\\N" if c is None else str(c) for c in row) + "\n" for row in rows)
        file.flush()
        host = stack.enter_context(loaded.Host(plugins=plugins, samples=False, kind="sqlite", host={"http": {"access_log": False}}))
        for kind in options.databases:
            rates = measured(options, Table(host, kind, loaded.backends), parts, file.name)
            ratio = statistics.median(rates["ours"]) / statistics.median(rates["batch"])
            lines.append(f"| {TITLES[kind]} | {spread(rates['ours'])} | {spread(rates['batch'])} | {ratio:.2f} "
                         f"| {spread(rates['copy']) if 'copy' in rates else ''} | {spread(rates['upsert'])} |")
    text = "\n".join(lines)
    print(text)
    if options.write:
        write_section("Bulk insert", f"`python3 tests/bench/bulk_insert.py --rounds {options.rounds} --rows {options.rows} --write`, "
                      f"{os.cpu_count()} cores, release build, medians of {options.rounds} interleaved rounds; {options.rows} rows of {len(COLUMNS)} columns, "
                      f"for ours in {len(parts)} request{'s' if len(parts) > 1 else ''} of up to 10 MiB. The servers flush nothing to the disk at a commit, SQLite has a WAL and synchronous=normal.\n\n" + text)


if __name__ == "__main__":
    main()
