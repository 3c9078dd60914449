#!/usr/bin/env python3
"""test_agg_score - the command `score` on a ledger with the review's figures; every number here was worked out by hand."""
import csv
import io
import json
import os

import yaml

from case import Case, main  # first: it says where the next two lie
from agent import observations
from daemon import Aggregator, source
from test_agg_commands import FINDINGS, USAGE
import test_agg_commands

PRINTED = test_agg_commands.Figures.PRINTED

SCORING = os.path.join(source(), "domain", "scoring")
FILES = [os.path.join(SCORING, name) for name in ("dbsh-2023.yaml", "dbsh-2023-targets.yaml", "dbsh-2023-sheet.yaml")]
SCORE = ["score", "dbsh", "2023", "--scheme", FILES[0], "--targets", FILES[1], "--sheet", FILES[2], "--period", "2023-S1"]


class Plain(Aggregator):
    """The packaged registry without its data rules: what is held is not the matter here."""

    def write_registry(self, calendar, edit=None):
        def drop_rules(name, text):
            sections = yaml.safe_load(text)
            if not isinstance(sections, dict) or not {"rules", "references"} & set(sections):
                return text
            return yaml.safe_dump({k: v for k, v in sections.items() if k not in ("rules", "references")} or {"rules": []},
                                  allow_unicode=True)
        super().write_registry(calendar, drop_rules)


