"""phmessages - the grammar of each message, as PROTOCOL.md has it, over phwire's kinds."""
import json
from fractions import Fraction

from phproof import ENTRY_KINDS, sha256
from phwire import (MAX_SEQ, MAX_TIME, U32, Array, Bin, Bool, Decimal, Fixed, Id, Inside, Int, Items, Map, Nullable, Period, Reader,
                    Refused, Text, Tuple, pack_array_head, pack_int, pack_text, uint)

UUID = KEY_ID = Fixed(16)
DIGEST = Fixed(32)
SIGNATURE = Fixed(64)
TIME = Int(0, MAX_TIME)
ZERO = "00" * 32

TYPES = {"hello": 1, "welcome": 2, "submission": 3, "receipt": 4, "query": 5, "status": 6, "ping": 7, "pong": 8, "refusal": 9,
         "explanation": 16, "decision": 17, "registry": 18, "chunk": 19}
MAX_FRAME = 16 * 1024
VERDICTS = {"ACCEPTED": 1, "HELD": 2, "REJECTED": 3, "FORBIDDEN": 16, "BUSY": 17, "NO_SPACE": 18, "TOO_LARGE": 19, "UPGRADE": 20,
            "MALFORMED": 21, "CONFLICT": 22}
ACTIONS = {"note": 0, "flag": 1, "hold": 2, "reject": 3}
KINDS = {"first": 0, "clerical": 1, "restatement": 2, "definition": 3, "territory": 4, "withdrawal": 5}
PERIOD_STATES = {"planned": 0, "open": 1, "due": 2, "closed": 3, "frozen": 4, "reopened": 5}
CASES = {"held": 0, "explained": 1, "returned": 2, "confirmed": 3, "overridden": 4}
DECISIONS = {"confirm": 0, "return": 1, "override": 2, "extend": 3, "freeze": 4, "reopen": 5}
METHODS = {"mean": 1, "weighted_mean": 2, "sum": 3, "min": 4, "median": 5, "max": 6, "ratio": 7, "list": 8}
CELLS = {"missing": 0, "given": 1, "held": 2, "no_value": 3}
MARKS = {"flagged": 1, "late": 2, "outlier": 4, "explained": 8, "confirmed": 16, "overridden": 32, "break": 64}
STATUSES, NO_VALUE = "ABDEFGHIJKLMNOPQSUVW", "HLMOQ"


class Name:
    """An integer with names; another one is `code`."""

    def __init__(self, names, code="RANGE"):
        self.names, self.code = names, code
        self.texts = {number: text for text, number in names.items()}

    def pack(self, v):
        return pack_int(self.names[v])

    def read(self, r):
        n = r.expect("int")
        if self.code == "MALFORMED" and n > 255:
            raise Refused("LIMIT", "a number above its limit")
        if n not in self.texts:
            raise Refused(self.code, "a number without a name")
        return self.texts[n]


def some(names, low, high):
    return {text: n for text, n in names.items() if low <= n <= high}


ENVELOPE = Map(("k", "key_id", KEY_ID), ("s", "signature", SIGNATURE), ("b", "body", Bin(MAX_FRAME)))


class Observation:
    def pack(self, v):
        note = pack_text(v["note"]) if v["note"] else b""
        return (pack_array_head(5 if note else 4) + pack_text(v["indicator"]) + Decimal().pack(v["value"] or "0") +
                pack_int(ord(v["status"])) + note)

    def read(self, r):
        n = r.enter("array", 5)
        if n < 4:
            raise Refused("MALFORMED", "items missing")
        indicator, value, status = Id().read(r), Decimal().read(r), uint(ord("W")).read(r)
        if chr(status) not in STATUSES or chr(status) in NO_VALUE and value != "0":
            raise Refused("MALFORMED", "not an observation status, or a value beside one that has none")
        note = Text(1024, clean=True).read(r) if n == 5 else ""
        r.leave()
        return {"indicator": indicator, "value": None if chr(status) in NO_VALUE else value, "status": chr(status), "note": note}


class Submission(Map):
    def read(self, r):
        v = super().read(r)
        if (v["base_revision"] != 0) != (v["base_digest"] is not None):
            raise Refused("MALFORMED", "base revision and base digest come together")
        return v


