import Volumes

extension Grid {
  /// Checks that a label stands on this grid, its image's.
  ///
  /// Throws `DatasetError.geometry` where the sizes or units differ, where this grid's affine has no inverse, and where
  /// a corner of the label lies more than 0.1 voxels from the image's.
  public func checkLabel(_ label: Grid, ofCase id: String) throws(DatasetError) {
    guard label.unit == unit else { throw .geometry(.unitMismatch(id: id, image: unit, label: label.unit)) }
    guard affine.inverse != nil else { throw .geometry(.singularAffine(id: id)) }
    guard let displacement = displacement(to: label) else {
      throw .geometry(.sizeMismatch(id: id, image: size, label: label.size))
    }
    guard isSameGrid(as: label) else {
      throw .geometry(.misplacedLabel(id: id, displacement: displacement))
    }
  }

  /// Checks that a further image of a case stands on this grid, that of its first image.
  ///
  /// Throws `DatasetError.geometry` as `checkLabel` does, naming both files.
  public func checkChannel(_ other: Grid, ofCase id: String, files: ChannelFiles) throws(DatasetError) {
    guard other.unit == unit else {
      throw .geometry(.channelUnitMismatch(id: id, files: files, first: unit, other: other.unit))
    }
    guard let displacement = displacement(to: other) else {
      throw .geometry(.channelSizeMismatch(id: id, files: files, first: size, other: other.size))
    }
    guard isSameGrid(as: other) else {
      throw .geometry(.misplacedChannel(id: id, files: files, displacement: displacement))
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
