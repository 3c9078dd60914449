"""case - what every test of the real aggregator shares."""
import os
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "support"))

from agent import Agent  # noqa: E402
from daemon import Aggregator  # noqa: E402


class Case(unittest.TestCase):
    """A folder that goes again; aggregators and agents that end with the test."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="ph_agg_")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.aggregators = []

    def aggregator(self, start=True, name="agg", **options):
        """One with keys, roster and ledger, running unless told otherwise."""
        agg = Aggregator(os.path.join(self.folder, name), **options)
        self.aggregators.append(agg)
        self.addCleanup(agg.close)
        return agg.start() if start else agg

    def agent(self, agg, unit="thaibinh", **options):
        """An agent with the unit's keys."""
        agent = Agent(agg, unit, **options)
        self.addCleanup(agent.close)
        return agent

    def tearDown(self):
        failed = any(error for _, error in getattr(self._outcome, "errors", [])) or \
            any(case is self for case, _ in (self._outcome.result.failures + self._outcome.result.errors))
        for agg in self.aggregators if failed else []:
            print(f"---- log of {agg.folder}\n{agg.tail()}\n----", file=sys.stderr)

    def assert_refused(self, verdict, code, call, *args):
        """The call must end in this refusal, which is returned."""
        from agent import Refused
        with self.assertRaises(Refused) as caught:
            call(*args)
        self.assertEqual((caught.exception.verdict, caught.exception.code), (verdict, code))
        return caught.exception


def main():
    """Run the tests of the calling file."""
    unittest.main(verbosity=2, module="__main__")
