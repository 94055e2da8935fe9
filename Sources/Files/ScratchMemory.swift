import Foundation

/// Memory in a temporary file, for what may be larger than the machine's memory: where that is short, the system writes it
/// to the disk.
///
/// The file has no name, so that nothing is left of it however the process ends.
public final class ScratchMemory {
  /// The memory, 0 at first.
  public let bytes: UnsafeMutableRawBufferPointer

  /// Makes a file of so many bytes, at least 1, all of which the disk has room for.
  ///
  /// - Parameter folder: An existing folder on the disk that is used.
  /// - Throws: `FileError.operation`, such as for a full disk.
  public init(byteCount: Int, in folder: URL) throws {
    let (path, descriptor) = try TemporaryFiles.make(in: folder.path, for: folder.path)
    defer { close(descriptor) }
    TemporaryFiles.remove(path)
    try FileSystem.allocate(byteCount, to: descriptor, path: folder.path)
    let start = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    guard let start, start != MAP_FAILED else {
      throw FileError.operation(.write, path: folder.path, code: errno)
    }
    bytes = UnsafeMutableRawBufferPointer(start: start, count: byteCount)
  }

  deinit { munmap(bytes.baseAddress, bytes.count) }
}

extension FileSystem {
  /// Gives an empty file so many bytes of the disk: memory that is mapped to a file without them ends the process where the
  /// disk becomes full.
  static func allocate(_ count: Int, to descriptor: Int32, path: String) throws {
    #if os(Linux)
      var code = EINTR
      while code == EINTR { code = posix_fallocate(descriptor, 0, count) }
      guard code == 0 else { throw FileError.operation(.write, path: path, code: code) }
    #else
      let zeros = Data(count: 1 << 20)
      for start in stride(from: 0, to: count, by: zeros.count) {
        try write(zeros.prefix(count - start), to: descriptor, path: path)
      }
    #endif
  }
}
