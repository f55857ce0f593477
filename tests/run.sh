#!/usr/bin/env bash
# Installs what is missing, builds everything and runs every test.
#   tests/run.sh [--variant dev|release|asan|tsan|coverage] [--label LABEL]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

variant=test
labels=()
while [ $# -gt 0 ]; do
  case "$1" in
    --variant) variant=$2; shift 2 ;;
    --label) labels=(-L "$2"); shift 2 ;;
    *) echo "usage: tests/run.sh [--variant NAME] [--label LABEL]" >&2; exit 2 ;;
  esac
done

phase() {
  local name=$1 from=$SECONDS
  shift
  "$@"
  echo "-- $name: $((SECONDS - from)) s"
}

phase packages packaging/install_packages.sh --tests
cache=()
[ "$variant" = test ] || cache=(-C "packaging/build/$variant.cmake")
phase configure cmake "${cache[@]}" -S . -B "build/$variant" -G Ninja -DTENON_BUILD_TESTS=ON
phase build cmake --build "build/$variant"
phase tests ctest --test-dir "build/$variant" --output-on-failure -j2 "${labels[@]}"
