#!/usr/bin/env python3
"""The demo as a person runs it: its figures are those of expected.csv, everything it started is gone afterwards, and wrong words are answered."""
import csv
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ["PHUSA_SOURCE"])
DEMO = SOURCE / "tools" / "demo" / "demo"
DATA = SOURCE / "tests" / "data" / "red-river-2023-S1"
METHODS = {"mean": "mean", "weighted": "weighted_mean"}


def expected():
    with open(DATA / "expected.csv", encoding="utf-8") as f:
        return list(csv.DictReader(line for line in f if not line.startswith("#")))


def run(*args):
    return subprocess.run([sys.executable, str(DEMO), *args], capture_output=True, text=True, timeout=240, stdin=subprocess.DEVNULL)


def section(text, title):
    """The lines of one act."""
    return text.split(f"== {title}", 1)[1].split("\n==", 1)[0]


def row(table, label):
    line = next(line for line in table.splitlines() if line.strip().startswith(label))
    return re.findall(r"-?\d+\.\d+", line)


def check_tables(text):
    tables = {"held": section(text, "The cluster's table  "), "printed": section(text, "The table as the review"),
              "corrected": section(text, "The cluster's table after")}
    labels = {"mean": "simple mean", "weighted": "weighted mean"}
    columns = {"GRDP_GROWTH": 0, "IIP": 1}
    n_checked = 0
    for want in expected():
        if want["series"] in tables and want["method"] in labels:
            got = row(tables[want["series"]], labels[want["method"]])[columns[want["indicator"]]]
            assert got == want["value"], f"{want}: {got}"
            n_checked += 1
    assert n_checked == 9, n_checked
    (weight,) = [want["value"] for want in expected() if want["method"] == "coverage_weight"]
    assert round(float(row(tables["held"], "by weight")[0])) == round(100 * float(weight)), tables["held"]
    assert "held: Hai Duong, Quang Ninh" in tables["held"] and "held: Vinh Phuc" in tables["held"]


def check_story(text, folder):
    assert re.search(r"haiduong +rank 1 -> 6", text), text
    assert "let pass by the head with a reason" in section(text, "The table as the review"), "marked for ever"
    assert "identical to the byte" in text and "0 flaws" in text, text
    assert re.search(r"dbsh/2023-S1/GRDP_GROWTH +\d+ +4\.89 +3\.60 +9/9", text), "the figures that Kafka holds"
    printed = section(text, "The table as the review")
    assert "GRDP_GROWTH, Hai Duong: let pass by the head (Thai Binh): “Printed as the province reported it; a correction is awaited” (entry" in printed, printed
    assert re.search(r"IIP, Vinh Phuc: confirmed by the head \(Thai Binh\) \(entry \d+\); explained by the unit: “The figure is as .*” \(entry \d+\)", printed), printed
    register = section(text, "The cluster's register")
    assert re.search(r"Ha Nam +Thi đua thực hiện thắng lợi.*\n +03/CT-UBND, 2023-03-31 \(entry \d+\)", register), register
    assert "reported without any item: Hung Yen, Vinh Phuc, Bac Ninh" in register, register
    assert re.search(r"dbsh/2023-S1/register/socio-economic/1 +\d+ +- +- +9/9 +\w+ +8 items", text), "the register that Kafka holds"
    (passed,) = re.findall(r"Hai Duong: 11\.40 \(held\) → .*", section(text, "The vintages of GRDP growth"))
    assert re.search(r"; let pass by thaibinh: “.+” \(entry \d+\)$", passed), passed
    assert passed.count("(entry") == 1, f"decisions on other figures stand there too: {passed}"
    assert "\033" not in text, "colours in a pipe"
    left = subprocess.run(["pgrep", "-f", str(folder)], capture_output=True, text=True).stdout.split()
    assert left == [], f"still running: {left}"


def the_demo_shows_the_reviews_figures():
    with tempfile.TemporaryDirectory(prefix="phusa-demo-test-") as folder:
        done = run("--lang", "en", "--dir", folder + "/d")
        assert done.returncode == 0, done.stdout + done.stderr
        check_tables(done.stdout)
        check_story(done.stdout, folder)


def it_speaks_vietnamese_by_default():
    with tempfile.TemporaryDirectory(prefix="phusa-demo-test-") as folder:
        done = run("--lang", "vi", "--dir", folder + "/d")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "bình quân gia quyền" in done.stdout and "giống hệt từng byte" in done.stdout


def each_provinces_receipts_can_be_read_afterwards():
    with tempfile.TemporaryDirectory(prefix="phusa-demo-test-") as folder:
        assert run("--lang", "en", "--dir", folder + "/d").returncode == 0
        bin_dir = pathlib.Path(os.environ["PHUSA_BIN"])
        out = subprocess.run([bin_dir / "phusa-collector", "receipts", "--json", "-c", f"{folder}/d/provinces/haiduong/collector.yaml"],
                             capture_output=True, text=True, timeout=60, check=True).stdout
        receipts = json.loads(out)
        receipts = receipts.get("receipts", receipts) if isinstance(receipts, dict) else receipts
        assert len(receipts) == 2, out


def a_wrong_option_is_answered():
    done = run("--kafak")
    assert done.returncode == 2 and "--kafka" in done.stderr, done.stderr


for case in (the_demo_shows_the_reviews_figures, it_speaks_vietnamese_by_default, each_provinces_receipts_can_be_read_afterwards, a_wrong_option_is_answered):
    print(f"[ RUN      ] {case.__name__}", flush=True)
    case()
    print(f"[       OK ] {case.__name__}", flush=True)
