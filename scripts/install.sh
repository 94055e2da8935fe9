#!/usr/bin/env bash
# Install missing system libraries (Debian, apt) and the packages given as arguments. Check that Swift is installed.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
while read -r package; do
  [ -n "$package" ] || continue
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "install ok installed" || missing+=("$package")
done < <(cat scripts/packages.txt; printf '%s\n' "$@")

if [ ${#missing[@]} -gt 0 ]; then
  echo "Installing packages: ${missing[*]}" >&2
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
  "${as_root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
fi

if ! command -v swift >/dev/null; then
  echo "'swift' not found on the PATH. Install the Swift 6.3 toolchain for Debian 12 from swift.org, then run this script again." >&2
  exit 1
fi
