#!/usr/bin/env python3
"""test_agg_commands - the commands as a person uses them: what they print, what they refuse, and how they end."""
import csv
import io
import json
import os
import shutil
import stat

import jsonschema

from case import Case, main  # first: it says where the next lies
from agent import observations

FINDINGS, USAGE, CONFIG, REFUSED = 1, 2, 3, 5


class Commands(Case):
    def test_help_shows_examples_first(self):
        agg = self.aggregator(start=False, units=["thaibinh"])
        for command in ("run", "init", "card", "root keygen", "roster sign", "roster show", "registry check", "registry diff", "summary", "findings", "register", "score", "score check", "replay", "verify", "status"):
            code, out, _ = agg.run_command(*command.split(), "--help")
            self.assertEqual(code, 0, command)
            self.assertLess(out.index("Examples"), out.index("Usage"), command)
            self.assertIn("phusa-aggregator " + command, out)
            code, out, _ = agg.run_command(*command.split(), "--help", "--lang", "vi")
            self.assertIn("Ví dụ", out)

    def test_did_you_mean(self):
        agg = self.aggregator(start=False, units=["thaibinh"])
        for words, meant in ((["sumary"], "summary"), (["status", "--jsno"], "--json"),
                             (["summary", "dbhs", "2023-S1", "-c", "agg.yaml"], "dbsh"),
                             (["status", "-c", "agg.yaml", "--set", "ledgr=x"], "ledger")):
            code, _, err = agg.run_command(*words)
            self.assertNotEqual(code, 0)
            self.assertIn(meant, err)
        self.assertEqual(agg.run_command("summary", "dbsh", "2023-S9", "-c", "agg.yaml")[0], USAGE)
        self.assertEqual(agg.run_command("nonsense")[0], USAGE)

    def test_check_tells_everything_at_once(self):
        agg = self.aggregator(start=False, units=["thaibinh"])
        self.assertEqual(agg.run_command("run", "--check", "-c", "agg.yaml")[0], 0)
        with open(agg.path("agg.yaml"), "a", encoding="utf-8") as file:
            file.write("credit: none\nlistn: tcp://*:1\nfigure_gap: 5 parsecs\n")
        code, _, err = agg.run_command("run", "--check", "-c", "agg.yaml")
        self.assertEqual(code, CONFIG)
        for word in ("agg.yaml:4:", "agg.yaml:5:", "agg.yaml:6:", "listen"):
            self.assertIn(word, err)
        agg.write_config()
        os.chmod(agg.path("curve.key"), 0o644)
        os.unlink(agg.path("root.pub"))
        with open(agg.path("registry", "forms.yaml"), "a", encoding="utf-8") as file:
            file.write("  - { id: broken }\n")
        os.unlink(agg.path("ledger.db"))
        code, _, err = agg.run_command("run", "--check", "-c", "agg.yaml")
        self.assertEqual(code, CONFIG)
        for word in ("chmod", "root.pub", "forms.yaml", "agg.ledger.missing", "phusa-aggregator init"):
            self.assertIn(word, err)

    def test_print_config(self):
        agg = self.aggregator(start=False, units=["thaibinh"])
        printed = agg.command("run", "--print-config", "-c", "agg.yaml", "--set", "credit=17")
        with open(agg.path("again.yaml"), "w", encoding="utf-8") as file:
            file.write(printed)
        self.assertEqual(json.loads(agg.command("run", "--print-config", "--json", "-c", "again.yaml"))["credit"], "17")

    def test_keys(self):
        agg = self.aggregator(start=False, units=["thaibinh"])
        for name in ("root.key", "curve.key", "receipt.key"):
            self.assertEqual(stat.S_IMODE(os.stat(agg.path(name)).st_mode), 0o600)
        code, _, err = agg.run_command("root", "keygen")
        self.assertEqual(code, FINDINGS)
        self.assertIn("root.pub", err)
        os.chmod(agg.path("receipt.key"), 0o640)
        code, _, err = agg.run_command("run", "-c", "agg.yaml")
        self.assertEqual(code, REFUSED)
        self.assertIn("chmod 600", err)

    def test_init_needs_what_it_names(self):
        """Nothing is left behind by an init that was refused."""
        agg = self.aggregator(start=False, units=["thaibinh"])
        os.mkdir(agg.path("second"))
        with open(agg.path("second", "agg.yaml"), "w", encoding="utf-8") as file:
            file.write(f"registry: {agg.path('registry')}\nroster: {agg.path('roster.yaml')}\n")
        config = os.path.join("second", "agg.yaml")
        self.assertNotEqual(agg.run_command("init", "-c", config)[0], 0)  # no root key
        code, _, err = agg.run_command("init", "-c", config, "--root", "root.pub")  # not signed
        self.assertNotEqual(code, 0)
        self.assertIn("roster.unsigned", err)
        self.assertEqual(sorted(os.listdir(agg.path("second"))), ["agg.yaml", "root.pub"])
        code, _, err = agg.run_command("init", "-c", config, "--set", f"roster={agg.path('roster.signed')}")
        self.assertEqual(code, 0, err)

    def test_registry_check(self):
        agg = self.aggregator(start=False, units=["thaibinh"])
        out = agg.command("registry", "check", "registry", "--lang", "en")
        self.assertIn("version 2023.1", out)
        self.assertIn("    18 units", out)
        right = json.loads(agg.command("registry", "check", "registry", "--json"))
        self.assertTrue(right["valid"])
        self.assertGreaterEqual(right["counts"]["indicators"], 35)
        with open(agg.path("registry", "links.yaml"), "a", encoding="utf-8") as file:
            file.write("  - { predecessor: haiduog, successor: haiphong-2025, kind: merge, date: 2025-07-01, decree: X }\n")
        with open(agg.path("registry", "days_off.yaml"), "a", encoding="utf-8") as file:
            file.write("  - { day: 2024-13-01, name: { vi: A, en: B } }\n")
        code, out, err = agg.run_command("registry", "check", "registry")
        self.assertEqual((code, out), (FINDINGS, ""))
        for word in ("links.yaml:", "haiduong", "days_off.yaml:", "registry.date.grammar", "agg.registry.invalid"):
            self.assertIn(word, err)
        self.assertIn("2 errors: this registry would not be taken", agg.run_command("registry", "check", "registry", "--lang", "en")[2])
        code, out, _ = agg.run_command("registry", "check", "registry", "--json")
        told = json.loads(out)
        self.assertEqual((code, told["valid"]), (FINDINGS, False))
        self.assertEqual([e["code"] for e in told["errors"]], ["registry.date.grammar", "registry.ref.unknown"])
        self.assertNotEqual(agg.run_command("registry", "check", "nowhere")[0], 0)
        self.assertEqual(agg.run_command("registry", "check")[0], USAGE)

    def test_registry_diff(self):
        agg = self.aggregator(start=False, units=["thaibinh"])
        digest = json.loads(agg.command("registry", "check", "registry", "--json"))["digest"]  # init has kept it in the ledger
        shutil.copytree(agg.path("registry"), agg.path("new"))
        with open(agg.path("new", "indicators.yaml"), encoding="utf-8") as file:
            text = file.read()
        with open(agg.path("new", "indicators.yaml"), "w", encoding="utf-8") as file:
            file.write(text.replace("hard: { min: -40, max: 60 }", "hard: { min: -45, max: 60 } # wider", 1))
        with open(agg.path("new", "days_off.yaml"), "a", encoding="utf-8") as file:
            file.write("  - { day: 2025-01-01, name: { vi: Tết Dương lịch, en: New Year } }\n")
        for side in ("registry", digest):
            out = agg.command("registry", "diff", side, "new", "-c", "agg.yaml", "--lang", "vi")
            self.assertEqual(out, "sửa   chỉ tiêu GRDP_GROWTH, hard.min: -40 → -45\n"
                                  "thêm  ngày nghỉ 2025-01-01: {day: 2025-01-01, name: {vi: Tết Dương lịch, en: New Year}}\n")
        told = json.loads(agg.command("registry", "diff", "new", digest, "-c", "agg.yaml", "--json"))
        self.assertEqual(told["to"], digest)
        self.assertEqual([(c["kind"], c["section"], c["row"], c["field"], c["from"], c["to"]) for c in told["changes"]][0],
                         ("changed", "indicators", "GRDP_GROWTH", "hard.min", "-45", "-40"))
        self.assertEqual(told["changes"][1]["kind"], "removed")
        self.assertIn("the same bytes", agg.command("registry", "diff", "registry", digest, "-c", "agg.yaml", "--lang", "en"))
        with open(agg.path("registry", "forms.yaml"), "a", encoding="utf-8") as file:
            file.write("# a word for the next one\n")
        self.assertIn("only comments", agg.command("registry", "diff", "registry", digest, "-c", "agg.yaml", "--lang", "en"))
        code, _, err = agg.run_command("registry", "diff", "registry", "0" * 64, "-c", "agg.yaml")
        self.assertNotEqual(code, 0)
        self.assertIn("agg.registry.unknown", err)
        with open(agg.path("new", "forms.yaml"), "a", encoding="utf-8") as file:
            file.write("  - { id: broken }\n")
        code, _, err = agg.run_command("registry", "diff", "registry", "new")
        self.assertEqual(code, FINDINGS)
        self.assertIn("forms.yaml", err)
        err = agg.run_command("registry", "diff", "registry", "new", "--lang", "en")[2]
        n = err.count("(registry.")
        self.assertGreater(n, 1)
        self.assertIn(f"new: {n} errors: a registry with errors is not compared", err)
        self.assertNotIn("nothing was changed", err)
        with open(agg.path("registry", "forms.yaml"), "a", encoding="utf-8") as file:
            file.write("  - { id: \"a b\" }\n")
        both = agg.run_command("registry", "diff", "registry", "new", "--lang", "en")[2]
        self.assertGreater(both.count("(registry."), n)
        self.assertIn(f"{both.count('(registry.')} errors", both)
        with open(agg.path("new", "units.yaml"), "a", encoding="utf-8") as file:
            file.writelines("  - { idd: x }\n" for _ in range(300))
        self.assertIn("more than 200 errors", agg.run_command("registry", "check", "new", "--lang", "en")[2])

    def test_roster(self):
        agg = self.aggregator(start=False, units=["thaibinh", "hanam"])
        shown = json.loads(agg.command("roster", "show", "roster.signed", "--root", "root.pub", "--json"))
        self.assertEqual([key["unit"] for key in shown["keys"]], ["thaibinh", "hanam"])
        self.assertTrue(shown["verified"])
        self.assertIn("thaibinh", agg.command("roster", "show", "roster.signed"))
        with open(agg.path("roster.signed"), encoding="utf-8") as file:
            text = file.read()
        with open(agg.path("changed.signed"), "w", encoding="utf-8") as file:
            file.write(text.replace("hanam", "namha"))
        code, _, err = agg.run_command("roster", "show", "changed.signed", "--root", "root.pub")
        self.assertEqual(code, REFUSED)
        self.assertIn("roster.signature", err)
        with open(agg.path("bad.yaml"), "w", encoding="utf-8") as file:
            file.write("serial: 0\nkeys:\n  - { unit: a/b, valid_from: yesterday }\n  - { unit: hanam, card: nobody.card, valid_from: 2020-01-01 }\n")
        code, out, err = agg.run_command("roster", "sign", "--root-key", "root.key", "bad.yaml")
        self.assertEqual((code, out), (FINDINGS, ""))
        for word in ("bad.yaml:1:", "bad.yaml:3:", "bad.yaml:4:", "nobody.card"):
            self.assertIn(word, err)
        self.assertEqual(agg.run_command("roster", "sign", "roster.yaml")[0], USAGE)


