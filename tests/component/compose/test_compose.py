#!/usr/bin/env python3
"""compose.yaml without an engine: its shape, every path, port, option and health command against the built programs, and its scripts run for real."""
import csv
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time

import yaml

SOURCE = pathlib.Path(os.environ["PHUSA_SOURCE"])
BIN = pathlib.Path(os.environ["PHUSA_BIN"])
HERE = SOURCE / "compose"
DATA = SOURCE / "tests" / "data" / "red-river-2023-S1"
IN_IMAGE = {"/usr/lib/phusa/": HERE, "/etc/phusa/": HERE / "config", "/usr/share/phusa/review/": HERE / "data", "/usr/share/phusa/registry": SOURCE / "domain" / "registry"}


def compose():
    return yaml.safe_load((HERE / "compose.yaml").read_text(encoding="utf-8"))


def ours():
    return {name: s for name, s in compose()["services"].items() if name != "kafka"}


def host_path(path):
    """Where a path of the image comes from in the repository."""
    for prefix, folder in IN_IMAGE.items():
        if path.startswith(prefix):
            return folder / path[len(prefix):].lstrip("/")
    raise AssertionError(f"{path}: nothing puts it into the image")


def run(*args, **kwargs):
    return subprocess.run([str(a) for a in args], capture_output=True, text=True, timeout=120, **kwargs)


def the_file_follows_the_compose_schema():
    done = run("docker-compose", "-f", HERE / "compose.yaml", "config", "-q")
    assert done.returncode == 0, done.stderr
    with tempfile.TemporaryDirectory() as folder:  # and the check can fail
        bad = pathlib.Path(folder) / "compose.yaml"
        bad.write_text((HERE / "compose.yaml").read_text(encoding="utf-8").replace("healthcheck:", "healthchek:"), encoding="utf-8")
        assert run("docker-compose", "-f", bad, "config", "-q").returncode != 0


def commands_and_options_exist():
    for name, service in ours().items():
        program, *args = service["command"]
        if program.startswith("/"):
            path = host_path(program)
            assert path.is_file() and os.access(path, os.X_OK), f"{name}: {path}"
            continue
        words = [a for a in args if not a.startswith("-") and not a.startswith("/")]
        options = [a for a in args if a.startswith("-")]
        helped = run(BIN / program, *words, "--help")
        assert helped.returncode == 0, f"{name}: {program} {words}: {helped.stderr}"
        for option in options:
            assert re.search(rf"(^|[ ,]){re.escape(option)}([ ,=]|$)", helped.stdout, re.M), f"{name}: {option} is not in the help of {program} {words}"
        for path in (a for a in args if a.startswith("/")):
            assert host_path(path).is_file(), f"{name}: {path}"


def configurations_are_right():
    for program, command in (("phusa-aggregator", "aggregator"), ("phusa-publisher", "publisher")):
        done = run(BIN / program, "--print-config", "--json", "-c", HERE / "config" / f"{command}.yaml")
        assert done.returncode == 0, done.stderr


def ports_agree():
    services, config = compose()["services"], {n: yaml.safe_load((HERE / "config" / f"{n}.yaml").read_text()) for n in ("aggregator", "publisher")}
    inside = {n: {p.rsplit(":", 1)[1] for p in services[n]["ports"]} for n in ("aggregator", "publisher")}
    assert inside["aggregator"] == {config["aggregator"]["listen"].rsplit(":", 1)[1], config["aggregator"]["metrics"].rsplit(":", 1)[1]}
    assert inside["publisher"] == {config["publisher"]["health"].rsplit(":", 1)[1]}
    assert services["aggregator"]["healthcheck"]["test"][2] == config["aggregator"]["metrics"].rsplit(":", 1)[1]
    assert services["publisher"]["healthcheck"]["test"][2] == config["publisher"]["health"].rsplit(":", 1)[1]
    assert f"PLAINTEXT://{config['publisher']['bootstrap']}" == services["kafka"]["environment"]["KAFKA_ADVERTISED_LISTENERS"]


def everything_of_ours_is_locked_down():
    for name, service in ours().items():
        assert service["user"] == "10001:10001" and service["read_only"] and service["cap_drop"] == ["ALL"], name
    volumes = set(compose()["volumes"])
    for name, service in compose()["services"].items():
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in volumes, f"{name}: {volume}"


