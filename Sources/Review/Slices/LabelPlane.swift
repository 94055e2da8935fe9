import Volumes

/// The labels of one slice in the order of the screen.
struct LabelPlane: Sendable {
  /// The number of voxels across.
  let width: Int
  /// The number of voxels down.
  let height: Int
  /// The labels, row by row; voxels that nobody drew count as background.
  let labels: [UInt8]

  /// Makes a plane from its labels.
  init(width: Int, height: Int, labels: [UInt8]) {
    (self.width, self.height, self.labels) = (width, height, labels)
  }

  /// Takes a slice out of a label map that has the view's size.
  ///
  /// - Parameter showsIgnored: Whether ignored voxels keep their label; else they count as background.
  init(of map: LabelMap, slice: Int, view: SliceView, showsIgnored: Bool = false) {
    var labels: [UInt8] = []
    labels.reserveCapacity(view.columns * view.rows)
    for row in 0..<view.rows {
      for column in 0..<view.columns {
        let label = map.labels[view.voxelIndex(column: column, row: row, slice: slice)]
        labels.append(label == LabelMap.ignored && !showsIgnored ? 0 : label)
      }
    }
    self.init(width: view.columns, height: view.rows, labels: labels)
  }

  /// The foreground classes of the plane, in order.
  var classes: [UInt8] {
    var isPresent = [Bool](repeating: false, count: 256)
    for label in labels { isPresent[Int(label)] = true }
    return (1...255).filter { isPresent[$0] }.map(UInt8.init)
  }
}
