import CTIFF

/// How a page's pixels are cut into strips or tiles.
struct TIFFChunks: Equatable {
  /// A chunk's pixels in a row; those beyond the page's edge are filling.
  let width: Int
  /// A chunk's rows; of tiles those beyond the page's edge are filling, the last strip has only what is left.
  let height: Int
  let isTiled: Bool
  /// The number of samples that stand side by side in a chunk: one where each sample has chunks of its own.
  let samples: Int
  /// The number of bytes of a chunk's row.
  let rowBytes: Int
  /// The number of chunks side by side.
  let across: Int
  /// The number of chunks below each other.
  let down: Int
  /// The number of planes, which follow each other.
  let planes: Int
  /// The number of bytes that all chunks take, decoded.
  let byteCount: Int

  /// Computes the chunks, and compares them with what libtiff computes.
  ///
  /// - Throws: `ScanError.headerInvalid`.
  init(checking page: ctiff_page, number: Int, file: String) throws {
    func invalid(_ field: String, _ found: String, _ expected: String) -> ScanError {
      .headerInvalid(file: file, field: "\(field) of page \(number)", found: found, expected: expected)
    }
    (width, height, isTiled) = (Int(page.chunk_width), Int(page.chunk_height), page.is_tiled != 0)
    guard width >= 1, height >= 1 else {
      throw invalid("size of a \(isTiled ? "tile" : "strip")", "\(width)x\(height)", "at least 1x1")
    }
    planes = page.is_planar != 0 ? Int(page.samples) : 1
    samples = Int(page.samples) / planes
    across = (Int(page.width) + width - 1) / width
    down = (Int(page.height) + height - 1) / height
    // Below 2^32 pixels, 2^16 samples and 2^7 bits: no overflow.
    rowBytes = (width * samples * Int(page.bits) + 7) / 8
    let rows = isTiled ? height * down : Int(page.height)
    guard let chunkBytes = Self.product(rowBytes, height), let count = Self.product(across, down, planes),
      let all = Self.product(rowBytes, rows, across, planes)
    else { throw invalid("size", "\(page.width)x\(page.height)", "a smaller size (the product overflows)") }
    byteCount = all
    guard page.chunk_bytes == UInt64(chunkBytes), Int(page.chunk_count) == count else {
      throw invalid(
        "number of strips or tiles", "\(page.chunk_count) of \(page.chunk_bytes) bytes",
        "\(count) of \(chunkBytes)")
    }
  }

  /// The product of numbers that are not negative; nil where it is 2^56 or more.
  private static func product(_ numbers: Int...) -> Int? {
    var result = 1
    for number in numbers {
      let (product, overflows) = result.multipliedReportingOverflow(by: number)
      guard !overflows, product < 1 << 56 else { return nil }
      result = product
    }
    return result
  }

  /// The number of bytes of a whole chunk.
  var largestBytes: Int { rowBytes * height }
}
