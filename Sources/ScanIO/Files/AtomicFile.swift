import Foundation

/// Files that are either written whole or left as they were.
enum AtomicFile {
  /// Writes a file: into a temporary one beside it, synced to the disk, then renamed.
  ///
  /// A symbolic link is followed. On failure the temporary file is removed and what stood there stays.
  /// - Parameter body: Writes the content to the descriptor that it is handed, and leaves it open.
  /// - Throws: `ScanError.cannotWrite`, and what `body` throws.
  static func write(to url: URL, _ body: (Int32) throws -> Void) throws {
    let target = url.resolvingSymlinksInPath()
    try refuseIrregular(target, named: url.path)
    let folder = target.deletingLastPathComponent()
    let temporary = folder.appending(path: ".segment-\(UUID().uuidString).temporary").path
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(url, errno) }
    do {
      do {
        defer { close(descriptor) }
        try body(descriptor)
        guard fsync(descriptor) == 0 else { throw failure(url, errno) }
      }
      guard rename(temporary, target.path) == 0 else { throw failure(url, errno) }
    } catch {
      unlink(temporary)
      throw error
    }
    syncFolder(folder.path)
  }

  /// The error of a failed system call.
  static func failure(_ url: URL, _ code: Int32) -> ScanError {
    .cannotWrite(
      file: url.path, reason: String(cString: strerror(code)), isOutOfSpace: code == ENOSPC || code == EDQUOT)
  }

  private static func refuseIrregular(_ target: URL, named path: String) throws {
    var status = stat()
    guard stat(target.path, &status) == 0, status.st_mode & S_IFMT != S_IFREG else { return }
    let kind = status.st_mode & S_IFMT == S_IFDIR ? "a folder of that name stands there" : "it is no regular file"
    throw ScanError.cannotWrite(file: path, reason: kind, isOutOfSpace: false)
  }

  /// Makes the rename last; file systems that cannot sync folders are left to their own ways.
  private static func syncFolder(_ path: String) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}

extension AtomicFile {
  /// Writes bytes.
  ///
  /// - Throws: `ScanError.cannotWrite`.
  static func write(_ bytes: Data, to url: URL) throws {
    try write(to: url) { descriptor in
      try bytes.withUnsafeBytes { buffer in
        var written = 0
        while written < buffer.count, let base = buffer.baseAddress {
          let count = Foundation.write(descriptor, base + written, buffer.count - written)
          if count < 0 && errno == EINTR { continue }
          guard count >= 0 else { throw failure(url, errno) }
          written += count
        }
      }
    }
  }
}
