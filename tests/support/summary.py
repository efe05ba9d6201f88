#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts the test points of a run: each TAP line of meson's log (a program without TAP counts as one), and of the NAME.tap files beside it.

usage: summary.py testlog.json [NAME…]"""
import json
import pathlib
import re
import sys

log = pathlib.Path(sys.argv[1])
passed = failed = 0


def count_tap(text):
    good = len(re.findall(r"^ok\b", text, re.M))
    bad = len(re.findall(r"^not ok\b", text, re.M))
    return good, bad


for line in log.read_text(encoding="utf-8").splitlines():
    test = json.loads(line)
    good, bad = count_tap(test.get("stdout", ""))
    broken = test["result"] not in ("OK", "EXPECTEDFAIL")
    if good + bad == 0:
        good = 0 if broken else 1
    if broken and bad == 0:
        bad = 1
    passed += good
    failed += bad
for name in sys.argv[2:]:
    good, bad = count_tap((log.parent / f"{name}.tap").read_text(encoding="utf-8"))
    passed += good
    failed += bad if good + bad else 1
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed or not passed else 0)
