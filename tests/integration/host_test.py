# SPDX-License-Identifier: Apache-2.0
"""The process: configuration, plugins that fail, HTTP limits, drain."""
import http.client
import json
import pathlib
import resource
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest
import warnings

from backends import DRIVERS, KIND
from harness import BINARY, Host, records, self_signed_certificate


def raw(host, data, half_close=True):
    """Sends bytes as they are and answers everything that comes back."""
    with socket.create_connection(("127.0.0.1", host.port), timeout=10) as s:
        s.sendall(data)
        if half_close:
            s.shutdown(socket.SHUT_WR)
        out = b""
        while True:
            try:
                part = s.recv(65536)
            except ConnectionResetError:
                return out
            if not part:
                return out
            out += part


class Http(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.host = Host(host={"http": {"head_timeout_ms": 400, "body_timeout_ms": 400, "max_body_bytes": 100000,
                                       "write_timeout_ms": 400,
                                       "cors": {"origins": ["https://app.example.com"], "credentials": True}}}).start()
        cls.patient = Host(plugins=(), samples=False, host={"http": {"head_timeout_ms": 60000}}).start()

    @classmethod
    def tearDownClass(cls):
        cls.host.__exit__()
        cls.patient.__exit__()

    def status(self, data, **how):
        answer = raw(self.host, data, **how)
        return int(answer.split(b" ", 2)[1]) if answer else None

    def test_health_and_readiness_need_no_token(self):
        self.assertEqual(self.host.get("/healthz", token=None).json, {"status": "ok"})
        self.assertEqual(self.host.get("/readyz", token=None).status, 200)

    def test_a_request_that_cannot_be_read_has_nothing_of_the_one_before_it(self):
        for _ in range(5):  # connections that come after one another use the same memory
            self.assertIn(b"200 OK", raw(self.patient, b"HEAD /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
            answer = raw(self.patient, b"\x01\r\n\r\n")
            self.assertIn(b" 400 ", answer)
            self.assertIn(b'"code"', answer, "the body is left out, as if it were another HEAD")

    def test_no_smuggling_shape_passes(self):
        host = b"Host: x\r\n"
        for head in (b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", b"Content-Length: 3\r\nContent-Length: 3\r\n", b"Content-Length: +3\r\n",
                     b"Content-Length: -3\r\n", b"Content-Length: 3, 3\r\n", b"Content-Length:\r\n", b"Content-Length : 3\r\n", b"Transfer-Encoding: xchunked\r\n",
                     b"Transfer-Encoding: chunked, chunked\r\n", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", b" folded: x\r\n",
                     b"X: a\r\n b\r\n", b"X: \x00\r\n", b"Host: y\r\n", b"X\r\n"):
            self.assertIn(self.status(b"POST /healthz HTTP/1.1\r\n" + host + head + b"\r\nabc"), (400, 501), head)
        for data in (b"GET /healthz HTTP/1.1\nHost: x\n\n", b"GET /healthz HTTP/1.1\r\n\r\n", b"GET  /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
                     b"GET /healthz\r\nHost: x\r\n\r\n", b"GET /a/../healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /a%00 HTTP/1.1\r\nHost: x\r\n\r\n",
                     b"GET /%ff HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\r\n\r\n"):
            self.assertEqual(self.status(data), 400, data)
        self.assertEqual(self.status(b"GET / HTTP/2.0\r\nHost: x\r\n\r\n"), 505)

    def test_who_asks_is_said_once(self):
        token = b"Authorization: Bearer " + self.host.login().encode() + b"\r\n"
        for repeated in (token + b"Authorization: Bearer x\r\n", token + b"X-Tenant-Id: default\r\nX-Tenant-Id: other\r\n"):
            self.assertEqual(self.status(b"GET /api/f/datasources HTTP/1.1\r\nHost: x\r\n" + repeated + b"\r\n"), 400)

    def test_an_unread_body_is_never_the_next_request(self):
        inner = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        answer = raw(self.host, b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(inner) + inner)
        self.assertEqual(answer.count(b"HTTP/1.1 "), 1)
        answer = raw(self.host, b"POST /nowhere HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % len(inner) + inner + b"\r\n0\r\n\r\n")
        self.assertEqual(answer.count(b"HTTP/1.1 "), 1)

    def test_heads_that_arrive_in_pieces_are_read_whole(self):
        """More than is read at once, and all there when the rest is read: the first request takes its time."""
        burst = b"GET /api/f/datasources/school/models?verify=true HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + self.host.login().encode() + b"\r\n\r\n"
        for n in range(14):
            burst += b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 15000 + (b"\r\nConnection: close" if n == 13 else b"") + b"\r\n\r\n"
        for _ in range(20):
            self.assertEqual(raw(self.host, burst).count(b"HTTP/1.1 200 "), 15)

    def test_limits_answer_and_do_not_hang(self):
        big = b"x" * 40000
        self.assertEqual(self.status(b"GET /" + big + b" HTTP/1.1\r\n"), 414)
        self.assertEqual(self.status(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + big + b"\r\n\r\n"), 431)
        self.assertEqual(self.status(b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 200 + b"\r\n"), 431)
        self.assertEqual(self.status(b"GET / HTTP/1.1\r\nHost:", half_close=False), 408)
        token = self.host.login().encode()
        head = b"POST " + records("school", "Student").encode() + b" HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + b"\r\n"
        self.assertEqual(self.status(head + b"Content-Length: 200000\r\n\r\n"), 413)
        self.assertEqual(self.status(head + b"Transfer-Encoding: chunked\r\n\r\n" + b"10000\r\n" + b"x" * 65536 + b"\r\n" + b"10000\r\n" + b"x" * 65536 + b"\r\n"), 413)
        self.assertEqual(self.status(head + b"Content-Length: 10\r\n\r\n{", half_close=False), 408)
        self.assertEqual(self.status(head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"), 400)

    def test_chunked_bodies_trailers_and_expect(self):
        token = self.host.login().encode()
        body = b'{"className":"Chunks"}'
        head = b"POST " + records("school", "Classes").encode() + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer " + token + b"\r\n"
        answer = raw(self.host, head + b"Transfer-Encoding: chunked\r\n\r\n5;a=b\r\n" + body[:5] + b"\r\n%x\r\n" % (len(body) - 5) + body[5:] + b"\r\n0\r\nX-Sum: 1\r\n\r\n")
        self.assertIn(b'"className":"Chunks"', answer)
        with socket.create_connection(("127.0.0.1", self.host.port), timeout=10) as s:
            s.sendall(head + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(body))
            self.assertTrue(s.recv(4096).startswith(b"HTTP/1.1 100 Continue\r\n\r\n"))
            s.sendall(body)
            self.assertTrue(s.recv(65536).startswith(b"HTTP/1.1 200 OK"))
        self.assertEqual(self.status(b"POST /healthz HTTP/1.1\r\nHost: x\r\nExpect: magic\r\n\r\n"), 417)

    def test_pipelined_requests_are_answered_in_order(self):
        one = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        answer = raw(self.host, one * 200 + b"GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        self.assertEqual(answer.count(b"HTTP/1.1 200 OK"), 200)
        self.assertIn(b"HTTP/1.1 404", answer[answer.rindex(b"HTTP/1.1 "):])

    def test_head_and_old_clients(self):
        answer = raw(self.host, b"HEAD /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        self.assertTrue(answer.endswith(b"\r\n\r\n"))
        self.assertIn(b"Content-Length: 15", answer)
        answer = raw(self.host, b"GET /healthz HTTP/1.0\r\n\r\n")
        self.assertIn(b"Connection: close", answer)
        self.assertTrue(answer.endswith(b'{"status":"ok"}'))

    def test_methods_are_told(self):
        wrong = self.host.post("/healthz", token=None)
        self.assertEqual((wrong.status, wrong.headers["Allow"]), (405, "GET, HEAD, OPTIONS"))
        options = self.host.call("OPTIONS", records("chinook", "Track"), token=None)
        self.assertEqual((options.status, options.headers["Allow"]), (204, "GET, HEAD, POST, OPTIONS"))

    def test_cors_answers_listed_origins_only(self):
        def origin(value):
            return self.host.call("OPTIONS", records("chinook", "Track"), token=None,
                                  headers={"Origin": value, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"})
        good = origin("https://app.example.com")
        self.assertEqual(good.headers["Access-Control-Allow-Origin"], "https://app.example.com")
        self.assertIn("POST", good.headers["Access-Control-Allow-Methods"])
        self.assertEqual(good.headers["Access-Control-Allow-Credentials"], "true")
        for evil in ("https://app.example.com.evil.org", "null", "http://app.example.com", "https://xapp.example.com"):
            answer = origin(evil)
            self.assertIsNone(answer.headers["Access-Control-Allow-Origin"], evil)
            self.assertEqual(answer.headers["Vary"], "Origin")

    def test_large_replies_are_compressed_when_asked(self):
        import gzip
        path = records("chinook", "Track") + "?size=100"
        plain = self.host.get(path)
        connection = self.host.connection()
        connection.request("GET", path, headers={"Authorization": f"Bearer {self.host.login()}", "Accept-Encoding": "br, gzip;q=0.5"})
        answer = connection.getresponse()
        self.assertEqual(answer.headers["Content-Encoding"], "gzip")
        self.assertEqual(gzip.decompress(answer.read()).decode(), plain.text)
        connection.request("GET", path, headers={"Authorization": f"Bearer {self.host.login()}", "Accept-Encoding": "gzip;q=0"})
        answer = connection.getresponse()
        self.assertIsNone(answer.headers["Content-Encoding"])
        answer.read()
        connection.close()

    def test_idle_connections_cost_no_thread_and_slow_nobody(self):
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        idle = [socket.create_connection(("127.0.0.1", self.patient.port)) for _ in range(min(10000, most - 500))]
        try:
            for _ in range(20):
                self.assertEqual(self.patient.get("/healthz", token=None).status, 200)
            threads = int([x for x in pathlib.Path(f"/proc/{self.patient.process.pid}/status").read_text().splitlines() if x.startswith("Threads:")][0].split()[1])
            self.assertLess(threads, 64)
        finally:
            for s in idle:
                s.close()

    def test_a_client_that_stops_reading_is_cut_and_one_that_leaves_harms_nobody(self):
        token = self.host.login()
        one = f"GET {records('chinook', 'Track')}?size=1000 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        with socket.socket() as slow:
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            slow.settimeout(20)
            slow.connect(("127.0.0.1", self.host.port))
            slow.sendall(one * 50)
            for _ in range(20):
                with socket.create_connection(("127.0.0.1", self.host.port)) as leaver:
                    leaver.sendall(one)
            self.assertEqual(self.host.get(records("chinook", "Track") + "/1").status, 200)
            threading.Event().wait(1.0)  # longer than the time limit without taking a byte
            got = 0
            try:
                while part := slow.recv(1 << 20):
                    got += len(part)
            except ConnectionResetError:
                pass
            self.assertLess(got, 50 * 200000, "the rest was not sent")
        self.assertEqual(self.host.get("/healthz", token=None).status, 200)

    def test_plugins_are_listed(self):
        listed = {p["id"]: p for p in self.host.get("/api/f/plugins").json}
        self.assertEqual({p["state"] for p in listed.values()}, {"running"})
        self.assertIn("GET /api/f/datasources", listed["modeling"]["routes"])
        self.assertIn(f"tenon.datasource/1:{KIND}", listed[DRIVERS[KIND]]["services"])
        self.assertEqual(self.host.get("/api/f/plugins", token=None).status, 401)


class Tls(unittest.TestCase):
    def test_requests_are_answered_over_tls_1_2_and_later_only(self):
        folder = pathlib.Path(tempfile.mkdtemp())
        try:
            certificate, key = self_signed_certificate(folder)
            with Host(plugins=(), samples=False, host={"http": {"tls": {"certificate": str(certificate), "key": str(key)}}}) as host:
                context = ssl.create_default_context(cafile=str(certificate))
                connection = http.client.HTTPSConnection("localhost", host.port, context=context, timeout=10)
                connection.connect()
                for _ in range(3):  # one connection, several requests
                    connection.request("GET", "/healthz")
                    self.assertEqual(json.loads(connection.getresponse().read()), {"status": "ok"})
                connection.close()
                old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
                with self.assertRaises((ssl.SSLError, ConnectionError)):
                    old.wrap_socket(socket.create_connection(("127.0.0.1", host.port), timeout=10))
        finally:
            shutil.rmtree(folder)


class Configuration(unittest.TestCase):
    def check(self, **sections):
        host = Host(host=sections)
        try:
            return subprocess.run([BINARY, "check-config", "--config", str(host.folder / "host.json")], capture_output=True, text=True)
        finally:
            shutil.rmtree(host.folder)

    def test_a_good_configuration_is_told(self):
        self.assertEqual(self.check().returncode, 0)

    def test_every_mistake_is_told_with_a_suggestion(self):
        result = self.check(http={"prot": 1, "threads": "many"}, log={"level": "loud"}, nothing={})
        self.assertNotEqual(result.returncode, 0)
        for text in ('http.prot: unknown key; did you mean "port"?', "http.threads: must be a whole number", "log.level: must be one of", "nothing: unknown key"):
            self.assertIn(text, result.stderr)

    def test_the_shipped_configuration_is_good(self):
        result = subprocess.run([BINARY, "check-config", "--config", str(pathlib.Path(__file__).parents[2] / "config/host.json")], capture_output=True, text=True)
        self.assertEqual(result.returncode, 0, result.stderr)


class Plugins(unittest.TestCase):
    def test_a_missing_plugin_is_refused_by_name_and_the_rest_goes_on(self):
        host = Host()
        host.plugin("nosuch")
        with host:
            listed = {p["id"]: p for p in host.get("/api/f/plugins").json}
            self.assertEqual(listed["nosuch"]["state"], "refused")
            self.assertEqual(listed["modeling"]["state"], "running")

    def test_a_plugin_whose_need_is_missing_is_refused_by_name(self):
        with Host(plugins=("modeling", "identity")) as host:
            self.assertTrue(host.logs("plugin modeling is refused: it needs tenon.datasource/1"))
            self.assertTrue(host.logs("plugin identity is refused: it needs tenon.data/1"))
            self.assertEqual(host.get("/healthz", token=None).status, 200)
            self.assertEqual(host.get("/api/f/plugins", token=None).status, 503)

    def test_a_required_plugin_that_fails_stops_the_host(self):
        host = Host()
        host.plugin("nosuch", required=True)
        try:
            host.start()
            self.assertNotEqual(host.process.returncode, 0)
        finally:
            host.process.stdout.close()
            host.errors.close()
            shutil.rmtree(host.folder)

    def test_a_library_that_was_changed_after_its_manifest_is_refused(self):
        host = Host()
        name = DRIVERS[KIND]
        copy = host.folder / "changed" / name
        shutil.copytree(pathlib.Path(BINARY).parents[1] / "lib/tenon/plugins" / name, copy)
        with open(copy / f"{name}.so", "ab") as f:
            f.write(b"x")
        host.plugin(name, path=str(copy))
        with host:
            self.assertTrue(host.logs(f'plugin {name} is refused: plugin.json: "sha256"'))


class Drain(unittest.TestCase):
    def test_no_accepted_request_fails_at_sigterm(self):
        with Host() as host:
            token = host.login()
            failures, done = [], []
            stop = threading.Event()

            def work():
                connection = host.connection()
                try:
                    while not stop.is_set():
                        connection.request("GET", records("chinook", "Track") + "?size=50", headers={"Authorization": f"Bearer {token}"})
                        answer = connection.getresponse()
                        body = answer.read()
                        if answer.status != 200 or not body.endswith(b'"total":3503}'):
                            failures.append((answer.status, body[:100]))
                        done.append(1)
                        if answer.headers["Connection"] == "close":
                            return
                except Exception as e:  # every broken exchange is a failure
                    failures.append(repr(e))
                finally:
                    connection.close()

            threads = [threading.Thread(target=work) for _ in range(8)]
            for t in threads:
                t.start()
            while len(done) < 200 and not failures:
                threads[0].join(0.01)
            self.assertEqual(host.stop(signal.SIGTERM), 0)
            stop.set()
            for t in threads:
                t.join()
            self.assertEqual(failures, [])


if __name__ == "__main__":
    unittest.main()
