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
  /// Of the two files of a NIfTI or Analyze pair only one is there.
  case pairIncomplete(file: String, missing: String)
  /// The image has a fourth or a further dimension, and nothing was said of what it stands for.
  case furtherDimension(file: String, sizes: [Int])
  /// The image has fewer points of time than the one that was asked for.
  case noSuchFrame(file: String, frame: Int, frames: Int)
  /// A value does not fit the type that it is to be stored as.
  case valueOutOfRange(file: String, value: Double, datatype: ScanDatatype)
  /// Files of this kind are only read.
  case notWritten(file: String, format: ScanFormat)
  /// The format cannot hold such values.
  case notStorable(file: String, format: ScanFormat, datatype: ScanDatatype, channels: Int)
  /// A DICOM file, or the series in a folder, cannot be read as one volume.
  case dicom(file: String, DICOMProblem)
  /// A PNG holds one slice, and the volume has more.
  case severalSlices(file: String, count: Int)
  /// A TIFF file is of a kind that is not read, or not well formed.
  case tiff(file: String, TIFFProblem)
  /// The file's bytes could not be made.
  case cannotEncode(file: String, reason: String)
}

extension ScanError: CustomStringConvertible {
  /// What is wrong with which file, what was expected and found, and what to do.
  public var description: String { "\(file): \(problem)" }

  /// The file that the error is about.
  public var file: String {
    switch self {
    case .notFound(let file), .unreadable(let file, _), .unknownFormat(let file), .notThisFormat(let file, _, _),
      .truncated(let file, _, _), .damaged(let file, _), .headerInvalid(let file, _, _, _), .tooLarge(let file, _, _),
      .unsupportedDatatype(let file, _), .pairIncomplete(let file, _), .furtherDimension(let file, _),
      .noSuchFrame(let file, _, _), .valueOutOfRange(let file, _, _), .notStorable(let file, _, _, _),
      .notWritten(let file, _), .severalSlices(let file, _), .tiff(let file, _), .dicom(let file, _),
      .cannotEncode(let file, _):
      file
    }
  }

  /// Whether a file could not be written, rather than read.
  public var isAboutWriting: Bool {
    switch self {
    case .valueOutOfRange, .notWritten, .notStorable, .severalSlices, .cannotEncode: true
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
      "its name tells no format; expected one that ends in \(ScanFormat.readEndings)"
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
      "its values are of type \(datatype), expected integers, floats or colours; "
        + "convert it, to float32 for example"
    case .pairIncomplete(_, let missing):
      "is one of the two files of a scan, and the other, \(missing), is not there; put it beside this one"
    case .furtherDimension(_, let sizes):
      "has \(sizes.count) dimensions (\(sizes.map(String.init).joined(separator: "x"))), and the file does not say what the "
        + "last is; say it: 'fourth_dimension: channels' where a voxel has so many values, 'fourth_dimension: time' and "
        + "'frame: 0' where one of so many points of time is to be read (--fourth-dimension, --frame on the command line)"
    case .noSuchFrame(_, let frame, let frames):
      "has \(frames) points of time, and 'frame' is \(frame); expected 0 to \(frames - 1)"
    case .tiff(_, let problem): problem.description
    case .dicom(_, let problem): problem.description
    default: writingProblem
    }
  }

  private var writingProblem: String {
    switch self {
    case .valueOutOfRange(_, let value, let datatype):
      "cannot be written: the value \(value.text) does not fit \(datatype.rawValue); choose a wider datatype"
    case .notWritten(_, let format):
      "cannot be written: \(format.title) files of this ending are only read; write .nii.gz or .nii"
    case .notStorable(_, .png, let datatype, let channels):
      "cannot be written: \(channels) channel(s) of \(datatype.rawValue) do not fit a PNG, "
        + "which holds 1 to 4 of uint8 or uint16; choose another datatype or .nii.gz"
    case .notStorable(_, let format, let datatype, let channels):
      "cannot be written: \(channels) channel(s) of \(datatype.rawValue) do not fit a \(format.title) file; write .nii.gz"
    case .severalSlices(_, let count):
      "cannot be written: the volume has \(count) slices, and a PNG holds 1; write .nii.gz instead"
    case .cannotEncode(_, let reason):
      "cannot be written (\(reason)); free some memory, or write another format"
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
    case .tiff: "TIFF"
    case .dicom: "DICOM"
    }
  }
}

extension Double {
  /// The number without a needless fraction.
  fileprivate var text: String { self == rounded() && magnitude < 1e15 ? String(Int(self)) : String(self) }
}
