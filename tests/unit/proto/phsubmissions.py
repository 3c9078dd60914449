"""phsubmissions - the vectors' common parts, and those of submissions, findings and verdicts."""
import copy
import hashlib

import phmessages as m
import phproof as proof
import phwire as w

UNIT_SEED, RECEIPT_SEED = bytes([1]) * 32, bytes([2]) * 32
UNIT_PUBLIC, RECEIPT_PUBLIC = proof.public_of(UNIT_SEED), proof.public_of(RECEIPT_SEED)
UNIT_KEY, RECEIPT_KEY = proof.key_id(UNIT_PUBLIC).hex(), proof.key_id(RECEIPT_PUBLIC).hex()
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
                          {"indicator": "GRDP_CONST", "value": None, "status": "O", "note": ""}],
         "narratives": []}
NARRATIVE = {"kind": "directive", "title": "Thi đua thực hiện thắng lợi nhiệm vụ năm 2023", "document_no": "03/CT-UBND",
             "document_date": "2023-03-31", "detail": ""}
FIRST_BODY = m.SUBMISSION.pack(FIRST)
CORRECTION = changed(FIRST, id=ID[:-2] + "ac", revision=2, base_revision=1, base_digest=proof.sha256(FIRST_BODY).hex(), kind="clerical",
                     reason="số chính thức của Cục Thống kê", registry=m.ZERO,
                     observations=[{"indicator": "GRDP_GROWTH", "value": "7.23", "status": "P", "note": ""},
                                   {"indicator": "IIP", "value": "9.0", "status": "P", "note": ""},
                                   {"indicator": "VA_AGR", "value": "-0.05", "status": "E", "note": ""}])
SIGNATURE = proof.sign("phusa submission", UNIT_SEED, FIRST_BODY)
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
    yield good("narratives", "submission", changed(FIRST, narratives=[
        NARRATIVE, {"kind": "model", "title": "Xã Vũ Bản", "document_no": "", "document_date": "", "detail": "nông thôn mới nâng cao"}]))
    yield good("most-narratives", "submission", changed(one, narratives=[changed(NARRATIVE, title=f"t{i}") for i in range(32)]))
    yield good("longest-narrative", "submission", changed(one, narratives=[
        {"kind": "k" * 32, "title": "t" * 1024, "document_no": "n" * 64, "document_date": "d" * 32, "detail": "e" * 1024}]))
    yield loose("no-narratives-said", "submission", with_pair("submission", one, "n", b"\x90"), one)
    yield key("one-narrative-too-many", "LIMIT", "n", w.pack_array_head(33) + m.NARRATIVE.pack(NARRATIVE) * 33)
    yield key("narrative-of-four", "MALFORMED", "n", b"\x91\x94" + m.NARRATIVE.pack(NARRATIVE)[1:-1])
    yield key("narrative-title-too-long", "LIMIT", "n", b"\x91" + m.NARRATIVE.pack(changed(NARRATIVE, title="t" * 1025)))
    yield key("narrative-title-nfd", "MALFORMED", "n", b"\x91" + m.NARRATIVE.pack(changed(NARRATIVE, title="a\u0302")))
    yield key("narrative-document-too-long", "LIMIT", "n", b"\x91" + m.NARRATIVE.pack(changed(NARRATIVE, document_no="n" * 65)))
    yield key("narrative-kind-empty", "MALFORMED", "n", b"\x91" + m.NARRATIVE.pack(changed(NARRATIVE, kind="")))
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
JUDGEMENT = {"verdict": "REJECTED", "registry": REGISTRY, "n_findings": 2, "findings_digest": proof.sha256(FINDINGS_PAGE).hex(),
             "counts": [{"rule": "range.soft", "action": "flag", "n": 1}, {"rule": "form.required", "action": "reject", "n": 1}]}
ACCEPTED = {"verdict": "ACCEPTED", "registry": REGISTRY, "n_findings": 0, "findings_digest": proof.sha256(b"\x90").hex(), "counts": []}


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
        {"rule": f"r{i}", "action": "note", "n": w.U32} for i in range(96)]))
    yield from common_breaches("judgement", JUDGEMENT)
    yield bad("verdict-that-is-not-logged", "judgement", with_pair("judgement", ACCEPTED, "v", b"\x11"), "MALFORMED")
    yield bad("verdict-unknown", "judgement", with_pair("judgement", ACCEPTED, "v", b"\x04"), "MALFORMED")
    yield bad("verdict-above-limit", "judgement", with_pair("judgement", ACCEPTED, "v", b"\xcd\1\0"), "LIMIT")
    yield bad("one-rule-too-many", "judgement", m.JUDGEMENT.pack(changed(JUDGEMENT, counts=[
        {"rule": f"r{i}", "action": "note", "n": 1} for i in range(97)])), "LIMIT")
