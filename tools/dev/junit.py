#!/usr/bin/env python3
"""junit FILE - two numbers of a CTest report: tests, and those of them that did not pass (failed, not run, disabled)."""
import sys
import xml.etree.ElementTree

suite = xml.etree.ElementTree.parse(sys.argv[1]).getroot()
cases = suite.findall("testcase")
print(len(cases), sum(case.get("status") != "run" for case in cases))
