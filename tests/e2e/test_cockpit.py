#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two workspaces in the cockpit: both are listed with what is due in them, and opening one gives it a window of its own.
usage: test_cockpit.py QINGDAN QINGDAN-CLI (under tests/support/with-display.sh)"""
import os
import pathlib
import sqlite3
import subprocess
import sys

from desktop import Failure, Program, Report, wait


def titles(program):
    return [window.get_name() for window in (program.app.get_child_at_index(i) for i in range(program.app.get_child_count())) if window]


def counted(path):
    db = sqlite3.connect(path)
    n = db.execute("SELECT count(*) FROM summary WHERE counted_at > 0").fetchone()[0]
    db.close()
    return n


def run(qingdan, cli, report):
    folder = pathlib.Path(os.path.expanduser("~/企业"))
    folder.mkdir()
    first, second = folder / "甲制药.qingdan", folder / "乙焦化.qingdan"
    for path in (first, second):
        subprocess.run([cli, "new", str(path)], check=True, capture_output=True)

    # Opened once: now they are known, and their duties are counted.
    for path in (first, second):
        program = Program([qingdan, str(path)])
        program.find("总览")
        wait("the duties to be counted", lambda: counted(path))
        code = program.close()
        report.check(f"{path.stem} ends well", code in (0, -15), code)

    first.rename(folder / "away")
    program = Program([qingdan, str(first)])
    try:
        program.says("找不到 甲制药.qingdan")
        (folder / "away").rename(first)
        program.press("查看全部")
        program.says("2 个工作区")
        report.ok("the first page leads to all enterprises")
        program.shot("cockpit")

        program.key("alt+2")
        program.says("义务统计于今天")
        program.find("甲制药，")
        program.find("乙焦化，")
        report.ok("both enterprises are listed, and how old their counts are")
        program.shot("cockpit-enterprises")

        program.click(program.find("乙焦化，"))
        wait("a second window", lambda: program.app.get_child_count() == 2)
        wait("the workspace in it", lambda: "乙焦化" in titles(program))
        report.check("the cockpit stays in its own window", "全部企业" in titles(program), titles(program))
        program.shot("cockpit-opened")

        # From the workspace's menu back to the same cockpit, not to another.
        subprocess.run(["gdbus", "call", "--session", "--dest", "cn.qingdan.Qingdan", "--object-path", "/cn/qingdan/Qingdan/window/2",
                        "--method", "org.gtk.Actions.Activate", "cockpit", "[]", "{}"], check=True, capture_output=True)
        wait("still two windows", lambda: program.app.get_child_count() == 2)
        report.ok("all enterprises are one window, however they are reached")
    finally:
        code = program.close()
    report.check("the program ends well", code in (0, -15), code)


def main():
    report = Report()
    try:
        run(sys.argv[1], sys.argv[2], report)
    except (Failure, subprocess.CalledProcessError) as error:
        report.fail("cockpit", error)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
