#!/usr/bin/env bash
# From a fresh checkout to trained networks, predictions, metrics and pictures: installs, builds, runs the quickstart.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/build.sh
.build/release/segment run pipelines/quickstart.yaml "$@"
