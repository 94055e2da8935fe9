import Foundation
import Machine

/// A regular file, open for reading; devices, pipes and folders are refused.
final class RegularFile {
  /// The file's name in messages.
  let path: String
  /// The open file.
  let descriptor: Int32
  /// The file's length.
  let byteCount: Int

  /// Opens a file.
  ///
  /// - Throws: `ScanError.notFound`, `.unreadable`.
  init(path: String) throws {
    var status = stat()
    guard stat(path, &status) == 0 else { throw Self.failure(path, errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let kind = status.st_mode & S_IFMT == S_IFDIR ? "it is a folder" : "it is not a regular file"
      throw ScanError.unreadable(file: path, reason: kind)
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure(path, errno) }
    self.path = path
    self.descriptor = descriptor
    byteCount = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Reads bytes until the buffer is full or the file ends; returns how many.
  ///
  /// - Throws: `ScanError.unreadable`.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    var filled = 0
    while filled < buffer.count, let base = buffer.baseAddress {
      let count = Foundation.read(descriptor, base + filled, buffer.count - filled)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw Self.failure(path, errno) }
      if count == 0 { break }
      filled += count
    }
    return filled
  }

  /// All of the file's bytes.
  ///
  /// - Throws: `ScanError.unreadable`, `MachineError.notEnoughMemory`.
  func readAll() throws -> [UInt8] {
    try MemoryBudget.reserving(byteCount, for: "the bytes of \(path)") {
      try [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, initialized in
        initialized = try read(
          into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<byteCount]))
      }
    }
  }

  /// The bytes at a place of the file; fewer where it ends.
  ///
  /// - Throws: `ScanError.unreadable`.
  func read(at offset: Int, count: Int) throws -> [UInt8] {
    let wanted = max(0, min(count, byteCount - offset))
    try MemoryBudget.require(wanted, for: "\(wanted) bytes of \(path)")
    return try [UInt8](unsafeUninitializedCapacity: wanted) { buffer, initialized in
      while initialized < wanted, let base = buffer.baseAddress {
        let count = pread(descriptor, base + initialized, wanted - initialized, off_t(offset + initialized))
        if count < 0 && errno == EINTR { continue }
        guard count >= 0 else { throw Self.failure(path, errno) }
        if count == 0 { break }
        initialized += count
      }
    }
  }

  /// Whether a path is a folder.
  static func isFolder(_ path: String) -> Bool { kind(path) == S_IFDIR }

  /// Whether a path is a regular file.
  static func isRegular(_ path: String) -> Bool { kind(path) == S_IFREG }

  /// Whether a path is a link to something that does not exist.
  static func isDanglingLink(_ path: String) -> Bool {
    var status = stat()
    return kind(path) == 0 && lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  private static func kind(_ path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & S_IFMT : 0
  }

  static func failure(_ path: String, _ code: Int32) -> ScanError {
    code == ENOENT || code == ENOTDIR
      ? .notFound(file: path) : .unreadable(file: path, reason: String(cString: strerror(code)))
  }
}
