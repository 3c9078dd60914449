#!/usr/bin/env python3
"""test_agg_time - a deadline that passes with nobody there, and a clock that jumps while running and between runs."""
import datetime
import os

from case import Case, main  # first: it says where the next lies
from daemon import CALENDAR, DaemonError

FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"
STOPPED, DAY_S = 6, 86400


def instant(seconds_from_now):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds_from_now)
    return at.isoformat(timespec="milliseconds")


class Deadline(Case):
    def test_due_passes_with_no_traffic(self):
        calendar = [{**CALENDAR, "due": instant(4), "closes": instant(6)}]
        agg = self.aggregator(calendar=calendar, units=["thaibinh"])
        self.assertEqual(agg.query("status")["sheets"][0]["state"], "open")
        early = self.agent(agg)
        self.assertNotIn("submission.late", early.submit(early.body()).rules)
        agg.wait_line("agg.calendar.boundary", 30)
        self.assertEqual(agg.query("summary", "dbsh", "2023-S1")[0]["state"], "due")
        first = agg.query("summary", "dbsh", "2023-S1")[0]["figures"][0]
        agg.wait_line("agg.calendar.boundary", 30, since=1 + next(
            i for i, line in enumerate(agg.lines) if "agg.calendar.boundary" in line))
        second = agg.query("summary", "dbsh", "2023-S1")[0]
        self.assertEqual(second["state"], "closed")
        self.assertGreater(second["figures"][0]["vintage"], first["vintage"])
        self.assertEqual(second["figures"][0]["values"], first["values"])
        agg.stop()
        self.assertTrue(agg.query("replay")["identical"])

    def test_opening_creates_the_sheet(self):
        """0 of 9 is published as soon as the period opens."""
        calendar = [{**CALENDAR, "opens": instant(3), "due": instant(3600), "closes": instant(7200)}]
        agg = self.aggregator(calendar=calendar, units=["thaibinh"])
        self.assertEqual(agg.query("status")["sheets"], [])
        agent = self.agent(agg)
        self.assertEqual(agent.submit(agent.body()).rules, ["submission.not_open"])
        agg.wait_line("agg.calendar.boundary", 30)
        figure = agg.query("summary", "dbsh", "2023-S1")[0]["figures"][0]
        self.assertEqual((figure["received"], figure["expected"], figure["mark"]), (0, 9, "insufficient"))


class Jump(Case):
    """CLOCK_REALTIME is moved through a file that libfaketime reads; the other clocks stay."""

    def setUp(self):
        super().setUp()
        self.offset = os.path.join(self.folder, "offset")
        self.set_offset(0)
        asan = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0:detect_leaks=0"
        self.env = {"LD_PRELOAD": FAKETIME, "FAKETIME_TIMESTAMP_FILE": self.offset, "FAKETIME_NO_CACHE": "1",
                    "FAKETIME_DONT_FAKE_MONOTONIC": "1", "ASAN_OPTIONS": asan}

    def set_offset(self, seconds):
        with open(self.offset + ".new", "w", encoding="ascii") as file:
            file.write(f"{seconds:+d}\n")
        os.replace(self.offset + ".new", self.offset)

    def running(self):
        agg = self.aggregator(units=["thaibinh"], env=self.env)
        agent = self.agent(agg)
        agent.submit(agent.body())
        return agg

    def assert_stops(self, agg, seconds):
        self.set_offset(seconds)
        self.assertEqual(agg.wait(), STOPPED)
        self.assertIn("agg.clock.jumped", agg.tail(3))

    def test_due_missed_while_down(self):
        """Each boundary that was missed is taken at the start, in order."""
        calendar = [{**CALENDAR, "due": instant(3600), "closes": instant(7200)}]
        agg = self.aggregator(calendar=calendar, units=["thaibinh"], env=self.env)
        agg.stop()
        before = agg.query("summary", "dbsh", "2023-S1")[0]
        self.assertEqual(before["state"], "open")
        self.set_offset(3 * 3600)
        agg.start()
        after = agg.query("summary", "dbsh", "2023-S1")[0]
        self.assertEqual(after["state"], "closed")
        self.assertGreater(after["figures"][0]["vintage"], before["figures"][0]["vintage"] + 2)  # one for due came before it

    def test_back_three_days(self):
        agg = self.running()
        self.assert_stops(agg, -3 * DAY_S)
        with self.assertRaisesRegex(DaemonError, "agg.clock.jumped.*259.* s back"):
            agg.start()
        agg.close()
        agg.argv.append("--accept-time")
        agg.start()
        sealed = agg.query("status")["sealed_at"]
        agent = self.agent(agg)
        agent.submit(agent.body(2))
        self.assertGreaterEqual(agg.query("status")["sealed_at"], sealed)  # a seal's time never goes back

    def test_ahead(self):
        """An hour ahead stops it; the next start believes an hour, but not forty days."""
        agg = self.running()
        self.assert_stops(agg, 3600)
        agg.start()
        agg.stop()
        self.set_offset(40 * DAY_S)
        with self.assertRaisesRegex(DaemonError, "agg.clock.jumped"):
            agg.start()

    def test_correction_is_put_up_with(self):
        agg = self.running()
        for offset in (30, -20, 5):
            self.set_offset(offset)
            agent = self.agent(agg)
            agent.hello()
        self.assertEqual(agg.stop(), 0)


if __name__ == "__main__":
    main()
