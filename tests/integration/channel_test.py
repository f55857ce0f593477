# SPDX-License-Identifier: Apache-2.0
"""Channels: event streams and WebSockets that stay open when their handler has returned."""
import os
import pathlib
import resource
import shutil
import signal
import socket
import ssl
import struct
import tempfile
import unittest

from harness import Host, self_signed_certificate, until
from websocket_client import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, Client, EventStream, WebSocket, close_frame, frame

FIXTURES = os.environ["TENON_FIXTURES"]
SOCKET, EVENTS = "/channels/socket", "/channels/events"
CROWD = 2000


def host_with(**http):
    host = Host(plugins=(), samples=False, host={"http": http, "plugins": {"paths": [FIXTURES]}})
    host.plugin("channels")
    return host


class OnAHost(unittest.TestCase):
    http = {}

    @classmethod
    def setUpClass(cls):
        cls.host = host_with(**cls.http).start()

    @classmethod
    def tearDownClass(cls):
        cls.host.__exit__()

    def setUp(self):
        until(lambda: self.state()["open"] == 0)  # those of the test before
        self.before = self.closings()

    def web_socket(self, query="", **how):
        client = WebSocket(self.host.port, **how)
        self.addCleanup(client.socket.close)
        return client.open(SOCKET + query)

    def events(self, query="", path=EVENTS, **how):
        client = EventStream(self.host.port)
        self.addCleanup(client.socket.close)
        return client.open(path + query, **how)

    def state(self):
        return self.host.get("/channels/state", token=None).json

    def closings(self):
        """How many channels have been closed, by code."""
        return {int(code): count for code, count in self.state()["closed"].items()}

    def told(self, code, times=1):
        """The plugin comes to know so many more closed channels of that code, since the test began."""
        until(lambda: self.closings().get(code, 0) >= self.before.get(code, 0) + times)
        self.assertEqual(self.closings()[code], self.before.get(code, 0) + times)

    def publish(self, text):
        return self.host.post("/channels/publish", text, token=None).json

    def tearDown(self):
        state = self.state()
        self.assertEqual((state["overlaps"], state["late"]), (0, 0), "calls for one channel overlap, or come after closed()")


