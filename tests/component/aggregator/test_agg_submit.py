#!/usr/bin/env python3
"""test_agg_submit - submissions: repeated, conflicting, corrected, asked for, out of bounds, hostile."""
import os
import random

from case import Case, main  # first: it says where the next lies
import msgpack

from agent import (ACCEPTED, BUSY, CONFLICT, MALFORMED, NO_SPACE, PING, REJECTED, SUBMISSION, TOO_LARGE, UPGRADE, WELCOME,
                   frame, observations, uuid7)

FRAME_LIMIT, ZMQ_LIMIT = 16 * 1024, 64 * 1024


class Submit(Case):
    def test_welcome_says_what_holds(self):
        agg = self.aggregator(units=["thaibinh"], settings={"credit": 5})
        agent = self.agent(agg)
        welcome = agent.hello()
        status = agg.query("status")
        self.assertEqual((welcome["v"], welcome["mf"], welcome["mo"], welcome["x"]), (1, FRAME_LIMIT, 256, 5))
        self.assertEqual(welcome["g"].hex(), status["registry"])
        self.assertEqual(welcome["e"].hex(), status["epoch"].replace("-", ""))
        self.assertEqual(welcome["n"], status["entries"])
        self.assertEqual(agent.ping(77)["w"], 0)

    def test_duplicate_has_the_first_receipt(self):
        agg = self.aggregator(units=["thaibinh"])
        agent = self.agent(agg)
        body = agent.body()
        first = agent.submit(body)
        agent.connect()
        again = agent.submit(body)
        self.assertFalse(first.duplicate)
        self.assertTrue(again.duplicate)
        self.assertEqual((again.seq, again.judgement, again.findings, again.received_us),
                         (first.seq, first.judgement, first.findings, first.received_us))
        self.assertEqual(agg.fates(), {**dict.fromkeys(agg.fates(), 0), "accepted": 1, "duplicate": 1})

    def test_twice_in_one_batch(self):
        """Both arrive before the commit: one entry, two answers."""
        agg = self.aggregator(units=["thaibinh"])
        agent = self.agent(agg)
        agent.hello()
        sent = agent.envelope(agent.body())
        for _ in range(8):
            agent.send(sent)
        seqs, duplicates = [], []
        while len(seqs) < 8:
            for receipt in agent.receipts():
                seqs.append(receipt.seq)
                duplicates.append(receipt.duplicate)
        self.assertEqual(len(set(seqs)), 1)
        self.assertEqual(duplicates.count(False), 1)
        self.assertEqual((agg.fates()["accepted"], agg.fates()["duplicate"]), (1, 7))

    def test_conflict_leaves_the_first(self):
        agg = self.aggregator(units=["thaibinh"])
        agent = self.agent(agg)
        uid = uuid7()
        first = agent.submit(agent.body(uid=uid))
        refused = self.assert_refused(CONFLICT, "submission.conflict", agent.submit,
                                      agent.body(uid=uid, cells=observations("5.99")))
        self.assertEqual(refused.args[0]["i"], uid)
        self.assertEqual(agent.query([uid])[0][uid].body, first.body)
        self.assertEqual(agg.query("summary", "dbsh", "2023-S1")[0]["figures"][0]["members"][0]["value"], "5.25")

    def test_same_id_of_two_units(self):
        agg = self.aggregator(units=["thaibinh", "hanam"])
        uid = uuid7()
        for unit in ("thaibinh", "hanam"):
            agent = self.agent(agg, unit)
            self.assertFalse(agent.submit(agent.body(uid=uid)).duplicate)

    def test_corrections(self):
        agg = self.aggregator(units=["thaibinh"])
        agent = self.agent(agg)
        first = agent.submit(agent.body())
        second = agent.submit(agent.body(2, 1, first.body, observations("5.31")))
        self.assertEqual(second.verdict, ACCEPTED)
        reused = agent.submit(agent.body(2, 1, first.body, observations("5.32")))
        self.assertEqual((reused.verdict, reused.rules[0]), (REJECTED, "revision.reused"))
        stale = agent.submit(agent.body(3, 1, first.body, observations("5.33")))
        self.assertEqual((stale.verdict, stale.rules[0]), (REJECTED, "revision.stale_base"))
        third = agent.submit(agent.body(4, 2, second.body, observations("5.34")))
        self.assertEqual(third.verdict, ACCEPTED)
        line = agent.query()[1]["e"][0]
        self.assertEqual((line[5], line[6], line[7]), (4, 4, third.body))

    def test_all_findings_at_once(self):
        agg = self.aggregator(units=["thaibinh"])
        agent = self.agent(agg)
        receipt = agent.submit(agent.body(cells=[["GRDP_GROWTH", 999, 0, ord("P")], ["NOT_THERE", 1, 0, ord("A")]]))
        self.assertEqual(receipt.verdict, REJECTED)
        self.assertLessEqual({"range.hard", "cell.unknown", "cell.required"}, set(receipt.rules))
        self.assertEqual(len(receipt.findings), receipt.judgement["n"])

    def test_query_names_what_is_not_known(self):
        agg = self.aggregator(units=["thaibinh", "hanam"])
        agent, other = self.agent(agg), self.agent(agg, "hanam")
        mine, theirs, nobodys = agent.submit(agent.body()), other.submit(other.body()), uuid7()
        found, status = agent.query([mine.id, theirs.id, nobodys])
        self.assertEqual(list(found), [mine.id])
        self.assertEqual(status["u"], [theirs.id, nobodys])
        self.assertEqual(status["e"][0][:4], ["dbsh", "socio-economic", "2023-S1", 2])


