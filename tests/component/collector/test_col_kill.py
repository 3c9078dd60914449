#!/usr/bin/env python3
"""test_col_kill - kill -9 of the collector at random points: what submit accepted is sent, receipted and counted once.

PHUSA_KILLS says how often (default 5), PHUSA_SEED makes the same choices again.
"""
import os
import random
import sqlite3
import threading

from col_case import Case, main

KILLS = int(os.environ.get("PHUSA_KILLS") or 5)
SEED = int(os.environ.get("PHUSA_SEED") or random.SystemRandom().randrange(2 ** 32))
CALENDAR = [{"cluster": "dbsh", "form": "socio-economic", "period": "2023-S1", "opens": "2023-06-01T00:00:00+07:00",
             "due": "2023-07-15T17:00:00+07:00", "closes": "2030-07-26T00:00:00+07:00"}]


class Kill(Case):
    def setUp(self):
        super().setUp()
        print(f"seed {SEED}, {KILLS} kills")
        self.random = random.Random(SEED)
        self.value = 0

    def spool_one(self, p):
        """One more revision into the spool; its number."""
        self.value += 1
        code, out, err = p.submit(f"indicator,value\nGRDP_GROWTH,{self.value % 10}.{self.value % 90 + 10}\nIIP,9.4\n", "--no-wait",
                                  "--kind", "clerical", "--reason", "x")
        self.assertEqual(code, 0, out + err)

    def accepted_ids(self, p):
        """Ids that the spool took and that were not replaced by the clerk before they were ever sent."""
        with sqlite3.connect(f"file:{p.path('spool.db')}?mode=ro", uri=True) as db:
            return {bytes(row[0]) for row in db.execute("SELECT id FROM item WHERE state <> 5")}

    def test_the_daemon_killed(self):
        agg = self.aggregator(calendar=CALENDAR)
        p = agg.provinces["thaibinh"]
        for i in range(KILLS):
            p.start(wait=False)
            delay = self.random.uniform(0, 0.4)
            killer = threading.Timer(delay, lambda: os.kill(p.pid, 9))
            killer.start()
            self.spool_one(p)
            killer.join()
            p.kill9()
            print(f"kill {i} after {delay * 1000:.0f} ms: {p.states()}", flush=True)
        p.start()
        self.settle(p)
        self.check(agg, p)

    def test_submit_killed(self):
        """A submit that said nothing may have spooled or not; what is in the spool is whole and goes its way."""
        agg = self.aggregator(calendar=CALENDAR)
        p = agg.provinces["thaibinh"]
        for _ in range(KILLS):
            self.value += 1
            p.file("f.csv", f"indicator,value\nGRDP_GROWTH,{self.value % 10}.{self.value % 90 + 10}\nIIP,9.4\n")
            delay = f"{self.random.uniform(0, 0.5):.3f}"
            p.command("submit", "f.csv", "--yes", "--kind", "clerical", "--reason", "x", "--wait", "30s",
                      wrapper=("timeout", "-s", "KILL", delay))
        if os.path.exists(p.path("spool.db")):
            p.start()
            self.settle(p)
            self.check(agg, p)

    def settle(self, p):
        """Until nothing waits."""
        since = 0
        while any(state in p.states() for state in ("queued", "sent")):
            n = len(p.lines)
            p.wait_line("col.item.(judged|refused|parked)|col.link", since=since)
            since = n
        self.assertEqual(p.stop(), 0)

    def check(self, agg, p):
        """Every id that was accepted is in the ledger once, and its receipt proves itself."""
        with sqlite3.connect(f"file:{agg.path('ledger.db')}?mode=ro", uri=True) as db:
            logged = [bytes(row[0]) for row in db.execute("SELECT id FROM entry WHERE kind = 2")]
        self.assertEqual(len(logged), len(set(logged)))
        with sqlite3.connect(f"file:{p.path('spool.db')}?mode=ro", uri=True) as db:
            judged = {bytes(row[0]) for row in db.execute("SELECT id FROM item WHERE state = 4")}
            integrity, = db.execute("PRAGMA integrity_check").fetchone()
        self.assertEqual(integrity, "ok")
        self.assertEqual(self.accepted_ids(p), judged)
        self.assertEqual(set(logged), judged)
        for item in p.status()["items"]:
            if item["state"] == "judged":
                self.assertIn('"verified":true', p.ok("receipts", item["id"], "--json"))
        self.assertFalse([name for name in os.listdir(p.folder) if name.endswith("-journal")])


if __name__ == "__main__":
    main()
