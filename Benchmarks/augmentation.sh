#!/usr/bin/env bash
# Compare the augmentation with nnU-Net (batchgeneratorsv2), TorchIO and MONAI. The script installs these into a virtual
# environment: $BENCHMARK_ENVIRONMENT, or .build/benchmarks. Arguments are passed to augmentation.py.
set -euo pipefail
cd "$(dirname "$0")/.."
environment=${BENCHMARK_ENVIRONMENT:-.build/benchmarks}
[ -x "$environment/bin/python" ] || python3 -m venv "$environment"
"$environment/bin/python" -c "import nnunetv2, torchio, monai" 2>/dev/null ||
  "$environment/bin/pip" install --quiet nnunetv2 torchio monai
swift build -c release --product segment
"$environment/bin/python" Benchmarks/augmentation.py "$@"
