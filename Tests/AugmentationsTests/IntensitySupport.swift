import Augmentations
import Foundation
import Randomness
import Volumes

extension IntensityTransform {
  /// What becomes of values.
  func applied(to values: [Float], grid: Grid, channels: Int = 1, workers: Int = 1) -> [Float] {
    var values = values
    values.withUnsafeMutableBufferPointer {
      apply(to: ImageWindow(values: $0, grid: grid, channels: channels, workers: workers))
    }
    return values
  }

  /// What becomes of a volume.
  func applied(to volume: Volume, workers: Int = 1) -> [Float] {
    applied(to: volume.voxels, grid: volume.grid, channels: volume.channels, workers: workers)
  }
}

extension Volume {
  /// The values of one channel.
  func values(ofChannel channel: Int) -> [Float] {
    stride(from: channel, to: voxels.count, by: channels).map { voxels[$0] }
  }
}

/// Every channel-th value.
func values(of voxels: [Float], channel: Int, of channels: Int) -> [Float] {
  stride(from: channel, to: voxels.count, by: channels).map { voxels[$0] }
}

/// Mean and standard deviation (n - 1), in double precision.
func moments(_ values: [Float]) -> (mean: Double, standardDeviation: Double) {
  let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
  let squares = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
  return (mean, (squares / Double(values.count - 1)).squareRoot())
}

/// The largest distance, and where it is.
func worst(_ a: [Float], _ b: [Float]) -> (difference: Float, index: Int) {
  precondition(a.count == b.count)
  let differences = zip(a, b).map { $0.isNaN || $1.isNaN ? .infinity : abs($0 - $1) }
  let index = differences.indices.max { differences[$0] < differences[$1] } ?? 0
  return (differences[index], index)
}

/// Ranges of a kind that is always applied.
func always<Ranges: IntensityRanges>(_ kind: Ranges.Type, _ change: (inout Ranges) -> Void = { _ in }) -> Ranges {
  var ranges = Ranges()
  ranges.probability = 1
  change(&ranges)
  return ranges
}

extension IntensityRanges {
  /// The changes that are drawn for keys 0..<count.
  func drawn(_ count: Int, for grid: Grid, channels: Int = 1) -> [Drawn] {
    (0..<count).map { index in
      var draw = RandomDraw(key(index).operation(Self.name))
      return self.draw(using: &draw, for: grid, channels: channels)
    }
  }
}

/// A file of golden values.
func golden<Value: Decodable>(_ name: String) throws -> Value {
  let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  return try JSONDecoder().decode(
    Value.self, from: Data(contentsOf: folder.appending(path: "Golden/augmentations/\(name)")))
}
