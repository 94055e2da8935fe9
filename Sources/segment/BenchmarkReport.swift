import Foundation
import Networks

/// The peak memory of this process (resident set), in bytes.
///
/// `/proc/self/status` is preferred: `getrusage` includes the memory of the program that started this one in the same
/// process (before `exec`).
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

/// The memory of this process.
enum ResidentMemory {
  /// Forgets the peak so far, and returns the memory in use now, in bytes; where the system does not let the peak be forgotten,
  /// returns the peak.
  static func restartPeak() -> Int {
    // Source: proc(5), /proc/pid/clear_refs.
    try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
    return peakResidentBytes()
  }
}

/// The result of a benchmark.
protocol BenchmarkFigures: Encodable {}

extension BenchmarkFigures {
  /// The result as JSON.
  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }

  /// The minimum and the median of numbers; there must be at least one.
  static func minimumAndMedian(of values: [Double]) -> (minimum: Double, median: Double) {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return (sorted[0], sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2)
  }
}

/// The result of the benchmarks of networks and layers, as JSON and as text.
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
      format:
        "%@: median %.1f ms, minimum %.1f ms; %.1f GFLOP (direct convolution); peak memory %.0f MiB; %d threads, %@",
      mode, median, minimum, gflop, peakMemory, threads, kernel)
  }
}
