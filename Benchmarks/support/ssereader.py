"""Subscribers that reconnect with Last-Event-ID and remember all that they saw, hundreds of them in one thread.

The thread reads all sockets in turn every few milliseconds rather than each as soon as it has something: so the cost is
that of bytes and not of wake-ups, and hundreds of subscribers take hundreds of events a second from Python.
"""
import random
import socket
import threading
import time

from verdict import Event, Gap

TURN = 0.05
CONNECT_TIMEOUT = 2
PIECE = 1 << 18


class Chunks:
    """Takes the chunks of HTTP/1.1 apart."""

    def __init__(self):
        self.rest = b""
        self.is_over = False

    def feed(self, data):
        data = self.rest + data if self.rest else data
        out, start = [], 0
        while True:
            end = data.find(b"\r\n", start)
            if end < 0:
                break
            size = int(data[start:end].split(b";")[0], 16)
            if size == 0:
                self.is_over = True
                break
            if len(data) < end + size + 4:
                break
            out.append(data[end + 2:end + 2 + size])
            start = end + size + 4
        self.rest = data[start:]
        return b"".join(out)


class Stream:
    """Takes an event stream apart as far as hubs write it: lines end with LF. Remembers events and gaps.

    table: the events that any stream has seen, by id and data, so that there is one object of each.
    """

    def __init__(self, history, table):
        self.history = history
        self.table = table
        self.position = None
        self.rest = b""

    def feed(self, body):
        body = self.rest + body if self.rest else body
        blocks = body.split(b"\n\n")
        self.rest = blocks.pop()
        count = 0
        for block in blocks:
            event = self.table.get(block)
            if event is None:
                event = self.read(block)
            if event:
                self.history.append(event)
                count += 1
        return count

    def read(self, block):
        event_id, kind, data = "", "", []
        for line in block.decode().split("\n"):
            name, _, value = line.partition(":")
            value = value[1:] if value.startswith(" ") else value
            if name == "id":
                event_id = value
            elif name == "event":
                kind = value
            elif name == "data":
                data.append(value)
        if kind == "gap" and not event_id:
            return Gap("\n".join(data))
        if not data:
            # An id alone moves the last event ID, too.
            self.position = event_id or self.position
            return None
        # What comes behind the first space only gives the event its size.
        event = Event(event_id, data[0].split(" ")[0])
        if len(self.table) < 1_000_000:
            self.table[block] = event
        return event


class Subscriber:
    def __init__(self, number, owner, since=None):
        self.number = number
        self.owner = owner
        self.since = since
        self.position = None
        self.history = []
        self.socket = None
        self.connect_at = 0
        self.is_open = False
        self.last_read = self.last_event = time.monotonic()
        self.connects = 0
        self.longest_silence = 0

    def last_id(self):
        for item in reversed(self.history):
            if isinstance(item, Event):
                return item.id
        return self.position or self.since

    def connect(self, now):
        host, port = self.owner.fronts[(self.number + self.connects) % len(self.owner.fronts)]
        self.connects += 1
        self.head, self.is_open, self.chunks, self.status = b"", False, None, None
        self.last_read = now
        try:
            self.socket = socket.create_connection((host, port), timeout=CONNECT_TIMEOUT)
            last = self.last_id()
            request = f"GET {self.owner.path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: text/event-stream\r\n"
            request += f"Last-Event-ID: {last}\r\n" if last else ""
            self.socket.sendall(request.encode() + b"\r\n")
            self.socket.setblocking(False)
        except OSError:
            self.leave(now, "unreachable")
        self.stream = Stream(self.history, self.owner.table)

    def leave(self, now, why):
        """Gives the connection up and comes back after a while."""
        if self.socket:
            self.socket.close()
        self.socket, self.is_open = None, False
        self.owner.ends[why] = self.owner.ends.get(why, 0) + 1
        self.connect_at = now + self.owner.random.uniform(0.05, 0.5)

    def turn(self, now):
        if not self.socket:
            if now >= self.connect_at:
                self.connect(now)
            return
        try:
            data = self.socket.recv(PIECE)
        except BlockingIOError:
            if now - self.last_read > self.owner.idle_timeout:
                self.leave(now, "silent" if self.is_open else "no head")
            return
        except OSError:
            self.leave(now, "reset")
            return
        if not data:
            self.leave(now, "closed")
            return
        self.last_read = now
        if not self.is_open:
            data = self.take_head(self.head + data, now)
            if not data:
                return
        if self.chunks:
            data = self.chunks.feed(data)
        has_events = self.stream.feed(data)
        self.position = self.stream.position or self.position
        if has_events:
            if self.owner.is_timing:
                self.longest_silence = max(self.longest_silence, now - self.last_event)
            self.last_event = now
        if self.chunks and self.chunks.is_over:
            self.leave(now, "ended")

    def take_head(self, data, now):
        head, separator, rest = data.partition(b"\r\n\r\n")
        if not separator:
            self.head = data
            return b""
        lines = head.decode("latin-1").split("\r\n")
        status = int(lines[0].split(" ")[1])
        if status != 200:
            self.leave(now, f"status {status}")
            return b""
        names = {line.split(":")[0].lower(): line.split(":", 1)[1].strip().lower() for line in lines[1:]}
        self.chunks = Chunks() if names.get("transfer-encoding") == "chunked" else None
        self.is_open = True
        self.owner.opened += 1
        return rest


