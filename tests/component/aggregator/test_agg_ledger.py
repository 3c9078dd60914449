#!/usr/bin/env python3
"""test_agg_ledger - one ledger: restored from a backup, held by another, read beside the daemon, damaged."""
import hashlib
import os
import shutil
import sqlite3

from case import Case, main  # first: it says where the next lies
from agent import ACCEPTED, observations
from daemon import Aggregator, DaemonError

STOPPED, DAMAGED = 6, 74


class Ledger(Case):
    def digests(self, agg):
        """Every file of the ledger, byte for byte."""
        found = {}
        for name in sorted(os.listdir(agg.folder)):
            if name.startswith("ledger.db"):
                with open(agg.path(name), "rb") as file:
                    found[name] = hashlib.sha256(file.read()).hexdigest()
        return found

    def test_restored_backup_is_noticed(self):
        agg = self.aggregator(units=["thaibinh", "hanam"])
        agent = self.agent(agg)
        first = agent.submit(agent.body())
        agg.stop()
        backup = os.path.join(self.folder, "backup")
        os.mkdir(backup)
        for name in self.digests(agg):
            shutil.copy(agg.path(name), backup)
        agg.start()
        agent.connect()
        second = agent.submit(agent.body(2, 1, first.body, observations("5.31")))
        agg.stop()
        for name in os.listdir(backup):
            shutil.copy(os.path.join(backup, name), agg.path(name))
        agg.start()
        other = self.agent(agg, "hanam")
        self.assertEqual(other.submit(other.body()).verdict, ACCEPTED)  # the log grows another way, as large as before
        agent.connect()
        with self.assertRaises(TimeoutError):
            agent.send(b"PH\1\1" + self.hello_with(agent, second.checkpoint))
            agent.expect(2, timeout_s=3)
        self.assertEqual(agg.wait(), STOPPED)
        self.assertIn("code=agg.history.lost", agg.tail(3))
        self.assertIn("thaibinh", agg.tail(3))

    @staticmethod
    def hello_with(agent, checkpoint):
        import msgpack
        return msgpack.packb({"lo": 1, "hi": 1, "a": "", "u": agent.unit, "g": bytes(32), "c": checkpoint})

    def test_invented_history_stops_nobody(self):
        """Only what our own receipt key signed counts: an agent cannot stop the aggregator by lying."""
        import msgpack
        agg = self.aggregator(units=["thaibinh"])
        agent = self.agent(agg)
        checkpoint = msgpack.unpackb(agent.submit(agent.body()).checkpoint)
        checkpoint["n"] += 1000
        self.assertEqual(agent.hello(msgpack.packb(checkpoint))["v"], 1)
        checkpoint["k"] = bytes(16)
        self.assertEqual(agent.hello(msgpack.packb(checkpoint))["v"], 1)
        agg.wait_line("agg.hello.unsigned")
        self.assertTrue(agg.running)

    def test_second_aggregator_refuses(self):
        agg = self.aggregator(units=["thaibinh"])
        code, _, err = agg.run_command("run", "-c", "agg.yaml")
        self.assertNotEqual(code, 0)
        self.assertIn(str(agg.pid), err)
        agent = self.agent(agg)
        self.assertEqual(agent.submit(agent.body()).verdict, ACCEPTED)

    def test_readers_leave_the_wal_alone(self):
        """With the daemon dead and its WAL unmerged: every reading command answers, and not a byte changes."""
        agg = self.aggregator(units=["thaibinh"])
        agent = self.agent(agg)
        agent.submit(agent.body())
        agg.kill9()
        self.assertGreater(os.path.getsize(agg.path("ledger.db-wal")), 0)
        before = self.digests(agg)
        self.assertEqual(agg.query("status")["sheets"][0]["expected"], 9)
        agg.query("summary", "dbsh", "2023-S1")
        self.assertEqual(agg.query("verify")["flaws"], [])
        self.assertTrue(agg.query("replay")["identical"])
        after = self.digests(agg)
        self.assertEqual({k: v for k, v in after.items() if not k.endswith("-shm")},
                         {k: v for k, v in before.items() if not k.endswith("-shm")})

    def test_readers_beside_the_daemon(self):
        """While it writes: each reading is of one moment, and the daemon's commits are not held up."""
        agg = self.aggregator(units=["thaibinh"], settings={"unit_rate": 0})
        agent = self.agent(agg)
        last, revision = agent.submit(agent.body()), 1
        for _ in range(10):
            for _ in range(10):
                revision += 1
                last = agent.submit(agent.body(revision, revision - 1, last.body, observations(f"5.{revision % 100:02}")))
                self.assertEqual(last.verdict, ACCEPTED)
            self.assertEqual(agg.query("verify")["flaws"], [])
        self.assertTrue(agg.query("replay")["identical"])
        self.assertEqual(agg.metrics()["phusa_aggregator_commit_failures_total"], 0)

    def test_damage_is_found(self):
        """A changed byte of a logged submission: verify names the entry; what follows from it stops the daemon."""
        agg = self.aggregator(units=["thaibinh"])
        agent = self.agent(agg)
        receipt = agent.submit(agent.body())
        agg.stop()
        with sqlite3.connect(agg.path("ledger.db")) as db:
            bad = bytearray(db.execute("SELECT bytes FROM entry WHERE seq = ?", (receipt.seq,)).fetchone()[0])
            bad[-3] ^= 1
            db.execute("UPDATE entry SET bytes = ? WHERE seq = ?", (bytes(bad), receipt.seq))
        db.close()
        code, out, err = agg.run_command("verify", "-c", "agg.yaml")
        self.assertEqual(code, DAMAGED)
        self.assertIn("entry.digest", out)
        self.assertIn(str(receipt.seq), out)
        self.assertIn("agg.verify.flaws", err)

    def test_replay_finds_a_forged_figure(self):
        agg = self.aggregator(units=["thaibinh"])
        agent = self.agent(agg)
        agent.submit(agent.body())
        agg.stop()
        with sqlite3.connect(agg.path("ledger.db")) as db:
            key, packed = db.execute("SELECT rowid, packed FROM summary ORDER BY seal DESC LIMIT 1").fetchone()
            at = packed.index(b"GRDP_GROWTH") + 60
            db.execute("UPDATE summary SET packed = ? WHERE rowid = ?",
                       (packed[:at] + bytes([packed[at] ^ 1]) + packed[at + 1:], key))
        db.close()
        code, out, err = agg.run_command("replay", "-c", "agg.yaml")
        self.assertNotEqual(code, 0)
        self.assertIn("DIFFERENT", out)
        self.assertIn("agg.replay.different", err)

    def test_truncated_file(self):
        """Half a database is not served."""
        agg = self.aggregator(units=["thaibinh"])
        agent = self.agent(agg)
        agent.submit(agent.body())
        agg.stop()
        with open(agg.path("ledger.db"), "r+b") as file:
            file.truncate(os.path.getsize(agg.path("ledger.db")) // 8192 * 4096)
        with self.assertRaises(DaemonError):
            agg.start()

    def test_init_never_overwrites(self):
        agg = self.aggregator(start=False, units=["thaibinh"])
        before = self.digests(agg)
        code, _, err = agg.run_command("init", "-c", "agg.yaml")
        self.assertEqual(code, 1)
        self.assertIn("agg.ledger.exists", err)
        self.assertEqual(self.digests(agg), before)
        self.assertIsInstance(agg, Aggregator)


class Reload(Case):
    def test_broken_configuration_keeps_the_old(self):
        agg = self.aggregator(units=["thaibinh"])
        agent = self.agent(agg)
        good = dict(agg.settings)
        agg.settings.update({"unit_rate": "many", "credit": 3, "nonsense": 1})
        agg.write_config()
        agg.reload()
        text = "\n".join(agg.lines)
        self.assertRegex(text, r"agg\.config\.invalid.*agg\.yaml.*line=\d+ col=\d+")
        self.assertIn("nonsense", text)
        self.assertEqual(agg.metrics()["phusa_aggregator_config_reload_success"], 0)
        self.assertEqual(agent.hello()["x"], 8)
        agg.settings = {**good, "credit": 3}
        agg.write_config()
        agg.reload()
        self.assertEqual(agg.metrics()["phusa_aggregator_config_reload_success"], 1)
        self.assertEqual(agent.hello()["x"], 3)

    def test_half_a_configuration(self):
        agg = self.aggregator(units=["thaibinh"])
        with open(agg.path("agg.yaml"), "w", encoding="utf-8") as file:
            file.write("listen: [tcp://127.0.0.1:1,\nmetr")
        agg.reload()
        agent = self.agent(agg)
        self.assertEqual(agent.submit(agent.body()).verdict, ACCEPTED)
        self.assertEqual(agg.metrics()["phusa_aggregator_config_reload_success"], 0)

    def test_registry_takes_effect(self):
        """A tighter limit judges what comes after it, not what was judged; a broken registry changes nothing."""
        agg = self.aggregator(units=["thaibinh", "hanam"])
        agent, other = self.agent(agg), self.agent(agg, "hanam")
        self.assertEqual(agent.submit(agent.body(cells=observations("40.00"))).verdict, ACCEPTED)
        before = agg.query("status")["registry"]
        calendar = [dict(__import__("daemon").CALENDAR)]
        agg.write_registry(calendar, lambda name, text: text.replace("hard: { min: -40, max: 60 }", "hard: { min: -40, max: soon }"))
        agg.reload()
        self.assertEqual(agg.query("status")["registry"], before)
        self.assertEqual(agg.metrics()["phusa_aggregator_config_reload_success"], 0)
        agg.write_registry(calendar, lambda name, text: text.replace("hard: { min: -40, max: 60 }", "hard: { min: -40, max: 30 }"))
        agg.reload()
        self.assertNotEqual(agg.query("status")["registry"], before)
        self.assertEqual(agg.metrics()["phusa_aggregator_config_reload_success"], 1)
        self.assertEqual(other.submit(other.body(cells=observations("40.00"))).rules, ["submission.late", "range.hard"])
        self.assertEqual(agg.query("summary", "dbsh", "2023-S1")[0]["figures"][0]["members"][0]["value"], "40.00")
        agg.stop()
        self.assertTrue(agg.query("replay")["identical"])

    def test_registry_that_would_lose_digits(self):
        """It is refused, and the log names indicator, value, unit and sheet; what was in force stays."""
        agg = self.aggregator(units=["thaibinh", "hanam"])
        agent = self.agent(agg)
        self.assertEqual(agent.submit(agent.body(cells=observations("40.25"))).verdict, ACCEPTED)
        before = agg.query("status")["registry"]
        calendar = [dict(__import__("daemon").CALENDAR)]

        def coarser(name, text):
            at = text.find("code: GRDP_GROWTH")
            return text if at < 0 or name != "indicators.yaml" else text[:at] + text[at:].replace("decimals: 2", "decimals: 1", 1)

        agg.write_registry(calendar, coarser)
        agg.reload()
        self.assertEqual(agg.query("status")["registry"], before)
        refused = [line for line in agg.lines if "agg.activation.refused" in line]
        self.assertEqual(len(refused), 1)
        for word in ("GRDP_GROWTH", "40.25", "thaibinh", "dbsh/", "/2023-S1", "2 decimals"):
            self.assertIn(word, refused[0])
        self.assertEqual(agent.submit(agent.body(revision=2, cells=observations("40.25"))).rules, ["revision.stale_base"])

    def test_roster_that_must_not_be_taken(self):
        """An older serial, another root, an unsigned file: the keys in force stay."""
        agg = self.aggregator(units=["thaibinh"])
        agent = self.agent(agg)
        with open(agg.path("roster.signed"), encoding="utf-8") as file:
            first = file.read()
        agg.write_roster()
        agg.reload()
        self.assertEqual(agg.query("status")["roster_serial"], 2)
        agg.command("root", "keygen", "other.key")
        agg.roster = []
        with open(agg.path("roster.yaml"), "w", encoding="utf-8") as file:
            file.write("serial: 9\nkeys: []\n")
        agg.command("roster", "sign", "--root-key", "other.key", "roster.yaml", "-o", "other.signed")
        with open(agg.path("other.signed"), encoding="utf-8") as file:
            foreign = file.read()
        for bad, code in ((first, "agg.roster.old"), (foreign, "roster.root"), ("serial: 9\nkeys: []\n", "roster.unsigned"),
                          (first.replace("serial: 1", "serial: 7"), "roster.signature")):
            with open(agg.path("roster.signed"), "w", encoding="utf-8") as file:
                file.write(bad)
            n = len(agg.lines)
            agg.reload()
            self.assertIn(f"code={code}", "\n".join(agg.lines[n:]))
            self.assertEqual(agg.metrics()["phusa_aggregator_config_reload_success"], 0)
            self.assertEqual(agg.query("status")["roster_serial"], 2)
        self.assertEqual(agent.submit(agent.body()).verdict, ACCEPTED)


if __name__ == "__main__":
    main()
