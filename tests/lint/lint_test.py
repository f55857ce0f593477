# SPDX-License-Identifier: Apache-2.0
"""House rules that a script can see. Each rule is tried on a bad example too."""
import os
import pathlib
import re
import subprocess
import unittest

SOURCE = pathlib.Path(os.environ["TENON_SOURCE"])
TOP = {"CMakeLists.txt", "README.md", "config", "host", "packaging", "plugins", "sdk", "tests"}
CODE = {".cpp", ".h", ".hpp", ".c"}
LONGEST, LONG = 1000, 500
# Files past 500 lines and why they are one file.
REASONS = {}
# Which folders' headers a folder may include with quotes ("kernel/x.h"), beside its own and the SDK's.
ARROWS = {"kernel": set(), "services": {"kernel"}, "http": {"kernel"}, "app": {"kernel", "services", "http"}}


def files():
    for path in sorted(SOURCE.rglob("*")):
        relative = path.relative_to(SOURCE)
        if path.suffix in CODE and path.is_file() and relative.parts[0] in TOP:
            yield str(relative), path.read_text()


def too_long(name, text):
    lines = text.count("\n")
    return lines > LONGEST or (lines > LONG and name not in REASONS)


def bad_header(name, text):
    line = text.split("\n", 1)[0]
    guarded = not name.endswith((".h", ".hpp")) or "#pragma once" in text or name.startswith("sdk/include")
    return "SPDX-License-Identifier: Apache-2.0" not in line or not guarded


def bad_words(name, text):
    return re.search(r"\b(TODO|FIXME|XXX|GTEST_SKIP|DISABLED_|usleep)\b|sleep_for", text) is not None


def bad_include(name, text):
    parts = name.split("/")
    for include in re.findall(r'#include "([^"]+)"', text):
        first = include.split("/")[0]
        if include.startswith("../") and not name.startswith("sdk/"):
            return True
        if parts[0] == "host" and first in ARROWS and first != parts[1] and first not in ARROWS[parts[1]]:
            return True
        if parts[0] == "plugins" and (first in ARROWS or first == "host"):
            return True
        if parts[0] == "sdk" and first in ARROWS:
            return True
    libraries = re.findall(r"#include <(Poco|boost|nlohmann)/", text)
    if parts[0] == "sdk" and libraries and "extras" not in parts:
        return True
    if name.startswith(("host/kernel", "host/services")) and "#include <Poco/Net" in text:
        return True
    return parts[0] == "plugins" and "Poco" in libraries


RULES = {
    too_long: ("host/x.cpp", "\n" * 501),
    bad_header: ("host/x.h", "// SPDX-License-Identifier: Apache-2.0\n"),
    bad_words: ("host/x.cpp", "// TO" + "DO later"),
    bad_include: ("host/kernel/x.cpp", '#include "http/router.h"'),
}


class Lint(unittest.TestCase):
    def test_every_rule_refuses_its_bad_example(self):
        for rule, (name, text) in RULES.items():
            self.assertTrue(rule(name, text), rule.__name__)
        self.assertTrue(bad_include("plugins/x/src/a.cpp", '#include "kernel/loader.h"'))
        self.assertTrue(bad_include("sdk/cpp/tenon/a.hpp", "#include <Poco/X.h>"))

    def test_every_file_keeps_every_rule(self):
        seen = 0
        for name, text in files():
            seen += 1
            for rule in RULES:
                self.assertFalse(rule(name, text), f"{rule.__name__}: {name}")
        self.assertGreater(seen, 100)

    def test_the_top_level_is_the_agreed_one(self):
        visible = {p.name for p in SOURCE.iterdir() if not p.name.startswith(".") and p.name != "build" and not p.name.startswith("build-")}
        self.assertEqual(visible, TOP)

    def test_every_plugin_folder_looks_alike(self):
        for folder in (SOURCE / "plugins").iterdir():
            if folder.is_dir():
                self.assertEqual({p.name for p in folder.iterdir()}, {"CMakeLists.txt", "README.md", "plugin.json.in", "src", "tests"}, folder)

    def test_every_plugin_exports_one_symbol(self):
        libraries = list(pathlib.Path(os.environ["TENON_PLUGINS"]).rglob("*.so"))
        self.assertGreaterEqual(len(libraries), 3)
        for library in libraries:
            out = subprocess.run(["nm", "-D", "--defined-only", str(library)], capture_output=True, text=True, check=True).stdout
            symbols = {x.split()[-1].split("@")[0] for x in out.splitlines()}
            self.assertEqual(symbols - {"TENON_1"}, {"tenon_plugin_entry_1"}, library)

    def test_the_project_stands_alone(self):
        for path in SOURCE.rglob("*"):
            if path.is_file() and path.suffix in CODE | {".py", ".sh", ".cmake", ".md", ".json", ".txt"} and path.relative_to(SOURCE).parts[0] in TOP:
                self.assertNotIn("../sha" + "red", path.read_text(errors="replace"), path)


if __name__ == "__main__":
    unittest.main()
