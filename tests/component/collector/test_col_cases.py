#!/usr/bin/env python3
"""test_col_cases - the life of a held figure from the clerk's and the head's side: explain, decide, correct, freeze, reopen.

Hải Dương sends 11.40 where the statistics office published 7.23, so the shipped rule c10.grdp_published holds it. Thái Bình
is the head of 2023, Hà Nam a deputy. PHUSA_SEED makes the kills' choices again.
"""
import json
import os
import pty
import random
import select
import sqlite3
import subprocess
import threading

from col_case import Case, main

HELD = "indicator,value\nGRDP_GROWTH,11.40\nIIP,9.0\n"
RIGHT = "indicator,value\nGRDP_GROWTH,7.23\nIIP,9.0\n"
CORRECTION = ("--kind", "clerical", "--reason", "gõ nhầm")
STRANGE = "indicator,value\nGRDP_GROWTH,7.23\nIIP,34.3\n"
WHY = "nhà máy mới vận hành từ tháng 3"
VALUE = ("haiduong", "GRDP_GROWTH")
UNITS = ("thaibinh", "hanam", "haiduong", "hungyen")
KILLS = int(os.environ.get("PHUSA_KILLS") or 5)
SEED = int(os.environ.get("PHUSA_SEED") or random.SystemRandom().randrange(2 ** 32))


