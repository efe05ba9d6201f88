#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# tests/fuzz/run.sh [SECONDS [NAME…]]: builds the fuzzers with clang 14 and runs each for SECONDS (60).
# New inputs and crashes go to build-fuzz; a crash belongs into tests/fuzz/corpus/NAME together with its fix.
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
[ -f $dir/build.ninja ] || CC="${CC:-clang-14}" meson setup $dir -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false -Dwerror=false >/dev/null
ninja -C $dir "${names[@]/#/tests/fuzz/fuzz-}" >/dev/null
status=0
for name in "${names[@]}"; do
  echo "== $name"
  mkdir -p "$dir/corpus/$name"
  args=(-max_total_time="$seconds" -timeout=25 -rss_limit_mb=4096 -print_final_stats=1 -artifact_prefix="$dir/$name-")
  [ ! -f "tests/fuzz/$name.dict" ] || args+=(-dict="tests/fuzz/$name.dict")
  # While it searches, leaks are not looked for: GLib keeps old tables of interned names on purpose, and only a slow unwinder can tell.
  ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
    "$dir/tests/fuzz/fuzz-$name" "${args[@]}" "$dir/corpus/$name" "tests/fuzz/corpus/$name" >"$dir/$name.log" 2>&1 || { status=1; tail -40 "$dir/$name.log"; }
  # What was found is run once more for leaks.
  ASAN_OPTIONS=detect_leaks=1:fast_unwind_on_malloc=0 LSAN_OPTIONS=suppressions=tests/support/lsan.supp:print_suppressions=0 \
    "$dir/tests/fuzz/fuzz-$name" -runs=0 "$dir/corpus/$name" >"$dir/$name-leaks.log" 2>&1 || { status=1; tail -40 "$dir/$name-leaks.log"; }
  grep -E 'stat::number_of_executed_units|stat::new_units_added' "$dir/$name.log" || true
done
exit $status
