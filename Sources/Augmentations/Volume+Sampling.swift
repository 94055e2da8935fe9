import Volumes

extension Volume {
  /// The volume sampled through a map, by linear interpolation.
  ///
  /// - Parameters:
  ///   - map: A map from this volume's grid.
  ///   - outside: The value of voxels that look beyond the volume.
  public func sampled(by map: SpatialMap, outside: Float = 0) -> Volume {
    precondition(map.inputGrid.size == grid.size, "a map samples the grid it was made for")
    let count = map.outputSize.count * channels
    let sampled = [Float](unsafeUninitializedCapacity: count) { output, initialized in
      let window = UnsafeMutableBufferPointer(rebasing: output[..<count])
      voxels.withUnsafeBufferPointer { map.sample(image: $0, channels: channels, into: window, outside: outside) }
      initialized = count
    }
    return Volume(grid: map.outputGrid, channels: channels, voxels: sampled)
  }
}

extension LabelMap {
  /// The labels sampled through a map, by the nearest voxel.
  ///
  /// - Parameters:
  ///   - map: A map from this label map's grid.
  ///   - outside: The label of voxels that look beyond the label map.
  public func sampled(by map: SpatialMap, outside: UInt8 = LabelMap.ignored) -> LabelMap {
    precondition(map.inputGrid.size == grid.size, "a map samples the grid it was made for")
    let count = map.outputSize.count
    let sampled = [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
      let window = UnsafeMutableBufferPointer(rebasing: output[..<count])
      labels.withUnsafeBufferPointer { map.sample(labels: $0, into: window, outside: outside) }
      initialized = count
    }
    return LabelMap(grid: map.outputGrid, labels: sampled)
  }
}
