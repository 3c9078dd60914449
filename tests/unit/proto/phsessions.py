"""phsessions - the vectors of sessions and frames."""
import phmessages as m
import phproof as proof
import phwire as w
from phsubmissions import (
    CORRECTION, ENVELOPE, EPOCH, FIRST_BODY, ID, NOW, REGISTRY, bad, changed, common_breaches, good, loose, with_pair)
from phreceipts import CHECKPOINT, RECEIPTS
from phworkflow import CASE, DECISION, EXPLANATION, sealed

HELLO = {"version_min": 1, "version_max": 1, "agent": "phusa-collector 0.1.0", "unit": "haiduong", "registry": REGISTRY,
         "checkpoint": None}
WELCOME = {"version": 1, "epoch": EPOCH, "server_time_us": NOW, "registry": REGISTRY, "max_frame_bytes": 16384,
           "max_observations": 256, "credit": 8, "tree_size": 10, "server": "phusa-aggregator 0.1.0"}
QUERY = {"number": 3, "ids": [ID, CORRECTION["id"]], "wants_expected": True, "wants_cases": False, "n_skipped": 0}
STATUS = {"number": 3, "unknown": [CORRECTION["id"]], "has_more": False, "cases": None, "has_more_cases": None, "found": None, "expected": [
    {"cluster": "dbsh", "form": "socio-economic", "period": "2023-S1", "state": "due", "due_us": NOW, "highest_revision": 2,
     "last_revision": 1, "last_digest": proof.sha256(FIRST_BODY).hex(), "n_held": 0}]}
CASES = changed(STATUS, unknown=[], expected=[], cases=[CASE], has_more_cases=False)
FOUND = {"value": "11.40", "bound": "7.23", "detail": ""}
FOUND_CASES = changed(CASES, found=[[FOUND]])
CASE_STATE = bytes.fromhex(CASE["digest"]) + b"\x01\x91"
PING = {"number": 5, "time_us": NOW, "n_waiting": 2}
REFUSAL = {"verdict": "BUSY", "digest": proof.sha256(FIRST_BODY).hex(), "id": ID, "retry_after_ms": 1500, "code": "queue.full",
           "why": "the queue is full; the spool keeps what was sent", "offset": 0}


