# SPDX-License-Identifier: Apache-2.0
"""Debian's Chromium, without a window, as its driver speaks (the W3C's WebDriver protocol)."""
import json
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request

from databases import servers
from harness import until

ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--no-proxy-server",
             "--disable-background-networking", "--disable-component-update", "--window-size=1400,1000"]


class Browser:
    """One window. Use it as a context manager."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="tenon-browser-")
        port = servers.free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self.driver = subprocess.Popen([shutil.which("chromedriver"), f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.session = None
        try:
            until(self.answers, 30)
            options = {"binary": shutil.which("chromium"), "args": [*ARGUMENTS, f"--user-data-dir={self.folder}"]}
            wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
            self.session = self.call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        try:
            if self.session:
                self.call("DELETE", f"/session/{self.session}")
        finally:
            self.driver.terminate()
            self.driver.wait(timeout=30)
            shutil.rmtree(self.folder, ignore_errors=True)

    def answers(self):
        assert self.driver.poll() is None, "the browser's driver has ended"
        try:
            return self.call("GET", "/status")["ready"]
        except OSError:
            return False

    def call(self, method, path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with self.opener.open(request, timeout=60) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as refused:
            raise AssertionError(refused.read().decode(errors="replace")[:2000]) from refused

    def open(self, url):
        self.call("POST", f"/session/{self.session}/url", {"url": url})

    def run(self, script, *arguments):
        """What the body of a function returns in the page."""
        return self.call("POST", f"/session/{self.session}/execute/sync", {"script": script, "args": list(arguments)})

    def until(self, script, *arguments):
        """The same, once it is true."""
        return until(lambda: self.run(script, *arguments), 30)

    def errors(self):
        """What the page has complained of since this was last asked."""
        log = self.call("POST", f"/session/{self.session}/se/log", {"type": "browser"})
        return [entry["message"] for entry in log if entry["level"] == "SEVERE"]
