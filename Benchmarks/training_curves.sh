#!/usr/bin/env bash
# Train variants of two pipelines and draw their validation Dice by epoch: how optimisers, schedules, losses and layers
# compare. Needs SEGMENT_DATA. Arguments are passed to training_curves.py. Takes about two hours on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
environment=${BENCHMARK_ENVIRONMENT:-.build/benchmarks}
[ -x "$environment/bin/python" ] || python3 -m venv "$environment"
"$environment/bin/python" -c "import yaml, matplotlib" 2>/dev/null ||
  "$environment/bin/pip" install --quiet pyyaml matplotlib
[ -n "${SKIP_BUILD:-}" ] || swift build -c release --product segment
"$environment/bin/python" Benchmarks/training_curves.py "$@"
