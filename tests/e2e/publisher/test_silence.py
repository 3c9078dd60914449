#!/usr/bin/env python3
"""A start meets a connection that falls silent, at one point or another: it is over in seconds, whatever kafka_deadline allows."""
import sys
import time

from deaf import Deaf
from line import KafkaNode, Line, free_ports, main

BOUND_S = 30  # half of what people bear; a start without trouble takes 2 to 4
# connection of the start → answers that it still gives: settings are asked for, the line is taken over, progress is read back
SILENCES = ({1: 1}, {4: 1}, {4: 3}, {6: 1}, {8: 1})


class DeafLine(Line):
    """All that publisher and commands say to the broker goes through `way`."""

    def __init__(self, **settings):
        super().__init__(**settings)
        broker, front = free_ports(2)
        self.node = KafkaNode(str(self.path / "kafka"), port=broker, properties={"advertised.listeners": f"PLAINTEXT://127.0.0.1:{front}"})
        self.way = Deaf(front, broker)
        self.settings["bootstrap"] = f"127.0.0.1:{front}"

    def __exit__(self, *error):
        super().__exit__(*error)
        self.way.close()


def starts_in_time(line):
    for silent in SILENCES:
        last = int(line.maker("append", 2, 3))
        line.maker("mark")
        line.way.begin(silent)
        began = time.monotonic()
        p = line.publisher()
        p.wait_for(f"last={last}", BOUND_S)
        print(f"silent {silent}: published after {time.monotonic() - began:.1f} s")
        assert p.stop() == 0, p.text()
    line.way.begin({})
    line.assert_each_once(last)


def a_silent_connection_is_made_anew():
    with DeafLine(kafka_deadline="120s") as line:
        starts_in_time(line)


def a_client_that_gets_nowhere_is_replaced():
    # this client keeps a silent connection for longer than the bound, so only another client helps
    with DeafLine(kafka_deadline="120s", transaction_timeout="30s", kafka_properties="socket.timeout.ms=30000") as line:
        starts_in_time(line)


main({f.__name__: f for f in (a_silent_connection_is_made_anew, a_client_that_gets_nowhere_is_replaced)})
sys.exit(0)
