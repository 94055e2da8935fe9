/// Why a scan could not be read or written.
public enum ScanError: Error, Equatable, Sendable {
  /// There is no such file.
  case notFound(file: String)
  /// The system does not let it be read: no permission, a folder, a device, a failing disk.
  case unreadable(file: String, reason: String)
  /// The file extension is unknown.
  case unknownFormat(file: String)
  /// The content is not of the format of the file extension.
  case notThisFormat(file: String, format: ScanFormat, looksLike: String)
  /// The file is truncated. `expectedBytes` counts after decompression; nil where it is unknown.
  case truncated(file: String, expectedBytes: Int?, foundBytes: Int)
  /// The bytes are damaged: a checksum is wrong, or decompression fails.
  case damaged(file: String, reason: String)
  /// A field of the header has an invalid value.
  case headerInvalid(file: String, field: String, found: String, expected: String)
  /// The affine that is used is singular. `usable` is another form that has one.
  case singularAffine(file: String, source: AffineSource, found: String, usable: AffineSource?, advice: Advice)
  /// The file is of a known kind that is not a scan, such as values on a surface.
  case notAScan(file: String, kind: String)
  /// The header declares more data than the file can contain, even at the highest compression of the format.
  case tooLarge(file: String, declaredBytes: Int, limitBytes: Int)
  /// The values are of a type that is no single real number, such as a complex one.
  case unsupportedDatatype(file: String, datatype: String)
  /// Of the two files of a NIfTI or Analyze pair only one is there.
  case pairIncomplete(file: String, missing: String)
  /// The image has a fourth or a further dimension of unknown meaning.
  case furtherDimension(file: String, sizes: [Int], advice: Advice = .loadKeys)
  /// The requested time point does not exist.
  case noSuchFrame(file: String, frame: Int, frames: Int)
  /// A value does not fit the type that it is to be stored as.
  case valueOutOfRange(file: String, value: Double, datatype: ScanDatatype)
  /// The type that values are to be stored as does not hold one of them exactly.
  case inexact(file: String, value: String, datatype: ScanDatatype)
  /// The file extension is unknown, or not one for writing.
  case unknownOutput(file: String)
  /// Files of this kind are only read.
  case notWritten(file: String, format: ScanFormat)
  /// The format cannot hold such values.
  case notStorable(file: String, format: ScanFormat, datatype: ScanDatatype, channels: Int)
  /// A DICOM file, or the series in a folder, cannot be read as one volume.
  case dicom(file: String, DICOMProblem)
  /// A PNG can store one slice, and the volume has more.
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

  /// Whether the output format cannot store the scan, independent of disk and memory.
  public var isUnfitOutput: Bool {
    if case .cannotEncode = self { false } else { isAboutWriting }
  }

  private var problem: String {
    switch self {
    case .notFound:
      "file not found; check the path"
    case .unreadable(_, let reason):
      "cannot be read (\(reason)); check its permissions, and that it is a regular file"
    case .unknownFormat:
      "unknown file extension; expected \(ScanFormat.readEndings)"
    case .notThisFormat(_, let format, let looksLike):
      "not a \(format.title) file: it begins with \(looksLike); rename or replace it"
    case .truncated(_, let expected, let found):
      truncation(expected: expected, found: found)
    case .damaged(_, let reason):
      "damaged (\(reason)); copy or download it again"
    case .headerInvalid(_, let field, let found, let expected):
      "header field \(field) is \(found); expected \(expected). Repair the header, or export the scan again"
    case .tooLarge(_, let declared, let limit):
      "damaged: the header declares \(declared) bytes of data; a file of this size can contain at most \(limit). "
        + "Copy or export it again"
    case .unsupportedDatatype(_, let datatype):
      "datatype \(datatype) is not supported; expected integers, floats or RGB. "
        + "Convert it, for example to float32"
    case .pairIncomplete(_, let missing):
      "the second file of this pair, \(missing), is missing; put it into the same folder"
    case .singularAffine(_, let source, let found, let usable, let advice):
      "header field \(source.rawValue) is \(found); expected an invertible affine. "
        + (usable.map {
          "Use \(advice.setting("affine", $0.rawValue)) to read it by its \($0.text), or repair the header"
        }
          ?? "Repair the header, or export the scan again")
    case .notAScan(_, let kind):
      "contains \(kind), not a scan of voxels; give the volume that it was made from"
    case .furtherDimension(_, let sizes, let advice):
      "has \(sizes.count) dimensions (\(sizes.map(String.init).joined(separator: "x"))); the meaning of the last "
        + "is unknown. Use \(advice.setting("fourth_dimension", "channels")) to read it as channels, or "
        + "\(advice.setting([("fourth_dimension", "time"), ("frame", "0")])) to read the first time point"
    case .noSuchFrame(_, let frame, let frames):
      "has \(frames) time points; frame is \(frame), expected 0 to \(frames - 1)"
    case .tiff(_, let problem): problem.description
    case .dicom(_, let problem): problem.description
    default: writingProblem
    }
  }

  private var writingProblem: String {
    switch self {
    case .valueOutOfRange(_, let value, let datatype):
      "cannot be written: value \(Self.text(of: value)) is out of range for \(datatype.rawValue); choose a wider datatype"
    case .inexact(_, let value, let datatype):
      "cannot be written: \(datatype.rawValue) cannot store the value \(value) exactly; choose a wider datatype"
    case .unknownOutput:
      "cannot be written: unknown file extension; expected \(ScanFormat.writtenEndings)"
    case .notWritten(_, let format):
      "cannot be written: \(format.title) files with this extension are read-only; write .nii.gz or .nii"
    case .notStorable(_, .png, let datatype, let channels):
      "cannot be written: a PNG cannot store \(channels == 1 ? "1 channel" : "\(channels) channels") of \(datatype.rawValue) "
        + "(possible: 1 to 4 of uint8 or uint16); write .nii.gz or .tif, or convert the values to uint16"
    case .notStorable(_, let format, let datatype, let channels):
      "cannot be written: a \(format.title) file cannot store \(channels == 1 ? "1 channel" : "\(channels) channels") of \(datatype.rawValue); "
        + "write .nii.gz"
    case .severalSlices(_, let count):
      "cannot be written: the volume has \(count) slices, a PNG can store 1; write .nii.gz instead"
    case .cannotEncode(_, let reason):
      "cannot be written (\(reason)); free some memory, or write another format"
    default: ""
    }
  }

  private func truncation(expected: Int?, found: Int) -> String {
    let sizes = expected.map { ": expected \($0) bytes, found \(found)" }
    return "truncated\(sizes ?? " after \(found) bytes"); copy or download it again"
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
