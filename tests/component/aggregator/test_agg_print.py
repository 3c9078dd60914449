#!/usr/bin/env python3
"""test_agg_print - what the commands print for people and for spreadsheets, where that is more than a table can hold."""
import csv
import datetime
import io
import json
import re
import unicodedata

from case import Case, main  # first: it says where the next two lie
from agent import ACCEPTED, HELD, observations
from daemon import CALENDAR
from test_agg_score import PRINTED, SCORE

NOT_FOUND, USAGE = 1, 2
ZONE = datetime.timezone(datetime.timedelta(hours=7))
WIDTH = 132  # of a block, as docs/OPERATIONS.md says
MONTH = {**CALENDAR, "form": "budget-trade", "period": "2023-06"}
ITEMS = ("IIP GO_IND PUB_PLAN PUB_DISB PUB_DISB_RATE BUD_EST BUD_REV BUD_DOM BUD_RATE FDI_REG DDI_REG RETAIL EXPORT IMPORT CPI TOURISTS "
         "TOUR_REV ENT_NEW ENT_CAP").split()


def columns(line):
    """How wide a line is on a terminal; Vietnamese letters take one column each."""
    return len(unicodedata.normalize("NFC", line))


class Wide(Case):
    """A form of nineteen indicators: more than stand side by side."""

    def ledger(self):
        agg = self.aggregator(calendar=[MONTH])
        for i, unit in enumerate(agg.UNITS[:7]):
            agent = self.agent(agg, unit)
            cells = [[code, 10 + i if code == "ENT_NEW" else 1234567 + 1000 * i + k, 0 if code == "ENT_NEW" else 1, ord("A")]
                     for k, code in enumerate(ITEMS)]
            for k in (0, 4, 8, 14):  # rates and indices
                cells[k][1] = 205 + i if k == 14 else 55 + i
            cells[9] = ["FDI_REG", 0, 0, ord("M" if i else "O")]
            receipt = agent.submit(agent.body(cells=cells, period="2023-06", f="budget-trade"))
            self.assertEqual(receipt.verdict, ACCEPTED, receipt.judgement)
            agent.close()
        agg.stop()
        return agg

    def blocks(self, text, name):
        """[(the indicators of a block, its lines)]: a block begins with a line of heads."""
        lines = text.splitlines()
        self.assertLessEqual(max(columns(line) for line in lines if re.match(r"(?:\S.*?) {2,}\S", line)), WIDTH)
        heads = [i for i, line in enumerate(lines) if line.startswith(name + " ")]
        return [([w for w in lines[a].split() if w in ITEMS], lines[a:b]) for a, b in zip(heads, heads[1:] + [len(lines)])]

    def test_summary(self):
        """Blocks that a terminal can show: each with names, both means' rows, coverage and its own legend; every column once."""
        agg = self.ledger()
        for lang, name, mark, unit, legend in (("vi", "đơn vị", "đã nhận", "Thái Bình", "đã báo cáo là không có giá trị"),
                                               ("en", "unit", "received", "Thai Binh", "reported as having no value")):
            text = agg.command("summary", "dbsh", "2023-06", "-c", "agg.yaml", "--lang", lang)
            blocks = self.blocks(text, name)
            self.assertGreater(len(blocks), 1)
            self.assertEqual([code for codes, _ in blocks for code in codes], ITEMS)
            for codes, lines in blocks:
                self.assertEqual(sum(line.startswith(mark + " ") for line in lines), 1, lang)
                self.assertEqual(sum(line.startswith(unit + " ") for line in lines), 1, lang)
                self.assertEqual({line.split(":")[0] for line in lines if re.match(r"[A-Z_]+: ", line)}, set(codes))
                signs = [line.split(legend)[0] for line in lines if legend in line]
                self.assertEqual(signs, ["(M) (O)  "] if "FDI_REG" in codes else [])  # the signs that stand in the block
            self.assertEqual(text.count("2023-06 ("), 1)  # one title

    def test_view(self):
        agg = self.ledger()
        for lang, name, unit in (("vi", "đơn vị", "Hưng Yên"), ("en", "unit", "Hung Yen")):
            blocks = self.blocks(agg.command("summary", "dbsh", "2023-06", "-c", "agg.yaml", "--view", "now", "--lang", lang), name)
            self.assertEqual([code for codes, _ in blocks for code in codes], ITEMS)
            self.assertTrue(all(any(line.startswith(unit + "  ") for line in lines) for _, lines in blocks))


