#!/usr/bin/env bash
# Compares augmentation with nnU-Net (batchgeneratorsv2), TorchIO and MONAI, which are installed into a virtual environment of
# their own; arguments go to augmentation.py.
set -euo pipefail
cd "$(dirname "$0")/.."
environment=${BENCHMARK_ENVIRONMENT:-.build/benchmarks}
[ -x "$environment/bin/python" ] || python3 -m venv "$environment"
"$environment/bin/python" -c "import nnunetv2, torchio, monai" 2>/dev/null ||
  "$environment/bin/pip" install --quiet nnunetv2 torchio monai
swift build -c release --product segment
"$environment/bin/python" Benchmarks/augmentation.py "$@"
