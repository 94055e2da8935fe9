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
  /// The affine form that puts the voxels into place has no inverse. `usable` is another form that has one.
  case singularAffine(file: String, source: AffineSource, found: String, usable: AffineSource?, advice: Advice)
  /// The file is of a known kind that holds no scan, such as values on a surface.
  case notAScan(file: String, kind: String)
  /// The header promises more than the file can hold, even compressed as far as the format can.
  case tooLarge(file: String, declaredBytes: Int, limitBytes: Int)
  /// The values are of a type that is no single real number, such as a complex one.
  case unsupportedDatatype(file: String, datatype: String)
  /// Of the two files of a NIfTI or Analyze pair only one is there.
  case pairIncomplete(file: String, missing: String)
  /// The image has a fourth or a further dimension, and nothing was said of what it stands for.
  case furtherDimension(file: String, sizes: [Int], advice: Advice = .loadKeys)
  /// The image has fewer points of time than the one that was asked for.
  case noSuchFrame(file: String, frame: Int, frames: Int)
  /// A value does not fit the type that it is to be stored as.
  case valueOutOfRange(file: String, value: Double, datatype: ScanDatatype)
  /// The type that values are to be stored as does not hold one of them exactly.
  case inexact(file: String, value: String, datatype: ScanDatatype)
  /// The name's ending tells no format to write.
  case unknownOutput(file: String)
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
      .singularAffine(let file, _, _, _, _), .notAScan(let file, _), .unknownOutput(let file),
      .unsupportedDatatype(let file, _), .pairIncomplete(let file, _), .furtherDimension(let file, _, _),
      .noSuchFrame(let file, _, _), .valueOutOfRange(let file, _, _), .inexact(let file, _, _),
      .notStorable(let file, _, _, _),
      .notWritten(let file, _), .severalSlices(let file, _), .tiff(let file, _), .dicom(let file, _),
      .cannotEncode(let file, _):
      file
    }
  }

  /// Whether a file could not be written, rather than read.
  public var isAboutWriting: Bool {
    switch self {
    case .valueOutOfRange, .inexact, .unknownOutput, .notWritten, .notStorable, .severalSlices, .cannotEncode: true
    default: false
    }
  }

  /// Whether the file that was asked for cannot hold the scan, whatever the state of disk and memory.
  public var isUnfitOutput: Bool {
    if case .cannotEncode = self { false } else { isAboutWriting }
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
    case .singularAffine(_, let source, let found, let usable, let advice):
      "its header has \(source.rawValue) = \(found), expected a map that can be inverted; "
        + (usable.map {
          "\(advice.setting("affine", $0.rawValue)) reads it by its \($0.text) instead, or repair the header"
        }
          ?? "repair the header or export the scan again")
    case .notAScan(_, let kind):
      "holds \(kind), expected a scan of voxels; name the volume that it was made from"
    case .furtherDimension(_, let sizes, let advice):
      "has \(sizes.count) dimensions (\(sizes.map(String.init).joined(separator: "x"))), and the file does not say what the "
        + "last is; \(advice.setting("fourth_dimension", "channels")) reads so many values of each voxel, "
        + "\(advice.setting([("fourth_dimension", "time"), ("frame", "0")])) the first of so many points of time"
    case .noSuchFrame(_, let frame, let frames):
      "has \(frames) points of time, and frame \(frame) was asked for; expected 0 to \(frames - 1)"
    case .tiff(_, let problem): problem.description
    case .dicom(_, let problem): problem.description
    default: writingProblem
    }
  }

  private var writingProblem: String {
    switch self {
    case .valueOutOfRange(_, let value, let datatype):
      "cannot be written: the value \(Self.text(of: value)) does not fit \(datatype.rawValue); expected a wider datatype"
    case .inexact(_, let value, let datatype):
      "cannot be written: \(datatype.rawValue) does not hold the value \(value) exactly; expected a wider datatype"
    case .unknownOutput:
      "cannot be written: its name tells no format; expected one that ends in \(ScanFormat.writtenEndings)"
    case .notWritten(_, let format):
      "cannot be written: \(format.title) files of this ending are only read; write .nii.gz or .nii"
    case .notStorable(_, .png, let datatype, let channels):
      "cannot be written: \(channels) channel(s) of \(datatype.rawValue) do not fit a PNG, "
        + "which holds 1 to 4 of uint8 or uint16; write .nii.gz or .tif, or values that uint16 holds"
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

extension ScanError {
  /// A number without a needless fraction.
  static func text(of number: Double) -> String {
    number == number.rounded() && number.magnitude < 0x1p62 ? String(Int(number)) : String(number)
  }
}
