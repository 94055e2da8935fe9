import Foundation
import Networks

/// The most memory that this process has had at once.
///
/// `getrusage` counts what a process had before it became this program as well, so that it is asked only where the system
/// does not tell more.
func peakResidentBytes() -> Int {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  if let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
    let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
  {
    return kibibytes * 1024
  }
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return Int(usage.ru_maxrss) * 1024
}

/// What all benchmarks tell.
protocol BenchmarkFigures: Encodable {}

extension BenchmarkFigures {
  /// For other programs.
  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }

  /// The smallest of some numbers, at least one, and the one in the middle.
  static func minimumAndMedian(of values: [Double]) -> (minimum: Double, median: Double) {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return (sorted[0], sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2)
  }
}

/// What other programs read.
struct BenchmarkReport: BenchmarkFigures {
  let mode: String
  let minimum: Double
  let median: Double
  let peakMemory: Double
  let gflop: Double
  let parameters: Int
  let threads: Int
  let kernel: String

  enum CodingKeys: String, CodingKey {
    case mode, gflop, parameters, threads, kernel
    case minimum = "min_ms"
    case median = "median_ms"
    case peakMemory = "peak_rss_mib"
  }

  init(mode: String, seconds: [Double], gigaflop: Double, parameters: Int, threads: Int) {
    self.mode = mode
    (minimum, median) = Self.minimumAndMedian(of: seconds.map { 1e3 * $0 })
    peakMemory = Double(peakResidentBytes()) / 1_048_576
    gflop = gigaflop
    self.parameters = parameters
    self.threads = threads
    kernel = Kernels.name
  }

  var text: String {
    String(
      format: "%@: median %.1f ms, minimum %.1f ms; %.1f GFLOP by definition; %.0f MiB at the most; %d threads, %@",
      mode, median, minimum, gflop, peakMemory, threads, kernel)
  }
}
