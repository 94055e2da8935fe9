#!/usr/bin/env bash
# Installs the system libraries that are missing (Debian, apt), and the packages it is told, and checks for a Swift
# toolchain.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
while read -r package; do
  [ -n "$package" ] || continue
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "install ok installed" || missing+=("$package")
done < <(cat scripts/packages.txt; printf '%s\n' "$@")

if [ ${#missing[@]} -gt 0 ]; then
  echo "Installing ${missing[*]}" >&2
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
  "${as_root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
fi

if ! command -v swift >/dev/null; then
  echo "No 'swift' on the PATH: install the Swift 6.3 toolchain for Debian 12 from swift.org, then run this again." >&2
  exit 1
fi
