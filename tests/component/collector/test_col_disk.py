#!/usr/bin/env python3
"""test_col_disk - the disk fails or the power goes at each call that writes: what submit called safe is safe, nothing is half there.

strace makes the n-th call of a kind fail or kill the process, for every n (PHUSA_STEP thins it out).
"""
import os
import shutil
import sqlite3

from col_case import WHOLE, Case, main

STEP = int(os.environ.get("PHUSA_STEP") or 1)
CALLS = (("fsync", 1), ("fdatasync", 1), ("unlink", 1), ("pwrite64", 3), ("ftruncate", 1))  # every call, of writes every third
MOST = 200
SAFE = "Signed and safe in the spool"


class Disk(Case):
    def setUp(self):
        super().setUp()
        self.p = self.aggregator(start=False).provinces["thaibinh"]
        # LeakSanitizer cannot run under strace
        os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"

    def clear(self):
        for name in os.listdir(self.p.folder):
            if name.startswith("spool.db"):
                os.unlink(self.p.path(name))

    def injected(self, call, what, n):
        """One submit with the n-th such call spoilt: (exit code, what it said on stderr, whether the call was reached)."""
        log = self.p.path("strace.log")
        code, _, err = self.p.command("submit", self.p.file("f.csv", WHOLE), "--yes", "--no-wait",
                                      wrapper=("strace", "-f", "-o", log, "-e", f"trace={call}", "-e", f"inject={call}:{what}:when={n}"))
        text = self.p.read("strace.log").decode("utf-8", "replace")
        return code, err, "INJECTED" in text or "SIGKILL" in text

    def items(self):
        """State of each item, when the spool can be read at all."""
        if not os.path.exists(self.p.path("spool.db")):
            return []
        code, out, err = self.p.command("status", "--json")
        self.assertEqual(code, 0, out + err)
        with sqlite3.connect(self.p.path("spool.db")) as db:
            self.assertEqual(db.execute("PRAGMA integrity_check").fetchone()[0], "ok")
            return [row[0] for row in db.execute("SELECT state FROM item ORDER BY number")]

    def sweep(self, what, check):
        total = 0
        for call, stride in CALLS:
            for n in range(1, MOST, stride * STEP):
                self.clear()
                code, err, reached = self.injected(call, what, n)
                if not reached:
                    self.assertEqual(code, 0, err)
                    break
                check(f"{call} {n}", code, err)
                total += 1
                # whatever happened, the clerk tries again and it is there once
                code, _, err = self.p.submit(WHOLE, "--no-wait")
                self.assertEqual(code, 0, err)
                self.assertEqual(self.items().count(1), 1, f"{call} {n}")
        self.assertGreater(total, 10 // STEP)

    def test_power_cut_at_each_call(self):
        if shutil.which("strace") is None:
            self.skipTest("strace is not installed")

        def check(where, code, err):
            self.assertNotEqual(code, 0, where)
            found = self.items()
            self.assertLessEqual(len(found), 1, where)
            if SAFE in err:
                self.assertEqual(found, [1], where)
        self.sweep("signal=KILL", check)

    def test_a_full_disk_is_said_in_plain_words(self):
        if shutil.which("strace") is None:
            self.skipTest("strace is not installed")
        code, err, reached = self.injected("pwrite64", "error=ENOSPC", "1+")
        self.assertTrue(reached)
        self.assertEqual(code, 4, err)
        self.assertIn("spool.no_space", err)
        self.assertIn("df -h ", err)
        self.assertNotRegex(err, "BEGIN|INSERT|CREATE")  # a clerk has no use for the statement

    def test_every_call_fails_once(self):
        if shutil.which("strace") is None:
            self.skipTest("strace is not installed")
        for error in ("EIO", "ENOSPC"):
            def check(where, code, err):
                found = self.items()
                if code == 0 or SAFE in err:
                    self.assertEqual(found, [1], where)
                else:
                    self.assertIn(code, (4, 74), f"{where}: {err}")
                    self.assertIn("spool", err, where)
            self.sweep(f"error={error}", check)


if __name__ == "__main__":
    main()
