#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A big table in the real window: paste 2,000 rows of 10 cells, edit, undo, export, import again through the import page;
each time the counts close and what the workspace holds in the end is what was pasted.
usage: test_tables.py QINGDAN QINGDAN-CLI (under tests/support/with-display.sh)"""
import csv
import os
import pathlib
import subprocess
import sys

from desktop import Failure, Program, main, text_of, wait, workspace_path

ROWS = 2000
COLUMNS = 13  # of the table of emissions: ten that people fill, three that are computed
COMPUTED = (5, 10, 12)
NUMBERS = (4, 6, 7, 11)
SECTION = 5  # emissions, in the outline
TABLE = "/disclosure/em/table/row"


def pasted_row(i):
    """As a ledger would have it; the computed columns hold what the paste must pass by."""
    water = i % 2 == 0
    conc = 40 + i % 25
    volume = 1000 + i
    qty = conc * volume / (1000 if water else 1000000)
    return [f"污染物{i:04d}", "", "废水" if water else "废气", f"D{'W' if water else 'A'}{i % 900 + 1:03d}", str(conc), "x", "100",
            f"{volume:,}", "监测", "", "x", f"{qty:.4f}", "x"]


LEDGER = """污染物名称,CAS号,排放介质,排放口编号,排放浓度,限值,核算方法,排放量(kg)
苯,71-43-2,废水,DW001,约 3,10,监测,12
苯,71-43-3,废气,DA001,4,10,监测,13
甲苯,108-88-3,废水,DW001,5,10,监测,1.5
甲苯,108-88-3,废水,DW001,6,10,监测,1.6
二甲苯,1330-20-7,废水,DW001,7,很多,监测,2
"""


def put_on_clipboard(text):
    subprocess.run(["xclip", "-selection", "clipboard", "-t", "UTF8_STRING", "-i"], input=text.encode(), check=True, stdout=subprocess.DEVNULL)


def grid(program):
    """The grid tells the focused cell in its name: row, column, value, error."""
    return program.find("第 ", roles=("table", "grid"))


def exported(cli, path, folder):
    """The table as the workspace has it, read by the other program."""
    out = os.path.join(folder, "table.csv")
    subprocess.run([cli, "export", path, "--form", "cn.cpa-disclosure", "--table", TABLE, "-o", out], check=True)
    with open(out, encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


def same(row, pasted):
    """Numbers by their value: separators and zeros at the end are no difference."""
    return all(float(have) == float(want.replace(",", "")) if i in NUMBERS else have == want
               for i, (have, want) in enumerate(zip(row, pasted)) if i not in COMPUTED)


def go_right(program, column, most=COLUMNS):
    for _ in range(most):
        if column in grid(program).get_name():
            return column
        before = grid(program).get_name()
        program.key("Right")
        wait("the next cell", lambda: grid(program).get_name() != before)
    raise Failure(f"no column {column}")


def tick_roles(program, report):
    """The register's column of roles: check boxes by keys, with names and states."""
    program.key("alt+3")
    program.click(grid(program), fy=0.2, fx=0.3)
    program.key("ctrl+Home")
    go_right(program, "涉及环节", 30)
    before = grid(program).get_name()
    program.key("space")
    box = program.find("进口", roles=("check box",))
    had = is_checked(box)
    program.type("进口")
    wait("one choice left", lambda: not program.look("销售", roles=("check box",)))
    program.key("space")
    wait("the tick", lambda: is_checked(program.find("进口", roles=("check box",))) != had)
    program.shot("roles")
    program.key("Return")
    program.key("Up")
    wait("the cell's new name", lambda: "涉及环节" in grid(program).get_name() and ("进口" in grid(program).get_name()) != had)
    report.ok("several choices are ticked in a list that the screen reader knows")
    program.key("ctrl+z")
    wait("the cell as it was", lambda: grid(program).get_name() == before)
    report.ok("and one undo takes them back")


def is_checked(node):
    return "checked" in [s.value_nick for s in node.get_state_set().get_states()]