class Cases(Case):
    def setUp(self):
        super().setUp()
        self.agg = self.aggregator(units=UNITS, judged=True)
        self.head, self.deputy, self.clerk, self.other = (self.agg.provinces[unit] for unit in UNITS)

    def held(self):
        """The clerk's figure, held."""
        receipt = self.clerk.submit_json(HELD)
        self.assertEqual(receipt["verdict"], "HELD")
        return receipt

    def cases(self, province):
        listing = json.loads(province.ok("cases", "--json"))
        self.assertTrue(listing["fresh"])
        return listing["cases"]

    def case(self, province):
        found = self.cases(province)
        self.assertEqual(len(found), 1, found)
        return found[0]

    def explain(self, *options, code=0, of="GRDP_GROWTH"):
        found, out, err = self.clerk.command("explain", of, "--text", WHY, "--json", *options)
        self.assertEqual(found, code, out + err)
        return json.loads(out)

    def decide(self, *args, by=None, code=0):
        found, out, err = (by or self.head).command("decide", *args, "--yes", "--json")
        self.assertEqual(found, code, out + err)
        return json.loads(out)

    def member(self, after, unit="haiduong"):
        """What the cluster's GRDP figure says of a unit once the log entry `after` is in it."""
        figure = self.figure(self.agg, "GRDP_GROWTH", after)
        return next(m for m in figure["members"] if m["unit"] == unit)

    def logged(self, kind):
        with sqlite3.connect(f"file:{self.agg.path('ledger.db')}?mode=ro", uri=True) as db:
            return [bytes(row[0]) for row in db.execute("SELECT id FROM entry WHERE kind = ?", (kind,))]

    # ---- the way of a figure ----

    def test_explained_confirmed_counted(self):
        receipt = self.held()
        self.assertEqual(self.member(receipt["seq"])["state"], "held")
        status = self.clerk.ok("status", lang="vi")
        self.assertIn("1 số liệu tạm giữ: cần giải trình", status)
        mine = self.case(self.clerk)
        self.assertEqual((mine["state"], mine["value"], mine["rules"][0]["id"]), ("held", "11.40", "c10.grdp_published"))
        self.assertIn("phusa-collector explain GRDP_GROWTH --period 2023-S1", mine["next"])
        self.assertEqual(self.cases(self.other), [])  # what is others' is not a member's to see
        receipt = self.explain()
        self.assertEqual((receipt["verdict"], receipt["item"]["kind"], receipt["item"]["stage"]), ("ACCEPTED", "explanation", "judged"))
        self.assertTrue(receipt["verified"])
        theirs = self.case(self.head)
        self.assertEqual((theirs["state"], theirs["explanation"], theirs["unit"]), ("explained", WHY, "haiduong"))
        self.assertIn("7.23%", theirs["rules"][0]["text"])  # the head has no receipt of it; the registry knows the bound
        self.assertIn("decide confirm haiduong GRDP_GROWTH", theirs["next"])
        self.assertEqual(self.case(self.deputy)["next"], "the head is to decide")
        self.assertEqual(self.head.status()["cases"]["to_decide"], 1)
        self.assertIn("1 số liệu đã giải trình: chờ cụm trưởng quyết định", self.head.ok("status", lang="vi"))
        receipt = self.decide("confirm", *VALUE)
        self.assertEqual((receipt["item"]["kind"], receipt["item"]["decision"], receipt["item"]["subject"]), ("decision", "confirm", "haiduong"))
        member = self.member(receipt["seq"])
        self.assertEqual((member["state"], member["value"]), ("given", "11.40"))
        self.assertEqual(self.case(self.clerk)["state"], "confirmed")
        self.assertEqual(self.head.status()["cases"]["to_decide"], 0)
        code, _, err = self.clerk.command("explain", "GRDP_GROWTH", "--text", WHY, lang="vi")
        self.assertEqual(code, 1)
        self.assertIn("explain.closed", err)

    def why(self, province, lang):
        """The line of `cases` that says why its one value is held, as a person reads it."""
        line, = (line for line in province.ok("cases", lang=lang).splitlines() if "[c4.implied_remainder]" in line)
        return line.split("  ", 2)[2].strip()

    def test_the_head_reads_what_the_clerk_read(self):
        """A rule whose number is in no registry: what the rest of the economy would have to do."""
        receipt = self.clerk.submit_json(STRANGE)
        self.assertEqual(receipt["verdict"], "HELD")
        said, = (f["text"] for f in receipt["findings"] if f["code"] == "c4.implied_remainder")
        self.assertIn("-19.84%", said)
        self.assertEqual(self.case(self.head)["rules"], [{"id": "c4.implied_remainder", "text": said}])
        for lang, parts in (("vi", ("34,3%", "phần còn lại của nền kinh tế phải tăng -19,84%")),
                            ("en", ("34.3%", "the rest of the economy would have to grow by -19.84%"))):
            shown = self.why(self.head, lang)
            for part in parts:
                self.assertIn(part, shown)
            self.assertNotIn("…", shown)
            self.assertEqual(shown, self.why(self.clerk, lang))
            self.assertEqual(shown, self.why(self.deputy, lang))
        # the same value beside another growth: the same case, and the rule finds another number
        receipt = self.clerk.submit_json(STRANGE.replace("7.23", "7.24"), *CORRECTION)
        self.assertEqual(receipt["verdict"], "HELD")
        self.assertIn("-19,82%", self.why(self.head, "vi"))
        self.explain(of="IIP")
        shown, code = self.at_a_terminal(self.head, ("decide", "confirm", "haiduong", "IIP", "--lang", "vi"), "[c/K]", "c\n")
        self.assertEqual(code, 0, shown)
        self.assertIn("-19,82%", shown)
        self.assertEqual(self.case(self.head)["state"], "confirmed")
        self.agg.stop()
        self.assertIn("-19,82%", self.head.command("cases", lang="vi")[1])  # as heard before

    def test_a_head_decides_upon_its_own_value(self):
        self.assertEqual(self.head.submit_json(HELD)["verdict"], "HELD")
        self.held()
        said = {"vi": "lưu ý           số liệu của chính đơn vị cụm trưởng: cụm trưởng quyết định về số liệu của mình",
                "en": "note            a value of the head's own unit: the head decides upon its own figure"}
        for province in (self.head, self.deputy):
            for lang, words in said.items():
                self.assertEqual(province.ok("cases", lang=lang).count(words), 1)
            self.assertEqual({c["unit"]: c["of_head"] for c in self.cases(province)}, {"thaibinh": True, "haiduong": False})
        own = ("thaibinh", "GRDP_GROWTH")
        shown, _ = self.at_a_terminal(self.head, ("decide", "override", *own, "--reason", "số mới", "--lang", "vi"), "[c/K]", "k\n")
        self.assertIn(said["vi"], shown)
        receipt = self.decide("override", *own, "--reason", "số mới")
        theirs = self.decide("override", *VALUE, "--reason", "đã đối chiếu")
        self.assertIn("cụm trưởng đã quyết định về số liệu của mình", self.deputy.ok("cases", lang="vi"))
        self.assertIn("the head has decided upon its own figure", self.deputy.ok("cases"))
        printed = self.head.ok("receipts", receipt["item"]["id"], lang="vi")
        self.assertIn("quyết định về số liệu của chính đơn vị mình", printed)
        self.assertIn("decided upon a figure of the own unit", self.head.ok("receipts", receipt["item"]["id"]))
        self.assertNotIn("chính đơn vị mình", self.head.ok("receipts", theirs["item"]["id"], lang="vi"))
        self.member(theirs["seq"])  # published
        self.own_unit_in_history()

    def own_unit_in_history(self):
        words = ("history", "dbsh", "2023-S1", "GRDP_GROWTH", "-c", "agg.yaml", "--lang")
        vi, en = (self.agg.command(*words, lang) for lang in ("vi", "en"))
        self.assertRegex(vi, r"Thái Bình: .*; cho qua bởi thaibinh \(số liệu của chính mình\): “số mới” \(mục \d+\)")
        self.assertRegex(en, r"Thai Binh: .*; let pass by thaibinh \(its own figure\): “số mới”")
        self.assertRegex(en, r"Hai Duong: .*; let pass by thaibinh: “đã đối chiếu”")
        vintages = self.agg.query("history", "dbsh", "2023-S1", "GRDP_GROWTH")[0]["vintages"]
        found = {change["unit"]: cause["own_unit"] for v in vintages for change in v["changes"] for cause in change["causes"]
                 if cause["kind"] == "decision"}
        self.assertEqual(found, {"thaibinh": True, "haiduong": False})

    def test_overridden_with_a_reason_for_ever(self):
        self.held()
        code, _, err = self.head.command("decide", "override", *VALUE, "--yes")
        self.assertEqual(code, 2)
        self.assertIn("decide.reason", err)
        receipt = self.decide("override", *VALUE, "--reason", "đã đối chiếu niên giám")
        self.assertEqual(self.member(receipt["seq"])["state"], "given")
        mine = self.case(self.clerk)
        self.assertEqual((mine["state"], mine["reason"]), ("overridden", "đã đối chiếu niên giám"))

    def test_returned_and_corrected(self):
        self.held()
        self.explain()
        self.decide("return", *VALUE, "--reason", "chưa có nguồn")
        mine = self.case(self.clerk)
        self.assertEqual((mine["state"], mine["reason"]), ("returned", "chưa có nguồn"))
        self.assertIn("explain GRDP_GROWTH", mine["next"])
        receipt = self.clerk.submit_json(RIGHT, *CORRECTION)
        self.assertEqual(receipt["verdict"], "ACCEPTED")
        self.assertEqual(self.clerk.status()["cases"]["own_to_explain"], 0)  # submit heard it by itself
        self.assertEqual(self.cases(self.clerk), [])
        member = self.member(receipt["seq"])
        self.assertEqual((member["state"], member["value"]), ("given", "7.23"))

    def test_frozen_and_reopened(self):
        self.clerk.submit_json(RIGHT)
        self.decide("freeze")
        code, out, err = self.clerk.submit("indicator,value\nIIP,9.1\n", *CORRECTION, lang="vi")
        self.assertEqual(code, 1, err)
        self.assertIn("[submission.frozen]", out)
        self.assertIn("Chỉ khi cụm trưởng mở lại kỳ thì số liệu mới được nhận", out)
        self.assertNotIn("Sửa theo danh sách trên", out)
        self.assertEqual(json.loads(self.clerk.ok("status", "--json"))["expected"][0]["state"], "frozen")
        code, _, err = self.head.command("decide", "reopen", "--yes")
        self.assertEqual(code, 2)
        self.assertIn("decide.reason", err)
        self.decide("reopen", "--reason", "đính chính IIP")
        receipt = self.clerk.submit_json("indicator,value\nIIP,9.1\n", *CORRECTION)
        self.assertEqual(receipt["verdict"], "ACCEPTED")

    def test_extended_for_one_unit(self):
        receipt = self.decide("extend", "haiduong", "--due", "05/08/2031", "--reason", "bão số 3")
        self.assertEqual((receipt["item"]["decision"], receipt["item"]["subject"]), ("extend", "haiduong"))
        self.assertEqual(receipt["item"]["due_us"], 1943715599 * 10 ** 6)
        for lang, words in (("vi", "Hạn nộp mới +2031-08-05 23:59:59"), ("en", "New deadline +2031-08-05 23:59:59")):
            self.assertRegex(self.head.ok("receipts", receipt["item"]["id"], lang=lang), words)
        code, out, err = self.head.command("decide", "extend", "hanam", "--due", "2031-08-06 17:00", "--reason", "x", "--yes", lang="vi")
        self.assertEqual(code, 0, err)
        self.assertIn("Hạn nộp mới có hiệu lực: hanam, 2031-08-06 17:00:00 (giờ Việt Nam).", out)
        self.cases(self.clerk)  # hears where it stands
        self.assertIn("2031-08-05 23:59:59", self.clerk.ok("status"))
        self.cases(self.other)
        self.assertIn("2023-07-15 17:00:00", self.other.ok("status"))
        for due in ((), ("--due", "mai")):
            code, _, err = self.head.command("decide", "extend", *due, "--reason", "x", "--yes")
            self.assertEqual(code, 2)
            self.assertIn("decide.due", err)

    # ---- who may, and what was meant ----

    def test_who_is_not_the_head_is_told(self):
        self.held()
        code, out, err = self.deputy.command("decide", "override", *VALUE, "--reason", "x", "--yes", lang="vi")
        self.assertEqual(code, 1, err)
        self.assertIn("hanam không phải cụm trưởng trong năm 2023", err)
        self.assertIn("Chỉ cụm trưởng trong năm của số liệu (thaibinh) mới được quyết định", out)
        self.assertIn("[decision.not_head]", out)
        self.assertIn("Quyết định không có hiệu lực", out)
        self.assertEqual(self.case(self.clerk)["state"], "held")

    def test_others_values_are_the_heads_to_see(self):
        """A member that names another unit's value is not told that nothing is held: it may not know."""
        self.held()
        code, _, err = self.other.command("decide", "override", *VALUE, "--reason", "x", "--yes", lang="vi")
        self.assertEqual(code, 1)
        self.assertNotIn("không có số liệu nào", err)
        self.assertIn("số liệu tạm giữ của haiduong chỉ cụm trưởng và cụm phó của năm số liệu thấy được", err)
        self.assertIn("chỉ cụm trưởng quyết định", err)
        self.assertIn("case.none", err)
        code, _, err = self.other.command("decide", "override", *VALUE, "--reason", "x", "--yes")
        self.assertIn("held values of haiduong are shown to the head of the cluster and its deputies of the year of the data only", err)
        self.assertIn("only the head decides", err)
        self.assertNotIn("no value is held", err)
        self.assertEqual(self.other.states(), {})

    def test_a_blank_reason_is_refused_here(self):
        self.held()
        for blank in (" ", "\t \n", "\u00a0"):
            for args in (("override", *VALUE), ("return", *VALUE), ("reopen",), ("confirm", *VALUE)):
                code, _, err = self.head.command("decide", *args, "--reason", blank, "--yes", lang="vi")
                self.assertEqual(code, 2, args)
                self.assertIn("lý do để trống", err)
        self.assertFalse(os.path.exists(self.head.path("spool.db")))  # nothing was signed

    def test_what_was_meant_is_said(self):
        self.held()
        for args, says in ((("decide", "confirm", "haidoung", "GRDP_GROWTH", "--yes"), "có phải ý bạn là haiduong?"),
                           (("decide", "confirm", "haiduong", "GRDP_GROWHT", "--yes"), "có phải ý bạn là GRDP_GROWTH?"),
                           (("explain", "GRDP_GROWHT", "--text", "x"), "có phải ý bạn là GRDP_GROWTH?"),
                           (("decide", "comfirm", "haiduong", "GRDP_GROWTH"), "decide confirm"),
                           (("decide", "confirm", "namdinh", "GRDP_GROWTH", "--yes"), "đang bị giữ: haiduong GRDP_GROWTH (2023-S1)"),
                           (("explain", "IIP", "--text", "x"), "không có số liệu nào")):
            code, _, err = self.head.command(*args, lang="vi")
            self.assertNotEqual(code, 0)
            self.assertIn(says, err, args)
        self.assertEqual(self.head.states(), {})
        # names do as well as codes
        self.decide("override", "Hải Dương", "tốc độ tăng grdp", "--reason", "x")

    def test_the_words_come_from_option_file_or_input(self):
        self.held()
        code, _, err = self.clerk.command("explain", "GRDP_GROWTH")
        self.assertEqual(code, 2)
        self.assertIn("explain.text", err)
        for text in ("", " \n", "x" * 1025, "a\u202eb"):
            code, _, err = self.clerk.command("explain", "GRDP_GROWTH", "--file", self.clerk.file("why.txt", text))
            self.assertEqual(code, 2, text)
            self.assertIn("explain.text", err)
        self.clerk.ok("explain", "GRDP_GROWTH", "--file", self.clerk.file("why.txt", "\ufeffdòng một\r\ndòng hai\r\n\r\n"))
        self.assertEqual(self.case(self.head)["explanation"], "dòng một\ndòng hai")
        done = subprocess.run([self.clerk.program, "explain", "GRDP_GROWTH", "--file", "-", "-c", "col.yaml"], cwd=self.clerk.folder,
                              input="từ bàn phím\n", text=True, capture_output=True, check=False, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.case(self.head)["explanation"], "từ bàn phím")  # the later words replace the earlier

    def test_the_head_is_shown_what_is_decided_and_asked(self):
        self.held()
        self.explain()
        code, _, err = self.head.command("decide", "confirm", *VALUE)
        self.assertEqual(code, 2)
        self.assertIn("decide.unasked", err)
        code, _, err = self.head.command("decide", "confirm", *VALUE, "--json")
        self.assertEqual(code, 2)
        self.assertIn("--json needs --yes", err)
        for answer, ends, state in (("k\n", 2, "explained"), ("c\n", 0, "confirmed")):
            shown, code = self.at_a_terminal(self.head, ("decide", "confirm", *VALUE, "--lang", "vi"), "[c/K]", answer)
            self.assertEqual(code, ends, shown)
            for part in ("Quyết định: xác nhận", "Hải Dương (haiduong)", "11,40%", "[c10.grdp_published]", WHY):
                self.assertIn(part, shown)
            self.assertEqual(self.case(self.head)["state"], state)

    def at_a_terminal(self, province, args, question, answer):
        """(everything shown, exit code) of a command on a terminal where somebody answers its question."""
        pid, fd = pty.fork()
        if pid == 0:
            os.chdir(province.folder)
            os.execv(province.program, [province.program, *args, "-c", "col.yaml"])
        shown = b""
        while select.select([fd], [], [], 60)[0]:
            try:
                part = os.read(fd, 4096)
            except OSError:
                break
            if not part:
                break
            asked = question.encode() in shown
            shown += part
            if question.encode() in shown and not asked:
                os.write(fd, answer.encode())
        os.close(fd)
        return shown.decode(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    # ---- off-line, beside the daemon, killed ----

    def test_cases_off_line_says_so(self):
        self.held()
        self.agg.stop()
        code, out, err = self.clerk.command("cases", lang="vi")
        self.assertEqual(code, 4)
        self.assertIn("cases.offline", err)
        self.assertIn("từ đó có thể đã đổi", err)
        self.assertIn("11,40%", out)  # as heard before
        code, out, _ = self.clerk.command("cases", "--json")
        self.assertEqual((code, json.loads(out)["fresh"]), (4, False))
        code, _, err = self.head.command("decide", "confirm", *VALUE, "--yes")  # it never heard of the value
        self.assertEqual(code, 4)
        self.assertIn("cases.offline", err)
        self.assertEqual(self.head.states(), {})

    def test_explained_off_line_then_drained_in_order(self):
        self.agg.stop()
        code, _, err = self.clerk.submit(HELD, "--no-wait")
        self.assertEqual(code, 0, err)
        code, _, err = self.clerk.command("explain", "GRDP_GROWTH", "--text", WHY, "--wait", "1s", lang="vi")
        self.assertEqual(code, 4)
        self.assertIn("post.unanswered", err)
        self.assertIn("giá trị lấy từ máy này", err)
        self.assertEqual(self.clerk.states(), {"queued": 2})
        code, _, err = self.clerk.command("explain", "VA_AGR", "--text", WHY, "--no-wait")  # no such figure was sent
        self.assertEqual(code, 1)
        self.assertIn("explain.no_figure", err)
        self.agg.start()
        self.clerk.start()
        self.settle(self.clerk)
        items = self.clerk.status()["items"]
        self.assertEqual([(i["kind"], i["verdict"]) for i in items], [("explanation", "ACCEPTED"), ("submission", "HELD")])
        self.assertLess(items[1]["seq"], items[0]["seq"])
        self.assertEqual(self.case(self.head)["explanation"], WHY)  # the digest made here is the one made there

    def settle(self, province):
        since = 0
        while any(state in province.states() for state in ("queued", "sent")):
            n = len(province.lines)
            province.wait_line("col.item.(judged|refused|parked)|col.link", since=since)
            since = n
        self.assertEqual(province.stop(), 0)

    def test_beside_the_daemon(self):
        """The daemon holds the line; commands hear and send through it."""
        self.clerk.start()
        self.head.start()
        self.held()
        self.assertEqual(self.case(self.clerk)["state"], "held")
        self.explain()
        self.decide("confirm", *VALUE)
        self.assertEqual(self.case(self.clerk)["state"], "confirmed")
        self.clerk.wait_line("event=col.item.judged .*kind=explanation")

    def test_killed_between(self):
        print(f"seed {SEED}, {KILLS} kills")
        chance = random.Random(SEED)
        self.held()
        for i in range(KILLS):
            self.clerk.start(wait=False)
            killer = threading.Timer(chance.uniform(0, 0.4), lambda: os.kill(self.clerk.pid, 9))
            killer.start()
            code, out, err = self.clerk.command("explain", "GRDP_GROWTH", "--text", f"{WHY} {i}", "--no-wait")
            self.assertEqual(code, 0, out + err)
            self.clerk.command("explain", "GRDP_GROWTH", "--text", f"{WHY} {i}, again",
                               wrapper=("timeout", "-s", "KILL", f"{chance.uniform(0, 0.5):.3f}"))
            killer.join()
            self.clerk.kill9()
        self.clerk.start()
        self.settle(self.clerk)
        with sqlite3.connect(f"file:{self.clerk.path('spool.db')}?mode=ro", uri=True) as db:
            judged = {bytes(row[0]) for row in db.execute("SELECT id FROM item WHERE state = 4 AND kind = 7")}
            waiting, = db.execute("SELECT COUNT(*) FROM item WHERE state NOT IN (4, 5)").fetchone()
        self.assertEqual(waiting, 0)
        logged = self.logged(7)
        self.assertEqual(len(logged), len(set(logged)))  # each once
        self.assertEqual(set(logged), judged)
        for item in self.clerk.status()["items"]:
            if item["state"] == "judged":
                self.assertIn('"verified":true', self.clerk.ok("receipts", item["id"], "--json"))

    # ---- receipts ----

    def test_receipts_name_what_they_are(self):
        self.held()
        receipt = self.explain()
        printed = self.clerk.ok("receipts", receipt["item"]["id"], lang="vi")
        for part in ("BIÊN NHẬN GIẢI TRÌNH", "GRDP_GROWTH", WHY, "đúng: chữ ký"):
            self.assertIn(part, printed)
        receipt = self.decide("return", *VALUE, "--reason", "chưa có nguồn")
        printed = self.head.ok("receipts", receipt["item"]["id"], lang="vi")
        for part in ("BIÊN NHẬN QUYẾT ĐỊNH", "trả lại", "haiduong", "chưa có nguồn"):
            self.assertIn(part, printed)
        self.assertRegex(self.head.ok("receipts", lang="vi"), r"trả lại haiduong GRDP_GROWTH .* đã xét: được nhận")
        code, _, err = self.head.command("decide", "explain")
        self.assertEqual(code, 2, err)
        item, = json.loads(self.head.ok("receipts", "--json"))
        self.assertEqual((item["reason"], item["refusal"]), ("chưa có nguồn", ""))
        self.assertEqual(json.loads(self.head.ok("receipts", item["id"], "--json"))["item"]["reason"], "chưa có nguồn")
        self.clerk.submit_json(RIGHT, *CORRECTION)
        self.assertEqual([item["reason"] for item in json.loads(self.clerk.ok("receipts", "--json"))], ["gõ nhầm", WHY, ""])


if __name__ == "__main__":
    main()
