import CGzip
import Foundation
import Machine

/// The bytes of a file, decompressed where it is gzipped, whatever its name; its checksums are verified.
final class GzipInput {
  /// The length of the file on disk.
  var fileByteCount: Int { file.byteCount }
  /// Whether the file is gzipped.
  let isCompressed: Bool
  /// The number of (decompressed) bytes read so far.
  private(set) var position = 0
  private let file: RegularFile
  private let inflater: OpaquePointer?
  /// The file's next bytes, after a margin that keeps the last ones of those before.
  private let buffer: UnsafeMutablePointer<UInt8>
  /// Which of the bytes in the buffer have not been used.
  private var pending = 0..<0
  /// Whether a compressed member has begun and not ended.
  private var isInMember = false
  private var hasEnded = false

  private static let margin = 8
  private static let bufferBytes = 1 << 17

  /// Opens a file.
  ///
  /// - Throws: `ScanError.notFound`, `.unreadable`.
  init(path: String) throws {
    file = try RegularFile(path: path)
    buffer = .allocate(capacity: Self.margin + Self.bufferBytes)
    buffer.initialize(repeating: 0, count: Self.margin + Self.bufferBytes)
    let count = try file.read(into: UnsafeMutableRawBufferPointer(start: buffer + Self.margin, count: Self.bufferBytes))
    pending = Self.margin..<Self.margin + count
    isCompressed = count >= 2 && Self.beginsMember(buffer + Self.margin)
    inflater = isCompressed ? cgzip_make_inflater() : nil
    guard !isCompressed || inflater != nil else { throw ScanError.unreadable(file: path, reason: "not enough memory") }
  }

  deinit {
    cgzip_free_inflater(inflater)
    buffer.deallocate()
  }

  /// Reads bytes until the buffer is full or the file ends; returns how many.
  ///
  /// A compressed file that is cut short ends early, without an error of its own.
  /// - Throws: `ScanError.damaged` where the compression or a checksum does not hold, `.unreadable`.
  func read(into output: UnsafeMutableRawBufferPointer) throws -> Int {
    guard let base = output.baseAddress else { return 0 }
    let filled = isCompressed ? try inflate(into: base, count: output.count) : try copy(into: base, count: output.count)
    position += filled
    return filled
  }

  /// Reads up to `count` bytes: fewer where the file ends.
  ///
  /// - Throws: As `read(into:)`.
  func read(upTo count: Int) throws -> [UInt8] {
    try MemoryBudget.require(count, for: "\(count) bytes of the header of \(file.path)")
    return try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = try read(
        into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]))
    }
  }

  /// Reads bytes and forgets them; returns how many there were, fewer than `count` where the file ends.
  ///
  /// - Throws: As `read(into:)`.
  func skip(_ count: Int) throws -> Int {
    var skipped = 0
    while skipped < count {
      let bytes = try read(upTo: min(count - skipped, 1 << 18))
      if bytes.isEmpty { break }
      skipped += bytes.count
    }
    return skipped
  }

  /// Reads on to the end of a compressed file, so that its checksum is verified.
  ///
  /// - Parameter limit: The number of bytes after which it gives up.
  /// - Returns: Whether the end was reached.
  /// - Throws: `ScanError.damaged` also where the file ends before its checksum.
  func verifyRest(limit: Int) throws -> Bool {
    guard isCompressed else { return true }
    let skipped = try skip(limit + 1)
    guard skipped <= limit else { return false }
    guard !isInMember else {
      throw ScanError.damaged(file: file.path, reason: "the compressed data end before the checksum")
    }
    return true
  }

  private func copy(into output: UnsafeMutableRawPointer, count: Int) throws -> Int {
    let buffered = min(count, pending.count)
    output.copyMemory(from: buffer + pending.lowerBound, byteCount: buffered)
    pending = pending.lowerBound + buffered..<pending.upperBound
    return buffered
      + (try file.read(into: UnsafeMutableRawBufferPointer(start: output + buffered, count: count - buffered)))
  }

  private func inflate(into output: UnsafeMutableRawPointer, count: Int) throws -> Int {
    var filled = 0
    let bytes = output.assumingMemoryBound(to: UInt8.self)
    while filled < count && !hasEnded {
      let isAtEnd = try refill()
      if !isInMember {
        guard pending.count >= 2, Self.beginsMember(buffer + pending.lowerBound) else {
          // Whatever follows the last member is no part of the file's content.
          hasEnded = true
          break
        }
        isInMember = true
      }
      var used = 0
      var made = 0
      let status = cgzip_inflate(
        inflater, buffer + pending.lowerBound, pending.count, &used, bytes + filled, count - filled, &made)
      filled += made
      pending = pending.lowerBound + used..<pending.upperBound
      if status == CGZIP_END { isInMember = false } else { try check(status) }
      if isAtEnd && made == 0 && used == 0 { hasEnded = true }
    }
    return filled
  }

  /// Puts more of the file's bytes behind those that are pending, where few are left; returns whether the file has ended.
  private func refill() throws -> Bool {
    guard pending.count < Self.margin else { return false }
    // The bytes before the pending ones stay too: the end of a member may lie among them.
    let start = max(0, pending.lowerBound - Self.margin)
    let target = buffer + Self.margin - (pending.lowerBound - start)
    target.update(from: buffer + start, count: pending.upperBound - start)
    pending = Self.margin..<Self.margin + pending.count
    let free = UnsafeMutableRawBufferPointer(
      start: buffer + pending.upperBound, count: Self.bufferBytes - pending.count)
    let count = try file.read(into: free)
    pending = pending.lowerBound..<pending.upperBound + count
    return count == 0
  }

  private func check(_ status: cgzip_status) throws {
    switch status {
    case CGZIP_OK: return
    case CGZIP_CHECKSUM: throw ScanError.damaged(file: file.path, reason: "wrong gzip checksum")
    case CGZIP_HEADER: throw ScanError.damaged(file: file.path, reason: "invalid gzip header")
    default: throw ScanError.damaged(file: file.path, reason: "invalid compressed data")
    }
  }

  private static func beginsMember(_ bytes: UnsafePointer<UInt8>) -> Bool { bytes[0] == 0x1f && bytes[1] == 0x8b }
}
