#!/usr/bin/env python3
"""What judging and folding cost, in nanoseconds by the clock and in instructions under callgrind, form by form, all shipped rules on.

usage: ./dev bench domain [--json] [--form FORM.FREQ.vVERSION]

Instructions are the difference between a long and a short run of the same program, so that starting and loading cancel out.
The bar is on validation and folding together: at most 600 instructions an observation, on the forms of 8 observations and more;
on shorter ones the part of a submission that does not grow with it stands out.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys

BIN = pathlib.Path(os.environ["PHUSA_BIN"])
REGISTRY = pathlib.Path(os.environ["PHUSA_SOURCE"]) / "domain" / "registry"
BAR, BAR_FROM_OBSERVATIONS = 600, 8
CLOCKED, SHORT, LONG = 50000, 500, 2500


def run(submissions, figures, form=None):
    words = [str(BIN / "phusa-bench-domain"), str(REGISTRY), str(submissions), str(figures)] + ([form] if form else [])
    return words


def lines(submissions, figures, form=None):
    done = subprocess.run(run(submissions, figures, form), capture_output=True, text=True, check=True)
    keys = ("form", "observations", "members", "judging_us", "consolidating_us", "findings")
    return [dict(zip(keys, [line.split()[0], *map(int, line.split()[1:])])) for line in done.stdout.splitlines()]


def instructions(submissions, figures, form):
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *run(submissions, figures, form)],
                          capture_output=True, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", done.stderr).group(1))


def each(form, figures):
    """Instructions of one submission, or of one figure."""
    few, many = [(0, n) if figures else (n, 0) for n in (SHORT, LONG)]
    return (instructions(*many, form) - instructions(*few, form)) / (LONG - SHORT)


def measure(row):
    n = row["observations"]
    judged = each(row["form"], figures=False)
    return {"form": row["form"], "observations": n, "members": row["members"],
            "findings_per_submission": round(row["findings"] / CLOCKED, 3),
            "ns_per_observation": round(row["judging_us"] * 1000 / CLOCKED / n, 1),
            "instructions_per_submission": round(judged),
            "instructions_per_observation": round(judged / n, 1),
            "ns_per_figure": round(row["consolidating_us"] * 1000 / CLOCKED),
            "instructions_per_figure": round(each(row["form"], figures=True))}


def main():
    parser = argparse.ArgumentParser(prog="./dev bench domain", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--form")
    args = parser.parse_args()
    rows = [measure(row) for row in lines(CLOCKED, CLOCKED, args.form)]
    if not rows:
        parser.error(f"no form {args.form} in {REGISTRY}")
    worst = max((r["instructions_per_observation"] for r in rows if r["observations"] >= BAR_FROM_OBSERVATIONS), default=None)
    if args.json:
        print(json.dumps({"bar": BAR, "worst": worst, "forms": rows}, indent=2))
    else:
        print(f"{'form':24} {'obs':>4} {'findings':>8} {'ns/obs':>7} {'instr/obs':>9} {'instr/sub':>9} {'ns/figure':>9} {'instr/figure':>12}")
        for r in rows:
            print(f"{r['form']:24} {r['observations']:4} {r['findings_per_submission']:8} {r['ns_per_observation']:7} {r['instructions_per_observation']:9} "
                  f"{r['instructions_per_submission']:9} {r['ns_per_figure']:9} {r['instructions_per_figure']:12}")
        print(f"worst of the forms of {BAR_FROM_OBSERVATIONS} observations and more: {worst} instructions an observation (bar {BAR})")
    return 0 if worst is None or worst <= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
