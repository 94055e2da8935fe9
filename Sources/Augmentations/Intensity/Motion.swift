import Foundation
import Volumes

/// The ranges of motion during the acquisition.
public struct MotionRanges: IntensityRanges {
  /// The kind's key in pipeline files.
  public static let name = "motion"
  /// What the kind is configured by.
  public static let parameters: [RangeParameter<Self>] = [
    .probability(\.probability),
    RangeParameter("moves", .interval(\.moves, within: 1...20)),
    RangeParameter("rotation_degrees", .number(\.rotationDegrees, within: 0...45)),
    RangeParameter("translation", .length(\.translation)),
    RangeParameter("axes", .axes(\.axes)),
  ]

  /// The probability that an image is changed, 0...1.
  public var probability = 0.0
  /// How many moves there are; whole numbers are drawn.
  public var moves: ClosedRange<Double> = 1...3
  /// The largest rotation about each axis, either way, in degrees; a plane's only about the axis across it.
  public var rotationDegrees = 5.0
  /// The largest translation along each axis, either way.
  public var translation = Length.preset(millimetres: 3, share: 0.03)
  /// The axes among which that is drawn along which the lines of k-space follow each other.
  public var axes = GridAxis.allCases

  /// Makes a configuration that is never applied.
  public init() {}

  /// Draws a change of a window.
  public func draw(using draw: inout RandomDraw, for grid: Grid, channels: Int) -> Motion {
    let axis = draw.axis(among: axes, of: grid)
    let active = ActiveAxes(of: grid, planarRatio: .infinity)
    let moves = (0..<draw.count(in: moves)).map { _ in
      var pose = RigidTransform()
      for turned in active.normal.map({ [$0] }) ?? [0, 1, 2] {
        pose.rotationDegrees[turned] = draw.magnitude(rotationDegrees)
      }
      for moved in active.axes { pose.translation[moved] = draw.magnitude(translation.along(moved, of: grid)) }
      return Motion.Move(time: draw.position(), pose: pose)
    }
    return Motion(axis: axis, moves: moves.sorted { $0.time < $1.time })
  }
}

/// The image of something that moved while its k-space was acquired, line by line along an axis: the lines come in segments
/// from the image in different poses. In its middle k-space shows the image as it is, so that labels stay where they are.
///
/// The result's real part is taken. Voxels that come from beyond the window have a channel's least value.
/// Source: Shaw et al., MIDL 2019; TorchIO's RandomMotion (Pérez-García et al., 2021).
public struct Motion: IntensityTransform {
  /// A move at a time.
  public struct Move: Hashable, Sendable, Codable {
    /// The share of k-space's lines that came before, 0...1.
    public var time: Double
    /// The pose from then on, relative to the image's; the pose of the segment in the middle is that of the first lines
    /// instead.
    public var pose: RigidTransform

    /// Makes a move.
    public init(time: Double, pose: RigidTransform) { (self.time, self.pose) = (time, pose) }
  }

  /// The axis along which the lines of k-space follow each other.
  public var axis: GridAxis
  /// The moves, by time.
  public var moves: [Move]

  /// Makes a change of what is stated.
  public init(axis: GridAxis, moves: [Move]) { (self.axis, self.moves) = (axis, moves) }

  /// Changes the values of a window.
  public func apply(to window: ImageWindow) {
    guard window.grid.counts[axis.index] > 1, !moves.isEmpty else { return }
    let statistics = window.statistics()
    for channel in 0..<window.channels where !statistics[channel].isConstant {
      window.withChannel(channel) { move($0, of: window, outside: statistics[channel].minimum) }
    }
  }

  /// Moves one channel. The lines of all poses together are the image's: for each other pose, what its lines differ by is
  /// added.
  private func move(_ values: UnsafeMutablePointer<Float>, of window: ImageWindow, outside: Float) {
    let (voxels, lines) = (window.grid.size.count, window.grid.counts[axis.index])
    let central = segment(ofLine: 0, of: lines)
    withScratch(2 * voxels) { scratch in
      let (moved, sum) = (scratch, scratch + voxels)
      sum.update(repeating: 0, count: voxels)
      for (index, move) in moves.enumerated() {
        guard sample(values, of: window, in: move.pose, outside: outside, to: moved) else { continue }
        let segment = index + 1 == central ? 0 : index + 1
        for voxel in 0..<voxels { moved[voxel] -= values[voxel] }
        window.weighLines(moved, along: axis.index) { self.segment(ofLine: $0, of: lines) == segment ? 1 : 0 }
        for voxel in 0..<voxels { sum[voxel] += moved[voxel] }
      }
      for voxel in 0..<voxels { values[voxel] += sum[voxel] }
    }
  }

  /// The number of moves before a line of k-space.
  private func segment(ofLine line: Int, of count: Int) -> Int {
    let time = (Double(line + count / 2) + 0.5) / Double(count)
    return moves.count { $0.time <= time }
  }

  /// The image in another pose; false for a pose that has no inverse.
  private func sample(
    _ values: UnsafeMutablePointer<Float>, of window: ImageWindow, in pose: RigidTransform, outside: Float,
    to moved: UnsafeMutablePointer<Float>
  ) -> Bool {
    guard let map = try? SpatialMap(SpatialTransform(rigid: pose), from: window.grid) else { return false }
    let count = window.grid.size.count
    let (from, to) = (
      UnsafeBufferPointer(start: values, count: count), UnsafeMutableBufferPointer(start: moved, count: count)
    )
    map.sample(image: (from, to, outside), labels: nil, workers: window.workers)
    return true
  }

  /// The change in a phrase.
  public var description: String {
    let times = moves.map { String(format: "%.2f", $0.time) }.joined(separator: ", ")
    return "motion along \(axis.rawValue) at \(times)"
  }
}
