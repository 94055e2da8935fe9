import Files
import Foundation

/// The lock of a run's folder; the system releases it when the process ends.
///
/// A run of all stages has the folder for itself. Runs of some stages (`--only`) share it if they are of the same pipeline
/// with the same parameters, each stage then having a lock of its own.
struct RunLock {
  static let fileName = ".lock"
  /// How often a lock that another process holds for a moment is tried again.
  private static let attempts = 50
  private static let pause: UInt32 = 20_000

  private let path: String
  private let folder: URL

  private init(_ folder: URL) {
    self.folder = folder
    path = folder.appending(path: Self.fileName).path
  }

  /// Whether a path is free, or the lock that a run left there: an empty file, or one with numbers.
  static func isOwn(_ path: String) -> Bool {
    guard let status = FileSystem.linkStatus(of: path) else { return true }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size < 32, let data = FileManager.default.contents(atPath: path)
    else { return false }
    return data.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x0A }
  }

  /// Does some work while holding the lock.
  ///
  /// - Parameter shared: What runs must have in common that share the folder; nil: the work has the folder for itself.
  /// - Throws: `PipelineError.locked` where another run holds it, `.lockedByOther` where one of other parameters shares it;
  ///   `FileError`; what the work throws.
  static func holding<Result>(_ folder: URL, shared: UInt64? = nil, _ body: () throws -> Result) throws -> Result {
    let lock = RunLock(folder)
    let descriptor = try FileSystem.open(lock.path, flags: O_RDWR | O_CREAT | O_NOFOLLOW, for: .create)
    defer { close(descriptor) }
    if let shared {
      try lock.share(descriptor, shared)
    } else {
      guard try lock.take(descriptor, LOCK_EX) else { throw lock.locked }
      try lock.write("\(getpid())\n", to: descriptor)
    }
    return try body()
  }

  private func share(_ descriptor: Int32, _ identity: UInt64) throws {
    for attempt in 1...Self.attempts {
      if try take(descriptor, LOCK_EX) {
        try write("\(getpid())\n\(identity)\n", to: descriptor)
        if try take(descriptor, LOCK_SH) { return }
      } else if try take(descriptor, LOCK_SH) {
        if numbers.count == 2, numbers[1] == identity { return }
        // The numbers may be those of a run that has just ended; then the lock can be had for a moment.
        _ = flock(descriptor, LOCK_UN)
        if attempt == Self.attempts {
          throw PipelineError.lockedByOther(
            folder: folder.relativePath, process: numbers.first.map { Int32(clamping: $0) })
        }
      }
      usleep(Self.pause)
    }
    throw locked
  }

  private func take(_ descriptor: Int32, _ mode: Int32) throws -> Bool {
    if flock(descriptor, mode | LOCK_NB) == 0 { return true }
    guard errno == EWOULDBLOCK else { throw FileError.operation(.lock, path: path, code: errno) }
    return false
  }

  private func write(_ text: String, to descriptor: Int32) throws {
    guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
      throw FileError.operation(.lock, path: path, code: errno)
    }
    try FileSystem.write(Data(text.utf8), to: descriptor, path: path)
  }

  /// The numbers in the file: the process, and what those that share the folder have in common.
  private var numbers: [UInt64] {
    let text = FileManager.default.contents(atPath: path).flatMap { String(validating: $0, as: UTF8.self) } ?? ""
    return text.split(separator: "\n").compactMap { UInt64($0) }
  }

  private var locked: PipelineError {
    .locked(folder: folder.relativePath, process: numbers.first.map { Int32(clamping: $0) })
  }
}
