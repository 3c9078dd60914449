#!/usr/bin/env python3
"""events - every event id and error code that a program can say has a paragraph, and no paragraph names one that nobody says.

Ids are whole string literals "word.word…" of the rooms, less what IGNORED names. A paper's ids are the code spans of a heading, of a
bold term at a line's beginning, or of a table's first cell. The readers of registry, roster and card put their own word in front of a
code (registry.key.unknown), so there the paper may name it with or without. The rules of the shipped registry are said by its rules.yaml.
"""
import os
import re
import sys

ROOMS = ("base", "proto", "domain", "collector", "aggregator", "publisher")
ID = r"[a-z][a-z0-9_]*(?:\.[a-z0-9_-]+)+"
HEADER = re.compile(r"ph_[a-z0-9_]+\.h")
RULE = re.compile(r"^ *- (?:\{ *)?id: (" + ID + r")\b", re.M)
LITERAL = re.compile(r'/\*.*?\*/|"((?:\\.|[^"\\\n])*)"', re.S)
TERM = re.compile(r"^(?:#+ +|\*\*|\| *)((?:`" + ID + r"`[ ,·]*)+)", re.M)
PREFIXES = ("registry.", "roster.", "card.")
# Literals that look like ids and are none: names of files and topics, of a schema, of a column, of a row.
# A file roster.signed has the name of a code, which must have its paragraph.
IGNORED = {"phusa.progress", "phusa.summaries", "phusa.summaries.history", "vn.phusa.summary.v1", "vn.phusa.register.v1", "min.insync", "checkpoint.size",
           "aggregator.card", "curve.key", "receipt.key", "sign.key", "root.key", "root.pub", "ledger.db", "spool.db",
           "publisher.yaml", "publisher.progress.json"}
KAFKA = re.compile(r"(auto|bootstrap|cleanup|client|compression|enable|group|isolation|linger|message|min|retention|transaction"
                   r"|transactional|unclean|max|queue|delivery|socket|reconnect|fetch|security|sasl|ssl|test|log_level|statistics|acks)\.")


def is_name(text):
    return text in IGNORED or HEADER.fullmatch(text) is not None


def said(root):
    """{id: "file:line"} of every literal that is one."""
    found = {}
    for room in ROOMS:
        for folder, folders, files in os.walk(os.path.join(root, room)):
            folders.sort()
            for name in sorted(files):
                if name.endswith((".c", ".h")):
                    path = os.path.join(folder, name)
                    with open(path, encoding="utf-8") as file:
                        text = file.read()
                    kafka = "kafka" in name or "topics" in name or "embedded" in name or name == "ph_pub_cmd_status.c"
                    for match in LITERAL.finditer(text):
                        literal = match[1]
                        if literal and re.fullmatch(ID, literal) and not is_name(literal) and not (kafka and KAFKA.match(literal)):
                            found.setdefault(literal, f"{os.path.relpath(path, root)}:{text.count(chr(10), 0, match.start()) + 1}")
    path, text = os.path.join("domain", "registry", "rules.yaml"), ""
    if os.path.exists(os.path.join(root, path)):
        with open(os.path.join(root, path), encoding="utf-8") as file:
            text = file.read()
    for match in RULE.finditer(text):
        found.setdefault(match[1], f"{path}:{text.count(chr(10), 0, match.start()) + 1}")
    return found


def papers(root):
    folder = os.path.join(root, "docs", "events")
    events = [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".md")]
    return events + [os.path.join(root, "docs", name) for name in ("OPERATIONS.md", "RULES.md")]


def told(root):
    """{id: "file:line"} of every paragraph."""
    found = {}
    for path in papers(root):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for match in TERM.finditer(text):
            for one in re.findall(ID, match[1]):
                found.setdefault(one, f"{os.path.relpath(path, root)}:{text.count(chr(10), 0, match.start()) + 1}")
    return found


def without_prefix(text):
    for prefix in PREFIXES:
        if text.startswith(prefix):
            return text[len(prefix):]
    return text


def main():
    root = sys.argv[1]
    sources, paragraphs = said(root), told(root)
    short = {without_prefix(one) for one in paragraphs}
    bare = {without_prefix(one) for one in sources}
    untold = sorted(one for one in sources if one not in paragraphs and one not in short)
    unsaid = sorted(one for one in paragraphs if one not in sources and without_prefix(one) not in bare)
    for one in untold:
        print(f"{sources[one]}: {one}: no paragraph in docs/events or docs/OPERATIONS.md")
    for one in unsaid:
        print(f"{paragraphs[one]}: {one}: no source says this")
    print(f"{len(sources)} ids, {len(paragraphs)} paragraphs, {len(untold)} untold, {len(unsaid)} unsaid")
    return 1 if untold or unsaid else 0


if __name__ == "__main__":
    sys.exit(main())
