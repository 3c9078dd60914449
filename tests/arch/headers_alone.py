#!/usr/bin/env python3
"""headers_alone - each header compiles by itself, twice in a row, with only the include path of its module."""
import argparse
import subprocess
import sys


def compile_alone(compiler, folders, header):
    """The compiler's complaint about a file that holds nothing but `header`, or ''."""
    name = header.rsplit("/", 1)[-1]
    text = f'#include "{name}"\n#include "{name}"\nextern int ph_not_empty;\n'
    command = [compiler, "-std=c17", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-fsyntax-only"]
    command += [f"-I{folder}" for folder in folders] + ["-x", "c", "-"]
    done = subprocess.run(command, input=text, text=True, capture_output=True, check=False)
    return done.stderr if done.returncode != 0 else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cc", required=True)
    parser.add_argument("--include", default="", help="folders, separated by colons")
    parser.add_argument("headers", nargs="+")
    args = parser.parse_args()
    folders = [folder for folder in args.include.split(":") if folder]
    bad = 0
    for header in args.headers:
        complaint = compile_alone(args.cc, folders, header)
        if complaint:
            bad += 1
            print(f"{header} does not compile alone:\n{complaint}")
    print(f"{len(args.headers) - bad} of {len(args.headers)} headers compile alone")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
