# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives the real program from outside: finds widgets through accessibility, presses real keys and buttons."""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

PATIENCE = 120  # seconds until a wait gives up; nothing is asserted about speed


class Failure(AssertionError):
    pass


def wait(what, test, patience=PATIENCE):
    """Polls until test() gives something true, and returns that."""
    end = time.monotonic() + patience
    while True:
        try:
            result = test()
        except gi.repository.GLib.Error:  # the tree changed under us
            result = None
        if result:
            return result
        if time.monotonic() > end:
            raise Failure(f"waited in vain for {what}")
        time.sleep(0.05)


def children(node):
    for i in range(node.get_child_count()):
        child = node.get_child_at_index(i)
        if child is not None:
            yield child


def text_of(node):
    """GTK 4.8 gives '' for (0, -1)."""
    return Atspi.Text.get_text(node, 0, Atspi.Text.get_character_count(node))


def interfaces(node):
    return set(Atspi.Accessible.get_interfaces(node))


def lend_keys(characters):
    """Gives each Han character a spare key for the whole session: xdotool would lend one for a moment only, and a
    program that looks at the keymap a little later would find the key empty again."""
    table = subprocess.run(["xmodmap", "-pke"], capture_output=True, text=True, check=True).stdout
    spare = [line.split()[1] for line in table.splitlines() if line.rstrip().endswith("=")]
    for character in characters:
        subprocess.run(["xmodmap", "-e", f"keycode {spare.pop()} = U{ord(character):04X}"], check=True)


def workspace_path():
    """The one workspace below the home of this session."""
    for folder, _, names in os.walk(os.path.expanduser("~")):
        for name in names:
            if name.endswith(".qingdan"):
                return os.path.join(folder, name)
    return None