def session_vectors():
    yield good("first", "hello", HELLO)
    yield good("again", "hello", changed(HELLO, checkpoint=CHECKPOINT))
    yield from common_breaches("hello", HELLO)
    yield bad("range-upside-down", "hello", m.HELLO.pack(changed(HELLO, version_min=2)), "RANGE")
    yield bad("version-zero", "hello", m.HELLO.pack(changed(HELLO, version_min=0)), "RANGE")
    yield bad("version-256", "hello", m.HELLO.pack(changed(HELLO, version_max=256)), "RANGE")
    yield bad("agent-with-newline-escape", "hello", m.HELLO.pack(changed(HELLO, agent="a\x1b[31m")), "MALFORMED")
    yield bad("agent-too-long", "hello", m.HELLO.pack(changed(HELLO, agent="a" * 257)), "LIMIT")
    yield bad("checkpoint-of-another-shape", "hello", with_pair("hello", HELLO, "c", w.pack_bin(b"\x80")), "MALFORMED")
    yield good("first", "welcome", WELCOME)
    yield from common_breaches("welcome", WELCOME)
    yield bad("frame-limit-above-32-bits", "welcome", m.WELCOME.pack(changed(WELCOME, max_frame_bytes=1 << 32)), "LIMIT")
    yield good("two-ids", "query", QUERY)
    yield good("expected-only", "query", changed(QUERY, ids=[]))
    yield good("cases", "query", changed(QUERY, ids=[], wants_cases=True))
    yield good("more-cases", "query", changed(QUERY, ids=[], wants_cases=True, n_skipped=64))
    yield good("most-ids", "query", changed(QUERY, ids=[ID] * 64, wants_expected=False))
    yield from common_breaches("query", QUERY)
    yield bad("one-id-too-many", "query", m.QUERY.pack(changed(QUERY, ids=[ID] * 65)), "LIMIT")
    yield bad("integer-for-bool", "query", with_pair("query", QUERY, "e", b"\1"), "MALFORMED")
    yield good("one-form", "status", STATUS)
    yield good("one-case", "status", CASES)
    yield good("no-cases", "status", changed(CASES, cases=[]))
    yield good("most-cases", "status", changed(CASES, has_more_cases=True, cases=[changed(
        CASE, state=list(m.CASES)[i % 5], rules=["r" * 32] * (i % 5), explanation="x" * (i * 16), reason="y" * (1024 - i)) for i in range(64)]))
    yield from found_vectors()
    yield bad("one-case-too-many", "status", m.STATUS.pack(changed(CASES, cases=[CASE] * 65)), "LIMIT")
    yield bad("cases-without-more", "status", m.STATUS.pack(changed(CASES, has_more_cases=None)), "MALFORMED")
    yield bad("more-without-cases", "status", m.STATUS.pack(changed(CASES, cases=None)), "MALFORMED")
    yield bad("case-of-five-rules", "status", m.STATUS.pack(changed(CASES, cases=[changed(CASE, rules=["r"] * 5)])), "LIMIT")
    yield bad("case-status-small", "status", m.STATUS.pack(changed(CASES, cases=[changed(CASE, status="p")])), "RANGE")
    yield bad("case-state-unknown", "status", m.STATUS.pack(CASES).replace(CASE_STATE, CASE_STATE[:-2] + b"\x05\x91"), "RANGE")
    yield bad("case-items-missing", "status", m.STATUS.pack(CASES).replace(b"\x91\x9e", b"\x91\x9d"), "MALFORMED")
    yield bad("case-explanation-nfd", "status", m.STATUS.pack(changed(CASES, cases=[changed(CASE, explanation="a\u0302")])), "MALFORMED")
    yield good("nothing", "status", changed(STATUS, unknown=[], expected=[]))
    yield good("most", "status", changed(STATUS, unknown=[ID] * 64, expected=STATUS["expected"] * 64, has_more=True))
    yield from common_breaches("status", STATUS)
    yield bad("one-line-too-many", "status", m.STATUS.pack(changed(STATUS, expected=STATUS["expected"] * 65)), "LIMIT")
    yield bad("state-unknown", "status", m.STATUS.pack(STATUS).replace(b"2023-S1\x02", b"2023-S1\x06"), "RANGE")
    yield good("first", "ping", PING)
    yield good("largest", "ping", {"number": w.U32, "time_us": w.MAX_TIME, "n_waiting": w.U32})
    yield from common_breaches("ping", PING)
    yield good("first", "pong", changed(PING, n_waiting=0))
    yield good("busy", "refusal", REFUSAL)
    yield good("malformed", "refusal", changed(REFUSAL, verdict="MALFORMED", id=None, retry_after_ms=0, code="submission.malformed",
                                               why="an integer outside its range", offset=112))
    yield from common_breaches("refusal", REFUSAL)
    yield bad("verdict-that-is-logged", "refusal", with_pair("refusal", REFUSAL, "v", b"\1"), "MALFORMED")
    yield bad("code-empty", "refusal", m.REFUSAL.pack(changed(REFUSAL, code="")), "MALFORMED")


