#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives the grid of table-demo with real keys and a real clipboard (xdotool, xclip) and compares what its model holds."""
import os
import select
import subprocess
import sys
import time

DEMO = sys.argv[1]
WAIT = 20  # seconds that a loaded machine may need to react


class Demo:
    def __init__(self, what, input_method=False):
        env = dict(os.environ)
        if input_method:
            env["QD_TEST_INPUT_METHOD"] = "1"
        self.said = []
        self.unread = b""
        self.process = subprocess.Popen([DEMO, what], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env)
        end = time.monotonic() + WAIT
        while True:
            found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "^Table demo$"], capture_output=True, text=True).stdout.split()
            if found:
                break
            if time.monotonic() > end:
                raise AssertionError("the demo shows no window")
            time.sleep(.05)
        self.window = found[-1]
        subprocess.run(["xdotool", "windowfocus", "--sync", self.window], check=True)

    def close(self):
        self.process.stdin.close()
        code = self.process.wait(WAIT)
        assert code == 0, f"the demo ended with {code}"

    def keys(self, *names):
        subprocess.run(["xdotool", "key", "--delay", "8", *names], check=True)

    def type(self, text):
        subprocess.run(["xdotool", "type", "--delay", "8", text], check=True)

    def mouse(self, *args):
        subprocess.run(["xdotool", *[str(a) for a in args]], check=True)

    def ask(self, command):
        """Sends a command and returns the lines up to its "ok"; messages on the way are kept in self.said."""
        self.process.stdin.write((command + "\n").encode())
        self.process.stdin.flush()
        lines = []
        while True:
            while b"\n" not in self.unread:
                ready, _, _ = select.select([self.process.stdout], [], [], WAIT)
                data = os.read(self.process.stdout.fileno(), 65536) if ready else b""
                assert data, f"no answer to {command}"
                self.unread += data
            line, self.unread = self.unread.split(b"\n", 1)
            line = line.decode()
            if line == "ok":
                return lines
            if line.startswith(("message\t", "focus\t", "location")):
                self.said.append(line)
            else:
                lines.append(line)

    def settle(self, command, wanted, what):
        """Asks until the answer is as wanted: keys and questions come by different ways."""
        end = time.monotonic() + WAIT
        while True:
            got = self.ask(command)
            if wanted(got):
                return got
            if time.monotonic() > end:
                raise AssertionError(f"{what}: {command} says {got}")
            time.sleep(.03)

    def cells(self, what, expected):
        """@expected: {(row, column): text}"""
        def holds(lines):
            rows = [line.split("\t") for line in lines]
            return all(row < len(rows) and rows[row][column] == text for (row, column), text in expected.items())
        return self.settle("dump", holds, f"{what}, wanted {expected}")

    def rows(self, what, count):
        self.settle("dump", lambda lines: len(lines) == count, f"{what}, wanted {count} rows")

    def cursor(self, what, row, column, n_rows=1, n_columns=1):
        self.settle("cursor", lambda lines: lines == [f"{row} {column} {n_rows} {n_columns}"], f"{what}, wanted {row} {column} {n_rows} {n_columns}")

    def heard(self, what, part):
        end = time.monotonic() + WAIT
        while not any(part in line for line in self.said):
            if time.monotonic() > end:
                raise AssertionError(f"{what}: nothing said about '{part}': {self.said}")
            self.ask("cursor")
            time.sleep(.03)


def put_on_clipboard(data, target="UTF8_STRING"):
    subprocess.run(["xclip", "-selection", "clipboard", "-t", target, "-i"], input=data if isinstance(data, bytes) else data.encode(), check=True, stdout=subprocess.DEVNULL)
    time.sleep(1)  # the program asks the new owner for its formats in the background; people take longer than that


def clipboard(target="UTF8_STRING"):
    return subprocess.run(["xclip", "-selection", "clipboard", "-t", target, "-o"], capture_output=True, check=True, timeout=WAIT).stdout.decode()


