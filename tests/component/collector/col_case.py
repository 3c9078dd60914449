"""col_case - what every test of the real collector shares: provinces made by its own commands, a real aggregator."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "support"))

import yaml  # noqa: E402
from daemon import Aggregator, Daemon, free_ports, programs, source  # noqa: E402

__all__ = ["WHOLE", "Case", "Province", "free_ports", "main", "source"]
WHOLE = "indicator,value\nGRDP_GROWTH,7.77\nIIP,9.4\n"


class Province(Daemon):
    """A unit's machine: keys, configuration and card made by phusa-collector itself; `start` runs its daemon."""

    def __init__(self, folder, unit, card, registry=None, settings=None):
        self.program = os.path.join(programs(), "phusa-collector")
        super().__init__([self.program, "run", "-c", "col.yaml"], folder, "collector")
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        self.unit = unit
        self.settings = {"unit": unit, "registry": registry or os.path.join(source(), "domain", "registry"),
                         "aggregator_card": card, "retry_min": "50ms", "retry_max": "500ms", "connect_timeout": "20s",
                         **(settings or {})}
        self.write_config()
        self.ok("keygen")
        self.ok("card", "-o", "own.card")

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write_config(self):
        with open(self.path("col.yaml"), "w", encoding="utf-8") as file:
            file.writelines(f"{key}: {json.dumps(value)}\n" for key, value in self.settings.items())

    def file(self, name, text, encoding="utf-8"):
        with open(self.path(name), "w", encoding=encoding, newline="") as file:
            file.write(text)
        return name

    def read(self, *names):
        """The bytes of a file in its folder."""
        with open(self.path(*names), "rb") as file:
            return file.read()

    def command(self, *args, lang="en", timeout=120, wrapper=()):
        """(exit code, stdout, stderr) of one command."""
        done = subprocess.run([*wrapper, self.program, *args, "-c", "col.yaml", "--lang", lang], cwd=self.folder, text=True,
                              capture_output=True, check=False, timeout=timeout, stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout, done.stderr

    def ok(self, *args, **kwargs):
        """The stdout of a command that must succeed."""
        code, out, err = self.command(*args, **kwargs)
        if code != 0:
            raise AssertionError(f"{' '.join(args)} ended with {code}:\n{out}{err}")
        return out

    def submit(self, text, *options, name="figures.csv", **kwargs):
        """Submit a text as a file: (exit code, stdout, stderr)."""
        return self.command("submit", self.file(name, text), "--yes", *options, **kwargs)

    def submit_json(self, text, *options, **kwargs):
        """The receipt of a submission that must be accepted."""
        code, out, err = self.submit(text, "--json", *options, **kwargs)
        assert code == 0, f"{code}: {out}{err}"
        return json.loads(out)

    def status(self):
        return json.loads(self.ok("status", "--json"))

    def states(self):
        """State → number of items."""
        found = {}
        for item in self.status()["items"]:
            found[item["state"]] = found.get(item["state"], 0) + 1
        return found

    def roster_entry(self):
        with open(self.path("own.card"), encoding="utf-8") as file:
            card = yaml.safe_load(file)
        return {"unit": self.unit, "sign": card["sign"], "curve": card["curve"], "valid_from": "2020-01-01"}


class Case(unittest.TestCase):
    """A folder that goes again; daemons that end with the test."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="ph_col_")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.daemons = []

    def watch(self, daemon):
        self.daemons.append(daemon)
        self.addCleanup(daemon.close)
        return daemon

    def aggregator(self, units=("thaibinh",), name="agg", start=True, **options):
        """An aggregator and a province for each unit, known to it."""
        agg = self.watch(Aggregator(os.path.join(self.folder, name), units=(), **options))
        agg.command("card", "-c", "agg.yaml", "-o", "agg.card")
        agg.provinces = {unit: self.province(agg, unit) for unit in units}
        agg.roster = [province.roster_entry() for province in agg.provinces.values()]
        agg.write_roster()
        if start:
            agg.start()
        return agg

    def province(self, agg, unit, name=None, **settings):
        """A province of that aggregator; not in its roster yet."""
        return self.watch(Province(os.path.join(self.folder, name or unit), unit, agg.path("agg.card"),
                                   registry=agg.path("registry"), settings=settings))

    def figure(self, agg, indicator, after):
        """The cluster's figure once the log entry `after` is in it."""
        deadline = time.monotonic() + 30
        while agg.query("status")["last_figure_seal"] < after:
            self.assertLess(time.monotonic(), deadline)
        return next(f for f in agg.query("summary", "dbsh", "2023-S1")[0]["figures"] if f["indicator"] == indicator)

    def tearDown(self):
        result = self._outcome.result
        if any(case is self for case, _ in result.failures + result.errors):
            for daemon in self.daemons:
                print(f"---- log of {daemon.name} in {daemon.folder}\n{daemon.tail()}\n----", file=sys.stderr)


def main():
    """Run the tests of the calling file."""
    unittest.main(verbosity=2, module="__main__")
