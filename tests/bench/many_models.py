# SPDX-License-Identifier: Apache-2.0
"""2,000 models in one datasource, one of them with 200 fields: import, start, lists, and requests while one model changes; then the
same with the GraphQL schema of them all.

    python3 tests/bench/many_models.py [--build build/release]"""
import argparse
import json
import os
import pathlib
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
MODELS = 2000


INTROSPECTION = "{ __schema { types { kind name fields { name args { name type { ...T } } type { ...T } } inputFields { name type { ...T } } } } } " \
                "fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }"


def rss_mb(host):
    text = pathlib.Path(f"/proc/{host.process.pid}/status").read_text()
    return int([x for x in text.splitlines() if x.startswith("VmRSS:")][0].split()[1]) / 1024


def changing(host, timed, ask):
    """Adds fields to one model while another is asked for."""
    worst, stop = [0.0], threading.Event()

    def asking():
        while not stop.is_set():
            begun = time.monotonic()
            assert ask().status == 200
            worst[0] = max(worst[0], time.monotonic() - begun)

    asker = threading.Thread(target=asking)
    asker.start()
    try:
        for _ in range(10):
            name = f"x{time.monotonic_ns()}"
            timed("a field is added", lambda: host.post("/api/f/datasources/d/models/M3/fields", {"name": name, "type": "Int"}))
    finally:
        stop.set()
        asker.join()
    print(f"{'slowest request meanwhile':34} {worst[0] * 1000:8.1f} ms")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build/release", type=pathlib.Path)
    options = parser.parse_args()
    os.environ.update(TENON_BINARY=str(options.build.resolve() / "bin/tenon"), TENON_SOURCE=str(SOURCE))
    sys.path.insert(0, str(SOURCE / "tests/integration"))
    from harness import Host, records

    def timed(name, call):
        begun = time.monotonic()
        answer = call()
        print(f"{name:34} {(time.monotonic() - begun) * 1000:8.1f} ms")
        assert answer is None or answer.status < 300, answer.text
        return answer

    key = {"name": "id", "type": "Long", "identity": True, "nullable": False, "defaultValue": {"type": "generated", "name": "autoIncrement"}}
    objects = [{"type": "entity", "name": f"M{i}", "fields": [key, *({"name": f"f{j}", "type": "String"} for j in range(199 if i == 0 else 15))]}
               for i in range(MODELS)]
    host = Host(samples=False, host={"http": {"max_body_bytes": 104857600}}).start()
    try:
        host.post("/api/f/datasources", {"name": "d", "config": {"dbKind": "sqlite", "url": "jdbc:sqlite:d.sqlite"}})
        timed(f"import of {MODELS} models", lambda: host.post("/api/f/datasources/d/import", {"script": json.dumps({"objects": objects})}))
        host.stop()
        timed("start", lambda: host.start() and None)
        timed("first records, 200 fields", lambda: host.get(records("d", "M0")))
        timed("records, 200 fields", lambda: host.get(records("d", "M0")))
        timed("list of all models", lambda: host.get("/api/f/datasources/d/models"))
        timed("one model", lambda: host.get("/api/f/datasources/d/models/M7"))
        changing(host, timed, lambda: host.get(records("d", "M5")))
        host.stop()
        host.plugin("graphql")
        timed("start with GraphQL", lambda: host.start() and None)
        host.login()
        before_mb = rss_mb(host)

        def ask(query):
            return host.post("/api/f/graphql", {"query": query}, headers={"Content-Type": "application/json"})

        document = "{ d_list_M5(size: 1) { id f1 } }"
        timed("first GraphQL request: the schema", lambda: ask(document))
        timed("GraphQL request", lambda: ask(document))
        changing(host, timed, lambda: ask(document))
        print(f"{'memory of the schema':34} {rss_mb(host) - before_mb:8.1f} MB")
        timed("introspection of everything", lambda: ask(INTROSPECTION))
        timed("schema.graphql", lambda: host.get("/api/f/graphql/schema.graphql"))
        print(f"{'memory after that':34} {rss_mb(host) - before_mb:8.1f} MB")
    finally:
        host.__exit__()


if __name__ == "__main__":
    main()
