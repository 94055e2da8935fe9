import CDICOM

/// A slice: a frame of a DICOM image and its position.
struct DICOMSlice {
  /// Which of a series' images holds it.
  var image = 0
  /// Which of the image's frames it is.
  var frame: Int
  /// The middle of its first pixel, in millimetres towards left, posterior, superior.
  let position: SIMD3<Double>?
  /// The directions in which a row and a column run.
  let orientation: DICOMOrientation?
  /// The distances of rows and of columns, in millimetres.
  let spacing: SIMD2<Double>?
  /// The distance to the next slice as the header has it, which is not to be relied on.
  let thickness: Double?
  /// A stored value times `slope`, and `intercept`, is the value.
  let slope: Double
  let intercept: Double
}

/// The directions in which the rows and the columns of a slice run, towards left, posterior, superior.
struct DICOMOrientation: Equatable {
  let row: SIMD3<Double>
  let column: SIMD3<Double>

  /// The direction across the slice: the cross product.
  var normal: SIMD3<Double> {
    SIMD3(
      row.y * column.z - row.z * column.y, row.z * column.x - row.x * column.z, row.x * column.y - row.y * column.x)
  }

  /// Whether each cosine is the other's, but for rounding.
  func isNear(_ other: DICOMOrientation) -> Bool {
    (0..<3).allSatisfy { abs(row[$0] - other.row[$0]) < 1e-4 && abs(column[$0] - other.column[$0]) < 1e-4 }
  }
}

/// What the header of a DICOM file says of its image.
struct DICOMImage {
  let path: String
  let byteCount: Int
  let info: cdicom_info
  let form: DICOMForm
  let description: String
  /// The frames, in the file's order.
  let slices: [DICOMSlice]

  /// Reads an image's header, and checks it against the file's length.
  ///
  /// - Throws: `ScanError`.
  init(_ file: DICOMFile) throws {
    (path, byteCount, info) = (file.path, file.byteCount, file.info)
    if let kind = DICOMKind(file).refusal { throw ScanError.dicom(file: path, .notAnImage(kind: kind)) }
    guard info.is_encapsulated == 0 || DICOMCompression(info) != nil else {
      throw ScanError.dicom(file: path, .transferSyntax(info.syntaxName))
    }
    form = try DICOMForm(file)
    description = file.text(.seriesDescription) ?? ""
    let frames = try file.whole(.frames) ?? 1
    guard (1...Self.mostFrames).contains(frames) else {
      throw file.invalid(.frames, String(frames), "1 to \(Self.mostFrames)")
    }
    try Self.checkLength(file, form, frames: frames)
    slices = try Self.slices(file, frames: frames)
  }

  /// More frames than any machine makes are refused before a slice is made for each.
  private static let mostFrames = 1 << 16

  /// Compares the size that the header declares with what the file can contain, before allocating memory.
  private static func checkLength(_ file: DICOMFile, _ form: DICOMForm, frames: Int) throws {
    let (declared, isTooLarge) = form.byteCount.multipliedReportingOverflow(by: frames)
    let left = max(0, file.byteCount - Int(file.info.pixel_offset))
    if file.info.is_encapsulated == 0 {
      let available = min(left, Int(file.info.pixel_length))
      guard !isTooLarge, declared <= available else {
        throw ScanError.truncated(
          file: file.path, expectedBytes: isTooLarge ? nil : Int(file.info.pixel_offset) + declared,
          foundBytes: Int(file.info.pixel_offset) + available)
      }
    } else {
      let limit = file.byteCount * 1032
      guard !isTooLarge, declared <= limit else {
        throw ScanError.tooLarge(
          file: file.path, declaredBytes: isTooLarge ? Int.max : declared, limitBytes: limit)
      }
    }
  }

  private static func slices(_ file: DICOMFile, frames: Int) throws -> [DICOMSlice] {
    let groups = Int(file.info.group_count)
    if groups == 0 {
      let first = try slice(file, frame: 0)
      return (0..<frames).map { frame in
        var slice = first
        slice.frame = frame
        return slice
      }
    }
    guard groups == frames else {
      throw file.invalid(.frames, String(frames), "\(groups), the number of functional groups of frames")
    }
    return try (0..<frames).map { try slice(file, frame: $0) }
  }

  private static func slice(_ file: DICOMFile, frame: Int) throws -> DICOMSlice {
    let position = try file.vector(.position, count: 3, in: .positionGroup, frame: frame)
    let spacing = try file.vector(.pixelSpacing, count: 2, in: .measuresGroup, frame: frame)
    if let spacing, !spacing.allSatisfy({ $0 > 0 }) {
      throw file.invalid(.pixelSpacing, spacing.map { "\($0)" }.joined(separator: "\\"), "2 numbers above 0")
    }
    let slope = try file.vector(.slope, count: 1, in: .valuesGroup, frame: frame)?[0] ?? 1
    guard slope != 0 else { throw file.invalid(.slope, "0", "a number other than 0") }
    let thickness = [DICOMTag.spacingBetweenSlices, .sliceThickness]
      .compactMap { file.numbers($0, in: .measuresGroup, frame: frame)?.first?.magnitude }.first { $0 > 0 }
    return DICOMSlice(
      frame: frame, position: position.map { SIMD3($0[0], $0[1], $0[2]) },
      orientation: try orientation(file, frame: frame), spacing: spacing.map { SIMD2($0[0], $0[1]) },
      thickness: thickness, slope: slope,
      intercept: try file.vector(.intercept, count: 1, in: .valuesGroup, frame: frame)?[0] ?? 0)
  }

  private static func orientation(_ file: DICOMFile, frame: Int) throws -> DICOMOrientation? {
    guard let numbers = try file.vector(.orientation, count: 6, in: .orientationGroup, frame: frame) else { return nil }
    let row = SIMD3(numbers[0], numbers[1], numbers[2])
    let column = SIMD3(numbers[3], numbers[4], numbers[5])
    let lengths = [(row * row).sum(), (column * column).sum()]
    guard lengths.allSatisfy({ abs($0 - 1) < 1e-2 }), abs((row * column).sum()) < 1e-2 else {
      throw file.invalid(
        .orientation, numbers.map { "\($0)" }.joined(separator: "\\"), "two directions of length 1 at right angles")
    }
    return DICOMOrientation(row: row, column: column)
  }
}
