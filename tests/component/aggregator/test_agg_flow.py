#!/usr/bin/env python3
"""test_agg_flow - held, explained, decided, frozen and reopened over the wire, by agents made from the paper alone."""
import csv
import io

from case import Case, main  # first: it says where the next lies
import msgpack

from agent import (ACCEPTED, CONFIRM, CONFLICT, DECISION, EXPLANATION, EXTEND, FORBIDDEN, FREEZE, HELD, MALFORMED, OVERRIDE, REJECTED,
                   REOPEN, RETURN, SUBMISSION, frame, observations, value_digest)

DUE, FROZEN, REOPENED = 2, 4, 5
STATE_HELD, STATE_EXPLAINED, STATE_RETURNED, STATE_CONFIRMED, STATE_OVERRIDDEN = range(5)
UNITS = ["thaibinh", "haiduong", "hanam", "hungyen"]  # head, member, deputy, member in 2023
GRDP = "GRDP_GROWTH"


class Flow(Case):
    def setUp(self):
        super().setUp()
        self.agg = self.aggregator(units=UNITS, judged=True)
        self.head, self.haiduong, self.deputy, self.hungyen = (self.agent(self.agg, unit) for unit in UNITS)

    def hold(self):
        """Hải Dương's printed figure, which the statistics office's (7.23) contradicts; the digest of its value."""
        receipt = self.haiduong.submit(self.haiduong.body(cells=observations("11.4", "8.9")))
        self.assertEqual(receipt.verdict, HELD)
        self.assertIn("c10.grdp_published", receipt.rules)
        return value_digest("dbsh", "socio-economic", "2023-S1", "haiduong", GRDP, 1140, 2)

    def assert_whole(self):
        """Everything derived is what the log says."""
        self.agg.stop()
        self.assertEqual(self.agg.query("verify")["flaws"], [])
        self.assertTrue(self.agg.query("replay")["identical"])

    def test_explained_and_confirmed(self):
        digest = self.hold()
        (case,) = self.haiduong.cases()
        self.assertEqual((case["indicator"], case["mantissa"], case["scale"], case["state"]), (GRDP, 1140, 2, STATE_HELD))
        self.assertEqual((case["digest"], case["rules"]), (digest, ["c10.grdp_published"]))
        explained = self.haiduong.explain(GRDP, digest, "Theo báo cáo của Sở; đang đối chiếu.")
        self.assertEqual(explained.verdict, ACCEPTED)
        for reader, n in ((self.head, 1), (self.deputy, 1), (self.hungyen, 0)):
            self.assertEqual(len(reader.cases()), n, reader.unit)
        self.assertEqual(self.head.cases()[0]["explanation"], "Theo báo cáo của Sở; đang đối chiếu.")
        decided = self.head.decide(CONFIRM, "haiduong", GRDP, digest)
        self.assertEqual(decided.verdict, ACCEPTED)
        self.assertEqual(self.haiduong.cases()[0]["state"], STATE_CONFIRMED)
        found, _ = self.haiduong.query([explained.id])
        self.assertEqual((found[explained.id].seq, found[explained.id].kind), (explained.seq, 7))
        self.assert_whole()
        self.assertEqual(self.ruling(), {"by": "thaibinh", "entry": decided.seq, "kind": "confirm", "reason": "", "rules": ["c10.grdp_published"],
                                         "explanation": {"entry": explained.seq, "text": "Theo báo cáo của Sở; đang đối chiếu."}})

    def ruling(self):
        """What the summary says of haiduong's growth: why a held value counts. The aggregator is stopped."""
        (sheet,) = self.agg.query("summary", "dbsh", "2023-S1")
        (figure,) = [f for f in sheet["figures"] if f["indicator"] == GRDP]
        (member,) = [m for m in figure["members"] if m["unit"] == "haiduong"]
        return member["ruling"]

    def test_the_reason_stands_beside_the_figure(self):
        digest = self.hold()
        decided = self.head.decide(OVERRIDE, "haiduong", GRDP, digest, reason="đối chiếu niên giám; chờ \"đính chính\"")
        # the same value beside components that it cannot lie between: another rule would hold it, which the head never saw
        components = [[code, value, 1, ord("P")] for code, value in (("VA_AGR", 10), ("VA_IND", 20), ("VA_SVC", 30))]
        standing = self.haiduong.query()[1]["e"][0]
        again = self.haiduong.submit(self.haiduong.body(2, 1, standing[7], observations("11.4", "8.9") + components))
        self.assertEqual((again.verdict, "cell.released" in again.rules), (ACCEPTED, True))
        self.assertEqual(self.hungyen.submit(self.hungyen.body(cells=observations("8.21", "6.16"))).verdict, ACCEPTED)  # the figure is made anew
        self.assert_whole()
        self.assertEqual(self.ruling(), {"by": "thaibinh", "entry": decided.seq, "kind": "override", "rules": ["c10.grdp_published"],
                                         "reason": "đối chiếu niên giám; chờ \"đính chính\""})
        rows = list(csv.DictReader(io.StringIO(self.agg.command("summary", "dbsh", "2023-S1", "-c", "agg.yaml", "--csv"))))
        (row,) = [r for r in rows if (r["unit"], r["indicator"]) == ("haiduong", GRDP)]
        self.assertEqual((row["ruled_by"], row["ruling"], row["explanation"]), ("thaibinh", "đối chiếu niên giám; chờ \"đính chính\"", ""))
        vi = self.agg.command("summary", "dbsh", "2023-S1", "-c", "agg.yaml", "--lang", "vi")
        self.assertIn(f"GRDP_GROWTH, Hải Dương: cụm trưởng cho qua (Thái Bình): “đối chiếu niên giám; chờ \"đính chính\"” (mục {decided.seq})\n", vi)

    def test_returned_then_corrected(self):
        digest = self.hold()
        self.assertEqual(self.head.decide(RETURN, "haiduong", GRDP, digest).rules, ["decision.reason"])
        self.assertEqual(self.head.decide(RETURN, "haiduong", GRDP, digest, reason="nêu nguồn").verdict, ACCEPTED)
        (case,) = self.haiduong.cases()
        self.assertEqual((case["state"], case["reason"]), (STATE_RETURNED, "nêu nguồn"))
        first = self.haiduong.query()[1]["e"][0]
        receipt = self.haiduong.submit(self.haiduong.body(2, 1, first[7], observations("7.23", "8.9")))
        self.assertEqual(receipt.verdict, ACCEPTED)
        self.assertEqual(self.haiduong.cases(), [])
        self.assertEqual(self.haiduong.explain(GRDP, digest, "trễ").rules, ["explanation.no_case"])
        self.assertEqual(self.head.decide(OVERRIDE, "haiduong", GRDP, digest, reason="x").rules, ["decision.no_case"])

    def test_who_may_not(self):
        digest = self.hold()
        self.assertEqual(self.haiduong.decide(OVERRIDE, "haiduong", GRDP, digest, reason="tôi muốn").rules, ["decision.not_head"])
        self.assertEqual(self.deputy.decide(FREEZE).rules, ["decision.not_head"])
        self.assertEqual(self.hungyen.explain(GRDP, digest, "không phải của mình").rules, ["explanation.not_yours"])
        self.assertEqual(self.haiduong.cases()[0]["state"], STATE_HELD)
        # signed by a key of another unit, and by one that nobody knows
        thief = self.agent(self.agg, "hungyen", sign_with=self.agg.keys["thaibinh"])
        self.assert_refused(FORBIDDEN, "agg.sign.unit", thief.decide, FREEZE)
        # the head's body, sent and signed by another
        body = self.head.decision(FREEZE)
        self.assert_refused(FORBIDDEN, "submission.unit", lambda: self.hungyen.submit(body, kind=DECISION))
        # a signature for one use is worth nothing in another
        for kind, context in ((DECISION, b"phusa submission"), (EXPLANATION, b"phusa decision"), (SUBMISSION, b"phusa explanation")):
            self.head.send(self.head.envelope(self.head.decision(FREEZE), kind, context))
            refusal = self.head.refusal()
            self.assertEqual((refusal.verdict, refusal.code), (FORBIDDEN, "agg.sign.bad"))
        self.assertEqual(self.head.query()[1]["e"][0][3], DUE)

    def test_bodies_and_ids(self):
        digest = self.hold()
        body = self.haiduong.explanation(GRDP, digest, "một lần")
        first = self.haiduong.submit(body, kind=EXPLANATION)
        again = self.haiduong.submit(body, kind=EXPLANATION)
        self.assertEqual((again.duplicate, again.seq, again.verdict), (True, first.seq, ACCEPTED))
        self.assert_refused(CONFLICT, "submission.conflict",
                            lambda: self.haiduong.explain(GRDP, digest, "lần khác", uid=first.id))
        self.assert_refused(MALFORMED, "explanation.malformed", lambda: self.haiduong.explain(GRDP, digest, ""))
        self.assert_refused(MALFORMED, "decision.malformed", lambda: self.head.decide(CONFIRM))
        self.assert_refused(MALFORMED, "decision.malformed", lambda: self.head.submit(self.head.body(), kind=DECISION))
        self.head.send(frame(DECISION, b"\x80"))
        self.assertEqual(self.head.refusal().code, "agg.envelope.malformed")

    def test_periods(self):
        digest = self.hold()
        due_us = self.haiduong.query()[1]["e"][0][4]
        self.assertEqual(self.head.decide(EXTEND, due_us=due_us, reason="bão").rules, ["decision.due"])
        self.assertEqual(self.head.decide(EXTEND, "haiduong", due_us=due_us + 10**6, reason="bão").verdict, ACCEPTED)
        self.assertEqual(self.haiduong.query()[1]["e"][0][4], due_us + 10**6)
        self.assertEqual(self.hungyen.query()[1]["e"][0][4], due_us)
        self.assertEqual(self.head.decide(FREEZE).verdict, ACCEPTED)
        self.assertEqual(self.head.query()[1]["e"][0][3], FROZEN)
        late = self.hungyen.submit(self.hungyen.body())
        self.assertEqual((late.verdict, late.rules), (REJECTED, ["submission.frozen"]))
        self.assertEqual(self.haiduong.explain(GRDP, digest, "trễ").rules, ["submission.frozen"])
        self.agg.stop()
        self.agg.start()
        for agent in (self.head, self.haiduong, self.hungyen):
            agent.connect()
        self.assertEqual(self.head.decide(REOPEN, reason="Cục Thống kê đính chính").verdict, ACCEPTED)
        self.assertEqual(self.head.query()[1]["e"][0][3], REOPENED)
        self.assertEqual(self.hungyen.submit(self.hungyen.body(2, cells=observations("8.21"))).verdict, ACCEPTED)
        self.assertEqual(self.haiduong.explain(GRDP, digest, "vẫn đúng").verdict, ACCEPTED)
        self.assert_whole()

    def test_killed_between(self):
        """What was receipted is there after the daemon was killed, and the story goes on."""
        digest = self.hold()
        explained = self.haiduong.explain(GRDP, digest, "trước khi mất điện")
        self.agg.kill9()
        self.agg.start()
        for agent in (self.head, self.haiduong):
            agent.connect()
        self.assertEqual(self.head.cases()[0]["explanation"], "trước khi mất điện")
        self.assertEqual(self.head.decide(CONFIRM, "haiduong", GRDP, digest).verdict, ACCEPTED)
        self.assertEqual(self.haiduong.query([explained.id])[0][explained.id].seq, explained.seq)


if __name__ == "__main__":
    main()
