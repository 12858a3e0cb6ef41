"""A cluster on one machine whose parts can be killed, stopped and cut off: nats-servers, hubs, and a proxy before them.

Each nats-server has a network namespace of its own on a bridge, so that its packets can be dropped, if the script may make
namespaces. The whole is in one namespace that is gone with the script: nothing is left behind, and no port is in anybody's way.
"""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import harness

STREAM = "faults"
MARK_OF_NAMESPACE = "SSE_BENCH_NAMESPACE"
DIES_WITH_PARENT = ["setpriv", "--pdeathsig", "KILL", "--"]
# An event of publishers.py as it lies in a block of messages: behind the header's end.
NAME_IN_STORE = re.compile(rb"\r\n\r\n((?:p[0-9]+\.[0-9]+|start|end)) x")
BRIDGE_ADDRESS = "10.77.0.254"


def enter_namespace():
    """Starts the script again in a network namespace of its own if it may have one. Returns whether it has."""
    if MARK_OF_NAMESPACE in os.environ:
        return os.environ[MARK_OF_NAMESPACE] == "yes"
    os.environ[MARK_OF_NAMESPACE] = "no"
    if all(shutil.which(tool) for tool in ("unshare", "nsenter", "ip")):
        for flags in ["--net"], ["--net", "--user", "--map-root-user"]:
            bridge = ["unshare", *flags, "ip", "link", "add", "probe", "type", "bridge"]
            if subprocess.run(bridge, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0:
                os.environ[MARK_OF_NAMESPACE] = "yes"
                os.execvp("unshare", ["unshare", *flags, "--", sys.executable, *sys.argv])
    return False


class Program:
    """A server that can be killed, stopped and started again with the same command and log."""

    def __init__(self, name, command, log, prefix=()):
        self.name, self.log = name, pathlib.Path(log)
        # The last to be executed, since some programs before it would undo it.
        self.command = [*map(str, prefix), *DIES_WITH_PARENT, *map(str, command)]
        self.child = None
        self.is_stopped = self.is_ending = False
        self.restarts = 0

    def start(self):
        if self.is_ending:
            self.end()
        with open(self.log, "ab") as output:
            self.child = subprocess.Popen(self.command, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        self.is_stopped = False

    def kill(self):
        if self.child and self.child.poll() is None:
            self.child.kill()
        if self.child:
            self.child.wait()
        self.child, self.is_stopped, self.is_ending = None, False, False

    def ask_to_end(self):
        """SIGTERM; it has until it is started again, and some seconds."""
        self.child.terminate()
        self.is_ending = True

    def stop(self):
        self.child.send_signal(signal.SIGSTOP)
        self.is_stopped = True

    def go_on(self):
        if self.child and self.is_stopped:
            self.child.send_signal(signal.SIGCONT)
        self.is_stopped = False

    def supervise(self):
        """What systemd does: starts the program again if it has ended with an error. A crash is told instead."""
        if not self.child or self.is_ending or self.child.poll() is None:
            return
        status = self.child.returncode
        if status != 1 or self.restarts >= 50:
            raise RuntimeError(f"{self.name} has ended by itself with {status}:\n{self.tail()}")
        self.restarts += 1
        self.start()

    def tail(self, lines=15):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""

    def end(self):
        self.go_on()
        if self.child and self.child.poll() is None:
            if not self.is_ending:
                self.child.terminate()
            try:
                self.child.wait(timeout=8)
            except subprocess.TimeoutExpired:
                harness.progress(f"  {self.name} has not ended 8 s after SIGTERM, and is killed")
        self.kill()


class Loopback:
    """All servers on this machine's own address: nobody's packets can be dropped."""
    can_drop = False

    def prefix(self, number):
        return []

    def address(self, number):
        return "127.0.0.1"

    def close(self):
        pass


class Bridge:
    """A bridge, and for each server a namespace with one end of a cable; dropping is to take the other end off the bridge."""
    can_drop = True

    def __init__(self, count):
        self.holders = []
        ip("link", "set", "lo", "up")
        # An address of its own, or a server that is cut off could still talk to this side.
        ip("link", "add", "br0", "address", "02:00:00:00:00:01", "type", "bridge")
        ip("addr", "add", f"{BRIDGE_ADDRESS}/24", "dev", "br0")
        ip("link", "set", "br0", "up")
        ours = os.readlink("/proc/self/ns/net")
        for number in range(1, count + 1):
            holder = subprocess.Popen(["unshare", "--net", "--", *DIES_WITH_PARENT, "sleep", "infinity"])
            self.holders.append(holder)
            harness.wait_for(lambda: os.readlink(f"/proc/{holder.pid}/ns/net") != ours, "a network namespace")
            ip("link", "add", f"veth{number}", "type", "veth", "peer", "name", "eth0", "netns", str(holder.pid))
            ip("link", "set", f"veth{number}", "master", "br0", "up")
            for words in (["link", "set", "lo", "up"], ["addr", "add", f"{self.address(number)}/24", "dev", "eth0"],
                          ["link", "set", "eth0", "up"]):
                subprocess.run([*self.prefix(number), "ip", *words], check=True)

    def prefix(self, number):
        return ["nsenter", "--net", "--target", str(self.holders[number - 1].pid), "--"]

    def address(self, number):
        return f"10.77.0.{number}"

    def drop(self, number):
        ip("link", "set", f"veth{number}", "nomaster")

    def heal(self, number):
        ip("link", "set", f"veth{number}", "master", "br0")

    def close(self):
        for holder in self.holders:
            holder.kill()
            holder.wait()
        # A namespace takes its cable with it, but some time after its last process has ended, when the next run needs the name.
        for link in [f"veth{number}" for number in range(1, len(self.holders) + 1)] + ["br0"]:
            subprocess.run(["ip", "link", "del", link], stderr=subprocess.DEVNULL)


def ip(*words):
    subprocess.run(["ip", *words], check=True)


class Cluster:
    """engine: `nats` (three servers, three hubs), `store` (one hub, its log in a file) or `memory` (one hub)."""

    def __init__(self, folder, sse, engine, *, has_namespace, nats_server=None, servers=3, hubs=3, more=()):
        self.folder, self.sse, self.engine = pathlib.Path(folder), sse, engine
        self.folder.mkdir(parents=True, exist_ok=True)
        self.more = more
        self.is_lasting = engine != "memory"
        count = servers if engine == "nats" else 0
        self.network = Bridge(count) if count and has_namespace else Loopback()
        if has_namespace and not count:
            ip("link", "set", "lo", "up")
        self.nats = []
        self.ports = [(harness.free_port(), harness.free_port(), harness.free_port()) for _ in range(count)]
        for number in range(1, count + 1):
            command = [nats_server, "-c", self.write_nats(number)]
            log = self.folder / f"nats{number}.log"
            self.nats.append(Program(f"nats-server {number}", command, log, self.network.prefix(number)))
        self.hub_ports = []
        self.hubs = []
        for _ in range(hubs if engine == "nats" else 1):
            self.add_hub()
        self.proxy = None

    def add_hub(self):
        number, port = len(self.hubs) + 1, harness.free_port()
        command = [self.sse, "serve", "--port", port, "--loops", 1, "--heartbeat", "2s", "--max-connections", 4000]
        if self.engine == "nats":
            servers = ",".join(f"{self.network.address(index)}:{ports[0]}" for index, ports in enumerate(self.ports, 1))
            command += ["--engine", f"nats://{servers}", "--nats-stream", STREAM, "--nats-replicas", len(self.ports)]
        elif self.engine == "store":
            command += ["--store", self.folder / "log.sqlite"]
        self.hub_ports.append(port)
        self.hubs.append(Program(f"hub {number}", [*command, *self.more], self.folder / f"hub{number}.log"))
        return self.hubs[-1]

    def write_nats(self, number):
        client, peers, monitor = self.ports[number - 1]
        address = self.network.address(number)
        routes = ", ".join(f"nats://{self.network.address(index)}:{ports[1]}" for index, ports in enumerate(self.ports, 1))
        store = self.folder / f"store{number}"
        path = self.folder / f"nats{number}.conf"
        cluster = f"cluster {{ name: bench, listen: {address}:{peers}, routes: [{routes}] }}" if len(self.ports) > 1 else ""
        path.write_text(f"""server_name: n{number}
listen: {address}:{client}
http: {address}:{monitor}
jetstream {{ store_dir: "{store}", max_memory_store: 16MB, max_file_store: 2GB }}
{cluster}
""")
        return path

    def programs(self):
        return [*self.nats, *self.hubs]

    def start(self, seconds=60):
        for program in self.programs():
            program.start()
        self.wait_until_well(seconds)

    def start_proxy(self, haproxy):
        """Round robin over the hubs that are well, as in Examples/cluster."""
        port = harness.free_port()
        path = self.folder / "haproxy.cfg"
        servers = "\n".join(f"    server hub{number} 127.0.0.1:{hub} check"
                            for number, hub in enumerate(self.hub_ports, 1))
        path.write_text(HAPROXY.format(port=port, servers=servers))
        self.proxy = Program("haproxy", [haproxy, "-db", "-f", path], self.folder / "haproxy.log")
        self.proxy.start()
        harness.wait_for(lambda: self.answers(port), "haproxy")
        return [("127.0.0.1", port)]

    def fronts(self):
        return [("127.0.0.1", port) for port in self.hub_ports]

    def answers(self, port):
        if self.proxy and self.proxy.child.poll() is not None:
            harness.fail(f"haproxy has ended:\n{self.proxy.tail()}")
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as page:
            return page.status == 200
        return False

    def wait_until_well(self, seconds=60):
        """Until each hub says so itself. Hubs that give up meanwhile are started again."""
        limit = time.monotonic() + seconds
        while True:
            self.supervise()
            ill = [hub for hub, port in zip(self.hubs, self.hub_ports) if not self.answers(port)]
            if not ill:
                return
            if time.monotonic() > limit:
                tails = "\n".join(f"{hub.name}:\n{hub.tail()}" for hub in ill)
                raise RuntimeError(f"{', '.join(hub.name for hub in ill)} did not get well within {seconds} s\n{tails}")
            time.sleep(0.1)

    def supervise(self):
        for program in self.programs():
            program.supervise()
        if self.proxy and self.proxy.child.poll() is not None:
            raise RuntimeError(f"haproxy has ended:\n{self.proxy.tail()}")

    def leader(self):
        """The number of the server that leads the stream, `None` while there is none."""
        for index, ports in enumerate(self.ports, 1):
            url = f"http://{self.network.address(index)}:{ports[2]}/jsz?streams=true"
            with contextlib.suppress(OSError, ValueError), urllib.request.urlopen(url, timeout=0.5) as page:
                for account in json.load(page).get("account_details") or []:
                    for stream in account.get("stream_detail") or []:
                        leader = (stream.get("cluster") or {}).get("leader", "")
                        if stream["name"] == STREAM and leader[1:].isdigit():
                            return int(leader[1:])
        return None

    def state(self):
        """What hubs and servers say of themselves, to be kept when something went wrong."""
        pages = {f"{hub.name} {path}": f"http://127.0.0.1:{port}{path}"
                 for hub, port in zip(self.hubs, self.hub_ports) for path in ("/healthz", "/metrics")}
        for number, ports in enumerate(self.ports, 1):
            address = f"http://{self.network.address(number)}:{ports[2]}"
            pages[f"nats-server {number}"] = f"{address}/jsz?streams=true&consumers=true&config=true"
        state = {}
        for name, url in pages.items():
            try:
                with urllib.request.urlopen(url, timeout=2) as page:
                    text = page.read().decode()
                state[name] = json.loads(text) if text.startswith("{") else text.splitlines()
            except (OSError, ValueError) as error:
                state[name] = repr(error)
        return state

    def stored(self):
        """The names of the events in each server's own files, in their order: what no hub has had its hands on."""
        names = {}
        for number, _ in enumerate(self.nats, 1):
            blocks = (self.folder / f"store{number}").glob(f"jetstream/*/streams/{STREAM}/msgs/*.blk")
            data = b"".join(path.read_bytes() for path in sorted(blocks, key=lambda path: int(path.stem)))
            names[f"nats-server {number}"] = [name.decode() for name in NAME_IN_STORE.findall(data)]
        return names

    def close(self):
        for program in [self.proxy, *self.hubs, *self.nats]:
            if program:
                program.end()
        self.network.close()


def nats_server(given=None):
    found = given or shutil.which("nats-server", path=os.environ["PATH"] + ":/usr/sbin")
    return found or harness.fail("there is no nats-server; on Debian it is in the package nats-server")


def haproxy():
    return shutil.which("haproxy", path=os.environ["PATH"] + ":/usr/sbin")


HAPROXY = """
global
    maxconn 8000
defaults
    mode http
    timeout connect 2s
    timeout client 60s
    timeout server 60s
    timeout check 1s
    option redispatch
frontend sse
    bind 127.0.0.1:{port}
    default_backend hubs
backend hubs
    balance roundrobin
    option httpchk GET /healthz
    default-server inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
{servers}
"""
