#!/usr/bin/env bash
# Compare reading, resampling and reorientation of scans with nibabel, SciPy and NumPy. The script installs these into a
# virtual environment: $BENCHMARK_ENVIRONMENT, or .build/benchmarks. Arguments are passed to scans.py.
set -euo pipefail
cd "$(dirname "$0")/.."
environment=${BENCHMARK_ENVIRONMENT:-.build/benchmarks}
[ -x "$environment/bin/python" ] || python3 -m venv "$environment"
"$environment/bin/python" -c "import scipy, nibabel" 2>/dev/null || "$environment/bin/pip" install --quiet numpy scipy nibabel
swift build -c release --product segment
"$environment/bin/python" Benchmarks/scans.py "$@"