def typing(demo):
    """Typing replaces; Tab, Enter and the way back to where the Tabs began."""
    demo.keys("ctrl+Home")
    demo.type("one")
    demo.keys("Tab")
    demo.type("1246,5")
    demo.keys("Tab")
    demo.type("20261124")
    demo.keys("Return")
    demo.cells("typed", {(0, 0): "one", (0, 1): "1246,5", (0, 2): "2026-11-24"})
    demo.cursor("Enter returns to the first column", 1, 0)
    demo.type("two")
    demo.keys("Down")
    demo.cells("an arrow commits", {(1, 0): "two"})
    demo.cursor("and moves", 2, 0)
    demo.keys("Up", "F2", "End")
    demo.type(" b")
    demo.keys("Home")
    demo.type("a ")
    demo.keys("Return")
    demo.cells("F2 edits inside", {(1, 0): "a two b"})
    demo.keys("Up", "F2")
    demo.type("zzz")
    demo.keys("Escape")
    demo.cells("Escape restores", {(1, 0): "a two b"})
    demo.keys("Delete")
    demo.cells("Delete clears", {(1, 0): ""})
    demo.ask("undo")
    demo.cells("one undo step", {(1, 0): "a two b"})
    demo.keys("ctrl+Home", "Right")
    demo.type("1,246.50")
    demo.keys("Return")
    demo.cells("separators go", {(0, 1): "1246.50"})
    demo.cursor("Enter goes down", 1, 1)
    demo.type("1.2e3")
    demo.keys("shift+Return")
    demo.cells("exponents go", {(1, 1): "1200"})
    demo.cursor("Shift+Enter goes up", 0, 1)


def selecting(demo):
    demo.keys("ctrl+Home", "shift+Down", "shift+Right")
    demo.cursor("Shift extends", 0, 0, 2, 2)
    demo.keys("ctrl+a")
    demo.cursor("all", 0, 0, 3, 7)
    demo.keys("ctrl+End")
    demo.cursor("the last cell", 2, 6)
    demo.keys("Home", "Up", "Up", "End")
    demo.cursor("end of row", 0, 6)


def adding(demo):
    """Tab passes the computed column, goes to the next row, and past the last adds one."""
    demo.keys("ctrl+End", "Left", "Left")
    demo.cursor("before the computed column", 2, 4)
    demo.keys("Tab")
    demo.cursor("passes it", 2, 6)
    demo.keys("Tab")
    demo.rows("adds a row", 4)
    demo.cursor("and goes there", 3, 0)
    demo.type("new")
    demo.keys("ctrl+shift+Return")
    demo.rows("inserts above", 5)
    demo.cells("the typed text was kept", {(4, 0): "new"})
    demo.cursor("stands on the new one", 3, 0)
    demo.keys("ctrl+Delete")
    demo.rows("deletes it", 4)
    demo.heard("deleting tells", "table.undo")
    demo.ask("undo")
    demo.rows("undo brings it back", 5)
    demo.keys("ctrl+Delete")
    demo.rows("deletes it again", 4)
    demo.keys("ctrl+End", "Home", "alt+Up")
    demo.cells("moved up", {(2, 0): "new"})
    demo.cursor("the cursor goes along", 2, 0)
    demo.keys("alt+Down")
    demo.cells("moved down", {(3, 0): "new"})


def commands(demo):
    demo.keys("ctrl+Home", "Right", "Right", "ctrl+t")
    today = time.strftime("%Y-%m-%d")
    demo.cells("today", {(0, 2): today})
    demo.keys("Down", "ctrl+apostrophe")
    demo.cells("the cell above", {(1, 2): today})
    demo.keys("Down")
    demo.type("2026-11-24")
    demo.keys("Return")
    demo.said.clear()
    demo.keys("alt+Down")
    demo.heard("the calendar has the focus", "focus\tGtkCalendar")
    demo.keys("Right", "Right", "Down", "Page_Down", "Return")
    demo.cells("a day chosen by keys in the calendar", {(2, 2): "2027-01-03"})
    demo.ask("go 1 2")
    demo.keys("Right", "Right", "space")
    demo.cells("yes", {(1, 4): "true"})
    demo.keys("space")
    demo.cells("no", {(1, 4): "false"})
    demo.keys("Left", "alt+Down")
    time.sleep(.3)
    demo.keys("Down", "Down", "Return")
    demo.cells("second of the list", {(1, 3): "water"})
    demo.keys("Up")
    demo.type("waste")
    demo.keys("Return")
    demo.cells("by code", {(1, 3): "waste"})
    demo.keys("ctrl+Home", "Right")
    demo.type("7")
    demo.keys("Return", "Up", "shift+Down", "shift+Down", "ctrl+d")
    demo.cells("fill down", {(1, 1): "7", (2, 1): "7"})
    demo.ask("undo")
    demo.cells("one step", {(0, 1): "7", (2, 1): ""})