class Score(Case):
    def filled(self, figures=None):
        """A stopped aggregator that has taken in the review's table, and the receipts."""
        agg = Plain(os.path.join(self.folder, "agg"))
        self.aggregators.append(agg)
        self.addCleanup(agg.close)
        agg.start()
        receipts = {}
        for unit, (growth, iip) in (PRINTED if figures is None else figures).items():
            agent = self.agent(agg, unit)
            receipts[unit] = (agent, agent.submit(agent.body(cells=observations(growth, iip))))
        agg.stop()
        return agg, receipts

    @staticmethod
    def cells(scoring, criterion, key="final"):
        return {u["unit"]: next(c[key] for c in u["cells"] if c["criterion"] == criterion) for u in scoring["units"]}

    @staticmethod
    def by_unit(scoring, key):
        return {u["unit"]: u[key] for u in scoring["units"]}

    def test_one_correction_changes_others(self):
        agg, receipts = self.filled()
        before = agg.query(*SCORE)
        growth = self.cells(before, "I.1")
        # Leader Hải Dương: 11.4 on 9; Hưng Yên: 75 + 75 * (0.71/7.5)/(2.4/9) = 101.625; Hà Nam: 75 * 6.2/10
        self.assertEqual(growth["haiduong"], "150.00")
        self.assertEqual(growth["hungyen"], "101.63")
        self.assertEqual(growth["hanam"], "46.50")
        self.assertEqual(growth["bacninh"], "0.00")
        self.assertEqual(self.cells(before, "I.1", "basis")["bacninh"], "floor")
        self.assertEqual(self.cells(before, "I.4")["quangninh"], "100.00")  # 0.5 on 1: half less, nobody is better
        self.assertEqual(self.cells(before, "I.4")["bacninh"], "50.00")
        self.assertEqual(self.cells(before, "I.4")["namdinh"], "47.62")  # 2.1 on 2, lower is better: 50 * 2/2.1
        self.assertEqual(self.cells(before, "III.2")["quangninh"], "60.00")  # six of ten each, second review
        self.assertEqual(self.cells(before, "III.2", "basis")["quangninh"], "review2")
        self.assertFalse(before["decided"])
        self.assertEqual(sorted(self.by_unit(before, "proposed_rank").values()), list(range(1, 10)))
        agg.start()
        agent, first = receipts["haiduong"]
        agent.connect()
        self.assertEqual(agent.submit(agent.body(2, 1, first.body, observations("7.23", "8.9"))).verdict, 1)
        agg.stop()
        after = agg.query(*SCORE)
        growth = self.cells(after, "I.1")
        # Hải Dương 75 * 7.23/9; leader now Nam Định (0.5/8)? Hưng Yên (0.71/7.5) is further above its target
        self.assertEqual(growth["haiduong"], "60.25")
        self.assertEqual(growth["hungyen"], "150.00")
        self.assertEqual(growth["namdinh"], "124.52")  # 75 + 75 * (0.5/8)/(0.71/7.5) = 124.5158…
        self.assertNotEqual(before["version"], after["version"])
        self.assertEqual(self.cells(after, "I.2"), self.cells(before, "I.2"))
        self.assertEqual(agg.query(*SCORE, "--as-of", str(before["as_of"]))["version"], before["version"])

    def test_missing_is_not_zero(self):
        figures = {u: v for u, v in PRINTED.items() if u != "bacninh"}
        agg, _ = self.filled(figures)
        scoring = agg.query(*SCORE)
        self.assertEqual(self.cells(scoring, "I.1")["bacninh"], None)
        self.assertEqual(self.cells(scoring, "I.1", "basis")["bacninh"], "no_actual")
        ranks = self.by_unit(scoring, "proposed_rank")
        self.assertIsNone(ranks.pop("bacninh"))
        self.assertEqual(sorted(ranks.values()), list(range(1, 9)))
        vi = agg.command(*SCORE, "-c", "agg.yaml", "--lang", "vi")
        self.assertIn("I.1: chưa có số thực hiện: Bắc Ninh\n", vi)
        self.assertIn("Thứ hạng là đề xuất, không phải quyết định.", vi)
        self.assertIn("bộ tiêu chí minh họa", vi)
        self.assertIn(scoring["version"], vi)
        self.assertRegex(vi, r"Bắc Ninh .* \* +- +2/10\n")
        en = agg.command(*SCORE, "-c", "agg.yaml", "--lang", "en", "--unit", "quangninh")
        self.assertRegex(en, r"III\.2 Model cases spread \(each\) +60\.00 +60\.00 +50\.00 +Hai mô hình được công nhận tháng 12 +60\.00 +60\.00 +review 2")
        vi = agg.command(*SCORE, "-c", "agg.yaml", "--lang", "vi", "--unit", "quangninh")
        self.assertRegex(vi, r"Điểm tối đa +Điểm tự chấm +Thẩm định lần 1 +Giải trình +Thẩm định lần 2 +Điểm cuối")
        rows = list(csv.DictReader(io.StringIO(agg.command(*SCORE, "-c", "agg.yaml", "--csv"))))
        self.assertEqual(len(rows), 9 * 15)
        row = next(r for r in rows if (r["unit"], r["criterion"]) == ("bacninh", "III.1"))
        self.assertEqual((row["self"], row["review1"], row["review2"], row["final"], row["state"]),
                         ("80.00", "0.00", "80.00", "80.00", "review2_completed"))
        self.assertEqual(row["explanation"], "Có sơ kết ngày 20/12/2023, văn bản gửi chậm")
        excel = agg.command(*SCORE, "-c", "agg.yaml", "--excel")
        self.assertTrue(excel.startswith("\ufeffcluster;year;"), excel[:40])
        again = next(r for r in csv.DictReader(io.StringIO(excel.lstrip("\ufeff")), delimiter=";") if (r["unit"], r["criterion"]) == ("bacninh", "III.1"))
        self.assertEqual({k: v.replace(",", ".") for k, v in again.items()}, {k: v.replace(",", ".") for k, v in row.items()})
        self.assertEqual(again["final"], "80,00")

    def test_refusals(self):
        agg, _ = self.filled({})
        self.assertEqual(agg.run_command("score", "dbsh", "2023", "-c", "agg.yaml")[0], USAGE)
        self.assertEqual(agg.run_command(*SCORE[:-1], "2022-S1", "-c", "agg.yaml")[0], USAGE)
        self.assertEqual(agg.run_command(*SCORE, "-c", "agg.yaml", "--as-of", "999999")[0], USAGE)
        code, _, err = agg.run_command("score", "dbsh", "2024", *SCORE[3:5], "-c", "agg.yaml")
        self.assertEqual(code, FINDINGS)
        self.assertIn("score.scheme.other", err)
        code, _, err = agg.run_command(*SCORE, "-c", "agg.yaml", "--unit", "thaibin")
        self.assertIn("thaibinh", err)
        scoring = json.loads(agg.command(*SCORE, "-c", "agg.yaml", "--json"))  # nothing has come: nobody is ranked
        self.assertEqual(set(self.by_unit(scoring, "proposed_rank").values()), {None})

    def test_check(self):
        agg = self.aggregator(start=False, units=["thaibinh"])
        self.assertEqual(agg.run_command("score", "check", *FILES, "-c", "agg.yaml")[0], 0)
        with open(FILES[2], encoding="utf-8") as file:
            text = file.read()
        with open(agg.path("sheet.yaml"), "w", encoding="utf-8") as file:
            file.write(text.replace("unit: hanam", "unit: ha-nam").replace("self: 7,", "self: seven,"))
        code, _, err = agg.run_command("score", "check", *FILES[:2], "sheet.yaml", "-c", "agg.yaml", "--lang", "en")
        self.assertEqual(code, FINDINGS)
        for word in ("sheet.yaml:", "score.ref.unknown", "did you mean hanam?", "score.number.grammar"):
            self.assertIn(word, err)


if __name__ == "__main__":
    main()
