#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The duties in the real window: what the overview shows is what the command line says; an answer changes them; one is marked as
done; the calendar is exported. usage: test_duties.py QINGDAN QINGDAN-CLI (under tests/support/with-display.sh)"""
import hashlib
import json
import os
import subprocess
import sys

from desktop import Failure, Program, main, wait, workspace_path

QUESTION = "近一年有没有收到生态环境等部门的通知"
MAYBE = "配合监测试点"
MONTHLY = "危险废物月度申报"


def duties(cli, path):
    """As the other program works them out, beside the window that writes the workspace. 1: a finding, which is none of this test's."""
    done = subprocess.run([cli, "duties", path, "--json", "--language", "zh-CN"], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise Failure(done.stderr)
    return json.loads(done.stdout)


def figures_agree(program, found):
    """Counters, heading and list of the overview, by their names."""
    return (program.look(f"逾期，{found['overdue']} 项，筛选") and program.look(f"30 天内，{found['soon']} 项，筛选")
            and program.look(f"请核实，{found['check']} 项，筛选") and program.look(f"适用 {found['apply']} 项，请核实 {found['check']} 项")
            and program.look(f"不适用 {found['applyNot']} 项"))


def rule(found, title):
    for duty in found["duties"]:
        if duty["title"].startswith(title):
            return duty
    raise Failure(f"the command line knows no duty “{title}”")


def run(qingdan, cli, folder, report):
    program = Program([qingdan, "--demo"])
    try:
        program.says("下一步")
        path = wait("the demo's workspace", workspace_path)
        wait("duties", lambda: program.look("登记…，", roles=("push button", "button")))
        before = duties(cli, path)
        report.check("the demo has duties and questions", before["apply"] > 10 and before["check"] > 0 and before["overdue"] > 0, before["apply"])
        wait("the figures of the command line on screen", lambda: figures_agree(program, before))
        program.shot("overview")
        report.ok("counters and heading show the command line's figures")

        report.check("the duty asks", rule(before, MAYBE)["applies"] == "maybe", rule(before, MAYBE)["applies"])
        program.press("请核实，")  # brings the row up: GTK 4.18 tells only of rows in sight
        program.press(f"回答，{MAYBE}")
        program.find(QUESTION)
        program.says("本题影响的义务")
        program.shot("question")
        report.ok("“answer” leads to the very question")
        program.press(f"{QUESTION}: 没有")
        wait("the duty to go", lambda: rule(duties(cli, path), MAYBE)["applies"] == "no")
        after = duties(cli, path)
        program.says("原来：请核实")
        report.ok("the pane beside the profile tells what the answer changed")
        program.key("alt+1")
        wait("the figures of the command line on screen", lambda: figures_agree(program, after))
        program.gone(f"回答，{MAYBE}")
        report.check("fewer questions", after["check"] < before["check"], (before["check"], after["check"]))

        program.press("30 天内，")
        next_one = rule(after, MONTHLY)["next"]
        program.press(f"登记…，{MONTHLY}（{next_one['periodLabel']}）")
        window = wait("the window that asks", lambda: program.other_window())[-1]
        subprocess.run(["xdotool", "windowfocus", "--sync", window], check=True)
        evidence = os.path.join(folder, "receipt.pdf")
        with open(evidence, "wb") as file:
            file.write(b"received")
        program.press("选择证据")
        wait("the file dialog", lambda: len(program.other_window()) > 1)
        program.choose_file(evidence, keep=1)
        program.says("receipt.pdf")
        subprocess.run(["xdotool", "windowfocus", "--sync", window], check=True)
        program.shot("mark")
        program.press_when_ready("保存")
        wait("the window to go", lambda: not program.other_window())
        program.focus()
        wait("the mark on disk", lambda: rule(duties(cli, path), MONTHLY)["next"]["period"] != next_one["period"])
        program.gone(f"登记…，{MONTHLY}（{next_one['periodLabel']}）")
        done = duties(cli, path)
        report.check("that period is done", [d["state"] for d in rule(done, MONTHLY)["deadlines"] if d["period"] == next_one["period"]] == ["done"], next_one)
        wait("the figures of the command line on screen", lambda: figures_agree(program, done))
        report.ok("marked as done, the duty goes on to its next period, in both programs")
        marks = [m for m in done["marks"] if m["period"] == next_one["period"] and m["rule"] == rule(done, MONTHLY)["rule"]]
        digest = hashlib.sha256(b"received").hexdigest()
        report.check("the command line tells of the evidence", [m["evidence"] for m in marks] == [[{"name": "receipt.pdf", "sha256": digest}]], marks)

        program.press("登记与证据…")
        wait("the list of marks", program.other_window)
        program.says("receipt.pdf")
        program.shot("marks")
        program.press("保存证据…，")
        wait("the file dialog", lambda: len(program.other_window()) > 1)
        saved = os.path.join(folder, "saved.pdf")
        program.choose_file(saved, keep=1)
        wait("the saved evidence", lambda: os.path.exists(saved))
        with open(saved, "rb") as file:
            report.check("the evidence comes out as it went in", file.read() == b"received")
        subprocess.run(["xdotool", "windowfocus", "--sync", program.other_window()[-1]], check=True)

        def leave():
            """After the file dialog nothing has the focus here, where no window manager gives it back."""
            program.key("Tab")
            program.key("Escape")
            return not program.other_window()
        wait("the list to go", leave)
        program.focus()

        ics = os.path.join(folder, "duties.ics")
        program.press("导出日历")
        program.choose_file(ics)
        wait("the calendar", lambda: os.path.exists(ics))
        with open(ics, encoding="utf-8", newline="") as file:
            text = file.read()
        theirs = os.path.join(folder, "cli.ics")
        subprocess.run([cli, "duties", path, "--ics", theirs, "--language", "zh-CN"], capture_output=True, check=False)
        with open(theirs, encoding="utf-8", newline="") as file:
            report.check("the calendar is the command line's", text == file.read() and text.count("BEGIN:VEVENT") > 10, text[:200])
        report.check("it names the evidence", f"receipt.pdf（SHA-256 {digest}）" in text.replace("\r\n ", ""), text[:200])
        program.shot("calendar")

        paper = os.path.join(folder, "duties.pdf")
        program.press("导出日历")
        program.choose_file(paper)
        wait("the calendar on paper", lambda: os.path.exists(paper))
        text = "".join(subprocess.run(["pdftotext", "-raw", paper, "-"], capture_output=True, text=True, check=True).stdout.split())
        report.check("on paper, too, with the month it was for", f"{MONTHLY}{next_one['period'].split('#')[0]}receipt.pdfSHA-256" in text, text[-2000:])
    finally:
        program.shot("last")
        code = program.close()
    report.check("the program ends well", code in (0, -15), f"it ended with {code}")


if __name__ == "__main__":
    sys.exit(main("duties", run))
