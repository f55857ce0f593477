# SPDX-License-Identifier: Apache-2.0
"""Requests to one datasource while another one's server is stalled and 40 clients knock at it.

    python3 tests/bench/stalled_server.py [--stalled mariadb,postgresql] [--rounds 5] [--seconds 3] [--write]

Each round measures the healthy datasource twice: at rest, and with the other server stopped by SIGSTOP. A client waits
for its answer, and after a 503 for as long as Retry-After says: the first ones come after the pool's two seconds. To reach: the p99 at most 1.5 times.
"""
import argparse
import collections
import contextlib
import os
import pathlib
import statistics
import sys
import threading
import time

from tools import TITLES, harness, loadgen, settle, spread, write_section

CLIENTS = 40
CASES = [("get by id", "Track/records/{id}"), ("list 100", "Track/records?size=100")]


def datasource(host, kind, backends):
    """Chinook in a database of the kind, as a datasource that is called like it."""
    databases = host.databases if kind == "sqlite" else backends.Served(kind)
    databases.load("chinook", backends.CHINOOK)
    if kind != "sqlite":
        settle(databases.server, databases.prefix + "chinook")
    for path, body in (("/api/f/datasources", {"name": kind, "config": databases.config("chinook")}), (f"/api/f/datasources/{kind}/sync", None)):
        answer = host.post(path, body)
        assert answer.status == 200, answer.text
    return databases


class Knocking:
    """The clients, in a with-block. Their answers are counted by status."""

    def __init__(self, host, kind, records):
        self.host, self.path, self.stop = host, records(kind, "Artist"), threading.Event()
        self.answers = collections.Counter()
        self.threads = [threading.Thread(target=self.knock) for _ in range(CLIENTS)]

    def knock(self):
        headers = {"Authorization": f"Bearer {self.host.login()}"}
        connection = self.host.connection()
        connection.timeout = 120
        while not self.stop.is_set():
            connection.request("GET", self.path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            self.answers[answer.status] += 1
            if answer.status == 503:
                self.stop.wait(int(answer.headers.get("Retry-After") or 1))
        connection.close()

    def __enter__(self):
        for t in self.threads:
            t.start()
        time.sleep(0.5)  # all of them are waiting
        return self

    def __exit__(self, *_):
        self.stop.set()

    def join(self):
        for t in self.threads:
            t.join()


@contextlib.contextmanager
def stalled(host, server, kind, records, answers):
    """While the block runs the server answers nothing; afterwards it is as it was before."""
    server.pause()
    try:
        with Knocking(host, kind, records) as clients:
            yield
    finally:
        server.resume()
    clients.join()
    answers.update(clients.answers)
    for _ in range(100):
        if host.get(records(kind, "Artist")).status == 200:
            return
        time.sleep(0.1)
    sys.exit(f"{kind} does not come back")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build/release", type=pathlib.Path)
    parser.add_argument("--stalled", default="mariadb,postgresql", type=lambda s: s.split(","))
    parser.add_argument("--rounds", default=5, type=int)
    parser.add_argument("--seconds", default=3.0, type=float)
    parser.add_argument("--connections", default="1,16", type=lambda s: [int(c) for c in s.split(",")])
    parser.add_argument("--write", action="store_true", help="write its section of results.md")
    options = parser.parse_args()
    loaded = harness(options.build)
    plugins = (*loaded.backends.DRIVERS.values(), "modeling", "identity")
    lines = ["| stalled | healthy | case | connections | p99 µs at rest (spread) | p99 µs meanwhile | times | requests/s at rest | meanwhile |",
             "|---|---|---|---|---|---|---|---|---|"]
    with loaded.Host(plugins=plugins, samples=False, kind="sqlite", host={"http": {"access_log": False}}) as host:
        databases = {kind: datasource(host, kind, loaded.backends) for kind in TITLES}
        headers = [f"Authorization: Bearer {host.login()}"]
        answers = collections.Counter()
        for kind in options.stalled:
            server = databases[kind].server
            runs = [(healthy, case, connections) for healthy in TITLES if healthy != kind for case in CASES for connections in options.connections]
            samples = collections.defaultdict(list)
            for _ in range(options.rounds):
                for run in runs:
                    healthy, (_, path), connections = run
                    for state in ("at rest", "meanwhile"):
                        with stalled(host, server, kind, loaded.records, answers) if state == "meanwhile" else contextlib.nullcontext():
                            result = loadgen(options.build, host.port, connections, options.seconds, f"/api/f/datasources/{healthy}/models/{path}", headers)
                        samples[run, state].append((result["p99_us"], result["requests"] / result["seconds"]))
            for run in runs:
                (p99, rate), (p99_stalled, rate_stalled) = (list(zip(*samples[run, state])) for state in ("at rest", "meanwhile"))
                times = statistics.median(p99_stalled) / statistics.median(p99)
                lines.append(f"| {TITLES[kind]} | {TITLES[run[0]]} | {run[1][0]} | {run[2]} | {spread(p99)} | {spread(p99_stalled)} | {times:.2f} "
                             f"| {statistics.median(rate):.0f} | {statistics.median(rate_stalled):.0f} |")
    lines += ["", "Answers of the stalled datasource: " + ", ".join(f"{n} of {status}" for status, n in sorted(answers.items())) + "."]
    text = "\n".join(lines)
    print(text)
    if options.write:
        write_section("A stalled server", f"`python3 tests/bench/stalled_server.py --rounds {options.rounds} --seconds {options.seconds:g} --write`, "
                      f"{os.cpu_count()} cores, release build, medians of {options.rounds} interleaved rounds; {CLIENTS} clients at the stalled datasource, "
                      "whose pool is the standard one.\n\n" + text)


if __name__ == "__main__":
    main()
