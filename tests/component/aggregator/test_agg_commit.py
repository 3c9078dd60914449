#!/usr/bin/env python3
"""test_agg_commit - the power goes inside a commit, at a chosen system call: what was receipted holds, what SQLite shows
afterwards is on disk before anybody hears of it.

PHUSA_KILLS bounds the number of write calls tried (default 5), PHUSA_SEED makes the same choices again.
"""
import os
import random
import re
import shutil
import sqlite3
import subprocess

from case import Case, main  # first: it says where the next lies
from agent import observations
from daemon import die_with_parent

KILLS = int(os.environ.get("PHUSA_KILLS") or 5)
SEED = int(os.environ.get("PHUSA_SEED") or random.SystemRandom().randrange(2 ** 32))


class Commit(Case):
    def kill_at(self, agg, call, nth):
        """strace, attached: the nth such call from now on is the last thing that the daemon does."""
        tracer = subprocess.Popen(["strace", "-f", "-p", str(agg.pid), "-o", "/dev/null", "-e", f"trace={call}",
                                   "-e", f"inject={call}:signal=KILL:when={nth}"],
                                  stderr=subprocess.PIPE, text=True, preexec_fn=die_with_parent)
        self.addCleanup(tracer.stderr.close)
        n_threads = len(os.listdir(f"/proc/{agg.pid}/task"))
        self.assertIn("attached", tracer.stderr.readline())
        for _ in range(n_threads - 1):  # one line says "with N threads", others each their own: read until all are held
            if self.traced(agg.pid):
                break
            tracer.stderr.readline()
        return tracer

    @staticmethod
    def traced(pid):
        states = []
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/status", encoding="ascii") as file:
                states.append(re.search(r"TracerPid:\t(\d+)", file.read())[1] != "0")
        return all(states)

    def quiet(self, **settings):
        """An aggregator with one accepted submission that has nothing left to do by itself."""
        agg = self.aggregator(units=["thaibinh"], settings={"probe": "1h", "figure_gap": "0ms", **settings},
                              env={"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"})  # not under ptrace
        agent = self.agent(agg)
        first = agent.submit(agent.body())
        agg.stop()  # figures and durable mark are made at the end
        agg.start()
        agent.connect()
        agent.hello()
        return agg, agent, first

    def shown(self, agg):
        """What SQLite shows of the dead daemon's files, looked at in a copy."""
        copy = os.path.join(self.folder, "look")
        shutil.rmtree(copy, ignore_errors=True)
        os.mkdir(copy)
        for tail in ("", "-wal"):
            shutil.copy(agg.path("ledger.db" + tail), copy)
        with sqlite3.connect(os.path.join(copy, "ledger.db")) as db:
            return db.execute("SELECT count(*) FROM entry WHERE kind = 2").fetchone()[0]

    def start_traced(self, agg):
        """Start under strace; the calls up to READY=1, in order."""
        path = agg.path("start.trace")
        agg.start(wrapper=["strace", "-f", "-y", "-s", "64", "-o", path,
                           "-e", "trace=fdatasync,fsync,ftruncate,sendmsg,sendto"])
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = file.read().splitlines()
        ready = next(i for i, line in enumerate(lines) if "READY=1" in line)
        return lines[:ready]

    def test_unsynced_commit_is_synced_before_it_is_answered(self):
        agg, agent, first = self.quiet()
        body = agent.body(2, 1, first.body, observations("5.31"))
        tracer = self.kill_at(agg, "fdatasync", 1)
        agent.send(agent.envelope(body))
        agg.wait()
        tracer.wait(10)
        self.assertIsNone(agent.receive(0.2), "a receipt left before its fsync")
        self.assertEqual(self.shown(agg), 2, "SQLite should show the commit that was never synced")
        calls = self.start_traced(agg)
        synced = [i for i, line in enumerate(calls) if re.search(r"f(data)?sync\(\d+<[^>]*/ledger\.db>\) += 0", line)]
        wal = [i for i, line in enumerate(calls) if re.search(r"f(data)?sync\(\d+<[^>]*/ledger\.db-wal>\) += 0", line)]
        cut = [i for i, line in enumerate(calls) if re.search(r"ftruncate\(\d+<[^>]*/ledger\.db-wal>, 0\) += 0", line)]
        self.assertTrue(wal and synced and cut and wal[0] < synced[0] < cut[0], "\n".join(calls))
        agent.connect()
        again = agent.submit(body)
        self.assertTrue(again.duplicate)
        self.assertEqual((again.seq, again.verdict), (first.seq + 4, 1))  # its seal, then figures and theirs, came between

    def test_fsync_that_fails(self):
        """An EIO ends the daemon: no receipt, exit code 74, and the next start goes on from what is on disk."""
        agg, agent, first = self.quiet()
        body = agent.body(2, 1, first.body, observations("5.31"))
        tracer = self.inject_error(agg, "fdatasync", "EIO")
        agent.send(agent.envelope(body))
        self.assertEqual(agg.wait(), 74)
        self.assertIn("agg.ledger.durability", agg.tail(5))
        tracer.wait(10)
        self.assertIsNone(agent.receive(0.2))
        agg.start()
        agent.connect()
        self.assertEqual(agent.submit(body).verdict, 1)

    def test_disk_that_fills_up(self):
        """ENOSPC inside a commit: told NO_SPACE, rolled back, and taken once there is room, without a restart."""
        agg, agent, first = self.quiet()
        body = agent.body(2, 1, first.body, observations("5.31"))
        tracer = self.inject_error(agg, "pwrite64", "ENOSPC")
        agent.send(agent.envelope(body))
        refusal = agent.refusal()
        self.assertEqual(refusal.code, "agg.ledger.full")
        self.assertEqual(agg.http("/readyz")[0], 503)
        tracer.terminate()
        tracer.wait(10)
        agg.wait_line("agg.space.enough")
        self.assertEqual(agent.submit(body).verdict, 1)
        self.assertEqual(agg.fates()["no_space"], 1)

    def inject_error(self, agg, call, error):
        """From now on every such call fails, until the tracer is gone."""
        tracer = subprocess.Popen(["strace", "-f", "-p", str(agg.pid), "-o", "/dev/null", "-e", f"trace={call}",
                                   "-e", f"inject={call}:error={error}"],
                                  stderr=subprocess.PIPE, text=True, preexec_fn=die_with_parent)
        self.addCleanup(tracer.stderr.close)
        self.assertIn("attached", tracer.stderr.readline())
        while not self.traced(agg.pid):
            tracer.stderr.readline()
        return tracer

    def test_each_write(self):
        """Killed at the n-th write and at each fsync of one submission: it counts once, whatever came of it before."""
        print(f"seed {SEED}")
        agg, agent, last = self.quiet()
        points = [("fdatasync", n) for n in (1, 2)] + \
                 [("pwrite64", n) for n in sorted(random.Random(SEED).sample(range(1, 40), min(KILLS, 39)))]
        revision = 1
        for call, nth in points:
            body = agent.body(revision + 1, revision, last.body, observations(f"5.{revision + 30}"))
            tracer = self.kill_at(agg, call, nth)
            agent.send(agent.envelope(body))
            got = agent.receive(1) if call == "pwrite64" else agent.receive(0.3)
            if agg.running and got is not None:  # its commit has fewer writes: the kill comes with the figures, or never
                os.kill(agg.pid, 9)
            agg.wait()
            tracer.wait(10)
            agg.start()
            agent.connect()
            last = agent.submit(body)
            self.assertEqual((last.verdict, last.duplicate or got is None), (1, True))
            revision += 1
        agg.stop()
        self.assertEqual(agg.query("verify")["flaws"], [])
        self.assertTrue(agg.query("replay")["identical"])
        with sqlite3.connect(f"file:{agg.path('ledger.db')}?mode=ro", uri=True) as db:
            self.assertEqual(db.execute("SELECT count(*) FROM entry WHERE kind = 2").fetchone()[0], revision)


if __name__ == "__main__":
    main()
