/// Where the directories of a TIFF file's pages stand, found without reading what they say.
///
/// They are bounded before libtiff sees them: no directory comes twice, and neither they nor the values of their tags can
/// take more bytes than the file has.
struct TIFFDirectories {
  /// Whether the file is a BigTIFF.
  let isBig: Bool
  /// The offset of each page's directory, in the order of the pages; at least one.
  private(set) var offsets: [UInt64] = []

  private let bytes: UnsafeRawBufferPointer
  private let file: String
  private let isBigEndian: Bool

  /// Walks from page to page.
  ///
  /// - Throws: `ScanError.notThisFormat`, `.truncated`, `.headerInvalid`, `.tiff`.
  init(_ bytes: UnsafeRawBufferPointer, file: String) throws {
    self.bytes = bytes
    self.file = file
    let head = Array(bytes.prefix(8))
    switch head.prefix(4) {
    case [0x49, 0x49, 42, 0]: (isBigEndian, isBig) = (false, false)
    case [0x4d, 0x4d, 0, 42]: (isBigEndian, isBig) = (true, false)
    case [0x49, 0x49, 43, 0]: (isBigEndian, isBig) = (false, true)
    case [0x4d, 0x4d, 0, 43]: (isBigEndian, isBig) = (true, true)
    default:
      throw ScanError.notThisFormat(
        file: file, format: .tiff, looksLike: lookOfFirstBytes(Array(bytes.prefix(24))))
    }
    if isBig, head.count == 8, head[4...] != (isBigEndian ? [0, 8, 0, 0] : [8, 0, 0, 0]) {
      throw ScanError.headerInvalid(
        file: file, field: "offset size of BigTIFF", found: "\(head[4...].map(Int.init))", expected: "8")
    }
    try walk()
  }

  /// The most bytes that the values of all tags take, as a multiple of the file's: pages may share some.
  private static let largestSharing = 64

  private mutating func walk() throws {
    var next = try number(at: isBig ? 8 : 4, bytes: isBig ? 8 : 4)
    guard next != 0 else {
      throw ScanError.headerInvalid(file: file, field: "offset of the first page", found: "0", expected: "above 0")
    }
    var seen = Set<UInt64>()
    var directoryBytes = 0
    var valueBytes = 0
    while next != 0 {
      guard seen.insert(next).inserted else {
        throw ScanError.tiff(file: file, .pagesLoop(page: offsets.count))
      }
      let directory = try directory(at: next)
      offsets.append(next)
      directoryBytes += directory.byteCount
      valueBytes += directory.valueBytes
      guard directoryBytes <= bytes.count, directory.valueBytes <= bytes.count,
        valueBytes <= Self.largestSharing * bytes.count
      else { throw ScanError.tiff(file: file, .directoriesOverlap(page: offsets.count)) }
      next = directory.next
    }
  }

  private func directory(at offset: UInt64) throws -> (byteCount: Int, valueBytes: Int, next: UInt64) {
    let start = Int(clamping: offset)
    let countBytes = isBig ? 8 : 2
    let entryBytes = isBig ? 20 : 12
    let count = Int(clamping: try number(at: start, bytes: countBytes))
    let (entries, overflows) = count.multipliedReportingOverflow(by: entryBytes)
    guard !overflows, entries <= bytes.count else { throw truncation }
    let end = start + countBytes + entries
    let next = try number(at: end, bytes: isBig ? 8 : 4)
    var valueBytes = 0
    for entry in stride(from: start + countBytes, to: end, by: entryBytes) {
      let type = Int(try number(at: entry + 2, bytes: 2))
      let values = Int(clamping: try number(at: entry + 4, bytes: isBig ? 8 : 4))
      let (product, overflows) = values.multipliedReportingOverflow(by: Self.typeBytes(type))
      valueBytes = overflows ? Int(Int32.max) * bytes.count : valueBytes + min(product, 2 * bytes.count)
    }
    return (end + (isBig ? 8 : 4) - start, valueBytes, next)
  }

  /// The number of bytes that a value of one of TIFF's types takes; of unknown ones that libtiff passes over, 0.
  private static func typeBytes(_ type: Int) -> Int {
    switch type {
    case 1, 2, 6, 7: 1
    case 3, 8: 2
    case 4, 9, 11, 13: 4
    case 5, 10, 12, 16, 17, 18: 8
    default: 0
    }
  }

  private func number(at start: Int, bytes width: Int) throws -> UInt64 {
    guard start <= bytes.count - width else { throw truncation }
    return (0..<width).reduce(0) { value, index in
      value << 8 | UInt64(bytes[isBigEndian ? start + index : start + width - 1 - index])
    }
  }

  private var truncation: ScanError { .truncated(file: file, expectedBytes: nil, foundBytes: bytes.count) }
}
