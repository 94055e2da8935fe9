import Synchronization

/// A request to stop, made by a signal handler or another thread and looked at where work can stop and continue later.
public final class Interruption: Sendable {
  private let flag = Atomic(false)

  /// Makes an interruption that is not requested.
  public init() {}

  /// Asks the run to stop; may be called from a signal source, and more than once.
  public func request() { flag.store(true, ordering: .relaxed) }

  /// Whether somebody asked the run to stop.
  public var isRequested: Bool { flag.load(ordering: .relaxed) }

  /// Stops the stage that calls it where somebody asked for that.
  ///
  /// - Throws: `Interrupted`.
  public func throwIfRequested() throws {
    if isRequested { throw Interrupted() }
  }
}

/// Thrown by a stage that stops because it was asked to; the runner turns it into `PipelineError.interrupted`.
public struct Interrupted: Error, Hashable, Sendable, CustomStringConvertible {
  /// Makes the error.
  public init() {}

  /// What to do.
  public var description: String { "interrupted; give the same command again, and it skips what is done" }
}
