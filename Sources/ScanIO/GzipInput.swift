import CNIfTI
import Foundation

/// The bytes of a file, decompressed where it is gzipped, whatever its name; its checksums are verified.
final class GzipInput {
  /// The file's length as it stands on the disk.
  let fileByteCount: Int
  /// Whether the file is gzipped.
  let isCompressed: Bool
  /// The number of (decompressed) bytes read so far.
  private(set) var position = 0
  private let path: String
  private let stream: gzFile

  /// Opens a file.
  ///
  /// - Throws: `ScanError.notFound`, `.unreadable`.
  init(path: String) throws {
    let file = try RegularFile(path: path)
    let descriptor = dup(file.descriptor)
    guard descriptor >= 0 else { throw RegularFile.failure(path, errno) }
    guard let stream = gzdopen(descriptor, "rb") else {
      close(descriptor)
      throw ScanError.unreadable(file: path, reason: "no memory")
    }
    gzbuffer(stream, 1 << 17)
    isCompressed = gzdirect(stream) == 0
    fileByteCount = file.byteCount
    self.path = path
    self.stream = stream
  }

  deinit { gzclose(stream) }

  /// Reads bytes until the buffer is full or the file ends; returns how many.
  ///
  /// A compressed file that is cut short ends early, without an error of its own.
  /// - Throws: `ScanError.damaged` where the compression or a checksum does not hold, `.unreadable`.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    var filled = 0
    while filled < buffer.count, let base = buffer.baseAddress {
      let count = gzread(stream, base + filled, UInt32(min(buffer.count - filled, 1 << 28)))
      if count < 0 { throw failure() }
      if count == 0 { break }
      filled += Int(count)
    }
    position += filled
    return filled
  }

  /// Reads up to `count` bytes: fewer where the file ends.
  ///
  /// - Throws: As `read(into:)`.
  func read(upTo count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = try read(
        into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]))
    }
  }

  /// Reads on to the end of a compressed file, so that its checksum is verified.
  ///
  /// - Parameter limit: The number of bytes after which it gives up.
  /// - Returns: Whether the end was reached.
  /// - Throws: `ScanError.damaged` also where the file ends before its checksum.
  func verifyRest(limit: Int) throws -> Bool {
    guard isCompressed else { return true }
    let start = position
    while position - start <= limit {
      if try read(upTo: 1 << 16).isEmpty {
        var code: Int32 = Z_OK
        _ = gzerror(stream, &code)
        if code == Z_BUF_ERROR {
          throw ScanError.damaged(file: path, reason: "its compressed bytes end before their checksum")
        }
        return true
      }
    }
    return false
  }

  private func failure() -> ScanError {
    let systemCode = errno
    var code: Int32 = Z_OK
    let message = gzerror(stream, &code).map { String(cString: $0) } ?? ""
    if code == Z_ERRNO { return RegularFile.failure(path, systemCode) }
    // zlib puts its own name for the stream, "<fd:5>: ", before what is wrong.
    let reason = message.range(of: ">: ").map { String(message[$0.upperBound...]) } ?? message
    return .damaged(file: path, reason: reason)
  }
}
