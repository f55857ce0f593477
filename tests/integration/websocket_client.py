# SPDX-License-Identifier: Apache-2.0
"""A client of WebSockets and event streams for tests: right by default, and as wrong as it is asked to be."""
import base64
import hashlib
import os
import socket
import struct

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def frame(payload=b"", opcode=TEXT, final=True, masked=True, reserved=0, form=None, length=None):
    """The bytes of a client's frame. form: 0, 2 or 8 bytes of extended length; length: another than the payload's."""
    length = len(payload) if length is None else length
    form = form if form is not None else 0 if length < 126 else 2 if length < 65536 else 8
    head = bytes([final << 7 | reserved << 4 | opcode, masked << 7 | {0: length, 2: 126, 8: 127}[form] & 127])
    head += {0: b"", 2: struct.pack(">H", length & 65535), 8: struct.pack(">Q", length)}[form]
    if not masked:
        return head + payload
    mask = os.urandom(4)
    return head + mask + bytes(a ^ b for a, b in zip(payload, mask * (len(payload) // 4 + 1)))


def close_frame(code=None, reason=b""):
    return frame(b"" if code is None else struct.pack(">H", code) + reason, CLOSE)


class Client:
    """One connection; reads block for ten seconds at most."""

    def __init__(self, port, tls=None, receive_buffer=None):
        """tls: a context that trusts the host. receive_buffer: bytes that the system takes for a client that reads none."""
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(10)
        self.socket.connect(("127.0.0.1", port))
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname="localhost")
        self.received = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def fill(self):
        """Waits for more. False: the connection has ended."""
        try:
            part = self.socket.recv(65536)
        except ConnectionError:
            part = b""
        self.received += part
        return bool(part)

    def take(self, size):
        """The next bytes, or None at the end."""
        while len(self.received) < size:
            if not self.fill():
                return None
        out, self.received = self.received[:size], self.received[size:]
        return out

    def until(self, end):
        """The next bytes with this end, or None."""
        while end not in self.received:
            if not self.fill():
                return None
        at = self.received.index(end) + len(end)
        out, self.received = self.received[:at], self.received[at:]
        return out

    def ends(self):
        """Nothing more comes and the host has ended the connection."""
        return self.take(1) is None

    def request(self, path, headers=(), method="GET", version="1.1", body=b""):
        """Asks and answers (status, headers in lower case)."""
        lines = [f"{method} {path} HTTP/{version}", "Host: localhost", *(f"{k}: {v}" for k, v in headers)]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        status, *fields = self.until(b"\r\n\r\n").decode()[:-4].split("\r\n")
        return int(status.split()[1]), {k.lower(): v for k, v in (f.split(": ", 1) for f in fields)}


class EventStream(Client):
    def open(self, path, **how):
        status, self.headers = self.request(path, **how)
        assert status == 200, status
        return self

    def chunk(self):
        """The next chunk; empty for the last one, None when the stream was cut."""
        size = self.until(b"\r\n")
        if size is None:
            return None
        data = self.take(int(size, 16) + 2)
        return data[:-2] if data else None


class WebSocket(Client):
    def open(self, path, headers=()):
        key = base64.b64encode(os.urandom(16))
        status, self.headers = self.request(path, [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"),
                                                   ("Sec-WebSocket-Key", key.decode()), *headers])
        assert status == 101, status
        assert self.headers["sec-websocket-accept"] == base64.b64encode(hashlib.sha1(key + GUID).digest()).decode()
        return self

    def text(self, text, **how):
        self.send(frame(text.encode(), **how))

    def next(self):
        """The next frame as (opcode, payload), or None at the end. The host's frames are whole and not masked."""
        head = self.take(2)
        if head is None:
            return None
        assert head[0] & 0xF0 == 0x80 and head[1] & 0x80 == 0, head
        length = head[1]
        if length == 126:
            length = struct.unpack(">H", self.take(2))[0]
        elif length == 127:
            length = struct.unpack(">Q", self.take(8))[0]
        return head[0] & 15, self.take(length)

    def message(self):
        """The next text."""
        opcode, payload = self.next()
        assert opcode == TEXT, (opcode, payload)
        return payload.decode()

    def closing(self):
        """The code and the reason of the close frame that comes next; None as code when it has none."""
        opcode, payload = self.next()
        assert opcode == CLOSE, (opcode, payload)
        return (struct.unpack(">H", payload[:2])[0] if payload else None), payload[2:].decode()

    def closed_with(self):
        """The code of the close frame that comes next, after which the host ends the connection."""
        code, _ = self.closing()
        self.send(close_frame(code))
        assert self.ends()
        return code
