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

  /// The folder holds no DICOM image, but `fileCount` other files.
  case noImages(fileCount: Int)
  /// Files of the folder cannot be read, and any of them may be a slice.
  case unreadableFiles([UnreadableFile], advice: Advice)
  /// The folder holds several series.
  case severalSeries([Series])
  /// The file is DICOM, but no image of this program's: a report, a structure set, a segmentation and others.
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
  /// Two slices lie at one place; `differing` names the elements in which they differ.
  case severalVolumes(positionMM: Double, other: String, differing: [String])
  /// A slice is a copy of another, wholly or but for its header; `count` slices of the series are copies.
  case copy(of: String, isWhole: Bool, count: Int)
  /// A slice lies beside the straight line through the others.
  case besideTheLine(distanceMM: Double, toleranceMM: Double)
  /// The compressed pieces cannot be told apart by frames.
  case fragments(count: Int, frames: Int)
  /// The header is not one that any machine makes.
  case excessive(String)
}

extension DICOMProblem: CustomStringConvertible {
  /// What is wrong, what was expected and found, and what to do.
  public var description: String {
    switch self {
    case .noImages(let count):
      "is a folder without DICOM images (\(count) other files, sub-folders are not searched); "
        + "name the folder in which the files of a series stand"
    case .unreadableFiles(let files, let advice):
      "\(files.count == 1 ? "a file" : "\(files.count) files") in it cannot be read, and the series may lack "
        + "\(files.count == 1 ? "its slice" : "their slices"): \(ScanNote.listed(files.map(\.description))); "
        + "copy or export the series again, or leave them out: \(advice.setting("skip_unreadable", "true"))"
    case .severalSeries(let series):
      "holds \(series.count) series of DICOM images, expected 1: \(series.map(\.text).joined(separator: "; ")); "
        + "move each into a folder of its own and name that one"
    case .notAnImage(let kind):
      "is DICOM, but holds \(kind), expected an image; name the series of the scan itself"
    case .transferSyntax(let name):
      "its pixels are compressed as \(name), expected none, RLE, JPEG (baseline, extended, lossless) or JPEG-LS; "
        + "decompress it, with 'gdcmconv --raw' for example"
    case .pixels(let field, let found, let expected):
      "its pixels have \(field) = \(found), expected \(expected); export it again, or convert it to NIfTI"
    case .missing(let field):
      "its header lacks \(field), without which its slices cannot be put into place; export the original series"
    case .fragments(let count, let frames):
      "its \(frames) frames stand in \(count) compressed pieces, and no table tells which is whose; "
        + "decompress it, with 'gdcmconv --raw' for example"
    case .excessive(let reason):
      "its header is none that a scanner writes (\(reason)); it is damaged: copy or export it again"
    default: placing
    }
  }

  private var placing: String {
    switch self {
    case .differs(let field, let found, let expected, let other):
      "has \(field) = \(found), and \(other) of the same series has \(expected); "
        + "a volume needs slices of one kind: move the others into a folder of their own"
    case .gap(let position, let step, let expected, let next):
      "the next slice, \(next), is \(step.short) mm away from this one at \(position.short) mm, expected "
        + "\(expected.short) mm as between the others; slices are missing or irregular: copy or export the series again"
    case .severalVolumes(let position, let other, let differing):
      "lies at the place of \(other), \(position.short) mm along the stack, so that the series holds several volumes "
        + "(\(differing.isEmpty ? "the headers do not tell them apart" : "they differ in " + differing.joined(separator: ", "))); "
        + "move the files of each into a folder of its own"
    case .copy(let other, let isWhole, let count):
      "is a copy of \(other)" + (isWhole ? "" : " with another header")
        + (count > 1 ? ", and \(count) slices of the series are copies of others" : "")
        + "; expected each slice once: move the \(count > 1 ? "copies" : "copy") out of the folder"
    case .besideTheLine(let distance, let tolerance):
      "lies \(distance.short) mm beside the line through the first and the last slice, expected at most "
        + "\(tolerance.short) mm; the series is not one straight stack: export it again"
    default: ""
    }
  }
}

extension DICOMProblem.Series {
  fileprivate var text: String {
    let name = description.isEmpty ? "without a name" : "'\(description)'"
    return "\(name) (\(modality.isEmpty ? "?" : modality), \(sliceCount) slice\(sliceCount == 1 ? "" : "s"))"
  }
}

extension Double {
  /// The number with at most four places behind the point.
  fileprivate var short: String {
    let rounded = (self * 10000).rounded() / 10000
    return rounded == rounded.rounded() && rounded.magnitude < 1e15 ? String(Int(rounded)) : String(rounded)
  }
}
