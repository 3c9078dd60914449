#!/usr/bin/env python3
"""Each record exactly once to a read_committed reader, whatever is killed: the publisher at random points, the broker, both."""
import os
import random
import sys
import time

from line import Line, main

KILLS = int(os.environ.get("PHUSA_KILLS", "5"))
SEED = int(os.environ.get("PHUSA_SEED", str(time.time_ns() % 1000000)))


def kills_of_the_publisher_lose_and_double_nothing():
    print(f"seed {SEED}, {KILLS} kills")
    rng = random.Random(SEED)
    with Line() as line:
        last = 0
        for _ in range(KILLS):
            last = int(line.maker("append", rng.randint(5, 40), rng.randint(1, 20)))
            line.maker("mark")
            p = line.publisher()
            p.wait_for(rng.choice(["pub.started", "pub.transaction.committed"]))
            # somewhere inside the next transactions: the point itself is what is random here
            time.sleep(rng.random() * 0.3)
            p.kill9()
        p = line.publisher()
        line.wait_until_published(last)
        assert p.stop() == 0, p.text()
        line.assert_each_once(last)


def a_broker_restart_is_survived():
    with Line() as line:
        last = int(line.maker("append", 20, 10))
        line.maker("mark")
        p = line.publisher()
        p.wait_for("pub.transaction.committed")
        line.node.kill9()
        last = int(line.maker("append", 20, 10))
        line.maker("mark")
        line.node.restart()
        line.wait_until_published(last)
        assert p.process.poll() is None, p.text()
        last = int(line.maker("append", 1, 5))
        line.maker("mark")
        line.wait_until_published(last)
        assert p.stop() == 0, p.text()
        line.assert_each_once(last)


def a_broker_that_is_away_at_the_start_is_waited_for():
    with Line() as line:
        last = int(line.maker("append", 3, 3))
        line.maker("mark")
        line.node.stop()
        p = line.publisher()
        p.wait_for("pub.line.trouble")
        line.node.restart()
        line.wait_until_published(last)
        assert p.stop() == 0, p.text()
        line.assert_each_once(last)


def nothing_beyond_the_durable_mark_is_published():
    with Line() as line:
        first = int(line.maker("append", 2, 3))
        line.maker("append", 2, 3)  # the mark now stands at the first commit
        p = line.publisher()
        line.wait_until_published(first)
        line.maker("mark")
        line.wait_until_published(first * 2)
        assert p.stop() == 0
        line.assert_each_once(first * 2)


main({f.__name__: f for f in (kills_of_the_publisher_lose_and_double_nothing, a_broker_restart_is_survived,
                              a_broker_that_is_away_at_the_start_is_waited_for, nothing_beyond_the_durable_mark_is_published)})
sys.exit(0)
