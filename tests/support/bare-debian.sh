#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A bare Debian, then README's two commands as a stranger types them. Needs root and debootstrap; nothing survives it.
# usage: bare-debian.sh bookworm|trixie WORK-DIR [COMMAND…]     (default: ./dev run, ./dev test)
set -euo pipefail
suite=$1
work=$2
shift 2
[ $# -gt 0 ] || set -- './dev run' './dev test'
repo=$(cd "$(dirname "$0")/../.." && pwd)
root=$work/$suite
mkdir -p "$work"
start=$SECONDS
[ -d "$root" ] || debootstrap --variant=minbase "$suite" "$root" >"$work/$suite-debootstrap.log" 2>&1
printf '#!/usr/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
source=usr/local/src/qingdan
rm -rf --one-file-system "${root:?}/$source"
mkdir -p "$root/$source"
# Committed files only: finds what was never added.
git -C "$repo" archive HEAD | tar -x -C "$root/$source"
for command in "$@"; do
  name=$(printf '%s' "$command" | tr -c 'a-z\n' '-')
  began=$SECONDS
  if unshare --mount --pid --fork --kill-child --mount-proc="$root/proc" chroot "$root" \
    env -i HOME=/usr/local/src PATH=/usr/sbin:/usr/bin DEBIAN_FRONTEND=noninteractive \
    sh -ec "cd /$source; $command" >"$work/$suite$name.log" 2>&1; then
    echo "$suite: $command: ok, $((SECONDS - began)) s"
  else
    echo "$suite: $command: FAILED, $((SECONDS - began)) s"
    tail -40 "$work/$suite$name.log"
    exit 1
  fi
done
echo "$suite: $((SECONDS - start)) s in all, $(du -sxm "$root" | cut -f1) MB; last lines:"
tail -3 "$work/$suite$name.log"
