#!/usr/bin/env python3
"""A publisher whose account lacks a right says which, on which topic, and commits nothing that only looks published."""
import sys

from line import BIN, KafkaNode, Line, main, tool

REFUSED = 5  # exit code: the configuration, or who may what, must be changed
HISTORY = "phusa.summaries.history"
ACCOUNTS = ('org.apache.kafka.common.security.plain.PlainLoginModule required username="admin" password="a" user_admin="a" '
            'user_publisher="p";')
BROKER = {"listener.security.protocol.map": "PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT", "sasl.enabled.mechanisms": "PLAIN",
          "sasl.mechanism.inter.broker.protocol": "PLAIN", "listener.name.plaintext.plain.sasl.jaas.config": ACCOUNTS,
          "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
          "super.users": "User:admin;User:ANONYMOUS", "allow.everyone.if.no.acl.found": "true"}


def login(name, password):
    return ["security.protocol=SASL_PLAINTEXT", "sasl.mechanism=PLAIN", f"sasl.username={name}", f"sasl.password={password}"]


class GuardedLine(Line):
    """Commands come from an account that may all, the publisher from one that has no right but those of everybody."""

    def __init__(self, **settings):
        super().__init__(kafka_properties=f"[{', '.join(login('admin', 'a'))}]", **settings)
        self.node = KafkaNode(str(self.path / "kafka"), properties=BROKER)

    def deny(self, topic, right):
        tool(BIN / "topic-deny", topic, "publisher", right, f"bootstrap.servers={self.node.bootstrap}", *login("admin", "a"))

    def guarded(self):
        return self.publisher(self.write_config("guarded.yaml", kafka_properties=f"[{', '.join(login('publisher', 'p'))}]"), name="guarded")


def a_missing_right_to_write_stops_it():
    with GuardedLine() as line:
        line.maker("append", 3, 4)
        line.maker("mark")
        line.deny(HISTORY, "write")
        p = line.guarded()
        assert p.wait_for_end() == REFUSED, p.text()
        said = [text for text in p.text().splitlines() if "pub.kafka.acl" in text][-1]
        assert HISTORY in said and "Write" in said and "publisher" in said, said
        assert "pub.transaction.committed" not in p.text(), p.text()
        assert line.status()["published_record"] == 0
        assert line.history() == []


def a_right_that_is_there_publishes():
    with GuardedLine() as line:
        last = int(line.maker("append", 3, 4))
        line.maker("mark")
        p = line.guarded()
        p.wait_for(f"last={last}")
        assert p.stop() == 0, p.text()
        assert sorted(line.history()) == list(range(1, last + 1))


main({f.__name__: f for f in (a_missing_right_to_write_stops_it, a_right_that_is_there_publishes)})
sys.exit(0)
