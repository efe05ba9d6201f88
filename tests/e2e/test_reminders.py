#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reminders on the desktop's own bus: only when they were asked for, each deadline once, in words, and they lead to the overview. The desktop is
a stand-in that records the calls of org.freedesktop.Notifications. usage: test_reminders.py QINGDAN QINGDAN-CLI (under tests/support/with-display.sh)"""
import json
import os
import subprocess
import sys
import threading

from desktop import Failure, Program, main, wait, workspace_path
from gi.repository import Atspi, Gio, GLib

INTERFACE = """<node><interface name='org.freedesktop.Notifications'>
<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>
<arg type='s' direction='in'/><arg type='as' direction='in'/><arg type='a{sv}' direction='in'/><arg type='i' direction='in'/><arg type='u' direction='out'/></method>
<method name='CloseNotification'><arg type='u' direction='in'/></method>
<method name='GetCapabilities'><arg type='as' direction='out'/></method>
<method name='GetServerInformation'><arg type='s' direction='out'/><arg type='s' direction='out'/><arg type='s' direction='out'/><arg type='s' direction='out'/></method>
<signal name='ActionInvoked'><arg type='u'/><arg type='s'/></signal>
<signal name='NotificationClosed'><arg type='u'/><arg type='u'/></signal>
</interface></node>"""
PATH = "/org/freedesktop/Notifications"
NAME = "org.freedesktop.Notifications"


class Desktop(threading.Thread):
    """A notification server in a thread of its own, on a connection of its own."""

    def __init__(self):
        super().__init__(daemon=True)
        self.told = []  # (id, application, summary, body, actions, hints)
        self.ready = threading.Event()

    def run(self):
        context = GLib.MainContext.new()
        context.push_thread_default()
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self.bus = Gio.DBusConnection.new_for_address_sync(os.environ["DBUS_SESSION_BUS_ADDRESS"], flags, None, None)
        info = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0]
        self.bus.register_object(PATH, info, self.called, None, None)
        reply = self.bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName", GLib.Variant("(su)", (NAME, 4)), None, 0, -1, None)
        if reply.unpack()[0] == 1:
            self.ready.set()
        GLib.MainLoop.new(context, False).run()

    def called(self, _bus, _sender, _path, _interface, method, parameters, invocation):
        if method == "Notify":
            name, _, _, summary, body, actions, hints, _ = parameters.unpack()
            self.told.append((len(self.told) + 1, name, summary, body, actions, hints))
            invocation.return_value(GLib.Variant("(u)", (len(self.told),)))
        elif method == "GetCapabilities":
            invocation.return_value(GLib.Variant("(as)", (["body", "actions"],)))
        elif method == "GetServerInformation":
            invocation.return_value(GLib.Variant("(ssss)", ("stand-in", "test", "1", "1.2")))
        else:
            invocation.return_value(None)

    def invoke(self, number, action):
        self.bus.emit_signal(None, PATH, NAME, "ActionInvoked", GLib.Variant("(us)", (number, action)))


def settled(program):
    """The duties are worked out and on the overview: whoever wanted to tell of them has done so."""
    wait("duties", lambda: program.look("登记…，", roles=("push button", "button")))


def is_page(program, name):
    """Is that row of the sidebar selected?"""
    for node in program.walk():
        if node.get_role_name() == "list item" and node.get_state_set().contains(Atspi.StateType.SELECTED):
            if any((inner.get_name() or "").startswith(name) for inner in program.walk(node)):
                return True
    return False


def want_reminders():
    folder = os.path.join(os.environ["HOME"], ".config", "qingdan")
    path = os.path.join(folder, "state.ini")
    os.makedirs(folder, exist_ok=True)
    text = open(path, encoding="utf-8").read() if os.path.exists(path) else "[Qingdan]\n"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace("[Qingdan]\n", "[Qingdan]\nreminders=1\n", 1))


def urgent(cli, path):
    """What is late or due within seven days, by the command line."""
    found = json.loads(subprocess.run([cli, "duties", path, "--json", "--language", "zh-CN"], capture_output=True, text=True).stdout)
    return [(duty["title"], due) for duty in found["duties"] if duty["kind"] == "duty" and duty["applies"] == "yes" for due in duty["deadlines"]
            if due["state"] == "overdue" or (due["state"] == "dated" and due["days"] <= 7)]


def run(qingdan, cli, folder, report):
    desktop = Desktop()
    desktop.start()
    if not desktop.ready.wait(20):
        raise Failure("the stand-in has no name on the bus")

    program = Program([qingdan, "--demo"])
    try:
        settled(program)
        path = wait("the demo's workspace", workspace_path)
        near = urgent(cli, path)
        report.check("something is late in the demo", len(near) > 0)
        report.check("nobody who did not ask is reminded", desktop.told == [], desktop.told)
    finally:
        program.close()

    want_reminders()
    program = Program([qingdan, path])
    try:
        number, name, summary, body, actions, hints = wait("a notification", lambda: desktop.told[:1])[0]
        settled(program)
        report.check("one notification of a workspace", len(desktop.told) == 1, desktop.told)
        report.check("it counts what is near", f"{len(near)} 个期限" in summary, summary)
        lines = [line for line in body.splitlines() if line]
        report.check("it names duty and day of each", all(any(title in line and due["plan"] in line for line in lines) for title, due in near[:4]), (body, near))
        report.check("it is nobody's markup", "<" not in body, body)
        report.check("it comes from the program's desktop file", hints.get("desktop-entry") == "cn.qingdan.Qingdan", (name, hints))
        report.check("it can be activated", "default" in actions, actions)

        program.key("alt+2")
        wait("the profile", lambda: is_page(program, "企业"))
        desktop.invoke(number, "default")
        wait("the overview", lambda: is_page(program, "总览"))
        report.ok("activated, it leads to the overview")
    finally:
        program.close()

    program = Program([qingdan, path])
    try:
        settled(program)
        report.check("each deadline once, ever", len(desktop.told) == 1, desktop.told)
    finally:
        code = program.close()
    report.check("the program ends well", code in (0, -15), f"it ended with {code}")


if __name__ == "__main__":
    sys.exit(main("reminders", run))
