#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the tree to design rules: folders of app/ form a DAG, app/ never sees GTK, one foreign library lives in one folder."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Lowest first: a folder may include its own headers and those of folders before it.
LAYERS = ["base", "form", "pack", "duty", "chem", "audit", "store", "sheet", "report", "seal", "courier", "job"]
PROGRAMS = {"cli", "gateway"}  # on top of all layers, never included by them
FOREIGN = {  # header prefix -> folders of app/ that may include it
    "gtk/": set(), "adwaita": set(), "gdk/": set(), "gsk/": set(),
    "sqlite3.h": {"store", "gateway"},
    "curl/": {"courier"},
    "openssl/": {"base", "seal"},
    "zlib.h": {"base"}, "libdeflate.h": {"base"}, "zip.h": set(),
    "unicode/": {"chem"},
    "indigo": {"chem"}, "inchi": {"chem"},
    "libxml/": {"form", "pack", "duty", "seal", "sheet", "courier", "gateway", "store", "base"},
    "libsoup/": {"gateway"}, "libsecret/": {"courier"},
    "cairo": {"report"}, "pango/": {"report"}, "qrencode": {"report"},
    "xlsxwriter": {"sheet"},
}
PUBLIC_OK = {"cairo.h": {"report"}}  # foreign types that a public header of the folder may show

include_re = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def main():
    problems = []
    owner = {}
    for header in (ROOT / "app").rglob("*.h"):
        owner[header.name] = header.parent.name
    ui_headers = {h.name for h in (ROOT / "ui").rglob("*.h")}
    files = sorted((ROOT / "app").rglob("*.[ch]"))
    for path in files:
        folder = path.parent.name
        rel = path.relative_to(ROOT)
        if folder not in LAYERS and folder not in PROGRAMS:
            problems.append(f"{rel}: folder '{folder}' is not among the layers of app/")
            continue
        for kind, name in include_re.findall(path.read_text(encoding="utf-8")):
            if kind == '"':
                target = owner.get(pathlib.Path(name).name)
                if pathlib.Path(name).name in ui_headers:
                    problems.append(f"{rel}: includes {name} of ui/")
                if target is None or target == folder:
                    continue
                if target in PROGRAMS:
                    problems.append(f"{rel}: includes {name} of the program '{target}'")
                elif folder in LAYERS and LAYERS.index(target) > LAYERS.index(folder):
                    problems.append(f"{rel}: '{folder}' may not use '{target}' ({name})")
                continue
            for prefix, allowed in FOREIGN.items():
                if not name.startswith(prefix):
                    continue
                if folder not in allowed:
                    problems.append(f"{rel}: <{name}> belongs to {sorted(allowed) or 'ui/'}")
                elif path.suffix == ".h" and "private" not in path.stem and folder not in PUBLIC_OK.get(name, set()):
                    problems.append(f"{rel}: a public header shows <{name}>")
    for program in sys.argv[1:]:
        linked = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
        for library in ("libgtk-4", "libadwaita", "libgtk-3"):
            if library in linked:
                problems.append(f"{program}: links {library}")
    print("\n".join(problems) if problems else f"{len(files)} files of app/ keep to the layers")
    return 1 if problems else 0


sys.exit(main())
