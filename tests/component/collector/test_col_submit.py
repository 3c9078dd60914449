#!/usr/bin/env python3
"""test_col_submit - from a file to a receipt: the four states, corrections, refusals, both languages."""
import json
import os
import pty
import re
import select
import shutil
import sqlite3
import subprocess

from col_case import WHOLE, Case, main, source

CORRECTION = ("--kind", "clerical", "--reason", "typing error")


class Submit(Case):
    def test_words_in_both_languages(self):
        agg = self.aggregator(units=("thaibinh", "bacninh"))
        p = agg.provinces["thaibinh"]
        code, out, err = p.submit(WHOLE, lang="vi")
        self.assertEqual(code, 0, err)
        self.assertIn("đã xét: được nhận", out)
        self.assertIn("Số liệu đã được tính", out)
        self.assertIn("Đã ký và giữ trong spool", err)
        code, out, err = agg.provinces["bacninh"].submit("indicator,value\nGRDP_GROWTH,-12.59\nIIP,-18.4\n", lang="en")
        self.assertEqual(code, 0, err)
        self.assertIn("judged: accepted", out)
        self.assertIn("[range.soft]", out)
        self.assertIn("-12.59%", out)
        self.assertIn("below the usual", out)

    def test_changed_cells_make_a_whole_revision(self):
        agg = self.aggregator()
        p = agg.provinces["thaibinh"]
        first = p.submit_json(WHOLE)
        self.assertEqual(first["item"]["revision"], 1)
        code, out, err = p.submit("indicator,value\nIIP,9.5\n", *CORRECTION)
        self.assertEqual(code, 0, err)
        self.assertIn("revision 2, changing revision 1; 1 cells changed, 1 kept", err)
        self.assertRegex(err, r"IIP +Index of industrial production +9\.4 +9\.5")
        with sqlite3.connect(f"file:{agg.path('ledger.db')}?mode=ro", uri=True) as db:
            n, = db.execute("SELECT COUNT(*) FROM entry WHERE kind = 2").fetchone()
        self.assertEqual(n, 2)
        # nothing changed: nothing sent, and no reason asked for
        code, _, err = p.submit("indicator,value\nIIP,9.5\n")
        self.assertEqual(code, 0, err)
        self.assertIn("nothing to send", err)
        self.assertTrue(json.loads(p.submit("indicator,value\nIIP,9.5\n", "--json")[1])["unchanged"])
        # the same figure with other zeros is the same figure
        code, _, err = p.submit("giá trị;mã chỉ tiêu\n9,50;IIP\n7,7700;GRDP_GROWTH\n")
        self.assertEqual(code, 0, err)
        self.assertIn("nothing to send", err)
        code, _, err = p.command("check", "figures.csv")
        self.assertEqual(code, 0, err)
        self.assertIn("nothing to send", err)
        self.assertEqual(p.states(), {"judged": 2})

    def test_items_travel_with_the_form(self):
        agg = self.aggregator()
        p = agg.provinces["thaibinh"]
        notes = os.path.join(source(), "tests", "data", "red-river-2023-S1", "notes.csv")
        code, out, err = p.submit(WHOLE, "--items", notes, lang="en")
        self.assertEqual(code, 0, err)
        self.assertIn("2 narrative items (movements, directives, models), 0 before", err)
        self.assertIn("6 rows belong to other units (first: namdinh)", out)
        code, out, err = p.submit("indicator,value\nIIP,9.5\n", *CORRECTION)  # the words stay
        self.assertEqual(code, 0, err)
        self.assertNotIn("narrative items", err)
        unchanged = json.loads(p.submit("indicator,value\nIIP,9.5\n", "--json", "--items", notes)[1])
        self.assertTrue(unchanged["unchanged"])
        bad = p.file("bad.csv", "kind,title\nslogan,x\n")
        code, out, err = p.submit("indicator,value\nIIP,9.5\n", "--items", bad, *CORRECTION)
        self.assertEqual(code, 1)
        self.assertIn("bad.csv:2:1 (cell A2): error", out)
        self.assertIn("Not sent", err)
        untitled = p.file("untitled.csv", "kind,title,detail\nmodel,,x\n")
        code, out, err = p.submit("indicator,value\nIIP,9.5\n", "--items", untitled, *CORRECTION, lang="en")
        self.assertEqual(code, 1)
        self.assertIn("untitled.csv:2:2 (cell B2): error: The item has no title", out)
        none = p.file("none.csv", "kind,title\n")
        code, _, err = p.submit("indicator,value\nIIP,9.5\n", "--items", none, *CORRECTION)  # words alone, taken back
        self.assertEqual(code, 0, err)
        self.assertIn("0 narrative items (movements, directives, models), 2 before", err)
        agg.stop()
        register = agg.query("register", "dbsh", "2023-S1")
        row = next(u for u in register["units"] if u["unit"] == "thaibinh")
        self.assertEqual((row["revision"], row["items"]), (3, []))

    def test_a_correction_needs_kind_and_reason(self):
        agg = self.aggregator()
        p = agg.provinces["thaibinh"]
        p.submit_json(WHOLE)
        for options in ((), ("--kind", "clerical"), ("--kind", "first", "--reason", "x"), ("--kind", "nonsense", "--reason", "x")):
            code, _, err = p.submit("indicator,value\nIIP,1\n", *options)
            self.assertEqual(code, 2, options)
            self.assertIn("--kind", err)
        self.assertEqual(p.states(), {"judged": 1})

    def test_a_mistyped_kind_is_told_with_the_nearest(self):
        p = self.aggregator().provinces["thaibinh"]
        code, _, err = p.submit(WHOLE, "--kind", "withdrawel", "--reason", "x", lang="vi")
        self.assertEqual(code, 2)
        self.assertIn("có phải ý bạn là --kind withdrawal?", err)

    def test_a_withdrawal_withdraws(self):
        agg = self.aggregator()
        p = agg.provinces["thaibinh"]
        why = ("--kind", "withdrawal", "--reason", "chờ thẩm định lại")
        code, _, err = p.submit("indicator,value\nIIP,\n", *why)  # nothing was accepted yet
        self.assertEqual(code, 2)
        self.assertIn("submit.nothing_to_withdraw", err)
        p.submit_json(WHOLE)
        code, _, err = p.submit("indicator,value\nIIP,\n", "--kind", "withdrawal")
        self.assertEqual(code, 2)
        self.assertIn("needs its reason", err)
        code, out, err = p.submit("indicator,value\nIIP,9.9\n", *why)  # a value: which of the two is meant?
        self.assertEqual(code, 1)
        self.assertIn("figures.csv:2:2 (cell B2)", out)
        self.assertIn("cell.withdrawn_value", out)
        self.assertIn("empty the value cell", out)
        self.assertEqual(p.states(), {"judged": 1})
        p.file("figures.csv", "indicator,value\nIIP,\n")
        code, _, err = p.command("check", "figures.csv", *why)
        self.assertEqual(code, 0, err)
        receipt = p.submit_json("indicator,value\nIIP,\n", *why)  # required, and accepted for its note
        self.assertEqual(receipt["verdict"], "ACCEPTED")
        self.assertEqual(receipt["item"]["revision"], 2)
        figure = self.figure(agg, "IIP", after=receipt["seq"])
        self.assertEqual({v["value"] for v in figure["values"]}, {None}, figure)
        self.assertEqual([(m["state"], m["status"], m["revision"]) for m in figure["members"] if m["unit"] == "thaibinh"], [("no_value", "O", 2)])
        code, _, err = p.submit("indicator,value\nIIP,\n", *why)
        self.assertEqual(code, 0, err)
        self.assertIn("nothing to send", err)

    def test_a_withdrawal_needs_the_figures_that_stand(self):
        """On a machine set up anew the file alone would be the revision, and withdraw the rest silently."""
        agg = self.aggregator()
        p = agg.provinces["thaibinh"]
        p.submit_json(WHOLE)
        os.unlink(p.path("spool.db"))
        code, _, err = p.submit("indicator,value\nIIP,\nGRDP_GROWTH,\n", "--kind", "withdrawal", "--reason", "x")
        self.assertEqual(code, 2)
        self.assertIn("submit.withdraw_base", err)
        self.assertIn("revision 1", err)

    def test_a_correction_of_nothing_is_told_and_goes_as_the_first(self):
        p = self.aggregator().provinces["thaibinh"]
        code, _, err = p.submit(WHOLE, *CORRECTION)
        self.assertEqual(code, 0, err)
        self.assertIn("there is nothing to correct", err)
        self.assertEqual(p.status()["items"][0]["base_revision"], 0)
        code, _, err = p.submit("indicator,value\nIIP,9.5\n", *CORRECTION)
        self.assertNotIn("nothing to correct", err)

    def test_a_bad_file_is_not_sent(self):
        p = self.aggregator().provinces["thaibinh"]
        code, out, err = p.submit("indicator,value\nGRDP_GROWTH,99\nIIP,9.4\n")
        self.assertEqual(code, 1)
        self.assertIn("range.hard", out)
        self.assertIn("Not sent", err)
        self.assertEqual(p.states(), {})

    def test_without_a_terminal_it_asks_for_yes(self):
        p = self.aggregator().provinces["thaibinh"]
        code, _, err = p.command("submit", p.file("f.csv", WHOLE))
        self.assertEqual(code, 2)
        self.assertIn("--yes", err)
        self.assertEqual(p.states(), {})

    def on_terminal(self, p, answer, *args):
        """Run with a terminal, give one answer: (exit code, all it said)."""
        master, slave = pty.openpty()
        child = subprocess.Popen([p.program, *args, "-c", "col.yaml", "--lang", "vi"], cwd=p.folder, stdin=slave, stdout=slave, stderr=slave)
        os.close(slave)
        said, answered = b"", False
        while True:
            if not select.select([master], [], [], 60)[0]:
                child.kill()
                self.fail(said.decode())
            try:
                part = os.read(master, 4096)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            said += part
            if not answered and "Ký và gửi?".encode() in said:
                os.write(master, answer)
                answered = True
        os.close(master)
        return child.wait(60), said.decode()

    def test_on_a_terminal_it_asks(self):
        p = self.aggregator().provinces["thaibinh"]
        p.file("f.csv", WHOLE)
        code, said = self.on_terminal(p, b"k\n", "submit", "f.csv")
        self.assertEqual(code, 2)
        self.assertIn("không gửi", said)
        self.assertEqual(p.states(), {})
        code, said = self.on_terminal(p, b"c\n", "submit", "f.csv")
        self.assertEqual(code, 0, said)
        self.assertIn("được nhận", said)

    def test_no_wait_then_run(self):
        p = self.aggregator().provinces["thaibinh"]
        code, out, err = p.submit(WHOLE, "--no-wait", "--json")
        self.assertEqual(code, 0, err)
        item = json.loads(out)["item"]
        self.assertEqual((item["state"], item["stage"]), ("queued", "not_sent"))
        p.start()
        p.wait_line("col.item.judged")
        self.assertEqual(p.states(), {"judged": 1})
        # with the daemon running submit leaves the sending to it
        code, out, err = p.submit("indicator,value\nIIP,9.9\n", *CORRECTION)
        self.assertEqual(code, 0, err)
        self.assertIn("judged: accepted", out)
        self.assertEqual(p.stop(), 0)

    def test_receipts_are_printable_and_verified_again(self):
        agg = self.aggregator()
        p = agg.provinces["thaibinh"]
        receipt = p.submit_json(WHOLE)
        self.assertTrue(receipt["verified"])
        self.assertEqual(receipt["counts"], [{"action": "note", "count": 1, "rule": "submission.late"}])
        uid = receipt["item"]["id"]
        page = p.ok("receipts", uid[:13], lang="vi")
        for word in ("BIÊN NHẬN", "thaibinh", uid, receipt["item"]["digest"], receipt["checkpoint"]["root"], "đúng"):
            self.assertIn(word, page)
        self.assertIn(uid, p.ok("receipts"))
        self.assertEqual(json.loads(p.ok("receipts", "--json"))[0]["id"], uid)
        self.assertEqual(p.command("receipts", "ffff")[0], 1)
        # a receipt that somebody changed does not pass
        with sqlite3.connect(p.path("spool.db")) as db:
            frame, = db.execute("SELECT frame FROM receipt").fetchone()
            db.execute("UPDATE receipt SET frame = ?", (frame[:-40] + bytes([frame[-40] ^ 1]) + frame[-39:],))
        code, out, err = p.command("receipts", uid)
        self.assertNotEqual(code, 0)
        self.assertRegex(out + err, "BAD|damaged")

    def test_unanswered_it_says_that_nothing_is_lost(self):
        agg = self.aggregator(start=False)
        p = agg.provinces["thaibinh"]
        code, _, err = p.submit(WHOLE, "--wait", "1s")
        self.assertIn("not sent: no TCP connection", err)  # the line of progress
        self.assertEqual(code, 4)
        self.assertIn("nothing is lost", err)
        self.assertIn("no TCP connection", err)
        self.assertEqual(p.states(), {"queued": 1})
        # a second thought before it was ever sent replaces it
        code, _, err = p.submit("indicator,value\nIIP,9.9\n", "--no-wait")
        self.assertEqual(code, 0, err)
        self.assertEqual(p.states(), {"queued": 1, "superseded": 1})
        agg.start()
        p.start()
        p.wait_line("col.item.judged")
        self.assertEqual(p.states(), {"judged": 1, "superseded": 1})
        self.assertEqual(agg.fates()["accepted"], 1)

    def test_a_machine_set_up_anew_goes_on_above_the_numbers_used(self):
        agg = self.aggregator()
        p = agg.provinces["thaibinh"]
        p.submit_json(WHOLE)
        os.unlink(p.path("spool.db"))
        code, _, err = p.submit("indicator,value\nIIP,9.5\n", *CORRECTION)
        self.assertEqual(code, 1)  # the base's cells are not here: the whole form must come
        receipt = p.submit_json("indicator,value\nGRDP_GROWTH,7.77\nIIP,9.5\n", *CORRECTION)
        self.assertEqual(receipt["item"]["revision"], 2)
        self.assertEqual(receipt["item"]["base_revision"], 1)
        self.assertEqual(receipt["verdict"], "ACCEPTED")
        self.assertIsNotNone(err)

    def test_the_template_brings_the_last_values(self):
        p = self.aggregator().provinces["thaibinh"]
        p.submit_json(WHOLE)
        text = p.ok("template", "--excel", lang="vi")
        self.assertRegex(text, r"(?m)^GRDP_GROWTH;[^\r]*;7,77;;\r?$")
        code, _, err = p.submit(text, *CORRECTION)
        self.assertEqual(code, 0, err)
        self.assertIn("nothing to send", err)

    def test_the_review_itself(self):
        """The figures of the review in one file of all nine: each province sends its own rows."""
        agg = self.aggregator(units=("haiduong", "thaibinh"))
        path = os.path.join(source(), "tests", "data", "red-river-2023-S1", "figures.csv")
        if not os.path.exists(path):
            self.skipTest("the review's data is not in the tree")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for unit, value in (("haiduong", "11.4"), ("thaibinh", "7.77")):
            p = agg.provinces[unit]
            code, out, err = p.submit(text, "--period", "2023-S1")
            self.assertEqual(code, 0, out + err)
            self.assertRegex(err, rf"GRDP_GROWTH .* {re.escape(value)}")

    def test_wrong_roster_is_told_with_the_way_out(self):
        agg = self.aggregator()
        p = self.province(agg, "hanam")
        code, _, err = p.submit(WHOLE, "--wait", "15s", lang="vi")  # libzmq says so only when its handshake ends, after 10 s
        self.assertEqual(code, 4)
        # mostly the first; the aggregator may hang up at once too, and then its own key comes into question
        self.assertRegex(err, "không nhận khóa của đơn vị này: chưa có trong danh sách đã ký|ngắt khi bắt tay: nó chưa biết khóa của đơn vị này")
        self.assertIn("thẻ của đơn vị (lệnh card) đã được ký vào danh sách chưa", err)
        self.assertTrue(err.endswith("phusa-collector status\n"), err)  # the last words are not cut off
        self.assertEqual(p.states(), {"queued": 1})

    def test_an_unsigned_card_is_guessed_long_before_the_handshake_ends(self):
        agg = self.aggregator()
        p = self.province(agg, "hanam")
        code, _, err = p.submit(WHOLE, "--wait", "1s")
        self.assertEqual(code, 4)
        self.assertRegex(err, "not greeted yet: mostly the aggregator does not know this unit's key|hung up in the handshake: it does not know this unit's key")
        self.assertIn("is this unit's card (command card) signed into the roster?", err)

    def test_a_blank_reason_is_refused_here(self):
        p = self.aggregator().provinces["thaibinh"]
        p.submit_json(WHOLE)
        for blank in ("   ", "\t", "\u00a0"):
            code, _, err = p.submit("indicator,value\nIIP,9.5\n", "--kind", "clerical", "--reason", blank)
            self.assertEqual(code, 2)
            self.assertIn("the reason is blank", err)
        self.assertEqual(p.states(), {"judged": 1})

    def test_after_a_withdrawal_it_says_what_counts(self):
        p = self.aggregator().provinces["thaibinh"]
        p.submit_json(WHOLE)
        why = ("--kind", "withdrawal", "--reason", "chờ thẩm định lại")
        code, out, err = p.submit("indicator,value\nIIP,\n", *why, lang="vi")
        self.assertEqual(code, 0, err)
        self.assertIn("Số liệu đã được rút, từ nay không được tính; các số khác của biểu giữ nguyên.", out)
        self.assertNotIn("Số liệu đã được tính", out)
        code, out, err = p.submit("indicator,value\nGRDP_GROWTH,\n", *why)
        self.assertEqual(code, 0, err)
        self.assertIn("The figures are withdrawn and count no longer; the others of the form stand.", out)

    def test_what_is_said_of_lateness_holds_in_every_verdict(self):
        code, out, err = self.aggregator().provinces["thaibinh"].submit(WHOLE)
        self.assertEqual(code, 0, err)
        self.assertIn("[submission.late]", out)
        self.assertNotIn("The figures count and", out)
        self.assertIn("Being late alone neither returns nor holds a figure", out)

    def test_one_run_tells_what_the_rules_say_of_readable_rows(self):
        """Five file errors, and two of the rules: in one run, and nothing false about the rows that cannot be read."""
        p = self.aggregator(start=False).provinces["thaibinh"]
        name = p.file("so-lieu.csv", "# ký hiệu số: vi\nmã chỉ tiêu;giá trị\nGRDP_GROWHT;7,7\nIIP;999\nVA_IND;7,123\nVA_AGR;chín\nVA_CONX;1,2\n"
                      "GRDP_CUR;12.34.5\nGRDP_PC;-\n")
        code, out, err = p.command("check", name, lang="vi")
        self.assertEqual(code, 1, err)
        self.assertEqual(out.count("lỗi:"), 7, out)
        self.assertRegex(out, r"(?m)^so-lieu.csv:4:2 \(ô B4\): lỗi: .*999.* \[range.hard\]$")
        self.assertRegex(out, r"(?m)^so-lieu.csv:5:2 \(ô B5\): lỗi: .*7,123.* \[cell.decimals\]$")
        self.assertNotIn("cell.required", out)  # GRDP_GROWTH is there, mistyped
        self.assertNotIn("ô đổi", err)  # no difference of half a file
        self.assertIn("5 dòng không đọc được nên chưa xét theo quy tắc", err)
        report = json.loads(p.command("check", name, "--json")[1])
        self.assertEqual((report["clean"], report["changes"]), (False, []))
        self.assertEqual(sorted(f["code"] for f in report["findings"]),
                         ["cell.dash", "cell.decimals", "cell.value", "cell.value", "range.hard", "row.indicator_unknown", "row.indicator_unknown"])
        code, out, err = p.command("submit", name, "--yes")
        self.assertEqual(code, 1, err)
        self.assertIn("range.hard", out)
        self.assertEqual(p.states(), {})

    def test_one_run_tells_all_of_the_head_of_a_file(self):
        p = self.aggregator(start=False).provinces["thaibinh"]
        name = p.file("f.csv", "# đơn vị: hanam\n# biểu mẫu: socio-economc\n# kỳ báo cáo: 2031-S1\nmã chỉ tiêu,giá trị\nIIP,chín\n")
        code, out, err = p.command("check", name, lang="vi")
        self.assertEqual(code, 1, err)
        self.assertIn("f.csv:1:1 (ô A1): lỗi: Tệp ghi hanam, nhưng lần gửi này là cho thaibinh", out)
        self.assertIn("f.csv:2:1 (ô A2): lỗi: Danh mục không có “socio-economc”. Có phải ý bạn là socio-economic? [context.unknown]", out)
        self.assertRegex(out, r"f.csv:3:1 \(ô A3\): lỗi: Lịch báo cáo không có kỳ 2031-S1 .*2023-S1.* \[context.period\]")
        self.assertIn("[cell.value]", out)
        self.assertIn("chưa xét theo quy tắc", err)

    def test_one_run_tells_figures_items_and_what_the_options_leave_open(self):
        p = self.aggregator(start=False).provinces["thaibinh"]
        items = p.file("notes.csv", "kind,title\nslogan,x\n")
        name = p.file("f.csv", "indicator,value\nGRDP_GROWTH,99\nIIP,nine\n")
        code, out, err = p.command("check", name, "--items", items)
        self.assertEqual(code, 1, err)
        for told in ("f.csv:2:2 (cell B2): error", "f.csv:3:2 (cell B3): error", "notes.csv:2:1 (cell A2): error"):
            self.assertIn(told, out)
        report = json.loads(p.command("check", name, "--items", items, "--json")[1])
        self.assertEqual([(f["file"], f["row"]) for f in report["findings"]], [("f.csv", 3), ("notes.csv", 2), ("f.csv", 2)])
        code, out, err = p.command("check", name, "--period", "2031-S1")
        self.assertEqual(code, 1)
        self.assertIn("[cell.value]", out)
        self.assertIn("duty.none", err)

    def test_a_correction_sent_back_leaves_what_stands(self):
        """From a copy of the spool that is older: the number is used."""
        p = self.aggregator().provinces["thaibinh"]
        p.submit_json(WHOLE)
        shutil.copy(p.path("spool.db"), p.path("older.db"))
        p.submit_json("indicator,value\nIIP,9.5\n", *CORRECTION)
        os.replace(p.path("older.db"), p.path("spool.db"))
        code, out, err = p.submit("indicator,value\nIIP,9.6\n", *CORRECTION)
        self.assertEqual(code, 1, out + err)
        self.assertIn("[revision.", out)
        self.assertIn("This revision does not count; what was accepted before stands.", out)

    def test_a_template_of_items_is_filled_in_and_sent(self):
        p = self.aggregator().provinces["thaibinh"]
        for options, lang in ((("--excel",), "vi"), ((), "en")):
            text = p.ok("template", "--items", *options, lang=lang)
            separator = ";" if options else ","
            name = p.file(f"{lang}.csv", text + separator.join(("phong trào", "Ngày thứ bảy xanh", "12/KH-UBND", "31/3/2023", "x")) + "\n")
            code, out, err = p.command("check", p.file("f.csv", WHOLE), "--items", name, lang=lang)
            self.assertEqual(code, 0, out + err)
            self.assertRegex(err, "1 mục nội dung|1 narrative items")
        self.assertTrue(p.ok("template", "--items", "--excel", lang="vi").startswith("\ufeff# "))
        p.submit_json(WHOLE, "--items", name)
        text = p.ok("template", "--items", "--excel", lang="vi")  # what stands is written already: the file replaces all of it
        self.assertIn("phong trào;Ngày thứ bảy xanh;12/KH-UBND;31/03/2023;x", text)
        self.assertTrue(json.loads(p.submit(WHOLE, "--json", "--items", p.file("again.csv", text))[1])["unchanged"])

    def test_help_names_the_columns_of_items(self):
        p = self.aggregator(start=False).provinces["thaibinh"]
        for lang, columns in (("vi", "loại, tiêu đề, số văn bản, ngày văn bản, chi tiết"), ("en", "kind, title, document no, document date, detail")):
            for command in ("check", "submit"):
                self.assertIn(columns, p.ok(command, "--help", lang=lang))
            self.assertIn("template --items", p.ok("submit", "--help", lang=lang))
            self.assertIn("--items", p.ok("template", "--help", lang=lang))


if __name__ == "__main__":
    main()
