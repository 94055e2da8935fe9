#!/usr/bin/env bash
# Compares what is done to scans with SciPy, NumPy and nibabel, which are installed into a virtual environment of their own;
# arguments go to scans.py.
set -euo pipefail
cd "$(dirname "$0")/.."
environment=${BENCHMARK_ENVIRONMENT:-.build/benchmarks}
[ -x "$environment/bin/python" ] || python3 -m venv "$environment"
"$environment/bin/python" -c "import scipy, nibabel" 2>/dev/null || "$environment/bin/pip" install --quiet numpy scipy nibabel
swift build -c release --product segment
"$environment/bin/python" Benchmarks/scans.py "$@"
