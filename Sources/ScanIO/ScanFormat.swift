/// The kinds of file that scans are read from and written to.
public enum ScanFormat: String, Sendable, CaseIterable {
  /// NIfTI-1 or NIfTI-2, in a single file or a pair, and Analyze 7.5, plain or gzipped: `.nii`, `.nii.gz`, `.hdr`, `.img`,
  /// `.hdr.gz`, `.img.gz`.
  case nifti
  /// PNG: `.png`.
  case png
  /// TIFF and BigTIFF, also as ImageJ and OME write them: `.tif`, `.tiff`.
  case tiff
  /// DICOM, which is only read: `.dcm`, or a folder that holds the files of a series.
  case dicom

  /// The format of a file extension, in any letter case; nil for an unknown one.
  public init?(fileName: String) {
    guard let match = Self.split(fileName) else { return nil }
    self = match.format
  }

  /// A file name without the extension of its format; other names are unchanged.
  public static func baseName(of fileName: String) -> String {
    split(fileName).map { String(fileName.dropLast($0.ending.count)) } ?? fileName
  }

  /// The name of the file that a scan like the one of a name is written to: the same, or with `.nii.gz` where files of its
  /// kind are only read.
  public static func writtenName(of fileName: String) -> String {
    guard let match = split(fileName) else { return fileName + ".nii.gz" }
    if match.isWritten { return fileName }
    return fileName.dropLast(match.ending.count) + ".nii.gz"
  }

  /// The endings of the files that are read, for messages.
  static let readEndings = ".nii, .nii.gz, .hdr and .img, .png, .tif, .tiff or .dcm, or a folder of DICOM files"

  /// The endings of the files that are written, for messages.
  static let writtenEndings = ".nii.gz, .nii, .png, .tif or .tiff"

  private static let endings: [(ending: String, format: ScanFormat, isWritten: Bool)] = [
    (".nii.gz", .nifti, true), (".nii", .nifti, true), (".hdr.gz", .nifti, false), (".img.gz", .nifti, false),
    (".hdr", .nifti, false), (".img", .nifti, false), (".png", .png, true),
    (".tif", .tiff, true), (".tiff", .tiff, true), (".dcm", .dicom, false),
  ]

  private static func split(_ fileName: String) -> (ending: String, format: ScanFormat, isWritten: Bool)? {
    let name = fileName.lowercased()
    return endings.first { name.hasSuffix($0.ending) && fileName.count > $0.ending.count }
  }
}
