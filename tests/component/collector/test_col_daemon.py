#!/usr/bin/env python3
"""test_col_daemon - the daemon's life: one at a time, stops at once, survives full disks and damaged spools, tells its state."""
import json
import os
import signal
import sqlite3
import urllib.error
import urllib.request

from col_case import WHOLE, Case, free_ports, main

CORRECTION = ("--kind", "clerical", "--reason", "x")


class Life(Case):
    def test_a_second_one_is_refused_with_the_pid_of_the_first(self):
        agg = self.aggregator()
        p = agg.provinces["thaibinh"]
        p.start()
        code, _, err = p.command("run")
        self.assertEqual(code, 5)
        self.assertIn(str(p.pid), err)
        self.assertIn("lock.held", err)

    def test_it_stops_at_once_whatever_it_waits_for(self):
        agg = self.aggregator(start=False)
        p = agg.provinces["thaibinh"]
        for signo in (signal.SIGTERM, signal.SIGINT):
            p.start()
            p.wait_line("col.link.down", since=0)
            p.signal(signo)
            self.assertEqual(p.wait(5), 0)

    def test_health_and_metrics(self):
        agg = self.aggregator(start=False)
        p = agg.provinces["thaibinh"]
        port, = free_ports(1)
        p.settings["health"] = f"127.0.0.1:{port}"
        p.write_config()
        p.start()

        def get(path):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
                    return answer.status, answer.read().decode()
            except urllib.error.HTTPError as error:
                return error.code, error.read().decode()

        p.wait_line("col.link.down")
        self.assertEqual(get("/healthz")[0], 200)
        status, body = get("/readyz")
        self.assertEqual(status, 503)
        checks = {c["name"]: c for c in json.loads(body)["checks"]}
        self.assertFalse(checks["aggregator"]["ok"])
        self.assertTrue(checks["aggregator"]["next"])
        self.assertTrue(checks["spool"]["ok"])
        p.submit(WHOLE, "--no-wait")
        self.assertRegex(get("/metrics")[1], r'(?m)^phusa_collector_spool_items\{state="queued"\} 1$')
        agg.start()
        p.wait_line("col.item.judged")
        self.assertEqual(get("/readyz")[0], 200)
        metrics = get("/metrics")[1]
        self.assertRegex(metrics, r'(?m)^phusa_collector_receipts_total 1$')
        self.assertRegex(metrics, r'(?m)^phusa_collector_connected 1$')

    def test_a_broken_reload_keeps_the_old_configuration(self):
        agg = self.aggregator()
        p = agg.provinces["thaibinh"]
        p.start()
        p.wait_line("col.link.up")
        with open(p.path("col.yaml"), "a", encoding="utf-8") as file:
            file.write("ping_every: soon\n")
        p.signal(signal.SIGHUP)
        p.wait_line("col.config.bad .*ping_every")
        p.write_config()
        p.submit(WHOLE, "--no-wait")
        p.wait_line("col.item.judged")

    def test_a_reload_takes_times_and_says_what_waits_for_a_restart(self):
        agg = self.aggregator(start=False)
        p = agg.provinces["thaibinh"]
        p.settings.update(retry_min="10min", retry_max="10min")
        p.write_config()
        p.start()
        p.wait_line("col.link.down")
        agg.start()
        p.settings.update(retry_min="50ms", retry_max="100ms", spool_max_items=7)
        p.write_config()
        p.signal(signal.SIGHUP)
        p.wait_line("col.config.changed key=retry_max .*applied=true")
        p.wait_line('col.config.changed key=spool_max_items .*applied=false do="restart to apply"')
        p.wait_line('col.config.read rc=OK applied=2 need_restart=1 .*restart for a new registry')
        p.wait_line("col.link.up")  # ten minutes before the next attempt by the old times
        since = len(p.lines)
        p.signal(signal.SIGHUP)
        p.wait_line("col.config.read rc=OK applied=0 need_restart=1", since=since)

    def test_a_damaged_item_is_put_aside_and_the_rest_flows(self):
        agg = self.aggregator(units=("thaibinh",), calendar=None)
        p = agg.provinces["thaibinh"]
        p.submit(WHOLE, "--no-wait")
        with sqlite3.connect(p.path("spool.db")) as db:
            bytes_, = db.execute("SELECT bytes FROM envelope").fetchone()
            db.execute("UPDATE envelope SET bytes = ?", (bytes([bytes_[0] ^ 1]) + bytes_[1:],))
        p.start()
        p.wait_line("col.item.quarantined")
        code, _, err = p.submit("indicator,value\nGRDP_GROWTH,7.77\nIIP,9.9\n", "--no-wait")
        self.assertEqual(code, 0, err)
        p.wait_line("col.item.judged")
        self.assertEqual(p.states(), {"quarantined": 1, "judged": 1})
        self.assertEqual(agg.fates()["accepted"], 1)

    def test_a_full_spool_refuses_the_new_and_keeps_the_old(self):
        agg = self.aggregator(start=False)
        p = agg.provinces["thaibinh"]
        p.settings["spool_max_items"] = 1
        p.write_config()
        p.submit(WHOLE, "--no-wait")
        code, _, err = p.submit("indicator,value\nGRDP_GROWTH,7.7\nIIP,9.9\n", "--no-wait", lang="vi")
        self.assertEqual(code, 4)
        self.assertIn("spool.full", err)
        self.assertEqual(p.states(), {"queued": 1})

    def test_a_spool_of_another_unit_is_refused(self):
        agg = self.aggregator(units=("thaibinh", "hanam"))
        p, q = agg.provinces["thaibinh"], agg.provinces["hanam"]
        p.submit(WHOLE, "--no-wait")
        q.settings["spool"] = p.path("spool.db")
        q.write_config()
        code, _, err = q.submit(WHOLE)
        self.assertNotEqual(code, 0)
        self.assertIn("spool.owner", err)

    def test_a_spool_that_is_no_database(self):
        agg = self.aggregator(start=False)
        p = agg.provinces["thaibinh"]
        p.file("spool.db", "no database at all\n" * 1000)
        code, _, err = p.submit(WHOLE)
        self.assertEqual(code, 74)
        self.assertIn("spool.db", err)

    def test_a_copied_spool_gets_the_same_receipts(self):
        """An old backup of the spool restored: the ids are known over there, the receipts are the first ones."""
        agg = self.aggregator()
        p = agg.provinces["thaibinh"]
        p.submit(WHOLE, "--no-wait")
        backup = p.read("spool.db")
        p.start()
        p.wait_line("col.item.judged")
        self.assertEqual(p.stop(), 0)
        first = json.loads(p.ok("receipts", p.status()["items"][0]["id"], "--json"))
        with open(p.path("spool.db"), "wb") as file:
            file.write(backup)
        self.assertEqual(p.states(), {"queued": 1})
        since = len(p.lines)
        p.start()
        p.wait_line("col.item.judged", since=since)
        again = json.loads(p.ok("receipts", p.status()["items"][0]["id"], "--json"))
        self.assertEqual((again["seq"], again["received_at_us"]), (first["seq"], first["received_at_us"]))
        self.assertEqual(agg.fates()["accepted"], 1)

    def test_another_clock(self):
        """A clock years off warns and hinders nothing: order comes from revisions, not from time."""
        agg = self.aggregator()
        p = agg.provinces["thaibinh"]
        faketime = next((path for path in ("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",) if os.path.exists(path)), None)
        if faketime is None or os.environ.get("PHUSA_SANITIZE", "none") != "none":
            self.skipTest("needs libfaketime and a build without sanitizers")
        p.env = {"LD_PRELOAD": faketime, "FAKETIME": "-3650d", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        p.submit(WHOLE, "--no-wait")
        p.start()
        p.wait_line("col.clock.differs")
        p.wait_line("col.item.judged")

    def test_status_for_people(self):
        agg = self.aggregator()
        p = agg.provinces["thaibinh"]
        p.submit_json(WHOLE)
        p.start()
        p.wait_line("col.link.up")
        for lang, words in (("vi", ("đang kết nối tốt", "đã xét: được nhận", "bản số 1")), ("en", ("connected", "judged: accepted", "revision 1"))):
            out = p.ok("status", lang=lang)
            for word in words:
                self.assertIn(word, out)


if __name__ == "__main__":
    main()
