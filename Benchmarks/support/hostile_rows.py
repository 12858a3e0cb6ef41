"""The rows of Benchmarks/hostile: what each hostile client does, and what that may cost the others and the hub."""
import asyncio
import base64
import hashlib
import hmac
import json
import socket
import struct
import time
import urllib.parse

import harness

PATH = harness.HUB_PATH
HOST = "127.0.0.1"
KEY = "0123456789abcdef0123456789abcdef"


def form(**fields):
    return urllib.parse.urlencode(fields).encode()


def post(body, token=None):
    head = f"POST {PATH} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: {harness.FORM}\r\nContent-Length: {len(body)}\r\n"
    if token:
        head += f"Authorization: Bearer {token}\r\n"
    return head.encode() + b"\r\n" + body


def make_token(claims, header=None):
    def encode(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")
    text = encode(json.dumps(header or {"alg": "HS256"}).encode()) + b"." + encode(json.dumps(claims).encode())
    return (text + b"." + encode(hmac.digest(KEY.encode(), text, hashlib.sha256))).decode()


async def read_answer(reader):
    head = await reader.readuntil(b"\r\n\r\n")
    fields = dict(line.split(": ", 1) for line in head.decode().lower().split("\r\n")[1:] if ": " in line)
    await reader.readexactly(int(fields.get("content-length", 0)))
    return int(head.split(b" ", 2)[1])


async def read_on(reader):
    """Takes whatever comes, until nothing comes any more."""
    try:
        while await reader.read(1 << 16):
            pass
    except OSError:
        pass


async def publish_all(port, forms, expected=200):
    """Publishes forms over four connections, fifty at a time each."""
    async def publish(part):
        reader, writer = await asyncio.open_connection(HOST, port)
        for start in range(0, len(part), 50):
            batch = part[start:start + 50]
            writer.write(b"".join(post(body) for body in batch))
            for _ in batch:
                status = await read_answer(reader)
                if status != expected:
                    raise RuntimeError(f"a publish was answered with {status}")
        writer.close()

    await asyncio.gather(*(publish(forms[number::4]) for number in range(4)))


async def subscribe(port, query, fields=""):
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(f"GET {PATH}?{query} HTTP/1.1\r\nHost: {HOST}\r\n{fields}\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n")[0]:
        harness.fail(f"a subscriber was answered with {head.splitlines()[0].decode()}")
    return reader, writer


class Row:
    """What hostile clients do. The hub has its default settings but for `options`."""

    title = ""
    options = ()
    publishers = ("--anonymous-publish",)
    # What a p99 of others may be, in milliseconds, and how much memory the hub may take in addition: what its settings say,
    # and 64 MiB.
    limit_ms = 20
    limit_mb = 64
    # Whether the quiet clients need a token to publish.
    token = None

    def __init__(self, scale):
        self.scale = scale

    async def prepare(self, port):
        """What is there before the quiet clients are measured alone."""

    async def attack(self, port, seconds):
        raise NotImplementedError

    def close(self):
        pass


def templates(number, count=100):
    """Templates of eight variables, which fit nothing, and only at their ends; no two clients have the same."""
    variables = "{a}x{b}x{c}x{d}x{e}x{f}x{g}"
    return "&".join("topic=" + urllib.parse.quote(f"{variables}!{number}.{index}{{h}}") for index in range(count))


class Templates(Row):
    title = "50 × 100 templates, a full log of 40-byte topics, again each second"
    topics, length = 100_000, 40

    async def prepare(self, port):
        count = int(self.topics * self.scale)
        names = (f"t-{index}-{'x-y' * self.length}"[:self.length - 6] + f"{index % 1000000:06}" for index in range(count))
        await publish_all(port, [form(topic=name, data="x") for name in names])

    async def attack(self, port, seconds):
        end = time.monotonic() + seconds

        async def ask(query):
            while time.monotonic() < end:
                try:
                    reader, writer = await asyncio.wait_for(asyncio.open_connection(HOST, port), 5)
                    request = f"GET {PATH}?{query}&lastEventID=earliest HTTP/1.1\r\nHost: {HOST}\r\n\r\n"
                    writer.write(request.encode())
                    await asyncio.wait_for(reader.read(1), min(1, max(0.1, end - time.monotonic())))
                    await asyncio.sleep(min(1, max(0, end - time.monotonic())))
                    writer.close()
                except (OSError, asyncio.TimeoutError):
                    pass

        await asyncio.gather(*(ask(templates(number)) for number in range(50)))


class LongTopics(Templates):
    title = "50 × 100 templates, 10,000 events of 2,000-byte topics"
    topics, length = 10_000, 2000


class LiveTemplates(Row):
    title = "31 × 100 templates of 16 variables, and events of 100 topics of 2,000 bytes"
    expression = "-".join(f"{{{name}}}" for name in "abcdefghijklmnop")
    part = "-x"

    async def prepare(self, port):
        def query(number):
            names = (f"{self.expression}!{number}.{index}" for index in range(100))
            return "&".join("topic=" + urllib.parse.quote(name) for name in names)
        self.streams = await asyncio.gather(*(subscribe(port, query(number)) for number in range(31)))

    async def attack(self, port, seconds):
        end = time.monotonic() + seconds
        number = 0
        while time.monotonic() < end:
            names = [f"{number}-{index}-" + self.part * 990 for index in range(100)]
            body = urllib.parse.urlencode([("topic", name) for name in names] + [("data", "x")]).encode()
            await publish_all(port, [body])
            number += 1
            await asyncio.sleep(0.25)


class LiveLabels(LiveTemplates):
    title = "31 × 100 templates of 16 labels, each a list, and events of 100 topics of 2,000 bytes"
    expression = "{." + ",".join(f"{name}*" for name in "abcdefghijklmnop") + "}"
    part = ".a"


class Leaving(Row):
    title = "20,000 HTTP/2 subscriptions of 98 shared topics and one own, closed at once"
    limit_ms = 100
    # Streams that are open take some kilobytes each.
    limit_mb = 64 + 200

    async def prepare(self, port):
        shared = "&".join(f"topic=s{index}" for index in range(98))
        connections = max(1, int(20 * self.scale))
        self.writers = []
        for connection in range(connections):
            reader, writer = await asyncio.open_connection(HOST, port)
            writer.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b""))
            reading = asyncio.ensure_future(answer_settings(reader, writer))
            # Before the hub's settings are acknowledged, 100 streams are all there may be.
            await asyncio.sleep(0.2)
            for stream in range(1000):
                query = f"{shared}&topic=o{connection}.{stream}"
                head = hpack([(":method", "GET"), (":scheme", "http"), (":authority", HOST), (":path", f"{PATH}?{query}")])
                writer.write(frame(1, 0x5, 2 * stream + 1, head))
                if stream % 100 == 99:
                    await writer.drain()
            self.writers.append((writer, reading))
        await asyncio.sleep(2)

    async def attack(self, port, seconds):
        await asyncio.sleep(seconds / 3)
        for writer, task in self.writers:
            task.cancel()
            writer.transport.abort()
        await asyncio.sleep(seconds * 2 / 3)


