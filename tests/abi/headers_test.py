# SPDX-License-Identifier: Apache-2.0
"""The ABI headers compile alone at every language level, and the locks notice what they are for."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["TENON_SOURCE"])
INCLUDE = SOURCE / "sdk/include"
HEADERS = sorted(INCLUDE.rglob("*.h"))


def compiles(language, standard, include, text, *flags):
    compiler = os.environ["CC"] if language == "c" else os.environ["CXX"]
    return subprocess.run([compiler, "-x", language, f"-std={standard}", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror", *flags,
                           f"-I{include}", "-"], input=text, capture_output=True, text=True)


class Headers(unittest.TestCase):
    def test_each_compiles_alone_everywhere(self):
        for header in HEADERS:
            text = f'#include "{header.relative_to(INCLUDE)}"\n'
            for language, standard in (("c", "c11"), ("c", "c17"), ("c++", "c++11"), ("c++", "c++17"), ("c++", "c++20")):
                flags = ["-Wpadded"] + (["-Wc++-compat"] if language == "c" else [])
                result = compiles(language, standard, INCLUDE, text, *flags)
                self.assertEqual(result.returncode, 0, f"{header} as {standard}\n{result.stderr}")

    def test_each_cpp_header_compiles_alone(self):
        for header in sorted((SOURCE / "sdk/cpp").rglob("*.hpp")):
            text = f'#include "{header.relative_to(SOURCE / "sdk/cpp")}"\n'
            result = compiles("c++", "c++20", INCLUDE, text, f"-I{SOURCE / 'sdk/cpp'}")
            self.assertEqual(result.returncode, 0, f"{header}\n{result.stderr}")

    def test_no_member_has_a_type_that_compilers_size_freely(self):
        for header in HEADERS:
            text = re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.S)
            self.assertNotRegex(text, r"\b(bool|_Bool|size_t|long|enum)\s+\w+\s*[;,)]", header)
            for body in re.findall(r"struct \w+ \{(.*?)\n\}", text, flags=re.S):
                self.assertNotIn("#if", body, header)


class Locks(unittest.TestCase):
    """Negative controls: a lock that nothing can trip locks nothing."""

    def lock(self, name, change=None):
        folder = pathlib.Path(tempfile.mkdtemp())
        try:
            shutil.copytree(INCLUDE / "tenon", folder / "tenon")
            if change:
                header, old, new = change
                text = (folder / "tenon" / header).read_text()
                self.assertEqual(text.count(old), 1, old)
                (folder / "tenon" / header).write_text(text.replace(old, new))
            return compiles("c", "c11", folder, (SOURCE / "sdk/abi" / name).read_text()).returncode
        finally:
            shutil.rmtree(folder)

    def test_an_unchanged_header_passes(self):
        for name in ("layout_lock.c", "signature_lock.c"):
            self.assertEqual(self.lock(name), 0)

    def test_an_inserted_member_is_noticed(self):
        self.assertNotEqual(self.lock("layout_lock.c", ("http.h", "  /* [one] The whole body;", "  void (*inserted)(void);\n  /* [one] The whole body;")), 0)

    def test_a_changed_parameter_is_noticed(self):
        self.assertNotEqual(self.lock("signature_lock.c", ("log.h", "(*enabled)(const tenon_host *, int32_t level)", "(*enabled)(const tenon_host *, int64_t level)")), 0)

    def test_every_struct_and_function_is_locked(self):
        layout, signatures = ((SOURCE / "sdk/abi" / n).read_text() for n in ("layout_lock.c", "signature_lock.c"))
        for header in (h for h in HEADERS if "drafts" not in h.parts):
            text = re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.S)
            for name, body in re.findall(r"struct (tenon_\w+) \{(.*?)\n\}", text, flags=re.S):
                self.assertRegex(layout, rf"SIZE\((struct )?{name},", header)
                for function in re.findall(r"^  [\w *]+\(\*(\w+)\)", body, flags=re.M):
                    self.assertRegex(signatures, rf"SIGNATURE\((struct )?{name}, {function},", header)


if __name__ == "__main__":
    unittest.main()
