/// The kinds of file that scans are read from and written to.
public enum ScanFormat: String, Sendable, CaseIterable {
  /// NIfTI-1 or NIfTI-2, in a single file or a pair, and Analyze 7.5, plain or gzipped: `.nii`, `.nii.gz`, `.hdr`, `.img`,
  /// `.hdr.gz`, `.img.gz`.
  case nifti
  /// PNG: `.png`.
  case png
  /// DICOM, which is only read: `.dcm`, or a folder that holds the files of a series.
  case dicom

  /// The format that a file's name tells, in either case of letters; nil where it tells none.
  public init?(fileName: String) {
    guard let match = Self.split(fileName) else { return nil }
    self = match.format
  }

  /// A file's name without the ending that tells its format; other names stay as they are.
  public static func baseName(of fileName: String) -> String {
    split(fileName).map { String(fileName.dropLast($0.ending.count)) } ?? fileName
  }

  /// The endings of the files that are read, for messages.
  static let readEndings = ".nii, .nii.gz, .hdr and .img, .png or .dcm, or a folder of DICOM files"

  private static let endings: [(ending: String, format: ScanFormat)] = [
    (".nii.gz", .nifti), (".nii", .nifti), (".hdr.gz", .nifti), (".img.gz", .nifti), (".hdr", .nifti), (".img", .nifti),
    (".png", .png), (".dcm", .dicom),
  ]

  private static func split(_ fileName: String) -> (ending: String, format: ScanFormat)? {
    let name = fileName.lowercased()
    return endings.first { name.hasSuffix($0.ending) && fileName.count > $0.ending.count }
  }
}
