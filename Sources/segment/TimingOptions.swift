import ArgumentParser
import Networks

/// How something is timed, and told.
struct TimingOptions: ParsableArguments {
  @Option(help: "The number of threads, at most 64; SEGMENT_THREADS or all processors without it.")
  var threads: Int?

  @Option(help: "The repetitions that are timed.")
  var repeats = 10

  @Flag(help: "Prints JSON.")
  var json = false

  func validate() throws {
    guard repeats > 0 else { throw ValidationError("--repeats is \(repeats); expected at least 1") }
    guard (1...Threads.largestCount).contains(threads ?? 1) else {
      throw ValidationError("--threads is \(threads ?? 1); expected 1 to \(Threads.largestCount)")
    }
  }

  var workers: Int { threads ?? Threads.count }
}