NARRATIVE = Tuple(("kind", Id()), ("title", Text(1024, clean=True)), ("document_no", Text(64, clean=True)),
                  ("document_date", Text(32, clean=True)), ("detail", Text(1024, clean=True)))
SUBMISSION = Submission(
    ("i", "id", UUID), ("u", "unit", Id()), ("c", "cluster", Id()), ("f", "form", Id()), ("p", "period", Period()),
    ("r", "revision", Int(1, U32)), ("br", "base_revision", Int(0, U32)), ("bd", "base_digest", DIGEST),
    ("q", "kind", Name(KINDS)), ("y", "reason", Text(1024, clean=True)), ("t", "agent_time_us", TIME),
    ("g", "registry", DIGEST), ("o", "observations", Array(Observation(), 256)), ("n", "narratives", Array(NARRATIVE, 32)),
    optional={"base_digest": None, "reason": "", "registry": ZERO, "narratives": []}.items())



class Words(Text):
    """Clean text that is not empty."""

    def __init__(self):
        super().__init__(1024, clean=True)

    def read(self, r):
        v = super().read(r)
        if not v:
            raise Refused("MALFORMED", "an explanation without words")
        return v


EXPLANATION = Map(("i", "id", UUID), ("u", "unit", Id()), ("c", "cluster", Id()), ("f", "form", Id()), ("p", "period", Period()),
                  ("n", "indicator", Id()), ("d", "value_digest", DIGEST), ("x", "text", Words()), ("t", "agent_time_us", TIME))


class Decision(Map):
    OF_CELL = ("confirm", "return", "override")

    def read(self, r):
        v = super().read(r)
        has = {name for name in ("subject", "indicator", "value_digest", "due_us") if v[name] is not None}
        if v["kind"] in self.OF_CELL:
            fine = has == {"subject", "indicator", "value_digest"}
        elif v["kind"] == "extend":
            fine = has - {"subject"} == {"due_us"}
        else:
            fine = not has
        if not fine:
            raise Refused("MALFORMED", "keys that do not go with the kind")
        return v


DECISION = Decision(
    ("i", "id", UUID), ("u", "unit", Id()), ("c", "cluster", Id()), ("f", "form", Id()), ("p", "period", Period()),
    ("k", "kind", Name(DECISIONS)), ("s", "subject", Id()), ("n", "indicator", Id()), ("d", "value_digest", DIGEST),
    ("w", "due_us", TIME), ("x", "reason", Text(1024, clean=True)), ("t", "agent_time_us", TIME),
    optional={"subject": None, "indicator": None, "value_digest": None, "due_us": None, "reason": ""}.items())


def value_digest(cluster, form, period, unit, indicator, value, status):
    """What an explanation or a decision binds to; value as text."""
    whole, _, part = value.partition(".")
    raw = b"phusa value\0" + b"".join(bytes([len(t)]) + t.encode() for t in (cluster, form, period, unit, indicator))
    return sha256(raw + bytes([len(part)]) + int(whole + part).to_bytes(8, "big", signed=True) + status.encode()).hex()


CHECKPOINT = Map(("e", "epoch", UUID), ("n", "size", uint(MAX_SEQ)), ("r", "root", DIGEST), ("t", "sealed_at_us", TIME),
                 ("k", "key_id", KEY_ID), ("s", "signature", SIGNATURE))
CHECKPOINT_SIGNED = Tuple(("epoch", UUID), ("size", uint(MAX_SEQ)), ("root", DIGEST), ("sealed_at_us", TIME))

COUNT = Tuple(("rule", Id()), ("action", Name(ACTIONS)), ("n", uint()))
JUDGEMENT = Map(("v", "verdict", Name(some(VERDICTS, 1, 3), "MALFORMED")), ("g", "registry", DIGEST), ("n", "n_findings", uint()),
                ("c", "counts", Array(COUNT, 96)), ("f", "findings_digest", DIGEST))
FINDING = Tuple(("rule", Id()), ("action", Name(ACTIONS)), ("row", Int(-1, 255)), ("indicator", Id(may_be_empty=True)),
                ("value", Nullable(Decimal(), 2)), ("bound", Nullable(Decimal(), 2)), ("detail", Text(256)))
FINDINGS = Array(FINDING, 64)


