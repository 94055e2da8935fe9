import Datasets
import Networks
import Volumes

/// The keys of a 2-D training that suit some images: their slices, the window and the batch.
struct SliceDraft {
  /// The axis across the slices; nil where all images are planes, or have no physical size.
  let axis: BodyAxis?
  /// The number of downsamplings.
  let depth: Int
  /// The window, multiples of 2^depth.
  let extent: Extent
  /// The size of the largest slice.
  private let largest: Extent
  /// The number of windows that cover all slices of all images.
  private let windows: Int
  private let trainingShare: Double

  /// The longest side of a window.
  private static let longest = 256
  /// Slices up to this side are not cut.
  private static let uncut = 320
  /// The most samples of an epoch, and the least batches.
  private static let (mostSamples, leastBatches) = (2000, 50)

  /// - Parameter grids: Of the prepared images.
  init(_ grids: [Grid], trainingShare: Double) {
    axis = TrainingDraft.axis(across: grids)
    let preparation = Preparation(normalisation: .none, spacing: nil, sliceAxis: axis ?? .superior)
    let planes = grids.map { $0.reoriented(by: preparation.reorientation(of: $0)).size }
    let largest = Extent(height: planes.map(\.height).max() ?? 1, width: planes.map(\.width).max() ?? 1)
    // The lowest resolution keeps 4 pixels along the shorter side.
    let halvings = (1...4).last { min(largest.height, largest.width) >> $0 >= 4 } ?? 1
    let multiple = 1 << halvings
    func side(_ size: Int) -> Int {
      size > Self.uncut ? Self.longest : (size + multiple - 1) / multiple * multiple
    }
    let extent = Extent(height: side(largest.height), width: side(largest.width))
    windows = planes.reduce(0) { sum, size in
      func count(_ size: Int, _ window: Int) -> Int { (size + window - 1) / window }
      return sum + size.depth * count(size.height, extent.height) * count(size.width, extent.width)
    }
    self.extent = extent
    (self.largest, depth, self.trainingShare) = (largest, halvings, trainingShare)
  }

  /// The lines of the keys.
  var lines: [String] {
    let plane = axis.map { ", slice_axis: \($0.plane)" } ?? ""
    var lines = [
      "network: {kind: unet, dimensions: 2, base_channels: 16, depth: \(depth), norm: instance\(plane)}",
      "optimiser: {kind: adam, learning_rate: 1.0e-3}",
      "patch: [\(extent.height), \(extent.width)]        # \(reason)",
    ]
    if let samples { lines.append("samples_per_epoch: \(samples)") }
    return lines + ["batch: \(batch)", "epochs: 30"]
  }

  private var isCut: Bool { extent.height < largest.height || extent.width < largest.width }

  /// What the window is, as a comment.
  private var reason: String {
    isCut
      ? "height, width: windows of slices of up to \(largest.height) x \(largest.width) pixels"
      : "height, width: holds the largest slice (\(largest.height) x \(largest.width)), multiples of \(1 << depth)"
  }

  /// The number of windows in an epoch; nil for the automatic number.
  private var samples: Int? {
    let samples = max(1, Int(Double(windows) * trainingShare))
    guard isCut || samples > Self.mostSamples else { return nil }
    return max(Self.leastBatches * batch, min(samples, Self.mostSamples))
  }

  /// Images in a batch, a power of two: about 2^18 pixels, at most 32 images.
  private var batch: Int {
    let most = (1 << 18) / max(1, extent.height * extent.width)
    return [32, 16, 8, 4].first { $0 <= most } ?? 2
  }
}
