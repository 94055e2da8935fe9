import ArgumentParser
import Networks

/// How something is timed, and told.
struct TimingOptions: ParsableArguments {
  @Option(help: "The number of threads; SEGMENT_THREADS or all processors without it.")
  var threads: Int?

  @Option(help: "The repetitions that are timed.")
  var repeats = 10

  @Flag(help: "Prints JSON.")
  var json = false

  func validate() throws {
    guard threads ?? 1 > 0, repeats > 0 else { throw ValidationError("--repeats and --threads are at least 1") }
  }

  var workers: Int { threads ?? Threads.count }
}
