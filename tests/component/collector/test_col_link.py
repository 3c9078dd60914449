#!/usr/bin/env python3
"""test_col_link - every way in which the line can be bad: each is named, and a good server afterwards is found by itself."""
import os
import socket
import threading

from col_case import WHOLE, Case, main  # first: it says where the next lies
import zmq


class FakeServer:
    """Accepts on a port and plays a part until closed: `behave(connection)` for each connection."""

    def __init__(self, behave, port=0):
        self.behave, self.connections, self.n = behave, [], 0
        self.socket = socket.create_server(("127.0.0.1", port), reuse_port=False)
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.n += 1
            self.connections.append(connection)
            try:
                self.behave(connection)
            except OSError:
                pass

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(10)
        for connection in self.connections:
            connection.close()


def captive_portal(connection):
    connection.recv(64)
    connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\nContent-Length: 0\r\n\r\n")


def garbage(connection):
    connection.sendall(bytes(range(256)) * 16)


def half_a_greeting(connection):
    connection.sendall(b"\xff\0\0\0\0\0\0\0\x01\x7f\x03")


def hangs_up(connection):
    connection.close()


def bad_welcome(connection):
    """A greeting of ZMTP 3 with CURVE, then a welcome that is none: the case after which libzmq's own DEALER is mute for good."""
    connection.sendall(b"\xff" + bytes(8) + b"\x7f\x03\x00CURVE".ljust(3 + 20, b"\0") + b"\x01" + bytes(31))
    connection.recv(64)
    connection.sendall(b"\x04\x10\x07WELCOME" + bytes(8))


class Link(Case):
    def card_with(self, agg, address):
        """The aggregator's card with another address: made by the aggregator itself, so that its signature holds."""
        settings, agg.settings = agg.settings, {**agg.settings, "address": address}
        agg.write_config()
        agg.command("card", "-c", "agg.yaml", "-o", "other.card")
        agg.settings = settings
        agg.write_config()
        return agg.path("other.card")

    def test_bad_servers_then_a_good_one(self):
        agg = self.aggregator(start=False)
        p = agg.provinces["thaibinh"]
        p.submit(WHOLE, "--no-wait")
        causes = []
        for behave, cause in ((captive_portal, "not_zmtp"), (garbage, "not_zmtp"), (bad_welcome, "not_zmtp|server_key"), (hangs_up, "server_key")):
            server = FakeServer(behave, agg.port)
            since = len(p.lines)
            if not p.running:
                p.start()
            p.wait_line(rf"col.link.down cause=({cause})", since=since)
            p.wait_line(r"col.link.down", since=len(p.lines))  # and again: it did not fall silent
            server.close()
            causes.append(behave.__name__)
        p.wait_line(r"col.link.down cause=tcp", since=len(p.lines))
        self.assertEqual(p.status()["link"]["running"], True)
        agg.start()
        p.wait_line("col.item.judged")
        self.assertEqual(p.states(), {"judged": 1})
        self.assertEqual(len(causes), 4)

    def test_a_peer_that_stops_in_the_middle_of_its_greeting(self):
        agg = self.aggregator(start=False)
        p = agg.provinces["thaibinh"]
        p.settings["connect_timeout"] = "2s"
        p.write_config()
        server = FakeServer(half_a_greeting, agg.port)
        self.addCleanup(server.close)
        p.start()
        p.wait_line(r"col.link.down cause=no_welcome")
        p.wait_line(r"col.link.down", since=len(p.lines))
        self.assertGreaterEqual(server.n, 2)
        self.assertEqual(p.stop(), 0)

    def test_a_wrong_server_key_is_named_and_nothing_is_sent(self):
        agg = self.aggregator()
        other = self.aggregator(name="other", units=(), start=False)
        p = agg.provinces["thaibinh"]
        p.settings["aggregator_card"] = self.card_with(other, f"tcp://127.0.0.1:{agg.port}")
        p.write_config()
        code, _, err = p.submit(WHOLE, "--wait", "3s")
        self.assertEqual(code, 4)
        self.assertIn("key is not the one on its card", err)
        self.assertEqual(p.states(), {"queued": 1})

    def test_a_name_that_does_not_resolve(self):
        agg = self.aggregator(start=False)
        p = agg.provinces["thaibinh"]
        p.settings["aggregator_card"] = self.card_with(agg, "tcp://no-such-host.invalid:7001")
        p.write_config()
        p.start()
        p.wait_line(r"col.link.down cause=dns")
        self.assertEqual(p.stop(), 0)

    def test_the_aggregator_goes_and_comes_back(self):
        agg = self.aggregator()
        p = agg.provinces["thaibinh"]
        p.start()
        p.wait_line("col.link.up")
        for i in range(3):
            agg.kill9()
            p.wait_line("col.link.down", since=0)
            since = len(p.lines)
            p.submit(f"indicator,value\nGRDP_GROWTH,7.7{i}\nIIP,9.4\n", "--no-wait", "--kind", "clerical", "--reason", "x")
            agg.start()
            p.wait_line("col.item.judged", since=since)
        self.assertEqual(p.states(), {"judged": 3})

    def test_a_paused_aggregator_loses_and_doubles_nothing(self):
        agg = self.aggregator()
        p = agg.provinces["thaibinh"]
        p.settings.update(answer_timeout="1s", connect_timeout="2s")
        p.write_config()
        p.start()
        p.wait_line("col.link.up")
        os.kill(agg.pid, 19)
        self.addCleanup(lambda: agg.running and os.kill(agg.pid, 18))
        p.submit(WHOLE, "--no-wait")
        p.wait_line("col.link.down cause=no_receipt")
        p.wait_line("col.link.down cause=no_welcome")
        os.kill(agg.pid, 18)
        p.wait_line("col.item.judged")
        self.assertEqual(agg.fates()["accepted"], 1)

    def test_a_revoked_key_parks_and_comes_back_by_command(self):
        agg = self.aggregator()
        p = agg.provinces["thaibinh"]
        p.start()
        p.wait_line("col.link.up")
        entry = dict(agg.roster[0])
        agg.roster[0]["status"] = "revoked"
        agg.write_roster()
        agg.reload()
        p.submit(WHOLE, "--no-wait")
        p.wait_line("col.item.parked .*verdict=FORBIDDEN")
        self.assertEqual(p.states(), {"parked": 1})
        code, out, _ = p.command("status", lang="vi")
        self.assertIn("chưa gửi: khóa không được phép", out)
        agg.roster[0] = entry
        agg.write_roster()
        agg.reload()
        p.ok("retry")
        p.wait_line("col.item.judged")
        self.assertEqual(code, 0)

    def test_a_server_without_curve_gets_nothing(self):
        """A ZeroMQ socket that speaks, but in the clear: a downgrade must not happen."""
        agg = self.aggregator(start=False)
        p = agg.provinces["thaibinh"]
        context = zmq.Context()
        self.addCleanup(context.term)
        router = context.socket(zmq.ROUTER)
        self.addCleanup(router.close, 0)
        router.bind(f"tcp://127.0.0.1:{agg.port}")
        p.start()
        p.wait_line(r"col.link.down cause=(not_zmtp|server_key)")
        self.assertFalse(router.poll(0))


if __name__ == "__main__":
    main()
