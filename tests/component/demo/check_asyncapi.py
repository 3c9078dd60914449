#!/usr/bin/env python3
"""Records of a real run, read back from the broker, against docs/asyncapi and docs/schema: headers, keys, values."""
import json
import os
import pathlib
import sys
import tempfile

import jsonschema
import yaml

SOURCE = pathlib.Path(os.environ["PHUSA_SOURCE"])
sys.path.insert(0, str(SOURCE / "tools" / "demo"))
import stage  # noqa: E402


def records():
    """What a publisher wrote of a ledger that has only its opening figures, through the trial broker."""
    with tempfile.TemporaryDirectory(prefix="phusa-asyncapi-") as folder:
        s = stage.Stage(pathlib.Path(folder), SOURCE, "en")
        try:
            s.make_province("haiduong", "dbsh")
            s.sign_roster(["haiduong"])
            s.make_aggregator()
            s.start_aggregator()
            s.start_publisher(embedded=True)
            s.wait_for_publisher()
            out = s.run("phusa-publisher", "consume", "--to-end", "--json", "-c", s.publisher_config)
        finally:
            s.stop_all()
    return [json.loads(line) for line in out.splitlines()]


def main():
    paper = yaml.safe_load((SOURCE / "docs" / "asyncapi" / "phusa.v1.yaml").read_text(encoding="utf-8"))
    schema = json.loads((SOURCE / "docs" / "schema" / "summary.v1.json").read_text(encoding="utf-8"))
    headers = paper["components"]["messages"]["summary"]["headers"]
    found = records()
    n = sum(r["key"].startswith("dbsh/2023-S1/") for r in found)
    assert n == 8, f"{n} records of the review, not one for each indicator"
    for r in found:
        jsonschema.validate(r["headers"], headers)
        jsonschema.validate(json.loads(r["value"]), schema)
        assert r["key"] == r["headers"]["ce_subject"] and r["topic"] == paper["channels"]["summaries"]["address"]
    broken = dict(found[0]["headers"], **{"ph-seq": "0"})
    try:
        jsonschema.validate(broken, headers)
    except jsonschema.ValidationError:
        return
    raise AssertionError("a wrong header passes: this check sees nothing")


main()
