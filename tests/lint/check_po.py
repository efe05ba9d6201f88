#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""po/POTFILES.in is sorted and complete, and zh_CN has every message, none fuzzy. With --update: writes both files anew."""
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
marked_c = re.compile(r'\b(?:(?:_|C_|N_|NC_|ngettext)\s*\(|g_dngettext\s*\(\s*GETTEXT_PACKAGE\s*,)\s*"')


def wanted():
    names = []
    for folder in ("app", "ui", "resources"):
        for path in (ROOT / folder).rglob("*"):
            if not path.is_file():
                continue
            rel = str(path.relative_to(ROOT))
            if path.suffix == ".c" and marked_c.search(path.read_text(encoding="utf-8")):
                names.append(rel)
            elif path.suffix == ".ui" and "translatable=" in path.read_text(encoding="utf-8"):
                names.append(rel)
            elif rel.endswith((".desktop.in", ".metainfo.xml.in", ".gschema.xml")):
                names.append(rel)
    return sorted(names)


def run(*command):
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"})


def main():
    potfiles = ROOT / "po" / "POTFILES.in"
    po = ROOT / "po" / "zh_CN.po"
    names = wanted()
    update = "--update" in sys.argv
    if update:
        potfiles.write_text("".join(f"{n}\n" for n in names), encoding="utf-8")
    problems = []
    listed = potfiles.read_text(encoding="utf-8").split()
    if listed != sorted(set(listed)):
        problems.append("po/POTFILES.in is not sorted")
    problems += [f"po/POTFILES.in lacks {n}" for n in names if n not in listed]
    problems += [f"po/POTFILES.in names {n}, which has no text" for n in listed if n not in names]
    with tempfile.TemporaryDirectory() as tmp:
        pot = pathlib.Path(tmp) / "qingdan.pot"
        merged = pathlib.Path(tmp) / "zh_CN.po"
        if names:
            run("xgettext", "--from-code=UTF-8", "--keyword=_", "--keyword=N_", "--keyword=C_:1c,2", "--keyword=NC_:1c,2",
                "--keyword=ngettext:1,2", "--keyword=g_dngettext:2,3", "--no-location", "--sort-by-file", "-o", str(pot), *names)
            run("msgmerge", "--quiet", "--no-fuzzy-matching", "--no-location", "--no-wrap", "-o", str(merged), str(po), str(pot))
            if update:
                run("msgattrib", "--no-obsolete", "--no-wrap", "-o", str(po), str(merged))
            # A date in the header would be the one line that every two branches change.
            po.write_text(re.sub(r'^"POT-Creation-Date:.*\n', "", po.read_text(encoding="utf-8"), flags=re.M), encoding="utf-8")
            missing = run("msgattrib", "--untranslated", "--no-obsolete", "--no-wrap", str(merged)).stdout
            fuzzy = run("msgattrib", "--only-fuzzy", "--no-obsolete", "--no-wrap", str(merged)).stdout
            problems += [f"zh_CN lacks: {m}" for m in re.findall(r'^msgid "(.+)"$', missing, re.M)]
            problems += [f"zh_CN is fuzzy: {m}" for m in re.findall(r'^msgid "(.+)"$', fuzzy, re.M)]
    check = subprocess.run(["msgfmt", "--check", "-o", "/dev/null", str(po)], capture_output=True, text=True)
    if check.returncode:
        problems.append(check.stderr.strip())
    print("\n".join(problems) if problems else f"{len(names)} files with text, zh_CN complete")
    return 1 if problems else 0


sys.exit(main())
