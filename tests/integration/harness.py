# SPDX-License-Identifier: Apache-2.0
"""Starts a real host on a free loopback port with a temporary home, and talks to it."""
import http.client
import json
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import urllib.parse

import backends

BINARY = os.environ["TENON_BINARY"]
SOURCE = pathlib.Path(os.environ["TENON_SOURCE"])
PASSWORD = "correct horse battery staple"
DATASOURCES = "/api/f/datasources"


def until(condition, seconds=10):
    """Asks again and again; the answer as soon as it is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.002)  # leaves the processor to what is waited for
    raise AssertionError("it did not come true")


def self_signed_certificate(folder):
    """The files of a certificate for localhost and of its key."""
    certificate, key = folder / "c.pem", folder / "k.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(certificate), "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    return certificate, key


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.text = response.read().decode("utf-8")

    @property
    def json(self):
        return json.loads(self.text)

    @property
    def fields(self):
        """The fields that a validation answer names."""
        return [e["field"] for e in self.json.get("errors", [])]


class Host:
    """One host process. Use it as a context manager, or start() and stop()."""

    def __init__(self, plugins=None, host=None, configs=None, samples=True, kind=backends.KIND, system=None,
                 environment=None):
        """kind: of the databases that its datasources are in, its own among them. system: another configuration for
        the platform's own."""
        plugins = (backends.DRIVERS[kind], "modeling", "identity") if plugins is None else plugins
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tenon-test-"))
        self.home = self.folder / "home"
        (self.home / "databases").mkdir(parents=True)
        (self.folder / "plugins.d").mkdir()
        self.databases = backends.backend(kind, self.home) if backends.DRIVERS[kind] in plugins else None
        self.unloaded = dict(backends.SAMPLES) if samples and self.databases else {}
        self.clock = self.folder / "clock"
        self.clock.write_bytes(bytes(8))
        config = {"http": {"port": 0}, "clock": {"offset_file": str(self.clock)}, "home": str(self.home)}
        for section, values in (host or {}).items():
            config.setdefault(section, {}).update(values)
        (self.folder / "host.json").write_text(json.dumps(config))
        modeling = {"datasources": [{"name": n, "config": self.databases.config(n), "sync": True} for n in self.unloaded]}
        system = system or (self.databases.system if self.databases else None)
        if system:
            modeling["system"] = system
        standard = {
            "modeling": modeling,
            "identity": {"adminPassword": PASSWORD, "tenants": ["default", "other"], "hashMemoryKib": 64, "hashPasses": 1},
        }
        for name in plugins:
            self.plugin(name, {**standard.get(name, {}), **(configs or {}).get(name, {})})
        self.process = None
        self.token = None
        self.environment = environment(self) if environment else {}

    def plugin(self, name, config=None, **members):
        (self.folder / "plugins.d" / f"{name}.json").write_text(json.dumps({"plugin": name, "config": config or {}, **members}))

    def load(self, name, source):
        """Fills a database with what a SQLite file, or a script for SQLite, holds."""
        self.databases.load(name, source)

    def datasource(self, name, source, tenant=None):
        """A datasource of a new database that is filled so, and its models by name."""
        self.load(name, source)
        headers = {"X-Tenant-Id": tenant} if tenant else None
        made = self.post(DATASOURCES, {"name": name, "config": self.databases.config(name)}, headers=headers)
        assert made.status == 200, made.text
        synced = self.post(f"{DATASOURCES}/{name}/sync", headers=headers)
        assert synced.status == 200, synced.text
        return {m["name"]: m for m in synced.json}

    def start(self):
        while self.unloaded:
            self.load(*self.unloaded.popitem())
        self.errors = open(self.folder / "log", "ab")
        self.process = subprocess.Popen([BINARY, "serve", "--config", str(self.folder / "host.json")],
                                        stdout=subprocess.PIPE, stderr=self.errors, text=True, env={**os.environ, **self.environment})
        self.output = []
        for line in self.process.stdout:
            self.output.append(line)
            if line.startswith("listening on "):
                url = urllib.parse.urlparse(line.split()[-1])
                self.port = url.port
                return self
        self.process.wait()
        return self

    def stop(self, kill=signal.SIGTERM):
        """Ends the process and answers its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(kill)
        status = self.process.wait(timeout=60)
        self.process.stdout.close()
        self.errors.close()
        return status

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        try:
            self.stop()
            # For the reader of a test that fails. Most of it is provoked; what a sanitizer reports never is.
            lines = [line for line in self.log().splitlines() if " INFO " not in line]
            reported = next((i for i, line in enumerate(lines) if "Sanitizer: " in line), len(lines))
            print(*lines[min(reported, max(len(lines) - 30, 0)):], sep="\n", file=sys.stderr)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def lines(self, text):
        """The lines of its log that say so. The log is written behind its back: they are waited for."""
        return until(lambda: [line for line in self.log().splitlines() if text in line])

    def logs(self, text):
        return bool(self.lines(text))

    def log(self):
        return (self.folder / "log").read_text()

    def turn_clock(self, milliseconds):
        """Both clocks of the host run ahead by so much."""
        with open(self.clock, "r+b") as f:
            f.write(struct.pack("<q", milliseconds))

    def connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def call(self, method, path, body=None, token=True, headers=None, query=None):
        """One request on a connection of its own. token: True = the administrator's, None = none, or a text."""
        if query:
            path += "?" + urllib.parse.urlencode({k: v if isinstance(v, str) else json.dumps(v) for k, v in query.items()})
        sent = {"Accept-Language": "en", **(headers or {})}
        if token is True:
            token = self.login()
        if token:
            sent["Authorization"] = f"Bearer {token}"
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        connection = self.connection()
        try:
            connection.request(method, path, body=body.encode() if isinstance(body, str) else body, headers=sent)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, path, **more):
        return self.call("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.call("POST", path, body, **more)

    def login(self):
        if self.token is None:
            answer = self.post("/api/f/auth/login", {"username": "admin", "password": PASSWORD}, token=None)
            assert answer.status == 200, answer.text
            self.token = answer.json["token"]
        return self.token


def records(datasource, model):
    return f"{DATASOURCES}/{datasource}/models/{model}/records"
