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
    var changed = Volume(grid: map.outputGrid, channels: image.channels, voxels: image.voxels)
    var moved = labels
    image.voxels.withUnsafeBufferPointer { from in
      changed.voxels.withUnsafeMutableBufferPointer { to in
        func sample(_ labels: (UnsafeBufferPointer<UInt8>, UnsafeMutableBufferPointer<UInt8>, UInt8)?) {
          map.sample(
            image: (from, to, outside), channels: image.channels, labels: labels, choices: choices, workers: workers)
        }
        if let labels {
          labels.labels.withUnsafeBufferPointer { from in
            moved!.labels.withUnsafeMutableBufferPointer { sample((from, $0, outsideLabel)) }
          }
        } else {
          sample(nil)
        }
        changeIntensities(
          of: ImageWindow(values: to, grid: map.outputGrid, channels: image.channels, workers: workers))
      }
    }
    moved?.grid = map.outputGrid
    return (changed, moved)
  }
}
