#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# tests/fuzz/run.sh [SECONDS [NAME…]]: builds the fuzzers with clang and runs each for SECONDS (60), as many at once as
# there are cores and one more. Speaks TAP. New inputs and crashes go to build-fuzz; a crash belongs into
# tests/fuzz/corpus/NAME together with its fix.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-60}
shift || true
dir=build-fuzz
names=("$@")
if [ ${#names[@]} -eq 0 ]; then
  for file in tests/fuzz/fuzz-*.c; do
    name=${file##*/fuzz-}
    names+=("${name%.c}")
  done
fi
[ -f $dir/build.ninja ] ||
  CC="${CC:-clang}" meson setup $dir -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false -Dwerror=false -Doptimization=1 >/dev/null
ninja -C $dir "${names[@]/#/tests/fuzz/fuzz-}" >"$dir/ninja.log" || { tail -40 "$dir/ninja.log"; exit 1; }

fuzz_one() { # fuzz_one NUMBER NAME
  local name=$2 status=0 log=$dir/$2.log
  mkdir -p "$dir/corpus/$name"
  local args=(-max_total_time="$seconds" -timeout=25 -rss_limit_mb=4096 -print_final_stats=1 -artifact_prefix="$dir/$name-")
  [ ! -f "tests/fuzz/$name.dict" ] || args+=(-dict="tests/fuzz/$name.dict")
  # While it searches, leaks are not looked for: GLib keeps old tables of interned names on purpose, and only a slow unwinder can tell.
  ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
    "$dir/tests/fuzz/fuzz-$name" "${args[@]}" "$dir/corpus/$name" "tests/fuzz/corpus/$name" >"$log" 2>&1 || status=1
  # What was found is run once more for leaks.
  [ $status = 1 ] || ASAN_OPTIONS=detect_leaks=1:fast_unwind_on_malloc=0 LSAN_OPTIONS=suppressions=tests/support/lsan.supp:print_suppressions=0 \
    "$dir/tests/fuzz/fuzz-$name" -runs=0 "$dir/corpus/$name" >"$dir/$name-leaks.log" 2>&1 || { status=1; log=$dir/$name-leaks.log; }
  # An unlucky end shows what broke; the last lines hold the input in base64.
  [ $status = 0 ] || tail -60 "$log" | sed 's/^/# /'
  local runs found
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$dir/$name.log")
  found=$(sed -n 's/^stat::new_units_added: *//p' "$dir/$name.log")
  [ $status = 0 ] || printf 'not '
  echo "ok $1 - fuzz $name for $seconds s: ${runs:-0} inputs, ${found:-0} of them new paths"
}

number=0
at_once=$(($(nproc) + 1))
echo "1..${#names[@]}"
for name in "${names[@]}"; do
  number=$((number + 1))
  [ "$(jobs -rp | wc -l)" -lt $at_once ] || wait -n || true
  fuzz_one $number "$name" >"$dir/$name.tap" &
done
wait
status=0
for name in "${names[@]}"; do
  cat "$dir/$name.tap"
  grep -q '^ok' "$dir/$name.tap" || status=1
done
exit $status
