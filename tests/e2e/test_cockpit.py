#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two workspaces in the cockpit: both are listed, their drafts are checked at once, and opening one gives it a window of its own, at the
declaration.
usage: test_cockpit.py QINGDAN QINGDAN-CLI (under tests/support/with-display.sh)"""
import json
import pathlib
import sqlite3
import subprocess
import sys

from desktop import Program, main, wait, workspace_path


def titles(program):
    return [window.get_name() for window in (program.app.get_child_at_index(i) for i in range(program.app.get_child_count())) if window]


def counted(path):
    db = sqlite3.connect(path)
    n = db.execute("SELECT count(*) FROM summary WHERE counted_at > 0").fetchone()[0]
    db.close()
    return n


def run(qingdan, cli, folder, report):
    # Opened once: now they are known, and their duties are counted.
    program = Program([qingdan, "--demo"])
    first = pathlib.Path(wait("the demo's workspace", workspace_path))
    wait("the demo's duties to be counted", lambda: counted(first))
    code = program.close()
    report.check("the demo ends well", code in (0, -15), code)
    second = first.parent / "乙焦化.qingdan"
    subprocess.run([cli, "new", str(second)], check=True, capture_output=True)
    program = Program([qingdan, str(second)])
    wait("the duties to be counted", lambda: counted(second))
    code = program.close()
    report.check("the second ends well", code in (0, -15), code)

    program = Program([qingdan, str(first.parent / "别处.qingdan")])
    try:
        program.says("找不到 别处.qingdan")
        program.press("查看全部")
        program.says("2 个工作区")
        report.ok("the first page leads to all enterprises")
        program.shot("cockpit")

        program.key("alt+2")
        program.says("义务统计于今天")
        program.find("乙焦化，")
        report.ok("both enterprises are listed, and how old their counts are")
        program.shot("cockpit-enterprises")

        program.key("alt+3")
        program.says("导出时重新计算十二个月的全部期限")
        program.shot("cockpit-calendar")
        ics = first.parent / "all.ics"
        program.press("导出日历")
        program.choose_file(str(ics))
        program.says("已写入：all.ics")
        text = ics.read_text(encoding="utf-8")
        report.check("the calendar of all enterprises is written", text.count("BEGIN:VCALENDAR") == 1 and text.count("BEGIN:VEVENT") > 10, text[:200])
        program.key("alt+4")
        program.says("没有申报包")
        program.shot("cockpit-deliveries")
        program.key("alt+5")
        program.says("SHA-256")
        program.shot("cockpit-packs")
        report.ok("calendar, deliveries and packs of all enterprises have their pages")

        program.key("alt+6")
        program.press("全部校核")
        program.says("已校核 1 份草稿")
        draft = program.find("，刚刚校核")
        shown = json.loads(subprocess.run([cli, "show", str(first), "--json"], capture_output=True, text=True, check=True).stdout)
        [declaration] = [d for d in shown["declarations"] if d["form"] not in ("cn.profile", "cn.register")]
        report.check("the draft has no critical finding, in the window and in the file", "无必改" in draft.get_name() and
                     declaration["state"] == "checked", (draft.get_name(), declaration))
        program.shot("cockpit-check")

        before = titles(program)
        program.click(draft)
        wait("a second window", lambda: program.app.get_child_count() == 2)
        program.find("填写说明", roles=("push button", "button", "toggle button"))
        report.check("the draft opens in a window of its own", "全部企业" in titles(program) and before == ["全部企业"], titles(program))
        program.shot("cockpit-opened")

        # From the workspace's menu back to the same cockpit, not to another.
        subprocess.run(["gdbus", "call", "--session", "--dest", "cn.qingdan.Qingdan", "--object-path", "/cn/qingdan/Qingdan/window/2",
                        "--method", "org.gtk.Actions.Activate", "cockpit", "[]", "{}"], check=True, capture_output=True)
        wait("still two windows", lambda: program.app.get_child_count() == 2)
        report.ok("all enterprises are one window, however they are reached")
    finally:
        code = program.close()
    report.check("the program ends well", code in (0, -15), code)


if __name__ == "__main__":
    sys.exit(main("cockpit", run))
