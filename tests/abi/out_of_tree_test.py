# SPDX-License-Identifier: Apache-2.0
"""The SDK installs by itself; plugins are built against it, out of tree, and the host serves them."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE, BUILD = pathlib.Path(os.environ["TENON_SOURCE"]), os.environ["TENON_BUILD"]
sys.path.insert(0, str(SOURCE / "tests/integration"))
from harness import Host  # noqa: E402


def run(*command):
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result.stdout


class OutOfTree(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="tenon-sdk-"))
        run("cmake", "--install", BUILD, "--component", "sdk", "--prefix", str(cls.folder / "sdk"))
        for language in ("c", "cpp"):
            shutil.copytree(cls.folder / "sdk/share/tenon/template" / language, cls.folder / language)
            run("cmake", "-S", str(cls.folder / language), "-B", str(cls.folder / language / "build"), "-G", "Ninja",
                f"-DCMAKE_PREFIX_PATH={cls.folder / 'sdk'}", f"-DTENON_PLUGIN_OUTPUT_DIR={cls.folder / 'plugins'}")
            run("cmake", "--build", str(cls.folder / language / "build"))

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def test_each_exports_one_symbol(self):
        for library in (self.folder / "plugins").rglob("*.so"):
            symbols = [x.split()[-1].split("@")[0] for x in run("nm", "-D", "--defined-only", str(library)).splitlines()]
            self.assertEqual([s for s in symbols if s != "TENON_1"], ["tenon_plugin_entry_1"], library)

    def test_the_host_serves_them(self):
        host = Host(host={"plugins": {"paths": [str(self.folder / "plugins")]}}, samples=False)
        host.plugin("hello_c")
        host.plugin("datasource_lines")
        with host:
            self.assertEqual(host.get("/hello/you", token=None).json, {"hello": True})
            kinds = host.post("/api/f/datasources", {"name": "x", "config": {"dbKind": "none", "url": "y"}}).text
            self.assertIn("lines", kinds)
            refused = host.post("/api/f/datasources", {"name": "x", "config": {"dbKind": "lines", "url": "notes"}})
            self.assertEqual((refused.status, refused.json["errors"][0]["message"]), (400, "records are served by drivers that take SQL: this one does not"))

    def test_the_driver_keeps_every_rule_that_is_about_it(self):
        (self.folder / "home/notes").mkdir(parents=True)
        (self.folder / "home/notes/poem").write_text("".join(f"line {i}\n" for i in range(1, 8)))
        (self.folder / "check.json").write_text(json.dumps({
            "home": str(self.folder / "home"), "datasource": {"dbKind": "lines", "url": "notes"},
            "statements": {"rows": json.dumps({"select": {"from": "poem", "columns": ["number", "line"]}}), "bad": "{\"selekt\":"}}))
        report = run(str(self.folder / "sdk/bin/tenon-check"), "run", str(self.folder / "plugins/datasource_lines/datasource_lines.so"),
                     "--config", str(self.folder / "check.json"))
        self.assertIn(" 0 broken", report)
        for check in ("rows.limits", "rows.outlive", "rows.asked", "cancel.between_batches", "errors.size", "datasource.bad_statement"):
            self.assertRegex(report, rf"(?m)^(holds|n/a) +{check} ", check)


if __name__ == "__main__":
    unittest.main()