class Subscribers(threading.Thread):
    """fronts: (host, port) of the proxy, or of all hubs, which are then taken in turn.

    idle_timeout: seconds without a byte after which a subscriber gives its connection up, as heartbeats are more frequent.
    """

    def __init__(self, fronts, count, path, *, idle_timeout=8, seed=0, since=None):
        super().__init__(daemon=True)
        self.fronts, self.path, self.idle_timeout = fronts, path, idle_timeout
        self.random = random.Random(seed)
        self.table, self.ends, self.opened = {}, {}, 0
        self.is_timing, self.is_stopping, self.error = False, False, None
        self.all = [Subscriber(number, self, since) for number in range(count)]
        self.load = 0

    def run(self):
        try:
            while not self.is_stopping:
                start = time.monotonic()
                for subscriber in self.all:
                    subscriber.turn(start)
                taken = time.monotonic() - start
                self.load += (taken / max(taken, TURN) - self.load) / 20
                time.sleep(max(TURN - taken, 0.001))
        except Exception as error:
            self.error = error

    def close(self):
        self.is_stopping = True
        if self.is_alive():
            self.join(10)
        for subscriber in self.all:
            if subscriber.socket:
                subscriber.socket.close()

    def check(self):
        if self.error:
            raise RuntimeError(f"the subscribers have failed: {self.error!r}") from self.error

    def have(self, name):
        """How many have an event of this name as their last."""
        return sum(1 for each in self.all if each.history and getattr(each.history[-1], "name", None) == name)

    def time_silence(self):
        now = time.monotonic()
        for subscriber in self.all:
            subscriber.last_event = now
        self.is_timing = True

    def deliveries(self):
        return sum(len(each.history) for each in self.all)

    def histories(self):
        return {f"subscriber {each.number}": each.history for each in self.all}


def read_log(host, port, path, last_name, *, since="earliest", seconds=60):
    """All that one node keeps, up to the event of a name, as one subscriber reads it."""
    reader = Subscribers([(host, port)], 1, path, since=since)
    reader.start()
    limit = time.monotonic() + seconds
    try:
        while not reader.have(last_name):
            reader.check()
            if time.monotonic() > limit:
                history = reader.all[0].history
                return None, f"{len(history)} events, the last {history[-1] if history else 'none'}; {reader.ends}"
            time.sleep(0.05)
    finally:
        reader.close()
    return list(reader.all[0].history), None


def self_test():
    """Reads a stream cut at every place, and returns where it was not read as it is."""
    body = b": hi\n\nid: #a-1\ndata: x1 pad\n\nevent: gap\ndata: evicted\n\n:\n\nid: #a-2\nevent: t\ndata: x2\n\n"
    pieces = [body[:7], body[7:40], body[40:]]
    sent = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    wrong = []
    for place in range(len(sent)):
        history, chunks = [], Chunks()
        stream = Stream(history, {})
        for part in (sent[:place], sent[place:]):
            stream.feed(chunks.feed(part))
        if history != [Event("#a-1", "x1"), Gap("evicted"), Event("#a-2", "x2")] or not chunks.is_over:
            wrong.append(f"a stream cut at {place} was read as {history}")
    return wrong
