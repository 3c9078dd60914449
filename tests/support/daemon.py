"""daemon - a phusa daemon under test: started, watched, stopped and killed by its own pid.

    with Aggregator(folder, units=["thaibinh", "hanam"]) as agg:   # keys, roster, ledger made; ready when the block begins
        agg.metrics()["phusa_aggregator_submissions_received_total"]
        agg.kill9(); agg.start()

Readiness is the daemon's own READY=1 on $NOTIFY_SOCKET; nothing here waits by sleeping. Each line that a daemon logs is
kept and can be waited for. Everything it makes lies in `folder`; it ends with the process that started it.
"""
import base64
import ctypes
import hashlib
import json
import os
import re
import signal
import socket
import struct
import subprocess
import threading
import time
import urllib.error
import urllib.request

import nacl.signing
import yaml
import zmq

START_DEADLINE_S = 60  # a sanitizer build on a busy machine
STOP_DEADLINE_S = 10   # what the daemons promise
LIBC = ctypes.CDLL(None)


def programs():
    """The folder of the built programs."""
    return os.environ.get("PHUSA_BIN") or "build/dev/bin"


def source():
    """The root of the source tree."""
    return os.environ.get("PHUSA_SOURCE") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def free_ports(n):
    """`n` different loopback ports that nobody listens on now, below the kernel's ephemeral range."""
    import random
    found = []
    for port in random.SystemRandom().sample(range(12000, 20000), 400):
        with socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                sock.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
        if len(found) == n:
            return found
    raise RuntimeError("no free ports between 12000 and 20000")


def die_with_parent():
    """In the child, before exec (PR_SET_PDEATHSIG is 1)."""
    if LIBC.prctl(1, signal.SIGKILL) != 0:
        os._exit(127)


class DaemonError(Exception):
    """The daemon did not do what was asked; the text ends with the tail of its log."""


