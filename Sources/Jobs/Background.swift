import Foundation
import Synchronization

/// Work that another thread does meanwhile.
final class Background<Value: Sendable>: Sendable {
  private let outcome = Mutex<Result<Value, any Error>?>(nil)
  private let isDone = DispatchSemaphore(value: 0)

  /// Begins the work.
  init(_ work: @escaping @Sendable () throws -> Value) {
    Thread.detachNewThread { [self] in
      let result = Result(catching: work)
      outcome.withLock { $0 = result }
      isDone.signal()
    }
  }

  /// Waits for the work, and gives its value away; to be called once.
  ///
  /// - Throws: What the work throws.
  func value() throws -> Value {
    isDone.wait()
    let result = outcome.withLock { outcome in
      defer { outcome = nil }
      return outcome
    }
    guard let result else { preconditionFailure("the value was given away before") }
    return try result.get()
  }
}
