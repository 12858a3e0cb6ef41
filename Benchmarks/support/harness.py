"""What the measuring scripts share: programs built once, servers started afresh for every turn, and their numbers.

Only the standard library. Every process that is started is ended by its id, however the script ends.
"""
import contextlib
import json
import os
import pathlib
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
HUB_PATH = "/.well-known/mercure"
FORM = "application/x-www-form-urlencoded"
# The hub's flags for ssefan: where to subscribe, and how to publish the message as a form.
HUB_FLAGS = ["-s", f"{HUB_PATH}?topic=t", "-P", HUB_PATH, "-c", FORM, "-f", "topic=t&data="]
RAWFAN_FLAGS = ["-s", "/sub", "-P", "/pub"]
NCHAN_FLAGS = ["-s", "/sub", "-P", "/pub"]
NCHAN_MODULE = "/usr/lib/nginx/modules/ngx_nchan_module.so"


def fail(message):
    sys.exit(f"{os.path.basename(sys.argv[0])}: {message}")


def progress(message):
    print(message, file=sys.stderr, flush=True)


@contextlib.contextmanager
def bench(tools=None):
    """Builds the programs into a folder that is removed again, and turns SIGTERM into an ordinary exit.

    Yields a `Bench`. With the environment variable SSE the hub's program is that file and nothing of Swift is built.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory(prefix="sse-bench-") as folder:
        os.chmod(folder, 0o755)  # nginx's worker may be another user
        try:
            yield Bench(pathlib.Path(folder), tools and pathlib.Path(tools).resolve())
        except KeyboardInterrupt:
            sys.exit(130)


class Bench:
    def __init__(self, folder, tools):
        self.folder = folder
        support = ROOT / "Benchmarks" / "support"
        self.sseload = self.compile(support / "sseload.c")
        if tools:
            self.rawfan_program = self.compile(tools / "rawfan.c")
            self.ssefan_program = self.compile(tools / "ssefan.c")
        self.sse = ready_sse() or build_sse()

    def compile(self, source):
        if not source.exists():
            fail(f"there is no {source}")
        program = self.folder / source.stem
        subprocess.run(["cc", "-O2", "-o", program, source], check=True)
        return program

    # Servers. Each is a context that yields (port, id of the process to measure).

    def rawfan(self):
        port = free_port()
        return server([self.rawfan_program, str(port)], port, self.folder / "rawfan.log")

    def hub(self, loops=1, *options, publishers=("--anonymous-publish",)):
        port = free_port()
        command = [self.sse, "serve", "--port", str(port), "--loops", str(loops), *publishers]
        return server(command + ["--max-connections", "19500", *options], port, self.folder / "hub.log")

    @contextlib.contextmanager
    def nchan(self):
        """One nginx worker with nchan: what is measured is the worker, not the master that only waits for it."""
        port = free_port()
        prefix = self.folder / "nginx"
        prefix.mkdir(exist_ok=True)
        config = prefix / "nginx.conf"
        config.write_text(NGINX.format(module=NCHAN_MODULE, port=port, user="user root;" if os.geteuid() == 0 else ""))
        command = [shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin"), "-p", prefix, "-c", config]
        with server(command, port, prefix / "nginx.log") as (port, master):
            yield port, wait_for(lambda: worker_of(master), "nginx's worker")

    # Load.

    def ssefan(self, port, pid, flags, *, subscribers, messages=0, size=100, check=True, **more):
        """One run of ssefan, as its JSON; stops the script when anything was lost."""
        command = [self.ssefan_program, "-p", str(port), "-S", str(pid), "-n", str(subscribers), "-m", str(messages)]
        command += ["-z", str(size), *flags]
        for flag, value in more.items():
            command += [f"-{flag}", str(value)]
        report = run_json(command)
        if check:
            check_nothing_lost(report, subscribers, messages)
        return report

    def load(self, *arguments):
        """One run of sseload, as its JSON; it fails by itself when an event is lost, doubled or out of order."""
        return run_json([self.sseload, *map(str, arguments)])


NGINX = """
load_module {module};
{user}
daemon off;
pid nginx.pid;
error_log error.log warn;
worker_processes 1;
worker_rlimit_nofile 20000;
events {{ worker_connections 19900; }}
http {{
    access_log off;
    keepalive_timeout 300s;
    keepalive_requests 1000000000;
    client_body_buffer_size 64k;
    nchan_shared_memory_size 256M;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        tcp_nodelay on;
        location = /sub {{
            nchan_subscriber eventsource;
            nchan_channel_id t;
            nchan_subscriber_first_message newest;
        }}
        location = /pub {{
            nchan_publisher;
            nchan_channel_id t;
            nchan_message_buffer_length 10000;
            nchan_message_timeout 5m;
        }}
    }}
}}
"""


def ready_sse():
    program = os.environ.get("SSE")
    if program and not os.access(program, os.X_OK):
        fail(f"SSE names {program}, which is no program")
    return program and os.path.abspath(program)


def build_sse(traits=None):
    build = ["swift", "build", "-c", "release", "--product", "sse"]
    build += ["--traits", traits] if traits else []
    if subprocess.run(build, cwd=ROOT, stdout=subprocess.DEVNULL).returncode:
        fail(f"could not build: {' '.join(build)}")
    path = subprocess.run(build[:4] + ["--show-bin-path"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return f"{path.stdout.strip()}/sse"


def free_port():
    # A port of its own for every server: what the last one left in TIME_WAIT is in nobody's way. Outside the range
    # from which clients' ports are taken.
    for port in range(free_port.next, 32000):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        free_port.next = port + 1
        return port
    fail("no free port")


free_port.next = 20000 + os.getpid() % 8000


@contextlib.contextmanager
def process(command, log=None):
    with open(log or os.devnull, "wb") as output:
        child = subprocess.Popen([str(part) for part in command], stdout=output, stderr=subprocess.STDOUT)
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@contextlib.contextmanager
def server(command, port, log):
    with process(command, log) as child:
        def listens():
            if child.poll() is not None:
                fail(f"{os.path.basename(command[0])} has ended:\n{pathlib.Path(log).read_text()}")
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0

        wait_for(listens, f"{os.path.basename(command[0])} on port {port}")
        yield port, child.pid


def wait_for(ready, what, seconds=20):
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if value := ready():
            return value
        time.sleep(0.02)
    fail(f"{what} did not come within {seconds} s")


def worker_of(master):
    children = pathlib.Path(f"/proc/{master}/task/{master}/children").read_text().split()
    return int(children[0]) if children else None


def run_json(command, seconds=900):
    """Runs a program that prints one JSON object. It ends within a time, and is ended with the script."""
    child = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        output, errors = child.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        fail(f"took longer than {seconds} s: {' '.join(map(str, command))}")
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()
    try:
        report = json.loads(output)
    except ValueError:
        fail(f"{' '.join(map(str, command))}\nprinted no JSON: {output}{errors}")
    if report.get("fault"):
        fail(f"{report['fault']}\n{' '.join(map(str, command))}\n{json.dumps(report)}\n{errors}")
    return report


def check_nothing_lost(report, subscribers, messages):
    expected = {
        "subscribers": subscribers, "failed": 0, "closed_early": 0, "bad_answers": 0,
        "published": messages, "answered": messages, "delivered": subscribers * messages, "wanted": subscribers * messages,
    }
    wrong = [f"{key} is {report[key]}, not {value}" for key, value in expected.items() if report[key] != value]
    if wrong:
        fail(f"something was lost, so the figures mean nothing: {'; '.join(wrong)}\n{json.dumps(report)}")


def rss_kb(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def median(values):
    return statistics.median(values)


def markdown(header, rows):
    """A Markdown table: the first column to the left, the others to the right."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1)] + [[str(cell) for cell in row] for row in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
