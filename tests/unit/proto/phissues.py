"""phissues - the vectors of what is published: packed issues, records, the chain."""
import phmessages as m
import phproof as proof
import phwire as w
from phsubmissions import EPOCH, NARRATIVE, NOW, REGISTRY, UNITS, bad, changed, digest, good


def given(value, rank, entry, status="P", state="given", revision=1, marks=()):
    return {"state": state, "marks": list(marks), "value": value, "status": status, "rank": rank, "revision": revision, "entry": entry}


def value(method, number, used, weight_set=""):
    return {"method": method, "weight_set": weight_set, "used": used, "value": number}


MISSING = {"state": "missing", "marks": []}
PRINTED = ["7.77", "6.2", "8.5", "11.4", "8.8", "8.21", "7.56", "1.69", "-12.59"]
RANKS = [5, 7, 3, 1, 2, 4, 6, 8, 9]
GRDP = {"indicator": "GRDP_GROWTH", "decimals": 2, "lower_is_better": False, "is_ranked": True, "has_break": False,
        "coverage": {"expected": 9, "received": 9, "held": 0, "no_value": 0, "provisional_percent": 80,
                     "weights": {"expected": 715000, "received": 715000, "held": 0}},
        "values": [value("mean", "5.28", 9), value("weighted_mean", "3.99", 9, "grdp-const-2022@1"), value("max", "11.40", 9)],
        "members": [given(v, r, i + 2, marks=["flagged"] if i == 8 else []) for i, (v, r) in enumerate(zip(PRINTED, RANKS))],
        "inputs": digest("inputs of GRDP_GROWTH"), "rulings": []}
IIP = {"indicator": "IIP", "decimals": 1, "lower_is_better": True, "is_ranked": False, "has_break": True,
       "coverage": {"expected": 9, "received": 7, "held": 1, "no_value": 1, "provisional_percent": 80,
                    "weights": {"expected": 300000, "received": 200000, "held": 50000}},
       "values": [value("mean", "-0.1", 6), value("list", None, 6)],
       "members": [given("8.9", 0, 2, "A", revision=3, marks=["flagged", "late"]), MISSING, given("34.3", 0, 4, "U", "held"),
                   given(None, 0, 5, "L", "no_value"), *(given("1.0", 0, i, "A") for i in range(6, 11))],
       "inputs": digest("inputs of IIP"), "rulings": []}
ISSUE = {"cluster": "dbsh", "form": "socio-economic", "period": "2023-S1", "seal": 12, "sealed_at_us": NOW, "state": "due",
         "registry": REGISTRY, "members": UNITS, "figures": [GRDP, IIP], "register": []}
FROZEN = changed(ISSUE, state="frozen", sealed_at_us=NOW - NOW % 1000000, figures=[changed(
    GRDP, members=[given(v, r, i + 2, "A") for i, (v, r) in enumerate(zip(PRINTED, RANKS))])])
# A year later: the period is frozen, but one member's figure is still provisional; another one has none to give.
STILL_PROVISIONAL = changed(FROZEN, figures=[changed(
    GRDP, members=[given(v, r, i + 2, status) for i, (v, r, status) in enumerate(zip(PRINTED, RANKS, letters))])
    for letters in ("AAAAAAAAP", "AAAAEAAAA", "FAAAAAAAA", "ABDGINUVW")])
WITHOUT_ONE = changed(FROZEN, figures=[changed(
    GRDP, coverage=changed(GRDP["coverage"], no_value=1), members=[given(None, 0, 2, "M", "no_value"), *FROZEN["figures"][0]["members"][1:]])])
# Seven of nine are below the bar; a ratio from eight of nine is partial though the column is whole, one from seven is not enough.
SEVEN = changed(GRDP["coverage"], received=7, weights=None)
BARS = changed(ISSUE, figures=[
    changed(GRDP, coverage=changed(GRDP["coverage"], received=7, weights={"expected": 100, "received": 80, "held": 0})),
    changed(GRDP, coverage=changed(GRDP["coverage"], received=8, weights={"expected": 1000, "received": 799, "held": 0})),
    changed(GRDP, coverage=SEVEN), changed(GRDP, coverage=changed(SEVEN, provisional_percent=77)),
    changed(GRDP, values=[value("ratio", "1.00", 9)]), changed(GRDP, values=[value("mean", "1.00", 9), value("ratio", "1.00", 8)]),
    changed(GRDP, values=[value("ratio", None, 7)])])
