#!/usr/bin/env python3
"""What must stop a publisher, with the name an operator finds in the papers; and that nothing is published then."""
import subprocess
import sys
import time
import uuid

from line import BIN, SIGCONT, SIGSTOP, Line, main, tool

STOPPED = 6  # exit code: stopped for a person to decide


def published(line, rows=3, figures=4):
    """A line that has published something and is down."""
    last = int(line.maker("append", rows, figures))
    line.maker("mark")
    p = line.publisher()
    line.wait_until_published(last)
    assert p.stop() == 0, p.text()
    return last


def assert_stops(line, code, exit_code=STOPPED):
    before = sorted(line.history_by_kcat())  # partitions are read in any order
    p = line.publisher()
    ended = p.wait_for_end()
    assert code in p.text(), f"no {code} in:\n{p.text()}"
    assert ended == exit_code, f"exit {ended}, not {exit_code}:\n{p.text()}"
    assert sorted(line.history_by_kcat()) == before


def wipe(line, topic):
    """Delete and recreate, as somebody with Kafka's own tools might. The broker deletes in its own time, so creating is asked for until it is done."""
    tool(BIN / "topic-delete", line.node.bootstrap, topic)
    until = time.monotonic() + 60
    while line.run("topics", "create", check=False).returncode != 0:
        assert time.monotonic() < until, f"{topic} could not be made again"


def a_zombie_is_fenced():
    with Line() as line:
        last = int(line.maker("append", 3, 4))
        line.maker("mark")
        old = line.publisher(name="old")
        line.wait_until_published(last)
        old.signal(SIGSTOP)
        new = line.publisher(line.write_config("second.yaml", memory="second.progress.json"), name="new")
        last = int(line.maker("append", 3, 4))
        line.maker("mark")
        line.wait_until_published(last)
        old.signal(SIGCONT)
        last = int(line.maker("append", 3, 4))
        line.maker("mark")
        line.wait_until_published(last)
        assert old.wait_for_end() == STOPPED, old.text()
        assert "pub.fenced" in old.text(), old.text()
        assert new.stop() == 0, new.text()
        line.assert_each_once(last)


def aborted_records_are_not_seen():
    with Line(batch_max=50000) as line:
        first = published(line)
        line.maker("append", 40, 200)
        line.maker("mark")
        p = line.publisher()
        p.wait_for("pub.started")
        # killed while its first large transaction is being filled: the broker holds records of an open transaction
        for _ in range(2000):
            if len(line.history_by_kcat("read_uncommitted")) > first:
                break
        p.kill9()
        # whole transactions or nothing: what is seen is an unbroken beginning, whatever the broker holds behind it
        seen = sorted(line.history_by_kcat())
        assert seen == list(range(1, len(seen) + 1)) and len(seen) >= first, seen[:20]
        p = line.publisher()
        line.wait_until_published(first + 8000)
        assert p.stop() == 0
        line.assert_each_once(first + 8000)


def a_wiped_progress_topic_stops_it():
    with Line() as line:
        published(line)
        wipe(line, "phusa.progress")
        assert_stops(line, "pub.topic.empty")


def a_wiped_data_topic_stops_it():
    with Line() as line:
        published(line)
        wipe(line, "phusa.summaries.history")
        assert_stops(line, "pub.topic.truncated")


def an_older_ledger_stops_it():
    with Line() as line:
        published(line, rows=3, figures=4)
        line.maker("cut", 8)
        assert_stops(line, "pub.progress.ahead")


def another_epoch_stops_it_until_it_is_adopted():
    with Line() as line:
        last = published(line)
        line.maker("epoch", uuid.UUID(int=8))
        assert_stops(line, "pub.progress.epoch")
        line.run("adopt-epoch")
        now = int(line.maker("append", 2, 2))
        line.maker("mark")
        p = line.publisher()
        line.wait_until_published(now)
        assert p.stop() == 0, p.text()
        assert sorted(line.history_by_kcat()) == list(range(1, now + 1)), (last, now)


