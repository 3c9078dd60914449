#!/usr/bin/env python3
"""pure - a pure archive calls nothing impure and keeps no state of its own.

Undefined symbols must be defined by this archive, by one of the pure archives it uses, or stand in the allow list.
Writable data (.data, .bss, thread-local) is state, which a core may not have; sanitizers add their own, so that half is
checked in builds without them.
"""
import argparse
import re
import subprocess
import sys

TOOLCHAIN = re.compile(r"^(__(asan|ubsan|tsan|sanitizer|stack_chk|sancov)_\w+|__tsan_\w+|_GLOBAL_OFFSET_TABLE_"
                       r"|__(div|mod|udiv|umod|mul|ashl|ashr|lshr|fix|float)\w*(ti|di|si)\d?"
                       r"|__(memcpy|memmove|memset|strcpy|strncpy|snprintf|vsnprintf|strcat|strncat|explicit_bzero)_chk)$")
STATE_SECTION = re.compile(r"^(\.data|\.bss|\.tdata|\.tbss|\*COM\*)(?!\.rel\.ro)")


def nm(archive, *options):
    done = subprocess.run(["nm", *options, archive], text=True, capture_output=True, check=True)
    return [line.split() for line in done.stdout.splitlines()]


def undefined(archive):
    return {words[-1].split("@")[0] for words in nm(archive, "--undefined-only") if len(words) == 2 and words[0] in "Uwv"}


def defined(archive):
    return {words[2] for words in nm(archive, "--defined-only", "--extern-only") if len(words) == 3}


def state(archive):
    """Names of what has a size in a writable section (objdump: address, seven flag columns, section, size, name)."""
    done = subprocess.run(["objdump", "-t", archive], text=True, capture_output=True, check=True)
    found = set()
    for line in done.stdout.splitlines():
        match = re.match(r"^[0-9a-f]{8,16} .{7} (\S+)\s+([0-9a-f]+)\s+(?:\.hidden )?(\S+)$", line)
        if match and STATE_SECTION.match(match[1]) and int(match[2], 16) > 0:
            found.add(match[3])
    return found


def allowed(path):
    """(exact names, prefixes): a line that ends in `*` is a prefix; `#` starts a comment."""
    with open(path, encoding="utf-8") as lines:
        names = {line.split("#")[0].strip() for line in lines} - {""}
    return {n for n in names if not n.endswith("*")}, tuple(n[:-1] for n in names if n.endswith("*"))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--allow", required=True)
    parser.add_argument("--with", dest="used", action="append", default=[], help="a pure archive that this one uses")
    parser.add_argument("--sanitize", default="none")
    parser.add_argument("archive")
    args = parser.parse_args()
    exact, prefixes = allowed(args.allow)
    known = defined(args.archive).union(*map(defined, args.used))
    bad = sorted(name for name in undefined(args.archive) - known - exact
                 if not name.startswith(prefixes) and not TOOLCHAIN.match(name))
    for name in bad:
        print(f"{args.archive} is not pure, it calls: {name}")
    kept = sorted(state(args.archive)) if args.sanitize == "none" else []
    for name in kept:
        print(f"{args.archive} is not pure, it keeps state in: {name}")
    return 1 if bad or kept else 0


if __name__ == "__main__":
    sys.exit(main())
