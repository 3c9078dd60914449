"""kafka_node - one real Apache Kafka (KRaft, a single node on loopback) for the tests and the demo.

    with KafkaNode(folder) as node:        # formatted and answering when the block begins, stopped when it ends
        node.bootstrap                     # "127.0.0.1:43821"
        node.kill9(); node.restart()       # same folder, same port, same data

Everything it makes lies in `folder`. The jars come from `./dev setup` (cache folder `phusa/kafka-VERSION`).
The version is the argument, else PHUSA_KAFKA_VERSION, else the newest one that the tests use.
"""
import base64
import ctypes
import json
import os
import random
import shutil
import signal
import socket
import struct
import subprocess
import time
import uuid

DEFAULT_VERSION = "4.2.0"
START_DEADLINE_S = 90
STOP_DEADLINE_S = 30

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={folder}/data
num.partitions=1
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
"""

LIBC = ctypes.CDLL(None)  # loaded here: nothing may be imported between fork and exec
LOGGING = [f"-Dorg.slf4j.simpleLogger.{key}" for key in ("defaultLogLevel=info", "showDateTime=true", "dateTimeFormat=HH:mm:ss.SSS")]


class KafkaNodeError(Exception):
    """The broker did not do what was asked; the text ends with the tail of its log."""


def jars_folder(version):
    """Where `./dev setup` has put the jars of `version`."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    folder = os.path.join(cache, "phusa", f"kafka-{version}")
    if not os.path.exists(os.path.join(folder, ".complete")):
        raise KafkaNodeError(f"no Kafka {version} in {folder}: run `./dev setup kafka {version}`")
    return folder


def free_ports(n):
    """`n` different loopback ports that nobody listens on now.

    Below the kernel's ephemeral range, so that no outgoing connection takes one while the broker is down for a restart.
    """
    found = []
    for port in random.SystemRandom().sample(range(20000, 32000), 200):
        with socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                sock.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
        if len(found) == n:
            return found
    raise KafkaNodeError("no free ports between 20000 and 32000")


def die_with_parent():
    """In the child, before exec: SIGKILL when the test that started it ends, in whatever way (PR_SET_PDEATHSIG is 1)."""
    if LIBC.prctl(1, signal.SIGKILL) != 0:
        os._exit(127)


def answers_api_versions(port):
    """One ApiVersions v0 request: true when a broker sends a whole answer without an error code."""
    request = struct.pack(">hhih", 18, 0, 7, -1)  # api key, version, correlation id, no client id
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as sock:
            sock.sendall(struct.pack(">i", len(request)) + request)
            head = sock.recv(10, socket.MSG_WAITALL)
    except OSError:
        return False
    return len(head) == 10 and struct.unpack(">iih", head)[1:] == (7, 0)


