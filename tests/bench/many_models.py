# SPDX-License-Identifier: Apache-2.0
"""2,000 models in one datasource, one of them with 200 fields: import, start, lists, and requests while one model changes.

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
        print(f"{name:32} {(time.monotonic() - begun) * 1000:8.1f} ms")
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
        worst, stop = [0.0], threading.Event()

        def ask():
            while not stop.is_set():
                begun = time.monotonic()
                assert host.get(records("d", "M5")).status == 200
                worst[0] = max(worst[0], time.monotonic() - begun)

        asking = threading.Thread(target=ask)
        asking.start()
        for i in range(10):
            timed("a field is added", lambda: host.post("/api/f/datasources/d/models/M3/fields", {"name": f"x{i}", "type": "Int"}))
        stop.set()
        asking.join()
        print(f"{'slowest request meanwhile':32} {worst[0] * 1000:8.1f} ms")
    finally:
        host.__exit__()


if __name__ == "__main__":
    main()
