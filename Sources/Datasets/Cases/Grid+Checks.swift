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
}