def alive(pid):
    """True while `pid` runs (a zombie has ended)."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def wait_until(condition, deadline_s):
    """Poll `condition` until it holds or the deadline has passed; what it last said."""
    end = time.monotonic() + deadline_s
    while not (result := condition()) and time.monotonic() < end:
        time.sleep(0.05)
    return result


class KafkaNode:
    """A broker and controller in one process. Safe to stop, kill and close more than once.

    It ends with the process that started it, unless `detached`.
    """

    def __init__(self, folder, version=None, port=0, properties=None, heap="512m", detached=False):
        self.folder = os.path.abspath(folder)
        self.version = version or os.environ.get("PHUSA_KAFKA_VERSION") or DEFAULT_VERSION
        self.port = port
        self.controller_port = 0
        self.properties = dict(properties or {})
        self.heap = heap
        self.detached = detached
        self.pid = 0
        self._child = None

    @classmethod
    def from_folder(cls, folder):
        """The node that another process started in `folder`."""
        node = cls(folder, detached=True)
        try:
            with open(node._path("node.json"), encoding="utf-8") as file:
                saved = json.load(file)
        except FileNotFoundError as error:
            raise KafkaNodeError(f"{folder}: no Kafka was started here") from error
        node.version, node.port, node.controller_port = saved["version"], saved["port"], saved["controller_port"]
        node.properties, node.heap, node.pid = saved["properties"], saved["heap"], saved["pid"]
        return node

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def bootstrap(self):
        """What clients are given as bootstrap.servers."""
        return f"127.0.0.1:{self.port}"

    @property
    def running(self):
        """True while the process lives."""
        if self._child is not None:
            return self._child.poll() is None
        return self.pid > 0 and alive(self.pid) and self._is_ours()

    def start(self):
        """Format the folder when it is new, start, return when the broker answers and its log says that it is started."""
        if self.running:
            raise KafkaNodeError(f"{self.folder}: already running, pid {self.pid}")
        jars = os.path.join(jars_folder(self.version), "*")
        os.makedirs(self.folder, exist_ok=True)
        if not self.controller_port:
            first, second = free_ports(2)
            self.port, self.controller_port = self.port or first, second
        self._write_properties()
        if not os.path.exists(self._path("data")):
            self._format(jars)
        offset = os.path.getsize(self._path("kafka.log")) if os.path.exists(self._path("kafka.log")) else 0
        with open(self._path("kafka.log"), "ab") as log:
            self._child = subprocess.Popen(
                ["java", f"-Xmx{self.heap}", f"-Xms{self.heap}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                 f"-Dphusa.node={self.folder}", *LOGGING, "-cp", jars, "kafka.Kafka", self._path("server.properties")],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, cwd=self.folder, start_new_session=True,
                preexec_fn=None if self.detached else die_with_parent)
        self.pid = self._child.pid
        self._save()
        if not wait_until(lambda: not self.running or self._is_ready(offset), START_DEADLINE_S) or not self.running:
            text = self.log_tail()
            self.kill9()
            raise KafkaNodeError(f"Kafka {self.version} in {self.folder} did not start:\n{text}")
        return self

    def stop(self):
        """Ask it to end (SIGTERM), wait; what does not end in time is killed and reported."""
        if not self._end(signal.SIGTERM, STOP_DEADLINE_S):
            self.kill9()
            raise KafkaNodeError(f"Kafka in {self.folder} did not stop within {STOP_DEADLINE_S} s:\n{self.log_tail()}")

    def kill9(self):
        """The power goes: SIGKILL, and wait until it is gone."""
        self._end(signal.SIGKILL, STOP_DEADLINE_S)

    def restart(self, kill=False):
        """Stop (or kill) if it runs, and start on the same folder and port."""
        if kill:
            self.kill9()
        else:
            self.stop()
        return self.start()

    def close(self):
        """End it, however, and remove its data."""
        self.kill9()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log_tail(self, lines=40):
        """The last lines of the broker's log."""
        try:
            with open(self._path("kafka.log"), encoding="utf-8", errors="replace") as log:
                return "".join(log.readlines()[-lines:])
        except FileNotFoundError:
            return ""

    def _path(self, name):
        return os.path.join(self.folder, name)

    def _is_ours(self):
        """A pid may have been given to somebody else since."""
        try:
            with open(f"/proc/{self.pid}/cmdline", "rb") as line:
                return f"-Dphusa.node={self.folder}".encode() in line.read().split(b"\0")
        except OSError:
            return False

    def _end(self, signum, deadline_s):
        if not self.running:
            return True
        os.kill(self.pid, signum)
        if self._child is None:
            return wait_until(lambda: not self.running, deadline_s)
        try:
            self._child.wait(deadline_s)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _is_ready(self, offset):
        with open(self._path("kafka.log"), "rb") as log:
            log.seek(offset)
            started = b"Kafka Server started" in log.read()
        return started and answers_api_versions(self.port)

    def _write_properties(self):
        text = PROPERTIES.format(port=self.port, controller_port=self.controller_port, folder=self.folder)
        text += "".join(f"{key}={value}\n" for key, value in self.properties.items())
        with open(self._path("server.properties"), "w", encoding="utf-8") as file:
            file.write(text)

    def _format(self, jars):
        """KRaft storage with a cluster id of its own (the tool wants 22 URL-safe base64 characters)."""
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        cluster = cluster if not cluster.startswith("-") else "A" + cluster[1:]
        done = subprocess.run(
            ["java", "-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", jars, "kafka.tools.StorageTool", "format",
             "-t", cluster, "-c", self._path("server.properties")],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=START_DEADLINE_S)
        if done.returncode != 0:
            shutil.rmtree(self._path("data"), ignore_errors=True)
            raise KafkaNodeError(f"StorageTool format failed:\n{done.stdout}{done.stderr}")

    def _save(self):
        saved = {"version": self.version, "port": self.port, "controller_port": self.controller_port,
                 "properties": self.properties, "heap": self.heap, "pid": self.pid}
        with open(self._path("node.json.new"), "w", encoding="utf-8") as file:
            json.dump(saved, file, indent=2)
        os.replace(self._path("node.json.new"), self._path("node.json"))
