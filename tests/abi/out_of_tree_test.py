# SPDX-License-Identifier: Apache-2.0
"""The SDK installs by itself; plugins are built against it, out of tree, and the host serves them."""
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


if __name__ == "__main__":
    unittest.main()