class Frontier(Tuple):
    def read(self, r):
        v = super().read(r)
        if bin(v["size"]).count("1") != len(v["peaks"]):
            raise Refused("MALFORMED", "the wrong number of peaks")
        return v


SENT = some(ENTRY_KINDS, 2, 2) | some(ENTRY_KINDS, 7, 8)


class Kind(Name):
    """The kind of entry that was sent."""

    def __init__(self):
        super().__init__(SENT)

    def read(self, r):
        n = uint(255).read(r)
        if n not in self.texts:
            raise Refused("RANGE", "not a kind that a unit sends")
        return self.texts[n]


FRONTIER = Frontier(("size", uint(MAX_SEQ - 1)), ("peaks", Array(DIGEST, 48)))
RECEIPT = Map(("i", "id", UUID), ("b", "body", DIGEST), ("d", "duplicate", Bool()), ("q", "seq", Int(1, MAX_SEQ)),
              ("t", "received_at_us", TIME), ("k", "key_id", KEY_ID), ("s", "signature", DIGEST), ("v", "verdict_bytes", Bin(4096)),
              ("g", "findings", Bin(32768)), ("p", "path", Array(DIGEST, 48)), ("e", "kind", Kind()),
              optional={"kind": "submission"}.items())
RECEIPTS = Map(("c", "checkpoint", Inside(CHECKPOINT, 1024)), ("f", "before", FRONTIER), ("x", "credit", uint()),
               ("r", "receipts", Array(RECEIPT, 64)))


class Hello(Map):
    def read(self, r):
        v = super().read(r)
        if v["version_min"] > v["version_max"]:
            raise Refused("RANGE", "a version range upside down")
        return v


HELLO = Hello(("lo", "version_min", Int(1, 255)), ("hi", "version_max", Int(1, 255)), ("a", "agent", Text(256, clean=True)),
              ("u", "unit", Id()), ("g", "registry", DIGEST), ("c", "checkpoint", Inside(CHECKPOINT, 1024)),
              optional={"checkpoint": None}.items())
WELCOME = Map(("v", "version", Int(1, 255)), ("e", "epoch", UUID), ("t", "server_time_us", TIME), ("g", "registry", DIGEST),
              ("mf", "max_frame_bytes", uint()), ("mo", "max_observations", uint()), ("x", "credit", uint()),
              ("n", "tree_size", uint(MAX_SEQ)), ("s", "server", Text(256, clean=True)))
QUERY = Map(("q", "number", uint()), ("i", "ids", Array(UUID, 64)), ("e", "wants_expected", Bool()), ("h", "wants_cases", Bool()),
            ("hs", "n_skipped", uint()), optional={"wants_cases": False, "n_skipped": 0}.items())
EXPECTED = Tuple(("cluster", Id()), ("form", Id()), ("period", Period()), ("state", Name(PERIOD_STATES)), ("due_us", TIME),
                 ("highest_revision", uint()), ("last_revision", uint()), ("last_digest", DIGEST), ("n_held", uint()))
class Letter:
    def pack(self, v):
        return pack_int(ord(v))

    def read(self, r):
        return chr(Int(65, 90).read(r))


CASE = Tuple(("cluster", Id()), ("form", Id()), ("period", Period()), ("unit", Id()), ("indicator", Id()), ("value", Decimal()),
             ("status", Letter()), ("digest", DIGEST), ("state", Name(CASES)), ("rules", Array(Id(), 4)),
             ("explanation", Text(1024, clean=True)), ("reason", Text(1024, clean=True)), ("entry", uint(MAX_SEQ)))


FOUND = Nullable(Items(("value", Nullable(Decimal(), 2)), ("bound", Nullable(Decimal(), 2)), ("detail", Text(256))), 3)


class Status(Map):
    def read(self, r):
        v = super().read(r)
        if (v["cases"] is None) != (v["has_more_cases"] is None):
            raise Refused("MALFORMED", "cases and whether there are more come together")
        if v["found"] is not None:
            self.check_found(v["found"], v["cases"])
            if not any(one for of_case in v["found"] for one in of_case):
                v["found"] = None  # as if it had not been said
        return v

    @staticmethod
    def check_found(found, cases):
        if cases is None:
            raise Refused("MALFORMED", "what rules found of cases that are not there")
        for given, wanted in ((len(found), len(cases)), *((len(f), len(c["rules"])) for f, c in zip(found, cases))):
            if given != wanted:
                raise Refused("LIMIT" if given > wanted else "MALFORMED", "another number of items than what they speak of")


