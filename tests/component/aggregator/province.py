"""province - an agent's memory: what it sent, what it has a receipt for, what it must send again."""
import random

from case import Case  # noqa: F401  first: it says where the next two lie
import msgpack

from agent import ACCEPTED, RECEIPT, Agent, observations, uuid7, verify_receipts


class Province:
    """Sends a chain of corrections, now and then one that must be rejected; keeps every receipt."""

    def __init__(self, aggregator, unit, seed):
        self.agent = Agent(aggregator, unit)
        self.unit, self.random = unit, random.Random(f"{seed}/{unit}")
        self.revision = 0
        self.base = (0, None)  # last accepted: revision, digest
        self.unanswered = {}   # id → body
        self.receipts = {}     # id → the first receipt
        self.bodies = {}       # id → body, of all ever sent

    def send_next(self):
        """One more submission, signed and sent; only when the one before is judged."""
        self.revision += 1
        base = self.base if self.random.random() < 0.8 else (0, None)  # without its base it is rejected: a receipt too
        cells = observations(f"{self.random.randrange(-500, 1500) / 100:.2f}", f"{self.random.randrange(100) / 10:.1f}")
        uid = uuid7()
        self.bodies[uid] = self.unanswered[uid] = self.agent.body(self.revision, base[0], base[1], cells, uid)
        self.agent.send(self.agent.envelope(self.unanswered[uid]))

    def take(self):
        """Read what has come, without waiting; the number of new receipts."""
        n = 0
        while (got := self.agent.receive(0)) is not None:
            assert got[0] == RECEIPT, (got[0], msgpack.unpackb(got[1]))
            for receipt in verify_receipts(got[1], self.unit, self.agent.receipt_key):
                n += self.keep(receipt)
        return n

    def keep(self, receipt):
        """Note a receipt; a second one must say what the first said."""
        assert receipt.id in self.bodies
        first = self.receipts.setdefault(receipt.id, receipt)
        assert (first.seq, first.judgement, first.findings) == (receipt.seq, receipt.judgement, receipt.findings)
        self.unanswered.pop(receipt.id, None)
        self.agent.checkpoint = max(self.agent.checkpoint or receipt.checkpoint, receipt.checkpoint,
                                    key=lambda c: msgpack.unpackb(c)["n"])
        if first is receipt and receipt.verdict == ACCEPTED:
            self.base = (msgpack.unpackb(self.bodies[receipt.id])["r"], receipt.body)
        return first is receipt

    def come_back(self):
        """After a restart: hello with the last checkpoint, all receipts asked for again, the unanswered sent again."""
        self.agent.connect()
        self.agent.hello()
        ids = list(self.receipts)
        for first in range(0, len(ids), 64):
            found, status = self.agent.query(ids[first:first + 64], expected=False)
            assert status["u"] == [], f"{self.unit}: {len(status['u'])} receipted submissions are gone"
            for receipt in found.values():
                self.keep(receipt)
        for body in self.unanswered.values():
            self.agent.send(self.agent.envelope(body))