class Figures(Case):
    """The review's table: both means, ranks, coverage; what the shipped rules hold of it, and what they say."""

    PRINTED = {"haiduong": ("11.4", "8.9"), "quangninh": ("8.8", "8.63"), "namdinh": ("8.5", "13.3"), "hungyen": ("8.21", "6.16"),
               "thaibinh": ("7.77", "9.4"), "ninhbinh": ("7.56", "5.8"), "hanam": ("6.2", "12.1"), "vinhphuc": ("1.69", "34.3"),
               "bacninh": ("-12.59", "-18.4")}
    CORRECTED = {"haiduong": ("7.23", "9.0"), "quangninh": ("9.46", "8.63"), "hanam": ("6.22", "12.1")}

    def values(self, summary, indicator):
        figure = next(f for f in summary["figures"] if f["indicator"] == indicator)
        return figure, {v["method"]: v["value"] for v in figure["values"]}

    def test_summary(self):
        agg = self.aggregator(judged=True)
        receipts = {}
        for unit, (growth, iip) in self.PRINTED.items():
            if unit == "bacninh":
                self.check_partial(agg)
            agent = self.agent(agg, unit)
            receipts[unit] = (agent, agent.submit(agent.body(cells=observations(growth, iip))))
        agg.stop()
        growth, values = self.values(agg.query("summary", "dbsh", "2023-S1")[0], "GRDP_GROWTH")
        self.assertEqual((values["mean"], values["weighted_mean"]), ("3.91", "1.14"))
        self.assertEqual((growth["received"], growth["held"], growth["mark"]), (7, 2, "insufficient"))
        self.assertEqual({m["unit"] for m in growth["members"] if m["state"] == "held"}, {"haiduong", "quangninh"})
        iip, values = self.values(agg.query("summary", "dbsh", "2023-S1")[0], "IIP")
        self.assertEqual((values["mean"], iip["held"]), ("5.74", 1))
        self.check_findings(agg)
        agg.start()
        for unit, (value, iip) in self.CORRECTED.items():
            agent, first = receipts[unit]
            agent.connect()
            self.assertEqual(agent.submit(agent.body(2, 1, first.body, observations(value, iip))).verdict, 1)
        agg.stop()
        growth, values = self.values(agg.query("summary", "dbsh", "2023-S1")[0], "GRDP_GROWTH")
        self.assertEqual((values["mean"], values["weighted_mean"]), ("4.89", "3.60"))
        self.assertEqual({m["unit"]: m["rank"] for m in growth["members"]}["haiduong"], 6)
        self.check_forms(agg)

    def check_partial(self, agg):
        agg.stop()
        growth, _ = self.values(agg.query("summary", "dbsh", "2023-S1")[0], "GRDP_GROWTH")
        self.assertEqual((growth["received"], growth["held"], growth["missing"], growth["mark"]), (6, 2, 1, "insufficient"))  # 6 of 9 stand for less than four fifths of the weight
        self.assertAlmostEqual((growth["weight_received"] + growth["weight_held"]) / growth["weight_expected"], 0.82, 2)
        vi = agg.command("summary", "dbsh", "2023-S1", "-c", "agg.yaml", "--lang", "vi")
        self.assertIn("chưa báo cáo: Bắc Ninh", vi)
        self.assertIn("chưa đủ", vi)
        self.assertRegex(vi, r"Vĩnh Phúc \* +1,69 ~ +6 +34,30 \?!")
        self.assertRegex(vi, r"Bắc Ninh +- +-\n")  # nothing came, so it is not late
        self.assertEqual((growth["completeness"], growth["provisional"]), ("insufficient", True))
        agg.start()

    def check_findings(self, agg):
        """Words in two languages; the ESS report against its schema; the CSV twin; pages."""
        words = agg.command("findings", "dbsh", "2023-S1", "-c", "agg.yaml", "--lang", "vi", "--unit", "haiduong")
        self.assertRegex(words, r"hold +c10\.grdp_published +Tốc độ tăng GRDP \(GRDP_GROWTH\): 11,4% khác số .* \(7,23%\)")
        self.assertNotIn("vinhphuc", words)
        self.assertIn("34.3% the rest of the economy would have to grow by -30.92%",
                      agg.command("findings", "dbsh", "2023-S1", "-c", "agg.yaml", "--unit", "vinhphuc"))
        report = agg.query("findings", "dbsh", "2023-S1")
        with open(os.path.join(os.environ["PHUSA_SOURCE"], "docs/schema/validation-report.v1.json"), encoding="utf-8") as file:
            schema = json.load(file)
        jsonschema.validate(report, schema)
        with self.assertRaises(jsonschema.ValidationError):
            jsonschema.validate([{**report[0], "value": "2"}], schema)
        self.assertEqual(len({item["id"] for item in report}), len(report))
        held = {item["data"]["target"][0][0]: item for item in report if item["type"] == "validation" and item["rule"]["severity"] == "error"}
        self.assertEqual(set(held), {"S.haiduong.GRDP_GROWTH.2023-S1", "S.quangninh.GRDP_GROWTH.2023-S1", "S.vinhphuc.IIP.2023-S1"})
        self.assertEqual(held["S.haiduong.GRDP_GROWTH.2023-S1"]["data"]["description"], "row 1, value 11.4, bound 7.23")
        listed = sum(item["type"] == "validation" for item in report)
        self.assertEqual(sum(int(item["value"]) for item in report if item["type"] == "aggregation"), listed)
        rows = list(csv.DictReader(io.StringIO(agg.command("findings", "dbsh", "2023-S1", "-c", "agg.yaml", "--csv"))))
        self.assertEqual(sum(row["kind"] == "finding" for row in rows), listed)
        self.assertEqual(sum(int(row["n"]) for row in rows if row["kind"] == "count"), listed)
        excel = agg.command("findings", "dbsh", "2023-S1", "-c", "agg.yaml", "--excel")
        self.assertTrue(excel.startswith("\ufeffkind;submission;"))
        self.assertIn(";-12,59;", excel)
        self.check_pages(agg, listed)
        self.assertEqual(agg.run_command("findings", "dbsh", "2023-S1", "-c", "agg.yaml", "--unit", "haiduon")[0], FINDINGS)
        self.assertEqual(agg.run_command("findings", "dbsh", "2023-S1", "-c", "agg.yaml", "--limit", "-1")[0], USAGE)

    def check_pages(self, agg, listed):
        seen, after = 0, "0"
        for _ in range(20):
            code, out, err = agg.run_command("findings", "dbsh", "2023-S1", "-c", "agg.yaml", "--json", "--limit", "3", "--after", after)
            self.assertEqual(code, 0)
            seen += sum(item["type"] == "validation" for item in json.loads(out))
            if "--after" not in err:
                break
            after = err.split("--after")[1].split()[0]
        self.assertEqual(seen, listed)

    def check_forms(self, agg):
        """Table in two languages, CSV, JSON: the same figures."""
        vi = agg.command("summary", "dbsh", "2023-S1", "-c", "agg.yaml", "--lang", "vi")
        self.assertRegex(vi, r"bình quân giản đơn +4,89")
        self.assertRegex(vi, r"bình quân gia quyền +3,60")
        self.assertIn("tạm tính", vi)
        en = agg.command("summary", "dbsh", "2023-S1", "-c", "agg.yaml", "--lang", "en")
        self.assertRegex(en, r"simple mean +4\.89")
        self.assertRegex(en, r"Bac Ninh \* +-12\.59 ~!")
        self.assertIn("\n!  a rule marked it; it counts\n", en)
        self.assertIn("\n*  received after it was due\n", en)
        self.assertRegex(en, r"(?m)^\?  ")  # Vĩnh Phúc's index, until the head confirms it
        self.assertNotRegex(en, r"(?m)^\(M\)  |no value: ")
        self.assertNotIn("\x1b", vi + en)
        rows = list(csv.DictReader(io.StringIO(agg.command("summary", "dbsh", "2023-S1", "-c", "agg.yaml", "--csv"))))
        figure = {(row["indicator"], row["method"]): row["value"] for row in rows if not row["unit"]}
        self.assertEqual(figure["GRDP_GROWTH", "weighted_mean"], "3.60")
        self.assertEqual({row["unit"] for row in rows} - {""}, set(agg.UNITS))

    def test_a_word_is_no_value(self):
        """All nine answered, one of them that there is no figure: received, and yet partial, here as in the Kafka record."""
        agg = self.aggregator()
        for unit, (growth, iip) in self.PRINTED.items():
            cells = observations(growth, iip, status="A")
            if unit == "hanam":
                cells[0] = ["GRDP_GROWTH", 0, 0, ord("M"), "chưa có số chính thức"]
            agent = self.agent(agg, unit)
            self.assertEqual(agent.submit(agent.body(cells=cells)).verdict, 1)
        agg.stop()
        summary = agg.query("summary", "dbsh", "2023-S1")[0]
        growth, _ = self.values(summary, "GRDP_GROWTH")
        self.assertEqual((growth["received"], growth["missing"], growth["mark"], growth["completeness"]), (9, 0, "partial", "partial"))
        iip, _ = self.values(summary, "IIP")
        self.assertEqual((iip["mark"], iip["completeness"], iip["provisional"]), ("provisional", "complete", True))  # not frozen
        en = agg.command("summary", "dbsh", "2023-S1", "-c", "agg.yaml", "--lang", "en")
        self.assertIn("GRDP_GROWTH: no value: Ha Nam", en)
        self.assertIn("\n(M) ", en)


if __name__ == "__main__":
    main()
