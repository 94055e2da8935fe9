import Volumes

/// A drawn augmentation: a plain value that can be printed, saved and replayed on any volume.
public struct Augmentation: Hashable, Sendable, Codable, CustomStringConvertible {
  /// Where things go.
  public var spatial: SpatialTransform
  /// What becomes of intensities afterwards, in this order.
  public var intensity: [DrawnIntensity]

  /// Makes an augmentation; without arguments, one that changes nothing.
  public init(spatial: SpatialTransform = .identity, intensity: [DrawnIntensity] = []) {
    (self.spatial, self.intensity) = (spatial, intensity)
  }

  /// The parts that do something, in a line.
  public var description: String {
    let parts = (spatial == .identity ? [] : ["\(spatial)"]) + intensity.map { "\($0.transform)" }
    return parts.isEmpty ? "identity" : parts.joined(separator: "; ")
  }

  /// Changes the intensities of a window.
  public func changeIntensities(of window: ImageWindow) {
    for change in intensity { change.transform.apply(to: window) }
  }

  /// An image and its labels, augmented: each sampled once, then the image's intensities changed.
  ///
  /// - Parameters:
  ///   - image: A normalised image.
  ///   - labels: Its labels, on the same grid.
  ///   - outside, outsideLabel: The value and the label of voxels that look beyond the image.
  ///   - choices: How voxels between voxels are made.
  ///   - workers: The number of threads; no value depends on it.
  /// Throws: `AugmentationError.notInvertible`.
  public func applied(
    to image: Volume, labels: LabelMap? = nil, outside: Float = 0, outsideLabel: UInt8 = LabelMap.ignored,
    choices: SamplingChoices = SamplingChoices(),
    workers: Int = 1
  ) throws(AugmentationError) -> (image: Volume, labels: LabelMap?) {
    let map = try SpatialMap(spatial, from: image.grid)
    var movedLabels: [UInt8]?
    let voxels: [Float] = makeArray(count: image.voxels.count) { output in
      let window = UnsafeMutableBufferPointer(start: output, count: image.voxels.count)
      image.voxels.withUnsafeBufferPointer { from in
        func sample(_ labels: (UnsafeBufferPointer<UInt8>, UnsafeMutableBufferPointer<UInt8>, UInt8)?) {
          map.sample(
            image: (from, window, outside), channels: image.channels, labels: labels, choices: choices,
            workers: workers)
        }
        guard let labels = labels?.labels else { return sample(nil) }
        movedLabels = makeArray(count: labels.count) { output in
          let window = UnsafeMutableBufferPointer(start: output, count: labels.count)
          labels.withUnsafeBufferPointer { sample(($0, window, outsideLabel)) }
        }
      }
      changeIntensities(
        of: ImageWindow(values: window, grid: map.outputGrid, channels: image.channels, workers: workers))
    }
    let changed = Volume(grid: map.outputGrid, channels: image.channels, voxels: voxels)
    return (changed, movedLabels.map { LabelMap(grid: map.outputGrid, labels: $0) })
  }
}
