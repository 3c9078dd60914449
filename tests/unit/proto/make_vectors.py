#!/usr/bin/env python3
"""make_vectors - writes proto/vectors/*.json, the examples of PROTOCOL.md and the seeds of tests/fuzz/corpus; --check compares instead.

Made from the grammar in phmessages.py, not from the C codecs, which a test holds against what is written here.
"""
import argparse
import json
import os
import re
import sys

import phmessages as m
import phwire as w
from phsubmissions import envelope_vectors, submission_vectors, verdict_vectors
from phworkflow import values, workflow_vectors
from phreceipts import leaves, proofs, receipt_vectors, signatures
from phsessions import frame_vectors, session_vectors
from phissues import chains, issue_vectors, records

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "..", "..", ".."))
VECTORS, CORPUS = os.path.join(ROOT, "proto", "vectors"), os.path.join(ROOT, "tests", "fuzz", "corpus")
PAPER = os.path.join(ROOT, "proto", "PROTOCOL.md")

FILES = {
    "frame": ("Four bytes of header and a body.", frame_vectors),
    "envelope": ("The frame body of a submission; the signature is by the key of seed 01…01.", envelope_vectors),
    "submission": ("The body inside the envelope.", submission_vectors),
    "workflow": ("The bodies of explanations and decisions inside their envelopes.", workflow_vectors),
    "verdict": ("Pages of findings and verdict bytes.", verdict_vectors),
    "receipt": ("Checkpoints and receipt frames; checkpoints are signed by the key of seed 02…02.", receipt_vectors),
    "session": ("hello, welcome, query, status, ping, pong, refusal.", session_vectors),
    "issue": ("The packed form of what a figure seal published.", issue_vectors),
    "signature": ("Ed25519 over context, 00, 01, key id, message.", signatures),
    "proof": ("Receipt frames and whether the proof of their first receipt holds.", proofs),
    "value": ("A value and the digest that explanations and decisions bind to.", values),
    "leaf": ("Leaves of the log: the hashed bytes (after the 00 of RFC 6962) and the hash.", leaves),
    "record": ("A figure of an issue as Kafka carries it, and its identity.", records),
    "chain": ("The chain over outbox rows.", chains),
}
CORPORA = {"frame": ("frame",), "envelope": ("envelope",), "submission": ("submission",), "explanation": ("explanation",), "decision": ("decision",),
           "receipts": ("receipt",),
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
    type = {"envelope": "submission", "submission": "", "explanation": "", "decision": ""}.get(decoder, decoder)
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
