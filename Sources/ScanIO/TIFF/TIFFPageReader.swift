import CTIFF
import Foundation

/// An open page of a TIFF file, whose bytes outlive it.
final class TIFFPageReader {
  /// What the directory says.
  private(set) var facts = ctiff_page()
  private let handle: OpaquePointer
  private let number: Int
  private let file: String

  /// Opens a page.
  ///
  /// - Parameters:
  ///   - directory: The offset of its directory.
  ///   - number: The page's, from 1, in messages.
  ///   - chunkBytes: The number of bytes of a strip or tile that will be read.
  /// - Throws: `ScanError.damaged`, `.unreadable`.
  init(
    _ bytes: UnsafeRawBufferPointer, directory: UInt64, isBig: Bool, number: Int, chunkBytes: Int = 0, file: String
  ) throws {
    (self.number, self.file) = (number, file)
    // Tags of a byte a value become 8 bytes each at most; decoders hold a few chunks.
    let largestAllocation = 1 << 20 + 8 * bytes.count + 4 * chunkBytes
    guard
      let handle = ctiff_open(
        bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, directory, isBig ? 1 : 0, largestAllocation)
    else { throw ScanError.unreadable(file: file, reason: "not enough memory") }
    self.handle = handle
    try check(ctiff_status_of(handle))
    ctiff_describe(handle, &facts)
  }

  deinit { ctiff_close(handle) }

  /// The text of the page's ImageDescription, in UTF-8 or else Latin-1; empty where there is none.
  var description: String {
    guard let text = ctiff_description(handle) else { return "" }
    if let utf8 = String(validatingCString: text) { return utf8 }
    let latin1 = UnsafeBufferPointer(start: text, count: strlen(text)).map { Unicode.Scalar(UInt8(bitPattern: $0)) }
    return String(String.UnicodeScalarView(latin1))
  }

  /// Red, green and blue of each colour of the palette, from 0 to 255.
  ///
  /// - Throws: `ScanError.headerInvalid` where there is no palette.
  func colours() throws -> [SIMD3<Float>] {
    let count = 1 << Int(facts.bits)
    var parts = [UInt16](repeating: 0, count: 3 * count)
    guard ctiff_colours(handle, &parts, facts.bits) != 0 else {
      throw ScanError.headerInvalid(
        file: file, field: "ColorMap of page \(number)", found: "nothing", expected: "\(count) colours")
    }
    // Some programs write 8 bits where TIFF asks for 16.
    let shift: UInt16 = parts.allSatisfy { $0 < 256 } ? 0 : 8
    func part(_ index: Int) -> Float { Float(parts[index] >> shift) }
    return (0..<count).map { SIMD3(part($0), part(count + $0), part(2 * count + $0)) }
  }

  /// Decodes a strip or tile.
  ///
  /// - Throws: `ScanError.damaged`.
  func read(chunk: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    try check(ctiff_read_chunk(handle, UInt32(chunk), buffer.baseAddress, buffer.count))
  }

  /// The error where `byteCount` bytes are not to be had.
  func noMemory(_ byteCount: Int) -> ScanError {
    .unreadable(file: file, reason: "not enough memory for the \(byteCount) bytes of a strip or tile")
  }

  private func check(_ status: ctiff_status) throws {
    guard status != CTIFF_OK else { return }
    let message = String(cString: ctiff_message(handle))
    let reason = message.isEmpty ? "libtiff cannot read it" : message
    throw ScanError.damaged(file: file, reason: "page \(number): \(reason)")
  }
}
