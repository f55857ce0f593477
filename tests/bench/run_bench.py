# SPDX-License-Identifier: Apache-2.0
"""Ours beside a bare Poco handler and a raw epoll responder, interleaved in one run.

    cmake -C packaging/build/release.cmake -S . -B build/release -G Ninja && cmake --build build/release
    python3 tests/bench/run_bench.py [--build build/release] [--rounds 5] [--seconds 2] [--write]

Each round runs every server once for each case and number of connections; the table has medians over the rounds and
the spread of requests per second. CPU is the server's own (user and system), for each request.
"""
import argparse
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

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
TICK = os.sysconf("SC_CLK_TCK")
MODELS = "/api/f/datasources/chinook/models/"
FILTER = "%7B%22Milliseconds%22%3A%7B%22_gt%22%3A300000%7D%7D"
CASES = [  # name, path of ours, path of the others
    ("hello", "/healthz", "/hello"),
    ("get by id", MODELS + "Track/records/{id}", "/track/{id}"),
    ("list 20, filter", MODELS + f"Track/records?size=20&filter={FILTER}", "/filter20"),
    ("list 100", MODELS + "Track/records?size=100", "/list100"),
    ("nested 20", MODELS + "Artist/records?size=20&nestedQuery=albums.tracks", "/nested"),
]


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

    def cpu_s(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def rss_mb(self):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int([x for x in text.splitlines() if x.startswith("VmRSS:")][0].split()[1]) / 1024


def start(build, folder, access_log, preload):
    databases = folder / "home/databases"
    (folder / "plugins.d").mkdir(parents=True)
    databases.mkdir(parents=True)
    for name in ("chinook", "bare", "floor"):
        shutil.copy(SOURCE / "tests/data/chinook.sqlite", databases / f"{name}.sqlite")
        subprocess.run(["sqlite3", str(databases / f"{name}.sqlite"), "pragma journal_mode=wal"], check=True, stdout=subprocess.DEVNULL)
    (folder / "host.json").write_text(json.dumps({"home": str(folder / "home"), "http": {"port": 0, "access_log": access_log}}))
    for plugin, config in (("datasource_sqlite", {}), ("identity", {"adminPassword": "bench"}), ("modeling", {"datasources": [
            {"name": "chinook", "config": {"dbKind": "sqlite", "url": "jdbc:sqlite:chinook.sqlite"}, "sync": True}]})):
        (folder / "plugins.d" / f"{plugin}.json").write_text(json.dumps({"plugin": plugin, "config": config}))
    command = [str(build / "bin/tenon"), "serve", "--config", str(folder / "host.json")]
    env = {"LD_PRELOAD": preload} if preload else {}
    first = Server("tenon", command, env)
    first.process.terminate()
    first.process.wait()
    ours = Server("tenon", command, env)  # a second start, as every one but the first is
    time.sleep(0.5)
    ours.idle_mb = ours.rss_mb()
    token = ours.fetch("/api/f/auth/login", json.dumps({"username": "admin", "password": "bench"}).encode())["token"]
    ours.headers = [f"Authorization: Bearer {token}"]
    return [ours, Server("bare Poco", [str(build / "bin/bench_bare_poco"), str(databases / "bare.sqlite")]),
            Server("floor", [str(build / "bin/bench_floor"), str(databases / "floor.sqlite")])]


def check_bodies(servers):
    for name, ours, others in CASES:
        bodies = [s.fetch((ours if s.name == "tenon" else others).replace("{id}", "77")) for s in servers]
        if any(b != bodies[0] for b in bodies):
            sys.exit(f"the servers do not answer the same for {name}")


def load(build, server, path, connections, seconds):
    cpu = server.cpu_s()
    out = subprocess.run([str(build / "bin/bench_loadgen"), str(server.port), str(connections), str(seconds), path, *server.headers],
                         capture_output=True, text=True, check=True).stdout
    result = json.loads(out)
    if result["errors"] or not result["requests"]:
        sys.exit(f"{server.name} {path}: {result}")
    return {"rps": result["requests"] / result["seconds"], "p50": result["p50_us"], "p99": result["p99_us"],
            "cpu": (server.cpu_s() - cpu) * 1e6 / result["requests"]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build/release", type=pathlib.Path)
    parser.add_argument("--rounds", default=5, type=int)
    parser.add_argument("--seconds", default=2.0, type=float)
    parser.add_argument("--connections", default="1,16,64")
    parser.add_argument("--access-log", action="store_true")
    parser.add_argument("--preload", help="an allocator's library, loaded into ours only")
    parser.add_argument("--write", action="store_true", help="write results.md")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tenon-bench-"))
    servers = []
    try:
        servers = start(options.build, folder, options.access_log, options.preload)
        check_bodies(servers)
        samples = {}
        for _ in range(options.rounds):
            for name, ours, others in CASES:
                for connections in (int(c) for c in options.connections.split(",")):
                    for server in servers:
                        path = ours if server.name == "tenon" else others
                        samples.setdefault((name, connections, server.name), []).append(load(options.build, server, path, connections, options.seconds))
        lines = [f"Start to first answer {servers[0].started_ms:.0f} ms; idle RSS {servers[0].idle_mb:.1f} MB; after the run {servers[0].rss_mb():.1f} MB.", "",
                 "| case | connections | server | requests/s (spread) | of bare Poco | p50 µs | p99 µs | CPU µs/request |", "|---|---|---|---|---|---|---|---|"]
        for name, _, _ in CASES:
            for connections in (int(c) for c in options.connections.split(",")):
                median = {s.name: {k: statistics.median(x[k] for x in samples[name, connections, s.name]) for k in ("rps", "p50", "p99", "cpu")} for s in servers}
                for s in servers:
                    rps = [x["rps"] for x in samples[name, connections, s.name]]
                    m = median[s.name]
                    lines.append(f"| {name} | {connections} | {s.name} | {m['rps']:.0f} ({min(rps):.0f}-{max(rps):.0f}) | {m['rps'] / median['bare Poco']['rps']:.2f} "
                                 f"| {m['p50']:.0f} | {m['p99']:.0f} | {m['cpu']:.1f} |")
        text = "\n".join(lines) + "\n"
        print(text)
        if options.write:
            cores = os.cpu_count()
            head = (f"# Results\n\n`python3 tests/bench/run_bench.py --rounds {options.rounds} --seconds {options.seconds:g} --write`, "
                    f"{cores} cores shared by server and load, release build, medians of {options.rounds} interleaved rounds; access log "
                    f"{'on' if options.access_log else 'off'}. Bare Poco and the floor check no token and know their five replies by heart.\n\n")
            (HERE / "results.md").write_text(head + text)
    finally:
        for s in servers:
            s.process.kill()
            s.process.wait()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
