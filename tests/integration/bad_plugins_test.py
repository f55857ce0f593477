# SPDX-License-Identifier: Apache-2.0
"""One bad plugin is refused by name with one clear sentence, and the host goes on."""
import hashlib
import json
import os
import pathlib
import shutil
import unittest

from harness import Host

FIXTURES = pathlib.Path(os.environ["TENON_FIXTURES"])


class BadPlugins(unittest.TestCase):
    def host(self, *fixtures, **plugins):
        host = Host(plugins=(), samples=False, host={"plugins": {"create_timeout_ms": 500, "drain_timeout_ms": 300, "paths": [str(FIXTURES)], **plugins}})
        for f in fixtures:
            host.plugin(f)
        return host

    def refusal(self, fixture):
        """The sentence with which it is refused, while a good plugin beside it is served."""
        with self.host(fixture, "good") as host:
            self.assertEqual(host.get("/good", token=None).status, 200)
            self.assertEqual(host.get("/bad", token=None).status, 404, "what it had registered is withdrawn")
            lines = host.lines(f"plugin {fixture} is refused: ")
            self.assertEqual(len(lines), 1, lines)
            return lines[0].split(" is refused: ")[1]

    def test_each_is_refused_with_its_reason(self):
        cases = {
            "missing_need": "it needs x.nobody/1, which no enabled plugin offers",
            "needs_longer_table": "it needs a newer tenon.http/1 than this host has (4000 bytes, not ",
            "other_thread": "create() failed: routes are added on create()'s thread only",
            "offers_not_provided": 'plugin.json promises x.promise/1 "a", and create() did not provide it',
            "newer_minor": "it needs ABI 1.99 and this host has 1.0",
            "bad_magic": "its descriptor has no Tenon magic number",
            "id_mismatch": 'plugin.json says id "id_mismatch", the library says "somebody_else"',
            "throws_in_create": "create() failed: an exception left the plugin",
            "fails_create": "create() failed: this fixture cannot be created",
            "fails_start": "start() failed: this fixture cannot be started",
            "nosuch": "no plugin path has a folder of that name",
        }
        for fixture, sentence in cases.items():
            with self.subTest(fixture):
                self.assertIn(sentence, self.refusal(fixture))

    def broken(self, change):
        """A copy of `good` under the name `broken`, changed; answers its refusal."""
        host = self.host("good")
        folder = host.folder / "broken"
        folder.mkdir()
        manifest = json.loads((FIXTURES / "good/plugin.json").read_text())
        manifest.update(id="broken", library="broken.so")
        library = (FIXTURES / "good/good.so").read_bytes()
        library = change(manifest, library) or library
        manifest.setdefault("sha256", hashlib.sha256(library).hexdigest())
        (folder / "broken.so").write_bytes(library)
        (folder / "plugin.json").write_text(json.dumps(manifest))
        host.plugin("broken", path=str(folder))
        with host:
            self.assertEqual(host.get("/good", token=None).status, 200)
            return host.lines("plugin broken is refused: ")[0]

    def test_files_that_are_no_plugin_are_refused(self):
        def unsigned(change):
            def apply(manifest, library):
                del manifest["sha256"]
                return change(library)
            return apply

        self.assertIn('plugin.json says id "broken", the library says "good"', self.broken(lambda m, l: None))
        self.assertIn("not a shared library", self.broken(unsigned(lambda l: b"this is text")))
        self.assertIn("not a shared library", self.broken(unsigned(lambda l: l[:64])))
        self.assertIn("exports no tenon_plugin_entry_1", self.broken(unsigned(lambda l: l.replace(b"tenon_plugin_entry_1", b"tenon_plugin_entry_2"))))
        self.assertIn('"sha256" is', self.broken(lambda m, l: l + b"x"))
        self.assertIn("it was built for", self.broken(lambda m, l: m.update(platform="plan9-mips")))
        self.assertIn("it needs ABI 2.0", self.broken(lambda m, l: m.update(abi="2.0")))
        self.assertIn('"version" must be a text', self.broken(lambda m, l: m.pop("version") and None))

    def test_a_plugin_that_hangs_in_create_is_left_behind(self):
        host = self.host("hangs_in_create", "good").start()
        try:
            self.assertEqual(host.get("/good", token=None).status, 200)
            self.assertTrue(host.logs("create() did not return within 500 ms; the instance is abandoned"))
            self.assertEqual(host.stop(), 1, "its code may still run: the process ends without tearing down")
        finally:
            shutil.rmtree(host.folder)

    def test_a_plugin_that_hangs_in_drain_is_abandoned_and_the_process_ends(self):
        host = self.host("hangs_in_drain").start()
        try:
            self.assertEqual(host.get("/good", token=None).status, 200)
            self.assertEqual(host.stop(), 1)
            self.assertTrue(host.logs("plugin hangs_in_drain was abandoned: drain() did not return"))
        finally:
            shutil.rmtree(host.folder)

    def test_a_slow_start_is_waited_for(self):
        with self.host("slow_start") as host:
            self.assertEqual(host.get("/good", token=None).status, 200)


if __name__ == "__main__":
    unittest.main()
