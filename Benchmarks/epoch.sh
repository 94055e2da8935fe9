#!/usr/bin/env bash
# Compare a whole epoch of training (sampling, steps, validation) of a 3-D U-Net on the hippocampus volumes with a plain
# PyTorch loop: time and peak memory. Needs SEGMENT_DATA. Arguments are passed to epoch.py. Takes about 10 minutes on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
environment=${BENCHMARK_ENVIRONMENT:-.build/benchmarks}
[ -x "$environment/bin/python" ] || python3 -m venv "$environment"
"$environment/bin/python" -c "import torch, nibabel" 2>/dev/null || "$environment/bin/pip" install --quiet torch numpy nibabel
[ -n "${SKIP_BUILD:-}" ] || swift build -c release --product segment
"$environment/bin/python" Benchmarks/epoch.py "$@"
