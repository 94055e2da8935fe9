import Foundation
import Volumes

/// A note on how a file was interpreted, for a file that is valid.
public enum ScanNote: Hashable, Sendable, CustomStringConvertible {
  /// The sform and the qform of a NIfTI file put its voxels at different places.
  case affinesDisagree(GridDisplacement, used: AffineSource)
  /// The sform and the qform of a NIfTI file do not agree about how the axes run through the body, such as which side is
  /// left.
  case orientationsDisagree(used: AffineSource, Orientation, other: Orientation)
  /// A NIfTI file has neither a unit nor an sform nor a qform, only voxel sizes.
  case unitAssumed
  /// An Analyze file does not define left and right.
  case sidesUnknown
  /// An alpha channel that is not opaque everywhere was kept as a channel.
  case alphaKept
  /// Files of a folder that are not images were skipped in its DICOM series; their names.
  case filesLeftOut([String])
  /// Files of a folder that cannot be read were skipped in its DICOM series: each one's name and what is wrong with it.
  case unreadableFilesSkipped([UnreadableFile])
  /// A DICOM file was read alone, and other slices of its series are in the same folder.
  case oneSliceOfSeries
  /// Reduced copies of the image in a TIFF file were skipped.
  case reducedCopiesLeftOut(Int)

  /// What was understood, and how a pipeline file changes it.
  public var description: String { text(advice: .loadKeys) }

  /// Whether the interpretation may be wrong, so that a person should check it.
  public var isWarning: Bool {
    switch self {
    case .orientationsDisagree, .unreadableFilesSkipped: true
    default: false
    }
  }

  /// What notes on different scans have in common, for grouping them.
  public var kind: String {
    switch self {
    case .affinesDisagree(_, let used): "affines disagree, \(used.rawValue)"
    case .orientationsDisagree(let used, let own, let other): "orientations disagree, \(used.rawValue) \(own) \(other)"
    case .filesLeftOut: "files left out"
    case .unreadableFilesSkipped: "unreadable files skipped"
    case .reducedCopiesLeftOut: "reduced copies left out"
    case .unitAssumed, .sidesUnknown, .alphaKept, .oneSliceOfSeries: description
    }
  }

  /// What was understood, and how to change it.
  public func text(advice: Advice) -> String {
    switch self {
    case .affinesDisagree(let displacement, let used):
      "sform and qform differ: \(displacement). The \(used.rawValue) is used. "
        + "Use \(Self.affine(used, advice)) to choose the other"
    case .orientationsDisagree(let used, let own, let other):
      "the orientation is \(own) in the \(used.rawValue) and \(other) in the \(Self.other(than: used))"
        + (own.swapsSides(with: other) ? ": left and right are swapped" : "")
        + "; the \(used.rawValue) is used. Check which is right; use \(Self.affine(used, advice)) to choose the other"
    case .unitAssumed: "no unit, sform or qform; the voxel sizes are assumed to be in millimetres, the axes to be RAS"
    case .sidesUnknown:
      "Analyze 7.5 does not define left and right; the usual convention is used (i runs to the left)"
    case .alphaKept:
      "the alpha channel is not fully opaque and is read as a channel; "
        + "use \(advice.setting("alpha", "drop")) to ignore it"
    case .filesLeftOut(let names):
      "\(names.count == 1 ? "1 file" : "\(names.count) files") in the folder "
        + "\(names.count == 1 ? "is not a DICOM image and was" : "are not DICOM images and were") skipped: "
        + Self.listed(names)
    case .unreadableFilesSkipped(let files):
      "\(files.count == 1 ? "1 file" : "\(files.count) files") in the folder cannot be read and "
        + "\(files.count == 1 ? "was" : "were") skipped; the scan may lack slices: \(Self.listed(files.map(\.description)))"
    case .oneSliceOfSeries:
      "one slice of a DICOM series, read alone; give the folder to read the whole series"
    case .reducedCopiesLeftOut(let count):
      "\(count) reduced \(count == 1 ? "copy" : "copies") of the image in the file \(count == 1 ? "was" : "were") skipped"
    }
  }

  private static func other(than used: AffineSource) -> String { used == .sform ? "qform" : "sform" }

  private static func affine(_ used: AffineSource, _ advice: Advice) -> String {
    advice.setting("affine", other(than: used))
  }

  /// The first ten names.
  static func listed(_ names: [String]) -> String {
    names.prefix(10).joined(separator: ", ") + (names.count > 10 ? " and \(names.count - 10) more" : "")
  }
}

extension Orientation {
  /// Whether a voxel axis runs to the right in one of two orientations and to the left in the other.
  fileprivate func swapsSides(with other: Orientation) -> Bool {
    zip(directions, other.directions).contains { own, other in
      own.axis == .right && other.axis == .right && own.isPositive != other.isPositive
    }
  }
}

/// A file that cannot be read.
public struct UnreadableFile: Hashable, Sendable, CustomStringConvertible {
  /// Its name without the folder.
  public let name: String
  /// What is wrong with it.
  public let reason: String

  /// Such as `3.dcm (empty)`.
  public var description: String { "\(name) (\(reason))" }
}
