import ScanIO
import Volumes

/// The names of two grids that must be equal in messages, and the advice in them.
public struct GridRoles: Hashable, Sendable {
  /// The grid that decides.
  public var fixed: String
  /// The grid that is compared with it.
  public var other: String
  /// What the command at hand has to change.
  public var advice: Advice

  /// Makes roles.
  public init(fixed: String, other: String, advice: Advice = .loadKeys) {
    (self.fixed, self.other, self.advice) = (fixed, other, advice)
  }

  /// The image and the label of a case, in a `load` stage.
  public static let imageAndLabel = GridRoles(fixed: "image", other: "label")
}

extension Grid {
  /// Checks that a label is on this grid, its image's.
  ///
  /// Throws `DatasetError.geometry` where the sizes or units differ, where this grid's affine has no inverse, and where
  /// a corner of the label lies more than 0.1 voxels from the image's.
  public func checkLabel(
    _ label: Grid, ofCase id: String, roles: GridRoles = .imageAndLabel
  ) throws(DatasetError) {
    guard label.unit == unit else {
      throw .geometry(.unitMismatch(id: id, image: unit, label: label.unit, roles: roles))
    }
    guard affine.inverse != nil else { throw .geometry(.singularAffine(id: id, name: roles.fixed)) }
    guard let displacement = displacement(to: label) else {
      throw .geometry(.sizeMismatch(id: id, image: size, label: label.size, roles: roles))
    }
    guard isSameGrid(as: label) else {
      throw .geometry(.misplacedLabel(id: id, displacement: displacement, roles: roles))
    }
  }

  /// Checks that a further image of a case is on this grid, that of its first image.
  ///
  /// Throws `DatasetError.geometry` as `checkLabel` does, naming both files.
  public func checkChannel(
    _ other: Grid, ofCase id: String, files: ChannelFiles, advice: Advice = .loadKeys
  ) throws(DatasetError) {
    guard other.unit == unit else {
      throw .geometry(.channelUnitMismatch(id: id, files: files, first: unit, other: other.unit, advice: advice))
    }
    guard let displacement = displacement(to: other) else {
      throw .geometry(.channelSizeMismatch(id: id, files: files, first: size, other: other.size, advice: advice))
    }
    guard isSameGrid(as: other) else {
      throw .geometry(.misplacedChannel(id: id, files: files, displacement: displacement, advice: advice))
    }
  }
}

/// Two images of a case.
public struct ChannelFiles: Hashable, Sendable {
  /// The path of the case's first image.
  public let first: String
  /// The path of the image that is compared with it.
  public let other: String

  /// Makes a pair.
  public init(first: String, other: String) {
    self.first = first
    self.other = other
  }
}
