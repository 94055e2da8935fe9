#!/usr/bin/env bash
# Train pipelines/hippocampus-2d.yaml for five epochs with direct convolutions and with the automatic choice, for three seeds
# each. Print the Dice of the test part; the two must not differ.
# Usage: SEGMENT_DATA=/data Benchmarks/convergence.sh
# SKIP_BUILD=1 uses the program that is already built.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -n "${SKIP_BUILD:-}" ] || swift build -c release --product segment
for seed in 1 2 3; do
  for way in automatic direct; do
    name=convergence-$way-$seed
    SEGMENT_CONVOLUTION=$way .build/release/segment run pipelines/hippocampus-2d.yaml \
      --output "runs/$name" --until evaluate --set seed=$seed --set train.epochs=5 >"runs/$name.log" 2>&1
    echo "seed $seed, $way: $(grep -i dice "runs/$name.log" | tail -1)"
  done
done
