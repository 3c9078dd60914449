#!/usr/bin/env python3
"""make_vectors - writes proto/vectors/*.json, the examples of PROTOCOL.md and the seeds of tests/fuzz/corpus; --check compares instead.

Made from the grammar in phmessages.py, not from the C codecs, which a test holds against what is written here.
"""
import argparse
import copy
import hashlib
import json
import os
import re
import sys

import phmessages as m
import phwire as w

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "..", "..", ".."))
VECTORS, CORPUS = os.path.join(ROOT, "proto", "vectors"), os.path.join(ROOT, "tests", "fuzz", "corpus")
PAPER = os.path.join(ROOT, "proto", "PROTOCOL.md")

UNIT_SEED, RECEIPT_SEED = bytes([1]) * 32, bytes([2]) * 32
UNIT_PUBLIC, RECEIPT_PUBLIC = w.public_of(UNIT_SEED), w.public_of(RECEIPT_SEED)
UNIT_KEY, RECEIPT_KEY = w.key_id(UNIT_PUBLIC).hex(), w.key_id(RECEIPT_PUBLIC).hex()
EPOCH = "0189885a5c0070008000000000000001"
ID = "0189885b12347abc8def0123456789ab"
NOW = 1690354800123456  # 2023-07-26T07:00:00.123456Z
UNITS = ["thaibinh", "hanam", "namdinh", "haiduong", "quangninh", "hungyen", "ninhbinh", "vinhphuc", "bacninh"]


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


REGISTRY = digest("registry")


def good(name, decoder, meaning):
    return {"name": name, "decoder": decoder, "hex": m.DECODERS[decoder].pack(meaning).hex(), "result": "OK", "canonical": True,
            "meaning": meaning}


def loose(name, decoder, raw, meaning):
    """Bytes that are taken though we would write them otherwise."""
    return {"name": name, "decoder": decoder, "hex": raw.hex(), "result": "OK", "canonical": False, "meaning": meaning}


def bad(name, decoder, raw, result):
    return {"name": name, "decoder": decoder, "hex": raw.hex(), "result": result}


def changed(meaning, **changes):
    v = copy.deepcopy(meaning)
    v.update(changes)
    return v


def pairs(decoder, meaning):
    """The map of a message as a list of [key bytes, value bytes], to be put together otherwise."""
    kind, out = m.DECODERS[decoder], []
    for key, name, item in kind.fields:
        if name not in kind.optional or meaning[name] != kind.optional[name]:
            out.append([w.pack_text(key), item.pack(meaning[name])])
    return out


def join(items):
    return w.pack_map_head(len(items)) + b"".join(key + value for key, value in items)


def with_pair(decoder, meaning, key, value):
    """The value of `key` replaced by raw bytes; left out when None; appended when new."""
    items = [pair for pair in pairs(decoder, meaning) if pair[0] != w.pack_text(key) or value is not None]
    for pair in items:
        if pair[0] == w.pack_text(key):
            pair[1] = value
            return join(items)
    return join(items + ([[w.pack_text(key), value]] if value is not None else []))


def common_breaches(decoder, meaning):
    """What each map message refuses and bears alike."""
    raw, items = m.DECODERS[decoder].pack(meaning), pairs(decoder, meaning)
    unknown = [[w.pack_text(f"zz{i}"), b"\xc0"] for i in range(17)]
    nested = b"\x91" * 7 + b"\x90"
    yield loose("keys-in-another-order", decoder, join(items[::-1]), meaning)
    yield loose("unknown-key", decoder, join([[w.pack_text("zz"), b"\x93\x01\x81\xa1a\xc0\xc3"], *items]), meaning)
    yield loose("sixteen-unknown-keys", decoder, join(items + unknown[:16]), meaning)
    yield loose("unknown-key-nested-to-the-limit", decoder, join(items + [[w.pack_text("zz"), nested[1:]]]), meaning)
    yield bad("seventeen-unknown-keys", decoder, join(items + unknown), "LIMIT")
    yield bad("unknown-key-nested-too-deep", decoder, join(items + [[w.pack_text("zz"), nested]]), "LIMIT")
    yield bad("known-key-twice", decoder, join(items + items[:1]), "MALFORMED")
    yield bad("unknown-key-twice", decoder, join(items + unknown[:1] + unknown[:1]), "MALFORMED")
    yield bad("key-is-an-integer", decoder, join([[b"\x01", b"\x01"], *items]), "MALFORMED")
    yield bad("key-too-long", decoder, join(items + [[w.pack_text("z" * 33), b"\xc0"]]), "LIMIT")
    kind = m.DECODERS[decoder]
    for key, name, _ in kind.fields:
        if name not in kind.optional:
            yield bad(f"key-{key}-missing", decoder, with_pair(decoder, meaning, key, None), "MALFORMED")
    yield bad("empty", decoder, b"", "MALFORMED")
    yield bad("nil", decoder, b"\xc0", "MALFORMED")
    yield bad("array-for-map", decoder, b"\x90", "MALFORMED")
    yield bad("one-byte-short", decoder, raw[:-1], "MALFORMED")
    yield bad("one-byte-more", decoder, raw + b"\xc0", "MALFORMED")
    yield bad("reserved-c1", decoder, join(items + [[w.pack_text("zz"), b"\xc1"]]), "MALFORMED")
    yield bad("float32", decoder, join(items + [[w.pack_text("zz"), b"\xca\0\0\0\0"]]), "MALFORMED")
    yield bad("float64", decoder, join(items + [[w.pack_text("zz"), b"\xcb" + bytes(8)]]), "MALFORMED")
    yield bad("ext-of-no-bytes", decoder, join(items + [[w.pack_text("zz"), b"\xc7\0\1"]]), "MALFORMED")
    yield bad("fixext", decoder, join(items + [[w.pack_text("zz"), b"\xd4\1\0"]]), "MALFORMED")
    yield bad("map32-of-all", decoder, b"\xdf\xff\xff\xff\xff", "MALFORMED")
    yield bad("array32-of-all", decoder, join(items + [[w.pack_text("zz"), b"\xdd\xff\xff\xff\xff"]]), "MALFORMED")
    yield bad("str32-of-all", decoder, join(items + [[w.pack_text("zz"), b"\xdb\xff\xff\xff\xff"]]), "MALFORMED")
    yield bad("bin32-of-all", decoder, join(items + [[w.pack_text("zz"), b"\xc6\xff\xff\xff\xff"]]), "MALFORMED")
    yield bad("text-not-utf8", decoder, join(items + [[w.pack_text("zz"), b"\xa2\xc0\x80"]]), "MALFORMED")
    yield bad("text-surrogate", decoder, join(items + [[w.pack_text("zz"), b"\xa3\xed\xa0\x80"]]), "MALFORMED")


