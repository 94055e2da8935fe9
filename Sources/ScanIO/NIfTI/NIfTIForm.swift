import CNIfTI

/// Which of the relatives of NIfTI a header is of.
struct NIfTIForm {
  /// Where the voxels stand, and what the fields mean.
  enum Layout {
    /// NIfTI, the voxels in the same file.
    case single
    /// NIfTI, the voxels in a second file.
    case pair
    /// Analyze 7.5, the voxels in a second file.
    case analyze
  }

  /// 1 or 2.
  let version: Int32
  /// Whether the byte order is not the machine's.
  let isSwapped: Bool
  /// The relative.
  let layout: Layout

  /// The number of bytes of the header itself.
  var byteCount: Int { version == 1 ? Int(CNIFTI_1_HEADER_BYTES) : Int(CNIFTI_2_HEADER_BYTES) }

  /// Tells the form of a header from its size and its magic.
  ///
  /// - Throws: `ScanError.notThisFormat`, `.truncated`, `.headerInvalid`.
  init(_ bytes: [UInt8], file: String) throws {
    let first = bytes.count >= 4 ? bytes.withUnsafeBytes { $0.loadUnaligned(as: Int32.self) } : 0
    switch (first, first.byteSwapped) {
    case (CNIFTI_1_HEADER_BYTES, _): (version, isSwapped) = (1, false)
    case (CNIFTI_2_HEADER_BYTES, _): (version, isSwapped) = (2, false)
    case (_, CNIFTI_1_HEADER_BYTES): (version, isSwapped) = (1, true)
    case (_, CNIFTI_2_HEADER_BYTES): (version, isSwapped) = (2, true)
    default: throw ScanError.notThisFormat(file: file, format: .nifti, looksLike: lookOfFirstBytes(bytes))
    }
    let byteCount = version == 1 ? Int(CNIFTI_1_HEADER_BYTES) : Int(CNIFTI_2_HEADER_BYTES)
    guard bytes.count >= byteCount else {
      throw ScanError.truncated(file: file, expectedBytes: byteCount, foundBytes: bytes.count)
    }
    layout = try Self.layout(bytes, version: version, file: file)
  }

  private static func layout(_ bytes: [UInt8], version: Int32, file: String) throws -> Layout {
    let magic = version == 1 ? Array(bytes[344..<348]) : Array(bytes[4..<12])
    func written(_ letter: String) -> [UInt8] {
      Array("n\(letter)\(version)\0".utf8) + (version == 1 ? [] : Array("\r\n\u{1a}\n".utf8))
    }
    if magic == written("+") { return .single }
    if magic == written("i") { return .pair }
    if version == 1, magic.allSatisfy({ $0 == 0 }) { return .analyze }
    func text(_ bytes: [UInt8]) -> String {
      "\"" + bytes.map { Unicode.Scalar($0).escaped(asASCII: true) }.joined() + "\""
    }
    throw ScanError.headerInvalid(file: file, field: "magic", found: text(magic), expected: text(written("+")))
  }
}
