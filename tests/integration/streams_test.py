# SPDX-License-Identifier: Apache-2.0
"""Streamed bodies and replies, deadlines, clients that leave or read slowly, threads that are held up."""
import gzip
import http.client
import json
import os
import pathlib
import resource
import socket
import time
import unittest

from harness import Host, until

FIXTURES = os.environ["TENON_FIXTURES"]


def host_with(**http):
    host = Host(plugins=(), samples=False, host={"http": http, "plugins": {"paths": [FIXTURES]}})
    host.plugin("streams")
    return host.start()


class Streams(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.host = host_with(body_timeout_ms=400, write_timeout_ms=300, max_body_bytes=100000)

    @classmethod
    def tearDownClass(cls):
        cls.host.__exit__()

    def open(self):
        return socket.create_connection(("127.0.0.1", self.host.port), timeout=10)

    def waiters(self, host=None):
        return (host or self.host).get("/streams/waiters", token=None).json

    def test_a_body_is_answered_while_it_arrives(self):
        with self.open() as s:
            s.sendall(b"POST /streams/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            received = b""
            for i in range(5):
                piece = b"piece %d;" % i
                s.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
                while piece not in received:  # it comes back before the next is sent
                    received += s.recv(65536)
            s.sendall(b"0\r\nX-Trailer: ignored\r\n\r\n")
            while not received.endswith(b"0\r\n\r\n"):
                received += s.recv(65536)
        self.assertIn(b"Transfer-Encoding: chunked", received)

    def test_a_long_body_is_counted_and_never_held(self):
        def resident():
            status = pathlib.Path(f"/proc/{self.host.process.pid}/status").read_text()
            return int(status.split("VmRSS:")[1].split()[0])
        before = resident()
        body = b"x" * 40_000_000
        self.assertEqual(self.host.post("/streams/count", body, token=None).json, len(body))
        self.assertLess(resident() - before, 4096, "KiB more than before")

    def test_a_connection_goes_on_after_a_streamed_body(self):
        connection = self.host.connection()
        for size in (0, 1, 4095, 65536, 300000):
            connection.request("POST", "/streams/count", body=b"y" * size)
            self.assertEqual(json.loads(connection.getresponse().read()), size)
        connection.close()

    def test_pipelined_requests_after_a_streamed_body_are_answered(self):
        one = b"POST /streams/count HTTP/1.1\r\nHost: x\r\nContent-Length: 7\r\n\r\nabcdefg"
        last = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        data = one * 3 + b"POST /streams/count HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" + last
        for cut in range(0, len(data), 11):  # wherever the packets end
            with self.open() as s:
                s.sendall(data[:cut])
                s.sendall(data[cut:])
                answer = b""
                while part := s.recv(65536):
                    answer += part
            self.assertEqual(answer.count(b"HTTP/1.1 200 OK"), 5, answer)
            self.assertEqual([x.split(b"\r\n\r\n")[1] for x in answer.split(b"HTTP/1.1 ")[1:]], [b"7", b"7", b"7", b"3", b'{"status":"ok"}'])

    def test_a_streamed_body_past_its_limit_is_refused(self):
        self.assertEqual(self.host.post("/streams/count", b"x" * 50_000_001, token=None).status, 413)
        with self.open() as s:
            s.sendall(b"POST /streams/count HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            piece = b"%x\r\n" % 1_000_000 + b"x" * 1_000_000 + b"\r\n"
            for _ in range(51):
                s.sendall(piece)
            self.assertIn(b"HTTP/1.1 413", s.recv(65536))

    def test_a_streamed_body_that_is_not_read_ends_the_connection(self):
        with self.open() as s:
            s.sendall(b"POST /streams/ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 48\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            answer = b""
            while part := s.recv(65536):
                answer += part
        self.assertEqual(answer.count(b"HTTP/1.1"), 1)
        self.assertIn(b"Connection: close", answer)

    def test_a_body_that_stands_still_or_ends_early_is_an_error(self):
        with self.open() as s:
            s.sendall(b"POST /streams/count HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
            self.assertIn(b"HTTP/1.1 504", s.recv(65536))
        with self.open() as s:
            s.sendall(b"POST /streams/count HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
            s.shutdown(socket.SHUT_WR)
            self.assertNotIn(b"HTTP/1.1 200", s.recv(65536))

    def test_a_body_that_trickles_is_an_error_too(self):
        slow = host_with(body_timeout_ms=300, min_bytes_per_second=1000)
        try:
            with socket.create_connection(("127.0.0.1", slow.port), timeout=10) as s:
                s.sendall(b"POST /streams/count HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
                begun = time.monotonic()
                s.settimeout(0.02)
                answer = b""
                while not answer and time.monotonic() - begun < 5:  # 50 bytes a second
                    s.sendall(b"x")
                    try:
                        answer = s.recv(65536)
                    except TimeoutError:
                        pass
                self.assertIn(b"HTTP/1.1 504", answer)
        finally:
            slow.__exit__()

    def test_a_reply_of_unknown_length_is_whole(self):
        for version, headers in (("1.1", {}), ("1.0", {}), ("1.1", {"Accept-Encoding": "gzip"})):
            connection = self.host.connection()
            if version == "1.0":
                connection._http_vsn, connection._http_vsn_str = 10, "HTTP/1.0"
            connection.request("GET", "/streams/rows?n=300", headers=headers)
            answer = connection.getresponse()
            body = answer.read()
            if headers:
                self.assertEqual(answer.headers["Content-Encoding"], "gzip")
                body = gzip.decompress(body)
            lines = body.decode().splitlines()
            self.assertEqual([int(x.rstrip(".")) for x in lines], list(range(300)))
            connection.close()

    def test_a_reply_that_fails_in_the_middle_is_seen_to_be_cut(self):
        connection = self.host.connection()
        connection.request("GET", "/streams/cut")
        answer = connection.getresponse()
        with self.assertRaises(http.client.IncompleteRead) as cut:
            answer.read()
        self.assertEqual(cut.exception.partial, b"the beginning")
        connection.close()
        with self.open() as s:
            s.sendall(b"GET /streams/cut HTTP/1.1\r\nHost: x\r\n\r\n")
            answer = b""
            while part := s.recv(65536):
                answer += part
        self.assertFalse(answer.endswith(b"0\r\n\r\n"), "the final chunk is missing")

    def test_a_reader_that_stops_is_cut(self):
        with self.open() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            s.sendall(b"GET /streams/rows?n=100000 HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertTrue(self.host.logs("a streamed reply was cut: the client reads too slowly"))

    def test_a_reader_that_trickles_is_cut(self):
        slow = host_with(write_timeout_ms=300, min_bytes_per_second=100000)
        try:
            with socket.create_connection(("127.0.0.1", slow.port), timeout=10) as s:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                s.sendall(b"GET /streams/rows?n=100000 HTTP/1.1\r\nHost: x\r\n\r\n")

                def cut():
                    try:
                        s.recv(500)
                    except ConnectionError:
                        return True
                    return "was cut: the client reads too slowly" in slow.log()
                until(cut)
        finally:
            slow.__exit__()

    def test_a_client_that_leaves_cancels_its_request(self):
        ended = self.waiters()["ended"]
        with self.open() as s:
            s.sendall(b"GET /streams/wait HTTP/1.1\r\nHost: x\r\n\r\n")
            until(lambda: self.waiters()["waiting"] > 0)
        until(lambda: self.waiters()["ended"] > ended)

    def test_a_request_past_its_deadline_is_504(self):
        hasty = host_with(request_timeout_ms=200)
        try:
            answer = hasty.get("/streams/wait", token=None)
            self.assertEqual(answer.status, 504)
            self.assertFalse(answer.json["success"])
        finally:
            hasty.__exit__()

    def test_threads_that_are_held_up_are_stood_in_for(self):
        few = host_with(threads=2, max_threads=20, request_timeout_ms=60000)
        try:
            held = [socket.create_connection(("127.0.0.1", few.port), timeout=30) for _ in range(12)]
            for s in held:
                s.sendall(b"GET /streams/wait HTTP/1.1\r\nHost: x\r\n\r\n")
            until(lambda: self.waiters(few)["waiting"] == 12)
            for _ in range(20):
                self.assertEqual(few.get("/healthz", token=None).status, 200)
            for s in held:
                s.close()
            until(lambda: self.waiters(few)["waiting"] == 0)
        finally:
            few.__exit__()

    def test_a_handler_that_does_not_answer_is_500(self):
        answer = self.host.get("/streams/nothing", token=None)
        self.assertEqual((answer.status, answer.json["code"]), (500, -1))

    def test_a_reply_belongs_to_its_handlers_thread(self):
        answer = self.host.get("/streams/other-thread", token=None)
        self.assertEqual(answer.json, 1, "TENON_INVALID")
        self.assertTrue(self.host.logs("send() is called on another thread than its handler's"))

    def test_a_handler_cannot_split_the_head(self):
        self.assertEqual(self.host.get("/streams/split-head", token=None).text, "1111")

    def test_readiness_asks_every_plugin(self):
        self.assertEqual(self.host.call("PUT", "/streams/health/ill", token=None).status, 204)
        try:
            answer = self.host.get("/readyz", token=None)
            self.assertEqual((answer.status, answer.json), (503, {"status": "unhealthy", "plugins": ["streams"]}))
        finally:
            self.host.call("PUT", "/streams/health/well", token=None)
        self.assertEqual(self.host.get("/readyz", token=None).status, 200)

    def test_when_descriptors_run_out_clients_are_told(self):
        host = Host(plugins=(), samples=False)
        host.start()
        resource.prlimit(host.process.pid, resource.RLIMIT_NOFILE, (40, 40))
        try:
            crowd = [socket.create_connection(("127.0.0.1", host.port), timeout=10) for _ in range(60)]
            told = until(lambda: any(self.told_503(s) for s in crowd))
            self.assertTrue(told)
            for s in crowd:
                s.close()
            until(lambda: self.answers(host))
        finally:
            host.__exit__()

    @staticmethod
    def told_503(s):
        s.settimeout(0.01)
        try:
            data = s.recv(4096)
        except (TimeoutError, ConnectionError):
            return False
        return data.startswith(b"HTTP/1.1 503") and b"Retry-After: 1" in data

    @staticmethod
    def answers(host):
        try:
            return host.get("/healthz", token=None).status == 200
        except (OSError, http.client.HTTPException):
            return False


if __name__ == "__main__":
    unittest.main()
