#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The main job on the command line: workspace, fill, check, report, seal, deliver to a local gateway, verified receipt.
# usage: main-job.sh BUILD-DIR [OUTPUT-DIR]     (without one nothing is kept)
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "$1" && pwd)
out=${2:-}
if [ -z "$out" ]; then
  out=$(mktemp -d)
  keep=0
else
  mkdir -p "$out"
  keep=1
fi
gateway=
clean_up() {
  if [ -n "$gateway" ]; then
    kill "$gateway" 2>/dev/null || true
    wait "$gateway" 2>/dev/null || true
  fi
  [ $keep = 1 ] || rm -r "$out"
}
trap clean_up EXIT
cli=$build/app/cli/qingdan-cli
demo=$root/resources/demo
export QINGDAN_PACK_DIR=${QINGDAN_PACK_DIR:-$root/resources/packs}

say() { printf '\n== %s\n' "$*"; }

say "1  Demonstration keys, made on the spot (they prove nothing)"
head -c 12 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$out/pin"
chmod 600 "$out/pin"
"$cli" demo-key "$out/enterprise.p12" --cert "$out/enterprise.pem" --pin-file "$out/pin" --name "演示企业"
"$cli" demo-key "$out/receiver.p12" --cert "$out/receiver.pem" --pin-file "$out/pin" --name "演示接收站"

say "2  Workspace with profile and substance register"
"$cli" new "$out/demo.qingdan" --profile "$demo/profile.xml" --register "$demo/register.xml"
"$cli" show "$out/demo.qingdan"

facts=(--profile "$demo/profile.xml" --register "$demo/register.xml" --language zh-CN)

say "   What it has to file (the first of it)"
"$cli" duties "$demo/profile.xml" --register "$demo/register.xml" >"$out/duties.txt"
sed -n 1,16p "$out/duties.txt"

say "3  Fill: one month disclosure of an enterprise under compulsory cleaner-production audit"
"$cli" fill cn.cpa-disclosure --in "$demo/cpa-disclosure.xml" --out "$out/declaration.xml" "${facts[@]}"

say "4  Check"
"$cli" check "$out/declaration.xml" "${facts[@]}"

say "5  Report"
"$cli" report "$out/declaration.xml" -o "$out/report.pdf" "${facts[@]}"

say "6  Seal"
"$cli" seal "$out/declaration.xml" --key "$out/enterprise.p12" --pin-file "$out/pin" \
  --attach "$demo/publication-proof.png" -o "$out/declaration.asice" "${facts[@]}"

say "7  Verify, as a receiver would"
"$cli" verify "$out/declaration.asice" --trust "$out/enterprise.pem"

say "8  Deliver to a gateway on this machine"
"$build/app/gateway/qingdan-gateway" --listen 127.0.0.1:0 --dir "$out/gateway" --key "$out/receiver.p12" \
  --pin-file "$out/pin" --trust "$out/enterprise.pem" --name "演示接收站" >"$out/gateway.log" 2>&1 &
gateway=$!
for _ in $(seq 100); do
  url=$(sed -n 's/^listening on //p' "$out/gateway.log")
  [ -z "$url" ] || break
  sleep 0.1
done
[ -n "$url" ] || { cat "$out/gateway.log"; exit 1; }
"$cli" send "$out/declaration.asice" --to "$url" --trust "$out/receiver.pem" --wait 60

say "9  Receipt"
"$cli" receive "$out/declaration.asice" --from "$url" --trust "$out/receiver.pem" -o "$out/receipt.xml"

[ $keep = 1 ] || exit 0
say "Done. The files are in $out"
ls -1 "$out"