def nine_provinces_with_the_reviews_figures():
    figures = {}
    with open(DATA / "figures.csv", encoding="utf-8") as f:
        for row in csv.DictReader(line for line in f if not line.startswith("#")):
            figures.setdefault(row["unit"], {})[row["indicator"]] = row["value"]
    agents = {s["command"][1] for s in ours().values() if s["command"][0].endswith("/agent")}
    assert agents == set(figures), agents ^ set(figures)
    for unit, values in figures.items():
        lines = (HERE / "data" / f"{unit}.csv").read_text(encoding="utf-8").splitlines()
        cells = dict(line.split(";") for line in lines if re.match(r"[A-Z_]+;", line))
        assert {k: v.replace(",", ".") for k, v in cells.items()} == values, unit


def the_dockerfile_takes_what_is_there():
    text = (HERE / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if line.startswith("COPY") and "--from" not in line:
            for path in line.split()[1:-1]:
                assert (SOURCE / path).exists(), path
    demo_packages = {line.split("#")[0].strip() for line in (SOURCE / "tools/dev/packages-demo.txt").read_text().splitlines()}
    build = set(re.findall(r"[a-z0-9.+-]+", text.split("install -y --no-install-recommends", 1)[1].split("&&", 1)[0]))
    assert build <= demo_packages, f"not among what a build is known to need: {build - demo_packages}"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def enrol_agent_and_probe_work():
    """The scripts of the image, run here with the built programs: enrol twice, aggregator, probe, one province's agent until its receipt is there."""
    units = "haiduong thaibinh"
    with tempfile.TemporaryDirectory(prefix="phusa-compose-") as folder:
        home, listen, health = pathlib.Path(folder) / "home", free_port(), free_port()
        for d in ["aggregator", "publisher", "public", "root-office", *(f"provinces/{u}" for u in units.split())]:
            (home / d).mkdir(parents=True, mode=0o700)
        for d in (home, home / "provinces"):
            d.chmod(0o700)
        config = home / "aggregator.yaml"
        config.write_text((HERE / "config" / "aggregator.yaml").read_text().replace("/var/lib/phusa", str(home)).replace("tcp://*:7001", f"tcp://127.0.0.1:{listen}")
                          .replace("tcp://aggregator:7001", f"tcp://127.0.0.1:{listen}").replace("0.0.0.0:9464", f"127.0.0.1:{health}")
                          .replace("/usr/share/phusa/registry", str(SOURCE / "domain" / "registry")))
        env = dict(os.environ, PATH=f"{BIN}:{os.environ['PATH']}", PHUSA_HOME=str(home), PHUSA_CONFIG=str(config), PHUSA_UNITS=units, PHUSA_REGISTRY=str(SOURCE / "domain" / "registry"))
        done = run(HERE / "enrol", env=env)
        assert done.returncode == 0 and "enrol: done" in done.stdout, done.stdout + done.stderr
        assert "nothing to do" in run(HERE / "enrol", env=env).stdout
        aggregator = subprocess.Popen([BIN / "phusa-aggregator", "run", "-c", config], env=env, stderr=subprocess.DEVNULL)
        try:
            wait_until(lambda: run(HERE / "probe", str(health)).returncode == 0, "probe")
            assert run(HERE / "probe", str(free_port())).returncode != 0
            one_agent(home, env)
        finally:
            aggregator.send_signal(signal.SIGTERM)
            assert aggregator.wait(timeout=20) == 0


def one_agent(home, env):
    script = (HERE / "agent").read_text().replace("/var/lib/phusa/province/", f"{home}/provinces/haiduong/").replace("/usr/share/phusa/review/", f"{HERE}/data/")
    path = home / "agent"
    path.write_text(script)
    path.chmod(0o700)
    agent = subprocess.Popen([path, "haiduong"], env=env, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        config = home / "provinces" / "haiduong" / "collector.yaml"
        wait_until(lambda: config.exists() and "HELD" in run(BIN / "phusa-collector", "receipts", "--json", "-c", config).stdout, "the receipt")
    finally:
        agent.send_signal(signal.SIGTERM)
        assert agent.wait(timeout=20) == 0


def wait_until(condition, what, deadline_s=60):
    until = time.monotonic() + deadline_s
    while not condition():
        assert time.monotonic() < until, f"{what}: not within {deadline_s} s"


for case in (the_file_follows_the_compose_schema, commands_and_options_exist, configurations_are_right, ports_agree, everything_of_ours_is_locked_down,
             nine_provinces_with_the_reviews_figures, the_dockerfile_takes_what_is_there, enrol_agent_and_probe_work):
    print(f"[ RUN      ] {case.__name__}", flush=True)
    case()
    print(f"[       OK ] {case.__name__}", flush=True)
