import ArgumentParser
import Networks
import Benchmarks

/// `segment benchmark convolution`
struct ConvolutionBenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convolution", abstract: "Measure one pass of a 3x3 or 3x3x3 convolution, on synthetic data.",
    discussion: """
        segment benchmark convolution --size 64x64 --channels 128 --filters 128
        segment benchmark convolution --dimensions 3 --size 64x64x64 --batch 2 \\
          --channels 32 --filters 32 --mode backward-weights --json
      """)

  @OptionGroup var options: BenchmarkOptions

  @Option(help: "Input channels.")
  var channels = 32

  @Option(help: "Output channels.")
  var filters = 32

  @Option(help: "Distance of the outputs in pixels.")
  var stride = 1

  @Option(help: "Pass: forward, backward-data or backward-weights.")
  var mode: ConvolutionBenchmark.Direction = .forward

  func validate() throws {
    guard min(channels, filters) > 0 else {
      throw ValidationError("--channels is \(channels) and --filters is \(filters); expected at least 1")
    }
    guard stride > 0 else { throw ValidationError("--stride is \(stride); expected at least 1") }
  }

  func run() throws {
    let benchmark = try ConvolutionBenchmark(
      input: try options.input(channels: channels), filters: filters, stride: stride, direction: mode,
      repeats: options.timing.repeats, workers: options.timing.workers)
    let report = BenchmarkReport(
      mode: mode.rawValue, seconds: benchmark.seconds, gigaflop: benchmark.gigaflop, parameters: benchmark.parameters,
      threads: options.timing.workers)
    try Output.print(options.timing.json ? try report.json : report.text)
  }
}

extension ConvolutionBenchmark.Direction: ExpressibleByArgument {}
