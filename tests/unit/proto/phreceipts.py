"""phreceipts - the vectors of a small log: leaves, checkpoints, receipts, signatures, proofs."""
import phmessages as m
import phproof as proof
import phwire as w
from phsubmissions import (
    ACCEPTED, CORRECTION, EPOCH, FINDINGS, FINDINGS_PAGE, FIRST, FIRST_BODY, ID, JUDGEMENT, NOW, RECEIPT_KEY,
    RECEIPT_PUBLIC, RECEIPT_SEED, UNITS, UNIT_KEY, UNIT_PUBLIC, UNIT_SEED, bad, changed, common_breaches, good, with_pair)


# A small log: six entries before the batch, then three submissions and their seal.
def leaf(seq, kind, unit="", id="00" * 16, body=b"", key=None, signature=b"", registry=m.ZERO, verdict=b""):
    return {"seq": seq, "received_at_us": NOW + seq, "kind": kind, "unit": unit, "id": id, "body": proof.sha256(body).hex(),
            "key_id": key or "00" * 16, "signature": proof.sha256(signature).hex() if signature else m.ZERO, "registry": registry,
            "verdict": proof.sha256(verdict).hex()}


def submitted(seq, unit, id, body, judgement):
    signature = proof.sign("phusa submission", UNIT_SEED, body)
    return leaf(seq, "submission", unit, id, body, UNIT_KEY, signature, judgement["registry"], m.JUDGEMENT.pack(judgement))


SECOND_BODY = m.SUBMISSION.pack(changed(FIRST, id=ID[:-2] + "cd", unit="hanam"))
BATCH = [submitted(7, "haiduong", ID, FIRST_BODY, JUDGEMENT), submitted(8, "hanam", ID[:-2] + "cd", SECOND_BODY, ACCEPTED),
         submitted(9, "haiduong", CORRECTION["id"], m.SUBMISSION.pack(CORRECTION), ACCEPTED)]
LEAVES = [leaf(1, "genesis", body=b"genesis"), *(leaf(i, "submission", UNITS[i - 2], body=bytes([i])) for i in range(2, 6)),
          leaf(6, "seal", body=b"seal"), *BATCH, leaf(10, "seal", body=b"seal of 9")]
HASHES, BEFORE = [proof.leaf_hash(v) for v in LEAVES], 6


def checkpoint(size, root, seed=RECEIPT_SEED):
    c = {"epoch": EPOCH, "size": size, "root": root.hex(), "sealed_at_us": NOW + 20}
    signature = proof.sign("phusa checkpoint", seed, m.CHECKPOINT_SIGNED.pack(c))
    return c | {"key_id": proof.key_id(proof.public_of(seed)).hex(), "signature": signature.hex()}


CHECKPOINT = checkpoint(len(HASHES), proof.root_of(HASHES))


def receipt_of(v, judgement, findings, duplicate=False):
    path = [node.hex() for node in proof.local_path(HASHES, BEFORE, v["seq"] - 1)]
    return {"kind": v["kind"], "id": v["id"], "body": v["body"], "duplicate": duplicate, "seq": v["seq"], "received_at_us": v["received_at_us"],
            "key_id": v["key_id"], "signature": v["signature"], "verdict_bytes": m.JUDGEMENT.pack(judgement).hex(),
            "findings": findings.hex(), "path": path}


RECEIPTS = {"checkpoint": CHECKPOINT, "credit": 8,
            "before": {"size": BEFORE, "peaks": [peak.hex() for _, _, peak in proof.peaks_of(HASHES[:BEFORE])]},
            "receipts": [receipt_of(BATCH[0], JUDGEMENT, FINDINGS_PAGE), receipt_of(BATCH[2], ACCEPTED, b"\x90", duplicate=True)]}
ONE_RECEIPT = changed(RECEIPTS, receipts=RECEIPTS["receipts"][:1])


