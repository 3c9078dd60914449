"""phissues - the vectors of what is published: packed issues, records, the chain."""
import phmessages as m
import phproof as proof
import phwire as w
from phsubmissions import EPOCH, NOW, REGISTRY, UNITS, bad, changed, digest, good


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
        "inputs": digest("inputs of GRDP_GROWTH")}
IIP = {"indicator": "IIP", "decimals": 1, "lower_is_better": True, "is_ranked": False, "has_break": True,
       "coverage": {"expected": 9, "received": 7, "held": 1, "no_value": 1, "provisional_percent": 80,
                    "weights": {"expected": 300000, "received": 200000, "held": 50000}},
       "values": [value("mean", "-0.1", 6), value("list", None, 6)],
       "members": [given("8.9", 0, 2, "A", revision=3, marks=["flagged", "late"]), MISSING, given("34.3", 0, 4, "U", "held"),
                   given(None, 0, 5, "L", "no_value"), *(given("1.0", 0, i, "A") for i in range(6, 11))],
       "inputs": digest("inputs of IIP")}
ISSUE = {"cluster": "dbsh", "form": "socio-economic", "period": "2023-S1", "seal": 12, "sealed_at_us": NOW, "state": "due",
         "registry": REGISTRY, "members": UNITS, "figures": [GRDP, IIP]}
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
              "inputs": digest("largest")}])


def issue_vectors():
    raw = m.ISSUE.pack(ISSUE)

    def figure(name, result, **changes):
        return bad(name, "issue", m.ISSUE.pack(changed(ISSUE, figures=[changed(IIP, **changes)])), result)

    def coverage(**changes):
        return changed(IIP["coverage"], **changes)

    yield good("two-figures", "issue", ISSUE)
    yield good("frozen", "issue", FROZEN)
    yield good("nothing-received", "issue", EMPTY)
    yield good("no-figures", "issue", changed(ISSUE, figures=[]))
    yield good("largest-figure", "issue", LARGEST)
    yield bad("another-version", "issue", raw.replace(b"\x9a\1", b"\x9a\2", 1), "UNSUPPORTED")
    yield bad("items-missing", "issue", b"\x99" + raw[1:], "MALFORMED")
    yield bad("items-too-many", "issue", b"\x9b" + raw[1:] + b"\xc0", "LIMIT")
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
                                 ("bars", BARS, (49, 50, 51, 52, 53, 54, 55))):
        for i, number in enumerate(numbers):
            key, value, headers = m.record(issue, issue["figures"][i], number, EPOCH)
            yield {"name": f"{name}-{i}", "issue": m.ISSUE.pack(issue).hex(), "figure": i, "number": number, "epoch": EPOCH, "key": key,
                   "value": value, "headers": headers, "identity_bytes": m.identity_bytes(issue, issue["figures"][i]).hex(),
                   "identity": proof.sha256(m.identity_bytes(issue, issue["figures"][i])).hex()}


def chains():
    previous, first = bytes(32), 1
    for issue in (EMPTY, ISSUE, FROZEN):
        packed, count = proof.sha256(m.ISSUE.pack(issue)), len(issue["figures"])
        value = m.chain(previous, first, count, packed)
        yield {"name": f"row-at-{first}", "previous": previous.hex(), "first_record": first, "count": count, "packed": packed.hex(),
               "chain": value.hex()}
        previous, first = value, first + count
