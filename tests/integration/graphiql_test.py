# SPDX-License-Identifier: Apache-2.0
"""The page /graphiql: what it says to a browser's policies, and what a person does with it."""
import re
import unittest

from browser import Browser
from databases import PLUGINS
from harness import PASSWORD, Host

EDITOR = "document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror"
RESULT = "(document.querySelector('.result-window .CodeMirror')?.CodeMirror.getValue() ?? '')"
DOCS = "document.querySelector('.graphiql-doc-explorer-content')"


def hosted(case, **config):
    host = Host(plugins=(*PLUGINS, "graphql"), kind="sqlite", configs={"graphql": config}).start()
    case.addCleanup(host.__exit__)
    return host


class Page(unittest.TestCase):
    def test_anybody_may_load_it_and_it_loads_nothing_from_elsewhere(self):
        host = hosted(self)
        page = host.get("/graphiql", token=None)
        self.assertEqual((page.status, page.headers["Content-Type"], page.headers["Cache-Control"]), (200, "text/html; charset=utf-8", "no-store"))
        self.assertNotIn("{{", page.text)
        self.assertNotRegex(page.text, "https?://|<script>|onload=")
        policy = page.headers["Content-Security-Policy"]
        self.assertTrue(policy.startswith("default-src 'none'; script-src 'self'; "), policy)
        self.assertNotRegex(policy, "unsafe|https?:|\\*")
        nonce = re.search("'nonce-([0-9a-f]{32})'", policy).group(1)
        self.assertIn(f'content="{nonce}"', page.text)
        self.assertNotIn(nonce, host.get("/graphiql", token=None).headers["Content-Security-Policy"])
        files = re.findall('(?:src|href)="(/[^"]+)"', page.text)
        self.assertEqual(len(files), 7)
        types = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8", "txt": "text/plain; charset=utf-8"}
        for file in files:
            answer = host.get(file, token=None)
            self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, types[file.rpartition(".")[2]]), file)
            self.assertEqual(answer.headers["Cache-Control"], "public, max-age=31536000, immutable")
            self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
            self.assertGreater(len(answer.text), 100)
            self.assertEqual(host.get(file, token=None, headers={"If-None-Match": answer.headers["ETag"]}).status, 304)
        folder = files[0].rpartition("/")[0]
        for unknown in (f"{folder}/nope.js", "/graphiql/0000000000000000/page.js"):
            self.assertEqual(host.get(unknown, token=None).status, 404, unknown)

    def test_it_may_be_switched_off(self):
        self.assertEqual(hosted(self, graphiql=False).get("/graphiql", token=None).status, 404)


class Person(unittest.TestCase):
    def test_logs_in_reads_the_documentation_and_runs_a_query(self):
        host = hosted(self)
        url = f"http://127.0.0.1:{host.port}/graphiql"
        with Browser() as browser:
            browser.open(url)
            browser.run("""document.getElementById('username').value = arguments[0]; document.getElementById('password').value = arguments[1];
                           document.getElementById('login').click()""", "admin", PASSWORD)
            browser.until("return document.querySelector('.graphiql-query-editor .CodeMirror') !== null")
            self.assertEqual(browser.run("return [...document.getElementById('tenant').options].map((o) => o.value)"), ["default", "other"])

            browser.run("document.querySelector('button[aria-label=\"Show Documentation Explorer\"]').click()")
            browser.until(f"""const link = [...({DOCS}?.querySelectorAll('a') ?? [])].find((a) => a.textContent === arguments[0]);
                              link?.click(); return link !== undefined""", "Query")
            browser.until(f"return {DOCS}?.textContent.includes('chinook_find_one_Artist')")

            browser.run(f"{EDITOR}.setValue(arguments[0])", "{ chinook_find_one_Artist(where: {ArtistId: {_eq: 1}}) { Name } }")
            shown = browser.until(f"""const button = document.querySelector('.graphiql-execute-button'), text = {RESULT};
                                      if (text.includes('chinook_find_one_Artist')) return text;
                                      if (button.ariaLabel.startsWith('Execute')) button.click();
                                      return ''""")
            self.assertIn('"Name": "AC/DC"', shown)
            browser.run("document.querySelector('button[aria-label=\"Open settings dialog\"]').click()")
            browser.until("return document.querySelector('.graphiql-dialog') !== null")

            browser.open(url)  # the login's cookie brings the session back
            browser.until("return document.querySelector('.graphiql-query-editor .CodeMirror') !== null")
            loaded = browser.run("return performance.getEntriesByType('resource').map((r) => new URL(r.name).protocol === 'data:' ? '' : r.name)")
            self.assertEqual([name for name in loaded if name and not name.startswith(url.rpartition("/")[0])], [])
            self.assertEqual(browser.errors(), [])

    def test_is_told_why_a_login_fails(self):
        host = hosted(self)
        with Browser() as browser:
            browser.open(f"http://127.0.0.1:{host.port}/graphiql")
            self.assertEqual(browser.errors(), [])
            browser.run("document.getElementById('username').value = 'admin'; document.getElementById('password').value = 'no'; "
                        "document.getElementById('login').click()")
            self.assertTrue(browser.until("return document.getElementById('message').textContent"))
            self.assertIsNone(browser.run("return document.querySelector('.graphiql-container')"))
            browser.run("document.getElementById('token').value = arguments[0]; document.getElementById('use').click()", host.login())
            browser.until("return document.querySelector('.graphiql-query-editor .CodeMirror') !== null")


if __name__ == "__main__":
    unittest.main()
