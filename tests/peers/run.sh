#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: run.sh BUILD-DIR. Tests against foreign programs; they come from the npm registry into node_modules beside this file.
set -euo pipefail
build=$(cd "$1" && pwd)
cd "$(dirname "$0")"
if [ ! -d node_modules ] || [ package.json -nt node_modules/.package-lock.json ]; then
  npm ci --silent
fi
status=0
for script in test-*.sh; do
  if "./$script" "$build"; then
    echo "ok - $script"
  else
    echo "not ok - $script"
    status=1
  fi
done
exit $status