BARS["figures"][1]["members"] = [given("1.0", 0, 2, marks=[name]) for name in list(m.MARKS)] + [MISSING, MISSING]
EMPTY = changed(ISSUE, state="open", figures=[changed(
    GRDP, values=[value("mean", None, 0)], members=[MISSING] * 9, inputs=m.ZERO,
    coverage={"expected": 9, "received": 0, "held": 0, "no_value": 0, "provisional_percent": 80, "weights": None})])
LARGEST = changed(
    ISSUE, members=[f"{i:032}" for i in range(64)], cluster="c" * 32, form="f" * 32, seal=w.MAX_SEQ, sealed_at_us=w.MAX_TIME,
    figures=[{"indicator": "i" * 32, "decimals": 6, "lower_is_better": True, "is_ranked": True, "has_break": True,
              "coverage": {"expected": 64, "received": 64, "held": 0, "no_value": 0, "provisional_percent": 80,
                           "weights": {"expected": 64 * 10**12, "received": 64 * 10**12, "held": 0}},
              "values": [value(name, "-999999999.999999", 64, "w" * 32 + "@" + "9" * 32) for name in m.METHODS],
              "members": [given("-999999999.999999", 64, w.MAX_SEQ, revision=w.U32, marks=list(m.MARKS))] * 64,
              "inputs": digest("largest"), "rulings": []}])


def says(revision, entry, *items):
    return {"revision": revision, "entry": entry, "items": list(items)}


def item(kind, title, document_no="", document_date="", detail=""):
    return {"kind": kind, "title": title, "document_no": document_no, "document_date": document_date, "detail": detail}


# Three units with words, four that reported without, two that have not: one figure changed with them.
WORDS = [says(1, 2, NARRATIVE, item("movement", 'Phong trào "Thái Bình\\thi đua"', detail="dòng 1\ndòng 2\tcột")), says(2, 13),
         says(1, 4, item("model", "HTX Bắc Sơn"), item("slogan", "không đếm")), *(says(1, i) for i in (5, 6, 7)), says(3, 14, NARRATIVE),
         says(0, 0), says(0, 0)]
REGISTER = changed(ISSUE, figures=[GRDP], register=[{"part": 1, "units": WORDS}])
ONLY_WORDS = changed(ISSUE, state="frozen", figures=[], register=[{"part": 1, "units": WORDS}])
# 40 members are three parts; of the fourth nothing is left since the cluster had more.
PARTS = changed(LARGEST, members=[f"{i:032}" for i in range(40)], figures=[], register=[
    {"part": 1, "units": [says(w.U32, w.MAX_SEQ, item("k" * 32, "t" * 1024, "n" * 64, "d" * 32))] + [says(1, 2)] * 15}, {"part": 3, "units": [says(0, 0)] * 8}, {"part": 4, "units": []}])


def ruling(member, kind, reason, explanation=None, rules=("c10.grdp_published",)):
    return {"member": member, "kind": kind, "by": "thaibinh", "entry": 31 + member, "reason": reason,
            "explanation": explanation and {"entry": 21 + member, "text": explanation}, "rules": list(rules)}


# Three values were held and count all the same: two against a rule, one confirmed after its unit explained it.
LET_PASS = {3: ("overridden", ruling(3, "override", 'In "theo báo cáo"; chờ đính chính', rules=("c10.grdp_published", "c1.components"))),
            4: ("overridden", ruling(4, "override", "Chờ đính chính", "Nhà máy mới vận hành\ntừ tháng 3")),
            7: ("confirmed", ruling(7, "confirm", "", "Số liệu đúng như báo cáo"))}
