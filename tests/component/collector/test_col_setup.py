#!/usr/bin/env python3
"""test_col_setup - a machine made ready: keys, card, configuration, template, check; every refusal says what to do."""
import json
import os
import shutil
import stat
import subprocess

from col_case import WHOLE, Case, Province, main, source  # first: it says where the next lies
import yaml


class Setup(Case):
    def fresh(self, name="thaibinh", unit="thaibinh"):
        return self.watch(Province(os.path.join(self.folder, name), unit, "agg.card"))

    def test_keys_are_private_and_made_once(self):
        p = self.fresh()
        self.assertEqual(stat.S_IMODE(os.stat(p.path("keys")).st_mode), 0o700)
        for name in ("curve.key", "sign.key"):
            self.assertEqual(stat.S_IMODE(os.stat(p.path("keys", name)).st_mode), 0o600)
        before = p.read("keys", "sign.key").decode()
        code, _, err = p.command("keygen")
        self.assertEqual(code, 5)
        self.assertIn("key.exists", err)
        self.assertEqual(p.read("keys", "sign.key").decode(), before)

    def test_keygen_finishes_what_a_power_cut_left(self):
        p = self.fresh()
        os.unlink(p.path("keys", "sign.key"))
        p.ok("keygen")
        self.assertTrue(os.path.exists(p.path("keys", "sign.key")))

    def test_unsafe_key_files_are_refused_with_the_command_that_mends_them(self):
        p = self.fresh()
        key = p.path("keys", "sign.key")
        os.chmod(key, 0o644)
        code, _, err = p.command("card")
        self.assertEqual(code, 5)
        self.assertIn("chmod", err)
        os.chmod(key, 0o600)
        os.rename(key, p.path("elsewhere.key"))
        os.symlink(p.path("elsewhere.key"), key)
        self.assertEqual(p.command("card")[0], 5)
        os.unlink(key)
        code, _, err = p.command("card")
        self.assertEqual(code, 5)
        self.assertIn("keygen", err)

    def test_a_key_of_another_unit_is_refused(self):
        p, q = self.fresh(), self.fresh("hanam", "hanam")
        shutil.copy(q.path("keys", "sign.key"), p.path("keys", "sign.key"))
        code, _, err = p.command("card")
        self.assertEqual(code, 5)
        self.assertIn("hanam", err)

    def test_the_card_holds_nothing_secret(self):
        p = self.fresh()
        card = yaml.safe_load(p.ok("card"))
        self.assertEqual(card["unit"], "thaibinh")
        secrets = p.read("keys", "sign.key").decode() + p.read("keys", "curve.key").decode()
        secret_values = [line.split()[-1] for line in secrets.splitlines() if line.startswith("secret")]
        self.assertEqual(len(secret_values), 2)
        for value in secret_values:
            self.assertNotIn(value, p.ok("card"))
        code, _, err = p.command("card", lang="en")
        self.assertIn("Fingerprint", err)
        self.assertEqual(json.loads(p.ok("card", "--json"))["unit"], "thaibinh")
        self.assertEqual(code, 0)

    def test_keygen_writes_a_first_configuration(self):
        folder = os.path.join(self.folder, "new")
        os.makedirs(folder)
        p = self.fresh()
        p.folder = folder
        registry = os.path.join(source(), "domain", "registry")
        code, _, err = p.command("keygen", "--unit", "nowhere", "--registry", registry)
        self.assertEqual(code, 2)
        self.assertIn("units.yaml", err)
        self.assertFalse(os.path.exists(p.path("col.yaml")))
        self.assertEqual(p.command("keygen")[0], 2)
        p.ok("keygen", "--unit", "thaibinh", "--registry", registry, "--card", "agg.card")
        config = yaml.safe_load(p.read("col.yaml"))
        self.assertEqual(config["unit"], "thaibinh")
        p.ok("template", "-o", "figures.csv")
        code, _, err = p.command("keygen", "--unit", "hanam")
        self.assertEqual(code, 2)

    def test_configuration_errors_come_all_at_once(self):
        p = self.fresh()
        with open(p.path("col.yaml"), "a", encoding="utf-8") as file:
            file.write("retry_mn: 1s\nping_every: soon\n")
        code, _, err = p.command("status")
        self.assertEqual(code, 3)
        self.assertIn("retry_min", err)  # did you mean
        self.assertIn("ping_every", err)
        self.assertIn("col.yaml:", err)

    def test_check_and_print_config(self):
        p = self.fresh()
        self.assertIn("thaibinh", p.ok("--print-config"))
        self.assertEqual(json.loads(p.ok("--print-config", "--json"))["unit"], "thaibinh")
        code, _, err = p.command("--check")
        self.assertNotEqual(code, 0)
        self.assertIn("agg.card", err)  # the aggregator's card is missing: everything else is good

    def test_help_begins_with_examples_in_both_languages(self):
        p = self.fresh()
        for lang, word in (("vi", "Ví dụ"), ("en", "Examples")):
            for command in ((), ("keygen",), ("card",), ("template",), ("check",), ("submit",), ("run",), ("status",), ("receipts",), ("retry",)):
                out = p.ok(*command, "--help", lang=lang)
                self.assertIn(word, out)
                if command:
                    self.assertIn("phusa-collector " + command[0], out)
        code, _, err = p.command("submitt")
        self.assertEqual(code, 2)
        self.assertIn("submit", err)

    def test_template_never_over_a_file(self):
        p = self.fresh()
        p.ok("template", "--excel", "-o", "a.csv", lang="vi")
        raw = p.read("a.csv")
        self.assertTrue(raw.startswith(b"\xef\xbb\xbf"))
        self.assertIn(b";", raw)
        self.assertNotEqual(p.command("template", "-o", "a.csv")[0], 0)
        self.assertEqual(p.read("a.csv"), raw)
        code, _, err = p.command("template", "--period", "2024-S1")
        self.assertNotEqual(code, 0)
        self.assertIn("2023-S1", err)  # what there is
        self.assertEqual(p.command("template", "--period", "6T/2023")[0], 2)

    def test_check_tells_everything_and_sends_nothing(self):
        p = self.fresh()
        text = "Chỉ tiêu;Giá trị;Trạng thái\nGRDP_GROWTH;99;\nGRDP_CUR;1.439;\nKHONG_CO;1;\n"
        for lang, words in (("vi", "hai cách"), ("en", "two ways")):
            code, out, _ = p.command("check", p.file("bad.csv", text), lang=lang)
            self.assertEqual(code, 1)
            self.assertIn(words, out)
            self.assertIn("bad.csv:3:2", out)
            self.assertIn("B3", out)
            self.assertIn("bad.csv:4:1", out)
        code, out, _ = p.command("check", p.file("bad2.csv", "indicator,value\nGRDP_GROWTH,99\n"))
        self.assertEqual(code, 1)
        self.assertIn("range.hard", out)
        self.assertIn("cell.required", out)
        found = json.loads(p.command("check", "bad2.csv", "--json")[1])
        self.assertFalse(found["clean"])
        self.assertEqual([f["row"] for f in found["findings"] if f["code"] == "range.hard"], [2])
        self.assertEqual(p.command("check", p.file("good.csv", WHOLE))[0], 0)
        self.assertFalse(os.path.exists(p.path("spool.db")))

    def test_files_that_cannot_be_read(self):
        p = self.fresh()
        code, _, err = p.command("check", "missing.csv")
        self.assertNotEqual(code, 0)
        self.assertIn("missing.csv", err)
        with open(p.path("u.csv"), "wb") as file:
            file.write("indicator,value\nIIP,1\n".encode("utf-16"))
        code, out, _ = p.command("check", "u.csv", lang="vi")
        self.assertEqual(code, 1)
        self.assertIn("CSV UTF-8", out)
        with open(p.path("huge.csv"), "wb") as file:
            file.truncate(64 * 1024 * 1024)
        self.assertEqual(p.command("check", "huge.csv")[0], 1)

    def test_mistakes_say_where_and_what_next(self):
        agg = self.aggregator(start=False)
        p = agg.provinces["thaibinh"]
        p.file("f.csv", WHOLE)
        p.file("col.csv", "indicator,valeu\nIIP,1\n")
        os.mkdir(p.path("folder"))
        cases = ((("check", "nix.csv"), 1, ("nix.csv", "template --excel")),
                 (("check", "folder"), 1, ("file.is_folder", "thư mục")),
                 (("check", "col.csv"), 1, ("header.column_missing", "giá trị / value", "indicator, valeu")),
                 (("check", "f.csv", "--period", "2024-S1"), 1, ("duty.none", ": --period 2024-S1", "có thể chọn: --cluster dbsh")),
                 (("check", "f.csv", "--set", "unit=thaibihn", "--set", "spool=none.db"), 1, ("duty.unit", "có phải thaibinh")),
                 (("submit", "f.csv", "--yes", "--set", "aggregator_card=f.csv"), 1, ("không phải thẻ còn nguyên", "chưa có gì được gửi")),
                 (("submit", "f.csv", "--yes", "--no-wait", "--set", "spool=nix/s.db"), 4, ("nix/s.db", "db.14", "thư mục")))
        for args, wanted, words in cases:
            code, out, err = p.command(*args, lang="vi")
            self.assertEqual(code, wanted, (args, out, err))
            for word in words:
                self.assertIn(word, out + err, args)
        os.unlink(p.path("col.yaml"))  # keygen makes the first one
        code, _, err = p.command("keygen", "--unit", "thaibihn", "--registry", agg.path("registry"))
        self.assertEqual(code, 2)
        self.assertIn("did you mean --unit thaibinh?", err)

    def test_output_that_cannot_be_written_is_told(self):
        p = self.aggregator(start=False).provinces["thaibinh"]
        with open("/dev/full", "wb") as full:
            done = subprocess.run([p.program, "template", "-c", "col.yaml", "--lang", "vi"], cwd=p.folder, stdout=full,
                                  stderr=subprocess.PIPE, text=True, check=False, timeout=60)
        self.assertEqual(done.returncode, 4)
        self.assertIn("output.write", done.stderr)
        self.assertIn("không bị ảnh hưởng", done.stderr)

    def test_every_command_without_its_parts_fails_with_words(self):
        p = self.fresh()
        for command in (("status",), ("receipts",), ("retry",)):
            code, _, err = p.command(*command)
            self.assertEqual(code, 1, command)
            self.assertIn("spool", err)
        code, _, err = p.submit(WHOLE)
        self.assertNotEqual(code, 0)
        self.assertIn("agg.card", err)


if __name__ == "__main__":
    main()
