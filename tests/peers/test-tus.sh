#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: test-tus.sh BUILD-DIR. Our client against a foreign tus server, a foreign client against our gateway; kills in the middle.
set -euo pipefail
build=$(cd "$1" && pwd)
peers=$(cd "$(dirname "$0")" && pwd)
cli=$build/app/cli/qingdan-cli
out=$(mktemp -d "${TMPDIR:-/tmp}/qingdan-tus.XXXXXX")
pids=()
end() {
  local pid
  for pid in "${pids[@]}"; do kill -9 "$pid" 2>/dev/null || true; done
  rm -rf "$out"
}
trap end EXIT

# Waits for "listening on URL" in a log and prints the URL.
url_of() {
  local url=
  for _ in $(seq 300); do
    url=$(sed -n 's/^listening on //p' "$1" | tail -1)
    [ -z "$url" ] || break
    sleep 0.1
  done
  [ -n "$url" ] || { cat "$1" >&2; exit 1; }
  echo "$url"
}

mkdir "$out/files"
head -c 60000000 /dev/urandom >"$out/package.asice"
sum=$(sha256sum <"$out/package.asice" | cut -d ' ' -f 1)

echo "# our client, foreign server"
node "$peers/tus-server.mjs" "$out/files" >"$out/server.log" 2>&1 &
server=$!
pids+=("$server")
url=$(url_of "$out/server.log")
port=${url#http://127.0.0.1:}
port=${port%/files}
kills=0
for round in 1 2 3 4 5 6; do
  "$cli" send "$out/package.asice" --to "$url" >/dev/null 2>"$out/send.log" &
  client=$!
  disown "$client"
  # When a good part of this round is there, the client is killed; each second time the server as well.
  for _ in $(seq 400); do
    stored=$(find "$out/files" -type f ! -name '*.json' -printf '%s\n' | sort -n | tail -1)
    [ "${stored:-0}" -lt $((round * 6000000)) ] || break
    sleep 0.01
  done
  if kill -9 "$client" 2>/dev/null; then kills=$((kills + 1)); fi
  if [ $((round % 2)) = 0 ]; then
    kill -9 "$server"
    wait "$server" 2>/dev/null || true
    : >"$out/server.log"
    node "$peers/tus-server.mjs" "$out/files" "$port" >"$out/server.log" 2>&1 &
    server=$!
    pids+=("$server")
    url_of "$out/server.log" >/dev/null
  fi
done
# A server that was killed in mid upload may hold its lock on the upload for some seconds.
for _ in 1 2 3 4 5; do
  if "$cli" send "$out/package.asice" --to "$url"; then break; fi
  sleep 2
done
[ "$kills" -ge 3 ] || { echo "only $kills kills hit the middle of an upload"; exit 1; }
n=$(find "$out/files" -type f ! -name '*.json' | wc -l)
[ "$n" = 1 ] || { echo "$n files at the server instead of 1"; exit 1; }
cmp "$out/package.asice" "$(find "$out/files" -type f ! -name '*.json')"
"$cli" send "$out/package.asice" --to "$url" >/dev/null
[ "$(find "$out/files" -type f ! -name '*.json' | wc -l)" = 1 ]
echo "ok: $kills kills, one upload, byte for byte the same"

echo "# foreign client, our gateway"
echo 1234 >"$out/pin"
"$cli" demo-key "$out/key.p12" --name receiver --pin-file "$out/pin" --cert "$out/cert.pem" >/dev/null
"$build/app/gateway/qingdan-gateway" --dir "$out/spool" --key "$out/key.p12" --pin-file "$out/pin" --policy accept >"$out/gateway.log" 2>&1 &
gateway=$!
pids+=("$gateway")
url=$(url_of "$out/gateway.log")
status=0
node "$peers/tus-client.mjs" "$out/package.asice" "$url/" 10000000 "$out/url" || status=$?
[ "$status" = 9 ]
node "$peers/tus-client.mjs" "$out/package.asice" "$url/" "" "$out/url" >/dev/null
cmp "$out/package.asice" "$out/spool/packages/$sum.asice"
kill -TERM "$gateway"
wait "$gateway"
echo "ok: resumed, byte for byte the same"
