#!/usr/bin/env python3
"""test_agg_kill - kill -9 at random points under load: every receipt given holds, and everything is counted once.

PHUSA_KILLS says how often (default 5), PHUSA_SEED makes the same choices again.
"""
import os
import random
import sqlite3
import threading

from case import Case, main  # first: it says where the next lies
import zmq

from province import Province

KILLS = int(os.environ.get("PHUSA_KILLS") or 5)
SEED = int(os.environ.get("PHUSA_SEED") or random.SystemRandom().randrange(2 ** 32))


class Kill(Case):
    def setUp(self):
        super().setUp()
        print(f"seed {SEED}, {KILLS} kills")
        self.random = random.Random(SEED)

    def work(self, provinces, until, timeout_ms=30000):
        """Keep every province busy until the condition holds; False when the daemon fell silent."""
        poller = zmq.Poller()
        for p in provinces:
            poller.register(p.agent.socket, zmq.POLLIN)
            if not p.unanswered:
                p.send_next()
        n = 0
        while not until(n):
            if not poller.poll(timeout_ms):
                return False
            for p in provinces:
                n += p.take()
                if not p.unanswered:
                    p.send_next()
        return True

    def test_receipts_survive(self):
        agg = self.aggregator(settings={"unit_rate": 0})
        provinces = [Province(agg, unit, SEED) for unit in agg.UNITS]
        for p in provinces:
            self.addCleanup(p.agent.close)
        for i in range(KILLS):
            self.kill_once(agg, provinces, i)
        self.settle(provinces)
        self.assertEqual(agg.stop(), 0)
        self.check(agg, provinces)

    def kill_once(self, agg, provinces, i):
        delay = self.random.uniform(0, 0.25)
        self.assertTrue(self.work(provinces, lambda n: n >= 9), agg.tail())
        killer = threading.Timer(delay, os.kill, (agg.pid, 9))
        killer.start()
        self.work(provinces, lambda _: not agg.running, timeout_ms=500)
        killer.join()
        agg.wait()
        for p in provinces:
            p.take()  # what had left before the kill
        agg.start()
        for p in provinces:
            p.come_back()
        print(f"kill {i}: after {delay * 1000:.1f} ms, {sum(len(p.receipts) for p in provinces)} receipts so far", flush=True)

    def settle(self, provinces):
        """Everything sent gets its receipt."""
        for p in provinces:
            while p.unanswered:
                for receipt in p.agent.receipts():
                    p.keep(receipt)

    def check(self, agg, provinces):
        """The ledger holds exactly what was sent, each once, byte for byte; and it proves itself."""
        with sqlite3.connect(f"file:{agg.path('ledger.db')}?mode=ro", uri=True) as db:
            rows = db.execute("SELECT unit, id, seq, bytes FROM entry WHERE kind = 2").fetchall()
        sent = {(p.unit, uid): body for p in provinces for uid, body in p.bodies.items()}
        self.assertEqual(len(rows), len(sent))
        self.assertEqual({(unit, uid): body for unit, uid, _, body in rows}, sent)
        seqs = {(p.unit, uid): receipt.seq for p in provinces for uid, receipt in p.receipts.items()}
        self.assertEqual({(unit, uid): seq for unit, uid, seq, _ in rows}, seqs)
        self.assertEqual(agg.query("verify")["flaws"], [])
        self.assertTrue(agg.query("replay")["identical"])


if __name__ == "__main__":
    main()