class Daemon:
    """One process that speaks sd_notify and logs on stderr."""

    def __init__(self, argv, folder, name="daemon", env=None):
        self.argv, self.folder, self.name = list(argv), os.path.abspath(folder), name
        self.env = dict(env or {})
        self.lines = []
        self.pid = 0  # of the daemon itself, also behind a wrapper such as strace
        self.notes = []
        self._child = self._reader = self._socket = None
        self._changed = threading.Condition()

    # ---- life ----

    def start(self, wait=True, wrapper=()):
        """Start; return when it is ready (DaemonError when it ends before that)."""
        assert self._child is None, "already started"
        os.makedirs(self.folder, exist_ok=True)
        path = os.path.join(self.folder, self.name + ".notify")
        if os.path.exists(path):
            os.unlink(path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self._socket.bind(path)
        env = {**os.environ, **self.env, "NOTIFY_SOCKET": path}
        self.notes = []
        self._child = subprocess.Popen([*wrapper, *self.argv], env=env, cwd=self.folder, stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=die_with_parent)
        self.pid = self._child.pid
        self._reader = threading.Thread(target=self._read, args=(self._child.stderr,), daemon=True)
        self._reader.start()
        threading.Thread(target=self._listen, args=(self._socket,), daemon=True).start()
        if wait:
            self.wait_ready()
        return self

    def wait_ready(self, deadline_s=START_DEADLINE_S):
        """Until READY=1."""
        self._wait(lambda: "READY=1" in self.notes or self._child.poll() is not None, deadline_s, "ready")
        if "READY=1" not in self.notes:
            raise DaemonError(f"{self.name} ended with {self.wait()} before it was ready:\n{self.tail()}")

    def wait(self, deadline_s=STOP_DEADLINE_S):
        """Its exit code, once it has ended by itself."""
        try:
            code = self._child.wait(deadline_s)
        except subprocess.TimeoutExpired:
            raise DaemonError(f"{self.name} has not ended after {deadline_s} s:\n{self.tail()}") from None
        self._reader.join(STOP_DEADLINE_S)
        self._socket.close()
        self._child = None
        return code

    def stop(self):
        """SIGTERM; the exit code. DaemonError when it takes longer than it may."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def kill9(self):
        """The power goes."""
        if self._child is None:
            return
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.wait()

    def close(self):
        """End it, however."""
        self.kill9()

    def signal(self, signo):
        """Send it a signal."""
        os.kill(self.pid, signo)

    def reload(self):
        """SIGHUP, and wait until it says that it is ready again."""
        n = self.notes.count("READY=1")
        self.signal(signal.SIGHUP)
        self._wait(lambda: self.notes.count("READY=1") > n or self._child.poll() is not None, START_DEADLINE_S, "reloaded")

    @property
    def running(self):
        """True while the process lives."""
        return self._child is not None and self._child.poll() is None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.close()

    # ---- what it says ----

    def wait_line(self, pattern, deadline_s=START_DEADLINE_S, since=0):
        """The first log line (from index `since` on) in which the pattern is found."""
        def find():
            return next((line for line in self.lines[since:] if re.search(pattern, line)), None)
        return self._wait(find, deadline_s, f"to log {pattern!r}")

    def tail(self, n=40):
        """The last lines it logged."""
        return "\n".join(self.lines[-n:])

    def _wait(self, condition, deadline_s, what):
        end = time.monotonic() + deadline_s
        with self._changed:
            while not (result := condition()):
                left = end - time.monotonic()
                if left <= 0:
                    raise DaemonError(f"{self.name} was not {what} within {deadline_s} s:\n{self.tail()}")
                self._changed.wait(min(left, 1))
        return result

    def _read(self, stream):
        with open(os.path.join(self.folder, self.name + ".log"), "ab") as log:
            for line in stream:
                log.write(line)
                log.flush()
                with self._changed:
                    self.lines.append(line.decode("utf-8", "replace").rstrip("\n"))
                    self._changed.notify_all()
        stream.close()
        with self._changed:
            self._changed.notify_all()

    def _listen(self, sock):
        while True:
            try:
                data, control, _, _ = sock.recvmsg(4096, 256)
            except OSError:
                return
            if not data:
                return
            with self._changed:
                for level, kind, value in control:
                    if level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS:
                        self.pid = struct.unpack("3i", value[:12])[0]
                self.notes += data.decode().splitlines()
                self._changed.notify_all()


class UnitKeys:
    """The two key pairs of a unit, as its own machine would make them."""

    def __init__(self, unit):
        self.unit = unit
        self.curve_public, self.curve_secret = zmq.curve_keypair()
        self.sign = nacl.signing.SigningKey.generate()

    def roster_entry(self, **more):
        """Its line in a roster's source."""
        return {"unit": self.unit, "sign": bytes(self.sign.verify_key).hex(), "curve": self.curve_public.decode(),
                "valid_from": "2020-01-01", **more}


CALENDAR = {"cluster": "dbsh", "form": "socio-economic", "period": "2023-S1", "opens": "2023-06-01T00:00:00+07:00",
            "due": "2023-07-15T17:00:00+07:00", "closes": "2030-07-26T00:00:00+07:00"}


class Aggregator(Daemon):
    """phusa-aggregator with keys, registry, roster and ledger of its own."""

    UNITS = ("thaibinh", "hanam", "namdinh", "haiduong", "quangninh", "hungyen", "ninhbinh", "vinhphuc", "bacninh")

    def __init__(self, folder, units=UNITS, calendar=None, settings=None, env=None, judged=False):
        """judged: with the shipped rules and references, which hold what the statistics office denies."""
        self.program = os.path.join(programs(), "phusa-aggregator")
        self.judged = judged
        super().__init__([self.program, "run", "-c", "agg.yaml"], folder, "aggregator", env)
        os.makedirs(self.folder, exist_ok=True)
        self.port, self.metrics_port = free_ports(2)
        self.keys = {unit: UnitKeys(unit) for unit in units}
        self.roster = [keys.roster_entry() for keys in self.keys.values()]
        self.serial = 0
        self.settings = {"listen": f"tcp://127.0.0.1:{self.port}", "metrics": f"127.0.0.1:{self.metrics_port}",
                         "min_free": "1 MiB", **(settings or {})}
        self.write_config()
        self.write_registry([CALENDAR] if calendar is None else calendar)
        self.command("root", "keygen")
        self.write_roster()
        self.command("init", "-c", "agg.yaml")
        card = yaml.safe_load(self.command("card", "-c", "agg.yaml"))
        self.server_key, self.receipt_key = card["curve"].encode(), bytes.fromhex(card["sign"])

    # ---- its files ----

    def path(self, *names):
        """A file in its folder."""
        return os.path.join(self.folder, *names)

    def write_config(self):
        """agg.yaml from `settings`."""
        with open(self.path("agg.yaml"), "w", encoding="utf-8") as file:
            file.writelines(f"{key}: {json.dumps(value)}\n" for key, value in self.settings.items())

    def write_registry(self, calendar, edit=None):
        """The packaged registry with another calendar; `edit` may change each file's text."""
        origin = os.path.join(source(), "domain", "registry")
        os.makedirs(self.path("registry"), exist_ok=True)
        for name in sorted(os.listdir(origin)):
            if not name.endswith(".yaml") or (name in ("rules.yaml", "references.yaml") and not self.judged):
                continue
            with open(os.path.join(origin, name), encoding="utf-8") as file:
                text = file.read()
            if name == "calendar.yaml":
                text = yaml.safe_dump({"calendar": calendar})
            with open(self.path("registry", name), "w", encoding="utf-8") as file:
                file.write(edit(name, text) if edit else text)

    def write_roster(self):
        """roster.signed from `roster`, with the next serial."""
        self.serial += 1
        with open(self.path("roster.yaml"), "w", encoding="utf-8") as file:
            yaml.safe_dump({"serial": self.serial, "keys": self.roster}, file)
        self.command("roster", "sign", "--root-key", "root.key", "roster.yaml", "-o", "roster.signed")

    # ---- asking ----

    def reload(self):
        """SIGHUP; wait until it has said how that went, in its log too."""
        n = len(self.lines)
        super().reload()
        self.wait_line("event=agg.reload.", since=n)

    def run_command(self, *args, timeout=120):
        """One command of the program: (exit code, stdout, stderr)."""
        done = subprocess.run([self.program, *args], cwd=self.folder, text=True, capture_output=True, check=False,
                              timeout=timeout, stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout, done.stderr

    def command(self, *args):
        """The stdout of a command that must succeed."""
        code, out, err = self.run_command(*args)
        if code != 0:
            raise DaemonError(f"{' '.join(args)} ended with {code}:\n{out}{err}")
        return out

    def query(self, *args):
        """The answer of a command with --json, beside the daemon."""
        return json.loads(self.command(*args, "-c", "agg.yaml", "--json"))

    def http(self, path):
        """(status, body) of its health port."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}{path}", timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def metrics(self):
        """Name with labels → value."""
        lines = self.http("/metrics")[1].splitlines()
        return {key: float(value) for key, value in (line.rsplit(" ", 1) for line in lines if line and line[0] != "#")}

    def fates(self):
        """Verdict → count, checked for conservation."""
        metrics = self.metrics()
        prefix = 'phusa_aggregator_submissions_total{verdict="'
        fates = {key[len(prefix):-2]: int(value) for key, value in metrics.items() if key.startswith(prefix)}
        received = int(metrics["phusa_aggregator_submissions_received_total"])
        assert received == sum(fates.values()), f"received {received}, but {fates}"
        return fates


def sha256(data):
    """As the wire has it."""
    return hashlib.sha256(data).digest()


def key_id(public):
    """The first half of the digest of a public key."""
    return sha256(public)[:16]


def b64(data):
    """Base64 text."""
    return base64.b64encode(data).decode()