# ---- the messages ----

FIRST = {"id": ID, "unit": "haiduong", "cluster": "dbsh", "form": "socio-economic", "period": "2023-S1", "revision": 1,
         "base_revision": 0, "base_digest": None, "kind": "first", "reason": "", "agent_time_us": NOW - 2000000, "registry": REGISTRY,
         "observations": [{"indicator": "GRDP_GROWTH", "value": "11.4", "status": "P", "note": ""},
                          {"indicator": "IIP", "value": "8.9", "status": "P", "note": "theo Cục Thống kê tỉnh"},
                          {"indicator": "GRDP_CONST", "value": None, "status": "O", "note": ""}]}
FIRST_BODY = m.SUBMISSION.pack(FIRST)
CORRECTION = changed(FIRST, id=ID[:-2] + "ac", revision=2, base_revision=1, base_digest=w.sha256(FIRST_BODY).hex(), kind="clerical",
                     reason="số chính thức của Cục Thống kê", registry=m.ZERO,
                     observations=[{"indicator": "GRDP_GROWTH", "value": "7.23", "status": "P", "note": ""},
                                   {"indicator": "IIP", "value": "9.0", "status": "P", "note": ""},
                                   {"indicator": "VA_AGR", "value": "-0.05", "status": "E", "note": ""}])
SIGNATURE = w.sign("phusa submission", UNIT_SEED, FIRST_BODY)
ENVELOPE = {"key_id": UNIT_KEY, "signature": SIGNATURE.hex(), "body": FIRST_BODY.hex()}


def observation(indicator=b"\xa3IIP", mantissa=b"\x59", scale=b"\x01", status=b"\x50", note=b"", head=None):
    return (head or (b"\x95" if note else b"\x94")) + indicator + mantissa + scale + status + note


