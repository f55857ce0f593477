#!/usr/bin/env bash
# Installs the Debian packages that a build needs; with --tests also what only the tests need. A machine that has
# them already is left alone in milliseconds. Runs as root or through sudo.
set -euo pipefail

packages=(g++ cmake ninja-build ccache libpoco-dev libboost-dev nlohmann-json3-dev libsqlite3-dev sqlite3
  libssl-dev libargon2-dev libmysqlcppconn-dev libpq-dev zlib1g-dev libelf-dev libre2-dev libsimdjson-dev curl ca-certificates)
command -v npm >/dev/null || packages+=(nodejs npm)  # which may come from elsewhere
if [ "${1:-}" = "--tests" ]; then
  packages+=(libgtest-dev libbenchmark-dev python3 openssl binutils mariadb-server postgresql chromium chromium-driver)
fi

missing=()
for package in "${packages[@]}"; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing+=("$package")
done
[ "${#missing[@]}" -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "install_packages.sh: run this as root, or install sudo; missing: ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
echo "installing: ${missing[*]}"
"${as_root[@]}" apt-get update -q
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
