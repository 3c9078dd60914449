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

FORM = """# đơn vị: haiduong
# cụm: dbsh
# biểu mẫu: socio-economic
# kỳ báo cáo: 2023-S1
# ký hiệu số: vi
mã chỉ tiêu;giá trị;trạng thái;ghi chú
GRDP_GROWTH;8,05;;
IIP;12,4;;
"""
ITEMS = """kind,title,document_no,document_date,detail
model,"Xã Bạch Đằng, thị xã Kinh Môn",,,nông thôn mới nâng cao/kiểu mẫu
directive,Thi đua nước rút,03/CT-UBND,2023-03-31,
"""


def report(s):
    home = s.province("haiduong")
    (home / "form.csv").write_text(FORM, encoding="utf-8")
    (home / "items.csv").write_text(ITEMS, encoding="utf-8")
    answer = json.loads(s.submit("haiduong", home / "form.csv", ["--items", str(home / "items.csv")]))
    s.wait_for_figures(answer["seq"])


def records():
    """What a publisher wrote of a ledger with one report, through the trial broker."""
    with tempfile.TemporaryDirectory(prefix="phusa-asyncapi-") as folder:
        s = stage.Stage(pathlib.Path(folder), SOURCE, "en")
        try:
            s.make_province("haiduong", "dbsh")
            s.sign_roster(["haiduong"])
            s.make_aggregator()
            s.start_aggregator()
            s.start_publisher(embedded=True)
            s.start_collector("haiduong")
            report(s)
            s.wait_for_publisher()
            out = s.run("phusa-publisher", "consume", "--to-end", "--json", "-c", s.publisher_config)
        finally:
            s.stop_all()
    return [json.loads(line) for line in out.splitlines()]


class Paper:
    def __init__(self):
        self.paper = yaml.safe_load((SOURCE / "docs" / "asyncapi" / "phusa.v1.yaml").read_text(encoding="utf-8"))
        self.common = self.paper["components"]["messageTraits"]["cloudEvent"]["headers"]
        self.address = self.paper["channels"]["summaries"]["address"]

    def message_of(self, record):
        """The one message of the channel that the record's type names."""
        named = [self.paper["components"]["messages"][name] for name in self.paper["channels"]["summaries"]["messages"]]
        (message,) = [m for m in named if m["headers"]["properties"]["ce_type"]["const"] == record["headers"]["ce_type"]]
        return message

    def check(self, r):
        message = self.message_of(r)
        jsonschema.validate(r["headers"], self.common)
        jsonschema.validate(r["headers"], message["headers"])
        jsonschema.validate(r["key"], message["bindings"]["kafka"]["key"])
        path = (SOURCE / "docs" / "asyncapi" / message["payload"]["$ref"]).resolve()
        jsonschema.validate(json.loads(r["value"]), json.loads(path.read_text(encoding="utf-8")))
        assert r["key"] == r["headers"]["ce_subject"] and r["topic"] == self.address


def passes(paper, record):
    try:
        paper.check(record)
    except (jsonschema.ValidationError, ValueError):
        return False
    return True


def main():
    paper = Paper()
    found = records()
    latest = {r["key"]: r for r in found if r["key"].startswith("dbsh/2023-S1/")}
    assert len(latest) == 10, f"{sorted(latest)}: not one for each indicator and one register"
    for r in found:
        paper.check(r)
    register = latest["dbsh/2023-S1/register/socio-economic/1"]
    value = json.loads(register["value"])
    (said,) = [u for u in value["units"] if u["state"] == "given"]
    assert (said["unit"], [i["title"] for i in said["items"]]) == ("haiduong", ["Xã Bạch Đằng, thị xã Kinh Môn", "Thi đua nước rút"]), said
    assert value["counts"] == {"directive": 1, "model": 1, "movement": 0} and len(value["missing"]) == 8, value
    for wrong in ({"headers": dict(register["headers"], **{"ph-seq": "0"})}, {"key": "dbsh/2023-S1/GRDP_GROWTH"},
                  {"value": json.dumps({k: v for k, v in value.items() if k != "units"})},
                  {"headers": dict(register["headers"], ce_type="vn.phusa.summary.v1")}):
        assert not passes(paper, register | wrong), f"passes: {wrong}"


main()
