# SPDX-License-Identifier: Apache-2.0
"""Ours beside a bare Poco handler, interleaved in one run; on SQLite beside a raw epoll responder as well.

    cmake -C packaging/build/release.cmake -S . -B build/release -G Ninja && cmake --build build/release
    python3 tests/bench/run_bench.py [--database sqlite|mariadb|postgresql] [--rounds 5] [--seconds 2] [--write]

Each round runs every server once for each case and number of connections; the table has medians over the rounds and
the spread of requests per second. CPU is the server's own (user and system), for each request; the database's is not in it.
"""
import argparse
import contextlib
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

import graphql_cases
import peers
from tools import DRIVERS, SOURCE, TITLES, address, loadgen, settle, spread, write_section
import load_chinook
import servers as database_servers

TICK = os.sysconf("SC_CLK_TCK")
MODELS = "/api/f/datasources/chinook/models/"
FILTER = "%7B%22Milliseconds%22%3A%7B%22_gt%22%3A300000%7D%7D"
CASES = {  # paths by server: ours, and those of the servers written by hand
    "hello": {"tenon": "/healthz", "others": "/hello"},
    "get by id": {"tenon": MODELS + "Track/records/{id}", "others": "/track/{id}"},
    "list 20, filter": {"tenon": MODELS + f"Track/records?size=20&filter={FILTER}", "others": "/filter20"},
    "list 100": {"tenon": MODELS + "Track/records?size=100", "others": "/list100"},
    "nested 20": {"tenon": MODELS + "Artist/records?size=20&nestedQuery=albums.tracks", "others": "/nested"},
    **dict(graphql_cases.cases()),
}


def path_of(case, server):
    """None: the server does not do this case."""
    paths = CASES[case]
    return paths.get(server.name) if server.name == "tenon" or server.name in peers.PEERS else paths["others"]


