import ArgumentParser
import Foundation
import Machine
import Networks
import Training
import Benchmarks

/// `segment benchmark`
struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark", abstract: "Measure the speed of this machine.",
    subcommands: [
      NetworkBenchmarkCommand.self, ConvolutionBenchmarkCommand.self, ScansBenchmarkCommand.self,
      AugmentationBenchmarkCommand.self, MetricsBenchmarkCommand.self,
    ])
}

/// `segment benchmark network`
struct NetworkBenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "network", abstract: "Measure a U-Net in inference or training, on synthetic data.",
    discussion: """
      The network has one input channel and two classes. A step is a forward pass, cross-entropy, a backward pass and \
      an update by Adam.

        segment benchmark network --size 256x256 --batch 4 --mode step
        segment benchmark network --dimensions 3 --size 64x64x64 --depth 2 --json
        segment benchmark network --mode step --layers
      """)

  @OptionGroup var options: BenchmarkOptions

  @Option(help: "Channels at the full resolution.")
  var baseChannels = 32

  @Option(help: "Number of downsamplings.")
  var depth = 4

  @Option(help: "Normalisation: batch, instance or none.")
  var norm: NormalisationKind = .batch

  @Option(help: "What is measured: forward (inference) or step (training).")
  var mode: NetworkBenchmark.Mode = .forward

  @Option(
    help: ArgumentHelp(
      "In a step, train only what is behind this cut: head, encoder, or a block such as encoder.2 (default: everything).",
      valueName: "block"))
  var cut: String?

  @Flag(help: "With --cut head: start each step from the activations at the cut, computed once before.")
  var cached = false

  @Flag(help: "Also print the time of each layer.")
  var layers = false

  @Flag(help: "Also print the memory plan.")
  var memory = false

  func run() throws {
    let configuration = UNetConfiguration(
      dimensions: options.dimensions, inputChannels: 1, classes: 2, baseChannels: baseChannels, depth: depth,
      normalisation: norm)
    let program = peakResidentBytes()
    let point = try cut.map { text in
      guard let point = CutPoint(text) else {
        throw ValidationError("--cut \(text): expected head, encoder, or a block such as encoder.2 or decoder.1")
      }
      return point
    }
    let benchmark = try NetworkBenchmark(
      configuration, input: try options.input(channels: 1), mode: mode, cut: point, usesFeatures: cached,
      repeats: options.timing.repeats,
      workers: options.timing.workers)
    let report = BenchmarkReport(
      mode: mode.rawValue, seconds: benchmark.seconds, gigaflop: benchmark.gigaflop,
      parameters: benchmark.network.layout.parameterCount, threads: options.timing.workers)
    try Output.print(options.timing.json ? try report.json : report.text)
    if layers { try printLayers(benchmark) }
    if memory { try printMemory(benchmark, program: program) }
  }

  private func printLayers(_ benchmark: NetworkBenchmark) throws {
    try Output.print("layer                             GFLOP  forward ms  GFLOP/s  backward ms  GFLOP/s")
    for layer in benchmark.layers {
      func rate(_ gigaflop: Double, _ seconds: Double) -> String {
        gigaflop > 0 && seconds > 0 ? String(format: "%9.0f", gigaflop / seconds) : "        -"
      }
      let name = layer.name.padding(toLength: 32, withPad: " ", startingAt: 0)
      try Output.print(
        name + String(format: "%7.2f%12.2f", layer.gigaflop, 1e3 * layer.forward) + rate(layer.gigaflop, layer.forward)
          + String(format: "%13.2f", 1e3 * layer.backward) + rate(2 * layer.gigaflop, layer.backward))
    }
  }

  private func printMemory(_ benchmark: NetworkBenchmark, program: Int) throws {
    try Output.print(benchmark.memory.table, terminator: "")
    let (arena, parameters) = (benchmark.memory.bytes, benchmark.parameterBytes)
    let text = ByteCount.text
    try Output.print(
      "planned \(text(arena + parameters + program)): \(text(arena)) for activations, gradients and temporary buffers, "
        + "\(text(parameters)) for parameters, \(text(program)) for the program; measured \(text(peakResidentBytes()))")
  }
}

extension NormalisationKind: ExpressibleByArgument {}
extension NetworkBenchmark.Mode: ExpressibleByArgument {}
