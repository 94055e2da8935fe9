/// What is wrong with what is asked of a grid.
public enum VolumesError: Error, Equatable, Sendable {
  /// A grid of another spacing would have more voxels than can be counted or stored.
  ///
  /// - Parameters:
  ///   - sizes: The numbers of voxels along i, j and k.
  ///   - spacing: The one that was asked for.
  ///   - lengths: The grid's lengths along i, j and k, in its unit.
  case gridTooLarge(sizes: SIMD3<Double>, spacing: SIMD3<Double>, lengths: SIMD3<Double>)
}

extension VolumesError: CustomStringConvertible {
  /// What is wrong, what was expected and found, and what to do.
  public var description: String {
    switch self {
    case .gridTooLarge(let sizes, let spacing, let lengths):
      "resampling a field of view of \(Self.text(lengths)) mm to a spacing of \(Self.text(spacing)) mm makes "
        + "\(Self.text(sizes)) voxels, more than can be stored; choose a larger spacing, or correct the scan's header if "
        + "its unit is wrong"
    }
  }

  private static func text(_ vector: SIMD3<Double>) -> String {
    (0..<3).map { axis in
      let rounded = (vector[axis] * 1000).rounded() / 1000
      let value = rounded != 0 && rounded.magnitude < 1e9 ? rounded : vector[axis]
      return value == value.rounded() && value.magnitude < 1e15 ? "\(Int(value))" : "\(value)"
    }.joined(separator: " x ")
  }
}
