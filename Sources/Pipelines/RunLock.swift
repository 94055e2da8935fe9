import Files
import Foundation

/// The lock of a run's folder; the system releases it when the process ends.
enum RunLock {
  static let fileName = ".lock"

  /// Does some work while holding the lock.
  ///
  /// Throws: `PipelineError.locked` where another run holds it; `FileError`; what the work throws.
  static func holding<Result>(_ folder: URL, _ body: () throws -> Result) throws -> Result {
    let path = folder.appending(path: fileName).path
    let descriptor = try FileSystem.open(path, flags: O_RDWR | O_CREAT, for: .create)
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      guard errno == EWOULDBLOCK else { throw FileError.operation(.lock, path: path, code: errno) }
      let holder = FileManager.default.contents(atPath: path).flatMap { String(validating: $0, as: UTF8.self) }
      let process = holder.flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
      throw PipelineError.locked(folder: folder.relativePath, process: process)
    }
    guard ftruncate(descriptor, 0) == 0 else {
      throw FileError.operation(.lock, path: path, code: errno)
    }
    try FileSystem.write(Data("\(getpid())\n".utf8), to: descriptor, path: path)
    return try body()
  }
}
