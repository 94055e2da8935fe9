/// What the header of a JPEG or JPEG-LS stream says of its frame.
struct JPEGFrame {
  /// The last byte of the frame's marker: the way of coding.
  let marker: UInt8
  let precision: Int
  let height: Int
  let width: Int
  let components: Int

  /// Finds the frame's header among the stream's markers.
  ///
  /// - Throws: `ScanError.damaged`.
  init(_ bytes: [UInt8], file: String) throws {
    let failure = ScanError.damaged(file: file, reason: "a compressed frame is not JPEG data")
    guard bytes.starts(with: [0xff, 0xd8]) else { throw failure }
    var position = 2
    while position + 10 <= bytes.count {
      guard bytes[position] == 0xff else { throw failure }
      let marker = bytes[position + 1]
      func number(_ offset: Int) -> Int { Int(bytes[position + offset]) << 8 | Int(bytes[position + offset + 1]) }
      if marker == 0xff {
        position += 1
      } else if Self.frames.contains(marker) {
        (self.marker, precision) = (marker, Int(bytes[position + 4]))
        (height, width, components) = (number(5), number(7), Int(bytes[position + 9]))
        return
      } else {
        guard marker >= 0xc0, !(0xd0...0xda).contains(marker), number(2) >= 2 else { throw failure }
        position += 2 + number(2)
      }
    }
    throw failure
  }

  /// Checks that the frame is what the DICOM header says, so that the decoder writes neither more nor less, and that the
  /// stream holds none of what makes the decoders of DCMTK 3.6.7 read past their buffers.
  ///
  /// - Returns: The stream up to its end marker. The bytes after that are padding.
  /// - Throws: `ScanError.damaged`; `.dicom` with `.transferSyntax` for another way of coding.
  func check(_ bytes: [UInt8], _ form: DICOMForm, isLS: Bool, file: String) throws -> [UInt8] {
    guard isLS ? marker == 0xf7 : [0xc0, 0xc1, 0xc3].contains(marker) else {
      throw ScanError.dicom(file: file, .transferSyntax("JPEG with the marker FF\(String(marker, radix: 16))"))
    }
    let deepest = form.bitsAllocated == 8 ? 2...8 : 9...16
    guard height == form.rows, width == form.columns, components == form.samples, deepest.contains(precision),
      form.bitsAllocated <= 16
    else {
      throw ScanError.damaged(
        file: file,
        reason: "a compressed frame has \(width)x\(height) pixels of \(components) samples of \(precision) bits, "
          + "but the header declares \(form.columns)x\(form.rows) of \(form.samples) of \(form.bitsAllocated)")
    }

    guard let end = Self.end(of: bytes) else {
      throw ScanError.damaged(file: file, reason: "a compressed frame is truncated")
    }
    let bytes = Array(bytes[..<end])
    guard isLS || Self.haveValidTables(bytes, mostBits: marker == 0xc3 ? 16 : 15) else {
      throw ScanError.damaged(file: file, reason: "a compressed frame has an invalid Huffman table")
    }
    return bytes
  }

  /// The place behind the end marker; nil where there is none behind the first coded values.
  ///
  /// Coded values never hold the marker. Before them, a comment or a thumbnail may contain it.
  private static func end(of bytes: [UInt8]) -> Int? {
    var position = 2
    while position + 4 <= bytes.count, bytes[position] == 0xff {
      let marker = bytes[position + 1]
      if marker == 0xff {
        position += 1
        continue
      }
      position += 2 + (Int(bytes[position + 2]) << 8 | Int(bytes[position + 3]))
      if marker == 0xda { break }
    }
    guard position < bytes.count - 1 else { return nil }
    return (position..<bytes.count - 1).last { bytes[$0] == 0xff && bytes[$0 + 1] == 0xd9 }.map { $0 + 2 }
  }

  /// Whether all tables for differences (class 0) have no symbol above the number of bits that a difference has.
  ///
  /// Every FF C4 is taken for a table's marker: between coded values there is none.
  private static func haveValidTables(_ bytes: [UInt8], mostBits: UInt8) -> Bool {
    for start in 2..<max(2, bytes.count - 4) where bytes[start] == 0xff && bytes[start + 1] == 0xc4 {
      let end = min(bytes.count, start + 2 + (Int(bytes[start + 2]) << 8 | Int(bytes[start + 3])))
      var position = start + 4
      while position + 17 <= end {
        let count = bytes[position + 1..<position + 17].reduce(0) { $0 + Int($1) }
        let symbols = bytes[min(end, position + 17)..<min(end, position + 17 + count)]
        if bytes[position] < 0x10, symbols.contains(where: { $0 > mostBits }) { return false }
        position += 17 + count
      }
    }
    return true
  }

  /// The markers that begin a frame; C4, C8 and CC are none.
  private static let frames: Set<UInt8> = Set(0xc0...0xcf).subtracting([0xc4, 0xc8, 0xcc]).union([0xf7])
}