STATUS = Status(("q", "number", uint()), ("u", "unknown", Array(UUID, 64)), ("e", "expected", Array(EXPECTED, 64)),
                ("m", "has_more", Bool()), ("h", "cases", Array(CASE, 64)), ("hm", "has_more_cases", Bool()),
                ("hf", "found", Array(Array(FOUND, 4), 64)), optional={"cases": None, "has_more_cases": None, "found": None}.items())
PING = Map(("n", "number", uint()), ("t", "time_us", TIME), ("w", "n_waiting", uint()))
REFUSAL = Map(("v", "verdict", Name(some(VERDICTS, 16, 22), "MALFORMED")), ("d", "digest", DIGEST), ("i", "id", UUID),
              ("a", "retry_after_ms", uint()), ("c", "code", Id()), ("w", "why", Text(256, clean=True)), ("o", "offset", uint()),
              optional={"id": None}.items())


class Cell:
    def pack(self, v):
        head = pack_int(CELLS[v["state"]]) + pack_int(sum(MARKS[m] for m in v["marks"]))
        if v["state"] == "missing":
            return pack_array_head(2) + head
        return (pack_array_head(8) + head + Decimal().pack(v["value"] or "0") + pack_int(ord(v["status"])) + pack_int(v["rank"]) +
                pack_int(v["revision"]) + pack_int(v["entry"]))

    def read(self, r):
        n = r.enter("array", 8)
        v = {"state": Name(CELLS).read(r)}
        marks = uint(127).read(r)
        v["marks"] = [name for name, bit in MARKS.items() if marks & bit]
        if n != (2 if v["state"] == "missing" else 8):
            raise Refused("MALFORMED", "a cell with items missing or too many")
        if v["state"] != "missing":
            value = Decimal().read(r)
            v["value"] = None if v["state"] == "no_value" else value
            empty = value == "0" or v["state"] != "no_value"
            v["status"] = chr(Int(65, 90).read(r))
            v["rank"], v["revision"], v["entry"] = uint(64).read(r), uint().read(r), uint(MAX_SEQ).read(r)
            if not empty:
                raise Refused("MALFORMED", "a value in a cell without one")
        r.leave()
        return v


class Value:
    def pack(self, v):
        has = v["value"] is not None
        return (pack_array_head(5 if has else 3) + pack_int(METHODS[v["method"]]) + pack_text(v["weight_set"]) + pack_int(v["used"]) +
                (Decimal().pack(v["value"]) if has else b""))

    def read(self, r):
        n = r.enter("array", 5)
        v = {"method": Name(METHODS).read(r), "weight_set": Text(65).read(r), "used": uint(64).read(r)}
        if n not in (3, 5):
            raise Refused("MALFORMED", "a value with items missing")
        v["value"] = Decimal().read(r) if n == 5 else None
        r.leave()
        return v


class Coverage:
    NAMES = ("expected", "received", "held", "no_value")
    WEIGHTS = ("expected", "received", "held")

    def pack(self, v):
        weights = [v["weights"][name] for name in self.WEIGHTS] if v["weights"] else []
        items = [v[name] for name in self.NAMES] + [v["provisional_percent"]] + weights
        return pack_array_head(len(items)) + b"".join(map(pack_int, items))

    def read(self, r):
        n = r.enter("array", 8)
        v = {name: uint(64).read(r) for name in self.NAMES} | {"provisional_percent": uint(100).read(r)}
        if n not in (5, 8):
            raise Refused("MALFORMED", "coverage with items missing")
        v["weights"] = {name: Int(0, 64 * 10**12).read(r) for name in self.WEIGHTS} if n == 8 else None
        r.leave()
        w = v["weights"] or {"expected": 0, "received": 0, "held": 0}
        if (v["received"] + v["held"] > v["expected"] or v["no_value"] > v["received"] or
                w["received"] + w["held"] > w["expected"]):
            raise Refused("RANGE", "coverage of more than was expected")
        return v