class WebSockets(OnAHost):
    def test_text_comes_back_and_binary_is_told_apart(self):
        client = self.web_socket()
        for size in (0, 1, 125, 126, 127, 65535, 65536, 300000):
            client.text("é" * (size // 2) + "x" * (size % 2))
            self.assertEqual(len(client.message().encode()), size)
            client.send(frame(b"\xff" * size, BINARY))
            self.assertEqual(client.message(), f"binary {size}")

    def test_frames_that_come_with_the_request_are_heard(self):
        client = WebSocket(self.host.port)
        self.addCleanup(client.socket.close)
        client.send(f"GET {SOCKET} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode() + frame(b"early") + frame(b"bird"))
        self.assertIn(b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", client.until(b"\r\n\r\n"))
        self.assertEqual((client.message(), client.message()), ("early", "bird"))

    def test_a_message_in_pieces_is_put_together_with_pings_in_between(self):
        client = self.web_socket()
        whole = "grüße".encode()
        client.send(frame(whole[:3], final=False))  # in the middle of a character
        client.send(frame(b"are you there", PING))
        self.assertEqual(client.next(), (PONG, b"are you there"))
        client.send(frame(b"", CONTINUATION, final=False) + frame(b"unasked", PONG) + frame(whole[3:], CONTINUATION))
        self.assertEqual(client.message(), "grüße")

    def test_a_message_is_heard_however_it_arrives(self):
        client = self.web_socket()
        for byte in frame(b"slowly"):
            client.send(bytes([byte]))
        self.assertEqual(client.message(), "slowly")
        client.send(b"".join(frame(b"%d" % i) for i in range(1000)))
        self.assertEqual([client.message() for _ in range(1000)], [str(i) for i in range(1000)])

    def test_frames_against_the_protocol_close_with_their_code(self):
        for code, data in ((1002, frame(b"a", masked=False)), (1002, frame(b"a", reserved=4)), (1002, frame(b"a", opcode=3)), (1002, frame(b"a", opcode=11)),
                           (1002, frame(b"a", PING, final=False)), (1002, frame(b"a" * 126, PING)), (1002, frame(b"a", CONTINUATION)),
                           (1002, frame(b"a", final=False) + frame(b"b")), (1002, frame(b"a", form=2)), (1002, frame(b"a", form=8)),
                           (1002, frame(b"", form=8, length=1 << 63)), (1002, frame(b"\x03", CLOSE)), (1002, close_frame(1005)), (1002, close_frame(999)),
                           (1007, frame(b"\xff")), (1007, frame(b"\xed\xa0\x80")), (1007, frame(b"\xe2\x82", final=False) + frame(b"x", CONTINUATION)),
                           (1007, close_frame(1000, b"\xff")), (1009, frame(b"a" * 1048577)[:14])):
            client = self.web_socket()
            client.send(data)
            self.assertEqual(client.closed_with(), code, data[:20])
        self.told(1002, 14)
        self.told(1007, 4)
        self.told(1009)

    def test_a_message_past_its_limit_is_1009_in_one_frame_or_in_many(self):
        client = self.web_socket("?max=1000")
        client.text("x" * 1000)
        self.assertEqual(len(client.message()), 1000)
        client.text("x" * 1001)
        self.assertEqual(client.closed_with(), 1009)
        client = self.web_socket("?max=1000")
        client.send(frame(b"x" * 600, final=False) + frame(b"x" * 600, CONTINUATION))
        self.assertEqual(client.closed_with(), 1009)

    def test_the_client_closes_and_its_code_comes_back(self):
        for code in (1000, 1001, 3000, 4999):
            client = self.web_socket()
            client.send(close_frame(code, b"bye") + frame(b"not heard"))
            self.assertEqual(client.closing(), (code, ""))
            self.assertTrue(client.ends())
            self.told(code)
        client = self.web_socket()
        client.send(close_frame())
        self.assertEqual(client.closing(), (None, ""))
        self.assertTrue(client.ends())
        self.told(1005)

    def test_the_plugin_closes_after_what_it_has_pushed(self):
        client = self.web_socket()
        client.text("first")
        client.text("close 4007 that is all")
        client.text("not heard")
        self.assertEqual(client.message(), "first")
        self.assertEqual(client.closing(), (4007, "that is all"))
        self.told(4007)  # before the client has answered
        client.send(close_frame(4007))
        self.assertTrue(client.ends())

    def test_a_client_that_does_not_answer_a_close_is_cut(self):
        client = self.web_socket()
        client.text("close 1000 x")
        self.assertEqual(client.closing(), (1000, "x"))
        self.assertTrue(client.ends())

    def test_a_plugins_bad_code_and_a_message_that_fails_are_1011(self):
        for text in ("close 1005 x", "close 77 x", "fail"):
            client = self.web_socket()
            client.text(text)
            self.assertEqual(client.closed_with(), 1011)
        self.told(1011, 3)

    def test_a_client_that_goes_without_a_word_is_1006(self):
        self.web_socket().socket.close()
        self.told(1006)
        client = self.web_socket()
        client.text("x")
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.socket.close()  # a reset
        self.told(1006, 2)

    def test_other_threads_push_in_order(self):
        client = self.web_socket()
        client.text("ring 500")
        self.assertEqual([client.message() for _ in range(500)], [str(i) for i in range(500)])
        self.publish("from a request")
        self.assertEqual(client.message(), "from a request")

    def test_a_handler_may_push_and_close_before_it_returns(self):
        client = WebSocket(self.host.port)
        self.addCleanup(client.socket.close)
        client.open("/channels/greet")
        self.assertEqual((client.message(), client.message(), client.closing()), ("one", "two", (4001, "said all")))
        self.told(4001)

    def test_a_handler_that_fails_after_opening_ends_the_connection(self):
        client = WebSocket(self.host.port)
        self.addCleanup(client.socket.close)
        client.open("/channels/fails")
        self.assertEqual(client.closed_with(), 1011)
        self.told(1011)
        self.assertTrue(self.host.logs("a handler failed after it had opened a channel"))

    def test_the_subprotocol_is_one_that_the_client_offers(self):
        client = WebSocket(self.host.port)
        self.addCleanup(client.socket.close)
        client.open(SOCKET + "?protocol=two", [("Sec-WebSocket-Protocol", "one, two")])
        self.assertEqual(client.headers["sec-websocket-protocol"], "two")
        self.assertNotIn("sec-websocket-protocol", self.web_socket().headers)
        self.assertNotIn("sec-websocket-extensions", self.web_socket().headers)

    def test_what_is_no_upgrade_is_left_to_the_plugin(self):
        right = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
        for wrong in ({"Upgrade": "h2c"}, {"Connection": "keep-alive"}, {"Sec-WebSocket-Version": "8"}, {"Sec-WebSocket-Key": "c2hvcnQ="}, {"Content-Length": "0", "Upgrade": "x"}):
            client = WebSocket(self.host.port)
            self.addCleanup(client.socket.close)
            status, headers = client.request(SOCKET, {**right, **wrong}.items())
            self.assertEqual((status, headers["sec-websocket-version"], headers["upgrade"]), (426, "13", "websocket"), wrong)
            client.take(int(headers["content-length"]))
            self.assertEqual(client.request("/healthz")[0], 200, "the connection goes on")
        client = WebSocket(self.host.port)
        self.addCleanup(client.socket.close)
        self.assertEqual(client.request(SOCKET + "?protocol=two", right.items())[0], 426, "it was not offered")

    def test_a_client_for_which_too_much_waits_is_dropped_and_others_go_on(self):
        good = self.web_socket("?queue=65536")
        slow = self.web_socket("?queue=65536", receive_buffer=4096)
        text = "x" * 16384
        for _ in range(5000):
            answer = self.publish(text)
            self.assertEqual(good.message(), text)
            if answer["refused"]:
                break
        self.assertEqual(answer, {"taken": 1, "refused": 1})
        self.told(1008)
        self.assertTrue(self.host.logs("a channel was closed: the client reads too slowly"))
        self.assertEqual(self.publish("on")["taken"], 1)
        self.assertEqual(good.message(), "on")
        while (got := slow.next())[0] == TEXT:  # whoever reads at last gets what waited, and why no more comes
            self.assertEqual(len(got[1]), len(text))
        self.assertEqual(got, (CLOSE, struct.pack(">H", 1008) + b"read too slowly"))

    def test_the_log_tells_an_upgrade(self):
        self.web_socket()
        self.assertTrue(self.host.logs(f"GET {SOCKET} 101 0B"))


class EventStreams(OnAHost):
    def test_a_stream_has_its_head_and_what_is_pushed(self):
        client = self.events()
        self.assertEqual((client.headers["content-type"], client.headers["cache-control"], client.headers["x-accel-buffering"], client.headers["transfer-encoding"]),
                         ("text/event-stream; charset=utf-8", "no-store", "no", "chunked"))
        for i in range(100):
            self.publish(f"data: {i}\n\n")
            self.assertEqual(client.chunk(), b"data: %d\n\n" % i)

    def test_what_the_plugin_says_of_caching_holds(self):
        self.assertEqual(self.events("?cache=private").headers["cache-control"], "private")

    def test_a_post_may_open_one_and_push_in_its_handler(self):
        self.assertEqual(self.events(method="POST", body=b"asked").chunk(), b"data: asked\n\n")

    def test_http_1_0_gets_it_until_the_end_of_the_connection(self):
        client = self.events(version="1.0")
        self.assertNotIn("transfer-encoding", client.headers)
        self.publish("data: old\n\n")
        self.assertEqual(client.take(11), b"data: old\n\n")

    def test_head_gets_the_head(self):
        client = self.events(method="HEAD")
        self.assertEqual(client.headers["content-type"], "text/event-stream; charset=utf-8")
        self.assertTrue(client.ends())
        self.told(1000)

    def test_its_end_is_a_last_chunk_and_the_end_of_the_connection(self):
        client = self.events(path="/channels/twice")
        self.assertEqual(client.chunk(), b"data: 11111\n\n", "nothing else is replied once a channel is open")
        self.assertEqual(client.chunk(), b"")
        self.assertTrue(client.ends())
        self.told(1000)

    def test_a_client_that_leaves_is_noticed(self):
        self.events().socket.close()
        self.told(1006)

    def test_what_a_client_still_sends_is_not_a_request(self):
        client = self.events()
        client.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 5000)
        self.publish("data: still here\n\n")
        self.assertEqual(client.chunk(), b"data: still here\n\n")

    def test_a_body_that_nobody_has_read_refuses_it(self):
        client = EventStream(self.host.port)
        self.addCleanup(client.socket.close)
        client.send(b"POST /channels/unread HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n")
        self.assertIn(b"HTTP/1.1 400", client.until(b"\r\n"))


class Patience(OnAHost):
    http = {"write_timeout_ms": 400}

    def test_a_web_socket_is_pinged_and_lives_while_it_answers(self):
        client = self.web_socket("?beat=500")
        for _ in range(4):
            self.assertEqual(client.next(), (PING, b""))
            client.send(frame(b"", PONG))
        client.text("alive")
        while (got := client.next()) == (PING, b""):
            client.send(frame(b"", PONG))
        self.assertEqual(got, (TEXT, b"alive"))

    def test_a_web_socket_that_does_not_answer_its_ping_is_gone(self):
        client = self.web_socket("?beat=100")
        self.assertEqual(client.next(), (PING, b""))
        self.assertTrue(client.ends())
        self.told(1006)

    def test_an_event_stream_gets_a_comment_line_and_needs_no_answer(self):
        client = self.events("?beat=100")
        for _ in range(5):
            self.assertEqual(client.chunk(), b":\n")

    def test_a_heartbeat_does_not_cut_a_line(self):
        client = self.events("?beat=100")
        self.publish("data: ha")
        while (got := client.chunk()) == b":\n":
            pass
        self.assertEqual(got, b"data: ha")
        pinged = self.web_socket("?beat=300")
        for _ in range(2):  # heartbeats go by
            self.assertEqual(pinged.next(), (PING, b""))
            pinged.send(frame(b"", PONG))
        self.publish("lf\n\n")
        self.assertEqual(client.chunk(), b"lf\n\n")
        self.assertEqual(client.chunk(), b":\n")

    def test_a_client_that_takes_nothing_is_dropped(self):
        self.web_socket("?queue=100000000", receive_buffer=4096)
        for _ in range(20):  # more than the system's buffers take
            self.publish("x" * 1000000)
        self.told(1008)

    def test_a_client_that_reads_is_given_a_message_of_any_size_that_may_wait(self):
        client = self.web_socket("?queue=10000000")
        self.publish("x" * 9000000)
        self.assertEqual(len(client.message()), 9000000)


class Budget(OnAHost):
    http = {"max_buffered_bytes": 1 << 20}

    def test_messages_that_are_arriving_are_bounded_together(self):
        small = self.web_socket("?max=10000000")
        small.send(frame(b"x" * 1000, final=False))
        large = self.web_socket("?max=10000000")
        large.send(frame(b"x" * 1500000, final=False))
        self.assertEqual(large.closed_with(), 1013)
        self.told(1013)
        small.send(frame(b"y", CONTINUATION))
        self.assertEqual(len(small.message()), 1001)

    def test_what_waits_for_clients_is_bounded_together(self):
        self.web_socket("?queue=100000000", receive_buffer=4096)
        with Client(self.host.port) as other:
            answer = b""
            while b'"taken":0' not in answer:
                status, headers = other.request("/channels/publish", method="POST", body=b"x" * 20000)
                self.assertEqual(status, 200)
                answer = other.take(int(headers["content-length"]))
        self.told(1008)


class Crowd(unittest.TestCase):
    def test_idle_channels_hold_no_thread(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft < CROWD + 200:
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, CROWD + 200) if hard != resource.RLIM_INFINITY else CROWD + 200, hard))
        host = host_with(threads=8, max_threads=64).start()
        crowd = []
        try:
            self.assertEqual(host.get("/healthz", token=None).status, 200)
            tasks = pathlib.Path(f"/proc/{host.process.pid}/task")
            before = len(list(tasks.iterdir()))
            for i in range(CROWD):
                client = WebSocket(host.port) if i % 2 else EventStream(host.port)
                crowd.append(client.open(SOCKET if i % 2 else EVENTS))
            until(lambda: host.get("/channels/state", token=None).json["open"] == CROWD)
            until(lambda: len(list(tasks.iterdir())) <= before)
            self.assertEqual(host.post("/channels/publish", "data: all\n\n", token=None).json, {"taken": CROWD, "refused": 0})
            for client in crowd:
                self.assertEqual(client.message().encode() if isinstance(client, WebSocket) else client.chunk(), b"data: all\n\n")
            for client in crowd[:CROWD // 2]:
                client.socket.close()
            until(lambda: host.get("/channels/state", token=None).json["open"] == CROWD // 2)
        finally:
            for client in crowd:
                client.socket.close()
            host.__exit__()

    def test_channels_count_as_connections(self):
        with host_with(max_connections=5) as host:
            channels = [WebSocket(host.port).open(SOCKET) for _ in range(5)]
            with WebSocket(host.port) as refused:
                self.assertIn(b" 503 ", refused.until(b"\r\n"))
            for client in channels:
                client.socket.close()


class Drain(unittest.TestCase):
    def test_channels_are_told_that_the_host_goes(self):
        host = host_with().start()
        try:
            web_socket, silent, events = WebSocket(host.port).open(SOCKET), WebSocket(host.port).open(SOCKET), EventStream(host.port).open(EVENTS)
            web_socket.text("before")
            self.assertEqual(web_socket.message(), "before")
            host.process.send_signal(signal.SIGTERM)
            self.assertEqual(web_socket.closed_with(), 1001)
            self.assertEqual(events.chunk(), b"")
            self.assertTrue(events.ends())
            self.assertEqual(silent.closing()[0], 1001)
            self.assertEqual(host.process.wait(timeout=60), 0)
            host.stop()
            for client in (web_socket, silent, events):
                client.socket.close()
            self.assertTrue(host.logs("channels closed with 1001: 3"))
            self.assertTrue(host.logs("channels left open: 0"))
            self.assertNotIn("requests were cut", host.log())
        finally:
            host.__exit__()


class Tls(unittest.TestCase):
    def test_channels_work_over_tls(self):
        folder = pathlib.Path(tempfile.mkdtemp())
        try:
            certificate, key = self_signed_certificate(folder)
            with host_with(tls={"certificate": str(certificate), "key": str(key)}) as host:
                context = ssl.create_default_context(cafile=str(certificate))
                with WebSocket(host.port, tls=context) as client, EventStream(host.port, tls=context) as events:
                    client.open(SOCKET)
                    events.open(EVENTS)
                    for size in (1, 16384, 16385, 1000000):
                        client.text("x" * size)
                        self.assertEqual(len(client.message()), size)
                    client.text("ring 200")
                    self.assertEqual([client.message() for _ in range(200)], [str(i) for i in range(200)])
                    client.text("close 4000 bye")
                    self.assertEqual(client.closing(), (4000, "bye"))
                    with WebSocket(host.port, tls=context) as other:
                        status, headers = other.request("/channels/publish", method="POST", body=b"data: " + b"y" * 500000 + b"\n\n")
                        self.assertEqual(status, 200)
                        self.assertIn(b'"taken":1', other.take(int(headers["content-length"])))
                    self.assertEqual(len(events.chunk()), 500008)
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    unittest.main()
