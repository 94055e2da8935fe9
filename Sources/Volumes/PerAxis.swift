/// A choice for each axis of a grid, such as how values between its voxels are made.
public struct PerAxis<Choice> {
  /// Along i.
  public var i: Choice
  /// Along j.
  public var j: Choice
  /// Along k.
  public var k: Choice

  /// Makes three choices.
  public init(i: Choice, j: Choice, k: Choice) {
    self.i = i
    self.j = j
    self.k = k
  }

  /// The same choice along all axes.
  public init(_ all: Choice) { self.init(i: all, j: all, k: all) }

  /// The choice along axis 0 (i), 1 (j) or 2 (k).
  public subscript(axis: Int) -> Choice {
    get { axis == 0 ? i : axis == 1 ? j : k }
    set {
      switch axis {
      case 0: i = newValue
      case 1: j = newValue
      default: k = newValue
      }
    }
  }
}

extension PerAxis: Equatable where Choice: Equatable {}
extension PerAxis: Hashable where Choice: Hashable {}
extension PerAxis: Sendable where Choice: Sendable {}

extension PerAxis {
  /// nnU-Net's rule for scans with thick slices: `inPlane` along all axes of the source but that of low resolution, along
  /// which neighbours are too far apart to be mixed.
  ///
  /// The axis is the source's `lowResolutionAxis`, or else the axis of the source along which that of the target runs
  /// nearest; where neither has one, `inPlane` holds for all.
  /// Source: Isensee et al., "nnU-Net: a self-configuring method for deep learning-based biomedical image segmentation",
  /// Nature Methods 18 (2021), supplementary note 2; `determine_do_sep_z_and_axis` of nnU-Net v2.
  /// - Parameters:
  ///   - inPlane: The choice in general.
  ///   - alongLowResolutionAxis: The choice along that axis; nearest in nnU-Net.
  ///   - source: The grid that is resampled; the choices are for its axes.
  ///   - target: The grid that it is resampled to.
  ///   - threshold: How many times the smallest spacing the largest one must exceed; at least 1.
  public init(
    _ inPlane: Choice, alongLowResolutionAxis: Choice, from source: Grid, to target: Grid, threshold: Double = 3
  ) {
    self.init(inPlane)
    if let axis = source.lowResolutionAxis(threshold: threshold) {
      self[axis] = alongLowResolutionAxis
    } else if let axis = target.lowResolutionAxis(threshold: threshold), let inverse = source.affine.inverse {
      let direction = [target.affine.columns.i, target.affine.columns.j, target.affine.columns.k][axis]
      let inSource = inverse.linear(direction) * source.spacing
      self[(0..<3).max { abs(inSource[$0]) < abs(inSource[$1]) } ?? axis] = alongLowResolutionAxis
    }
  }
}

extension Grid {
  /// The axis, 0 (i), 1 (j) or 2 (k), whose spacing is the largest and more than `threshold` times the smallest; nil where
  /// there is none, or two axes share the largest spacing to within 1e-4 of it, which rounded affines cannot tell apart.
  ///
  /// Degenerate input: nil where a spacing is zero or not finite.
  public func lowResolutionAxis(threshold: Double = 3) -> Int? {
    let spacing = self.spacing
    guard (0..<3).allSatisfy({ spacing[$0] > 0 && spacing[$0].isFinite }) else { return nil }
    let largest = spacing.max()
    let coarse = (0..<3).filter { spacing[$0] > largest * (1 - 1e-4) }
    return coarse.count == 1 && largest / spacing.min() > threshold ? coarse[0] : nil
  }
}
