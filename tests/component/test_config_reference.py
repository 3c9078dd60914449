#!/usr/bin/env python3
"""docs/CONFIG-*.md are what the programs print: the tables of keys are the only source."""
import difflib
import os
import pathlib
import subprocess

SOURCE = pathlib.Path(os.environ["PHUSA_SOURCE"])
BIN = pathlib.Path(os.environ["PHUSA_BIN"])


def main():
    different = []
    for component in ("aggregator", "collector", "publisher"):
        program, paper = f"phusa-{component}", SOURCE / "docs" / f"CONFIG-{component}.md"
        printed = subprocess.run([BIN / program, "config-reference", "--lang", "en"], capture_output=True, text=True, timeout=60, check=True).stdout
        written = paper.read_text(encoding="utf-8")
        if printed != written:
            different.append(paper.name)
            print("\n".join(difflib.unified_diff(written.splitlines(), printed.splitlines(), str(paper), program, lineterm="")))
            print(f"do: {program} config-reference --lang en > docs/{paper.name}")
    assert not different, different
    print("the three references are those of the programs")


if __name__ == "__main__":
    main()
