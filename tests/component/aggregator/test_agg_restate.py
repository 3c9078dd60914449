#!/usr/bin/env python3
"""What nine provinces published, as the units after the mergers of 2025-07-01 would have it: summary --view now."""
import copy
import csv
import io

from case import Case, main
import yaml

from agent import ACCEPTED
from daemon import CALENDAR

USAGE = 2
UNITS = ("thaibinh", "hanam", "namdinh", "haiduong", "quangninh", "hungyen", "ninhbinh", "vinhphuc", "bacninh")
WHOLE = {"hungyen-2025": ["thaibinh", "hungyen"], "ninhbinh-2025": ["hanam", "namdinh", "ninhbinh"], "quangninh": ["quangninh"]}
ABSENT = {"bacninh-2025": ["bacgiang"], "phutho-2025": ["hoabinh", "phutho"], "haiphong-2025": ["haiphong"]}
LEVELS_RULE = "c9.level_growth"  # names the level that GRDP_GROWTH is the growth of


def tenths(text):
    """"12.3" → 123: exact."""
    whole, _, part = text.partition(".")
    return int(whole) * 10 + int(part or "0")


def row(indicator, text):
    """An observation of the wire."""
    whole, _, part = text.partition(".")
    return [indicator, int(whole + part), len(part), ord("P")]


def level(unit, year):
    """At constant prices, made up: every unit grows at a rate of its own."""
    i = UNITS.index(unit)
    base = 30000 + 1111 * i
    return f"{base + (year - 2023) * (100 + 250 * i)}.{i}"


def cells(unit, year, current=True):
    """Both required indicators and the levels."""
    i = UNITS.index(unit)
    found = [row("GRDP_GROWTH", f"{5 + i}.25"), row("IIP", f"{6 + i}.1"), row("GRDP_CONST", level(unit, year))]
    return found + ([row("GRDP_CUR", f"{50000 + 777 * i}.5")] if current else [])


def edit(name, text):
    """A cycle for 2024, and of the rules the one that names the level."""
    if name == "clusters.yaml":
        doc = yaml.safe_load(text)
        cycles = next(c for c in doc["clusters"] if c["id"] == "dbsh")["cycles"]
        cycles.append({**copy.deepcopy(cycles[0]), "year": 2024})
        return yaml.safe_dump(doc, allow_unicode=True)
    if name == "rules.yaml":
        rules = [r for r in yaml.safe_load(text)["rules"] if r["id"] == LEVELS_RULE]
        return yaml.safe_dump({"rules": rules}, allow_unicode=True)
    return text


