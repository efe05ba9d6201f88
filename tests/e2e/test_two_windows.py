#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One workspace, opened twice: by a second window of the same program and by another process. The second is told so and
writes nothing; the first goes on. usage: test_two_windows.py QINGDAN QINGDAN-CLI (under tests/support/with-display.sh)"""
import json
import os
import subprocess
import sys

from desktop import Program, main, text_of, wait, workspace_path


def accessibility_address():
    said = subprocess.run(["gdbus", "call", "--session", "--dest", "org.a11y.Bus", "--object-path", "/org/a11y/bus",
                           "--method", "org.a11y.Bus.GetAddress"], capture_output=True, text=True, check=True).stdout
    return said.split("'")[1]


def is_editable(node):
    return "editable" in [s.value_nick for s in node.get_state_set().get_states()]


def run(qingdan, cli, folder, report):
    first = Program([qingdan, "--demo"])
    other = None
    bus = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE, text=True)
    try:
        first.says("下一步")
        path = wait("the demo's workspace", workspace_path)

        subprocess.run([qingdan, path], check=True, timeout=120)
        wait("a second window", lambda: first.app.get_child_count() == 2)
        first.says("工作区正被另一处使用，现在只读打开")
        report.ok("a second window of the same program opens read-only and says why")

        # On another session bus it is a process of its own, as on another desktop.
        other = Program([qingdan, path], env={"DBUS_SESSION_BUS_ADDRESS": bus.stdout.readline().strip(), "AT_SPI_BUS_ADDRESS": accessibility_address()})
        bar = other.says("工作区正被另一处使用，现在只读打开")
        report.check("another process is told who holds the workspace", str(first.process.pid) in (bar.get_name() or text_of(bar)), bar.get_name())
        other.shot("read-only")
        other.key("alt+2")
        other.find("法定代表人电话")
        editable = [n.get_name() for n in other.walk() if is_editable(n) and not n.get_name().startswith("搜索")]
        report.check("none of its fields can be edited", not editable, editable)
        code = other.close()
        report.check("it ends well", code in (0, -15), code)
        other = None

        shown = json.loads(subprocess.run([cli, "show", path, "--json"], capture_output=True, text=True, check=True).stdout)
        report.check("the command line reads it meanwhile", any(d["form"] == "cn.profile" for d in shown["declarations"]), shown)
        result = subprocess.run([cli, "import", path, os.devnull, "--table", "/register/table/substance"], capture_output=True, text=True)
        report.check("and is refused to write", result.returncode not in (0, 1), result.stderr)
    finally:
        if other is not None:
            other.close()
        code = first.close()
        bus.terminate()
        bus.wait()
    report.check("the program ends well", code in (0, -15), code)


if __name__ == "__main__":
    sys.exit(main("two windows", run))
