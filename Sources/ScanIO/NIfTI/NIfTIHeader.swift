import CNIfTI
import Volumes

/// A NIfTI header that has been checked: what it promises can be.
struct NIfTIHeader: Sendable {
  /// All of the header's fields.
  let fields: cnifti_fields
  /// Whether the file's byte order is not the machine's.
  let isSwapped: Bool
  /// The number of voxels along each axis.
  let size: GridSize
  /// The type of a stored value.
  let datatype: ScanDatatype
  /// The number of values a voxel has.
  let channels: Int
  /// Where the voxels begin, in decompressed bytes.
  let voxelOffset: Int
  /// The number of bytes that the voxels take.
  let voxelByteCount: Int

  /// The most bytes that a header and the announcement of its extensions take.
  static let largestByteCount = Int(CNIFTI_2_HEADER_BYTES) + 4

  /// Checks a header.
  ///
  /// - Parameters:
  ///   - bytes: A file's first `largestByteCount` bytes, or all that it has.
  ///   - file: The file's name in messages.
  /// - Throws: `ScanError.notThisFormat`, `.truncated`, `.unsupportedLayout`, `.headerInvalid`, `.unsupportedDatatype`,
  ///   `.notThreeDimensional`.
  init(checking bytes: [UInt8], file: String) throws {
    let form = try HeaderForm(bytes, file: file)
    var fields = cnifti_fields()
    cnifti_decode(bytes, form.version, form.isSwapped ? 1 : 0, &fields)
    let check = FieldCheck(file: file, fields: fields)
    let sizes = try check.sizes()
    (datatype, channels) = try check.datatype()
    voxelOffset = try check.voxelOffset(atLeast: form.byteCount + 4)
    voxelByteCount = try check.voxelByteCount(sizes, bytesPerVoxel: datatype.byteCount * channels)
    guard sizes.dropFirst(3).allSatisfy({ $0 == 1 }) else {
      throw ScanError.notThreeDimensional(file: file, sizes: sizes)
    }
    size = GridSize(
      width: sizes[0], height: sizes.count > 1 ? sizes[1] : 1, depth: sizes.count > 2 ? sizes[2] : 1)
    self.fields = fields
    isSwapped = form.isSwapped
  }

  /// The number of bytes of the header itself.
  var byteCount: Int { fields.version == 1 ? Int(CNIFTI_1_HEADER_BYTES) : Int(CNIFTI_2_HEADER_BYTES) }

  /// Slope and intercept of the stored values; a slope of 0 or NaN means that they are not scaled.
  ///
  /// - Throws: `ScanError.headerInvalid`.
  func scaling(file: String) throws -> (slope: Double, intercept: Double) {
    guard fields.scl_slope != 0, fields.scl_slope.isFinite, channels == 1 else { return (1, 0) }
    guard fields.scl_inter.isFinite else {
      throw ScanError.headerInvalid(
        file: file, field: "scl_inter", found: "\(fields.scl_inter)", expected: "a finite number")
    }
    return (fields.scl_slope, fields.scl_inter)
  }

  /// The header's free text.
  var text: String { withUnsafeBytes(of: fields.descrip) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) } }
}

/// Which of the header's forms a file begins with.
private struct HeaderForm {
  let version: Int32
  let isSwapped: Bool
  var byteCount: Int { version == 1 ? Int(CNIFTI_1_HEADER_BYTES) : Int(CNIFTI_2_HEADER_BYTES) }

  init(_ bytes: [UInt8], file: String) throws {
    let first = bytes.count >= 4 ? bytes.withUnsafeBytes { $0.loadUnaligned(as: Int32.self) } : 0
    switch (first, first.byteSwapped) {
    case (CNIFTI_1_HEADER_BYTES, _): (version, isSwapped) = (1, false)
    case (CNIFTI_2_HEADER_BYTES, _): (version, isSwapped) = (2, false)
    case (_, CNIFTI_1_HEADER_BYTES): (version, isSwapped) = (1, true)
    case (_, CNIFTI_2_HEADER_BYTES): (version, isSwapped) = (2, true)
    default: throw ScanError.notThisFormat(file: file, format: .nifti, looksLike: lookOfFirstBytes(bytes))
    }
    guard bytes.count >= byteCount else {
      throw ScanError.truncated(file: file, expectedBytes: byteCount + 4, foundBytes: bytes.count)
    }
    try checkMagic(bytes, file: file)
  }

