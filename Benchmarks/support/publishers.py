"""Publishers that try again with the same key until an event is acknowledged, and remember what they were answered."""
import collections
import itertools
import socket
import threading
import time
import urllib.parse

from harness import FORM, HUB_PATH
from verdict import Event


class Refused(Exception):
    """An answer that trying again does not change."""


class Publisher(threading.Thread):
    """Publishes one event after the other, the next when the last is acknowledged."""

    def __init__(self, number, owner):
        super().__init__(daemon=True)
        self.number, self.owner = number, owner
        self.acknowledged = []
        self.connection = None
        self.tries = number

    def run(self):
        try:
            for count in itertools.count():
                if not self.owner.wait_for_turn():
                    return
                self.publish(f"{self.owner.label}{self.number}.{count}")
        except Exception as error:
            self.owner.error = self.owner.error or error
        finally:
            self.disconnect()

    def publish(self, name):
        owner = self.owner
        owner.published.add(name)
        data = name + " " + "x" * max(owner.size - len(name) - 1, 0)
        body = urllib.parse.urlencode([("topic", owner.topic), ("data", data)]).encode()
        start = time.monotonic()
        while not owner.is_aborted:
            try:
                status, headers, answer = self.post(body, name)
            except (OSError, ValueError) as error:
                owner.failures[type(error).__name__] += 1
                owner.note_failure(name, f"{type(error).__name__}: {error}")
                self.disconnect()
                time.sleep(0.1)
                continue
            if status == 200:
                now = time.monotonic()
                self.acknowledged.append(Event(answer.decode(), name))
                owner.note(now - start, now)
                if name in owner.tried_again:
                    owner.note_failure(name, f"acknowledged as {answer.decode()}")
                return
            owner.failures[f"status {status}"] += 1
            owner.note_failure(name, f"status {status}")
            if status < 500 and status not in (408, 429):
                raise Refused(f"{name} was answered {status}: {answer[:200]!r}")
            # Not as long as Retry-After may say: the sooner, the more is tried while there is trouble.
            time.sleep(min(float(headers.get("retry-after", 0.2)), 0.5))

    def post(self, body, name):
        owner = self.owner
        if not self.connection:
            host, port = owner.fronts[self.tries % len(owner.fronts)]
            self.tries += 1
            self.connection = socket.create_connection((host, port), timeout=owner.timeout)
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head = f"POST {HUB_PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {FORM}\r\nContent-Length: {len(body)}\r\n"
        if owner.has_keys:
            head += f"Idempotency-Key: {owner.run_id}-{name}\r\n"
        self.connection.sendall(head.encode() + b"\r\n" + body)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self.receive()
        head, _, rest = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = {line.split(":")[0].lower(): line.split(":", 1)[1].strip() for line in lines[1:]}
        length = int(headers["content-length"]) if "content-length" in headers else None
        while length is None or len(rest) < length:
            try:
                rest += self.receive()
            except ConnectionError:
                if length is None:
                    break
                raise
        if length is None or headers.get("connection", "").lower() == "close":
            self.disconnect()
        return int(lines[0].split(" ")[1]), headers, rest

    def receive(self):
        data = self.connection.recv(65536)
        if not data:
            raise ConnectionError("closed")
        return data

    def disconnect(self):
        if self.connection:
            self.connection.close()
        self.connection = None


class Publishers:
    """rate: events a second of all together. What cannot be published in its time is left out, not made up for.

    timeout: seconds without an answer after which a publisher tries again on another connection.
    """

    def __init__(self, fronts, rate, topic, *, run_id, count=16, size=100, timeout=5, has_keys=True, label="p"):
        self.fronts, self.rate, self.topic, self.run_id = fronts, rate, topic, run_id
        self.size, self.timeout, self.has_keys, self.label = size, timeout, has_keys, label
        self.lock = threading.Lock()
        self.next = time.monotonic()
        self.is_stopping = self.is_aborted = False
        self.error = None
        self.published = set()
        self.failures = collections.Counter()
        self.latencies = []
        # What became of each try, for those events that needed more than one.
        self.tried_again = {}
        self.began = time.monotonic()
        self.first_ack = self.last_ack = None
        self.longest_stall = 0
        self.threads = [Publisher(number, self) for number in range(count)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def wait_for_turn(self):
        with self.lock:
            now = time.monotonic()
            self.next = max(self.next + 1 / self.rate, now - 0.1)
            wait = self.next - now
        if wait > 0:
            time.sleep(wait)
        return not self.is_stopping

    def note(self, latency, now):
        """An acknowledgement has come; the longest time without any is the stall."""
        with self.lock:
            self.latencies.append(latency)
            if self.last_ack is not None:
                self.longest_stall = max(self.longest_stall, now - self.last_ack)
            self.first_ack = self.first_ack or now
            self.last_ack = now

    def note_failure(self, name, what):
        self.tried_again.setdefault(name, []).append((round(time.monotonic() - self.began, 3), what))

    def seconds(self):
        """From the first acknowledgement to the last."""
        return self.last_ack - self.first_ack if self.last_ack else 0

    def check(self):
        if self.error:
            raise RuntimeError(f"a publisher has failed: {self.error!r}") from self.error

    def finish(self, seconds):
        """No new events; what is under way is tried until it is acknowledged. Returns how many are not."""
        self.is_stopping = True
        limit = time.monotonic() + seconds
        for thread in self.threads:
            thread.join(max(limit - time.monotonic(), 0))
        left = sum(thread.is_alive() for thread in self.threads)
        self.is_aborted = True
        return left

    def acknowledged(self):
        return {f"publisher {self.label}{each.number}": each.acknowledged for each in self.threads}

    def acknowledged_count(self):
        return sum(len(each.acknowledged) for each in self.threads)


def publish_one(fronts, topic, name, *, run_id, has_keys=True, seconds=60):
    """Publishes one event of a name, trying for some seconds."""
    one = Publishers(fronts, 1, topic, run_id=run_id, count=1, has_keys=has_keys, label="m")
    timer = threading.Timer(seconds, lambda: setattr(one, "is_aborted", True))
    timer.daemon = True
    timer.start()
    try:
        one.threads[0].publish(name)
    finally:
        timer.cancel()
        one.threads[0].disconnect()
    return one.threads[0].acknowledged
