import CMappings
import Foundation

/// A file that is mapped into memory to be read: the system reads its pages when they are used, and gives them up first when
/// memory is short.
///
/// Nobody may write to the file meanwhile. Where it becomes shorter, or its disk fails, a read of its bytes ends the process
/// with the signal SIGBUS, or with a message after `reportFailedReads`.
public final class MappedFile {
  /// The path.
  public let path: String
  /// The file's size and time when it was mapped, under its path.
  public let stamp: FileStamp
  /// The content.
  public let bytes: UnsafeRawBufferPointer

  /// Maps a file of at least one byte.
  ///
  /// - Throws: `FileError.operation`, also where `ulimit -v` leaves no room; `.notAFile`.
  public init(_ path: String) throws {
    try FileContent.requireFile(path)
    let descriptor = try FileSystem.open(path, flags: O_RDONLY, for: .read)
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError.operation(.read, path: path, code: errno) }
    let count = Int(status.st_size)
    guard let start = mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0), start != MAP_FAILED else {
      throw FileError.operation(.read, path: path, code: errno)
    }
    guard cm_add(start, count, path) else {
      munmap(start, count)
      throw FileError.operation(.read, path: path, code: ENOMEM)
    }
    self.path = path
    stamp = FileStamp(status, named: path)
    bytes = UnsafeRawBufferPointer(start: start, count: count)
  }

  deinit {
    cm_remove(bytes.baseAddress)
    munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
  }

  /// Whether the file at the path still has the size and the time that it had when it was mapped.
  public var isUnchanged: Bool { FileStamp(of: path, named: path) == stamp }

  /// Asks the system to read bytes before they are used; returns at once.
  ///
  /// - Parameter range: Within the content.
  public func prefetch(_ range: Range<Int>) {
    guard let base = bytes.baseAddress, !range.isEmpty else { return }
    let start = range.lowerBound & ~(Self.pageBytes - 1)
    // Where it fails, the bytes are read when they are used.
    madvise(UnsafeMutableRawPointer(mutating: base) + start, range.upperBound - start, Int32(MADV_WILLNEED))
  }

  private static let pageBytes = Int(getpagesize())

  /// From now on, a read that fails in a mapped file ends the process with an exit code, after a line on standard error:
  /// `before`, the path, `after`.
  public static func reportFailedReads(before: String, after: String, exitCode: Int32) {
    cm_end_process_where_reading_fails(before, after, exitCode)
  }
}
