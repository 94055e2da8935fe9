/// Why a DICOM file, or the series in a folder, cannot be read as one volume.
public enum DICOMProblem: Equatable, Sendable {
  /// A series of images in a folder.
  public struct Series: Equatable, Sendable {
    /// What the scanner calls it; empty where it has no name.
    public let description: String
    /// The kind of machine: CT, MR, PT and others.
    public let modality: String
    /// The number of its slices and frames.
    public let sliceCount: Int
  }

  /// The folder contains no DICOM image, but `fileCount` other files.
  case noImages(fileCount: Int)
  /// Files of the folder cannot be read, and any of them may be a slice.
  case unreadableFiles([UnreadableFile], advice: Advice)
  /// The folder contains several series.
  case severalSeries([Series])
  /// The file is a DICOM object other than an image: a report, a structure set, a segmentation and others.
  case notAnImage(kind: String)
  /// The pixels are compressed in a way that is not read.
  case transferSyntax(String)
  /// The pixels are of a kind that is not read.
  case pixels(field: String, found: String, expected: String)
  /// The header lacks an element without which the slices cannot be put into place.
  case missing(field: String)
  /// A slice is unlike another of its series.
  case differs(field: String, found: String, expected: String, other: String)
  /// The steps between the slices, in millimetres, are not all the same.
  case gap(positionMM: Double, stepMM: Double, expectedMM: Double, next: String)
  /// Two slices have the same position; `differing` names the elements in which they differ.
  case severalVolumes(positionMM: Double, other: String, differing: [String])
  /// A slice is a copy of another, wholly or but for its header; `count` slices of the series are copies.
  case copy(of: String, isWhole: Bool, count: Int)
  /// A slice is off the straight line through the others.
  case besideTheLine(distanceMM: Double, toleranceMM: Double)
  /// The compressed fragments cannot be assigned to frames.
  case fragments(count: Int, frames: Int)
  /// The header has a structure that no scanner writes.
  case excessive(String)
}

extension DICOMProblem: CustomStringConvertible {
  /// What is wrong, what was expected and found, and what to do.
  public var description: String {
    switch self {
    case .noImages(let count):
      "the folder contains no DICOM images (\(count) other files; sub-folders are not searched); "
        + "give the folder that contains the series"
    case .unreadableFiles(let files, let advice):
      "\(files.count == 1 ? "a file" : "\(files.count) files") in it cannot be read, and the series may lack "
        + "\(files.count == 1 ? "its slice" : "their slices"): \(ScanNote.listed(files.map(\.description))); "
        + "copy or export the series again, or skip them with \(advice.setting("skip_unreadable", "true"))"
    case .severalSeries(let series):
      "contains \(series.count) DICOM series, expected 1: \(series.map(\.text).joined(separator: "; ")). "
        + "Move each series into its own folder, and give the folder of one"
    case .notAnImage(let kind):
      "contains \(kind), not an image; for a scan give its series, for labels a file of voxels such as NIfTI"
    case .transferSyntax(let name):
      "compression \(name) is not supported; expected none, RLE, JPEG (baseline, extended, lossless) or JPEG-LS. "
        + "Decompress it, for example with 'gdcmconv --raw'"
    case .pixels(let field, let found, let expected):
      "\(field) is \(found); expected \(expected). Export it again, or convert it to NIfTI"
    case .missing(let field):
      "\(field) is missing in the header, so the position of the slices is unknown; export the original series"
    case .fragments(let count, let frames):
      "\(frames) frames are in \(count) compressed fragments, without an offset table; "
        + "decompress it, for example with 'gdcmconv --raw'"
    case .excessive(let reason):
      "damaged: unusual header (\(reason)); copy or export it again"
    default: placing
    }
  }

  private var placing: String {
    switch self {
    case .differs(let field, let found, let expected, let other):
      "\(field) is \(found), but \(expected) in \(other) of the same series. "
        + "A volume needs equal slices; move the others into another folder"
    case .gap(let position, let step, let expected, let next):
      "the distance to the next slice, \(next), is \(step.short) mm (position \(position.short) mm); "
        + "between the others it is \(expected.short) mm. Slices are missing or irregular: "
        + "copy or export the series again"
    case .severalVolumes(let position, let other, let differing):
      "has the same position as \(other) (\(position.short) mm), so the series contains several volumes "
        + "(\(differing.isEmpty ? "the headers are equal" : "they differ in " + differing.joined(separator: ", "))); "
        + "move each volume into its own folder"
    case .copy(let other, let isWhole, let count):
      "is a copy of \(other)" + (isWhole ? "" : " with another header")
        + (count > 1 ? ", and \(count) slices of the series are copies of others" : "")
        + ". Expected each slice once; move the \(count > 1 ? "copies" : "copy") out of the folder"
    case .besideTheLine(let distance, let tolerance):
      "is \(distance.short) mm off the line from the first to the last slice (allowed: "
        + "\(tolerance.short) mm). The series is not a straight stack; export it again"
    default: ""
    }
  }
}

extension DICOMProblem.Series {
  fileprivate var text: String {
    let name = description.isEmpty ? "unnamed" : "'\(description)'"
    return "\(name) (\(modality.isEmpty ? "?" : modality), \(sliceCount) slice\(sliceCount == 1 ? "" : "s"))"
  }
}

extension Double {
  /// The number with at most four decimal places.
  fileprivate var short: String {
    let rounded = (self * 10000).rounded() / 10000
    return rounded == rounded.rounded() && rounded.magnitude < 1e15 ? String(Int(rounded)) : String(rounded)
  }
}
