"""stage - the demo's processes and files: keys, roster, daemons, all in one folder, all stopped by the pid they were started with."""
import json
import os
import pathlib
import select
import shutil
import socket
import subprocess
import time

DEADLINE_S = 60


class Failed(Exception):
    """Something did not do what the demo asked of it; the text says what it printed."""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_until(condition, what, deadline_s=DEADLINE_S):
    until = time.monotonic() + deadline_s
    pause = select.poll()
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > until:
            raise Failed(f"{what}: not within {deadline_s} s")
        pause.poll(50)


def figures(summary):
    """{indicator: {"values": {method: text}, "ranks": {unit: rank}}} of a summary's JSON."""
    found = {}
    for figure in (figure for sheet in summary for figure in sheet["figures"]):
        found[figure["indicator"]] = {
            "values": {v["method"]: v["value"] for v in figure["values"]},
            "ranks": {m["unit"]: m["rank"] for m in figure["members"] if m.get("rank")},
        }
    return found


class Stage:
    def __init__(self, folder, source, lang):
        self.folder, self.source, self.lang = folder, source, lang
        self.bin = pathlib.Path(os.environ.get("PHUSA_BIN") or source / "build" / "release" / "bin").resolve()
        self.processes = []  # (name, Popen, log), in order of starting
        self.kafka = None
        self.port = free_port()
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)

    # -- running programs ---------------------------------------------------------------------------------------
    def run(self, program, *args, **kwargs):
        command = [str(self.bin / program), *map(str, args), "--lang", self.lang]
        done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S * 2, stdin=subprocess.DEVNULL, **kwargs)
        if done.returncode not in (0, 1):
            raise Failed(f"{' '.join(command)}\nexit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def start(self, name, program, *args):
        log_path = self.folder / "logs" / f"{name}.log"
        log_path.parent.mkdir(exist_ok=True)
        notify = self.folder / f".{name}.notify"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener, open(log_path, "ab") as log:
            listener.bind(str(notify))
            env = dict(os.environ, NOTIFY_SOCKET=str(notify))
            process = subprocess.Popen([self.bin / program, *map(str, args)], stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=env, start_new_session=True)
            self.processes.append((name, process, log_path))
            self.wait_ready(name, process, listener, log_path)
        notify.unlink(missing_ok=True)

    @staticmethod
    def wait_ready(name, process, listener, log_path):
        listener.settimeout(0.1)
        until = time.monotonic() + DEADLINE_S
        while time.monotonic() < until:
            try:
                if b"READY=1" in listener.recv(4096):
                    return
            except TimeoutError:
                pass
            if process.poll() is not None:
                raise Failed(f"{name} ended with {process.returncode}:\n{log_path.read_text(errors='replace')}")
        raise Failed(f"{name} was not ready within {DEADLINE_S} s:\n{log_path.read_text(errors='replace')}")

    def stop_all(self):
        for _, process, _ in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
        for _, process, _ in reversed(self.processes):
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
        self.processes.clear()
        if self.kafka is not None:
            self.kafka.close()

    def pids(self):
        pids = [str(process.pid) for _, process, _ in self.processes]
        return " ".join(pids + ([str(self.kafka.pid)] if self.kafka else []))

    # -- provinces ----------------------------------------------------------------------------------------------
    def province(self, unit):
        return self.folder / "provinces" / unit

    def config_of(self, unit):
        return self.province(unit) / "collector.yaml"

    def make_province(self, unit, cluster):
        home = self.province(unit)
        home.mkdir(parents=True, mode=0o700)
        self.config_of(unit).write_text(f"unit: {unit}\ncluster: {cluster}\naggregator_card: {self.folder}/aggregator.card\n"
                                        f"registry: {self.source}/domain/registry\nretry_min: 100ms\n", encoding="utf-8")
        self.run("phusa-collector", "keygen", "-c", self.config_of(unit))
        self.run("phusa-collector", "card", "-c", self.config_of(unit), "-o", home / f"{unit}.card")

    def start_collector(self, unit):
        self.start(f"collector-{unit}", "phusa-collector", "run", "-c", self.config_of(unit))

    def submit(self, unit, path, options):
        return self.run("phusa-collector", "submit", path, "-c", self.config_of(unit), "--yes", "--json", *options)

    def cases(self, unit):
        return self.run("phusa-collector", "cases", "-c", self.config_of(unit))

    def explain(self, unit, indicator, text):
        return self.run("phusa-collector", "explain", indicator, "--text", text, "-c", self.config_of(unit), "--json")

    def decide(self, head, kind, unit, indicator, *options):
        return self.run("phusa-collector", "decide", kind, unit, indicator, "-c", self.config_of(head), "--yes", "--json", *options)

    def history(self, cluster, period, indicator):
        return self.run("phusa-aggregator", "history", cluster, period, indicator, "-c", self.aggregator_config)

    # -- the aggregator -----------------------------------------------------------------------------------------
    @property
    def aggregator_config(self):
        return self.folder / "aggregator" / "aggregator.yaml"

    def sign_roster(self, units):
        office = self.folder / "root-office"  # a machine off the network, in life
        office.mkdir(mode=0o700)
        self.run("phusa-aggregator", "root", "keygen", office / "root.key")
        lines = ["serial: 1", "keys:"]
        for unit in units:
            lines += [f"  - unit: {unit}", f"    card: {self.province(unit)}/{unit}.card", "    valid_from: 2023-01-01T00:00:00+07:00"]
        (office / "roster.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.run("phusa-aggregator", "roster", "sign", "--root-key", office / "root.key", office / "roster.yaml", "-o", office / "roster.signed")

    def make_aggregator(self):
        home = self.folder / "aggregator"
        home.mkdir(mode=0o700)
        shutil.copy(self.folder / "root-office" / "roster.signed", home)
        self.aggregator_config.write_text(f"listen: tcp://127.0.0.1:{self.port}\nregistry: {self.source}/domain/registry\nmetrics: 127.0.0.1:{free_port()}\n",
                                          encoding="utf-8")
        self.run("phusa-aggregator", "init", "-c", self.aggregator_config, "--root", self.folder / "root-office" / "root.pub")
        self.run("phusa-aggregator", "card", "-c", self.aggregator_config, "-o", self.folder / "aggregator.card")

    def start_aggregator(self):
        self.start("aggregator", "phusa-aggregator", "run", "-c", self.aggregator_config)

    def summary(self, cluster, period):
        return self.run("phusa-aggregator", "summary", cluster, period, "-c", self.aggregator_config)

    def summary_json(self, cluster, period):
        return json.loads(self.run("phusa-aggregator", "summary", cluster, period, "--json", "-c", self.aggregator_config))

    def register(self, cluster, period):
        return self.run("phusa-aggregator", "register", cluster, period, "-c", self.aggregator_config)

    def ledger_status(self):
        return json.loads(self.run("phusa-aggregator", "status", "--json", "-c", self.aggregator_config))

    def wait_for_figures(self, seq):
        """Until the figures cover the entry: a figure seal lies behind it."""
        wait_until(lambda: self.ledger_status()["last_figure_seal"] > seq, "figures")

    # -- publisher and Kafka ------------------------------------------------------------------------------------
    @property
    def publisher_config(self):
        return self.folder / "publisher" / "publisher.yaml"

    @property
    def bootstrap(self):
        return self.kafka.bootstrap if self.kafka else ""

    def start_kafka(self):
        import kafka_node  # of tests/support: the same broker that the tests use

        self.kafka = kafka_node.KafkaNode(str(self.folder / "kafka"), detached=True)
        try:
            self.kafka.start()
        except kafka_node.KafkaNodeError as error:
            raise Failed(str(error)) from error

    def start_publisher(self, embedded):
        home = self.folder / "publisher"
        home.mkdir(mode=0o700)
        bootstrap = "" if embedded else f"bootstrap: {self.bootstrap}\n"
        self.publisher_config.write_text(f"ledger: {self.folder}/aggregator/ledger.db\n{bootstrap}min_replication: 1\nmin_insync: 1\n"
                                         f"health: 127.0.0.1:{free_port()}\n", encoding="utf-8")
        if not embedded:
            self.run("phusa-publisher", "topics", "create", "-c", self.publisher_config)
        self.start("publisher", "phusa-publisher", "run", "-c", self.publisher_config, *(["--embedded-broker"] if embedded else []))

    def wait_for_publisher(self):
        def is_level():
            status = json.loads(self.run("phusa-publisher", "status", "--json", "-c", self.publisher_config))
            return status["lag"] == 0 and status["published_record"] > 0

        wait_until(is_level, "publishing")

    def consume(self):
        return self.run("phusa-publisher", "consume", "--to-end", "-c", self.publisher_config)

    def where(self):
        return "\n".join(f"{name:26} {path}" for name, path in (
            ("aggregator, ledger", self.folder / "aggregator"),
            ("publisher", self.folder / "publisher"),
            ("provinces, spools, receipts", self.folder / "provinces"),
            ("root key (off-line in life)", self.folder / "root-office"),
            ("logs", self.folder / "logs"),
        ))


