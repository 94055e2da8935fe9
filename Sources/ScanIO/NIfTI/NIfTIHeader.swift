import CNIfTI
import Volumes

/// A header of NIfTI or Analyze 7.5 that has been checked.
struct NIfTIHeader: Sendable {
  /// All of the header's fields.
  let fields: cnifti_fields
  /// The relative of NIfTI.
  let form: NIfTIForm
  /// The size along each dimension: 1 to 7 of them, 1 or more each.
  let sizes: [Int]
  /// The type of a stored value.
  let datatype: ScanDatatype
  /// The number of values that stand side by side for a voxel: 1, or those of a colour.
  let components: Int
  /// Where the voxels begin in their file, in decompressed bytes.
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
  /// - Throws: `ScanError.notThisFormat`, `.truncated`, `.headerInvalid`, `.unsupportedDatatype`.
  init(checking bytes: [UInt8], file: String) throws {
    form = try NIfTIForm(bytes, file: file)
    var fields = cnifti_fields()
    if form.layout == .analyze {
      cnifti_decode_analyze(bytes, form.isSwapped ? 1 : 0, &fields)
    } else {
      cnifti_decode(bytes, form.version, form.isSwapped ? 1 : 0, &fields)
    }
    let check = FieldCheck(file: file, fields: fields, layout: form.layout)
    sizes = try check.sizes()
    (datatype, components) = try check.datatype()
    voxelOffset = try check.voxelOffset(atLeast: form.layout == .single ? form.byteCount + 4 : 0)
    voxelByteCount = try check.voxelByteCount(sizes, bytesPerVoxel: datatype.byteCount * components)
    self.fields = fields
  }

  /// The number of voxels along each axis of space.
  var size: GridSize {
    GridSize(width: sizes[0], height: sizes.count > 1 ? sizes[1] : 1, depth: sizes.count > 2 ? sizes[2] : 1)
  }

  /// The number of volumes that stand one behind the other.
  var frames: Int { sizes.dropFirst(3).reduce(1, *) }

  /// Whether the standard says what the further dimension is: the fifth, without a fourth, holds a voxel's values.
  var holdsVectors: Bool { sizes.count == 5 && sizes[3] == 1 && frames > 1 }

  /// Slope and intercept of the stored values; a slope of 0 or NaN means that they are not scaled.
  ///
  /// - Throws: `ScanError.headerInvalid`.
  func scaling(file: String) throws -> (slope: Double, intercept: Double) {
    guard fields.scl_slope != 0, fields.scl_slope.isFinite, components == 1 else { return (1, 0) }
    guard fields.scl_inter.isFinite else {
      throw ScanError.headerInvalid(
        file: file, field: "scl_inter", found: "\(fields.scl_inter)", expected: "a finite number")
    }
    return (fields.scl_slope, fields.scl_inter)
  }

  /// The header's free text.
  var text: String { withUnsafeBytes(of: fields.descrip) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) } }
}

/// The checks of single fields.
private struct FieldCheck {
  let file: String
  let fields: cnifti_fields
  let layout: NIfTIForm.Layout

  /// The size along each dimension: 1 to 7 of them, 1 or more each.
  func sizes() throws -> [Int] {
    let dim = withUnsafeBytes(of: fields.dim) { Array($0.bindMemory(to: Int64.self)) }
    guard (1...7).contains(dim[0]) else { throw invalid("dim[0]", "\(dim[0])", "1 to 7 dimensions") }
    for axis in 1...Int(dim[0]) where dim[axis] < 1 {
      throw invalid("dim[\(axis)]", "\(dim[axis])", "at least 1 voxel")
    }
    return dim[1...Int(dim[0])].map { Int($0) }
  }

  func datatype() throws -> (ScanDatatype, components: Int) {
    let code = fields.datatype
    let type: (ScanDatatype, components: Int)
    if let colour = Self.colours.first(where: { $0.code == code }) {
      type = (.uint8, colour.components)
    } else if let datatype = ScanDatatype.allCases.first(where: { $0.sample.rawValue == UInt32(bitPattern: code) }) {
      type = (datatype, 1)
    } else if let name = Self.otherDatatypes.first(where: { $0.code == code })?.name {
      throw ScanError.unsupportedDatatype(file: file, datatype: name)
    } else {
      throw invalid("datatype", "\(code)", "one of NIfTI's codes, such as 4 for int16")
    }
    let bits = 8 * type.0.byteCount * type.components
    // Programs that wrote Analyze files left the number of bits out.
    guard Int(fields.bitpix) == bits || (layout == .analyze && fields.bitpix == 0) else {
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
        throw invalid("dim", sizes.map(String.init).joined(separator: "x"), "smaller sizes (the product overflows)")
      }
      total = product
    }
    return sizes.reduce(bytesPerVoxel, *)
  }

  private func invalid(_ field: String, _ found: String, _ expected: String) -> ScanError {
    .headerInvalid(file: file, field: field, found: found, expected: expected)
  }

  private static let colours: [(code: Int32, components: Int)] = [
    (cnifti_fields.rgb24, 3), (cnifti_fields.rgba32, 4),
  ]
  private static let otherDatatypes: [(code: Int32, name: String)] = [
    (1, "binary"), (32, "complex64"), (1536, "float128"), (1792, "complex128"), (2048, "complex256"),
  ]
}

extension cnifti_fields {
  /// The datatype of red, green and blue, 8 bits each.
  static let rgb24: Int32 = 128
  /// The datatype of red, green, blue and alpha, 8 bits each.
  static let rgba32: Int32 = 2304
}
