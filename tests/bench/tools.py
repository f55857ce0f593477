# SPDX-License-Identifier: Apache-2.0
"""What the benchmarks share: databases to work on, the load, and the file of results."""
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
RESULTS = HERE / "results.md"
TITLES = {"sqlite": "SQLite", "mariadb": "MariaDB", "postgresql": "PostgreSQL"}
DRIVERS = {"sqlite": "datasource_sqlite", "mariadb": "datasource_mysql", "postgresql": "datasource_postgresql"}
sys.path.insert(0, str(SOURCE / "tests/databases"))


def harness(build):
    """The tests' harness over the host of a build."""
    os.environ.update(TENON_BINARY=str(build.resolve() / "bin/tenon"), TENON_SOURCE=str(SOURCE))
    sys.path.insert(0, str(SOURCE / "tests/integration"))
    import harness as loaded
    return loaded


def address(config):
    """PORT USER DATABASE of a datasource's configuration, as the C programs take it, and what they find the password in."""
    port, database = re.search(r":(\d+)/(.*)$", config["url"]).groups()
    return [port, config["username"], database], {**os.environ, "TENON_BENCH_PASSWORD": config["password"]}


def settle(server, database):
    """Statistics and pages as they are after a while: nothing is left to be tidied up during a run."""
    if server.kind == "postgresql":
        server.sql("vacuum analyze; checkpoint;", database)
        return
    names = server.sql("show tables", database).split()
    server.sql("".join(f"analyze table `{n}`;" for n in names), database)


def loadgen(build, port, connections, seconds, path, headers=()):
    out = subprocess.run([str(build / "bin/bench_loadgen"), str(port), str(connections), str(seconds), path, *headers],
                         capture_output=True, text=True, check=True).stdout
    result = json.loads(out)
    if result["errors"] or not result["requests"]:
        sys.exit(f"{path}: {result}")
    return result


def spread(values, digits=0):
    """The median, and the least and the most."""
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def write_section(title, text):
    """Puts the section into results.md in place of the one of that name, or at the end."""
    whole = RESULTS.read_text() if RESULTS.exists() else "# Results\n"
    head, *sections = re.split(r"^(?=## )", whole, flags=re.M)
    new = f"## {title}\n\n{text.strip()}\n\n"
    at = [i for i, s in enumerate(sections) if s.startswith(f"## {title}\n")]
    sections = [new if i in at else s for i, s in enumerate(sections)] + ([] if at else [new])
    RESULTS.write_text("\n\n".join(s.strip() for s in (head, *sections)) + "\n")