class Ruling:
    """How a held value came to count."""
    KINDS = {"confirm": 0, "override": 2}

    def pack(self, v):
        explanation = v["explanation"] or {"entry": 0, "text": ""}
        return (pack_array_head(8) + pack_int(v["member"]) + pack_int(self.KINDS[v["kind"]]) + pack_text(v["by"]) + pack_int(v["entry"]) +
                pack_text(v["reason"]) + pack_int(explanation["entry"]) + pack_text(explanation["text"]) + Array(Id(), 4).pack(v["rules"]))

    def read(self, r, n_members):
        if r.enter("array", 8) != 8:
            raise Refused("MALFORMED", "items missing")
        v = {"member": Int(0, max(0, n_members - 1)).read(r)}
        kind = Int(0, 2).read(r)
        if kind == 1:
            raise Refused("MALFORMED", "a returned value does not count")
        v["kind"] = {number: name for name, number in self.KINDS.items()}[kind]
        v["by"], v["entry"], v["reason"] = Id().read(r), uint(MAX_SEQ).read(r), Text(1024, clean=True).read(r)
        entry, text = uint(MAX_SEQ).read(r), Text(1024, clean=True).read(r)
        if bool(entry) != bool(text):
            raise Refused("MALFORMED", "an explanation and its entry come together")
        v["explanation"] = {"entry": entry, "text": text} if entry else None
        v["rules"] = Array(Id(), 4).read(r)
        if not v["rules"]:
            raise Refused("MALFORMED", "a ruling on what no rule held")
        r.leave()
        return v


class RegisterUnit:
    """What a unit says in words: nothing reported, reported, or with items."""

    def pack(self, v):
        if not v["revision"]:
            return pack_array_head(0)
        items = [ITEMS.pack(v["items"])] if v["items"] else []
        return pack_array_head(2 + len(items)) + pack_int(v["revision"]) + pack_int(v["entry"]) + b"".join(items)

    def read(self, r):
        n = r.enter("array", 3)
        v = {"revision": 0, "entry": 0, "items": []}
        if n == 1:
            raise Refused("MALFORMED", "items missing")
        if n >= 2:
            v["revision"], v["entry"] = Int(1, U32).read(r), uint(MAX_SEQ).read(r)
        if n == 3:
            v["items"] = ITEMS.read(r)
            if not v["items"]:
                raise Refused("MALFORMED", "an empty list of items")
        r.leave()
        return v


ITEMS = Array(NARRATIVE, 32)
PART_UNITS = 16


class RegisterPart:
    def pack(self, v):
        return pack_array_head(2) + pack_int(v["part"]) + Array(RegisterUnit(), PART_UNITS).pack(v["units"])

    def read(self, r, n_members):
        if r.enter("array", 2) != 2:
            raise Refused("MALFORMED", "items missing")
        v = {"part": Int(1, 4).read(r)}
        n = max(0, min(PART_UNITS, n_members - (v["part"] - 1) * PART_UNITS))
        v["units"] = Array(RegisterUnit(), n).read(r)
        if len(v["units"]) != n:
            raise Refused("MALFORMED", "units missing")
        r.leave()
        return v


