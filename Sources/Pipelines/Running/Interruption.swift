import Synchronization

/// A request to stop, made by a signal handler or another thread, and checked where work can stop and be resumed.
public final class Interruption: Sendable {
  private let flag = Atomic(false)

  /// Makes an interruption that is not requested.
  public init() {}

  /// Asks the run to stop; may be called from a signal source, and more than once.
  public func request() { flag.store(true, ordering: .relaxed) }

  /// Whether a stop was requested.
  public var isRequested: Bool { flag.load(ordering: .relaxed) }

  /// Throws if a stop was requested.
  ///
  /// - Throws: `Interrupted`.
  public func throwIfRequested() throws {
    if isRequested { throw Interrupted() }
  }
}

/// Thrown by a stage that stops on request; the runner turns it into `PipelineError.interrupted`.
public struct Interrupted: Error, Hashable, Sendable, CustomStringConvertible {
  /// Makes the error.
  public init() {}

  /// What to do.
  public var description: String { "interrupted; run the same command to resume" }
}