def run(qingdan, cli, folder, report):
    book = os.path.join(folder, "emissions.xlsx")
    program = Program([qingdan])
    try:
        program.press("试用演示")
        program.says("下一步")
        outline = program.open_declaration("强制性清洁生产审核企业信息公布")
        path = wait("the demo's workspace", workspace_path)
        program.select_row(outline, SECTION)
        program.says("合计 ")
        before = len(exported(cli, path, folder))
        wait("the table", lambda: program.look(f"合计 {before} 行"))
        report.ok("the table of emissions is open")

        put_on_clipboard("".join("\t".join(pasted_row(i)) + "\r\n" for i in range(ROWS)))
        program.click(grid(program), fy=0.2, fx=0.3)
        program.key("ctrl+Home")
        program.key("ctrl+v")
        program.says("已粘贴 20000 格，跳过 6000 格")
        wait("all the rows", lambda: program.look(f"合计 {ROWS} 行"))
        program.shot("pasted")
        report.ok("2,000 rows of ten cells are pasted, the computed ones are passed by, and the toast counts them all")

        conc = go_right(program, "排放浓度")
        program.type("about 40")
        program.key("Return")
        wait("the finding", lambda: program.look("必改，") and not program.look("0 处必改"))
        program.key("Up")
        wait("the cell with its error", lambda: f"{conc}，about 40，必改" in grid(program).get_name() and "不是数字" in grid(program).get_description())
        report.ok("an edit that is no number is marked in its cell, and the screen reader hears it")
        program.key("ctrl+z")
        wait("the finding to go", lambda: program.look("0 处必改"))
        report.ok("undo takes the edit back")

        program.key("ctrl+e")
        program.choose_file(book)
        wait("the workbook", lambda: os.path.exists(book))
        report.ok("the table is exported")

        program.key("ctrl+z")
        wait("the pasted rows to go", lambda: program.look(f"合计 {before} 行"))
        report.ok("one more undo takes the whole paste back")

        program.key("ctrl+shift+i")
        program.choose_file(book)
        program.says(f"{ROWS} 行 = 新增 {ROWS} + 更新 0 + 有错 0")
        program.shot("import")
        report.ok("the dry run of the import page counts every row")
        program.press(f"导入 {ROWS} 行")
        wait("the rows to be back", lambda: program.look(f"合计 {before + ROWS} 行"))
        program.shot("imported")
        report.ok("the import brings them back")

        ledger = os.path.join(folder, "ledger.csv")
        pathlib.Path(ledger).write_bytes(LEDGER.encode("gb18030"))
        program.key("ctrl+shift+i")
        program.choose_file(ledger)
        program.says("5 行 = 新增 1 + 更新 0 + 有错 4")
        program.shot("ledger")
        program.press("把 E2  约 3 改正为 3")
        program.says("新增 2 + 更新 0 + 有错 3")
        program.press("把 B3  71-43-3 改正为 71-43-2")
        program.says("新增 3 + 更新 0 + 有错 2")
        program.press("选择: 第 5 行")
        program.says("已选用第 5 行")
        program.press("定位: F6  很多")
        program.shot("ledger-corrected")
        report.ok("the import page names what is wrong with each row, and what certainly is right is put right")
        program.press("保存映射")
        program.says("保存映射？")
        program.key("ctrl+a")
        program.type("store")
        program.key("Return")
        # Looked at from outside while a dialog closes, GTK 4.18 falls over its own accessible objects.
        wait("the question to go", lambda: not program.other_window())
        program.find("store（上次用过）")
        confirm = program.find("确认推测", roles=("push button", "button"))
        if "sensitive" in [s.value_nick for s in confirm.get_state_set().get_states()]:
            program.press("确认推测")
        program.press_when_ready("导入 3 行")
        total = before + ROWS + 3
        wait("the rows of the ledger", lambda: program.look(f"合计 {total} 行"))
        report.ok("a ledger of others in GB 18030 is imported, its mapping kept by name")

        outline = program.find("各节", roles=("list",))
        program.select_row(outline, 1)
        program.find("名单发布机关", interface="EditableText")
        whole = os.path.join(folder, "whole.xlsx")
        program.key("ctrl+e")
        program.choose_file(whole)
        wait("the workbook", lambda: os.path.exists(whole))
        field = program.find("名单发布机关", interface="EditableText")
        kept = text_of(field)
        program.click(field)
        program.key("ctrl+a")
        program.type("changed")
        program.key("Tab")
        program.key("ctrl+shift+i")
        program.choose_file(whole)
        wait("the old text", lambda: text_of(program.find("名单发布机关", interface="EditableText")) == kept)
        program.shot("whole")
        report.ok("a workbook of the whole declaration comes back")
    finally:
        program.shot("last")
        code = program.close()
    report.check("the program ends well", code in (0, -15), f"it ended with {code}")
    program = Program([qingdan])
    try:
        program.says("下一步")
        tick_roles(program, report)
    finally:
        program.shot("register")
        code = program.close()
    report.check("it ends well once more", code in (0, -15), f"it ended with {code}")
    rows = exported(cli, path, folder)
    report.check("the workspace has all rows", len(rows) == total, len(rows))
    wrong = [(i, row) for i, row in enumerate(rows[before:before + ROWS]) if not same(row, pasted_row(i))]
    report.check("and each holds what was pasted", not wrong, wrong[:3])


if __name__ == "__main__":
    sys.exit(main("tables", run))
