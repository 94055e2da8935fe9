import Foundation
import Volumes

/// What a person should know of how a file was understood, though nothing is wrong with it.
public enum ScanNote: Hashable, Sendable, CustomStringConvertible {
  /// The sform and the qform of a NIfTI file put its voxels at different places.
  case affinesDisagree(GridDisplacement, used: AffineSource)
  /// The sform and the qform of a NIfTI file do not agree about how the axes run through the body, such as which side is
  /// left.
  case orientationsDisagree(used: AffineSource, Orientation, other: Orientation)
  /// An Analyze file does not tell left from right.
  case sidesUnknown
  /// An alpha channel that is not opaque everywhere was kept as a channel.
  case alphaKept
  /// Files of a folder that are no images were left out of its DICOM series; their names.
  case filesLeftOut([String])
  /// Files of a folder that cannot be read were left out of its DICOM series: each one's name and what is wrong with it.
  case unreadableFilesSkipped([UnreadableFile])
  /// Images of a TIFF file that are smaller copies of others were left out.
  case reducedCopiesLeftOut(Int)

  /// What was understood, and how a pipeline file changes it.
  public var description: String { text(advice: .loadKeys) }

  /// Whether the scan may not be what it is taken for, so that a person should look.
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
    case .sidesUnknown, .alphaKept: description
    }
  }

  /// What was understood, and how to change it.
  public func text(advice: Advice) -> String {
    switch self {
    case .affinesDisagree(let displacement, let used):
      "sform and qform put the voxels at different places, \(displacement); the \(used.rawValue) is used: "
        + "\(Self.affine(used, advice)) takes the other"
    case .orientationsDisagree(let used, let own, let other):
      "the \(used.rawValue) says that the axes run \(own), the \(Self.other(than: used)) that they run \(other)"
        + (own.swapsSides(with: other) ? ": left and right are swapped" : "")
        + "; the \(used.rawValue) is used. Find out which is right: \(Self.affine(used, advice)) takes the other"
    case .sidesUnknown:
      "Analyze 7.5 does not tell left from right; read by its convention, i towards the left"
    case .alphaKept:
      "the alpha channel is not opaque everywhere and is read as a channel; "
        + "\(advice.setting("alpha", "drop")) leaves it out"
    case .filesLeftOut(let names):
      "\(names.count == 1 ? "1 file" : "\(names.count) files") in the folder "
        + "\(names.count == 1 ? "is no DICOM image and was" : "are no DICOM images and were") left out: "
        + Self.listed(names)
    case .unreadableFilesSkipped(let files):
      "\(files.count == 1 ? "1 file" : "\(files.count) files") in the folder cannot be read and "
        + "\(files.count == 1 ? "was" : "were") left out; the scan may lack slices: \(Self.listed(files.map(\.description)))"
    case .reducedCopiesLeftOut(let count):
      "\(count) smaller copies of the image in the file were left out"
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

  /// Such as `3.dcm (it is empty)`.
  public var description: String { "\(name) (\(reason))" }
}