def frame(kind, flags, stream, payload):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def hpack(fields):
    """Header fields as literals without an index."""
    def text(value):
        data = value.encode()
        return number(len(data), 7) + data

    def number(value, bits):
        limit = (1 << bits) - 1
        if value < limit:
            return bytes([value])
        out = [limit]
        value -= limit
        while value >= 128:
            out.append(value % 128 + 128)
            value //= 128
        return bytes(out + [value])

    return b"".join(b"\0" + text(name) + text(value) for name, value in fields)


async def answer_settings(reader, writer):
    """Acknowledges settings, and takes whatever comes."""
    try:
        while True:
            head = await reader.readexactly(9)
            payload = await reader.readexactly(int.from_bytes(head[:3], "big"))
            if head[3] == 4 and not head[4] & 1:
                writer.write(frame(4, 1, 0, b""))
            elif head[3] == 0 and payload:
                writer.write(frame(8, 0, 0, struct.pack(">I", len(payload))))
    except (OSError, asyncio.IncompleteReadError):
        pass


class StalledKeys(Row):
    title = "a key set that stalls behind its head, and 250 tokens of unknown keys at a time"

    def __init__(self, scale):
        super().__init__(scale)
        self.port = harness.free_port()
        self.options = ("--subscriber-jwks", f"http://{HOST}:{self.port}/keys", "--anonymous-subscribe")

    async def prepare(self, port):
        async def stall(reader, writer):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
            await read_on(reader)
        self.server = await asyncio.start_server(stall, HOST, self.port)

    async def attack(self, port, seconds):
        end = time.monotonic() + seconds
        token = make_token({}, {"alg": "ES256", "kid": "nobody"})

        async def ask():
            try:
                reader, writer = await asyncio.open_connection(HOST, port)
                writer.write(
                    f"GET {PATH}?topic=a HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
                )
                await asyncio.wait_for(reader.read(1), 2)
                writer.close()
            except (OSError, asyncio.TimeoutError):
                writer.close()

        while time.monotonic() < end:
            await asyncio.gather(*(ask() for _ in range(250)))

    def close(self):
        self.server.close()


class ManyTopics(Row):
    title = "1,500 events of 100 topics of 2,048 bytes"
    # What the log may keep.
    limit_mb = 64 + 64

    async def attack(self, port, seconds):
        end = time.monotonic() + seconds
        for number in range(int(1500 * self.scale)):
            names = [f"{number}-{index}-" + "x" * 2030 for index in range(100)]
            await publish_all(port, [urllib.parse.urlencode([("topic", name) for name in names]).encode()])
        await asyncio.sleep(max(0, end - time.monotonic()))


