#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# with-display.sh COMMAND…: runs it under an X server, a session bus and a home of its own, all gone afterwards.
set -u
dir=$(mktemp -d)
mkdir -m 700 "$dir/run" "$dir/home"
# Before dbus-run-session: the accessibility bus would else put its socket where parallel tests share it.
export XDG_RUNTIME_DIR=$dir/run HOME=$dir/home
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_STATE_HOME WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS
Xvfb -displayfd 3 -screen 0 "${QD_TEST_SCREEN:-1280x800x24}" -nolisten tcp -noreset 3>"$dir/display" >"$dir/xvfb.log" 2>&1 &
server=$!
trap 'kill "$server"; wait "$server" 2>&-; rm -rf "$dir"' EXIT
for _ in $(seq 500); do
  [ -s "$dir/display" ] && break
  sleep .02
done
[ -s "$dir/display" ] || { cat "$dir/xvfb.log" >&2; exit 99; }
DISPLAY=:$(cat "$dir/display")
export DISPLAY GSK_RENDERER=cairo GDK_BACKEND=x11 GDK_DEBUG=gl-disable GDK_DISABLE=gl,vulkan
export GSETTINGS_BACKEND=memory GIO_USE_VFS=local FC_LANG=zh-cn
# What the services of the bus print is none of the command's output.
dbus-run-session -- bash -c 'exec "$@" >&3 3>&-' _ "$@" 3>&1 >&2