class Server:
    def __init__(self, name, command, env=None):
        self.name, self.headers = name, []
        begun = time.monotonic()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, **(env or {})})
        for line in self.process.stdout:
            if line.startswith("listening on "):
                self.port = int(line.rsplit(":", 1)[1])
                break
        self.fetch("/healthz" if name == "tenon" else "/hello")
        self.started_ms = (time.monotonic() - begun) * 1000

    def fetch(self, path, data=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=data)
        for h in self.headers:
            name, value = h.split(": ", 1)
            request.add_header(name, value)
        with urllib.request.urlopen(request) as reply:
            return json.loads(reply.read())

    def end(self):
        self.process.kill()
        self.process.wait()

    def cpu_s(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def rss_mb(self):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int([x for x in text.splitlines() if x.startswith("VmRSS:")][0].split()[1]) / 1024


class Databases:
    """Chinook for each of the servers under test: files of SQLite, or one database of a server."""

    def __init__(self, kind, folder, stack):
        self.kind, self.folder = kind, folder
        if kind == "sqlite":
            return
        server = stack.enter_context(database_servers.KINDS[kind]())
        self.config = server.database("chinook")
        load_chinook.load(server, "chinook")
        settle(server, "chinook")

    def copy(self, name):
        file = self.folder / f"{name}.sqlite"
        shutil.copy(load_chinook.CHINOOK, file)
        subprocess.run(["sqlite3", str(file), "pragma journal_mode=wal"], check=True, stdout=subprocess.DEVNULL)
        return str(file)

    def datasource(self, pool):
        """What ours is told."""
        if self.kind == "sqlite":
            self.copy("chinook")
            return {"dbKind": "sqlite", "url": "jdbc:sqlite:chinook.sqlite"}
        return {**self.config, "pool": {"size": pool, "max_waiting": 1000}}

    def arguments(self):
        """What the bare handler is told, and its environment."""
        if self.kind == "sqlite":
            return ["sqlite", self.copy("bare")], None
        arguments, environment = address(self.config)
        return [self.kind, *arguments], environment


def start(options, folder, stack):
    files = folder / "home/databases"
    (folder / "plugins.d").mkdir(parents=True)
    files.mkdir(parents=True)
    databases = Databases(options.database, files, stack)
    (folder / "host.json").write_text(json.dumps({"home": str(folder / "home"), "http": {"port": 0, "access_log": options.access_log}}))
    plugins = {"datasource_sqlite": {}, DRIVERS[options.database]: {}, "identity": {"adminPassword": "bench"}, "graphql": {}, "modeling": {
        "datasources": [{"name": "chinook", "config": databases.datasource(options.pool), "sync": True}]}}
    for plugin, config in plugins.items():
        (folder / "plugins.d" / f"{plugin}.json").write_text(json.dumps({"plugin": plugin, "config": config}))

    def server(name, command, env=None):
        made = Server(name, command, env)
        stack.callback(made.end)
        return made

    command = [str(options.build / "bin/tenon"), "serve", "--config", str(folder / "host.json")]
    env = {"LD_PRELOAD": options.preload} if options.preload else {}
    first = server("tenon", command, env)
    first.process.terminate()
    first.process.wait()
    ours = server("tenon", command, env)  # a second start, as every one but the first is
    time.sleep(0.5)
    ours.idle_mb = ours.rss_mb()
    token = ours.fetch("/api/f/auth/login", json.dumps({"username": "admin", "password": "bench"}).encode())["token"]
    ours.headers = [f"Authorization: Bearer {token}"]
    arguments, environment = databases.arguments()
    servers = [ours, server("bare Poco", [str(options.build / "bin/bench_bare_poco"), *arguments], environment)]
    if options.database == "sqlite":
        servers.append(server("floor", [str(options.build / "bin/bench_floor"), databases.copy("floor")]))
    if options.peers:
        installed = peers.install(options.build)
        servers += [server(name, *peers.command(installed, name, arguments[1:], environment)) for name in peers.PEERS]
    return servers


def check_bodies(servers):
    for name in CASES:
        bodies = {s.name: s.fetch(path_of(name, s).replace("{id}", "77")) for s in servers if path_of(name, s)}
        ours = bodies["tenon"]
        for server, body in bodies.items():
            same = graphql_cases.leaves(body["data"]) == graphql_cases.leaves(ours["data"]) if server in peers.PEERS else body == ours
            if not same:
                sys.exit(f"{server} does not answer the same as ours for {name}")


def load(build, server, path, connections, seconds):
    cpu = server.cpu_s()
    result = loadgen(build, server.port, connections, seconds, path, server.headers)
    return {"rps": result["requests"] / result["seconds"], "p50": result["p50_us"], "p99": result["p99_us"],
            "cpu": (server.cpu_s() - cpu) * 1e6 / result["requests"]}


def cases(options):
    return [case for case in CASES if options.case in case]


def having(case, servers):
    return [s for s in servers if path_of(case, s)]


def measured(options, servers):
    """Samples by case, connections and server."""
    samples = {}
    for _ in range(options.rounds):
        for name in cases(options):
            for connections in options.connections:
                for server in having(name, servers):
                    path = path_of(name, server)
                    samples.setdefault((name, connections, server.name), []).append(load(options.build, server, path, connections, options.seconds))
    return samples


def table(options, servers, samples):
    lines = [f"Start to first answer {servers[0].started_ms:.0f} ms; idle RSS {servers[0].idle_mb:.1f} MB; after the run {servers[0].rss_mb():.1f} MB.", "",
             "| case | connections | server | requests/s (spread) | of bare Poco | p50 µs | p99 µs | CPU µs/request |", "|---|---|---|---|---|---|---|---|"]
    for name in cases(options):
        for connections in options.connections:
            median = {s.name: {k: statistics.median(x[k] for x in samples[name, connections, s.name]) for k in ("rps", "p50", "p99", "cpu")}
                      for s in having(name, servers)}
            for s in having(name, servers):
                m = median[s.name]
                lines.append(f"| {name} | {connections} | {s.name} | {spread([x['rps'] for x in samples[name, connections, s.name]])} "
                             f"| {m['rps'] / median['bare Poco']['rps']:.2f} | {m['p50']:.0f} | {m['p99']:.0f} | {m['cpu']:.1f} |")
    return "\n".join(lines)


def preface(options):
    database = "" if options.database == "sqlite" else f"--database {options.database} "
    sqlite = options.database == "sqlite"
    if options.peers:
        database += "--peers "
    return (f"`python3 tests/bench/run_bench.py {database}--rounds {options.rounds} --seconds {options.seconds:g} --write`, "
            f"{os.cpu_count()} cores shared by {'server' if sqlite else 'server, database'} and load, release build, medians of {options.rounds} "
            f"interleaved rounds; access log {'on' if options.access_log else 'off'}. "
            + ("Bare Poco and the floor check no token and know their replies by heart." if sqlite else
               f"Bare Poco checks no token, knows its replies by heart and has a connection for each thread; ours has a pool of {options.pool}."))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build/release", type=pathlib.Path)
    parser.add_argument("--database", default="sqlite", choices=tuple(TITLES))
    parser.add_argument("--rounds", default=5, type=int)
    parser.add_argument("--seconds", default=2.0, type=float)
    parser.add_argument("--connections", default="1,16,64", type=lambda s: [int(c) for c in s.split(",")])
    parser.add_argument("--case", default="", help="only the cases whose names hold this")
    parser.add_argument("--pool", default=64, type=int, help="connections of ours to a server's database, at most: as many as the load has")
    parser.add_argument("--peers", action="store_true", help="Mercurius and PostGraphile as well, in the GraphQL cases on PostgreSQL")
    parser.add_argument("--access-log", action="store_true")
    parser.add_argument("--preload", help="an allocator's library, loaded into ours only")
    parser.add_argument("--write", action="store_true", help="write the database's section of results.md")
    options = parser.parse_args()
    if options.peers and options.database != "postgresql":
        parser.error("the peers are on PostgreSQL only")
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tenon-bench-")))
        servers = start(options, folder, stack)
        check_bodies(servers)
        text = table(options, servers, measured(options, servers))
        print(text)
        if options.write:
            write_section(TITLES[options.database], preface(options) + "\n\n" + text)


if __name__ == "__main__":
    main()