RULED = changed(ISSUE, figures=[changed(
    GRDP, rulings=[v for _, v in LET_PASS.values()],
    members=[changed(cell, marks=[LET_PASS[i][0]]) if i in LET_PASS else cell for i, cell in enumerate(GRDP["members"])]), IIP])
RULED_OTHERWISE = changed(RULED, figures=[changed(RULED["figures"][0], rulings=[
    changed(LET_PASS[3][1], reason="Đã kiểm tra lại"), *(LET_PASS[i][1] for i in (4, 7))])])


def issue_vectors():
    raw = m.ISSUE.pack(ISSUE)

    def figure(name, result, **changes):
        return bad(name, "issue", m.ISSUE.pack(changed(ISSUE, figures=[changed(IIP, **changes)])), result)

    def ruled(name, rulings, result, turned=None):
        figure = changed(RULED["figures"][0], rulings=rulings)
        packed = m.ISSUE.pack(changed(ISSUE, figures=[figure]))
        assert turned is None or packed.count(turned[0]) == 1, name
        return bad(name, "issue", packed.replace(*turned) if turned else packed, result)

    def part(name, number, units, result):
        return bad(name, "issue", m.ISSUE.pack(changed(ISSUE, register=[{"part": number, "units": units}])), result)

    def words(first_unit):
        return b"\x9b" + raw[1:] + b"\x91\x92\1\x99" + first_unit + b"\x90" * 8

    def coverage(**changes):
        return changed(IIP["coverage"], **changes)

    yield good("two-figures", "issue", ISSUE)
    yield good("frozen", "issue", FROZEN)
    yield good("nothing-received", "issue", EMPTY)
    yield good("no-figures", "issue", changed(ISSUE, figures=[]))
    yield good("largest-figure", "issue", LARGEST)
    yield good("rulings", "issue", RULED)
    yield good("register", "issue", REGISTER)
    yield good("only-words", "issue", ONLY_WORDS)
    yield good("three-parts", "issue", PARTS)
    yield bad("another-version", "issue", raw.replace(b"\x9a\1", b"\x9a\2", 1), "UNSUPPORTED")
    yield bad("items-missing", "issue", b"\x99" + raw[1:], "MALFORMED")
    yield bad("items-too-many", "issue", b"\x9c" + raw[1:] + b"\x90\xc0", "LIMIT")
    yield ruled("ruling-on-a-cell-without-its-mark", [ruling(2, "override", "x")], "MALFORMED")
    yield ruled("ruling-of-another-mark", [ruling(3, "confirm", "x", "y")], "MALFORMED")
    yield ruled("ruling-behind-the-members", [ruling(9, "override", "x")], "RANGE")
    yield ruled("rulings-out-of-order", [LET_PASS[4][1], LET_PASS[3][1]], "MALFORMED")
    yield ruled("ruling-twice", [LET_PASS[3][1], LET_PASS[3][1]], "MALFORMED")
    yield ruled("ruling-without-a-rule", [ruling(3, "override", "x", rules=())], "MALFORMED")
    yield ruled("ruling-of-five-rules", [ruling(3, "override", "x", rules=("r",) * 5)], "LIMIT")
    yield ruled("ruling-that-returns", [ruling(3, "override", "x")], "MALFORMED", (b"\x98\3\2\xa8thai", b"\x98\3\1\xa8thai"))
    yield ruled("explanation-without-a-text", [ruling(3, "override", "x")], "MALFORMED", (b"\x22\xa1x\0\xa0", b"\x22\xa1x\1\xa0"))
    yield bad("rulings-empty", "issue", m.ISSUE.pack(changed(ISSUE, figures=[GRDP])).replace(b"\x91\x97", b"\x91\x98") + b"\x90", "MALFORMED")
    yield bad("no-parts", "issue", b"\x9b" + raw[1:] + b"\x90", "MALFORMED")
    yield bad("five-parts", "issue", b"\x9b" + raw[1:] + b"\x95" + b"\xc0" * 5, "LIMIT")
    yield part("part-zero", 0, WORDS, "RANGE")
    yield part("part-five", 5, WORDS, "RANGE")
    yield part("units-missing", 1, WORDS[:8], "MALFORMED")
    yield part("units-too-many", 1, WORDS + [says(0, 0)], "LIMIT")
    yield part("units-behind-the-last", 2, WORDS, "LIMIT")
    yield bad("parts-out-of-order", "issue", m.ISSUE.pack(changed(PARTS, register=PARTS["register"][:0:-1])), "MALFORMED")
    yield bad("unit-half-told", "issue", words(b"\x91\1"), "MALFORMED")
    yield bad("unit-of-revision-zero", "issue", words(b"\x92\0\1"), "RANGE")
    yield bad("unit-with-empty-items", "issue", words(b"\x93\1\1\x90"), "MALFORMED")
    yield bad("unit-told-too-much", "issue", words(b"\x94\1\1\x90\1"), "LIMIT")
    yield part("title-not-clean", 1, [says(1, 2, item("model", "a\u202eb")), *WORDS[1:]], "MALFORMED")
    yield bad("one-byte-short", "issue", raw[:-1], "MALFORMED")
    yield bad("one-byte-more", "issue", raw + b"\0", "MALFORMED")
    yield figure("cells-missing", "MALFORMED", members=IIP["members"][:8])
    yield figure("cells-too-many", "LIMIT", members=IIP["members"] + [MISSING])
    yield figure("bar-above-100", "LIMIT", coverage=coverage(provisional_percent=101))
    yield figure("used-65", "LIMIT", values=[value("mean", None, 65)])
    yield figure("decimals-seven", "RANGE", decimals=7)
    yield figure("more-received-than-expected", "RANGE", coverage=coverage(received=9))
    yield figure("more-without-value-than-received", "RANGE", coverage=coverage(no_value=8))
    yield figure("more-weight-than-expected", "RANGE", coverage=coverage(weights=changed(IIP["coverage"]["weights"], held=100001)))
    yield figure("nine-methods", "LIMIT", values=[value("mean", None, 0)] * 9)
    yield figure("status-lower-case", "RANGE", members=[given("1", 0, 1, "a"), *IIP["members"][1:]])
    yield figure("value-in-a-cell-without", "MALFORMED", members=[given("1", 0, 1, "L", "no_value"), *IIP["members"][1:]])
    yield figure("rank-65", "LIMIT", members=[given("1", 65, 1, "A"), *IIP["members"][1:]])


