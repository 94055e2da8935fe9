import Foundation
import Synchronization

/// The temporary files that this process is writing; they are removed when a signal ends it.
///
/// They are hidden, and their names end in `.temporary`.
public enum TemporaryFiles {
  private static let paths = Mutex<Set<String>>([])

  /// A name that no other file of a folder has.
  static func path(in folder: String) -> String { "\(folder)/.segment-\(UUID().uuidString).temporary" }

  static func add(_ path: String) { paths.withLock { _ = $0.insert(path) } }

  /// Forgets a file that has its final name.
  static func forget(_ path: String) { paths.withLock { _ = $0.remove(path) } }

  static func remove(_ path: String) {
    unlink(path)
    forget(path)
  }

  /// Removes all of them and ends the process, before any thread can begin another.
  public static func removeAllAndExit(_ code: Int32) -> Never {
    paths.withLock { paths in
      paths.forEach { unlink($0) }
      // Neither destructors nor the handlers of `exit`: other threads still work.
      _exit(code)
    }
  }

  /// Whether a name is one of a temporary file, of this or another process.
  public static func isTemporary(_ name: String) -> Bool { name.hasPrefix(".") && name.hasSuffix(".temporary") }
}
