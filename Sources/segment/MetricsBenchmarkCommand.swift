import ArgumentParser
import Foundation
import Jobs
import Machine
import Metrics

/// `segment benchmark metrics`
struct MetricsBenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics",
    abstract: "Measure the metrics of a prediction and its reference, without reading the files.",
    discussion: """
      One case is measured by one thread. The growth of memory is that of the measurement alone.

        segment benchmark metrics --prediction labels.nii.gz --reference truth.nii.gz
        segment benchmark metrics --prediction a.nii.gz --reference b.nii.gz --metrics overlap --json
      """)

  @Option(help: ArgumentHelp("Predicted labels (required).", valueName: "file"), completion: .file())
  var prediction: String

  @Option(help: ArgumentHelp("Reference labels (required).", valueName: "file"), completion: .file())
  var reference: String

  @Option(help: ArgumentHelp("Metrics or groups of metrics, separated by commas.", valueName: "list"))
  var metrics = "HD95,ASSD,NSD"

  @Option(help: ArgumentHelp("Tolerance of NSD in millimetres.", valueName: "mm"))
  var tolerance = 1.0

  @OptionGroup var timing: TimingOptions

  func run() throws {
    let chosen = try Metric.chosen(EvaluateCommand.list(metrics))
    let settings = MetricSettings(tolerance: tolerance)
    let files = try LabelFilePair(
      prediction: URL(systemPath: prediction), reference: URL(systemPath: reference), log: Terminal.log)
    var report = MetricsBenchmarkReport(threads: timing.workers)
    for _ in 0...timing.repeats {
      let start = ContinuousClock.now
      let result = try CaseResult(
        name: "", predictionFile: "", referenceFile: "", prediction: files.prediction, reference: files.reference,
        classCount: files.classCount, metrics: chosen, settings: settings)
      report.record(ContinuousClock.now - start)
      report.values = result.classes.map { scored in
        Dictionary(uniqueKeysWithValues: scored.measurements.map { ($0.metric, $0.value) })
      }
    }
    try Output.print(timing.json ? try report.json : report.text)
  }
}

/// The result of the benchmark, as JSON and as text.
private struct MetricsBenchmarkReport: BenchmarkFigures {
  let threads: Int
  /// The metrics of each class.
  var values: [[String: MetricValue]] = []
  private var minimum = 0.0
  private var median = 0.0
  private var peakMemory = 0.0
  private var growth = 0.0
  private var milliseconds: [Double] = []
  private var isWarm = false
  private let residentBefore: Int

  enum CodingKeys: String, CodingKey {
    case threads, values
    case minimum = "min_ms"
    case median = "median_ms"
    case peakMemory = "peak_rss_mib"
    case growth = "growth_mib"
  }

  init(threads: Int) {
    self.threads = threads
    residentBefore = ResidentMemory.restartPeak()
  }

  /// Records a repetition; the first one is a warm-up and does not count.
  mutating func record(_ duration: Duration) {
    peakMemory = Double(peakResidentBytes()) / 1_048_576
    growth = Double(max(0, peakResidentBytes() - residentBefore)) / 1_048_576
    guard isWarm else {
      isWarm = true
      return
    }
    milliseconds.append(1e3 * Double(duration.components.seconds) + 1e-15 * Double(duration.components.attoseconds))
    (minimum, median) = Self.minimumAndMedian(of: milliseconds)
  }

  var text: String {
    let times = String(format: "median %.2f ms, minimum %.2f ms", median, minimum)
    let memory = String(format: "peak memory %.0f MiB, growth %.1f MiB", peakMemory, growth)
    let lines = values.enumerated().map { index, metrics in
      "class \(index + 1): " + metrics.sorted { $0.key < $1.key }.map { "\($0) \($1.text)" }.joined(separator: ", ")
    }
    return ([times + "; " + memory] + lines).joined(separator: "\n")
  }
}
