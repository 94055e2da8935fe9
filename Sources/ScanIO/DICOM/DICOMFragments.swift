import Foundation

/// The pieces in which a file holds its compressed frames.
struct DICOMFragments {
  private let file: String
  /// Where each frame's first piece begins, counted from the first piece; empty where the file does not tell.
  private let table: [Int]
  /// The pieces' places in the file.
  private let pieces: [Range<Int>]

  private static let headByteCount = 8
  private static let mostPieces = 1 << 20

  /// Finds the pieces.
  ///
  /// - Parameter offset: Of the table of offsets, which comes before the pieces.
  /// - Throws: `ScanError.truncated`, `.damaged`, `.unreadable`; `.dicom` with `.excessive`.
  init(_ input: RegularFile, offset: Int) throws {
    file = input.path
    var found: [Range<Int>] = []
    var position = offset
    while true {
      var head = try input.read(at: position, count: Self.headByteCount)
      // Behind a piece of odd length some programs put a byte that evens it.
      if found.last?.count.isMultiple(of: 2) == false, !Self.beginsPiece(head) {
        let next = try input.read(at: position + 1, count: Self.headByteCount)
        if Self.beginsPiece(next) { (head, position) = (next, position + 1) }
      }
      guard head.count == Self.headByteCount else {
        throw ScanError.truncated(file: input.path, expectedBytes: nil, foundBytes: input.byteCount)
      }
      let (tag, length) = (Self.number(head, 0), Self.number(head, 4))
      if tag == 0xe0dd_fffe { break }
      guard tag == 0xe000_fffe else {
        throw ScanError.damaged(file: input.path, reason: "the compressed fragments are not contiguous")
      }
      position += Self.headByteCount
      guard length <= input.byteCount - position else {
        throw ScanError.truncated(file: input.path, expectedBytes: position + length, foundBytes: input.byteCount)
      }
      guard found.count < Self.mostPieces else {
        throw ScanError.dicom(file: input.path, .excessive("more than \(Self.mostPieces) compressed fragments"))
      }
      found.append(position..<position + length)
      position += length
    }
    guard let first = found.first else {
      throw ScanError.damaged(file: input.path, reason: "there are no compressed fragments")
    }
    let bytes = try input.read(at: first.lowerBound, count: min(first.count, 4 * Self.mostPieces))
    table = stride(from: 0, to: bytes.count - bytes.count % 4, by: 4).map { Self.number(bytes, $0) }
    pieces = Array(found.dropFirst())
  }

  /// The pieces of each frame.
  ///
  /// - Throws: `ScanError.dicom` with `.fragments`, where they cannot be told apart.
  func frames(_ count: Int) throws -> [[Range<Int>]] {
    if count == 1 { return [pieces] }
    if pieces.count == count { return pieces.map { [$0] } }
    guard table.count == count, let start = pieces.first.map({ $0.lowerBound - Self.headByteCount }) else {
      throw ScanError.dicom(file: file, .fragments(count: pieces.count, frames: count))
    }
    var frames: [[Range<Int>]] = []
    for piece in pieces {
      if frames.count < count, piece.lowerBound - Self.headByteCount - start == table[frames.count] {
        frames.append([])
      }
      guard !frames.isEmpty else { break }
      frames[frames.count - 1].append(piece)
    }
    guard frames.count == count else {
      throw ScanError.dicom(file: file, .fragments(count: pieces.count, frames: count))
    }
    return frames
  }

  /// Whether bytes begin a piece, or end the list of them.
  private static func beginsPiece(_ bytes: [UInt8]) -> Bool {
    bytes.count == headByteCount && [0xe000_fffe, 0xe0dd_fffe].contains(number(bytes, 0))
  }

  private static func number(_ bytes: [UInt8], _ offset: Int) -> Int {
    (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
  }
}
