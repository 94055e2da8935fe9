import CTIFF

/// A page of a TIFF file whose directory has been checked.
struct TIFFPage: Equatable {
  /// How samples are stored.
  enum Samples: Equatable {
    /// Whole bytes.
    case whole(ScanDatatype)
    /// Floats of 16 bits.
    case half
    /// Unsigned integers of 1 to 15 bits, packed.
    case packed(bits: Int)
  }

  let width: Int
  let height: Int
  /// How a sample is stored.
  let samples: Samples
  /// The number of samples a pixel has.
  let samplesPerPixel: Int
  /// Whether the pixels are numbers of a palette's colours.
  let hasPalette: Bool
  /// Whether the last sample is alpha.
  let hasAlpha: Bool
  /// How the pixels are cut into strips or tiles.
  let chunks: TIFFChunks
  /// Pixels per unit along i and j; nil where the file has none above 0.
  let resolution: SIMD2<Double>?
  /// By how much the compression can shrink bytes at most.
  let largestRatio: Int

  /// Checks a page.
  ///
  /// - Parameter number: The page's, from 1, in messages.
  /// - Throws: `ScanError.headerInvalid`, `.unsupportedDatatype`, `.tiff`.
  init(checking page: ctiff_page, number: Int, file: String) throws {
    let check = PageCheck(page: page, number: number, file: file)
    try check.sizes()
    largestRatio = try check.largestRatio()
    try check.colours()
    samples = try check.samples()
    chunks = try TIFFChunks(checking: page, number: number, file: file)
    (width, height, samplesPerPixel) = (Int(page.width), Int(page.height), Int(page.samples))
    hasPalette = page.photometric == PageCheck.palette
    hasAlpha = page.extra_samples == 1 && (page.last_extra == 1 || page.last_extra == 2)
    let (x, y) = (Double(page.x_resolution), Double(page.y_resolution))
    resolution = x > 0 && x.isFinite ? SIMD2(x, y > 0 && y.isFinite ? y : x) : nil
  }

  /// The type that the samples have once they are read.
  var datatype: ScanDatatype {
    switch samples {
    case .whole(let datatype): datatype
    case .half: .float32
    case .packed(let bits): bits <= 8 ? .uint8 : .uint16
    }
  }

  /// The largest value of a sample, which as alpha is opaque.
  var opaque: Float {
    switch samples {
    case .packed(let bits): Float(1 << bits - 1)
    case .half, .whole(.float32), .whole(.float64): 1
    case .whole(let datatype):
      Float(sign: .plus, exponent: 8 * datatype.byteCount - (datatype.isSigned ? 1 : 0), significand: 1)
        - (datatype.byteCount <= 2 ? 1 : 0)
    }
  }

  /// What must be the same on all pages of a stack, for messages.
  var kind: String {
    let colours = hasPalette ? " of a palette" : ""
    let bits =
      switch samples {
      case .whole(let datatype): datatype.rawValue
      case .half: "float16"
      case .packed(let bits): "\(bits) bits"
      }
    return "\(width)x\(height) pixels of \(samplesPerPixel) x \(bits)\(colours)\(hasAlpha ? " with alpha" : "")"
  }
}

extension ScanDatatype {
  fileprivate var isSigned: Bool { [.int8, .int16, .int32, .int64].contains(self) }
}

/// The checks of a page's tags.
private struct PageCheck {
  let page: ctiff_page
  let number: Int
  let file: String

  static let palette: UInt32 = 3

  func sizes() throws {
    for (field, value) in [("ImageWidth", page.width), ("ImageLength", page.height)]
    where !(1...UInt32(Int32.max)).contains(value) {
      throw invalid(field, "\(value)", "1 to \(Int32.max)")
    }
    guard page.samples >= 1 else { throw invalid("SamplesPerPixel", "0", "at least 1") }
    for depth in [page.depth, page.chunk_depth] where depth != 1 {
      throw ScanError.tiff(file: file, .blocks(page: number, depth: Int(depth)))
    }
  }

  func largestRatio() throws -> Int {
    guard let ratio = TIFFCompression.largestRatio(page.compression) else {
      throw ScanError.tiff(
        file: file, .compression(page: number, name: TIFFCompression.name(page.compression)))
    }
    return ratio
  }

  func colours() throws {
    let colourSamples: UInt32
    switch page.photometric {
    case 0, 1: colourSamples = 1
    case 2: colourSamples = 3
    case Self.palette:
      guard page.samples == 1 else { throw invalid("SamplesPerPixel", "\(page.samples)", "1 of a palette") }
      colourSamples = 1
    default: throw ScanError.tiff(file: file, .colours(page: number, name: Self.name(page.photometric)))
    }
    guard page.samples >= colourSamples else {
      throw invalid("SamplesPerPixel", "\(page.samples)", "at least \(colourSamples)")
    }
  }

  func samples() throws -> TIFFPage.Samples {
    switch (page.sample_format, page.bits) {
    case (1, 8), (4, 8): return .whole(.uint8)
    case (1, 16), (4, 16): return .whole(.uint16)
    case (1, 1...15), (4, 1...15): return .packed(bits: Int(page.bits))
    case (1, 32), (4, 32): return .whole(.uint32)
    case (1, 64), (4, 64): return .whole(.uint64)
    case (2, 8): return .whole(.int8)
    case (2, 16): return .whole(.int16)
    case (2, 32): return .whole(.int32)
    case (2, 64): return .whole(.int64)
    case (3, 16): return .half
    case (3, 32): return .whole(.float32)
    case (3, 64): return .whole(.float64)
    default:
      let kinds: [UInt32: String] = [1: "uint", 2: "int", 3: "float", 5: "complex int", 6: "complex"]
      throw ScanError.unsupportedDatatype(
        file: file, datatype: "\(kinds[page.sample_format] ?? "unknown (\(page.sample_format)), ")\(page.bits)")
    }
  }

  private func invalid(_ field: String, _ found: String, _ expected: String) -> ScanError {
    .headerInvalid(file: file, field: "\(field) of page \(number)", found: found, expected: expected)
  }

  private static func name(_ photometric: UInt32) -> String {
    let names: [UInt32: String] = [
      4: "transparency mask", 5: "CMYK", 6: "YCbCr", 8: "CIE L*a*b*", 9: "ICC L*a*b*", 10: "ITU L*a*b*",
      32803: "colour filter", 32844: "LogL", 32845: "LogLuv", 34892: "linear raw",
    ]
    return names[photometric] ?? "unknown (\(photometric))"
  }
}
