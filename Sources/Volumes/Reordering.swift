extension Grid {
  /// The rearrangement that stores another grid's voxels in the order of this one's, where both have the same voxels in
  /// another order; nil where they have not, and where the order is the same already.
  ///
  /// Voxels are the same where no corner of the field of view lies farther than `toleranceVoxels` from its counterpart.
  public func reordering(of other: Grid, toleranceVoxels: Double = 0.1) -> Reorientation? {
    guard unit == other.unit, !isSameGrid(as: other, toleranceVoxels: toleranceVoxels),
      let map = other.affine.inverse?.after(affine)
    else { return nil }
    // Along which axis of the other grid each axis of this one runs.
    let columns = [map.columns.i, map.columns.j, map.columns.k]
    let axes = columns.map { column in
      (0..<3).max { abs(column[$0]) < abs(column[$1]) } ?? 0
    }
    guard Set(axes).count == 3 else { return nil }
    let order = Reorientation(sourceAxes: axes, isReversed: (0..<3).map { columns[$0][axes[$0]] < 0 })
    return isSameGrid(as: other.reoriented(by: order), toleranceVoxels: toleranceVoxels) ? order : nil
  }
}