def receipt_vectors():
    items = RECEIPTS["receipts"]
    yield good("signed", "checkpoint", CHECKPOINT)
    yield good("of-nothing", "checkpoint", checkpoint(0, proof.root_of([])))
    yield from common_breaches("checkpoint", CHECKPOINT)
    yield bad("size-above-2-48", "checkpoint", m.CHECKPOINT.pack(changed(CHECKPOINT, size=w.MAX_SEQ + 1)), "LIMIT")
    yield good("two", "receipt", RECEIPTS)
    yield good("one", "receipt", changed(RECEIPTS, receipts=items[1:]))
    yield good("none", "receipt", changed(RECEIPTS, receipts=[]))
    yield good("first-log", "receipt", changed(RECEIPTS, before={"size": 0, "peaks": []}, receipts=[changed(items[1], path=[])]))
    yield good("of-a-decision", "receipt", changed(RECEIPTS, receipts=[changed(items[0], kind="decision")]))
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
    for name, number, result in (("a-seal", 3, "RANGE"), ("nothing", 0, "RANGE"), ("above-limit", 256, "LIMIT")):
        raw = m.RECEIPTS.pack(changed(RECEIPTS, receipts=[changed(items[0], kind="decision")]))
        yield bad(f"of-{name}", "receipt", raw[:-1] + w.pack_int(number), result)
    yield receipt("seq-zero", "RANGE", seq=0)
    yield receipt("path-too-long", "LIMIT", path=[m.ZERO] * 49)
    yield receipt("verdict-too-large", "LIMIT", verdict_bytes="00" * 4097)
    yield receipt("findings-too-large", "LIMIT", findings="00" * 32769)
    yield bad("receipt-key-missing", "receipt", m.RECEIPTS.pack(RECEIPTS).replace(b"\x8a\xa1i", b"\x8a\xa1j", 1), "MALFORMED")


def signatures():
    message, public = b"phu sa", UNIT_PUBLIC
    ok = proof.sign("phusa submission", UNIT_SEED, message)
    s_plus_order = ok[:32] + (int.from_bytes(ok[32:], "little") + proof.ORDER).to_bytes(32, "little")

    def row(name, context, public, signature, result):
        return {"name": name, "context": context, "public": public.hex(), "message": message.hex(), "signature": signature.hex(),
                "signed_bytes": proof.signed_bytes(context, public, message).hex(), "key_id": proof.key_id(public).hex(), "result": result}

    yield row("good", "phusa submission", public, ok, "OK") | {"seed": UNIT_SEED.hex()}
    yield row("receipt-key", "phusa checkpoint", RECEIPT_PUBLIC, proof.sign("phusa checkpoint", RECEIPT_SEED, message), "OK") | {
        "seed": RECEIPT_SEED.hex()}
    yield row("another-context", "phusa checkpoint", public, ok, "FORBIDDEN")
    yield row("another-key", "phusa submission", RECEIPT_PUBLIC, ok, "FORBIDDEN")
    yield row("bit-flipped", "phusa submission", public, bytes([ok[0] ^ 1]) + ok[1:], "FORBIDDEN")
    yield row("plain-message-signed", "phusa submission", public, proof.ed25519_sign(UNIT_SEED, message), "FORBIDDEN")
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
    wrong_root = checkpoint(len(HASHES), proof.root_of(HASHES[:-1]))
    yield row("first-of-batch", "OK")
    yield row("last-of-batch", "OK", frame=changed(RECEIPTS, receipts=items[1:]))
    yield row("another-unit", "CONFLICT", unit="hanam")
    yield row("another-kind", "CONFLICT", frame=of(kind="explanation"))
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
              frame=changed(ONE_RECEIPT, checkpoint=checkpoint(len(HASHES), proof.root_of(HASHES), UNIT_SEED)))
    yield row("verdict-bytes-no-judgement", "MALFORMED", frame=of(verdict_bytes="80"))


def leaves():
    for v in LEAVES:
        yield {"name": f"seq-{v['seq']}", "leaf": v, "bytes": proof.leaf_bytes(v).hex(), "hash": proof.leaf_hash(v).hex()}