class Issue:
    HEAD = (("cluster", Id()), ("form", Id()), ("period", Period()), ("seal", uint(MAX_SEQ)), ("sealed_at_us", TIME),
            ("state", Name(PERIOD_STATES)), ("registry", DIGEST), ("members", Array(Id(), 64)))

    def pack(self, v):
        figures = b"".join(self.pack_figure(f) for f in v["figures"])
        parts = pack_array_head(len(v["register"])) + b"".join(map(RegisterPart().pack, v["register"])) if v["register"] else b""
        return (pack_array_head(11 if parts else 10) + pack_int(1) + b"".join(kind.pack(v[name]) for name, kind in self.HEAD) +
                pack_array_head(len(v["figures"])) + figures + parts)

    def pack_figure(self, f):
        flags = f["lower_is_better"] | f["is_ranked"] << 1 | f["has_break"] << 2
        rulings = Array(Ruling(), 64).pack(f["rulings"]) if f["rulings"] else b""
        return (pack_array_head(8 if rulings else 7) + pack_text(f["indicator"]) + pack_int(f["decimals"]) + pack_int(flags) +
                Coverage().pack(f["coverage"]) + Array(Value(), 8).pack(f["values"]) + Array(Cell(), 64).pack(f["members"]) +
                DIGEST.pack(f["inputs"]) + rulings)

    def read_figure(self, r, n_members):
        n = r.enter("array", 8)
        if n < 7:
            raise Refused("MALFORMED", "items missing")
        f = {"indicator": Id().read(r), "decimals": Int(0, 6).read(r)}
        flags = uint(7).read(r)
        f["lower_is_better"], f["is_ranked"] = bool(flags & 1), bool(flags & 2)
        f["has_break"] = bool(flags & 4)
        f["coverage"], f["values"] = Coverage().read(r), Array(Value(), 8).read(r)
        f["members"] = Array(Cell(), n_members).read(r)
        if len(f["members"]) != n_members:
            raise Refused("MALFORMED", "cells missing")
        f["inputs"] = DIGEST.read(r)
        f["rulings"] = self.read_rulings(r, f["members"]) if n == 8 else []
        r.leave()
        return f

    def read_rulings(self, r, cells):
        n, rulings = r.enter("array", len(cells)), []
        if n == 0:
            raise Refused("MALFORMED", "an empty list of rulings")
        for _ in range(n):
            rulings.append(Ruling().read(r, len(cells)))
            if len(rulings) > 1 and rulings[-1]["member"] <= rulings[-2]["member"]:
                raise Refused("MALFORMED", "rulings out of order")
        r.leave()
        for v in rulings:
            cell = cells[v["member"]]
            if cell["state"] != "given" or {"confirm": "confirmed", "override": "overridden"}[v["kind"]] not in cell["marks"]:
                raise Refused("MALFORMED", "a ruling on a cell without its mark")
        return rulings

    def read(self, r):
        n_items = r.enter("array", 11)
        if n_items < 10:
            raise Refused("MALFORMED", "items missing")
        if uint().read(r) != 1:
            raise Refused("UNSUPPORTED", "another version")
        v = {name: kind.read(r) for name, kind in self.HEAD}
        n = r.enter("array", 256)
        v["figures"] = [self.read_figure(r, len(v["members"])) for _ in range(n)]
        r.leave()
        v["register"] = self.read_register(r, len(v["members"])) if n_items == 11 else []
        r.leave()
        return v

    def read_register(self, r, n_members):
        n, parts = r.enter("array", 4), []
        if n == 0:
            raise Refused("MALFORMED", "an empty list of parts")
        for _ in range(n):
            parts.append(RegisterPart().read(r, n_members))
            if len(parts) > 1 and parts[-1]["part"] <= parts[-2]["part"]:
                raise Refused("MALFORMED", "parts out of order")
        r.leave()
        return parts


ISSUE = Issue()


class Frame:
    """magic, version, type, body"""

    def pack(self, v):
        return b"PH" + bytes([v["version"], TYPES[v["type"]]]) + bytes.fromhex(v["body"])

    def read(self, r):
        raw = r.take(len(r.raw))
        if len(raw) > MAX_FRAME:
            raise Refused("LIMIT", "frame too long")
        if raw[:2] != b"PH" or len(raw) < 4:
            raise Refused("MALFORMED", "no frame")
        if raw[2] != 1:
            raise Refused("UNSUPPORTED", "another version")
        names = {number: name for name, number in TYPES.items() if number < 18}
        if raw[3] not in names:
            raise Refused("MALFORMED", "no type of version 1")
        return {"version": raw[2], "type": names[raw[3]], "body": raw[4:].hex()}


DECODERS = {"frame": Frame(), "envelope": ENVELOPE, "submission": SUBMISSION, "explanation": EXPLANATION,
            "decision": DECISION, "checkpoint": CHECKPOINT, "judgement": JUDGEMENT,
            "findings": FINDINGS, "receipt": RECEIPTS, "hello": HELLO, "welcome": WELCOME, "query": QUERY, "status": STATUS,
            "ping": PING, "pong": PING, "refusal": REFUSAL, "issue": ISSUE}


def decode(decoder, raw):
    """(result, meaning)"""
    r = Reader(raw)
    try:
        meaning = DECODERS[decoder].read(r)
        r.end()
    except Refused as refused:
        return refused.code, None
    return "OK", meaning


# ---- what is made from an issue ----

def divide(num, den, scale):
    """num / den at `scale`, half away from zero, as canonical text."""
    n = (2 * num * 10**scale + den) // (2 * den)
    digits = str(n).rjust(scale + 1, "0")
    return digits[:-scale] + "." + digits[-scale:]