class Asked(Case):
    """Questions that the ledger has no answer to, and times as they are printed."""

    def ledger(self, calendar=None):
        """One member's figures; the daemon stopped. ret.last is the last entry of the log."""
        agg = self.aggregator(calendar=calendar)
        agent = self.agent(agg)
        self.assertEqual(agent.submit(agent.body()).verdict, ACCEPTED)
        agg.stop()
        agg.last = json.loads(agg.command("status", "--json", "-c", "agg.yaml"))["entries"]
        return agg

    def refused(self, agg, words, code, *expected, status=USAGE):
        for lang, text in zip(("vi", "en"), expected):
            got, out, err = agg.run_command(*words, "-c", "agg.yaml", "--lang", lang)
            self.assertEqual((got, out, code in err), (status, "", True), (words, out, err))
            self.assertRegex(err, text)

    def test_not_known_yet(self):
        """An entry beyond the log, a moment that has not come: the same answer of every command."""
        agg = self.ledger()
        now = datetime.datetime.now(ZONE)
        commands = [("summary", "dbsh", "2023-S1"), ("summary", "dbsh", "2023-S1", "--view", "now"), ("register", "dbsh", "2023-S1")]
        for words in commands + [SCORE]:
            self.refused(agg, (*words, "--as-of", str(agg.last + 1)), "usage.as_of", f"mục cuối là {agg.last}\\b", f"the last entry is {agg.last}\\b")
            self.refused(agg, (*words, "--as-of", "99999999999999999999"), "usage.as_of", f"mục cuối là {agg.last}\\b", f"the last entry is {agg.last}\\b")
            agg.command(*words, "--as-of", str(agg.last), "-c", "agg.yaml")
        later = now + datetime.timedelta(hours=1)
        for words in commands:
            for moment in ((now + datetime.timedelta(days=1)).strftime("%Y-%m-%d"), later.strftime("%Y-%m-%d %H:%M"),
                           later.strftime("%Y-%m-%dT%H:%M:%S+07:00")):
                self.refused(agg, (*words, "--as-of", moment), "usage.as_of", "chưa tới", "has not come")
        self.refused(agg, (*SCORE, "--as-of", "2023-07-20"), "usage.as_of", "số thứ tự mục nhật ký", "number of a log entry")
        today = agg.query(*commands[0], "--as-of", datetime.datetime.now(ZONE).strftime("%Y-%m-%d"))[0]["as_of"]
        self.assertLessEqual(today, datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ"))

    def test_as_printed(self):
        """The time of the figures, given back as it is printed, is the time of those figures and of no older ones."""
        agg = self.ledger()
        text = agg.command("summary", "dbsh", "2023-S1", "-c", "agg.yaml", "--lang", "en")
        printed = re.search(r"figures of ([0-9-]{10} [0-9:]{8})\n", text)[1]
        now = agg.query("summary", "dbsh", "2023-S1")[0]
        for moment in (printed, printed.replace(" ", "T") + "+07:00", printed[:-3]):
            then = agg.query("summary", "dbsh", "2023-S1", "--as-of", moment)[0]
            self.assertEqual((then["sealed_at"], then["figures"][0]["vintage"]), (now["sealed_at"], now["figures"][0]["vintage"]), moment)
        before = datetime.datetime.strptime(printed, "%Y-%m-%d %H:%M:%S") - datetime.timedelta(seconds=1)
        self.refused(agg, ("summary", "dbsh", "2023-S1", "--as-of", f"{now['sealed_at'][:10]}T00:00:00Z"), "agg.summary.not_yet", "chưa có số liệu", "nothing of this period", status=NOT_FOUND)
        for wrong in ("2023-07-20 25:00", "2023-07-20 17", "2023-07-20 17:00:00+07:00", f"{before:%Y-%m-%d}  {before:%H:%M}"):
            self.refused(agg, ("summary", "dbsh", "2023-S1", "--as-of", wrong), "usage.as_of", "2023-07-20 17:00", "2023-07-20 17:00")

    def test_view_before_the_period(self):
        agg = self.ledger()
        for day in ("1900-01-01", "2022-12-31"):
            self.refused(agg, ("summary", "dbsh", "2023-S1", "--view", day), "usage.view", "trước ngày đầu của kỳ, 2023-01-01",
                         "before the first day of the period, 2023-01-01")
        agg.command("summary", "dbsh", "2023-S1", "--view", "2023-01-01", "-c", "agg.yaml")

    def test_no_such_period(self):
        """Not opened yet is one thing, not in the calendar another; the periods there are stand beside it, bounded."""
        later = {**CALENDAR, "period": "2023-S2", "opens": "2031-06-01T00:00:00+07:00", "due": "2031-07-15T17:00:00+07:00",
                 "closes": "2032-01-01T00:00:00+07:00"}
        agg = self.ledger([CALENDAR, later, *({**MONTH, "period": f"2023-{month:02}", "due": "2024-01-15T17:00:00+07:00"} for month in range(1, 13))])
        for command in (("summary",), ("register",), ("history",)):
            more = ("GRDP_GROWTH",) if command == ("history",) else ()
            self.refused(agg, (*command, "dbsh", "2023-S2", *more), "agg.sheet.none", "mở lúc 2031-06-01 00:00:00", "opens at 2031-06-01 00:00:00",
                         status=NOT_FOUND)
            for period, near in (("2024-S1", "…, 2023-02, 2023-03, 2023-04, 2023-05, 2023-06, 2023-S2, 2023-07"), ("2022", "2023-S1, 2023-01, 2023-02, ")):
                self.refused(agg, (*command, "dbsh", period, *more), "agg.period.unknown", f"không có kỳ này(.|\n)*: {near}.*14",
                             f"no such period(.|\n)*: {near}.*14", status=NOT_FOUND)


class Findings(Case):
    """What the rules found: counts of all of it, whatever page is listed; rows; numbers as numbers."""

    def ledger(self):
        agg = self.aggregator(judged=True)
        for unit in ("haiduong", "quangninh", "vinhphuc"):
            agent = self.agent(agg, unit)
            self.assertEqual(agent.submit(agent.body(cells=observations(*PRINTED[unit]))).verdict, HELD)
        agg.stop()
        return agg

    def test_counts(self):
        agg = self.ledger()
        report = agg.query("findings", "dbsh", "2023-S1")
        counts = {}
        for item in report:
            if item["type"] == "aggregation":
                rule = (item["aggregate"]["expression"], item["aggregate"]["description"])
                counts[rule] = counts.get(rule, 0) + int(item["value"])
        self.assertGreaterEqual(counts["c10.grdp_published", "hold"], 2)
        for page in ([], ["--limit", "1"], ["--limit", "1", "--after", str(json.loads(agg.command("status", "--json", "-c", "agg.yaml"))["entries"])]):
            for lang, title in (("vi", "Số phát hiện theo quy tắc, của mọi lần gửi, mọi trang:"), ("en", "Findings by rule, of all submissions, on all pages:")):
                text = agg.command("findings", "dbsh", "2023-S1", "-c", "agg.yaml", "--lang", lang, *page)
                table = text.split(title + "\n")[1]
                found = {(rule, action): int(n) for rule, action, n in re.findall(r"(?m)^([a-z]\S+) +(note|flag|hold|reject) +(\d+)$", table)}
                self.assertEqual(found, counts)
        unit = agg.command("findings", "dbsh", "2023-S1", "-c", "agg.yaml", "--unit", "haiduong")
        self.assertRegex(unit, r"(?m)^c10\.grdp_published +hold +1$")
        self.assertIn("no findings\n", agg.command("findings", "dbsh", "2023-S1", "-c", "agg.yaml", "--unit", "hanam"))

    def test_pages(self):
        """A page holds something; nothing after the last one is not nothing at all."""
        agg = self.ledger()
        for wrong in ("0", "-1", "20001"):
            code, out, err = agg.run_command("findings", "dbsh", "2023-S1", "-c", "agg.yaml", "--limit", wrong)
            self.assertEqual((code, out, "args.number" in err, "from 1 to 20000" in err), (USAGE, "", True, True), err)
        text = agg.command("findings", "dbsh", "2023-S1", "-c", "agg.yaml", "--after", "999999")
        self.assertTrue(text.startswith("no findings after entry 999999\n"), text)

    def test_rows(self):
        """The row of the submission, as the CSV has it."""
        agg = self.ledger()
        rows = list(csv.DictReader(io.StringIO(agg.command("findings", "dbsh", "2023-S1", "-c", "agg.yaml", "--csv"))))
        told = [i["data"]["description"] for i in agg.query("findings", "dbsh", "2023-S1") if i["type"] == "validation"]
        expected = [", ".join(f"{name} {row[name]}" for name in ("row", "value", "bound") if row[name]) for row in rows if row["kind"] == "finding"]
        self.assertEqual(told, expected)
        self.assertTrue(any(text.startswith("row 2, value 34.3") for text in told), told)

    def test_csv(self):
        """Numbers are numbers in every column; a decimal comma in Excel, and no guard for programs."""
        agg = self.ledger()
        plain, excel = (agg.command("findings", "dbsh", "2023-S1", "-c", "agg.yaml", how) for how in ("--csv", "--excel"))
        self.assertNotIn("'-", plain)
        self.assertNotIn("'-", excel)
        detail = next(r["detail"] for r in csv.DictReader(io.StringIO(plain)) if r["rule"] == "c4.implied_remainder")
        self.assertEqual(detail, "-30.92")
        read = list(csv.DictReader(io.StringIO(excel.lstrip("\ufeff")), delimiter=";"))
        self.assertEqual(next(r["detail"] for r in read if r["rule"] == "c4.implied_remainder"), "-30,92")
        self.assertEqual(read[0].keys(), next(csv.DictReader(io.StringIO(plain))).keys())


if __name__ == "__main__":
    main()
