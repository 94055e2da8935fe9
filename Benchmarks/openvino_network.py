"""Measure the U-Net of `segment benchmark network` in OpenVINO (inference only), with the same options and JSON output.

--bfloat16 allows OpenVINO to compute in bfloat16. Without it, all numbers are fp32.
"""

import argparse
import json
import resource
import statistics
import time

import openvino
import torch

from pytorch_network import UNet


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dimensions", type=int, default=2)
    parser.add_argument("--size", default="256x256")
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--base-channels", type=int, default=32)
    parser.add_argument("--depth", type=int, default=4)
    parser.add_argument("--norm", default="batch")
    parser.add_argument("--mode", default="forward", choices=["forward"])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--bfloat16", action="store_true")
    options = parser.parse_args()
    torch.manual_seed(1)
    shape = [options.batch, 1, *(int(size) for size in options.size.split("x"))]
    network = UNet(options.base_channels, options.depth, options.norm, options.dimensions).eval()
    x = torch.randn(shape)
    model = openvino.convert_model(network, example_input=x, input=shape)
    precision = "bf16" if options.bfloat16 else "f32"
    compiled = openvino.compile_model(
        model, "CPU", dict(INFERENCE_NUM_THREADS=options.threads, INFERENCE_PRECISION_HINT=precision))
    request = compiled.create_infer_request()
    values = x.numpy()
    for _ in range(2):
        request.infer([values])
    times = []
    for _ in range(options.repeats):
        start = time.perf_counter()
        request.infer([values])
        times.append(1e3 * (time.perf_counter() - start))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(dict(
        mode=options.mode, min_ms=min(times), median_ms=statistics.median(times), peak_rss_mib=peak,
        threads=options.threads, kernel="openvino " + openvino.__version__)))


if __name__ == "__main__":
    main()
