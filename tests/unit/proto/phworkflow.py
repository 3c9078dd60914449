"""phworkflow - the vectors of explanations, decisions and the digest of a value."""
import phmessages as m
import phproof as proof
import phwire as w
from phsubmissions import FIRST, ID, NOW, UNIT_KEY, UNIT_SEED, bad, changed, common_breaches, good, with_pair

OF = {"cluster": "dbsh", "form": "socio-economic", "period": "2023-S1", "unit": "haiduong", "indicator": "GRDP_GROWTH", "value": "11.40",
      "status": "P"}
DIGEST = m.value_digest(**OF)
EXPLANATION = {"id": ID[:-2] + "b0", "unit": "haiduong", "cluster": "dbsh", "form": "socio-economic", "period": "2023-S1",
               "indicator": "GRDP_GROWTH", "value_digest": DIGEST, "text": "Nhà máy mới vận hành từ tháng 3, theo Cục Thống kê tỉnh.",
               "agent_time_us": NOW}
DECISION = {"id": ID[:-2] + "b1", "unit": "hanoi", "cluster": "dbsh", "form": "socio-economic", "period": "2023-S1", "kind": "confirm",
            "subject": "haiduong", "indicator": "GRDP_GROWTH", "value_digest": DIGEST, "due_us": None, "reason": "",
            "agent_time_us": NOW + 1000000}
OVERRIDE = changed(DECISION, kind="override", reason="đã đối chiếu niên giám của tỉnh")
EXTEND = changed(DECISION, kind="extend", subject=None, indicator=None, value_digest=None, due_us=NOW + 86400000000,
                 reason="bão số 3, mất điện diện rộng")
FREEZE = changed(EXTEND, kind="freeze", due_us=None, reason="")
CASE = OF | {"digest": DIGEST, "state": "explained", "rules": ["reference.grdp"], "explanation": EXPLANATION["text"], "reason": "", "entry": 7}


def sealed(kind, meaning):
    """The envelope of an explanation or a decision."""
    body = m.DECODERS[kind].pack(meaning)
    return {"key_id": UNIT_KEY, "signature": proof.sign(f"phusa {kind}", UNIT_SEED, body).hex(), "body": body.hex()}


def explanation_vectors():
    yield good("first", "explanation", EXPLANATION)
    yield good("longest", "explanation", changed(EXPLANATION, text="x" * 1024, unit="u" * 32, agent_time_us=w.MAX_TIME))
    yield good("shortest", "explanation", changed(EXPLANATION, text="x", agent_time_us=0))
    yield from common_breaches("explanation", EXPLANATION)
    for name, key, value, result in (
            ("no-words", "x", w.pack_text(""), "MALFORMED"), ("words-too-long", "x", w.pack_text("x" * 1025), "LIMIT"),
            ("words-nfd", "x", w.pack_text("a\u0302"), "MALFORMED"), ("words-bidi", "x", w.pack_text("\u202ex"), "MALFORMED"),
            ("words-as-bin", "x", w.pack_bin(b"x"), "MALFORMED"), ("digest-short", "d", w.pack_bin(bytes(31)), "MALFORMED"),
            ("id-short", "i", w.pack_bin(bytes(15)), "MALFORMED"), ("indicator-with-blank", "n", w.pack_text("A B"), "MALFORMED"),
            ("period-month-13", "p", w.pack_text("2023-13"), "RANGE"), ("time-negative", "t", b"\xff", "RANGE")):
        yield bad(name, "explanation", with_pair("explanation", EXPLANATION, key, value), result)
    yield bad("a-submission", "explanation", m.SUBMISSION.pack(FIRST), "MALFORMED")


def decision_vectors():
    pack = m.DECISION.pack
    yield good("confirm", "decision", DECISION)
    yield good("confirm-with-words", "decision", changed(DECISION, reason="đúng"))
    yield good("return", "decision", changed(OVERRIDE, kind="return"))
    yield good("return-without-reason", "decision", changed(DECISION, kind="return"))
    yield good("override", "decision", OVERRIDE)
    yield good("extend-all", "decision", EXTEND)
    yield good("extend-one", "decision", changed(EXTEND, subject="haiduong"))
    yield good("freeze", "decision", FREEZE)
    yield good("reopen", "decision", changed(FREEZE, kind="reopen", reason="r" * 1024))
    yield loose("empty-reason-written", with_pair("decision", DECISION, "x", b"\xa0"), DECISION)
    yield from common_breaches("decision", DECISION)
    yield bad("kind-unknown", "decision", with_pair("decision", FREEZE, "k", b"\x06"), "RANGE")
    yield bad("kind-negative", "decision", with_pair("decision", FREEZE, "k", b"\xff"), "RANGE")
    for key in "snd":
        yield bad(f"confirm-without-{key}", "decision", with_pair("decision", DECISION, key, None), "MALFORMED")
        yield bad(f"override-without-{key}", "decision", with_pair("decision", OVERRIDE, key, None), "MALFORMED")
    yield bad("confirm-with-due", "decision", pack(changed(DECISION, due_us=NOW)), "MALFORMED")
    yield bad("extend-without-due", "decision", pack(changed(EXTEND, due_us=None)), "MALFORMED")
    yield bad("extend-with-indicator", "decision", pack(changed(EXTEND, indicator="IIP")), "MALFORMED")
    yield bad("extend-with-digest", "decision", pack(changed(EXTEND, value_digest=m.ZERO)), "MALFORMED")
    for kind in ("freeze", "reopen"):
        for name, value in (("subject", "haiduong"), ("indicator", "IIP"), ("value_digest", m.ZERO), ("due_us", NOW)):
            yield bad(f"{kind}-with-{name}", "decision", pack(changed(FREEZE, kind=kind) | {name: value}), "MALFORMED")
    yield bad("reason-too-long", "decision", pack(changed(OVERRIDE, reason="r" * 1025)), "LIMIT")
    yield bad("reason-with-escape", "decision", pack(changed(OVERRIDE, reason="\x1b[2J")), "MALFORMED")
    yield bad("due-after-9999", "decision", pack(changed(EXTEND, due_us=w.MAX_TIME + 1)), "RANGE")
    yield bad("an-explanation", "decision", m.EXPLANATION.pack(EXPLANATION), "MALFORMED")


def loose(name, raw, meaning):
    return {"name": name, "decoder": "decision", "hex": raw.hex(), "result": "OK", "canonical": False, "meaning": meaning}


def workflow_vectors():
    yield from explanation_vectors()
    yield from decision_vectors()


def values():
    changes = ({}, {"value": "11.4"}, {"value": "-0.05"}, {"value": "-1000000000000000"}, {"status": "A"}, {"unit": "h" * 32},
               {"period": "2023"}, {"indicator": "IIP"}, {"cluster": "c"}, {"form": "f"})
    for i, change in enumerate(changes):
        v = OF | change
        yield {"name": next(iter(change), "first") + f"-{i}"} | v | {"digest": m.value_digest(**v)}
