import Volumes

/// A spacing that images are resampled to before a network sees them, and from which its labels come back.
///
/// Axes of one voxel, such as that across a plane image, stay as they are. Thick slices are not mixed: along an axis whose
/// spacing is more than 3 times the others', of the image or of the result, the nearest voxel counts (nnU-Net's rule, see
/// `PerAxis`).
public struct CommonSpacing: Hashable, Sendable {
  /// The distances between voxels along the axes nearest to right, anterior and superior, in millimetres; above 0.
  public let spacingMM: SIMD3<Double>
  /// How values between voxels are made: linear or cubic.
  public let interpolation: Interpolation

  /// Makes a common spacing.
  public init(spacingMM: SIMD3<Double>, interpolation: Interpolation) {
    self.spacingMM = spacingMM
    self.interpolation = interpolation
  }

  /// The spacing in the middle of the grids' ones, along right, anterior and superior; of an even number the larger of the
  /// two in the middle.
  public static func median(of grids: [Grid]) -> SIMD3<Double> {
    precondition(!grids.isEmpty, "at least one grid is needed")
    var result = SIMD3<Double>.zero
    for axis in BodyAxis.allCases {
      let sorted = grids.map { $0.spacing[$0.voxelAxis(nearestTo: axis)] }.sorted()
      result[axis.worldAxis] = sorted[sorted.count / 2]
    }
    return result
  }

  /// The grid of this spacing that covers the whole field of view of a grid, with its centre and its directions.
  ///
  /// - Throws: `VolumesError.gridTooLarge`.
  public func grid(covering grid: Grid) throws(VolumesError) -> Grid {
    var spacing = grid.spacing
    for (axis, direction) in grid.orientation.directions.enumerated() where grid.size[axis] > 1 {
      let wanted = spacingMM[direction.axis.worldAxis]
      if abs(wanted / spacing[axis] - 1) > Self.tolerance { spacing[axis] = wanted }
    }
    return spacing == grid.spacing ? grid : try grid.covered(withSpacing: spacing)
  }

  /// Spacings that differ by less, relatively, are the same: headers hold rounded numbers.
  private static let tolerance = 1e-3

  /// An image at this spacing.
  ///
  /// - Throws: `VolumesError.gridTooLarge`, `MachineError.notEnoughMemory`.
  public func image(_ volume: Volume) throws -> Volume {
    let target = try grid(covering: volume.grid)
    guard target != volume.grid else { return volume }
    let interpolation = PerAxis(interpolation, alongLowResolutionAxis: .nearest, from: volume.grid, to: target)
    try volume.requireMemory(toResampleTo: target, interpolation: interpolation, name: "an image")
    return volume.resampled(to: target, interpolation: interpolation)
  }

  /// Labels at this spacing: at each voxel the class of the largest linear share.
  ///
  /// - Throws: `VolumesError.gridTooLarge`, `MachineError.notEnoughMemory`.
  public func labels(_ labels: LabelMap) throws -> LabelMap {
    let target = try grid(covering: labels.grid)
    guard target != labels.grid else { return labels }
    try labels.requireMemory(toResampleTo: target, name: "a label map")
    return labels.resampled(
      to: target, interpolation: PerAxis(.linear, alongLowResolutionAxis: .nearest, from: labels.grid, to: target))
  }

  /// What interpolates probabilities linearly on an image's own grid, as they come plane by plane.
  ///
  /// - Parameters:
  ///   - probabilities: Their grid, which covers the other.
  ///   - grid: The image's, its axes in the order and the directions of the other's.
  ///   - channels: The number of classes.
  /// - Returns: nil where the axes run otherwise, or an affine has no inverse.
  public static func planeResampling(
    of probabilities: Grid, to grid: Grid, channels: Int
  ) -> PlaneResampling? {
    PlaneResampling(
      from: probabilities, to: grid, channels: channels,
      interpolation: PerAxis(.linear, alongLowResolutionAxis: .nearest, from: probabilities, to: grid))
  }
}

extension CommonSpacing: Codable {
  private enum CodingKeys: String, CodingKey {
    case spacingMM = "spacing_mm"
    case interpolation
  }

  /// What a spacing may be, in millimetres: from a nanometre to a kilometre.
  public static let limits = 1e-6...1e6

  /// Reads a spacing of three numbers within `limits`, and an interpolation.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let spacing = try values.decode([Double].self, forKey: .spacingMM)
    guard spacing.count == 3, spacing.allSatisfy(Self.limits.contains) else {
      throw DecodingError.dataCorruptedError(
        forKey: .spacingMM, in: values,
        debugDescription: "expected three numbers from \(Self.limits.lowerBound) to \(Self.limits.upperBound), "
          + "found \(spacing)")
    }
    self.init(
      spacingMM: SIMD3(spacing[0], spacing[1], spacing[2]),
      interpolation: try values.decode(Interpolation.self, forKey: .interpolation))
  }

  /// Writes the three numbers and the interpolation.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode([spacingMM.x, spacingMM.y, spacingMM.z], forKey: .spacingMM)
    try values.encode(interpolation, forKey: .interpolation)
  }
}

extension CommonSpacing: CustomStringConvertible {
  /// Such as `1 x 1 x 3 mm (right, anterior, superior), cubic`.
  public var description: String {
    (0..<3).map { Wording.rounded(spacingMM[$0]) }.joined(separator: " x ")
      + " mm (right, anterior, superior), \(interpolation.rawValue)"
  }
}
