# SPDX-License-Identifier: Apache-2.0
"""tenon-check finds nothing in our plugins, and finds each fault that was put into a fixture."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "databases"))
import servers  # noqa: E402

CHECK = os.environ["TENON_CHECK"]
PLUGINS, FIXTURES = pathlib.Path(os.environ["TENON_PLUGINS"]), pathlib.Path(os.environ["TENON_FIXTURES"])
# Checks whose rule only a linker can break, all three by one library.
LINKED = {"load.one_symbol", "load.no_unique_symbol", "load.resolves"}


def tenon_check(*arguments):
    return subprocess.run([CHECK, *map(str, arguments)], capture_output=True, text=True)


def library(folder, name):
    return folder / name / f"{name}.so"


class Compliance(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.config = pathlib.Path(cls.folder.name) / "check.json"
        cls.config.write_text(json.dumps({"datasource": {"dbKind": "sqlite", "url": "jdbc:sqlite:check.sqlite"}}))
        cls.checks = [x.split()[0] for x in tenon_check("list").stdout.splitlines()]

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_the_sqlite_driver_keeps_every_rule(self):
        report = pathlib.Path(self.folder.name) / "report.xml"
        result = tenon_check("run", library(PLUGINS, "datasource_sqlite"), "--config", self.config, "--junit", report)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn(f"{len(self.checks)} hold, 0 broken, 0 not applicable", result.stdout)
        suite = xml.etree.ElementTree.parse(report).getroot()
        self.assertEqual([c.get("name") for c in suite], self.checks)

    def test_the_drivers_of_servers_keep_every_rule(self):
        for kind, plugin in (("mariadb", "datasource_mysql"), ("postgresql", "datasource_postgresql")):
            with self.subTest(kind), servers.KINDS[kind]() as server:
                config = pathlib.Path(self.folder.name) / f"{kind}.json"
                config.write_text(json.dumps({"datasource": server.database()}))
                result = tenon_check("run", library(PLUGINS, plugin), "--config", config)
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
                self.assertIn(f"{len(self.checks)} hold, 0 broken, 0 not applicable", result.stdout)

    def test_the_other_plugins_keep_the_rules_that_are_about_them(self):
        for plugin in sorted(p.name for p in PLUGINS.iterdir() if not p.name.startswith("datasource_")):
            with self.subTest(plugin):
                result = tenon_check("run", library(PLUGINS, plugin))
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_the_sound_fixture_keeps_every_rule(self):
        result = tenon_check("run", library(FIXTURES, "faulty_none"), "--config", self.config)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("0 not applicable", result.stdout)

    def test_each_check_finds_its_fault(self):
        self.assertGreaterEqual(len(self.checks), 80)
        for check in self.checks:
            with self.subTest(check):
                name = "faulty_" + check.replace(".", "_")
                file = os.environ["TENON_SYMBOLS"] if check in LINKED else library(FIXTURES, name)
                self.assertTrue(pathlib.Path(file).exists(), "there is no fixture that breaks it")
                result = tenon_check("run", file, "--config", self.config, "--only", check, "--timeout-ms", 4000)
                self.assertEqual(result.returncode, 1, f"{check} holds where it is broken\n{result.stdout}{result.stderr}")
                self.assertIn("0 hold, 1 broken", result.stdout)
                if check != "load.resolves":
                    self.assertNotIn("it cannot be loaded", result.stdout)

    def test_wrong_use_is_told(self):
        self.assertEqual(tenon_check().returncode, 2)
        self.assertEqual(tenon_check("run", library(FIXTURES, "faulty_none"), "--only", "nothing.like_it").returncode, 2)
        missing = tenon_check("run", "/nowhere.so", "--only", "load.one_symbol")
        self.assertEqual(missing.returncode, 1)
        self.assertIn("there is no file /nowhere.so", missing.stdout)
        unsaid = tenon_check("run", library(PLUGINS, "datasource_sqlite"), "--only", "rows.end")
        self.assertIn("say with --config what to open", unsaid.stdout)


if __name__ == "__main__":
    unittest.main()
