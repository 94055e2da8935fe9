#!/usr/bin/env bash
# Install missing packages, build the program and run pipelines/quickstart.yaml: training, predictions, metrics, pictures.
# Arguments are passed to 'segment run'.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/build.sh
.build/release/segment run pipelines/quickstart.yaml "$@"
