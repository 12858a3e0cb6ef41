"""What the server's process spends on each delivery when messages come one by one, at a rate."""
import http.client
import pathlib
import ssl
import threading
import time

import harness
import sseclient


def cpu_seconds(pid):
    """The time on a processor of all threads that there are, in seconds."""
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def publish(target, port, context, prefix, count, rate, size, failures):
    """Publishes at a rate, on a connection of HTTP/1.1."""
    try:
        if isinstance(target, tuple):
            target, port = target
            context = None
        make = http.client.HTTPSConnection if context else http.client.HTTPConnection
        options = {"context": context} if context else {}
        connection = make("localhost", port, timeout=20, **options)
        start = time.monotonic()
        for number in range(count):
            time.sleep(max(0, start + number / rate - time.monotonic()))
            body = f"{prefix}{number:08d}{'x' * (size - 8)}"
            connection.request("POST", target, body, {"Content-Type": harness.FORM})
            answer = connection.getresponse()
            answer.read()
            if answer.status >= 300:
                failures.append(f"a message was answered with {answer.status}")
                return
        connection.close()
    except OSError as error:
        failures.append(f"publishing failed: {error}")


def deliver(subscribers, pid, port, target, prefix, options, certificate=None):
    """Publishes to subscribers who are connected already, until each has got every message once.

    target: a path of the server's, or a pair of a path and another port for that.
    Returns the CPU time of a delivery in µs, and the seconds that it took.
    """
    context = ssl.create_default_context(cafile=str(certificate)) if certificate else None
    failures = []
    arguments = (target, port, context, prefix, options.messages, options.rate, options.size, failures)
    cpu = cpu_seconds(pid)
    publisher = threading.Thread(target=publish, args=arguments, daemon=True)
    began = time.monotonic()
    publisher.start()
    wanted = options.subscribers * options.messages
    subscribers.wait(lambda: failures or subscribers.count() >= wanted, "all messages", 120)
    cpu = cpu_seconds(pid) - cpu
    took = time.monotonic() - began
    publisher.join(20)
    if failures:
        raise sseclient.Failed(failures[0])
    if set(subscribers.counts()) != {options.messages}:
        raise sseclient.Failed("not every subscriber got every message once")
    return cpu / wanted * 1e6, took
