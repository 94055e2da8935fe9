#!/usr/bin/env bash
# Compare networks with PyTorch and, with --openvino, with OpenVINO. The script installs these into a virtual environment:
# $BENCHMARK_ENVIRONMENT, or .build/benchmarks. Arguments are passed to networks.py.
set -euo pipefail
cd "$(dirname "$0")/.."
environment=${BENCHMARK_ENVIRONMENT:-.build/benchmarks}
[ -x "$environment/bin/python" ] || python3 -m venv "$environment"
"$environment/bin/python" -c "import torch" 2>/dev/null || "$environment/bin/pip" install --quiet torch numpy
case " $* " in *" --openvino "*)
  "$environment/bin/python" -c "import openvino" 2>/dev/null || "$environment/bin/pip" install --quiet openvino ;;
esac
swift build -c release --product segment
"$environment/bin/python" Benchmarks/networks.py "$@"
