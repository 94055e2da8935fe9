import Volumes

/// The axis of the body that 2-D networks see planes across.
public enum SliceAxis: String, Codable, CaseIterable, Hashable, Sendable {
  /// From left to right: sagittal planes.
  case right
  /// From back to front: coronal planes.
  case anterior
  /// From foot to head: axial planes; and the planes of PNG images.
  case superior

  /// The axis of a grid, 0 (i), 1 (j) or 2 (k), that runs most nearly along this one; of equal ones the earliest.
  public func axis(of affine: Affine) -> Int {
    let world = Self.allCases.firstIndex(of: self) ?? 2
    let columns = [affine.columns.i, affine.columns.j, affine.columns.k]
    let cosines = columns.map { column in
      let length = (column * column).sum().squareRoot()
      return length > 0 ? abs(column[world]) / length : 0
    }
    return cosines.indices.max { cosines[$0] < cosines[$1] || (cosines[$0] == cosines[$1] && $0 > $1) } ?? 2
  }
}
