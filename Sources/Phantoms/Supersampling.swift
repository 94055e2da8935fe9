/// The sub-samples of a voxel: the centres of the cells of a regular division, as offsets from the voxel's centre.
enum Supersampling {
  /// The offsets along one axis, in voxels.
  static func offsets(_ count: Int) -> [Double] {
    (0..<count).map { (Double($0) + 0.5) / Double(count) - 0.5 }
  }
}