class Restate(Case):
    def ledger(self, years=(2023,), without_current=()):
        """All nine, one form each for S1 of each year; the daemon stopped."""
        agg = self.aggregator(judged=True)
        agg.write_registry([{key: value.replace("2023-", f"{year}-") for key, value in CALENDAR.items()} for year in (2023, 2024)], edit)
        agg.reload()
        for unit in UNITS:
            agent = self.agent(agg, unit)
            for year in years:
                body = agent.body(cells=cells(unit, year, unit not in without_current), period=f"{year}-S1")
                self.assertEqual(agent.submit(body).verdict, ACCEPTED)
            agent.close()
            if unit == UNITS[0]:  # a vintage of one member alone
                agg.stop()
                agg.start()
        agg.stop()
        return agg

    def now(self, agg, period="2023-S1", *words, view="now"):
        """(the answer, {unit: {indicator: cell}})."""
        answer = agg.query("summary", "dbsh", period, "--view", view, *words)[0]
        return answer, {u["unit"]: {c["indicator"]: c for c in u["figures"]} for u in answer["units"]}

    def test_sums_and_refusals(self):
        """Hưng Yên and Ninh Bình are wholes, Quảng Ninh is itself; Bắc Ninh, Phú Thọ and Hải Phòng lack parts from outside."""
        agg = self.ledger()
        then = agg.command("summary", "dbsh", "2023-S1", "-c", "agg.yaml", "--csv")
        answer, got = self.now(agg)
        self.assertEqual((answer["view"], answer["unknown_members"], set(got)), ("as_now", 0, set(WHOLE) | set(ABSENT)))
        units = {u["unit"]: u for u in answer["units"]}
        for unit, parts in WHOLE.items():
            self.assertEqual((units[unit]["refusal"], units[unit]["parts"], units[unit]["absent"]), (None, parts, []))
            for code, of in (("GRDP_CONST", lambda u: level(u, 2023)), ("GRDP_CUR", lambda u: f"{50000 + 777 * UNITS.index(u)}.5")):
                cell, total = got[unit][code], sum(tenths(of(p)) for p in parts)
                self.assertEqual((cell["value"], cell["way"]),
                                 (f"{total // 10}.{total % 10}", "as_it_was" if len(parts) == 1 else "sum"), (unit, code))
        for unit, absent in ABSENT.items():
            self.assertEqual((units[unit]["refusal"], sorted(units[unit]["absent"])), ("not_whole", absent))
            self.assertEqual({(c["refusal"], c["value"], c["way"]) for c in got[unit].values()}, {("not_whole", None, None)})
        growth = got["hungyen-2025"]["GRDP_GROWTH"]
        self.assertEqual((growth["refusal"], growth["value"], growth["needs"]), ("growth_needs_levels", None, "GRDP_CONST"))
        self.assertEqual((got["quangninh"]["GRDP_GROWTH"]["value"], got["quangninh"]["GRDP_GROWTH"]["way"]), ("9.25", "as_it_was"))
        self.assertEqual(agg.command("summary", "dbsh", "2023-S1", "-c", "agg.yaml", "--csv"), then)
        self.assertEqual(agg.command("summary", "dbsh", "2023-S1", "-c", "agg.yaml", "--csv", "--view", "then"), then)
        self.assertEqual(agg.query("summary", "dbsh", "2023-S1")[0]["view"], "as_then")

    def test_growth_from_levels(self):
        """With the levels of both years, growth is that of the sums, rounded once; the mean of the rates is another number."""
        agg = self.ledger(years=(2023, 2024))
        _, got = self.now(agg, "2024-S1")
        for unit, parts in WHOLE.items():
            if len(parts) == 1:
                continue
            before, after = (sum(tenths(level(p, year)) for p in parts) for year in (2023, 2024))
            hundredths = ((after - before) * 20000 + before) // (2 * before)  # half up: all are positive
            cell = got[unit]["GRDP_GROWTH"]
            self.assertEqual((cell["way"], cell["value"]), ("levels", f"{hundredths // 100}.{hundredths % 100:02}"))
        self.assertEqual(got["bacninh-2025"]["GRDP_GROWTH"]["refusal"], "not_whole")

    def test_part_missing_and_as_of(self):
        """A part without a value refuses the sum by name; a vintage of before is restated from what stood in it."""
        agg = self.ledger(without_current=("hanam",))
        _, got = self.now(agg)
        cell = got["ninhbinh-2025"]["GRDP_CUR"]
        self.assertEqual((cell["refusal"], cell["missing"], cell["value"]), ("part_missing", "hanam", None))
        self.assertEqual(got["ninhbinh-2025"]["GRDP_CONST"]["way"], "sum")
        vintages = agg.query("history", "dbsh", "2023-S1", "GRDP_CONST")[0]["vintages"]
        one = next(v for v in vintages if v["received"] == 1)
        answer, got = self.now(agg, "2023-S1", "--as-of", str(one["vintage"]))
        cell = got["hungyen-2025"]["GRDP_CONST"]
        self.assertEqual((answer["as_of"], cell["refusal"], cell["missing"], cell["vintage"]),
                         (one["vintage"], "part_missing", "hungyen", one["vintage"]))

    def test_another_day(self):
        """On the eve of the mergers every province is itself; something that is no view is told."""
        agg = self.ledger()
        answer, got = self.now(agg, view="2025-06-30")
        self.assertEqual((answer["view_date"], set(got)), ("2025-06-30", set(UNITS)))
        self.assertEqual({c["way"] for u in got.values() for c in u.values() if c["value"]}, {"as_it_was"})
        self.assertEqual(set(self.now(agg, view="2025-07-01")[1]), set(WHOLE) | set(ABSENT))
        for wrong in ("", "later", "2025-02-30"):
            code, _, err = agg.run_command("summary", "dbsh", "2023-S1", "-c", "agg.yaml", "--view", wrong)
            self.assertEqual((code, "usage.view" in err), (USAGE, True), err)

    def test_for_people(self):
        """Labelled, with the way beside each value and the reason of each refusal in words, in both languages."""
        agg = self.ledger()
        vi = agg.command("summary", "dbsh", "2023-S1", "-c", "agg.yaml", "--view", "now", "--lang", "vi")
        self.assertRegex(vi, r"quy đổi theo địa giới hiện nay \(\d{4}-\d\d-\d\d\)")
        self.assertRegex(vi, r"(?m)^Hưng Yên +Thái Bình, Hưng Yên cũ ")
        self.assertIn("Bắc Ninh: không quy đổi được: Bắc Giang cũng nhập vào", vi)
        self.assertIn("Hải Phòng: không quy đổi được: Hải Phòng cũ cũng nhập vào", vi)
        self.assertIn("Hưng Yên, GRDP_GROWTH: không quy đổi được: tốc độ không bao giờ lấy bình quân; phải có số tuyệt đối", vi)
        self.assertIn("số đã công bố vẫn nguyên", vi)
        en = agg.command("summary", "dbsh", "2023-S1", "-c", "agg.yaml", "--view", "now", "--lang", "en")
        self.assertIn("restated to today's units", en)
        self.assertIn("Phu Tho: refused: Hoa Binh, former Phu Tho went into it too", en)
        self.assertRegex(en, r"(?m)^Quang Ninh +Quang Ninh +9\.25 +as it was")
        rows = list(csv.DictReader(io.StringIO(agg.command("summary", "dbsh", "2023-S1", "-c", "agg.yaml", "--view", "now", "--csv"))))
        found = {(r["unit"], r["indicator"]): r for r in rows}
        self.assertEqual((found["ninhbinh-2025", "GRDP_CONST"]["parts"], found["ninhbinh-2025", "GRDP_CONST"]["way"]),
                         ("hanam namdinh ninhbinh", "sum"))
        self.assertEqual((found["phutho-2025", "IIP"]["refusal"], found["phutho-2025", "IIP"]["missing"], found["phutho-2025", "IIP"]["value"]),
                         ("not_whole", "hoabinh phutho", ""))
        excel = agg.command("summary", "dbsh", "2023-S1", "-c", "agg.yaml", "--view", "now", "--excel")
        self.assertTrue(excel.startswith("\ufeffcluster;form;period;view_date;unit;"), excel[:60])
        self.assertIn(";9,25;as_it_was;", excel)


if __name__ == "__main__":
    main()