def utc(us):
    from datetime import datetime, timedelta
    t = datetime(1970, 1, 1) + timedelta(microseconds=us)
    fraction = f".{t.microsecond:06d}" if t.microsecond else ""
    return t.strftime("%Y-%m-%dT%H:%M:%S") + fraction + "Z"


def by_weight(w):
    if not w:
        return None
    share = divide(w["received"], w["expected"], 4) if w["expected"] else None
    return {"expected": w["expected"], "held": w["held"], "missing": w["expected"] - w["received"] - w["held"],
            "received": w["received"], "share": share}


def record_member(unit, cell, ruling=None):
    m = {"unit": unit, "state": cell["state"], "marks": cell["marks"]}
    if ruling:
        m["ruling"] = {k: v for k, v in ruling.items() if k != "member" and (k != "explanation" or v)}
    if cell["state"] != "missing":
        m.update(entry=cell["entry"], revision=cell["revision"], status=cell["status"])
        if cell["rank"]:
            m["rank"] = cell["rank"]
        if cell["value"] is not None:
            m["value"] = cell["value"]
    return m


def completeness(f):
    c = f["coverage"]
    given = c["received"] - c["no_value"]
    standing = min([given] + [v["used"] for v in f["values"] if v["method"] == "ratio"])
    share = (c["weights"]["received"], c["weights"]["expected"]) if c["weights"] else (given, c["expected"])
    short = [part for part, whole in (share, (standing if standing < given else c["expected"], c["expected"]))
             if Fraction(part) < Fraction(whole * c["provisional_percent"], 100)]
    if standing == c["expected"]:
        return "complete"
    return "insufficient" if short else "partial"


def record_value(issue, f):
    c, cells = f["coverage"], dict(zip(issue["members"], f["members"]))
    rulings = {v["member"]: v for v in f["rulings"]}
    uncertain = any(cell.get("status", "A") in "PEF" for cell in f["members"])
    ranking = "lower_is_better" if f["lower_is_better"] else "higher_is_better"
    values = [{"decimals": f["decimals"], "method": v["method"], "used": v["used"], "value": v["value"]} |
              ({"weight_set": v["weight_set"]} if v["weight_set"] else {}) for v in f["values"]]
    return {
        "cluster": issue["cluster"], "form": issue["form"], "period": issue["period"], "indicator": f["indicator"],
        "vintage": issue["seal"], "issued_at": utc(issue["sealed_at_us"]), "period_state": issue["state"],
        "registry": issue["registry"], "inputs": f["inputs"], "values": values,
        "completeness": completeness(f), "provisional_percent": c["provisional_percent"], "series_break": f["has_break"],
        "provisional": issue["state"] != "frozen" or uncertain, "ranking": ranking if f["is_ranked"] else "none",
        "coverage": {"expected": c["expected"], "received": c["received"], "held": c["held"], "no_value": c["no_value"],
                     "missing": c["expected"] - c["received"] - c["held"], "by_weight": by_weight(c["weights"])},
        "held": [unit for unit, cell in cells.items() if cell["state"] == "held"],
        "no_value": [unit for unit, cell in cells.items() if cell["state"] == "no_value"],
        "missing": [unit for unit, cell in cells.items() if cell["state"] == "missing"],
        "members": [record_member(unit, cell, rulings.get(i)) for i, (unit, cell) in enumerate(cells.items())]}


def register_inputs(part):
    units = []
    for u in part["units"]:
        items = ITEMS.pack(u["items"]) if u["items"] else b""
        units.append(be(u["revision"], 4) + be(u["entry"], 8) + be(len(items), 4) + items)
    return sha256(b"".join(units)).hex()


