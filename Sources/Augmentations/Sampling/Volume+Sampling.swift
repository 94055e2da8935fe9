import Volumes

extension Volume {
  /// The volume sampled through a map.
  ///
  /// - Parameters:
  ///   - map: A map from this volume's grid.
  ///   - outside: The value of voxels that look beyond the volume.
  ///   - choices: How voxels between voxels are made.
  public func sampled(
    by map: SpatialMap, outside: Float = 0, choices: SamplingChoices = SamplingChoices(), workers: Int = 1
  ) -> Volume {
    precondition(map.inputGrid.size == grid.size, "the input grid of the map is the grid of the volume")
    let count = map.outputSize.count * channels
    let sampled: [Float] = makeArray(count: count) { output in
      let window = UnsafeMutableBufferPointer(start: output, count: count)
      voxels.withUnsafeBufferPointer {
        map.sample(
          image: ($0, window, outside), channels: channels, labels: nil, choices: choices, workers: workers)
      }
    }
    return Volume(grid: map.outputGrid, channels: channels, voxels: sampled)
  }
}

extension LabelMap {
  /// The labels sampled through a map.
  ///
  /// - Parameters:
  ///   - map: A map from this label map's grid.
  ///   - outside: The label of voxels that look beyond the label map.
  ///   - choices: How voxels between voxels are made.
  public func sampled(
    by map: SpatialMap, outside: UInt8 = LabelMap.ignored, choices: SamplingChoices = SamplingChoices(),
    workers: Int = 1
  ) -> LabelMap {
    precondition(map.inputGrid.size == grid.size, "the input grid of the map is the grid of the volume")
    let count = map.outputSize.count
    let sampled: [UInt8] = makeArray(count: count) { output in
      let window = UnsafeMutableBufferPointer(start: output, count: count)
      labels.withUnsafeBufferPointer {
        map.sample(image: nil, labels: ($0, window, outside), choices: choices, workers: workers)
      }
    }
    return LabelMap(grid: map.outputGrid, labels: sampled)
  }
}
