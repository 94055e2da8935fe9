import ArgumentParser
import Machine
import Networks

/// The options that all benchmarks have: threads, repetitions, JSON.
struct TimingOptions: ParsableArguments {
  @Option(help: "Number of threads, at most 64 (default: SEGMENT_THREADS, or all processors).")
  var threads: Int?

  @Option(help: "Number of measured repetitions.")
  var repeats = 10

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard repeats > 0 else { throw ValidationError("--repeats is \(repeats); expected at least 1") }
    guard (1...Threads.largestCount).contains(threads ?? 1) else {
      throw ValidationError("--threads is \(threads ?? 1); expected 1 to \(Threads.largestCount)")
    }
  }

  var workers: Int { threads ?? Threads.count }
}
