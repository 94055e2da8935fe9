#!/usr/bin/env bash
# Runs the tests under a sanitizer: sanitize.sh [thread|address|both, both] [FILTER, all tests].
# Each has a build of its own, .build-sanitize-thread and .build-sanitize-address, whose program the end-to-end tests
# start. Reports of all processes are printed at the end; one is enough for exit code 1.
set -euo pipefail
cd "$(dirname "$0")/.."
which=${1:-both}
filter=${2:-}
case $which in
  thread | address) kinds=("$which") ;;
  both) kinds=(thread address) ;;
  *) echo "usage: sanitize.sh [thread|address|both] [FILTER]" >&2; exit 2 ;;
esac

reports=$(mktemp -d)
trap 'rm -rf "$reports"' EXIT
# A file that asks for too much memory gets none, as without a sanitizer.
common="log_path=$reports/report:allocator_may_return_null=1"
export TSAN_OPTIONS="$common:suppressions=$PWD/scripts/thread-sanitizer.txt"
export ASAN_OPTIONS="$common" LSAN_OPTIONS="suppressions=$PWD/scripts/leak-sanitizer.txt:print_suppressions=0"

failed=0
for kind in "${kinds[@]}"; do
  # A sanitizer takes memory of its own, which the plan does not count, and terabytes of address space, for which
  # `ulimit -v` leaves no room.
  skipped=(--skip CommandTests/plannedMemory --skip EndToEndTests.MemoryTests)
  # The thread sanitizer writes a file of its own when it starts, larger than this test's limit on the size of files.
  if [ "$kind" = thread ]; then skipped+=(--skip FullDiskTests/limit); fi
  # XCTest, which no test uses, does not start under the address sanitizer, and leaks.
  swift test -c release --disable-testable-imports --disable-xctest --sanitize="$kind" \
    --scratch-path ".build-sanitize-$kind" -j 2 ${filter:+--filter "$filter"} "${skipped[@]}" || failed=1
done
for report in "$reports"/*; do
  [ -e "$report" ] || continue
  failed=1
  cat "$report" >&2
done
exit $failed