def pasting(demo):
    demo.keys("ctrl+Home")
    put_on_clipboard("甲醇\t1,246.00\t2026/11/24\t废 水\tyes\r\n\"二氯\n甲烷\"\t约 12\t2026.1.5\t土壤\t否\r\nx\ty\r\n")
    demo.keys("ctrl+v")
    demo.cells("pasted", {(0, 0): "甲醇", (0, 1): "1246.00", (0, 2): "2026-11-24", (0, 3): "water", (0, 4): "true"})
    demo.heard("counts", "message\t")
    demo.cursor("stays selected", 0, 0, 3, 5)
    demo.keys("F8")
    demo.cursor("F8 goes to the first bad cell", 1, 1)
    demo.ask("undo")
    demo.cells("one undo step", {(0, 0): "", (1, 1): ""})
    put_on_clipboard("<table><tr><td>a</td><td>１２</td></tr><tr><td>b</td><td>13</td></tr></table>", "text/html")
    demo.keys("ctrl+Home", "ctrl+v")
    demo.cells("pasted HTML", {(0, 0): "a", (0, 1): "12", (1, 0): "b", (1, 1): "13"})
    put_on_clipboard("r1\nr2\nr3\nr4\nr5")
    demo.keys("ctrl+Home", "ctrl+v")
    demo.rows("rows are added", 5)
    demo.ask("undo")
    demo.rows("and go with the same step", 3)
    put_on_clipboard("1\t2\t3")
    demo.keys("ctrl+Home", "End", "ctrl+v")
    demo.heard("too many columns", "table.paste-first-column")
    demo.rows("nothing added", 3)
    put_on_clipboard("v")
    demo.keys("ctrl+Home", "shift+Down", "ctrl+v")
    demo.cells("one value fills the selection", {(0, 0): "v", (1, 0): "v"})


def copying(demo):
    demo.keys("ctrl+Home")
    put_on_clipboard("a\t1246.50\nb\t2")
    demo.keys("ctrl+v")
    demo.cells("prepared", {(0, 1): "1246.50", (1, 0): "b"})
    demo.cursor("selected", 0, 0, 2, 2)
    demo.keys("ctrl+c")
    end = time.monotonic() + WAIT
    while clipboard() != "a\t1246.50\r\nb\t2\r\n":
        assert time.monotonic() < end, repr(clipboard())
        time.sleep(.05)
    html = clipboard("text/html")
    assert "<td>1246.50</td>" in html and "mso-number-format" in html, html
    demo.keys("ctrl+shift+c")
    while clipboard() != "名称\t数量 t\r\na\t1246.50\r\nb\t2\r\n":
        assert time.monotonic() < end, repr(clipboard())
        time.sleep(.05)
    demo.keys("ctrl+x")
    demo.cells("cut", {(0, 0): "", (1, 1): ""})


