#!/usr/bin/env python3
"""Why a figure is what it is: who corrected, explained, extended, froze and reopened, and what none of them changed."""
import csv
import datetime
import io

from case import Case, main
from agent import (ACCEPTED, CONFIRM, EXTEND, FREEZE, HELD, REOPEN, RETURN, observations, value_digest)

GRDP = "GRDP_GROWTH"
UNITS = ["thaibinh", "haiduong", "hanam", "hungyen"]


def now():
    return datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def text(at):
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def duty(due, extensions=()):
    return {"cluster": "dbsh", "form": "socio-economic", "period": "2023-S1", "opens": text(now() - datetime.timedelta(days=40)),
            "due": text(due), "closes": text(now() + datetime.timedelta(days=400)), **({"extensions": list(extensions)} if extensions else {})}


class History(Case):
    def run_with(self, due, **options):
        self.agg = self.aggregator(units=UNITS, calendar=[duty(due)], **options)
        self.head, self.haiduong, self.hanam, self.hungyen = (self.agent(self.agg, unit) for unit in UNITS)

    def restart(self):
        """Whatever was sent has its figures."""
        self.agg.stop()
        self.agg.start()
        for agent in (self.head, self.haiduong, self.hanam, self.hungyen):
            agent.connect()

    def extend(self, subject, at, reason="bão số 3"):
        receipt = self.head.decide(EXTEND, subject, due_us=int(at.timestamp()) * 1_000_000, reason=reason)
        self.assertEqual(receipt.verdict, ACCEPTED, receipt.judgement)
        return receipt

    def history(self, indicator=GRDP):
        return self.agg.query("history", "dbsh", "2023-S1", indicator)[0]

    def page(self, *words, indicator=GRDP, lang="en"):
        return self.agg.command("history", "dbsh", "2023-S1", indicator, "-c", "agg.yaml", "--lang", lang, *words)

    def rows(self, indicator=GRDP):
        return list(csv.DictReader(io.StringIO(self.page("--csv", indicator=indicator))))

    def assert_whole(self):
        self.assertEqual(self.agg.query("verify")["flaws"], [])
        self.assertTrue(self.agg.query("replay")["identical"])

    def test_a_correction_changes_one_cell(self):
        """After the deadline: the cell alone is late, the others' figures have no new vintage, and nobody else is told as changed."""
        self.run_with(now() + datetime.timedelta(days=1))
        first = self.haiduong.submit(self.haiduong.body(cells=observations("7.00", "8.9")))
        self.assertEqual((first.verdict, first.rules), (ACCEPTED, []))
        self.agg.write_registry([duty(now() - datetime.timedelta(days=1))])  # as if time had gone on
        self.agg.reload()
        self.restart()
        n_iip = len(self.history("IIP")["vintages"])
        body = self.haiduong.body(2, 1, first.body, observations("7.23", "8.9"), q=1, y="gõ nhầm")
        second = self.haiduong.submit(body)
        self.assertEqual((second.verdict, second.rules), (ACCEPTED, ["submission.late"]))
        self.agg.stop()
        change, = self.history()["vintages"][-1]["changes"]
        self.assertEqual((change["before"]["marks"], change["after"]["marks"]), ([], ["late"]))
        self.assertEqual((change["after"]["entry"], change["after"]["revision"]), (second.seq, 2))
        self.assertEqual(len(self.history("IIP")["vintages"]), n_iip)
        iip = next(m for f in self.agg.query("summary", "dbsh", "2023-S1")[0]["figures"] if f["indicator"] == "IIP"
                   for m in f["members"] if m["unit"] == "haiduong")
        self.assertEqual((iip["marks"], iip["entry"]), ([], first.seq))
        self.assertIn("Hai Duong: 7.00 [P] → 7.23 [P] (late); revision 2, clerical correction: “gõ nhầm” (entry ", self.page())
        row = [r for r in self.rows() if r["what"] == "member"][-1]
        self.assertEqual((row["before_marks"], row["after_marks"], row["by"]), ("", "late", "haiduong"))
        unit = next(u for u in self.agg.query("timeliness", "dbsh", "2023-S1")[0]["units"] if u["unit"] == "haiduong")
        self.assertEqual(unit["punctuality"], "on_time")
        self.assert_whole()

    def test_more_time_afterwards(self):
        """The head's excuses, with entry and reason wherever it shows; the calendar's does not, and that is said."""
        due = now() - datetime.timedelta(days=10)
        self.run_with(due)
        for agent in (self.haiduong, self.hanam):
            self.assertEqual(agent.submit(agent.body(cells=observations("7.00", "8.9"))).rules, ["submission.late"])
        self.restart()
        later = now() + datetime.timedelta(days=1)
        self.extend("haiduong", due + datetime.timedelta(days=1), "chưa đủ")  # not enough: it excuses nobody
        decided = self.extend("haiduong", later)
        self.restart()
        self.agg.write_registry([duty(due, [{"unit": "hanam", "due": text(later), "reason": {"vi": "lụt", "en": "flood"}}])])
        self.agg.reload()
        self.agg.stop()
        summary = self.agg.query("summary", "dbsh", "2023-S1")[0]
        for figure in summary["figures"]:
            marks = {m["unit"]: m["marks"] for m in figure["members"] if m["state"] != "missing"}
            if marks:
                self.assertEqual(marks, {"haiduong": [], "hanam": ["late"]}, figure["indicator"])
        got = self.agg.query("timeliness", "dbsh", "2023-S1")[0]
        units = {u["unit"]: u for u in got["units"]}
        self.assertEqual((units["haiduong"]["punctuality"], units["haiduong"]["extended_by"], units["haiduong"]["extension_entry"],
                          units["haiduong"]["extension_reason"]), ("on_time", "decision", decided.seq, "bão số 3"))
        self.assertEqual((units["hanam"]["punctuality"], units["hanam"]["extended_by"], units["hanam"]["not_excused_by"][:19] + "Z"),
                         ("late", "none", text(later)))
        self.assertEqual((got["on_time"], got["late"]), (1, 1))
        page = self.agg.command("timeliness", "dbsh", "2023-S1", "-c", "agg.yaml", "--lang", "en")
        self.assertRegex(page, rf"Hai Duong: extended to \S+ \S+ by a decision of the head: “bão số 3” \(entry {decided.seq}\)\n")
        self.assertRegex(page, r"Ha Nam: the calendar's \S+ \S+ became known after the form had come and does not excuse it; "
                               r"a decision of the head would\n")
        row = next(r for r in csv.DictReader(io.StringIO(self.agg.command("timeliness", "dbsh", "2023-S1", "-c", "agg.yaml", "--csv")))
                   if r["unit"] == "haiduong")
        self.assertEqual((row["extension_entry"], row["extension_reason"]), (str(decided.seq), "bão số 3"))
        self.assertRegex(self.page(), rf"Hai Duong: 7\.00 \[P\] \(late\) → 7\.00 \[P\]; deadline extended by thaibinh to \S+ \S+: "
                                      rf"“bão số 3” \(entry {decided.seq}\)\n")
        change = next(c for v in self.history()["vintages"] for c in v["changes"] if c["causes"][0]["kind"] == "decision")
        cause, = change["causes"]
        self.assertIn("Hai Duong: deadline extended by thaibinh to ", self.page())
        self.assertEqual((cause["decision"], cause["entry"], cause["subject"], cause["reason"], cause["due_at"][:19] + "Z"),
                         ("extend", decided.seq, "haiduong", "bão số 3", text(later)))
        self.agg.start()  # as much as the calendar gives, which came too late for it: the head excuses with it
        self.head.connect()
        self.extend("hanam", later)
        self.agg.stop()
        unit = next(u for u in self.agg.query("timeliness", "dbsh", "2023-S1")[0]["units"] if u["unit"] == "hanam")
        self.assertEqual((unit["punctuality"], unit["not_excused_by"]), ("on_time", None))
        figure = next(f for f in self.agg.query("summary", "dbsh", "2023-S1")[0]["figures"] if f["indicator"] == GRDP)
        self.assertEqual({m["unit"]: m["marks"] for m in figure["members"] if m["state"] != "missing"}, {"haiduong": [], "hanam": []})
        self.assert_whole()

    def test_taken_back(self):
        """The revision that no longer has the value is why; what was said of a value before belongs to that one."""
        self.run_with(now() + datetime.timedelta(days=1), judged=True)
        agriculture = ["VA_AGR", 321, 2, ord("P")]
        first = self.haiduong.submit(self.haiduong.body(cells=[*observations("11.4", "8.9"), agriculture]))
        self.restart()
        digest = value_digest("dbsh", "socio-economic", "2023-S1", "haiduong", GRDP, 1140, 2)
        sent_back = self.head.decide(RETURN, "haiduong", GRDP, digest, reason="nêu nguồn")
        second = self.haiduong.submit(self.haiduong.body(2, 1, first.body, observations("7.23", "8.9"), q=5, y="chưa có nguồn"))
        self.assertEqual(second.verdict, ACCEPTED)
        self.agg.stop()
        self.assertRegex(self.page(indicator="VA_AGR"),
                         rf"Hai Duong: 3\.2\d* \[P\] → not yet reported; revision 2, withdrawal: “chưa có nguồn” \(entry {second.seq}\)\n")
        page = self.page()
        self.assertIn(f"→ 7.23 [P]; revision 2, withdrawal: “chưa có nguồn” (entry {second.seq})\n", page)
        self.assertIn(f"  Hai Duong: returned by thaibinh: “nêu nguồn” (entry {sent_back.seq})\n", page)

    def test_period(self):
        """Who froze and reopened it, and why; who gave more time, which no figure shows."""
        self.run_with(now() + datetime.timedelta(days=1))
        self.haiduong.submit(self.haiduong.body(cells=observations("7.00", "8.9")))
        extended = self.extend(None, now() + datetime.timedelta(days=2), "cả cụm bị bão")
        frozen = self.head.decide(FREEZE, reason="đã họp")
        reopened = self.head.decide(REOPEN, reason="Cục Thống kê đính chính")
        again = self.head.decide(FREEZE)
        self.agg.stop()
        page = self.page()
        self.assertIn(f"  period: open → frozen; frozen by thaibinh: “đã họp” (entry {frozen.seq})\n", page)
        self.assertIn(f"  period: frozen → reopened; reopened by thaibinh: “Cục Thống kê đính chính” (entry {reopened.seq})\n", page)
        self.assertIn(f"  period: reopened → frozen; frozen by thaibinh (entry {again.seq})\n", page)
        self.assertRegex(page, rf"  all units: deadline extended by thaibinh to \S+ \S+: “cả cụm bị bão” \(entry {extended.seq}\)\n")
        self.assertIn(f"kỳ: đang mở → đã chốt; chốt bởi thaibinh: “đã họp” (mục {frozen.seq})\n", self.page(lang="vi"))
        vintages = [v for v in self.history()["vintages"] if v["state_changed"]]
        self.assertEqual([(c["decision"], c["entry"], c["reason"], c["unit"]) for v in vintages for c in v["state_causes"]],
                         [("freeze", frozen.seq, "đã họp", "thaibinh"), ("reopen", reopened.seq, "Cục Thống kê đính chính", "thaibinh"),
                          ("freeze", again.seq, "", "thaibinh")])
        said = [c for v in self.history()["vintages"] for c in v["said"]]
        self.assertEqual([(c["decision"], c["entry"], c["subject"]) for c in said], [("extend", extended.seq, None)])
        rows = self.rows()
        self.assertEqual([(r["before"], r["after"], r["entry"], r["decision"], r["by"], r["reason"]) for r in rows if r["what"] == "state"],
                         [("open", "frozen", str(frozen.seq), "freeze", "thaibinh", "đã họp"),
                          ("frozen", "reopened", str(reopened.seq), "reopen", "thaibinh", "Cục Thống kê đính chính"),
                          ("reopened", "frozen", str(again.seq), "freeze", "thaibinh", "")])
        self.assertEqual([(r["entry"], r["reason"]) for r in rows if r["what"] == "said"], [(str(extended.seq), "cả cụm bị bão")])

    def test_all_that_was_said(self):
        """An explanation in another's place and a value sent back change no figure and are told all the same; of several causes all."""
        self.run_with(now() + datetime.timedelta(days=1), judged=True)
        first = self.haiduong.submit(self.haiduong.body(cells=observations("11.4", "8.9")))
        self.assertEqual(first.verdict, HELD)
        self.restart()
        digest = value_digest("dbsh", "socio-economic", "2023-S1", "haiduong", GRDP, 1140, 2)
        said = [self.haiduong.explain(GRDP, digest, "một")]
        self.restart()
        said.append(self.haiduong.explain(GRDP, digest, "hai"))
        said.append(self.head.decide(RETURN, "haiduong", GRDP, digest, reason="nêu nguồn"))
        self.agg.stop()
        page = self.page()
        self.assertRegex(page, r"\nsince vintage \d+, without another figure:\n"
                               rf"  Hai Duong: explanation by haiduong: “hai” \(entry {said[1].seq}\)\n"
                               rf"  Hai Duong: returned by thaibinh: “nêu nguồn” \(entry {said[2].seq}\)\n")
        self.assertIn(f"explanation by haiduong: “một” (entry {said[0].seq})", page)
        self.assertEqual([c["entry"] for c in self.history()["said_since"]], [s.seq for s in said[1:]])
        self.assertEqual([r["entry"] for r in self.rows() if r["what"] == "said_since"], [str(s.seq) for s in said[1:]])
        self.assertNotIn("“hai”", self.page(indicator="IIP"))
        self.assertEqual([(r["before"], r["after"], r["after_marks"]) for r in self.rows() if r["what"] == "member"],
                         [("missing", "held 11.40", ""), ("held 11.40", "held 11.40", "explained")])
        self.agg.start()
        for agent in (self.head, self.haiduong):
            agent.connect()
        said.append(self.haiduong.explain(GRDP, digest, "ba"))
        said.append(self.head.decide(CONFIRM, "haiduong", GRDP, digest))
        self.agg.stop()
        self.assertEqual(self.history()["said_since"], [])
        change, = self.history()["vintages"][-1]["changes"]
        self.assertEqual([c["entry"] for c in change["causes"]][-4:], [s.seq for s in said[1:]])
        rows = [r["entry"] for r in self.rows() if r["what"] in ("member", "cause")]
        self.assertEqual(rows[-4:], [str(s.seq) for s in said[1:]])
        self.assert_whole()


if __name__ == "__main__":
    main()
