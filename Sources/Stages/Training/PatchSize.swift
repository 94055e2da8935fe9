import Configurations
import Networks
import Pipelines
import Volumes

/// The extent of a training's samples as a pipeline file gives it, in voxels.
enum PatchSize: Equatable {
  /// Of a slice: `[height, width]`.
  case plane(height: Int, width: Int)
  /// Of a volume along the axes of the body: `[right, anterior, superior]`, the order of `spacing_mm`.
  case body(right: Int, anterior: Int, superior: Int)
  /// Along the axes of what the network sees, by name; without a depth that of a slice.
  case axes(width: Int, height: Int, depth: Int?)

  /// Far beyond any scan.
  private static let range: ClosedRange<Int> = 1...65536

  /// Reads the key `patch`; nil where it is absent or null.
  ///
  /// - Parameter dimensions: Of the network; nil: not known yet.
  static func read(_ parameters: ParameterReader, dimensions: Int?) throws -> PatchSize? {
    if parameters.form(of: "patch") == .mapping {
      let patch = try parameters.nested("patch")
      let (width, height) = (try patch.int("width", in: .within(range)), try patch.int("height", in: .within(range)))
      let depth = dimensions == 2 ? nil : try patch.optionalInt("depth", in: .within(range))
      if dimensions == 3, depth == nil, !patch.wasRefused("depth") {
        try patch.refuse("depth", expected: "a whole number, in a network with dimensions: 3")
      }
      return .axes(width: width, height: height, depth: depth)
    }
    let count = (dimensions ?? 2)...(dimensions ?? 3)
    guard let lengths = try parameters.optionalInts("patch", in: .within(range), count: count) else { return nil }
    return lengths.count == 3
      ? .body(right: lengths[0], anterior: lengths[1], superior: lengths[2])
      : .plane(height: lengths[0], width: lengths[1])
  }

  /// The number of axes along which it is given.
  var dimensions: Int {
    switch self {
    case .plane, .axes(_, _, nil): 2
    case .body, .axes: 3
    }
  }

  /// The extent of a network's input.
  ///
  /// - Parameter axis: The axis of the body along which the network's depth runs.
  func extent(depthAlong axis: BodyAxis) -> Extent {
    switch self {
    case .plane(let height, let width): Extent(height: height, width: width)
    case .axes(let width, let height, let depth): Extent(depth: depth ?? 1, height: height, width: width)
    case .body(let right, let anterior, let superior):
      Extent(AxisLengths(width: right, height: anterior, depth: superior).reordered(depthAlong: axis))
    }
  }
}

extension AxisLengths {
  /// Lengths along right, anterior and superior in the order of the axes of what a network sees.
  ///
  /// - Parameter axis: The axis of the body along which the network's depth runs.
  func reordered(depthAlong axis: BodyAxis) -> AxisLengths {
    let order = Orientation(slicesAcross: axis).directions.map { list[$0.axis.worldAxis] }
    return AxisLengths(width: order[0], height: order[1], depth: order[2])
  }
}
