"""line - what the publisher's tests with a real Kafka share: a ledger, a broker, publishers to kill, and what a reader sees."""
import json
import os
import pathlib
import select
import signal
import subprocess
import sys
import tempfile
import time
import uuid

SOURCE = pathlib.Path(os.environ["PHUSA_SOURCE"])
BIN = pathlib.Path(os.environ["PHUSA_BIN"])
sys.path.insert(0, str(SOURCE / "tests" / "support"))
from kafka_node import KafkaNode, free_ports  # noqa: E402

DEADLINE_S = 60
LOG_LINES = 100  # of each log, when a case fails


def tail(text):
    return "".join(text.splitlines(keepends=True)[-LOG_LINES:])


def tool(*args, check=True):
    done = subprocess.run([str(a) for a in args], capture_output=True, text=True, timeout=DEADLINE_S)
    if check and done.returncode != 0:
        raise AssertionError(f"{args}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done


class Publisher:
    """One running publisher; its log is read line by line, which is how tests wait for events."""

    def __init__(self, config, name="p"):
        env = dict(os.environ, LANG="C.UTF-8")
        self.log_path = config.parent / f"{name}-{uuid.uuid4().hex[:6]}.log"
        self.log = open(self.log_path, "wb")
        self.process = subprocess.Popen([BIN / "phusa-publisher", "run", "-c", config], stdout=self.log, stderr=self.log, env=env)

    def text(self):
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, event, deadline_s=DEADLINE_S):
        until = time.monotonic() + deadline_s
        poll = select.poll()
        while event not in self.text():
            if self.process.poll() is not None:
                raise AssertionError(f"publisher ended with {self.process.returncode} before {event}:\n{self.text()}")
            if time.monotonic() > until:
                raise AssertionError(f"no {event} within {deadline_s} s:\n{self.text()}")
            poll.poll(20)

    def wait_for_end(self, deadline_s=DEADLINE_S):
        return self.process.wait(timeout=deadline_s)

    def signal(self, signum):
        self.process.send_signal(signum)

    def kill9(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=20)
        return self.process.returncode


class Line:
    """A broker, a ledger and a configuration in a folder of their own."""

    def __init__(self, **settings):
        self.folder = tempfile.TemporaryDirectory(prefix="phusa-e2e-")
        self.path = pathlib.Path(self.folder.name)
        self.ledger = self.path / "ledger.db"
        self.node = KafkaNode(str(self.path / "kafka"))
        self.publishers = []
        self.settings = settings

    def __enter__(self):
        try:
            self.node.start()
            self.maker("create", uuid.UUID(int=7))
            self.write_config()
            self.run("topics", "create")
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(self, error, *_):
        if error is not None:  # the folder goes; what it could have told is gone with it
            self.tell()
        for p in self.publishers:
            if p.process.poll() is None:
                p.kill9()
        self.node.close()
        self.folder.cleanup()

    def tell(self):
        """What the publishers and the broker said, for whoever reads a failure."""
        for p in self.publishers:
            ended = p.process.poll()
            state = "still running" if ended is None else f"ended with {ended}"
            print(f"----- {p.log_path.name}, pid {p.process.pid}, {state}:\n{tail(p.text())}", file=sys.stderr)
        state = "still running" if self.node.running else "not running"
        print(f"----- kafka.log, {state}:\n{self.node.log_tail(LOG_LINES)}-----", file=sys.stderr, flush=True)

    def write_config(self, name="publisher.yaml", **more):
        values = {"ledger": self.ledger, "bootstrap": self.node.bootstrap, "min_replication": 1, "min_insync": 1, "health": '""', "poll": "20ms",
                  "transaction_timeout": "10s", "kafka_deadline": "20s", "batch_max": 50, "partitions": 2}
        values.update(self.settings)
        values.update(more)
        path = self.path / name
        path.write_text("".join(f"{k}: {v}\n" for k, v in values.items()), encoding="utf-8")
        return path

    @property
    def config(self):
        return self.path / "publisher.yaml"

    def maker(self, *args):
        return tool(BIN / "ledger-maker", self.ledger, *args).stdout.strip()

    def run(self, *args, check=True):
        return tool(BIN / "phusa-publisher", *args, "-c", self.config, "--lang", "en", check=check)

    def publisher(self, config=None, name="p"):
        p = Publisher(config or self.config, name)
        self.publishers.append(p)
        return p

    def status(self):
        return json.loads(self.run("status", "--json").stdout)

    def wait_until_published(self, record, deadline_s=DEADLINE_S):
        until = time.monotonic() + deadline_s
        while self.status()["published_record"] < record:
            assert any(p.process.poll() is None for p in self.publishers), f"record {record} not published, and no publisher lives"
            assert time.monotonic() < until, f"record {record} not published within {deadline_s} s: {self.status()}"

    def history(self):
        """Record numbers that a read_committed reader sees in the history topic, by our own consumer."""
        lines = self.run("consume", "--history", "--to-end", "--json").stdout.splitlines()
        return [int(json.loads(line)["headers"]["ph-seq"]) for line in lines]

    def history_by_kcat(self, isolation="read_committed"):
        """The same by kcat, which shares no code with us beyond librdkafka."""
        out = tool("kcat", "-b", self.node.bootstrap, "-C", "-t", "phusa.summaries.history", "-e", "-q", "-f", "%h\n", "-X", f"isolation.level={isolation}").stdout
        return [int(dict(h.split("=", 1) for h in line.split(","))["ph-seq"]) for line in out.splitlines() if line]

    def assert_each_once(self, last):
        expected = list(range(1, last + 1))
        assert sorted(self.history()) == expected, f"our consumer: {sorted(self.history())[:20]} … not 1..{last}"
        assert sorted(self.history_by_kcat()) == expected, f"kcat: not 1..{last}"
        audit = json.loads(self.run("audit", "--json").stdout)
        assert audit["expected"] == last and audit["missing"] == audit["repeated"] == audit["different"] == 0, audit


def main(cases):
    """Run the cases named on the command line (default: all) and say each one's name; the first failure ends it."""
    wanted = sys.argv[1:] or list(cases)
    for name in wanted:
        began = time.monotonic()
        print(f"[ RUN      ] {name}", flush=True)
        cases[name]()
        print(f"[       OK ] {name} ({time.monotonic() - began:.1f} s)", flush=True)


SIGSTOP, SIGCONT = signal.SIGSTOP, signal.SIGCONT