def an_epoch_that_is_the_ledgers_is_not_adopted():
    with Line() as line:
        last = int(line.maker("append", 2, 2))
        line.maker("mark")
        p = line.publisher()
        line.wait_until_published(last)
        before = line.status()["last_transaction_at"]
        for lang, words in (("en", "nothing to adopt"), ("vi", "không có gì để tiếp nhận")):
            said = tool(BIN / "phusa-publisher", "adopt-epoch", "-c", line.config, "--lang", lang)
            assert words in said.stderr, said
        assert line.status()["last_transaction_at"] == before
        last = int(line.maker("append", 2, 2))
        line.maker("mark")
        line.wait_until_published(last)
        assert p.stop() == 0, p.text()
        assert "pub.challenged" not in p.text(), p.text()
        line.assert_each_once(last)


def another_chain_stops_it():
    with Line() as line:
        last = published(line)
        line.maker("forge", last)
        assert_stops(line, "pub.progress.chain")


def weak_topics_are_refused():
    with Line() as line:
        line.settings["min_replication"] = 3
        line.settings["min_insync"] = 2
        line.write_config()
        checked = line.run("topics", "check", check=False)
        assert checked.returncode != 0 and "replication is 1" in checked.stderr + checked.stdout, checked
        p = line.publisher()
        assert p.wait_for_end() not in (0, None)
        assert "pub.topic.weak" in p.text(), p.text()


def topics_that_were_made_are_there():
    # many at once on a fresh broker: it answers that a topic is made before it knows the topic itself
    with Line() as line:
        configs = [line.write_config(f"{i}.yaml", topic_summaries=f"s{i}", topic_history=f"h{i}", topic_progress=f"p{i}") for i in range(12)]
        creating = [subprocess.Popen([BIN / "phusa-publisher", "topics", "create", "-c", c, "--lang", "en"], stdout=subprocess.DEVNULL,
                                     stderr=subprocess.PIPE, text=True) for c in configs]
        said = [c.communicate(timeout=60)[1] for c in creating]
        assert [c.returncode for c in creating] == [0] * len(configs), "".join(said)


def topics_that_are_missing_are_waited_for():
    with Line() as line:
        last = int(line.maker("append", 2, 3))
        line.maker("mark")
        later = line.write_config("later.yaml", topic_summaries="s", topic_history="h", topic_progress="p", memory="later.json")
        p = line.publisher(later, name="later")
        p.wait_for("pub.topic.missing")
        tool(BIN / "phusa-publisher", "topics", "create", "-c", later, "--lang", "en")
        p.wait_for(f"last={last}")
        assert p.stop() == 0, p.text()


def a_second_publisher_on_one_memory_is_refused():
    with Line() as line:
        p = line.publisher()
        p.wait_for("pub.started")
        second = line.publisher(name="second")
        assert second.wait_for_end() == 5, second.text()
        assert str(p.process.pid) in second.text(), second.text()
        assert p.stop() == 0


def a_foreign_record_does_not_pass_the_audit():
    with Line() as line:
        published(line)
        tool("bash", "-c", f"echo '{{}}' | kcat -b {line.node.bootstrap} -P -t phusa.summaries.history -k x")
        audit = line.run("audit", check=False)
        assert audit.returncode != 0 and "1 without id" in audit.stdout, audit.stdout + audit.stderr


main({f.__name__: f for f in (a_zombie_is_fenced, aborted_records_are_not_seen, a_wiped_progress_topic_stops_it, a_wiped_data_topic_stops_it,
                              an_older_ledger_stops_it, another_epoch_stops_it_until_it_is_adopted,
                              an_epoch_that_is_the_ledgers_is_not_adopted, another_chain_stops_it, weak_topics_are_refused,
                              topics_that_were_made_are_there, topics_that_are_missing_are_waited_for,
                              a_second_publisher_on_one_memory_is_refused, a_foreign_record_does_not_pass_the_audit)})
sys.exit(0)
