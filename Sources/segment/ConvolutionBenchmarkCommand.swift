import ArgumentParser
import Networks
import Training

/// `segment benchmark convolution`
struct ConvolutionBenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convolution", abstract: "Times one pass of a 3x3(x3) convolution, on synthetic data.",
    discussion: """
        segment benchmark convolution --size 64x64 --channels 128 --filters 128
        segment benchmark convolution --dimensions 3 --size 64x64x64 --batch 2 \\
          --channels 32 --filters 32 --mode backward-weights --json
      """)

  @Option(help: "2 or 3.")
  var dimensions = 2

  @Option(help: ArgumentHelp("The extent, such as 256x256 or 64x64x64.", valueName: "extent"))
  var size = "256x256"

  @Option(help: "The number of images.")
  var batch = 4

  @Option(help: "The channels of the input.")
  var channels = 32

  @Option(help: "The channels of the output.")
  var filters = 32

  @Option(help: "forward, backward-data or backward-weights.")
  var mode: ConvolutionBenchmark.Direction = .forward

  @Option(help: "The number of threads; SEGMENT_THREADS or all processors without it.")
  var threads: Int?

  @Option(help: "The repetitions that are timed.")
  var repeats = 10

  @Flag(help: "Prints JSON.")
  var json = false

  func validate() throws {
    guard dimensions == 2 || dimensions == 3 else { throw ValidationError("--dimensions is 2 or 3") }
    guard min(batch, channels, filters, repeats, threads ?? 1) > 0 else {
      throw ValidationError("--batch, --channels, --filters, --repeats and --threads are at least 1")
    }
  }

  func run() throws {
    let input = Shape(batch: batch, channels: channels, extent: try Extent(argument: size, dimensions: dimensions))
    let benchmark = try ConvolutionBenchmark(
      input: input, filters: filters, direction: mode, repeats: repeats, workers: threads ?? Threads.count)
    let report = BenchmarkReport(
      mode: mode.rawValue, seconds: benchmark.seconds, gigaflop: benchmark.gigaflop, parameters: benchmark.parameters,
      threads: threads ?? Threads.count)
    print(json ? try report.json : report.text)
  }
}

extension ConvolutionBenchmark.Direction: ExpressibleByArgument {}