  private func checkMagic(_ bytes: [UInt8], file: String) throws {
    let magic = version == 1 ? Array(bytes[344..<348]) : Array(bytes[4..<12])
    let expected: [UInt8] = version == 1 ? Array("n+1\0".utf8) : Array("n+2\0\r\n\u{1a}\n".utf8)
    if magic == expected { return }
    if magic.starts(with: Array("ni\(version)\0".utf8)) {
      throw ScanError.unsupportedLayout(file: file, layout: .headerAndImagePair)
    }
    if version == 1, magic.allSatisfy({ $0 == 0 }) { throw ScanError.unsupportedLayout(file: file, layout: .analyze) }
    func text(_ bytes: [UInt8]) -> String {
      "\"" + bytes.map { Unicode.Scalar($0).escaped(asASCII: true) }.joined() + "\""
    }
    throw ScanError.headerInvalid(file: file, field: "magic", found: text(magic), expected: text(expected))
  }
}

/// The checks of single fields.
private struct FieldCheck {
  let file: String
  let fields: cnifti_fields

  /// The size along each dimension: 1 to 7 of them, 1 or more each.
  func sizes() throws -> [Int] {
    let dim = withUnsafeBytes(of: fields.dim) { Array($0.bindMemory(to: Int64.self)) }
    guard (1...7).contains(dim[0]) else { throw invalid("dim[0]", "\(dim[0])", "a number of dimensions from 1 to 7") }
    for axis in 1...Int(dim[0]) where dim[axis] < 1 {
      throw invalid("dim[\(axis)]", "\(dim[axis])", "at least 1 voxel")
    }
    return dim[1...Int(dim[0])].map { Int($0) }
  }

  func datatype() throws -> (ScanDatatype, channels: Int) {
    let code = fields.datatype
    let type: (ScanDatatype, channels: Int)
    if code == Self.rgb24 {
      type = (.uint8, 3)
    } else if let datatype = ScanDatatype.allCases.first(where: { $0.sample.rawValue == UInt32(bitPattern: code) }) {
      type = (datatype, 1)
    } else if let name = Self.otherDatatypes.first(where: { $0.code == code })?.name {
      throw ScanError.unsupportedDatatype(file: file, datatype: name)
    } else {
      throw invalid("datatype", "\(code)", "one of NIfTI's codes, such as 4 for int16")
    }
    let bits = 8 * type.0.byteCount * type.channels
    guard Int(fields.bitpix) == bits else {
      throw invalid("bitpix", "\(fields.bitpix)", "\(bits) for datatype \(code)")
    }
    return type
  }

  func voxelOffset(atLeast least: Int) throws -> Int {
    let offset = fields.vox_offset
    guard offset.isFinite, offset >= Double(least), offset <= Double(1 << 53), offset == offset.rounded() else {
      throw invalid("vox_offset", "\(offset)", "a whole number, \(least) or more")
    }
    return Int(offset)
  }

  /// The voxels' bytes, where neither they nor the floats made of them overflow.
  func voxelByteCount(_ sizes: [Int], bytesPerVoxel: Int) throws -> Int {
    var total = max(bytesPerVoxel, 3 * MemoryLayout<Float>.size)
    for size in sizes {
      let (product, overflows) = total.multipliedReportingOverflow(by: size)
      guard !overflows, product < 1 << 60 else {
        throw invalid("dim", sizes.map(String.init).joined(separator: "x"), "sizes whose product can be stored")
      }
      total = product
    }
    return sizes.reduce(bytesPerVoxel, *)
  }

  private func invalid(_ field: String, _ found: String, _ expected: String) -> ScanError {
    .headerInvalid(file: file, field: field, found: found, expected: expected)
  }

  private static let rgb24: Int32 = 128
  private static let otherDatatypes: [(code: Int32, name: String)] = [
    (1, "binary"), (32, "complex64"), (1536, "float128"), (1792, "complex128"), (2048, "complex256"),
    (2304, "RGBA32"),
  ]
}
