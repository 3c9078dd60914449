#!/usr/bin/env python3
"""What was published when and why: summary --as-of, history, timeliness."""
import csv
import datetime
import io

from case import Case, main
from agent import EXTEND, ACCEPTED, REJECTED, observations

NOT_FOUND, USAGE = 1, 2
VALUES = {"thaibinh": ("7.77", "9.4"), "hanam": ("6.2", "12.1"), "namdinh": ("8.5", "13.3"), "haiduong": ("11.4", "8.9")}


def figure(summary, indicator="GRDP_GROWTH"):
    return next(f for f in summary["figures"] if f["indicator"] == indicator)


class Vintages(Case):
    def ledger(self):
        """Four members one after the other, each with a vintage of its own, then a correction; the daemon stopped."""
        agg = self.aggregator()
        self.receipts = {}
        for unit, (growth, iip) in VALUES.items():
            agent = self.agent(agg, unit)
            self.receipts[unit] = agent.submit(agent.body(cells=observations(growth, iip)))
            agent.close()
            agg.stop()
            agg.start()
        agent = self.agent(agg, "haiduong")
        body = agent.body(2, 1, self.receipts["haiduong"].body, observations("7.23", "8.9"), q=2, y="số chính thức")
        self.receipts["corrected"] = agent.submit(body)
        agg.stop()
        return agg

    def vintages(self, agg, indicator="GRDP_GROWTH"):
        return agg.query("history", "dbsh", "2023-S1", indicator)[0]["vintages"]

    def test_as_of(self):
        """Each vintage can be had again, by its number and by its time, and between two the older one."""
        agg = self.ledger()
        vintages = self.vintages(agg)
        self.assertEqual([v["received"] for v in vintages], [0, 1, 2, 3, 4, 4])
        for v, after in zip(vintages, vintages[1:] + [None]):
            moments = [str(v["vintage"]), v["issued_at"]] + ([str(after["vintage"] - 1)] if after else [])
            for moment in moments:
                summary = agg.query("summary", "dbsh", "2023-S1", "--as-of", moment)[0]
                then = figure(summary)
                self.assertEqual((then["vintage"], then["received"], then["values"][0]["value"]),
                                 (v["vintage"], v["received"], v["values"][0]["value"]), moment)
                self.assertEqual(summary["as_of"], int(moment) if moment.isdigit() else moment)
        self.assertIsNone(agg.query("summary", "dbsh", "2023-S1")[0]["as_of"])
        code, _, err = agg.run_command("summary", "dbsh", "2023-S1", "-c", "agg.yaml", "--as-of", "1")
        self.assertEqual(code, NOT_FOUND, err)
        self.assertIn("agg.summary.not_yet", err)
        for wrong in ("0", "x", "2023-02-30", "99999999999999999999", "2023-07-20T17:00:00"):
            code, _, err = agg.run_command("summary", "dbsh", "2023-S1", "-c", "agg.yaml", "--as-of", wrong)
            self.assertEqual((code, "usage.as_of" in err), (USAGE, True), err)

    def test_as_of_another_registry(self):
        """After an activation the figures of before still name the registry, the weights and the names of then."""
        agg = self.ledger()
        before = self.vintages(agg)[-1]
        old_csv = agg.command("summary", "dbsh", "2023-S1", "-c", "agg.yaml", "--csv")
        agg.start()

        def edit(name, text):
            if name == "clusters.yaml":
                return text.replace("Red River Delta", "Another Name")
            return text.replace("[mean, weighted_mean, min, median, max]", "[mean, weighted_mean, min, max]")
        agg.write_registry(self.calendar(), edit)
        agg.reload()
        agg.stop()
        after = self.vintages(agg)[-1]
        self.assertGreater(after["vintage"], before["vintage"])
        self.assertTrue(after["registry_changed"])
        self.assertEqual(after["changes"], [])
        self.assertNotEqual(after["registry"], before["registry"])
        then = agg.query("summary", "dbsh", "2023-S1", "--as-of", str(after["vintage"] - 1))[0]
        self.assertEqual(then["registry"], before["registry"])
        self.assertEqual(agg.command("summary", "dbsh", "2023-S1", "-c", "agg.yaml", "--csv", "--as-of", str(before["vintage"])), old_csv)
        table = agg.command("summary", "dbsh", "2023-S1", "-c", "agg.yaml", "--as-of", str(before["vintage"]))
        self.assertIn("Red River Delta", table)
        self.assertIn(f"as published up to entry {before['vintage']} of the log, by registry", table)
        self.assertIn("Another Name", agg.command("summary", "dbsh", "2023-S1", "-c", "agg.yaml"))

    @staticmethod
    def calendar():
        from daemon import CALENDAR
        return [CALENDAR]

    def test_history(self):
        """The correction: who, from what to what, by which entry, of which kind, for which reason."""
        agg = self.ledger()
        last = self.vintages(agg)[-1]
        self.assertEqual([c["unit"] for c in last["changes"]], ["haiduong"])
        change = last["changes"][0]
        self.assertEqual((change["before"]["value"], change["after"]["value"]), ("11.40", "7.23"))
        cause = change["causes"][0]
        self.assertEqual((cause["entry"], cause["kind"], cause["revision"], cause["revision_kind"], cause["reason"]),
                         (self.receipts["corrected"].seq, "submission", 2, "restatement", "số chính thức"))
        iip = self.vintages(agg, "IIP")  # its value is the same, so nothing was published anew
        self.assertEqual([v["received"] for v in iip], [0, 1, 2, 3, 4])
        vi = agg.command("history", "dbsh", "2023-S1", "GRDP_GROWTH", "-c", "agg.yaml", "--lang", "vi")
        self.assertRegex(vi, r"Hải Dương: 11,40 \[P\] → 7,23 \[P\]; lần gửi 2, cập nhật số liệu thống kê: “số chính thức” \(mục \d+\)")
        en = agg.command("history", "dbsh", "2023-S1", "GRDP_GROWTH", "-c", "agg.yaml", "--lang", "en")
        self.assertRegex(en, r"Hai Duong: 11\.40 \[P\] → 7\.23 \[P\]; revision 2, statistical restatement")
        rows = list(csv.DictReader(io.StringIO(agg.command("history", "dbsh", "2023-S1", "GRDP_GROWTH", "-c", "agg.yaml", "--csv"))))
        member = [r for r in rows if r["what"] == "member"][-1]
        self.assertEqual((member["unit"], member["before"], member["after"], member["reason"]),
                         ("haiduong", "11.40", "7.23", "số chính thức"))
        for words, code in ((["GRDP_GROWT"], "did you mean GRDP_GROWTH"), (["NOWHERE"], "agg.indicator.unknown")):
            status, _, err = agg.run_command("history", "dbsh", "2023-S1", *words, "-c", "agg.yaml")
            self.assertEqual((status, code in err), (NOT_FOUND, True), err)

    def test_excel(self):
        agg = self.ledger()
        raw = agg.command("summary", "dbsh", "2023-S1", "-c", "agg.yaml", "--excel").encode()
        self.assertTrue(raw.startswith(b"\xef\xbb\xbfcluster;form;period;"), raw[:40])
        row = next(line for line in raw.decode().splitlines() if ";haiduong;" in line and "GRDP_GROWTH" in line)
        self.assertIn(";7,23;", row)

    def duties(self, first, second):
        """2023-S1 and 2023-S2, each with days from now for opening and due."""
        now = datetime.datetime.now(datetime.timezone.utc)

        def at(days):
            return (now + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
        return [{"cluster": "dbsh", "form": "socio-economic", "period": f"2023-S{i}", "opens": at(opens), "due": at(due), "closes": at(400)}
                for i, (opens, due) in enumerate((first, second), 1)]

    def test_timeliness(self):
        """Who came late, who not at all; a rejected one does not count; a period that nobody has touched is all awaited."""
        agg = self.aggregator(calendar=self.duties((-40, -10), (100, 200)))
        agent = self.agent(agg, "thaibinh")
        first = agent.submit(agent.body())
        self.assertEqual(first.verdict, ACCEPTED)
        self.assertEqual(agent.submit(agent.body(2, 1, first.body)).verdict, ACCEPTED)
        agent = self.agent(agg, "hanam")
        self.assertEqual(agent.submit(agent.body(cells=observations("5000", "1"))).verdict, REJECTED)
        agg.stop()
        late, untouched = agg.query("timeliness", "dbsh", "2023")
        self.assertEqual((late["period"], late["on_time"], late["late"], late["missing"], late["awaited"]), ("2023-S1", 0, 1, 8, 0))
        units = {u["unit"]: u for u in late["units"]}
        self.assertEqual((units["thaibinh"]["punctuality"], units["thaibinh"]["revisions"], units["thaibinh"]["days_early"]),
                         ("late", 2, "-10"))
        self.assertEqual((units["hanam"]["punctuality"], units["hanam"]["revisions"], units["hanam"]["rejected"]), ("missing", 0, 1))
        growth = next(i for i in late["indicators"] if i["indicator"] == "GRDP_GROWTH")
        self.assertEqual((growth["required"], growth["expected"], growth["given"], growth["missing"]), (True, 9, 1, 8))
        self.assertEqual((untouched["period"], untouched["touched"], untouched["state"], untouched["expected"], untouched["awaited"]),
                         ("2023-S2", False, "planned", 9, 9))
        self.assertTrue(all(i["missing"] == 9 for i in untouched["indicators"]))
        vi = agg.command("timeliness", "dbsh", "2023-S1", "-c", "agg.yaml", "--lang", "vi")
        self.assertRegex(vi, r"Thái Bình +muộn +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +muộn 10 ngày +2 +0\n")
        self.assertIn("phải nộp 9: đúng hạn 0, muộn 1, chưa báo cáo 8, chưa đến hạn 0", vi)
        rows = list(csv.DictReader(io.StringIO(agg.command("timeliness", "dbsh", "2023", "-c", "agg.yaml", "--csv"))))
        self.assertEqual({r["punctuality"] for r in rows if r["period"] == "2023-S1"}, {"late", "missing", ""})
        code, _, err = agg.run_command("timeliness", "dbsh", "2031-S1", "-c", "agg.yaml")
        self.assertEqual((code, "agg.duty.none" in err), (NOT_FOUND, True), err)

    def test_extended(self):
        """More time by the calendar and by a decision: the later one counts, for that unit alone, and is shown."""
        now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)

        def day(n):
            return now + datetime.timedelta(days=n)

        def text(at):
            return at.strftime("%Y-%m-%dT%H:%M:%SZ")
        duty = {**self.duties((-40, -10), (100, 200))[0],
                "extensions": [{"unit": unit, "due": text(day(5)), "reason": {"vi": "lụt", "en": "flood"}} for unit in ("hanam", "namdinh", "haiduong")]}
        agg = self.aggregator(calendar=[duty])
        head = self.agent(agg, "thaibinh")  # in 2023
        for unit, days in (("namdinh", 20), ("haiduong", 2), ("bacninh", 7)):
            receipt = head.decide(EXTEND, subject=unit, due_us=int(day(days).timestamp()) * 1_000_000, reason="bão số 3")
            self.assertEqual(receipt.verdict, REJECTED if unit == "haiduong" else ACCEPTED, receipt.judgement)
        for unit in ("thaibinh", "hanam", "namdinh"):
            agent = self.agent(agg, unit)
            self.assertEqual(agent.submit(agent.body()).verdict, ACCEPTED)
        agg.stop()
        got = agg.query("timeliness", "dbsh", "2023-S1")[0]
        units = {u["unit"]: u for u in got["units"]}
        expected = {"thaibinh": ("late", "none", text(day(-10)), "-10"), "hanam": ("on_time", "calendar", text(day(5)), "5"),
                    "namdinh": ("on_time", "decision", text(day(20)), "20"), "haiduong": ("awaited", "calendar", text(day(5)), None),
                    "bacninh": ("awaited", "decision", text(day(7)), None), "vinhphuc": ("missing", "none", text(day(-10)), None)}
        for unit, (punctuality, by, due, early) in expected.items():
            u = units[unit]
            self.assertEqual((u["punctuality"], u["extended_by"], u["due_at"][:19] + "Z", u["days_early"]), (punctuality, by, due, early), unit)
        self.assertEqual((got["on_time"], got["late"], got["missing"], got["awaited"]), (2, 1, 4, 2))
        self.assertEqual(got["due_at"][:19] + "Z", text(day(-10)))
        vi = agg.command("timeliness", "dbsh", "2023-S1", "-c", "agg.yaml", "--lang", "vi")
        self.assertRegex(vi, r"Nam Định: được gia hạn đến \d{4}-\d\d-\d\d \d\d:\d\d:\d\d theo quyết định của cụm trưởng: “bão số 3” \(mục \d+\)\n")
        self.assertRegex(vi, r"Hà Nam: được gia hạn đến \d{4}-\d\d-\d\d \d\d:\d\d:\d\d theo lịch báo cáo\n")
        self.assertNotIn("Vĩnh Phúc: ", vi)
        rows = {r["unit"]: r for r in csv.DictReader(io.StringIO(agg.command("timeliness", "dbsh", "2023-S1", "-c", "agg.yaml", "--csv")))}
        self.assertEqual((rows["bacninh"]["extended_by"], rows["bacninh"]["due"][:19] + "Z"), ("decision", text(day(7))))
        self.assertEqual(rows["vinhphuc"]["extended_by"], "none")

    def test_in_time(self):
        agg = self.aggregator(calendar=self.duties((-40, 20), (-30, -1)))
        agent = self.agent(agg, "thaibinh")
        self.assertEqual(agent.submit(agent.body()).verdict, ACCEPTED)
        agg.stop()
        early, nobody = agg.query("timeliness", "dbsh", "2023")
        self.assertEqual((early["on_time"], early["late"], early["missing"], early["awaited"]), (1, 0, 0, 8))
        self.assertEqual({u["unit"]: u["days_early"] for u in early["units"]}["thaibinh"], "20")
        self.assertEqual((nobody["touched"], nobody["missing"]), (True, 9))  # opened by the calendar: "0 of 9"


if __name__ == "__main__":
    main()
