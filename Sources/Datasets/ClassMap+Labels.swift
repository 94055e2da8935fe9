import Volumes

extension ClassMap {
  /// How far a file's value may stand from a whole number: scaling by slope and intercept rounds.
  public static let wholeTolerance: Float = 1e-3

  /// The class indices of a label file.
  ///
  /// Shape: one channel; the result has the volume's grid. Values within 0.001 of a whole number count as that number.
  /// Throws `LabelProblem.severalChannels`, `.notWhole` (also for values that are not finite) and `.unlisted`; `source` is
  /// what messages call the file.
  public func labels(from volume: Volume, source: String) throws(DatasetError) -> LabelMap {
    guard volume.channels == 1 else {
      throw .labels(.severalChannels(source: source, channels: volume.channels))
    }
    var isComplete = true
    let labels = [UInt8](unsafeUninitializedCapacity: volume.voxels.count) { labels, count in
      isComplete = volume.voxels.withUnsafeBufferPointer { Self.look(up: $0, in: indices, into: labels) }
      count = volume.voxels.count
    }
    guard isComplete else { throw problem(in: volume, source: source) }
    return LabelMap(grid: volume.grid, labels: labels)
  }

  /// The values that stand for a segmentation in a label file: of a class that merges several, the first.
  ///
  /// Shape: as `LabelMap.labels`. Ignored voxels get the background's value.
  public func fileValues(of labels: LabelMap) -> [Int] {
    var values = classes.map { $0.values[0] }
    values += [Int](repeating: -1, count: 255 - values.count) + [values[0]]
    return labels.labels.map { label in
      let value = values[Int(label)]
      precondition(value >= 0, "a label map holds no index beyond its classes")
      return value
    }
  }

  /// Whether every value is listed; the labels of those that are not are `unlisted`.
  private static func look(
    up values: UnsafeBufferPointer<Float>, in indices: [UInt8], into labels: UnsafeMutableBufferPointer<UInt8>
  ) -> Bool {
    indices.withUnsafeBufferPointer { table in
      let limit = Float(table.count) - 0.5
      var isComplete = true
      for place in 0..<values.count {
        let value = values[place]
        var label = unlisted
        if value > -0.5, value < limit {
          let whole = Int(value + 0.5)
          if abs(value - Float(whole)) <= wholeTolerance { label = table[whole] }
        }
        isComplete = isComplete && label != unlisted
        labels.initializeElement(at: place, to: label)
      }
      return isComplete
    }
  }

  /// What is wrong with a label file that holds values of no class.
  private func problem(in volume: Volume, source: String) -> DatasetError {
    var fractional: (value: Float, place: Int, count: Int)?
    var unlisted: [Int: (place: Int, count: Int)] = [:]
    for (place, value) in volume.voxels.enumerated() {
      // Beyond 2^53 a value is whole, and clamping it keeps the message finite.
      let whole = value.rounded()
      guard value.isFinite, abs(value - whole) <= Self.wholeTolerance else {
        fractional = (fractional?.value ?? value, fractional?.place ?? place, (fractional?.count ?? 0) + 1)
        continue
      }
      let key = Int(max(-0x1p53, min(0x1p53, whole)))
      guard !indices.indices.contains(key) || indices[key] == Self.unlisted else { continue }
      unlisted[key, default: (place, 0)].count += 1
    }
    let size = volume.grid.size
    if let fractional {
      return .labels(
        .notWhole(
          source: source, value: fractional.value, voxel: VoxelIndex(offset: fractional.place, in: size),
          voxels: fractional.count))
    }
    let found = unlisted.keys.sorted().compactMap { value in
      unlisted[value].map {
        UnlistedLabel(value: value, voxels: $0.count, firstVoxel: VoxelIndex(offset: $0.place, in: size))
      }
    }
    return .labels(.unlisted(source: source, found: found, allowed: valueDescriptions))
  }
}
