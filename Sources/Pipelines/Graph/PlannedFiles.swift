import Files
import Foundation
import Synchronization

/// The files outside a run as they were when its stages were planned.
final class PlannedFiles: Sendable {
  private let files = Mutex<[String: Manifest.HashedFile]>([:])

  /// Keeps what was planned with.
  func add(_ planned: [Manifest.HashedFile]) {
    files.withLock { files in
      for file in planned { files[file.stamp.path] = file }
    }
  }

  /// Whether a file has the content that was planned with. It is read only where size or time differ.
  ///
  /// - Throws: `FileError` where it cannot be read any more.
  func isUnchanged(_ url: URL) throws -> Bool {
    guard let file = files.withLock({ $0[url.path] }) else { return false }
    if FileStamp(of: url.path, named: url.path) == file.stamp { return true }
    return try ContentHash.hash(of: url) == file.hash
  }
}