class Program:
    def __init__(self, command, name="qingdan", env=None):
        self.away = False  # from the overview
        Atspi.init()
        Atspi.set_timeout(20000, 30000)  # the sanitizers make it slow; a reply that never comes still ends the test
        self.process = subprocess.Popen(command, env={**os.environ, **(env or {})})
        self.name = name
        self.app = wait("the program on the accessibility bus", self._find_app)
        self.window = wait("its window", lambda: subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--pid", str(self.process.pid)],
            capture_output=True, text=True).stdout.split()[-1:])[0]
        self.focus()

    def _find_app(self):
        if self.process.poll() is not None:
            raise Failure(f"the program ended with {self.process.returncode}")
        desktop = Atspi.get_desktop(0)
        for app in children(desktop):
            if app.get_process_id() == self.process.pid and app.get_child_count() > 0:
                return app
        return None

    # finding

    def walk(self, node=None):
        node = node or self.app
        yield node
        if self.away and node.get_role_name() in ("table", "tree table") and node.get_name() == "义务":
            return
        for child in children(node):
            yield from self.walk(child)

    def matches(self, node, part, roles=None, interface=None):
        if part not in (node.get_name() or ""):
            return False
        if roles and node.get_role_name() not in roles:
            return False
        return interface is None or interface in interfaces(node)

    def look(self, part, roles=None, interface=None, below=None):
        for node in self.walk(below):
            if self.matches(node, part, roles, interface):
                return node
        return None

    def find(self, part, roles=None, interface=None, below=None):
        """The first widget whose accessible name contains `part`, waiting for it."""
        return wait(f"“{part}” {roles or interface or ''}", lambda: self.look(part, roles, interface, below))

    def gone(self, part, roles=None, interface=None):
        wait(f"“{part}” to go", lambda: self.look(part, roles, interface) is None)

    def says(self, part):
        """Some label, name or text shows `part`."""
        def seen():
            for node in self.walk():
                if part in (node.get_name() or ""):
                    return node
                if "Text" in interfaces(node) and part in text_of(node):
                    return node
            return None
        return wait(f"the text “{part}”", seen)

    def names(self):
        return [n.get_name() for n in self.walk() if n.get_name()]

    # doing

    def focus(self):
        subprocess.run(["xdotool", "windowfocus", "--sync", self.window], check=True)

    def press(self, part, roles=("push button", "button", "toggle button", "menu item"), below=None):
        """Activates a button as a screen reader would."""
        button = self.find(part, roles=roles, below=below)
        if not Atspi.Action.do_action(button, 0):
            raise Failure(f"“{part}” cannot be pressed")
        return button

    def press_when_ready(self, name, roles=("push button", "button")):
        """Waits until the button of exactly that name can be pressed, and presses it."""
        def ready():
            for node in self.walk():
                # The name of a button may be doubled.
                if (node.get_name() or "") in (name, f"{name} {name}") and node.get_role_name() in roles and node.get_state_set().contains(Atspi.StateType.SENSITIVE):
                    return node
            return None
        Atspi.Action.do_action(wait(f"“{name}” to be ready", ready), 0)

    def extents(self, node):
        """Screen rectangle: window coordinates (the only right ones in GTK 4), moved by the window's place."""
        r = Atspi.Component.get_extents(node, Atspi.CoordType.WINDOW)
        return r.x, r.y, r.width, r.height

    def click(self, node, window=None, fx=0.5, fy=0.5, times=1):
        x, y, w, h = self.extents(node)
        subprocess.run(["xdotool", "mousemove", "--sync", "--window", window or self.window, str(int(x + w * fx)), str(int(y + h * fy)),
                        "click", "--repeat", str(times), "1"], check=True)

    def key(self, *keys):
        subprocess.run(["xdotool", "key", "--clearmodifiers", *keys], check=True)

    def type(self, text):
        subprocess.run(["xdotool", "type", "--clearmodifiers", "--delay", "12", text], check=True)

    def set_text(self, node, text):
        if not Atspi.EditableText.set_text_contents(node, text):
            raise Failure(f"cannot set the text of “{node.get_name()}”")

    def open_declaration(self, title):
        """From the list of declarations, whatever the overview holds to be the next step."""
        self.key("alt+4")
        row = self.find(title, roles=("label", "table cell", "list item"))
        self.click(row, times=2)
        # The overview behind it is two thirds of the tree, and GTK 4.8 does not tell that it is hidden.
        self.away = True
        return self.find("各节", roles=("list",))

    def select_row(self, list_node, index):
        Atspi.Selection.select_child(list_node, index)

    def other_window(self):
        """Windows of the program besides the first: dialogs."""
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(self.process.pid)], capture_output=True, text=True).stdout.split()
        return [w for w in found if w != self.window]

    def choose_file(self, path, keep=0):
        """GTK's own file dialog, as there is no portal: a typed path goes into its entry. `keep` other windows stay when it is gone."""
        window = wait("the file dialog", self.other_window)[-1]
        subprocess.run(["xdotool", "windowfocus", "--sync", window], check=True)
        self.key("ctrl+a")
        self.type(path)

        def typed():
            for node in self.walk():
                if "EditableText" in interfaces(node) and text_of(node).startswith(path):
                    return node
            return None
        entry = wait("the path in the dialog", typed)
        if text_of(entry) != path:  # completed in the middle of the typing
            self.set_text(entry, path)
        self.key("Return")
        wait("the file dialog to go", lambda: len(self.other_window()) <= keep)
        self.focus()

    # seeing

    def shot(self, name):
        folder = os.environ.get("QD_TEST_SHOTS")
        if folder:
            pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
            subprocess.run(["import", "-window", "root", f"{folder}/{name}.png"], check=False)

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode


class Report:
    """TAP on standard output; the first failure of a scenario ends it."""

    def __init__(self):
        self.n = 0
        self.failed = False

    def ok(self, name):
        self.n += 1
        print(f"ok {self.n} - {name}", flush=True)

    def fail(self, name, why):
        self.n += 1
        self.failed = True
        print(f"not ok {self.n} - {name}", flush=True)
        for line in str(why).splitlines():
            print(f"# {line}", flush=True)

    def check(self, name, condition, why=""):
        if condition:
            self.ok(name)
        else:
            raise Failure(f"{name}: {why}")

    def end(self):
        print(f"1..{self.n}", flush=True)
        return 1 if self.failed or self.n == 0 else 0


def main(name, run):
    """What each test file ends with: run(qingdan, cli, folder, report) with a folder that goes again; the exit code."""
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        try:
            run(sys.argv[1], sys.argv[2], folder, report)
        except (Failure, subprocess.CalledProcessError) as error:
            report.fail(name, error)
    return report.end()
