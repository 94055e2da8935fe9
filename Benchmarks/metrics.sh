#!/usr/bin/env bash
# Compare the metrics of a case with surface-distance and MONAI, on one core. The script installs these into a virtual
# environment: $BENCHMARK_ENVIRONMENT, or .build/benchmarks. Arguments are passed to metrics.py.
set -euo pipefail
cd "$(dirname "$0")/.."
environment=${BENCHMARK_ENVIRONMENT:-.build/benchmarks}
[ -x "$environment/bin/python" ] || python3 -m venv "$environment"
"$environment/bin/python" -c "import monai, surface_distance, scipy, nibabel" 2>/dev/null ||
  "$environment/bin/pip" install --quiet torch monai scipy nibabel surface-distance-based-measures
swift build -c release --product segment
"$environment/bin/python" Benchmarks/metrics.py "$@"