def submission_vectors():
    one = changed(FIRST, observations=[{"indicator": "IIP", "value": "8.9", "status": "P", "note": ""}])

    def cell(name, result, **parts):
        return bad(name, "submission", with_pair("submission", one, "o", b"\x91" + observation(**parts)), result)

    def key(name, result, k, value, base=one):
        return bad(name, "submission", with_pair("submission", base, k, value), result)

    yield good("first", "submission", FIRST)
    yield good("correction", "submission", CORRECTION)
    yield good("no-observations", "submission", changed(FIRST, kind="withdrawal", observations=[]))
    yield good("largest-numbers", "submission", changed(
        FIRST, revision=w.U32, agent_time_us=w.MAX_TIME, unit="A" * 32, period="9998-12",
        observations=[{"indicator": "I", "value": v, "status": "A", "note": "n" * 1024 if i == 0 else ""} for i, v in
                      enumerate(("1000000000000000", "-1000000000000000", "1000000000.000000", "0.000001", "-0.000001", "0"))]))
    yield good("every-status", "submission", changed(FIRST, observations=[
        {"indicator": f"I_{s}", "value": None if s in m.NO_VALUE else "1.50", "status": s, "note": ""} for s in m.STATUSES]))
    yield good("most-observations", "submission", changed(FIRST, observations=[
        {"indicator": f"I{i}", "value": str(i), "status": "A", "note": ""} for i in range(256)]))
    yield loose("integers-wider-than-needed", "submission", with_pair(
        "submission", one, "o", b"\xdd\0\0\0\1" + observation(mantissa=b"\xd3" + bytes(7) + b"\x59", scale=b"\xcf" + bytes(7) + b"\1",
                                                              status=b"\xcd\0\x50", head=b"\xdc\0\4")), one)
    yield loose("empty-note", "submission", with_pair("submission", one, "o", b"\x91" + observation(note=b"\xa0")), one)
    yield from common_breaches("submission", one)
    yield bad("one-observation-too-many", "submission", with_pair("submission", one, "o", b"\xdc\1\1" + observation() * 257), "LIMIT")
    yield cell("float-for-mantissa", "MALFORMED", mantissa=b"\xcb\x40\x21\xcc\xcc\xcc\xcc\xcc\xcd")
    yield cell("text-for-mantissa", "MALFORMED", mantissa=b"\xa38.9")
    yield cell("bool-for-mantissa", "MALFORMED", mantissa=b"\xc3")
    yield cell("nil-for-mantissa", "MALFORMED", mantissa=b"\xc0")
    yield cell("mantissa-one-too-large", "RANGE", mantissa=w.pack_int(10**15 + 1))
    yield cell("mantissa-one-too-small", "RANGE", mantissa=w.pack_int(-10**15 - 1))
    yield cell("mantissa-of-64-bits", "RANGE", mantissa=b"\xcf" + b"\xff" * 8)
    yield cell("scale-seven", "RANGE", scale=b"\x07")
    yield cell("scale-negative", "RANGE", scale=b"\xff")
    yield cell("status-no-letter", "MALFORMED", status=b"\x01")
    yield cell("status-c", "MALFORMED", status=b"\x43")
    yield cell("status-x", "LIMIT", status=b"\x58")
    yield cell("status-text", "MALFORMED", status=b"\xa1P")
    yield cell("value-beside-missing", "MALFORMED", status=b"\x4f")
    yield cell("scale-beside-missing", "MALFORMED", mantissa=b"\0", status=b"\x4f")
    yield cell("indicator-empty", "MALFORMED", indicator=b"\xa0")
    yield cell("indicator-with-blank", "MALFORMED", indicator=b"\xa4II P")
    yield cell("indicator-not-ascii", "MALFORMED", indicator=w.pack_text("chỉ-tiêu"))
    yield cell("indicator-too-long", "LIMIT", indicator=w.pack_text("I" * 33))
    yield cell("observation-of-three", "MALFORMED", head=b"\x93")
    yield cell("observation-of-six", "LIMIT", head=b"\x96", note=b"\xa0\xa0")
    yield cell("note-nfd", "MALFORMED", note=w.pack_text("chi\u0309 tie\u0302u"))
    yield cell("note-with-nul", "MALFORMED", note=w.pack_text("a\0b"))
    yield cell("note-with-escape", "MALFORMED", note=w.pack_text("\x1b[2J"))
    yield cell("note-bidi", "MALFORMED", note=w.pack_text("\u202eabc"))
    yield cell("note-overlong-utf8", "MALFORMED", note=b"\xa2\xc0\xaf")
    yield cell("note-too-long", "LIMIT", note=w.pack_text("n" * 1025))
    yield cell("note-nil", "MALFORMED", note=b"\xc0")
    yield key("revision-zero", "RANGE", "r", b"\0")
    yield key("revision-negative", "RANGE", "r", b"\xff")
    yield key("revision-above-32-bits", "RANGE", "r", w.pack_int(1 << 32))
    yield key("base-without-digest", "MALFORMED", "br", b"\1")
    yield key("digest-without-base", "MALFORMED", "bd", w.pack_bin(bytes(32)))
    yield key("base-digest-short", "MALFORMED", "bd", w.pack_bin(bytes(31)), CORRECTION)
    yield key("kind-unknown", "RANGE", "q", b"\x06")
    yield key("id-of-15-bytes", "MALFORMED", "i", w.pack_bin(bytes(15)))
    yield key("id-as-text", "MALFORMED", "i", w.pack_text("0" * 16))
    yield key("period-unknown-form", "MALFORMED", "p", w.pack_text("2023-H1"))
    yield key("period-month-13", "RANGE", "p", w.pack_text("2023-13"))
    yield key("period-quarter-0", "RANGE", "p", w.pack_text("2023-Q0"))
    yield key("period-too-long", "LIMIT", "p", w.pack_text("2023-06-30T00"))
    yield key("time-negative", "RANGE", "t", b"\xff")
    yield key("time-after-9999", "RANGE", "t", w.pack_int(w.MAX_TIME + 1))
    yield key("reason-nfd", "MALFORMED", "y", w.pack_text("a\u0302"))
    yield key("unit-slash", "MALFORMED", "u", w.pack_text("hai/duong"))


def envelope_vectors():
    yield good("first", "envelope", ENVELOPE)
    yield good("empty-body", "envelope", changed(ENVELOPE, body=""))
    yield good("largest-body", "envelope", changed(ENVELOPE, body="00" * m.MAX_FRAME))
    yield from common_breaches("envelope", ENVELOPE)
    yield bad("body-too-large", "envelope", with_pair("envelope", ENVELOPE, "b", w.pack_bin(bytes(m.MAX_FRAME + 1))), "LIMIT")
    yield bad("body-as-text", "envelope", with_pair("envelope", ENVELOPE, "b", b"\xa1a"), "MALFORMED")
    yield bad("signature-short", "envelope", with_pair("envelope", ENVELOPE, "s", w.pack_bin(bytes(63))), "MALFORMED")
    yield bad("key-id-long", "envelope", with_pair("envelope", ENVELOPE, "k", w.pack_bin(bytes(17))), "MALFORMED")


FINDINGS = [{"rule": "range.soft", "action": "flag", "row": 0, "indicator": "GRDP_GROWTH", "value": "11.4", "bound": "10", "detail": ""},
            {"rule": "form.required", "action": "reject", "row": -1, "indicator": "IIP", "value": None, "bound": None,
             "detail": "socio-economic"}]
