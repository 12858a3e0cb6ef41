"""Subscribers over HTTP/1.1 and HTTP/2, with TLS and without, in one process on one selector.

Only the standard library, and only as much of HTTP/2 as counting the events of streams takes: windows so large that they
are never used up, a header block without compression, frames taken apart. It is slower than a client in C, which does not
matter to the server's CPU time as long as it keeps up; it says when it does not.
"""
import selectors
import socket
import ssl
import struct
import time

MARK = b"data: "
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
END_STREAM, END_HEADERS, ACK = 1, 4, 1
LARGEST_WINDOW = 2**31 - 1


class Failed(Exception):
    pass


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


class Counter:
    """Counts marks in a body that comes in pieces."""

    def __init__(self):
        self.count = 0
        self.tail = b""

    def feed(self, data):
        data = self.tail + data
        self.count += data.count(MARK)
        # A mark that is cut; none can be whole in so few bytes.
        self.tail = data[-(len(MARK) - 1):]


class Connection:
    def __init__(self, port, path, context, streams):
        """streams is the number of streams of HTTP/2, 0 for one of HTTP/1.1."""
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context:
            self.sock = context.wrap_socket(self.sock, server_hostname="localhost")
            agreed = self.sock.selected_alpn_protocol()
            if streams and agreed != "h2":
                raise Failed(f"the server agreed on {agreed}, not on h2")
        self.buffer = b""
        self.is_http2 = streams > 0
        self.has_settings = False
        self.bodies = {}
        self.opened = 0
        self.wanted = max(streams, 1)
        if self.is_http2:
            settings = struct.pack(">HI", 4, LARGEST_WINDOW)
            self.sock.sendall(PREFACE + frame(SETTINGS, 0, 0, settings)
                              + frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", LARGEST_WINDOW - 65535)))
            # How many streams there may be at a time is known then.
            while not self.has_settings:
                data = self.sock.recv(65536)
                if not data:
                    raise Failed("the server closed a connection")
                self.take_frames(self.buffer + data)
            # GET, the scheme, the path, localhost as the authority, and Accept, as literals that are not indexed.
            block = b"\x82" + (b"\x87" if context else b"\x86") + b"\x04" + bytes([len(path)]) + path.encode()
            block += b"\x01\x09localhost" + b"\x0f\x04\x11text/event-stream"
            for number in range(streams):
                self.sock.sendall(frame(HEADERS, END_STREAM | END_HEADERS, 2 * number + 1, block))
        else:
            self.sock.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n".encode())
        self.sock.setblocking(False)

    def count(self):
        return sum(body.count for body in self.bodies.values())

    def read(self):
        while True:
            try:
                data = self.sock.recv(256 * 1024)
            except (BlockingIOError, ssl.SSLWantReadError):
                return
            if not data:
                raise Failed("the server closed a connection")
            if self.is_http2:
                self.take_frames(self.buffer + data)
            elif self.opened:
                self.bodies[0].feed(data)
            else:
                self.take_head(self.buffer + data)

    def take_head(self, data):
        end = data.find(b"\r\n\r\n")
        if end < 0:
            self.buffer = data
            return
        if not data.startswith(b"HTTP/1.1 200"):
            raise Failed(f"refused: {data[:200]}")
        self.opened = 1
        self.buffer = b""
        self.bodies[0] = Counter()
        self.bodies[0].feed(data[end + 4:])

    def take_frames(self, data):
        start = 0
        while len(data) - start >= 9:
            length = int.from_bytes(data[start:start + 3], "big")
            if len(data) - start < 9 + length:
                break
            kind, flags = data[start + 3], data[start + 4]
            stream = int.from_bytes(data[start + 5:start + 9], "big")
            payload = data[start + 9:start + 9 + length]
            start += 9 + length
            if kind == DATA:
                self.bodies[stream].feed(payload)
            elif kind == HEADERS:
                # The first field is the status, and 200 has an index of its own. Before it may be a change of the table.
                if b"\x88" not in payload[:4]:
                    raise Failed(f"refused: {payload}")
                self.bodies[stream] = Counter()
                self.opened += 1
            elif kind == SETTINGS and not flags & ACK:
                self.has_settings = True
                self.send(frame(SETTINGS, ACK, 0))
            elif kind == PING and not flags & ACK:
                self.send(frame(PING, ACK, 0, payload))
            elif kind in (RST_STREAM, GOAWAY):
                raise Failed(f"the server sent a frame of type {kind}: {payload}")
        self.buffer = data[start:]

    def send(self, data):
        timeout = self.sock.gettimeout()
        self.sock.settimeout(20)
        self.sock.sendall(data)
        self.sock.settimeout(timeout)


class Subscribers:
    def __init__(self, port, path, count, streams=0, certificate=None):
        context = None
        if certificate:
            context = ssl.create_default_context(cafile=str(certificate))
            if streams:
                context.set_alpn_protocols(["h2"])
        self.selector = selectors.DefaultSelector()
        self.connections = []
        left = count
        while left > 0:
            here = min(streams, left) if streams else 1
            left -= here
            connection = Connection(port, path, context, here if streams else 0)
            self.connections.append(connection)
            self.selector.register(connection.sock, selectors.EVENT_READ, connection)
        self.wait(lambda: sum(each.opened for each in self.connections) == count, "the heads of all streams")

    def poll(self, timeout=0.05):
        for key, _ in self.selector.select(timeout):
            key.data.read()

    def count(self):
        return sum(each.count() for each in self.connections)

    def counts(self):
        return [body.count for each in self.connections for body in each.bodies.values()]

    def wait(self, is_done, what, seconds=60):
        limit = time.monotonic() + seconds
        while not is_done():
            if time.monotonic() > limit:
                raise Failed(f"{what} did not come within {seconds} s")
            self.poll()

    def close(self):
        for each in self.connections:
            self.selector.unregister(each.sock)
            each.sock.close()
        self.selector.close()
