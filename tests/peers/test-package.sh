#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: test-package.sh BUILD-DIR. Foreign XML signature programs judge a package (EC and RSA keys) and a receipt of the main job.
set -euo pipefail
build=$(cd "$1" && pwd)
peers=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$peers/../.." && pwd)
cli=$build/app/cli/qingdan-cli
demo=$root/resources/demo
export QINGDAN_PACK_DIR=${QINGDAN_PACK_DIR:-$root/resources/packs}
# Leaks are what tests/core and tests/cli look for.
export ASAN_OPTIONS=detect_leaks=0
out=$(mktemp -d "${TMPDIR:-/tmp}/qingdan-peers.XXXXXX")
trap 'rm -rf "$out"' EXIT

"$root/tests/cli/main-job.sh" "$build" "$out" >"$out/job.log" 2>&1 || { cat "$out/job.log" >&2; exit 1; }
"$cli" demo-key "$out/rsa.p12" --rsa --pin-file "$out/pin" --name "演示企业"
cp "$demo/publication-proof.png" "$out/附件 (副本)+%41&.png"
"$cli" seal "$out/declaration.xml" --key "$out/rsa.p12" --pin-file "$out/pin" -o "$out/rsa.asice" \
  --attach "$demo/publication-proof.png" --attach "$out/附件 (副本)+%41&.png" \
  --profile "$demo/profile.xml" --register "$demo/register.xml" --language zh-CN
node "$peers/verify-package.mjs" "$out/declaration.asice" "$out/rsa.asice" "$out/receipt.xml"
