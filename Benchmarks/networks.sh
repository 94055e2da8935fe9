#!/usr/bin/env bash
# Compares networks with PyTorch, and OpenVINO if asked, which are installed into a virtual environment of their own;
# arguments go to networks.py.
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
