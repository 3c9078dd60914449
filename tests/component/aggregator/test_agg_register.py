#!/usr/bin/env python3
"""test_agg_register - narrative items on their way: taken in with the form, checked, and read out as the cluster's register."""
import csv
import io
import os

from case import Case, main  # first: it says where the next two lie
from agent import observations
from daemon import source

ACCEPTED, HELD, REJECTED = 1, 2, 3
NOTES = os.path.join(source(), "tests", "data", "red-river-2023-S1", "notes.csv")


def notes():
    """The review's items by unit, as they travel."""
    with open(NOTES, encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        by_unit = {}
        for row in rows:
            by_unit.setdefault(row["unit"], []).append(
                [row["kind"], row["title"], row["document_no"], row["document_date"], row["detail"]])
        return by_unit


class Register(Case):
    def submit(self, agg, unit, items, *base, **more):
        agent = self.agent(agg, unit)
        return agent.submit(agent.body(*base, cells=observations("5.25", "6.1"), **({"n": items} if items else {}), **more))

    def test_register(self):
        agg = self.aggregator()
        given = notes()
        receipts = {unit: self.submit(agg, unit, items) for unit, items in given.items()}
        self.assertLessEqual({r.verdict for r in receipts.values()}, {ACCEPTED, HELD})  # a held figure holds no words
        self.submit(agg, "hungyen", None)
        agg.stop()
        register = agg.query("register", "dbsh", "2023-S1")
        units = {u["unit"]: u for u in register["units"]}
        self.assertEqual([u["unit"] for u in register["units"]], list(agg.UNITS))  # the cluster's order
        for unit, items in given.items():
            keys = ("kind", "title", "document_no", "document_date", "detail")
            self.assertEqual([[i[k] for k in keys] for i in units[unit]["items"]], items)
            self.assertEqual(units[unit]["entry"], receipts[unit].seq)
        self.assertEqual((units["hungyen"]["reported"], units["hungyen"]["items"]), (True, []))
        self.assertEqual((units["bacninh"]["reported"], units["bacninh"]["revision"]), (False, 0))
        vi = agg.command("register", "dbsh", "2023-S1", "-c", "agg.yaml", "--lang", "vi")
        self.assertRegex(vi, r"\d  Hà Nam +Thi đua thực hiện thắng lợi.*\n +03/CT-UBND, 2023-03-31 \(mục \d+\)\n")
        self.assertRegex(vi, r"\d  Ninh Bình +Xã Khánh Cường, huyện Yên Khánh\n +nông thôn mới nâng cao/kiểu mẫu \(mục \d+\)\n")
        self.assertIn("Văn bản chỉ đạo\nchưa có mục nào\n", vi)
        self.assertIn("đã báo cáo, không có mục nào: Hưng Yên\n", vi)
        self.assertIn("chưa báo cáo: Vĩnh Phúc, Bắc Ninh\n", vi)
        rows = list(csv.DictReader(io.StringIO(agg.command("register", "dbsh", "2023-S1", "-c", "agg.yaml", "--csv"))))
        self.assertEqual(len(rows), sum(len(items) for items in given.values()))
        self.assertEqual(rows[-1]["title"], given["ninhbinh"][-1][1])
        agg.start()
        second = self.submit(agg, "thaibinh", None, 2, 1, receipts["thaibinh"].body)  # a revision is the whole form
        self.assertIn(second.verdict, (ACCEPTED, HELD))
        agg.stop()
        units = {u["unit"]: u for u in agg.query("register", "dbsh", "2023-S1")["units"]}
        self.assertEqual((units["thaibinh"]["items"], units["thaibinh"]["entry"]), ([], second.seq))
        then = agg.query("register", "dbsh", "2023-S1", "--as-of", str(second.seq - 1))  # what was published stays
        self.assertEqual(then["as_of"], second.seq - 1)
        self.assertEqual(then["units"], register["units"])
        self.assertIn(f"như đã công bố đến mục {second.seq - 1} của nhật ký",
                      agg.command("register", "dbsh", "2023-S1", "-c", "agg.yaml", "--lang", "vi", "--as-of", str(second.seq - 1)))
        self.assertIn("agg.summary.not_yet", agg.run_command("register", "dbsh", "2023-S1", "-c", "agg.yaml", "--as-of", "1")[2])
        self.assertIn("usage.as_of", agg.run_command("register", "dbsh", "2023-S1", "-c", "agg.yaml", "--as-of", "hôm qua")[2])
        agg.command("replay", "-c", "agg.yaml")
        agg.command("verify", "-c", "agg.yaml")

    def test_checks(self):
        agg = self.aggregator()
        good = ["movement", "Một phong trào", "", "", ""]
        for items, rule, number, detail in (([good, ["slogan", "x", "", "", ""]], "narrative.item", 2, "slogan"),
                                            ([["model", "", "", "", ""]], "narrative.item", 1, "title"),
                                            ([["directive", "x", "1/CT", "31/3/2023", ""]], "narrative.item", 1, "31/3/2023"),
                                            ([["directive", "x", "1/CT", "2023-02-30", ""]], "narrative.item", 1, "2023-02-30")):
            receipt = self.submit(agg, "hanam", items, self.next_revision())
            self.assertEqual(receipt.verdict, REJECTED)
            finding = next(f for f in receipt.findings if f[0] == rule)
            self.assertEqual((finding[0], finding[2], finding[4][0], finding[6]), (rule, -1, number, detail))
        receipt = self.submit(agg, "hanam", [good, good], self.next_revision())
        self.assertIn(receipt.verdict, (ACCEPTED, HELD))
        self.assertIn("narrative.repeated", [f[0] for f in receipt.findings])
        agg.stop()
        code, _, err = agg.run_command("register", "dbhs", "2023-S1", "-c", "agg.yaml")
        self.assertEqual(code, 1)
        self.assertIn("dbsh", err)
        self.assertEqual(agg.run_command("register", "dbsh", "2023-S9", "-c", "agg.yaml")[0], 2)
        self.assertIn("agg.period.unknown", agg.run_command("register", "dbsh", "2023-S2", "-c", "agg.yaml")[2])

    revision = 0

    def next_revision(self):
        self.revision += 1
        return self.revision


if __name__ == "__main__":
    main()