class Bodies(Row):
    title = "1,500 connections with 3 MB each and no token, then QUERY with 600 KB"
    publishers = ("--publisher-key", KEY)
    token = make_token({"mercure": {"publish": ["*"]}})
    # What all bodies together may have.
    limit_mb = 64 + 64

    async def attack(self, port, seconds):
        end = time.monotonic() + seconds
        body = b"topic=a&data=" + b"x" * 3_000_000

        async def send(request):
            try:
                reader, writer = await asyncio.open_connection(HOST, port)
                writer.write(request[:-1])
                await asyncio.wait_for(read_on(reader), max(0.1, end - time.monotonic()))
                writer.close()
            except (OSError, asyncio.TimeoutError):
                pass

        # Half of them with a token that counts for nothing.
        requests = [post(body), post(body, "nothing")]
        for start in range(0, int(1500 * self.scale), 100):
            await asyncio.gather(*(send(requests[number % 2]) for number in range(100)))
        # Everybody may subscribe here, so that nobody needs a token for this.
        query = post(form(topic="x" * 600_000)).replace(b"POST", b"QUERY", 1)
        await asyncio.gather(*(send(query) for _ in range(int(400 * self.scale))))
        await asyncio.sleep(max(0, end - time.monotonic()))


class SlowReaders(Row):
    title = "2,000 readers of 2 KB/s, 40 events of 1 MB"
    # Two loops may hold 32 MiB each, and the log 64.
    limit_mb = 64 + 64 + 64

    async def prepare(self, port):
        self.readers = []
        count = int(2000 * self.scale)
        for start in range(0, count, 100):
            self.readers += await asyncio.gather(*(self.open(port) for _ in range(min(100, count - start))))

    async def open(self, port):
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, (HOST, port))
        request = f"GET {PATH}?topic=big HTTP/1.1\r\nHost: {HOST}\r\n\r\n"
        await asyncio.get_running_loop().sock_sendall(sock, request.encode())
        return sock

    async def attack(self, port, seconds):
        end = time.monotonic() + seconds
        body = form(topic="big", data="x" * 1_000_000)
        events = 0
        while time.monotonic() < end:
            if events < 40:
                await publish_all(port, [body])
                events += 1
            for sock in self.readers:
                try:
                    sock.recv(2048 // 4)
                except OSError:
                    pass
            await asyncio.sleep(0.25)

    def close(self):
        for sock in self.readers:
            sock.close()


class SmallPieces(Row):
    title = "3 connections that send a body in chunks of one byte"

    async def attack(self, port, seconds):
        end = time.monotonic() + seconds
        head = f"POST {PATH} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: {harness.FORM}\r\n"
        chunks = b"1\r\nx\r\n" * 10_000

        async def send():
            while time.monotonic() < end:
                try:
                    reader, writer = await asyncio.open_connection(HOST, port)
                    writer.write(head.encode() + b"Transfer-Encoding: chunked\r\n\r\n")
                    while time.monotonic() < end and not reader.at_eof():
                        writer.write(chunks)
                        await asyncio.wait_for(writer.drain(), 1)
                        if writer.is_closing():
                            break
                    writer.close()
                except (OSError, asyncio.TimeoutError):
                    pass
                await asyncio.sleep(0.01)

        await asyncio.gather(*(send() for _ in range(3)))


class ComeAndGo(Row):
    title = "40 clients with tokens that come and go twenty times a second each, all told of"
    options = ("--subscriptions", "--subscriber-key", KEY, "--anonymous-subscribe")

    async def attack(self, port, seconds):
        end = time.monotonic() + seconds
        token = make_token({"mercure": {"subscribe": ["*"], "payload": {"name": "x" * 1000}}})
        fields = f"Authorization: Bearer {token}\r\n"

        async def come(number):
            index = 0
            while time.monotonic() < end:
                index += 1
                try:
                    _, writer = await subscribe(port, f"topic=t{number}.{index}", fields)
                    writer.close()
                except (OSError, asyncio.IncompleteReadError):
                    pass
                await asyncio.sleep(0.05)

        await asyncio.gather(*(come(number) for number in range(40)))


ROWS = {
    "templates": Templates,
    "long-topics": LongTopics,
    "live-templates": LiveTemplates,
    "live-labels": LiveLabels,
    "leaving": Leaving,
    "stalled-keys": StalledKeys,
    "many-topics": ManyTopics,
    "bodies": Bodies,
    "slow-readers": SlowReaders,
    "small-pieces": SmallPieces,
    "come-and-go": ComeAndGo,
}