def records():
    for name, issue, numbers in (("two-figures", ISSUE, (41, 42)), ("frozen", FROZEN, (43,)), ("nothing-received", EMPTY, (1,)),
                                 ("largest-figure", LARGEST, (w.MAX_SEQ,)),
                                 ("still-provisional", STILL_PROVISIONAL, (44, 45, 46, 47)), ("without-one", WITHOUT_ONE, (48,)),
                                 ("bars", BARS, (49, 50, 51, 52, 53, 54, 55)), ("register", REGISTER, (56, 57)),
                                 ("only-words", ONLY_WORDS, (58,)), ("parts", PARTS, (59, 60, 61)), ("rulings", RULED, (62, 63)),
                                 ("other-reason", RULED_OTHERWISE, (64,))):
        for i, number in enumerate(numbers):
            key, value, headers = m.record(issue, i, number, EPOCH)
            row = {"name": f"{name}-{i}", "issue": m.ISSUE.pack(issue).hex(), "record": i, "number": number, "epoch": EPOCH, "key": key,
                   "value": value, "headers": headers}
            if i < len(issue["figures"]):
                raw = m.identity_bytes(issue, issue["figures"][i])
                row |= {"identity_bytes": raw.hex(), "identity": proof.sha256(raw).hex()}
            yield row


def chains():
    previous, first = bytes(32), 1
    for issue in (EMPTY, ISSUE, REGISTER, FROZEN):
        packed, count = proof.sha256(m.ISSUE.pack(issue)), len(issue["figures"]) + len(issue["register"])
        value = m.chain(previous, first, count, packed)
        yield {"name": f"row-at-{first}", "previous": previous.hex(), "first_record": first, "count": count, "packed": packed.hex(),
               "chain": value.hex()}
        previous, first = value, first + count
