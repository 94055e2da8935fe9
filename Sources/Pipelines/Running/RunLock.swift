import Files
import Foundation

/// The lock of a run's folder; the system releases it when the process ends.
enum RunLock {
  static let fileName = ".lock"

  /// Whether a path is free, or the lock that a run left there: an empty file, or one with the number of a process.
  static func isOwn(_ path: String) -> Bool {
    guard let status = FileSystem.linkStatus(of: path) else { return true }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size < 32, let data = FileManager.default.contents(atPath: path)
    else { return false }
    return data.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x0A }
  }

  /// Does some work while holding the lock.
  ///
  /// Throws: `PipelineError.locked` where another run holds it; `FileError`; what the work throws.
  static func holding<Result>(_ folder: URL, _ body: () throws -> Result) throws -> Result {
    let path = folder.appending(path: fileName).path
    let descriptor = try FileSystem.open(path, flags: O_RDWR | O_CREAT | O_NOFOLLOW, for: .create)
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