class Bounds(Case):
    def test_sizes(self):
        agg = self.aggregator(units=["thaibinh", "hanam"])
        agent, other = self.agent(agg), self.agent(agg, "hanam")
        agent.hello()
        for size in (FRAME_LIMIT + 1, FRAME_LIMIT * 2, ZMQ_LIMIT):
            agent.send(frame(SUBMISSION, bytes(size - 4)))
            refusal = agent.refusal()
            self.assertEqual((refusal.verdict, refusal.code), (TOO_LARGE, "agg.frame.large"))
        agent.send(frame(SUBMISSION, bytes(FRAME_LIMIT - 4)))
        self.assertEqual(agent.refusal().code, "agg.envelope.malformed")
        monitor = agent.socket.get_monitor_socket(0x0200)  # ZMQ_EVENT_DISCONNECTED
        agent.send(frame(SUBMISSION, bytes(ZMQ_LIMIT + 64)))
        self.assertTrue(monitor.poll(20000), "the connection was not closed")
        agent.socket.disable_monitor()
        monitor.close(0)
        self.assertEqual(other.submit(other.body()).verdict, ACCEPTED)
        agent.connect()
        self.assertEqual(agent.submit(agent.body()).verdict, ACCEPTED)
        self.assertEqual(agg.fates()["too_large"], 3)

    def test_headers(self):
        agg = self.aggregator(units=["thaibinh"])
        agent = self.agent(agg)
        good = frame(PING, {"n": 1, "t": 0, "w": 0})
        cases = [(b"", "agg.frame.malformed"), (b"P", "agg.frame.malformed"), (b"PH\1", "agg.frame.malformed"),
                 (b"XX" + good[2:], "agg.frame.malformed"), (frame(0, b""), "agg.frame.malformed"),
                 (frame(18, b"\x80"), "agg.frame.malformed"), (frame(255, b""), "agg.frame.malformed"),
                 (frame(WELCOME, b"\x80"), "agg.frame.type"), ([good, b"more"], "agg.frame.parts"),
                 ([good] + [b"x"] * 5000, "agg.frame.parts")]
        for data, code in cases:
            agent.send(data)
            refusal = agent.refusal()
            self.assertEqual((refusal.verdict, refusal.code), (MALFORMED, code), data)
        agent.send(frame(PING, b"", version=2))
        self.assertEqual(agent.refusal().verdict, UPGRADE)
        self.assert_refused(UPGRADE, "agg.hello.version", agent.hello, None, 2, 9)
        self.assertEqual(agent.ping()["n"], 1)
        fates = agg.fates()
        self.assertEqual((fates["malformed"], fates["upgrade"]), (len(cases), 2))

    def test_truncated(self):
        """Every prefix of a frame, sampled: refused, never more."""
        agg = self.aggregator(units=["thaibinh"], settings={"unit_rate": 0})
        agent = self.agent(agg)
        whole = agent.envelope(agent.body())
        seed = int(os.environ.get("PHUSA_SEED") or random.SystemRandom().randrange(2 ** 32))
        print(f"seed {seed}")
        cuts = sorted(random.Random(seed).sample(range(len(whole)), min(120, len(whole))))
        for cut in cuts:
            agent.send(whole[:cut])
            self.assertEqual(agent.refusal().verdict, MALFORMED, cut)
        body = msgpack.unpackb(whole[4:])["b"]
        for cut in sorted(random.Random(seed).sample(range(len(body)), 60)):  # signed, but not whole
            agent.send(agent.envelope(body[:cut]))
            refusal = agent.refusal()
            self.assertEqual((refusal.verdict, refusal.code), (MALFORMED, "submission.malformed"), cut)
        self.assertEqual(agent.submit(body).verdict, ACCEPTED)

    def test_hostile_msgpack(self):
        """Bombs of a few bytes, as envelope and, signed, as body: refused at once, and memory stays flat."""
        agg = self.aggregator(units=["thaibinh"], settings={"unit_rate": 0})
        agent = self.agent(agg)
        agent.hello()
        before = self.resident(agg)
        bombs = [b"\xdd\x10\0\0\0", b"\xdf\xff\xff\xff\xff", b"\xdb\xff\xff\xff\xff", b"\xc6\xff\xff\xff\xff",
                 b"\xc9\xff\xff\xff\xff\0", b"\xc1", b"\x91" * 10000 + b"\xc0", b"\x81\xa1i" * 4000 + b"\xc0",
                 b"\x82\xa1i\xc0\xa1i\xc0", b"\xcb" + bytes(8), b"\x81\xa1u\xa2\xff\xfe", b"\xd4\0\0",
                 msgpack.packb({"i": uuid7(), "u": "thaibinh"}), agent.body() + b"\0",
                 agent.body(o=[["GRDP_GROWTH", 5.25, 2, 80]]), agent.body(o=[["GRDP_GROWTH", 10 ** 16, 2, 80]]),
                 agent.body(o=[["GRDP_GROWTH", 525, 7, 80]]), agent.body(r=-1), agent.body(p="2023-S3"),
                 agent.body(y="e\u0302\u0301"), agent.body(u="thai\0binh"), agent.body(y="\u202e"),
                 agent.body(o=[["A", 1, 0, 65]] * 257)]
        for bomb in bombs:
            agent.send(frame(SUBMISSION, bomb))
            self.assertEqual(agent.refusal().verdict, MALFORMED, bomb[:40])
            agent.send(agent.envelope(bomb))
            self.assertEqual(agent.refusal().verdict, MALFORMED, bomb[:40])
        self.assertLess(self.resident(agg) - before, 64 << 20)
        self.assertEqual(agent.submit(agent.body()).verdict, ACCEPTED)
        self.assertEqual(agg.fates()["malformed"], 2 * len(bombs))

    @staticmethod
    def resident(agg):
        with open(f"/proc/{agg.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Overload(Case):
    def test_rate(self):
        """One key that floods is told BUSY and when to come again; another unit does not notice."""
        agg = self.aggregator(units=["thaibinh", "hanam"], settings={"unit_rate": 10, "unit_burst": 20})
        agent, other = self.agent(agg), self.agent(agg, "hanam")
        for number in range(60):
            agent.send(frame(PING, {"n": number, "t": 0, "w": 0}))
        answers = [agent.receive() for _ in range(60)]
        refusals = [msgpack.unpackb(body) for kind, body in answers if kind == 9]
        self.assertTrue(30 <= len(refusals) <= 40, len(refusals))
        self.assertTrue(all(r["v"] == BUSY and r["c"] == "agg.unit.rate" and 0 < r["a"] <= 200 for r in refusals))
        self.assertEqual(other.submit(other.body()).verdict, ACCEPTED)

    def test_window(self):
        """More than twice the credit at once: BUSY for the rest, and each of them is taken when it comes again."""
        agg = self.aggregator(units=["thaibinh"], settings={"credit": 1, "unit_rate": 0, "peer_hwm": 1000})
        agent = self.agent(agg)
        agent.hello()
        bodies = [agent.body(r + 1, cells=observations(f"5.{r + 10}")) for r in range(200)]
        for body in bodies:
            agent.send(agent.envelope(body))
        seen, busy = set(), 0
        while len(seen) + busy < len(bodies):
            kind, answer = agent.expect(4, 9)
            if kind == 9:
                refusal = msgpack.unpackb(answer)
                self.assertEqual((refusal["v"], refusal["c"]), (BUSY, "agg.unit.window"))
                self.assertGreater(refusal["a"], 0)
                busy += 1
            else:
                seen |= {raw["i"] for raw in msgpack.unpackb(answer)["r"]}
        self.assertGreater(busy, 0)
        self.assertEqual(agg.fates()["busy"], busy)
        for body in bodies:
            if msgpack.unpackb(body)["i"] not in seen:
                self.assertFalse(agent.submit(body).duplicate)

    def test_no_space(self):
        """Less than min_free on the disk: told so before anything is tried, red in /readyz, and over by itself."""
        agg = self.aggregator(units=["thaibinh"])
        agent = self.agent(agg)
        agg.settings["min_free"] = "1024 GiB"
        agg.write_config()
        agg.reload()
        agg.wait_line("agg.space.low")
        body = agent.body()
        refused = self.assert_refused(NO_SPACE, "agg.ledger.full", agent.submit, body)
        self.assertGreater(refused.args[0]["a"], 0)
        self.assertEqual(agg.http("/readyz")[0], 503)
        self.assertIn("free space", agg.http("/readyz")[1])
        agg.settings["min_free"] = "1 MiB"
        agg.write_config()
        agg.reload()
        agg.wait_line("agg.space.enough")
        self.assertEqual(agent.submit(body).verdict, ACCEPTED)
        self.assertEqual(agg.http("/readyz")[0], 200)


if __name__ == "__main__":
    main()
