"""A few subscribers beside the measured ones: they read nothing, or everything, while events fill their sockets."""
import contextlib
import errno
import os
import select
import socket
import struct
import threading
import time

import harness

FILLER = b"x" * 20_000
FILLERS_PER_SECOND = 50  # 1 MB a second: what the kernel holds for a socket on loopback (2.5 MB) is full within seconds
RECEIVE_BUFFER = 4096

# From linux/netlink.h, linux/sock_diag.h, linux/inet_diag.h and netinet/tcp.h.
NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, NLMSG_ERROR = 4, 20, 1, 2
NO_COOKIE, TCP_ESTABLISHED = 0xFFFFFFFF, 1


class Neighbours:
    """`count` subscribers of the measured topic and of one that only they have, which is published by this.

    Those that stall send their GET and never read. One that the hub has closed makes place for a new one, so that the
    same number is stalled all the time. Both kinds get the same bytes published; they differ in reading alone.
    """

    def __init__(self, port, pid, count, stalled):
        self.port, self.pid, self.count, self.stalled = port, pid, count, stalled
        self.opened, self.lifetimes = 0, []
        self.rss = []  # (seconds, KB)
        self.sockets = {}  # socket -> when it was opened
        self.replace, self.stop = True, False
        self.error = None
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.start = time.monotonic()
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop = True
        self.thread.join()
        for each in self.sockets:
            each.close()
        if self.error:
            raise self.error

    def all_closed(self):
        """No new ones from now on; whether the hub has closed all. The filling goes on."""
        self.replace = False
        return not self.sockets or bool(self.error)

    def run(self):
        try:
            with contextlib.closing(socket.create_connection(("127.0.0.1", self.port))) as publisher:
                publisher.settimeout(10)
                self.loop(publisher)
        except Exception as error:
            self.error = error

    def loop(self, publisher):
        next_publish = next_look = time.monotonic()
        while not self.stop:
            now = time.monotonic()
            if now >= next_publish:
                self.publish(publisher)
                next_publish = max(next_publish + 1 / FILLERS_PER_SECOND, now)
            if now >= next_look:
                if self.stalled:
                    self.look_for_closed()
                while self.replace and len(self.sockets) < self.count:
                    self.open()
                self.rss.append((now - self.start, harness.rss_kb(self.pid)))
                next_look = now + 0.25
            wait = max(min(next_publish, next_look) - time.monotonic(), 0)
            if self.stalled:
                time.sleep(wait)
                continue
            for each in select.select(list(self.sockets), [], [], wait)[0]:
                if not each.recv(1 << 20):
                    raise RuntimeError("the hub closed a subscriber that reads")

    def open(self):
        each = socket.socket()
        if self.stalled:
            each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        each.connect(("127.0.0.1", self.port))
        request = f"GET {harness.HUB_PATH}?topic=t&topic=filler HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        each.sendall(request.encode())
        self.sockets[each] = time.monotonic()
        self.opened += 1

    def publish(self, publisher):
        body = b"topic=filler&data=" + FILLER
        head = (f"POST {harness.HUB_PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {harness.FORM}\r\n"
                f"Content-Length: {len(body)}\r\n\r\n")
        publisher.sendall(head.encode() + body)
        answer = publisher.recv(4096)
        if not answer.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"publishing was refused: {answer[:60]!r}")

    def look_for_closed(self):
        """Who does not read does not see its end either: behind bytes never taken comes no FIN. So the kernel is asked
        about the hub's side."""
        now = time.monotonic()
        for each in [each for each in self.sockets if not is_established(self.port, each.getsockname()[1])]:
            self.lifetimes.append(now - self.sockets.pop(each))
            each.close()


def is_established(local, remote):
    """Whether the socket on loopback with these ports is established: nobody has closed it.

    Asks by netlink for this one socket: /proc/net/tcp would walk through all of the kernel's table, which takes as long
    as what is measured here.
    """
    loopback = socket.inet_aton("127.0.0.1").ljust(16, b"\0")
    identity = struct.pack("!HH", local, remote) + loopback + loopback + struct.pack("=III", 0, NO_COOKIE, NO_COOKIE)
    request = struct.pack("=BBBBI", socket.AF_INET, socket.IPPROTO_TCP, 0, 0, 0xFFFFFFFF) + identity
    header = struct.pack("=IHHII", 16 + len(request), SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, 1, 0)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_SOCK_DIAG) as netlink:
        netlink.settimeout(5)
        netlink.sendto(header + request, (0, 0))
        answer = netlink.recv(4096)
    if struct.unpack_from("=H", answer, 4)[0] != NLMSG_ERROR:
        return answer[17] == TCP_ESTABLISHED
    code = -struct.unpack_from("=i", answer, 16)[0]
    if code != errno.ENOENT:
        raise OSError(code, "the kernel does not tell about a socket: " + os.strerror(code))
    return False