FINDINGS_PAGE = m.FINDINGS.pack(FINDINGS)
JUDGEMENT = {"verdict": "REJECTED", "registry": REGISTRY, "n_findings": 2, "findings_digest": w.sha256(FINDINGS_PAGE).hex(),
             "counts": [{"rule": "range.soft", "action": "flag", "n": 1}, {"rule": "form.required", "action": "reject", "n": 1}]}
ACCEPTED = {"verdict": "ACCEPTED", "registry": REGISTRY, "n_findings": 0, "findings_digest": w.sha256(b"\x90").hex(), "counts": []}


def verdict_vectors():
    finding = FINDINGS[0]
    many = [changed(finding, row=i) for i in range(64)]
    yield good("two", "findings", FINDINGS)
    yield good("none", "findings", [])
    yield good("most", "findings", many)
    yield bad("one-too-many", "findings", m.FINDINGS.pack(many + many[:1]), "LIMIT")
    yield bad("row-below-minus-one", "findings", m.FINDINGS.pack([changed(finding, row=-2)]), "RANGE")
    yield bad("row-256", "findings", m.FINDINGS.pack([changed(finding, row=256)]), "RANGE")
    yield bad("action-unknown", "findings", m.FINDINGS.pack([finding]).replace(b"soft\x01", b"soft\x04"), "RANGE")
    yield bad("decimal-of-one", "findings", m.FINDINGS.pack([finding]).replace(b"\x92\x72\x01", b"\x91\x72"), "MALFORMED")
    yield bad("scale-above-six", "findings", m.FINDINGS.pack([finding]).replace(b"\x92\x72\x01", b"\x92\x72\x07"), "RANGE")
    yield bad("items-missing", "findings", m.FINDINGS.pack([finding]).replace(b"\x97\xaarange", b"\x96\xaarange")[:-1], "MALFORMED")
    yield bad("rule-empty", "findings", m.FINDINGS.pack([changed(finding, rule="")]), "MALFORMED")
    yield bad("detail-too-long", "findings", m.FINDINGS.pack([changed(finding, detail="d" * 257)]), "LIMIT")
    yield bad("empty", "findings", b"", "MALFORMED")
    yield good("rejected", "judgement", JUDGEMENT)
    yield good("accepted", "judgement", ACCEPTED)
    yield good("held", "judgement", changed(ACCEPTED, verdict="HELD"))
    yield good("most-rules", "judgement", changed(JUDGEMENT, n_findings=w.U32, counts=[
        {"rule": f"r{i}", "action": "note", "n": w.U32} for i in range(64)]))
    yield from common_breaches("judgement", JUDGEMENT)
    yield bad("verdict-that-is-not-logged", "judgement", with_pair("judgement", ACCEPTED, "v", b"\x11"), "MALFORMED")
    yield bad("verdict-unknown", "judgement", with_pair("judgement", ACCEPTED, "v", b"\x04"), "MALFORMED")
    yield bad("verdict-above-limit", "judgement", with_pair("judgement", ACCEPTED, "v", b"\xcd\1\0"), "LIMIT")
    yield bad("one-rule-too-many", "judgement", m.JUDGEMENT.pack(changed(JUDGEMENT, counts=[
        {"rule": f"r{i}", "action": "note", "n": 1} for i in range(65)])), "LIMIT")


# ---- a small log: six entries before the batch, then three submissions and their seal ----

def leaf(seq, kind, unit="", id="00" * 16, body=b"", key=None, signature=b"", registry=m.ZERO, verdict=b""):
    return {"seq": seq, "received_at_us": NOW + seq, "kind": kind, "unit": unit, "id": id, "body": w.sha256(body).hex(),
            "key_id": key or "00" * 16, "signature": w.sha256(signature).hex() if signature else m.ZERO, "registry": registry,
            "verdict": w.sha256(verdict).hex()}


def submitted(seq, unit, id, body, judgement):
    signature = w.sign("phusa submission", UNIT_SEED, body)
    return leaf(seq, "submission", unit, id, body, UNIT_KEY, signature, judgement["registry"], m.JUDGEMENT.pack(judgement))


SECOND_BODY = m.SUBMISSION.pack(changed(FIRST, id=ID[:-2] + "cd", unit="hanam"))
BATCH = [submitted(7, "haiduong", ID, FIRST_BODY, JUDGEMENT), submitted(8, "hanam", ID[:-2] + "cd", SECOND_BODY, ACCEPTED),
         submitted(9, "haiduong", CORRECTION["id"], m.SUBMISSION.pack(CORRECTION), ACCEPTED)]
LEAVES = [leaf(1, "genesis", body=b"genesis"), *(leaf(i, "submission", UNITS[i - 2], body=bytes([i])) for i in range(2, 6)),
          leaf(6, "seal", body=b"seal"), *BATCH, leaf(10, "seal", body=b"seal of 9")]
HASHES, BEFORE = [w.leaf_hash(v) for v in LEAVES], 6


def checkpoint(size, root, seed=RECEIPT_SEED):
    c = {"epoch": EPOCH, "size": size, "root": root.hex(), "sealed_at_us": NOW + 20}
    signature = w.sign("phusa checkpoint", seed, m.CHECKPOINT_SIGNED.pack(c))
    return c | {"key_id": w.key_id(w.public_of(seed)).hex(), "signature": signature.hex()}


CHECKPOINT = checkpoint(len(HASHES), w.root_of(HASHES))


