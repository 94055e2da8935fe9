import Volumes

/// The values of a window that intensity transforms change in place.
///
/// Shape: (depth, height, width, channel), the channel varying fastest. The values are as a network sees them,
/// normalised: about mean 0 and standard deviation 1.
public struct ImageWindow {
  /// The values.
  public let values: UnsafeMutableBufferPointer<Float>
  /// The window: its size, and the spacing of its voxels.
  public let grid: Grid
  /// The number of channels.
  public let channels: Int
  /// The number of threads; no value depends on it.
  public let workers: Int

  /// Makes a window over `grid.size.count * channels` values.
  public init(values: UnsafeMutableBufferPointer<Float>, grid: Grid, channels: Int, workers: Int = 1) {
    precondition(values.count == grid.size.count * channels, "a window has one value per voxel and channel")
    (self.values, self.grid, self.channels, self.workers) = (values, grid, channels, workers)
  }
}

/// A drawn change of intensities: a plain value that can be printed, saved and replayed on any image.
public protocol IntensityTransform: Hashable, Sendable, Codable, CustomStringConvertible {
  /// Changes the values of a window. Constant and single-voxel images are left as they are where a change is relative
  /// to their spread.
  func apply(to window: ImageWindow)
}

/// The configuration of one kind of change of intensities.
public protocol IntensityRanges: TransformRanges {
  /// What is drawn.
  associatedtype Drawn: IntensityTransform
  /// The probability that it is applied, 0...1.
  var probability: Double { get set }
  /// Draws a change, once it is known to be applied.
  func draw(using draw: inout RandomDraw, for grid: Grid, channels: Int) -> Drawn
}
