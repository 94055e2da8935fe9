/// Why a scan could not be read or written.
public enum ScanError: Error, Equatable, Sendable {
  /// There is no such file.
  case notFound(file: String)
  /// The system does not let it be read: no permission, a folder, a device, a failing disk.
  case unreadable(file: String, reason: String)
  /// The name's ending tells no format.
  case unknownFormat(file: String)
  /// The bytes are not of the format that the name tells.
  case notThisFormat(file: String, format: ScanFormat, looksLike: String)
  /// The file ends early. `expectedBytes` counts after decompression; nil where the file does not tell.
  case truncated(file: String, expectedBytes: Int?, foundBytes: Int)
  /// The bytes are damaged: a checksum or the compression does not hold.
  case damaged(file: String, reason: String)
  /// A field of the header has a value that cannot be.
  case headerInvalid(file: String, field: String, found: String, expected: String)
  /// The header promises more than the file can hold, even compressed as far as the format can.
  case tooLarge(file: String, declaredBytes: Int, limitBytes: Int)
  /// The values are of a type that is no single real number, such as a complex one.
  case unsupportedDatatype(file: String, datatype: String)
  /// The file is of a NIfTI relative that is not read.
  case unsupportedLayout(file: String, layout: NIfTILayout)
  /// The image has a fourth or a further dimension.
  case notThreeDimensional(file: String, sizes: [Int])
  /// The PNG's colours are not grey or RGB.
  case unsupportedColours(file: String, colours: PNGColours)
  /// A value does not fit the type that it is to be stored as.
  case valueOutOfRange(file: String, value: Double, datatype: ScanDatatype)
  /// The format cannot hold such values.
  case notStorable(file: String, format: ScanFormat, datatype: ScanDatatype, channels: Int)
  /// A PNG holds one slice, and the volume has more.
  case severalSlices(file: String, count: Int)
  /// The file could not be written; what stood there before still stands.
  case cannotWrite(file: String, reason: String, isOutOfSpace: Bool)
}

/// Relatives of single-file NIfTI.
public enum NIfTILayout: String, Sendable {
  /// A header whose voxels stand in a second file.
  case headerAndImagePair = "half of a NIfTI pair (.hdr and .img)"
  /// The format that NIfTI grew from.
  case analyze = "an Analyze 7.5 header"
}

/// Colours of a PNG that are not taken as values.
public enum PNGColours: String, Sendable {
  /// Indices into a table of colours.
  case palette = "a palette"
  /// Pixels that let the background through.
  case transparency = "an alpha channel that is not opaque everywhere"
}

extension ScanError: CustomStringConvertible {
  /// What is wrong with which file, what was expected and found, and what to do.
  public var description: String { "\(file): \(problem)" }

  /// The file that the error is about.
  public var file: String {
    switch self {
    case .notFound(let file), .unreadable(let file, _), .unknownFormat(let file), .notThisFormat(let file, _, _),
      .truncated(let file, _, _), .damaged(let file, _), .headerInvalid(let file, _, _, _), .tooLarge(let file, _, _),
      .unsupportedDatatype(let file, _), .unsupportedLayout(let file, _), .notThreeDimensional(let file, _),
      .unsupportedColours(let file, _), .valueOutOfRange(let file, _, _), .notStorable(let file, _, _, _),
      .severalSlices(let file, _), .cannotWrite(let file, _, _):
      file
    }
  }

  /// Whether a file could not be written, rather than read.
  public var isAboutWriting: Bool {
    switch self {
    case .valueOutOfRange, .notStorable, .severalSlices, .cannotWrite: true
    default: false
    }
  }

  private var problem: String {
    switch self {
    case .notFound:
      "there is no such file; check the path"
    case .unreadable(_, let reason):
      "cannot be read (\(reason)); check its permissions and that it is a plain file"
    case .unknownFormat:
      "its name tells no format; expected one that ends in .nii, .nii.gz or .png"
    case .notThisFormat(_, let format, let looksLike):
      "is no \(format.title) file, though its name says so: it begins with \(looksLike); rename or replace it"
    case .truncated(_, let expected, let found):
      truncation(expected: expected, found: found)
    case .damaged(_, let reason):
      "its bytes are damaged (\(reason)); copy or download it again"
    case .headerInvalid(_, let field, let found, let expected):
      "its header has \(field) = \(found), expected \(expected); repair the header or export the scan again"
    case .tooLarge(_, let declared, let limit):
      "its header promises \(declared) bytes, but a file of this size holds at most \(limit) even when compressed; "
        + "it is damaged: copy or export it again"
    case .unsupportedDatatype(_, let datatype):
      "its values are of type \(datatype), expected integers, floats or RGB24; convert it, to float32 for example"
    case .unsupportedLayout(_, let layout):
      "is \(layout.rawValue), expected a single-file NIfTI; convert it to .nii.gz"
    case .notThreeDimensional(_, let sizes):
      "has \(sizes.count) dimensions (\(sizes.map(String.init).joined(separator: "x"))), expected at most 3; "
        + "split it into one file for each 3-D image"
    case .unsupportedColours(_, let colours):
      "has \(colours.rawValue), expected grey or RGB; save it as \(colours == .palette ? "grey or RGB" : "an opaque image")"
    default: writingProblem
    }
  }

  private var writingProblem: String {
    switch self {
    case .valueOutOfRange(_, let value, let datatype):
      "cannot be written: the value \(value.text) does not fit \(datatype.rawValue); choose a wider datatype"
    case .notStorable(_, .png, let datatype, let channels):
      "cannot be written: \(channels) channel(s) of \(datatype.rawValue) do not fit a PNG, "
        + "which holds 1 of uint8 or uint16, or 3 of uint8; choose another datatype or .nii.gz"
    case .notStorable(_, .nifti, let datatype, let channels):
      "cannot be written: \(channels) channels of \(datatype.rawValue) do not fit a NIfTI file, "
        + "which holds 1, or 3 of uint8; write each channel to a file of its own"
    case .severalSlices(_, let count):
      "cannot be written: the volume has \(count) slices, and a PNG holds 1; write .nii.gz instead"
    case .cannotWrite(_, let reason, let isOutOfSpace):
      "cannot be written (\(reason)); "
        + (isOutOfSpace ? "free some space or choose another disk" : "check the folder and its permissions")
    default: ""
    }
  }

  private func truncation(expected: Int?, found: Int) -> String {
    let promise = expected.map { "its header promises \($0) bytes, and \(found) are there" }
    return "ends early: \(promise ?? "its \(found) bytes stop before the image does"); copy or download it again"
  }
}

extension ScanFormat {
  /// The format's name in messages.
  var title: String {
    switch self {
    case .nifti: "NIfTI"
    case .png: "PNG"
    }
  }
}

extension Double {
  /// The number without a needless fraction.
  fileprivate var text: String { self == rounded() && magnitude < 1e15 ? String(Int(self)) : String(self) }
}
