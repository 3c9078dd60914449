"""agent - a province's agent after proto/PROTOCOL.md alone: pyzmq, msgpack and PyNaCl, none of our own code.

It checks every receipt it gets: digests, the checkpoint's signature, the leaf and its path to the root.
"""
import os
import time

import msgpack
import nacl.exceptions
import nacl.signing
import zmq

from daemon import key_id, sha256

HELLO, WELCOME, SUBMISSION, RECEIPT, QUERY, STATUS, PING, PONG, REFUSAL = range(1, 10)
ACCEPTED, HELD, REJECTED = 1, 2, 3
DECISION = 17
EXTEND = 3  # a kind of decision
FORBIDDEN, BUSY, NO_SPACE, TOO_LARGE, UPGRADE, MALFORMED, CONFLICT = range(16, 23)
DEADLINE_S = 30


def frame(kind, body, magic=b"PH", version=1):
    """A frame of a message given as an object, or as bytes."""
    return magic + bytes([version, kind]) + (body if isinstance(body, bytes) else msgpack.packb(body))


def signed(context, public, message):
    """The bytes that a signature is made over."""
    return context + b"\0\1" + key_id(public) + message


def uuid7():
    """A version 7 UUID of now."""
    value = bytearray(int(time.time() * 1000).to_bytes(6, "big") + os.urandom(10))
    value[6] = 0x70 | value[6] & 0x0F
    value[8] = 0x80 | value[8] & 0x3F
    return bytes(value)


def observations(growth="5.25", iip="6.1", status="P"):
    """A whole form: the two required indicators; decimals as text."""
    def row(indicator, text):
        whole, _, part = text.partition(".")
        return [indicator, int(whole + part), len(part), ord(status)]
    return [row("GRDP_GROWTH", growth), row("IIP", iip)]


class Refused(Exception):
    """A refusal, as a dictionary in args[0]."""

    @property
    def verdict(self):
        return self.args[0]["v"]

    @property
    def code(self):
        return self.args[0]["c"]


class Receipt:
    """One receipt whose proof held."""

    def __init__(self, raw, checkpoint):
        self.id, self.seq, self.duplicate, self.body = raw["i"], raw["q"], raw["d"], raw["b"]
        self.received_us = raw["t"]
        self.judgement = msgpack.unpackb(raw["v"])
        self.findings = msgpack.unpackb(raw["g"])
        self.checkpoint = checkpoint
        self.verdict = self.judgement["v"]
        self.rules = [count[0] for count in self.judgement["c"]]


class ProofError(Exception):
    """A receipt that proves nothing."""


def power_below(n):
    """The largest power of two below n."""
    return 1 << (n - 1).bit_length() - 1


def peaks_of(m, hashes):
    """Where the perfect subtrees of m leaves begin: {(low, size): hash}, largest first."""
    found, low = {}, 0
    for bit in reversed(range(m.bit_length())):
        if m >> bit & 1:
            found[low, 1 << bit] = hashes[len(found)]
            low += 1 << bit
    if len(found) != len(hashes):
        raise ProofError("frontier of another shape")
    return found


def climb(leaf, i, n, before, peaks, path):
    """The root that leaf i of n leads to (PROTOCOL.md, section 12); the path must be used up."""
    path, old = list(path), peaks_of(before, peaks)

    def node(left, right):
        return sha256(b"\1" + left + right)

    def up(low, size):
        if size == 1:
            return leaf
        k = power_below(size)
        if i - low < k:
            below = up(low, k)
            return node(below, path.pop(0))
        below = up(low + k, size - k)
        return node(old[low, k] if low + k <= before else path.pop(0), below)

    root = up(0, n)
    if path:
        raise ProofError("a path that is too long")
    return root


def leaf_hash(raw, unit, judgement):
    """The leaf of a receipt's entry; without a kind it is a submission's."""
    name, kind = unit.encode(), raw.get("e", 2)
    return sha256(b"\0" + raw["q"].to_bytes(8, "big") + raw["t"].to_bytes(8, "big") + bytes([kind, len(name)]) + name
                  + raw["i"] + raw["b"] + raw["k"] + raw["s"] + judgement["g"] + sha256(raw["v"]))


def verify_receipts(body, unit, receipt_key):
    """All receipts of a frame, each proven."""
    outer = msgpack.unpackb(body)
    c = msgpack.unpackb(outer["c"])
    message = msgpack.packb([c["e"], c["n"], c["r"], c["t"]])
    if c["k"] != key_id(receipt_key):
        raise ProofError("another receipt key")
    try:
        nacl.signing.VerifyKey(receipt_key).verify(signed(b"phusa checkpoint", receipt_key, message), c["s"])
    except nacl.exceptions.BadSignatureError:
        raise ProofError("the checkpoint's signature") from None
    before, peaks = outer["f"]
    receipts = []
    for raw in outer["r"]:
        judgement = msgpack.unpackb(raw["v"])
        if sha256(raw["g"]) != judgement["f"]:
            raise ProofError("findings of another verdict")
        if not before <= raw["q"] - 1 < c["n"]:
            raise ProofError("outside the batch")
        if climb(leaf_hash(raw, unit, judgement), raw["q"] - 1, c["n"], before, peaks, raw["p"]) != c["r"]:
            raise ProofError("another root")
        receipts.append(Receipt(raw, outer["c"]))
    return receipts


