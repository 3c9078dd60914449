#!/usr/bin/env python3
"""test_agg_who - who gets in, and what each may say: keys wrong, unknown, revoked, expired, of another unit."""
import msgpack
import zmq

from case import Case, main  # first: it says where the next two lie
from agent import FORBIDDEN, WELCOME, Agent, frame, observations
from daemon import UnitKeys

SILENCE_S = 3  # for what must not come: no event tells that


class Who(Case):
    def assert_silent(self, agent):
        agent.send(frame(1, {"lo": 1, "hi": 1, "a": "", "u": agent.unit, "g": bytes(32)}))
        self.assertIsNone(agent.receive(SILENCE_S))

    def test_wrong_server_key(self):
        agg = self.aggregator(units=["thaibinh"])
        self.assert_silent(self.agent(agg, server_key=zmq.curve_keypair()[0]))

    def test_plain_connection(self):
        agg = self.aggregator(units=["thaibinh"])
        sock = zmq.Context.instance().socket(zmq.DEALER)
        self.addCleanup(sock.close, 0)
        sock.connect(f"tcp://127.0.0.1:{agg.port}")
        sock.send(frame(7, {"n": 1, "t": 0, "w": 0}))
        self.assertFalse(sock.poll(SILENCE_S * 1000))
        self.assertEqual(agg.metrics()["phusa_aggregator_messages_total{type=\"ping\"}"], 0)

    def test_unknown_key_gets_in_once_it_is_in_the_roster(self):
        """The same connection, with no help from the agent: 300 is "not now", libzmq comes again."""
        agg = self.aggregator(units=["thaibinh"])
        newcomer = UnitKeys("hanam")
        agent = self.agent(agg, "hanam", keys=newcomer)
        self.assert_silent(agent)  # its hello stays queued in its own socket
        agg.wait_line("agg.key.unknown")
        agg.roster.append(newcomer.roster_entry())
        agg.write_roster()
        agg.reload()
        self.assertEqual(agent.expect(WELCOME, timeout_s=60)[0], WELCOME)
        self.assertEqual(agent.submit(agent.body()).verdict, 1)

    def test_revoked_at_its_next_message(self):
        agg = self.aggregator(units=["thaibinh", "hanam"])
        agent, other = self.agent(agg), self.agent(agg, "hanam")
        receipt = agent.submit(agent.body())
        agg.roster[0]["status"] = "revoked"
        agg.write_roster()
        agg.reload()
        self.assert_refused(FORBIDDEN, "agg.key.revoked", agent.submit,
                            agent.body(2, 1, receipt.body, observations("5.31")))
        self.assert_refused(FORBIDDEN, "agg.key.revoked", agent.query, [receipt.id])
        self.assertEqual(other.submit(other.body()).verdict, 1)
        agent.connect()
        self.assert_silent(agent)
        agg.wait_line("event=agg.key.revoked")
        self.assertEqual(agg.fates()["forbidden"], 2)

    def test_validity_in_time(self):
        agg = self.aggregator(start=False, units=["thaibinh", "hanam"])
        agg.roster[0]["valid_to"] = "2021-01-01"
        agg.roster[1]["valid_from"] = "2090-01-01"
        agg.write_roster()
        agg.start()
        self.assert_refused(FORBIDDEN, "agg.key.expired", self.agent(agg).hello)
        self.assert_refused(FORBIDDEN, "agg.key.early", self.agent(agg, "hanam").hello)

    def test_unit_of_another(self):
        agg = self.aggregator(units=["thaibinh", "hanam"])
        agent = self.agent(agg)
        self.assert_refused(FORBIDDEN, "submission.unit", agent.submit, agent.body(u="hanam"))
        self.assert_refused(FORBIDDEN, "agg.hello.unit", agent.hello, None, 1, 1, "hanam")
        forger = self.agent(agg, sign_with=agg.keys["hanam"])
        self.assert_refused(FORBIDDEN, "agg.sign.unit", forger.submit, forger.body(u="hanam"))
        stranger = self.agent(agg, sign_with=UnitKeys("thaibinh"))
        self.assert_refused(FORBIDDEN, "agg.sign.unknown", stranger.submit, stranger.body())
        self.assertEqual(agg.fates()["forbidden"], 4)
        self.assertEqual(agg.query("status")["sheets"][0]["reported"], 0)

    def test_signature_of_other_bytes(self):
        agg = self.aggregator(units=["thaibinh"])
        agent = self.agent(agg)
        body = agent.body()
        good = msgpack.unpackb(agent.envelope(body)[4:])
        flips = [dict(good, b=body[:-1] + bytes([body[-1] ^ 1])),
                 dict(good, s=bytes([good["s"][0] ^ 1]) + good["s"][1:]),
                 dict(good, s=good["s"][:32] + b"\xff" * 32)]  # an S that is not reduced
        for bad in flips:
            agent.send(frame(3, bad))
            refusal = agent.refusal()
            self.assertEqual((refusal.verdict, refusal.code), (FORBIDDEN, "agg.sign.bad"))
            self.assertNotIn("i", refusal.args[0])  # nothing in it is believed
        self.assertEqual(agent.submit(body).verdict, 1)

    def test_captured_frame_of_another(self):
        """Somebody else's frame, word for word, over one's own channel."""
        agg = self.aggregator(units=["thaibinh", "hanam"])
        victim, thief = self.agent(agg), self.agent(agg, "hanam")
        captured = victim.envelope(victim.body())
        thief.send(captured)
        self.assertEqual(thief.refusal().code, "agg.sign.unit")
        victim.send(captured)
        self.assertEqual(victim.receipts()[0].seq, 4)  # genesis, its figures, its seal came first

    def test_two_keys_while_one_follows_the_other(self):
        agg = self.aggregator(start=False, units=["thaibinh"])
        following = UnitKeys("thaibinh")
        agg.roster.append(following.roster_entry())
        agg.write_roster()
        agg.start()
        old, new = self.agent(agg), self.agent(agg, keys=following)
        first = old.submit(old.body())
        self.assertEqual(new.submit(new.body(2, 1, first.body, observations("5.31"))).verdict, 1)
        self.assertTrue(new.query([first.id])[0][first.id].duplicate)

    def test_connection_that_names_itself(self):
        """Routing ids of their own choosing are how one agent could take another's replies."""
        agg = self.aggregator(units=["thaibinh"])
        agent = Agent(agg, "thaibinh")
        self.addCleanup(agent.close)
        agent.close()
        sock = zmq.Context.instance().socket(zmq.DEALER)
        self.addCleanup(sock.close, 0)
        keys = agg.keys["thaibinh"]
        sock.curve_publickey, sock.curve_secretkey, sock.curve_serverkey = keys.curve_public, keys.curve_secret, agg.server_key
        sock.setsockopt(zmq.ROUTING_ID, b"thaibinh")
        sock.connect(agent.endpoint)
        sock.send(frame(7, {"n": 1, "t": 0, "w": 0}))
        agg.wait_line("agg.peer.unnamed")
        self.assertEqual(agg.metrics()["phusa_aggregator_messages_unnamed_total"], 1)
        self.assertFalse(sock.poll(100))


if __name__ == "__main__":
    main()
