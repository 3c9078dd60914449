#!/usr/bin/env python3
"""test_kafka_node - the helper itself: a real broker keeps what it acknowledged over kill -9, and leaves nothing behind."""
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
from kafka_node import KafkaNode, KafkaNodeError, alive, wait_until  # noqa: E402

STARTS_AND_WAITS = f"""
import sys
sys.path.insert(0, {os.path.dirname(HERE)!r})
from kafka_node import KafkaNode
print(KafkaNode(sys.argv[1]).start().pid, flush=True)
sys.stdin.read()
"""


def kcat(node, *options, text=""):
    done = subprocess.run(["kcat", "-q", "-b", node.bootstrap, *options], input=text, text=True, capture_output=True,
                          check=True, timeout=60)
    return done.stdout.split()


class Node(unittest.TestCase):
    def setUp(self):
        self.parent = tempfile.TemporaryDirectory(prefix="ph_kafka_")
        self.addCleanup(self.parent.cleanup)
        self.folder = os.path.join(self.parent.name, "node")

    def test_keeps_records_over_kill_and_restart(self):
        with KafkaNode(self.folder, properties={"auto.create.topics.enable": "true"}) as node:
            kcat(node, "-P", "-t", "t", "-X", "acks=all", text="a\nb\n")
            port = node.port
            node.kill9()
            self.assertFalse(node.running)
            node.restart()
            self.assertEqual(node.port, port)
            kcat(node, "-P", "-t", "t", text="c\n")
            self.assertEqual(kcat(node, "-C", "-t", "t", "-e"), ["a", "b", "c"])
            pid = node.pid
        self.assertFalse(alive(pid))
        self.assertEqual(os.listdir(self.parent.name), [])

    def test_topics_are_not_made_by_accident(self):
        with KafkaNode(self.folder) as node:
            with self.assertRaises(subprocess.CalledProcessError):
                kcat(node, "-P", "-t", "t", "-X", "message.timeout.ms=2000", text="a\n")

    def test_start_that_fails_says_why(self):
        node = KafkaNode(self.folder, properties={"process.roles": "nonsense"})
        with self.assertRaisesRegex(KafkaNodeError, "process.roles"):
            node.start()
        self.assertFalse(node.running)

    def test_missing_jars_name_the_remedy(self):
        with self.assertRaisesRegex(KafkaNodeError, "dev setup kafka 0.0.1"):
            KafkaNode(self.folder, version="0.0.1").start()

    def test_broker_dies_with_its_test(self):
        starter = subprocess.Popen([sys.executable, "-c", STARTS_AND_WAITS, self.folder], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True)
        pid = int(starter.stdout.readline())
        self.assertTrue(alive(pid))
        starter.kill()
        starter.communicate()
        self.assertTrue(wait_until(lambda: not alive(pid), 20))


if __name__ == "__main__":
    unittest.main(verbosity=2)