class Agent:
    """A DEALER with the keys of a unit. `sign_with` may be another's, to try what must not work."""

    def __init__(self, aggregator, unit, keys=None, sign_with=None, server_key=None):
        self.unit, self.keys = unit, keys or aggregator.keys[unit]
        self.sign = (sign_with or self.keys).sign
        self.endpoint, self.receipt_key = f"tcp://127.0.0.1:{aggregator.port}", aggregator.receipt_key
        self.server_key = server_key or aggregator.server_key
        self.checkpoint = None
        self.socket = None
        self.waiting = []  # receipts that came with another
        self.connect()

    def connect(self):
        """A fresh connection."""
        self.close()
        sock = zmq.Context.instance().socket(zmq.DEALER)
        sock.curve_publickey, sock.curve_secretkey = self.keys.curve_public, self.keys.curve_secret
        sock.curve_serverkey = self.server_key
        sock.linger = 0
        sock.reconnect_ivl = 50
        sock.sndhwm = sock.rcvhwm = 10000
        sock.connect(self.endpoint)
        self.socket = sock

    def close(self):
        """Drop the connection."""
        if self.socket is not None:
            self.socket.close(0)
            self.socket = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # ---- frames ----

    def send(self, data):
        """Raw bytes as one message (or a list as several parts)."""
        if isinstance(data, list):
            self.socket.send_multipart(data)
        else:
            self.socket.send(data)

    def receive(self, timeout_s=DEADLINE_S):
        """(type, body bytes) of the next frame; None when nothing came."""
        if not self.socket.poll(int(timeout_s * 1000)):
            return None
        data = self.socket.recv()
        assert data[:3] == b"PH\1", data[:4]
        return data[3], data[4:]

    def expect(self, *kinds, timeout_s=DEADLINE_S):
        """The next frame, which must be of one of these types; a refusal is raised unless it is asked for."""
        got = self.receive(timeout_s)
        if got is None:
            raise TimeoutError(f"{self.unit}: nothing came within {timeout_s} s")
        kind, body = got
        if kind == REFUSAL and REFUSAL not in kinds:
            raise Refused(msgpack.unpackb(body))
        assert kind in kinds, f"type {kind}, not {kinds}"
        return kind, body

    def refusal(self, timeout_s=DEADLINE_S):
        """The refusal that must come next."""
        return Refused(msgpack.unpackb(self.expect(REFUSAL, timeout_s=timeout_s)[1]))

    # ---- messages ----

    def hello(self, checkpoint=None, low=1, high=1, unit=None):
        """Say hello; the welcome."""
        body = {"lo": low, "hi": high, "a": "test agent", "u": unit or self.unit, "g": bytes(32)}
        if checkpoint or self.checkpoint:
            body["c"] = checkpoint or self.checkpoint
        self.send(frame(HELLO, body))
        return msgpack.unpackb(self.expect(WELCOME)[1])

    def body(self, revision=1, base=0, base_digest=None, cells=None, uid=None, period="2023-S1", **more):
        """The bytes of a submission."""
        sub = {"i": uid or uuid7(), "u": self.unit, "c": "dbsh", "f": "socio-economic", "p": period, "r": revision,
               "br": base}
        if base:
            sub["bd"] = base_digest
        sub["q"] = 0 if base == 0 else 1
        if base:
            sub["y"] = "số chính thức"
        sub.update({"t": int(time.time() * 1e6), "o": cells or observations()})
        sub.update(more)
        return msgpack.packb(sub)

    def envelope(self, body, kind=SUBMISSION, context=b"phusa submission"):
        """A signed frame: of a submission, unless told otherwise."""
        public = bytes(self.sign.verify_key)
        signature = self.sign.sign(signed(context, public, body)).signature
        return frame(kind, {"k": key_id(public), "s": signature, "b": body})

    def extend(self, due_us, reason, unit=None, period="2023-S1"):
        """Decide on a later deadline, for one unit or for all; the receipt."""
        uid = uuid7()
        decision = {"i": uid, "u": self.unit, "c": "dbsh", "f": "socio-economic", "p": period, "k": EXTEND}
        decision.update({"s": unit} if unit else {})
        decision.update({"w": due_us, "x": reason, "t": int(time.time() * 1e6)})
        self.send(self.envelope(msgpack.packb(decision), DECISION, b"phusa decision"))
        return self.receipt_of(uid)

    def submit(self, body, timeout_s=DEADLINE_S):
        """Send a body and wait for its receipt; Refused when it is refused."""
        self.send(self.envelope(body))
        return self.receipt_of(msgpack.unpackb(body)["i"], timeout_s)

    def receipt_of(self, uid, timeout_s=DEADLINE_S):
        """The receipt of one submission; others that come before it are kept."""
        while True:
            for receipt in self.waiting:
                if receipt.id == uid:
                    self.waiting.remove(receipt)
                    return receipt
            self.waiting += self.receipts(timeout_s)

    def receipts(self, timeout_s=DEADLINE_S):
        """The receipts of the next frame, proven."""
        receipts = verify_receipts(self.expect(RECEIPT, timeout_s=timeout_s)[1], self.unit, self.receipt_key)
        if receipts and not receipts[-1].duplicate:
            self.checkpoint = receipts[-1].checkpoint
        return receipts

    def query(self, ids=(), expected=True, number=7):
        """(receipts by id, status)."""
        self.send(frame(QUERY, {"q": number, "i": list(ids), "e": expected}))
        found = {}
        while True:
            kind, body = self.expect(RECEIPT, STATUS)
            if kind == STATUS:
                status = msgpack.unpackb(body)
                assert status["q"] == number
                return found, status
            found.update({r.id: r for r in verify_receipts(body, self.unit, self.receipt_key)})

    def ping(self, number=1):
        """The pong."""
        self.send(frame(PING, {"n": number, "t": int(time.time() * 1e6), "w": 0}))
        pong = msgpack.unpackb(self.expect(PONG)[1])
        assert pong["n"] == number
        return pong