def found_vectors():
    """What the rules found, beside the cases."""
    pack, two = m.STATUS.pack, [CASE, changed(CASE, rules=["a", "b", "c", "d"], entry=8)]
    ahead = m.Map(("hf", "found", m.Array(m.Array(m.FOUND, 4), 64)), *[f for f in m.STATUS.fields if f[0] != "hf"])
    yield good("one-case-found", "status", FOUND_CASES)
    yield good("two-cases-found", "status", changed(CASES, cases=two, found=[
        [None], [changed(FOUND, value=None), None, changed(FOUND, bound=None, detail="missing:year_ago"), changed(FOUND, detail="IIP")]]))
    yield loose("found-before-the-cases", "status", ahead.pack(FOUND_CASES), FOUND_CASES)
    yield loose("nothing-found-said", "status", pack(changed(CASES, found=[[None]])), CASES)
    yield loose("found-of-no-cases", "status", with_pair("status", changed(CASES, cases=[]), "hf", b"\x90"), changed(CASES, cases=[]))
    yield bad("found-without-cases", "status", with_pair("status", STATUS, "hf", b"\x90"), "MALFORMED")
    for name, found, result in (("found-of-too-few-cases", [[FOUND]], "MALFORMED"), ("found-of-too-many-cases", [[FOUND]] * 3, "LIMIT"),
                                ("found-of-too-few-rules", [[FOUND], [FOUND] * 3], "MALFORMED"),
                                ("found-of-too-many-rules", [[FOUND] * 2, [FOUND] * 4], "LIMIT"),
                                ("found-detail-too-long", [[changed(FOUND, detail="d" * 257)], [FOUND] * 4], "LIMIT")):
        yield bad(name, "status", pack(changed(CASES, cases=two, found=found)), result)
    for name, raw, result in (("found-no-array", b"\x01", "MALFORMED"), ("found-of-a-case-no-array", b"\x91\xc0", "MALFORMED"),
                              ("found-items-missing", b"\x91\x91\x92\xc0\xc0", "MALFORMED"),
                              ("found-scale-of-seven", b"\x91\x91\x93\x92\x01\x07\xc0\xa0", "RANGE"),
                              ("found-detail-not-utf8", b"\x91\x91\x93\xc0\xc0\xa1\xff", "MALFORMED")):
        yield bad(name, "status", with_pair("status", CASES, "hf", raw), result)


def frame_vectors():
    def frame(type, decoder, meaning):
        return {"version": 1, "type": type, "body": m.DECODERS[decoder].pack(meaning).hex()}

    for type, decoder, meaning in (("hello", "hello", HELLO), ("welcome", "welcome", WELCOME), ("submission", "envelope", ENVELOPE),
                                   ("explanation", "envelope", sealed("explanation", EXPLANATION)),
                                   ("decision", "envelope", sealed("decision", DECISION)), ("receipt", "receipt", RECEIPTS), ("query", "query", QUERY), ("status", "status", STATUS),
                                   ("ping", "ping", PING), ("pong", "pong", changed(PING, n_waiting=0)),
                                   ("refusal", "refusal", REFUSAL)):
        yield good(type, "frame", frame(type, decoder, meaning))
    yield good("no-body", "frame", {"version": 1, "type": "ping", "body": ""})
    yield good("largest", "frame", {"version": 1, "type": "submission", "body": "00" * (m.MAX_FRAME - 4)})
    yield bad("one-byte-too-long", "frame", b"PH\1\3" + bytes(m.MAX_FRAME - 3), "LIMIT")
    yield bad("empty", "frame", b"", "MALFORMED")
    yield bad("three-bytes", "frame", b"PH\1", "MALFORMED")
    yield bad("other-magic", "frame", b"PI\1\1", "MALFORMED")
    yield bad("http", "frame", b"GET / HTTP/1.1\r\n", "MALFORMED")
    yield bad("version-0", "frame", b"PH\0\1", "UNSUPPORTED")
    yield bad("version-2", "frame", b"PH\2\1", "UNSUPPORTED")
    yield bad("version-2-of-an-unknown-type", "frame", b"PH\2\xff", "UNSUPPORTED")
    for number in (0, 10, 15, 18, 19, 255):
        yield bad(f"type-{number}", "frame", b"PH\1" + bytes([number]), "MALFORMED")
