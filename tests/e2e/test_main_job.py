#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job in the real window: open the demo, type Chinese, fill a table, see a critical finding, cure it, seal,
deliver to the gateway, see the receipt. usage: test_main_job.py QINGDAN QINGDAN-CLI (under tests/support/with-display.sh)"""
import json
import sqlite3
import subprocess
import sys

from desktop import Failure, Program, lend_keys, main, text_of, wait, workspace_path

PIN = "demo-2468"


def on_disk(path, text):
    """Is the text in the journal of the workspace? Read by a connection of our own, while the program runs."""
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return db.execute("select count(*) from journal where new = ?", (text,)).fetchone()[0] > 0
    finally:
        db.close()


def state(node, name):
    return name in [s.value_nick for s in node.get_state_set().get_states()]


def cell(program):
    """The grid tells the focused cell in its name: row, column, value, error."""
    return program.find("第 ", roles=("table", "grid"))


def go_to(program, column, row=1):
    program.click(cell(program), fy=0.2, fx=0.3)
    program.key("ctrl+Home")
    wait("the first cell", lambda: f"第 1 行" in cell(program).get_name())
    for _ in range(40):
        if column in cell(program).get_name():
            return
        before = cell(program).get_name()
        program.key("Right")
        wait("the next cell", lambda: cell(program).get_name() != before)
    raise Failure(f"no column {column}")


def run(qingdan, cli, folder, report):
    lend_keys("伊犁州局二")
    program = Program([qingdan])
    try:
        program.says("先算出该报什么")
        report.ok("first run offers a new workspace, an existing one, and the demo")
        program.press("试用演示")
        program.says("下一步")
        outline = program.open_declaration("强制性清洁生产审核企业信息公布")
        program.says("149 / 149")
        report.ok("the demo opens at its next step")
        path = wait("the demo's workspace", workspace_path)

        program.select_row(outline, 1)
        field = program.find("名单发布机关", interface="EditableText")
        before = text_of(field)
        program.click(field)
        program.key("ctrl+a", "BackSpace")
        wait("an empty field", lambda: text_of(field) == "")
        program.type("伊犁州局二")
        wait("the Chinese text in the field", lambda: text_of(field) == "伊犁州局二")
        program.key("Tab")
        report.ok("Chinese text goes into a field")
        wait("the edit on disk", lambda: on_disk(path, "伊犁州局二"))
        report.ok("the edit is on disk while the program runs")
        program.key("ctrl+z")
        wait("undo", lambda: text_of(program.find("名单发布机关", interface="EditableText")) == before)
        program.key("ctrl+shift+z")
        wait("redo", lambda: text_of(program.find("名单发布机关", interface="EditableText")) == "伊犁州局二")
        report.ok("undo and redo")
        program.shot("section")

        program.select_row(outline, 4)
        go_to(program, "数量")
        program.shot("grid")
        program.type("12 t")
        program.key("Return")
        wait("the critical finding", lambda: program.look("1 处必改"))
        program.key("F8")
        program.says("不是数字")
        seal = program.find("签章…", roles=("push button", "button"))
        wait("sealing to be impossible", lambda: not state(seal, "sensitive"))
        program.shot("finding")
        report.ok("a value that is no number is a critical finding and forbids sealing")
        program.press("改为 12")
        wait("the finding to go", lambda: program.look("0 处必改"))
        report.ok("the quick fix cures it")
        program.key("ctrl+z")
        program.key("ctrl+z")
        wait("the demo's own value", lambda: program.look("0 处必改") and state(seal, "sensitive"))

        go_to(program, "数量")
        program.key("ctrl+shift+Return")
        wait("a new row", lambda: program.look("合计 3 行"))
        program.type("3.5")
        program.key("Return")
        program.says("14 / 18")
        program.key("F5")
        wait("what the check finds", lambda: program.look("处必改，") and not program.look("0 处必改"))
        report.ok("a new row of the table asks for what is missing when it is checked")
        go_to(program, "数量")
        program.key("ctrl+Delete")
        wait("the row to go", lambda: program.look("合计 2 行"))
        wait("nothing to fix", lambda: program.look("0 处必改"))
        report.ok("rows are added and deleted by keys")

        program.press("签章…")
        program.says("可以签章")
        program.press("生成演示密钥")
        program.says("生成演示密钥？")
        program.shot("demo-key")
        dialog_pin(program)
        pin = program.find("证书口令", interface="EditableText")
        program.click(pin)
        program.type("wrong-pin")
        program.click(program.find("声明：对填报内容负责", roles=("check box",)), fx=0.05)
        program.press_when_ready("签章")
        program.says("口令不对")
        report.ok("a wrong PIN seals nothing and says so")
        program.click(pin)
        program.type(PIN)
        program.shot("seal")
        program.press_when_ready("签章")
        program.says("已受理：")  # the receipt itself; the bare word is also a state to filter by
        program.shot("outbox")
        report.ok("sealed, delivered to the gateway, and the receipt says accepted")
    finally:
        program.shot("last")
        code = program.close()
    report.check("the program ends well", code in (0, -15), f"it ended with {code}")

    shown = json.loads(subprocess.run([cli, "show", path, "--json"], capture_output=True, text=True, check=True).stdout)
    states = {d["form"]: d["state"] for d in shown["declarations"]}
    report.check("the workspace holds the accepted declaration", states.get("cn.cpa-disclosure") == "accepted", states)
    report.check("and one delivery, accepted", [d["state"] for d in shown["deliveries"]] == ["accepted"], shown["deliveries"])


def dialog_pin(program):
    program.type(PIN)
    program.key("Return")


if __name__ == "__main__":
    sys.exit(main("main job", run))