def receipt_of(v, judgement, findings, duplicate=False):
    path = [node.hex() for node in w.local_path(HASHES, BEFORE, v["seq"] - 1)]
    return {"id": v["id"], "body": v["body"], "duplicate": duplicate, "seq": v["seq"], "received_at_us": v["received_at_us"],
            "key_id": v["key_id"], "signature": v["signature"], "verdict_bytes": m.JUDGEMENT.pack(judgement).hex(),
            "findings": findings.hex(), "path": path}


RECEIPTS = {"checkpoint": CHECKPOINT, "credit": 8,
            "before": {"size": BEFORE, "peaks": [peak.hex() for _, _, peak in w.peaks_of(HASHES[:BEFORE])]},
            "receipts": [receipt_of(BATCH[0], JUDGEMENT, FINDINGS_PAGE), receipt_of(BATCH[2], ACCEPTED, b"\x90", duplicate=True)]}
ONE_RECEIPT = changed(RECEIPTS, receipts=RECEIPTS["receipts"][:1])


def receipt_vectors():
    items = RECEIPTS["receipts"]
    yield good("signed", "checkpoint", CHECKPOINT)
    yield good("of-nothing", "checkpoint", checkpoint(0, w.root_of([])))
    yield from common_breaches("checkpoint", CHECKPOINT)
    yield bad("size-above-2-48", "checkpoint", m.CHECKPOINT.pack(changed(CHECKPOINT, size=w.MAX_SEQ + 1)), "LIMIT")
    yield good("two", "receipt", RECEIPTS)
    yield good("one", "receipt", changed(RECEIPTS, receipts=items[1:]))
    yield good("none", "receipt", changed(RECEIPTS, receipts=[]))
    yield good("first-log", "receipt", changed(RECEIPTS, before={"size": 0, "peaks": []}, receipts=[changed(items[1], path=[])]))
    yield good("most", "receipt", changed(RECEIPTS, receipts=[changed(items[1], findings="", seq=i + 1) for i in range(64)]))
    yield from common_breaches("receipt", ONE_RECEIPT)

    def receipt(name, result, **changes):
        return bad(name, "receipt", m.RECEIPTS.pack(changed(RECEIPTS, receipts=[changed(items[0], **changes)])), result)

    yield bad("one-too-many", "receipt", m.RECEIPTS.pack(changed(RECEIPTS, receipts=items[:1] * 65)), "LIMIT")
    yield bad("too-few-peaks", "receipt", m.RECEIPTS.pack(changed(RECEIPTS, before={"size": 7, "peaks": [m.ZERO] * 2})), "MALFORMED")
    yield bad("too-many-peaks", "receipt", m.RECEIPTS.pack(changed(RECEIPTS, before={"size": 8, "peaks": [m.ZERO] * 2})), "MALFORMED")
    yield bad("frontier-too-large", "receipt",
              m.RECEIPTS.pack(changed(RECEIPTS, before={"size": w.MAX_SEQ, "peaks": [m.ZERO]})), "LIMIT")
    yield bad("checkpoint-cut", "receipt",
              with_pair("receipt", ONE_RECEIPT, "c", w.pack_bin(m.CHECKPOINT.pack(CHECKPOINT)[:-1])), "MALFORMED")
    yield bad("checkpoint-as-map", "receipt", with_pair("receipt", ONE_RECEIPT, "c", m.CHECKPOINT.pack(CHECKPOINT)), "MALFORMED")
    yield receipt("seq-zero", "RANGE", seq=0)
    yield receipt("path-too-long", "LIMIT", path=[m.ZERO] * 49)
    yield receipt("verdict-too-large", "LIMIT", verdict_bytes="00" * 4097)
    yield receipt("findings-too-large", "LIMIT", findings="00" * 32769)
    yield bad("receipt-key-missing", "receipt", m.RECEIPTS.pack(RECEIPTS).replace(b"\x8a\xa1i", b"\x8a\xa1j", 1), "MALFORMED")


HELLO = {"version_min": 1, "version_max": 1, "agent": "phusa-collector 0.1.0", "unit": "haiduong", "registry": REGISTRY,
         "checkpoint": None}
WELCOME = {"version": 1, "epoch": EPOCH, "server_time_us": NOW, "registry": REGISTRY, "max_frame_bytes": 16384,
           "max_observations": 256, "credit": 8, "tree_size": 10, "server": "phusa-aggregator 0.1.0"}
QUERY = {"number": 3, "ids": [ID, CORRECTION["id"]], "wants_expected": True}
STATUS = {"number": 3, "unknown": [CORRECTION["id"]], "has_more": False, "expected": [
    {"cluster": "dbsh", "form": "socio-economic", "period": "2023-S1", "state": "due", "due_us": NOW, "highest_revision": 2,
     "last_revision": 1, "last_digest": w.sha256(FIRST_BODY).hex(), "n_held": 0}]}