def register_value(issue, part):
    first = (part["part"] - 1) * PART_UNITS
    names = issue["members"][first:first + PART_UNITS]
    units = list(zip(names, part["units"]))
    kinds = [item["kind"] for u in part["units"] for item in u["items"]]
    received = sum(u["revision"] > 0 for u in part["units"])
    return {
        "cluster": issue["cluster"], "form": issue["form"], "period": issue["period"], "period_state": issue["state"],
        "provisional": issue["state"] != "frozen", "vintage": issue["seal"], "issued_at": utc(issue["sealed_at_us"]),
        "registry": issue["registry"], "inputs": register_inputs(part), "part": part["part"],
        "parts": max(1, -(-len(issue["members"]) // PART_UNITS)),
        "counts": {kind: kinds.count(kind) for kind in ("directive", "model", "movement")},
        "coverage": {"expected": len(units), "received": received, "missing": len(units) - received,
                     "with_items": sum(bool(u["items"]) for u in part["units"])},
        "missing": [name for name, u in units if not u["revision"]],
        "units": [{"unit": name, "state": "given", "revision": u["revision"], "entry": u["entry"], "items": u["items"]}
                  if u["revision"] else {"unit": name, "state": "missing"} for name, u in units]}


def record(issue, at, number, epoch):
    """(key, value, headers) as Kafka carries them, all text: figures come first, then the parts of the register"""
    place, n = f"{issue['cluster']}/{issue['period']}/", len(issue["figures"])
    if at < n:
        f = issue["figures"][at]
        return envelope_of(issue, "summary", place + f["indicator"], record_value(issue, f), f["inputs"], number, epoch)
    part = issue["register"][at - n]
    key = f"{place}register/{issue['form']}/{part['part']}"
    return envelope_of(issue, "register", key, register_value(issue, part), register_inputs(part), number, epoch)


def envelope_of(issue, kind, key, value, inputs, number, epoch):
    value = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    uuid = "-".join((epoch[:8], epoch[8:12], epoch[12:16], epoch[16:20], epoch[20:]))
    trace = inputs[:48] if inputs != ZERO else "0" * 31 + "1" + "0" * 15 + "1"
    headers = [["ce_specversion", "1.0"], ["ce_id", f"{uuid}-{number}"], ["ce_source", f"/phusa/{issue['cluster']}"],
               ["ce_type", f"vn.phusa.{kind}.v1"], ["ce_subject", key], ["ce_time", utc(issue["sealed_at_us"])],
               ["ce_dataschema", f"urn:phusa:schema:{kind}.v1"], ["content-type", "application/json"],
               ["ph-digest", sha256(value.encode()).hex()], ["ph-seq", str(number)],
               ["traceparent", f"00-{trace[:32]}-{trace[32:48]}-01"]]
    return key, value, headers


def be(v, width):
    return v.to_bytes(width, "big", signed=v < 0)


def identity_bytes(issue, f):
    def text(s):
        return be(len(s), 1) + s.encode()

    def decimal(s):
        return be(int(s.replace(".", "")), 8) + be(len(s) - s.index(".") - 1 if "." in s else 0, 1)

    c = f["coverage"]
    flags = f["has_break"] << 3 | f["lower_is_better"] << 2 | f["is_ranked"] << 1 | (c["weights"] is not None)
    out = text(f["indicator"]) + bytes([PERIOD_STATES[issue["state"]], f["decimals"], flags, c["expected"], c["received"], c["held"],
                                        c["no_value"], c["provisional_percent"]])
    if c["weights"]:
        out += b"".join(be(c["weights"][name], 8) for name in Coverage.WEIGHTS)
    out += bytes([len(f["values"]), len(issue["members"])])
    for v in f["values"]:
        out += bytes([METHODS[v["method"]], v["value"] is not None, v["used"]]) + text(v["weight_set"])
        out += decimal(v["value"]) if v["value"] is not None else b""
    for unit, cell in zip(issue["members"], f["members"]):
        out += text(unit) + bytes([CELLS[cell["state"]], sum(MARKS[m] for m in cell["marks"])])
        if cell["state"] != "missing":
            out += cell["status"].encode() + bytes([cell["rank"]])
            out += decimal(cell["value"]) if cell["value"] is not None else b""
    return out + (sha256(b"".join(map(ruling_identity, f["rulings"]))) if f["rulings"] else b"")


def ruling_identity(v):
    by, reason = v["by"].encode(), v["reason"].encode()
    text, rules = (v["explanation"] or {"text": ""})["text"].encode(), [rule.encode() for rule in v["rules"]]
    head = bytes([v["member"], Ruling.KINDS[v["kind"]], len(by)]) + be(len(reason), 2) + be(len(text), 2) + bytes([len(rules), *map(len, rules)])
    return head + by + reason + text + b"".join(rules)


def chain(previous, first_record, count, packed_digest):
    return sha256(previous, be(first_record, 8), be(count, 4), packed_digest)