def mouse(demo):
    """Head, row number, drag, double click, fill handle, column border, sort arrow."""
    def place(row, column):
        left, top, right, bottom, head = map(int, demo.ask(f"place {row} {column}")[0].split())
        return left, top, right, bottom, head

    def move(x, y):
        demo.mouse("mousemove", "--window", demo.window, x, y)

    def middle(row, column):
        left, top, right, bottom, _ = place(row, column)
        move((left + right) // 2, (top + bottom) // 2)

    def drag(x, y):
        """In steps, as a hand does."""
        demo.mouse("mousedown", 1)
        move(x - 8, y - 8)
        time.sleep(.05)
        move(x, y)
        time.sleep(.1)
        demo.mouse("mouseup", 1)

    middle(1, 0)
    demo.mouse("click", 1)
    demo.cursor("click", 1, 0)
    middle(0, 0)
    left, top, right, bottom, _ = place(2, 1)
    drag((left + right) // 2, (top + bottom) // 2)
    demo.cursor("drag", 0, 0, 3, 2)
    left, top, right, bottom, head = place(1, 0)
    move(left - 15, (top + bottom) // 2)
    demo.mouse("click", 1)
    demo.cursor("row number", 1, 0, 1, 7)
    move(left + 20, head + 12)
    demo.mouse("click", 1)
    demo.cursor("head", 0, 0, 3, 1)
    middle(0, 0)
    demo.mouse("click", "--repeat", 2, "--delay", 60, 1)
    demo.type("dbl")
    middle(1, 0)
    demo.mouse("click", 1)
    demo.cells("double click edits, a click elsewhere commits", {(0, 0): "dbl"})
    demo.keys("ctrl+Home", "Right")
    demo.type("7.50")
    demo.keys("Return", "Up")
    demo.cursor("on the number", 0, 1)
    _, _, right, bottom, _ = place(0, 1)
    move(right - 1, bottom - 1)
    left, top, right, bottom, _ = place(2, 1)
    drag((left + right) // 2, (top + bottom) // 2)
    demo.cells("the handle copies", {(1, 1): "7.50", (2, 1): "7.50"})
    demo.cursor("and selects what it filled", 0, 1, 3, 1)
    demo.ask("undo")
    demo.cells("in one step", {(0, 1): "7.50", (1, 1): ""})
    middle(0, 1)
    demo.mouse("click", 1)
    demo.cursor("on the number again", 0, 1)
    _, _, right, bottom, _ = place(0, 1)
    move(right - 1, bottom - 1)
    left, top, right, bottom, _ = place(2, 1)
    demo.mouse("keydown", "ctrl")
    drag((left + right) // 2, (top + bottom) // 2)
    demo.mouse("keyup", "ctrl")
    demo.cells("with Ctrl it counts on", {(1, 1): "8.50", (2, 1): "9.50"})
    _, _, right, _, head = place(0, 6)
    width = right - place(0, 6)[0]
    move(right - 1, head + 12)
    drag(right + 60, head + 14)
    left, _, right, _, _ = place(0, 6)
    assert right - left > width + 40, (right - left, width)
    move(right - 1, head + 12)
    demo.mouse("click", "--repeat", 2, "--delay", 60, 1)
    left, _, right, _, _ = place(0, 6)
    assert right - left <= width, (right - left, width)
    _, _, right, _, head = place(0, 1)
    move(right - 10, head + 12)
    time.sleep(.1)
    demo.mouse("click", 1)
    time.sleep(.6)
    demo.mouse("click", 1)
    demo.keys("ctrl+Home")
    demo.cursor("sorted downwards by the arrow: the last row is first", 2, 0)
    assert demo.ask("dump")[0].startswith("dbl"), "sorting never touches the data"


def several(demo):
    """A column of several choices: the check boxes by keys, by typing and by mouse; typed and pasted texts as before."""
    def place(row, column):
        left, top, right, bottom, _ = map(int, demo.ask(f"place {row} {column}")[0].split())
        return (left + right) // 2, (top + bottom) // 2

    def steps():
        return int(demo.ask("steps")[0])

    def open_with(*keys):
        demo.said.clear()
        demo.keys(*keys)
        demo.heard("the focus is in the list", "focus\tGtkListBoxRow")

    before = steps()
    demo.ask("go 3 2")
    open_with("space")
    demo.keys("Down", "space", "Down", "Down", "space", "Return")
    demo.cells("ticked", {(3, 2): "water prio"})
    demo.cursor("Enter goes down", 4, 2)
    assert steps() == before + 1, "one undo step"
    demo.keys("Up")
    open_with("alt+Down")
    demo.keys("space", "Escape")
    demo.cells("Escape restores", {(3, 2): "water prio"})
    open_with("space")
    demo.keys("space", "space", "Return")
    assert steps() == before + 1, "nothing changed, no step"
    demo.ask("go 4 2")
    open_with("space")
    demo.type("anti")
    demo.keys("space")
    demo.type("air")
    demo.keys("space", "Down", "Up", "Return")
    demo.cells("found by typing", {(4, 2): "air anti"})
    demo.keys("Up")
    demo.type("prio, new")
    demo.keys("Return")
    demo.cells("typed as text", {(4, 2): "prio new"})
    put_on_clipboard("新，抗\nair prio\n抗、土")
    demo.ask("go 5 2")
    demo.keys("ctrl+v")
    demo.cells("pasted", {(5, 2): "new anti", (6, 2): "air prio", (7, 2): "抗、土"})
    demo.ask("go 7 2")
    open_with("space")
    demo.keys("space", "Return")
    demo.cells("what is no choice can be unticked", {(7, 2): "anti"})
    demo.said.clear()
    x, y = place(8, 2)
    demo.mouse("mousemove", "--window", demo.window, x, y)
    demo.mouse("click", "--repeat", 2, "--delay", 60, 1)
    demo.heard("a double click opens the list", "focus\tGtkListBoxRow")
    time.sleep(.3)
    demo.mouse("mousemove", "--window", demo.window, x, y + 115)
    demo.mouse("click", 1)
    time.sleep(.3)
    demo.mouse("mousemove", "--window", demo.window, x + 500, y)
    demo.mouse("click", 1)
    demo.settle("dump", lambda lines: lines[8].split("\t")[2] != "", "a click ticks, and one beside it commits")


def input_method(demo):
    """Pinyin in cells: no key is lost, and during the preedit Enter, Esc, digits, arrows and Tab belong to the input method."""
    demo.keys("ctrl+Home")
    demo.keys("n", "i", "space")
    demo.keys("h", "a", "o", "1")
    demo.keys("Return")
    demo.cells("two words, then Enter", {(0, 0): "你好"})
    demo.cursor("one row down", 1, 0)
    demo.keys("n", "i", "Return")
    demo.cursor("Enter ended the preedit only", 1, 0)
    demo.cells("nothing was written", {(1, 0): ""})
    demo.keys("Return")
    demo.cells("the second Enter commits", {(1, 0): "ni"})
    demo.cursor("and moves", 2, 0)
    demo.keys("h", "a", "o", "Down", "Tab", "Left")
    demo.cursor("arrows and Tab stay with the preedit", 2, 0)
    demo.keys("Escape")
    demo.cells("given up", {(2, 0): ""})
    demo.keys("Up", "Up")
    demo.cursor("and the grid moves again", 0, 0)
    demo.keys("n", "i", "Escape", "Down")
    demo.cells("a preedit given up leaves the cell as it was", {(0, 0): "你好"})
    demo.cursor("moves", 1, 0)
    demo.keys("Right", "Up", "Right", "Right")
    demo.cursor("the list column", 0, 3)
    demo.keys("f", "e", "i", "space")
    time.sleep(.3)
    demo.keys("Return")
    demo.cells("the list takes what was typed", {(0, 3): "air"})
    demo.said.clear()
    demo.keys("ctrl+Home")
    demo.heard("the input method is told where the cell is", "location")


def leaving(demo):
    demo.keys("ctrl+Home")
    demo.type("left")
    demo.keys("ctrl+Tab")
    demo.cells("leaving commits", {(0, 0): "left"})
    demo.heard("the focus goes on", "focus\tGtkText")


SCENARIOS = [(typing, "3", False), (selecting, "3", False), (adding, "3", False), (commands, "3", False), (pasting, "3", False), (copying, "3", False), (mouse, "3", False), (several, "substances", False), (input_method, "3", True), (leaving, "3", False)]


def main():
    chosen = [s for s in SCENARIOS if len(sys.argv) < 3 or s[0].__name__ in sys.argv[2:]]
    print(f"1..{len(chosen)}", flush=True)
    failed = False
    for number, (scenario, what, im) in enumerate(chosen, 1):
        demo = Demo(what, im)
        try:
            scenario(demo)
            demo.close()
            print(f"ok {number} {scenario.__name__}", flush=True)
        except AssertionError as problem:
            failed = True
            demo.process.kill()
            demo.process.wait()
            print(f"not ok {number} {scenario.__name__}\n# {problem}", flush=True)
    return failed


sys.exit(main())