PING = {"number": 5, "time_us": NOW, "n_waiting": 2}
REFUSAL = {"verdict": "BUSY", "digest": w.sha256(FIRST_BODY).hex(), "id": ID, "retry_after_ms": 1500, "code": "queue.full",
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
    yield good("most-ids", "query", changed(QUERY, ids=[ID] * 64, wants_expected=False))
    yield from common_breaches("query", QUERY)
    yield bad("one-id-too-many", "query", m.QUERY.pack(changed(QUERY, ids=[ID] * 65)), "LIMIT")
    yield bad("integer-for-bool", "query", with_pair("query", QUERY, "e", b"\1"), "MALFORMED")
    yield good("one-form", "status", STATUS)
    yield good("nothing", "status", changed(STATUS, unknown=[], expected=[]))
    yield good("most", "status", changed(STATUS, unknown=[ID] * 64, expected=STATUS["expected"] * 64, has_more=True))
    yield from common_breaches("status", STATUS)
    yield bad("one-line-too-many", "status", m.STATUS.pack(changed(STATUS, expected=STATUS["expected"] * 65)), "LIMIT")
    yield bad("state-unknown", "status", m.STATUS.pack(STATUS).replace(b"2023-S1\x02", b"2023-S1\x05"), "RANGE")
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


def frame_vectors():
    def frame(type, decoder, meaning):
        return {"version": 1, "type": type, "body": m.DECODERS[decoder].pack(meaning).hex()}

    for type, decoder, meaning in (("hello", "hello", HELLO), ("welcome", "welcome", WELCOME), ("submission", "envelope", ENVELOPE),
                                   ("receipt", "receipt", RECEIPTS), ("query", "query", QUERY), ("status", "status", STATUS),
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
    for number in (0, 10, 16, 17, 18, 19, 255):
        yield bad(f"type-{number}", "frame", b"PH\1" + bytes([number]), "MALFORMED")


# ---- what a seal publishes ----

def given(value, rank, entry, status="P", state="given", revision=1, marks=()):
    return {"state": state, "marks": list(marks), "value": value, "status": status, "rank": rank, "revision": revision, "entry": entry}


MISSING = {"state": "missing", "marks": []}
PRINTED = ["7.77", "6.2", "8.5", "11.4", "8.8", "8.21", "7.56", "1.69", "-12.59"]
RANKS = [5, 7, 3, 1, 2, 4, 6, 8, 9]
GRDP = {"indicator": "GRDP_GROWTH", "decimals": 2, "lower_is_better": False, "is_ranked": True,
        "coverage": {"expected": 9, "received": 9, "held": 0, "no_value": 0,
                     "weights": {"expected": 715000, "received": 715000, "held": 0}},
        "values": [{"method": "mean", "weight_set": "", "value": "5.28"},
                   {"method": "weighted_mean", "weight_set": "grdp-const-2022@1", "value": "3.99"},
                   {"method": "max", "weight_set": "", "value": "11.40"}],
        "members": [given(v, r, i + 2, marks=["flagged"] if i == 8 else []) for i, (v, r) in enumerate(zip(PRINTED, RANKS))],
        "inputs": digest("inputs of GRDP_GROWTH")}
IIP = {"indicator": "IIP", "decimals": 1, "lower_is_better": True, "is_ranked": False,
       "coverage": {"expected": 9, "received": 7, "held": 1, "no_value": 1,
                    "weights": {"expected": 300000, "received": 200000, "held": 50000}},
       "values": [{"method": "mean", "weight_set": "", "value": "-0.1"}, {"method": "list", "weight_set": "", "value": None}],
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
EMPTY = changed(ISSUE, state="open", figures=[changed(
    GRDP, values=[{"method": "mean", "weight_set": "", "value": None}], members=[MISSING] * 9, inputs=m.ZERO,
    coverage={"expected": 9, "received": 0, "held": 0, "no_value": 0, "weights": None})])
LARGEST = changed(
    ISSUE, members=[f"{i:032}" for i in range(64)], cluster="c" * 32, form="f" * 32, seal=w.MAX_SEQ, sealed_at_us=w.MAX_TIME,
    figures=[{"indicator": "i" * 32, "decimals": 6, "lower_is_better": True, "is_ranked": True,
              "coverage": {"expected": 64, "received": 64, "held": 0, "no_value": 0,
                           "weights": {"expected": 64 * 10**12, "received": 64 * 10**12, "held": 0}},
              "values": [{"method": name, "weight_set": "w" * 32 + "@" + "9" * 32, "value": "-999999999.999999"}
                         for name in m.METHODS],
              "members": [given("-999999999.999999", 64, w.MAX_SEQ, revision=w.U32, marks=["flagged", "late"])] * 64,
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
    yield figure("decimals-seven", "RANGE", decimals=7)
    yield figure("more-received-than-expected", "RANGE", coverage=coverage(received=9))
    yield figure("more-without-value-than-received", "RANGE", coverage=coverage(no_value=8))
    yield figure("more-weight-than-expected", "RANGE", coverage=coverage(weights=changed(IIP["coverage"]["weights"], held=100001)))
    yield figure("nine-methods", "LIMIT", values=[{"method": "mean", "weight_set": "", "value": None}] * 9)
    yield figure("status-lower-case", "RANGE", members=[given("1", 0, 1, "a"), *IIP["members"][1:]])
    yield figure("value-in-a-cell-without", "MALFORMED", members=[given("1", 0, 1, "L", "no_value"), *IIP["members"][1:]])
    yield figure("rank-65", "LIMIT", members=[given("1", 65, 1, "A"), *IIP["members"][1:]])


# ---- what is not a message ----

def signatures():
    message, public = b"phu sa", UNIT_PUBLIC
    ok = w.sign("phusa submission", UNIT_SEED, message)
    s_plus_order = ok[:32] + (int.from_bytes(ok[32:], "little") + w.ORDER).to_bytes(32, "little")

    def row(name, context, public, signature, result):
        return {"name": name, "context": context, "public": public.hex(), "message": message.hex(), "signature": signature.hex(),
                "signed_bytes": w.signed_bytes(context, public, message).hex(), "key_id": w.key_id(public).hex(), "result": result}

    yield row("good", "phusa submission", public, ok, "OK") | {"seed": UNIT_SEED.hex()}
    yield row("receipt-key", "phusa checkpoint", RECEIPT_PUBLIC, w.sign("phusa checkpoint", RECEIPT_SEED, message), "OK") | {
        "seed": RECEIPT_SEED.hex()}
    yield row("another-context", "phusa checkpoint", public, ok, "FORBIDDEN")
    yield row("another-key", "phusa submission", RECEIPT_PUBLIC, ok, "FORBIDDEN")
    yield row("bit-flipped", "phusa submission", public, bytes([ok[0] ^ 1]) + ok[1:], "FORBIDDEN")
    yield row("plain-message-signed", "phusa submission", public, w.ed25519_sign(UNIT_SEED, message), "FORBIDDEN")
    yield row("s-not-reduced", "phusa submission", public, s_plus_order, "FORBIDDEN")
    yield row("small-order-key", "phusa submission", bytes([1]) + bytes(31), bytes([1]) + bytes(63), "FORBIDDEN")


def proofs():
    items = RECEIPTS["receipts"]

    def row(name, result, unit="haiduong", frame=ONE_RECEIPT, receipt_key=RECEIPT_PUBLIC):
        return {"name": name, "unit": unit, "receipt_key": receipt_key.hex(), "body": m.RECEIPTS.pack(frame).hex(), "result": result}

    def of(**changes):
        return changed(RECEIPTS, receipts=[changed(items[0], **changes)])

    other = m.JUDGEMENT.pack(changed(JUDGEMENT, verdict="ACCEPTED")).hex()
    swapped = [items[0]["path"][1], items[0]["path"][0], *items[0]["path"][2:]]
    peaks = RECEIPTS["before"]["peaks"]
    wrong_root = checkpoint(len(HASHES), w.root_of(HASHES[:-1]))
    yield row("first-of-batch", "OK")
    yield row("last-of-batch", "OK", frame=changed(RECEIPTS, receipts=items[1:]))
    yield row("another-unit", "CONFLICT", unit="hanam")
    yield row("another-verdict", "CONFLICT", frame=of(verdict_bytes=other))
    yield row("another-seq", "MALFORMED", frame=of(seq=3))
    yield row("neighbour-seq", "CONFLICT", frame=of(seq=8))
    yield row("another-time", "CONFLICT", frame=of(received_at_us=NOW))
    yield row("another-body", "CONFLICT", frame=of(body=m.ZERO))
    yield row("another-id", "CONFLICT", frame=of(id=CORRECTION["id"]))
    yield row("another-signature", "CONFLICT", frame=of(signature=m.ZERO))
    yield row("another-key-id", "CONFLICT", frame=of(key_id=RECEIPT_KEY))
    yield row("findings-changed", "CONFLICT", frame=of(findings=m.FINDINGS.pack(FINDINGS[:1]).hex()))
    yield row("path-swapped", "CONFLICT", frame=of(path=swapped))
    yield row("path-cut", "MALFORMED", frame=of(path=items[0]["path"][:-1]))
    yield row("path-too-long", "MALFORMED", frame=of(path=items[0]["path"] + [m.ZERO]))
    yield row("peaks-swapped", "CONFLICT", frame=changed(ONE_RECEIPT, before={"size": BEFORE, "peaks": peaks[::-1]}))
    yield row("checkpoint-of-another-root", "CONFLICT", frame=changed(ONE_RECEIPT, checkpoint=wrong_root))
    yield row("checkpoint-size-changed", "FORBIDDEN", frame=changed(ONE_RECEIPT, checkpoint=changed(CHECKPOINT, size=11)))
    yield row("checkpoint-of-another-key", "FORBIDDEN",
              frame=changed(ONE_RECEIPT, checkpoint=checkpoint(len(HASHES), w.root_of(HASHES), UNIT_SEED)))
    yield row("verdict-bytes-no-judgement", "MALFORMED", frame=of(verdict_bytes="80"))


def records():
    for name, issue, numbers in (("two-figures", ISSUE, (41, 42)), ("frozen", FROZEN, (43,)), ("nothing-received", EMPTY, (1,)),
                                 ("largest-figure", LARGEST, (w.MAX_SEQ,)),
                                 ("still-provisional", STILL_PROVISIONAL, (44, 45, 46, 47)), ("without-one", WITHOUT_ONE, (48,))):
        for i, number in enumerate(numbers):
            key, value, headers = m.record(issue, issue["figures"][i], number, EPOCH)
            yield {"name": f"{name}-{i}", "issue": m.ISSUE.pack(issue).hex(), "figure": i, "number": number, "epoch": EPOCH, "key": key,
                   "value": value, "headers": headers, "identity_bytes": m.identity_bytes(issue, issue["figures"][i]).hex(),
                   "identity": w.sha256(m.identity_bytes(issue, issue["figures"][i])).hex()}


def chains():
    previous, first = bytes(32), 1
    for issue in (EMPTY, ISSUE, FROZEN):
        packed, count = w.sha256(m.ISSUE.pack(issue)), len(issue["figures"])
        value = m.chain(previous, first, count, packed)
        yield {"name": f"row-at-{first}", "previous": previous.hex(), "first_record": first, "count": count, "packed": packed.hex(),
               "chain": value.hex()}
        previous, first = value, first + count


def leaves():
    for v in LEAVES:
        yield {"name": f"seq-{v['seq']}", "leaf": v, "bytes": w.leaf_bytes(v).hex(), "hash": w.leaf_hash(v).hex()}


FILES = {
    "frame": ("Four bytes of header and a body.", frame_vectors),
    "envelope": ("The frame body of a submission; the signature is by the key of seed 01…01.", envelope_vectors),
    "submission": ("The body inside the envelope.", submission_vectors),
    "verdict": ("Pages of findings and verdict bytes.", verdict_vectors),
    "receipt": ("Checkpoints and receipt frames; checkpoints are signed by the key of seed 02…02.", receipt_vectors),
    "session": ("hello, welcome, query, status, ping, pong, refusal.", session_vectors),
    "issue": ("The packed form of what a figure seal published.", issue_vectors),
    "signature": ("Ed25519 over context, 00, 01, key id, message.", signatures),
    "proof": ("Receipt frames and whether the proof of their first receipt holds.", proofs),
    "leaf": ("Leaves of the log: the hashed bytes (after the 00 of RFC 6962) and the hash.", leaves),
    "record": ("A figure of an issue as Kafka carries it, and its identity.", records),
    "chain": ("The chain over outbox rows.", chains),
}
CORPORA = {"frame": ("frame",), "envelope": ("envelope",), "submission": ("submission",), "receipts": ("receipt",),
           "findings": ("findings",), "judgement": ("judgement",), "issue": ("issue",),
           "reader_diff": ("submission", "findings", "ping", "issue", "checkpoint")}


def seeds(vectors):
    """{path: bytes} for the corpora. Session messages travel as whole frames."""
    out = {}
    for corpus, decoders in CORPORA.items():
        for v in vectors:
            if v.get("decoder") in decoders:
                out[os.path.join(corpus, f"{v['decoder']}-{v['name']}")] = bytes.fromhex(v["hex"])
    for v in vectors:
        if v.get("decoder") in ("hello", "welcome", "query", "status", "ping", "pong", "refusal"):
            frame = b"PH\1" + bytes([m.TYPES[v["decoder"]]]) + bytes.fromhex(v["hex"])
            out[os.path.join("session", f"{v['decoder']}-{v['name']}")] = frame
    return {path: raw for path, raw in out.items() if len(raw) <= 4096}


# ---- the examples of the paper ----

def annotated(raw):
    """The bytes of a msgpack item, one line for each scalar or head, a key beside its value, with what it is."""
    r, lines = w.Reader(raw), []

    def item(depth, before=b"", label=""):
        start = r.at
        kind, n = r.head()
        head = raw[start:r.at]
        pad = "  " * depth
        if kind in ("array", "map"):
            lines.append((pad, before + head, f"{label}{kind} of {n}"))
            for _ in range(n):
                key, name = b"", ""
                if kind == "map":
                    key_start = r.at
                    name = r.text(32) + ": "
                    key = raw[key_start:r.at]
                item(depth + 1, key, name)
            return
        content = r.take(n) if kind in ("text", "bin") else b""
        shown = json.dumps(content.decode(), ensure_ascii=False) if kind == "text" else f"{n} bytes" if kind == "bin" else str(n).lower()
        whole = before + head + content
        lines.append((pad, whole[:24], label + shown))
        lines.extend((pad + "  ", whole[i:i + 24], "") for i in range(24, len(whole), 24))

    item(0)
    return lines


def example(name, vectors):
    decoder, _, row = name.partition("/")
    raw = bytes.fromhex(next(v["hex"] for v in vectors if (v.get("decoder"), v["name"]) == (decoder, row)))
    lines = annotated(raw)
    type = {"envelope": "submission", "submission": ""}.get(decoder, decoder)
    if type in m.TYPES:
        lines.insert(0, ("", b"PH\1" + bytes([m.TYPES[type]]), f"frame, version 1, {type}"))
    text = [(pad + raw.hex(), about) for pad, raw, about in lines]
    return "".join(f"{left:<64}{'# ' + about if about else ''}".rstrip() + "\n" for left, about in text)


def paper(vectors):
    def block(match):
        return f"<!-- example: {match[1]} -->\n```\n{example(match[1], vectors)}```"

    return re.sub(r"<!-- example: (\S+) -->\n```\n.*?```", block, read(PAPER).decode(), flags=re.S).encode()


def files():
    """{path: bytes} of all that is made here."""
    out, everything = {}, []
    for name, (about, rows) in FILES.items():
        rows = list(rows())
        everything += rows
        text = json.dumps({"about": about, "vectors": rows}, indent=1, ensure_ascii=False) + "\n"
        out[os.path.join(VECTORS, name + ".json")] = text.encode()
    out.update({os.path.join(CORPUS, path): raw for path, raw in seeds(everything).items()})
    out[PAPER] = paper(everything)
    return out


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    stale = [path for path, raw in files().items() if read(path) != raw]
    if check:
        print("\n".join(f"not what make_vectors.py makes: {os.path.relpath(path, ROOT)}" for path in stale) or "vectors are up to date")
        return 1 if stale else 0
    for path, raw in files().items():
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(raw)
    print(f"{len(stale)} files written anew")
    return 0


if __name__ == "__main__":
    sys.exit(main())
