#!/usr/bin/env python3
"""sources - what our C sources may not contain: paths in includes, a core that reaches for io, banned functions.

Reads every .c and .h under the rooms of ROOT. Comments and string literals are taken out first.
"""
import argparse
import os
import re
import sys

ROOMS = ("base", "proto", "domain", "collector", "aggregator", "publisher", "board", "console", "tests")
BANNED = ("strcpy", "strcat", "sprintf", "strtok", "atoi", "strtol", "sscanf", "gmtime", "localtime", "system")
CLOCK = ("time", "clock_gettime")
CLOCK_FILE = "ph_clock.c"
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)
# Of system headers only these have a folder in their name.
SYSTEM_FOLDERS = ("sys/", "arpa/", "netinet/", "net/", "linux/", "sodium/", "msgpack/", "librdkafka/")
# Headers of the outside world, which a pure core has no use for.
IMPURE = ("time.h", "unistd.h", "fcntl.h", "pthread.h", "threads.h", "signal.h", "poll.h", "zmq.h", "sqlite3.h", "yaml.h",
          "syslog.h", "stdatomic.h", "librdkafka/rdkafka.h", "jansson.h", "locale.h")
LITERAL = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def blank(match):
    return re.sub(r"[^\n]", " ", match[0])


def without_comments(text):
    return LITERAL.sub(lambda m: m[0] if m[0][0] in "\"'" else blank(m), text)


def without_literals(text):
    return LITERAL.sub(blank, text)


def sources(root):
    for room in ROOMS:
        for folder, folders, files in os.walk(os.path.join(root, room)):
            folders.sort()
            yield from (os.path.join(folder, name) for name in sorted(files) if name.endswith((".c", ".h")))


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def io_headers(root):
    return {os.path.basename(path) for path in sources(root) if "/io/" in os.path.relpath(path, root)}


def is_core(path):
    parts = path.split(os.sep)
    return "core" in parts[:-1] or parts[0] == "proto"


def check_includes(path, text, of_io):
    for match in INCLUDE.finditer(without_comments(text)):
        where, name = line_of(text, match.start()), match[2]
        if match[1] == '"' and "/" in name:
            yield f"{path}:{where}: include with a path: {name}"
        if match[1] == "<" and ("/" in name and not name.startswith(SYSTEM_FOLDERS) or name.startswith("ph_")):
            yield f"{path}:{where}: not a system header: <{name}>"
        if is_core(path) and not path.startswith("tests"):
            if name in of_io:
                yield f"{path}:{where}: core includes a header of io: {name}"
            if name in IMPURE or name.startswith("sys/") and name != "sys/types.h":
                yield f"{path}:{where}: core includes the outside world: {name}"


def check_banned(path, text):
    names = BANNED if os.path.basename(path) == CLOCK_FILE else BANNED + CLOCK
    code = without_literals(text)
    for match in re.finditer(r"(?<![\w.>])(" + "|".join(names) + r")[ \t]*\(", code):
        yield f"{path}:{line_of(code, match.start())}: banned function: {match[1]}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root")
    root = parser.parse_args().root
    of_io = io_headers(root)
    seen, homes, bad = 0, {}, []
    for full in sources(root):
        seen += 1
        path = os.path.relpath(full, root)
        with open(full, encoding="utf-8") as file:
            text = file.read()
        bad += check_includes(path, text, of_io)
        bad += check_banned(path, text)
        if path.endswith(".h"):
            other = homes.setdefault(os.path.basename(path), path)
            if other != path:
                bad.append(f"{path}: a header of this name is also at {other}")
    print("\n".join(bad + [f"{seen} sources read, {len(bad)} breaches"]))
    return 1 if bad or not seen else 0


if __name__ == "__main__":
    sys.exit(main())
