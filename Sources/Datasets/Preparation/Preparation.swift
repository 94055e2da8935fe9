import Volumes

/// How a scan becomes what a network sees: normalised, resampled to a common spacing, and reoriented so that slices across
/// an axis are its planes along k.
public struct Preparation: Hashable, Sendable {
  /// The normalisation of its values.
  public let normalisation: Normalisation
  /// The spacing that it is resampled to; nil: it keeps its own.
  public let spacing: CommonSpacing?
  /// The axis across the slices.
  public let sliceAxis: BodyAxis

  /// Makes a preparation.
  public init(normalisation: Normalisation, spacing: CommonSpacing?, sliceAxis: BodyAxis) {
    (self.normalisation, self.spacing, self.sliceAxis) = (normalisation, spacing, sliceAxis)
  }

  /// The grid of a prepared scan.
  ///
  /// - Throws: `VolumesError.gridTooLarge`.
  public func grid(of grid: Grid) throws(VolumesError) -> Grid {
    let resampled = try spacing?.grid(covering: grid) ?? grid
    return resampled.reoriented(by: reorientation(of: resampled))
  }

  /// A prepared scan; `name` is what messages call it. A scan that nobody else holds is normalised in its own memory.
  ///
  /// - Throws: `DatasetError` where its values cannot be normalised, `VolumesError.gridTooLarge`,
  ///   `MachineError.notEnoughMemory`.
  public func image(_ scan: consuming Volume, name: String) throws -> Volume {
    var image = consume scan
    try normalisation.apply(to: &image, source: name)
    if let spacing { image = try spacing.image(image) }
    return image.reoriented(by: reorientation(of: image.grid))
  }

  /// A scan's labels at the spacing of the prepared scan, in the scan's orientation.
  ///
  /// - Throws: `VolumesError.gridTooLarge`, `MachineError.notEnoughMemory`.
  public func resampled(_ labels: LabelMap) throws -> LabelMap { try spacing?.labels(labels) ?? labels }

  /// Labels on the grid of the prepared scan.
  ///
  /// - Parameter resampled: At the prepared scan's spacing, see `resampled(_:)`.
  public func reoriented(_ resampled: LabelMap) -> LabelMap {
    resampled.reoriented(by: reorientation(of: resampled.grid))
  }

  /// What reorients a scan of a grid, at the spacing of the prepared one. A plane image, and a volume without a physical
  /// size, stay as they are.
  public func reorientation(of grid: Grid) -> Reorientation {
    let source = grid.orientation
    guard grid.size.depth > 1, grid.unit == .millimetres else { return Reorientation(from: source, to: source) }
    return Reorientation(from: source, to: Orientation(slicesAcross: sliceAxis))
  }

  /// Whether the axes of a grid are known well enough: without a physical size nothing says which voxel axis is which of the
  /// body's, so that volumes in pixels can only be cut along k, as the default does. Plane images fit any axis.
  public func fits(_ grid: Grid) -> Bool {
    sliceAxis == .superior || grid.size.depth == 1 || grid.unit != .pixels
  }

  /// How grids are cut into slices, for people, such as `axial slices`.
  public func slices(of grids: [Grid]) -> String {
    let volumes = grids.filter { $0.size.depth > 1 }
    guard !volumes.isEmpty else { return "plane images" }
    return volumes.contains { $0.unit == .pixels }
      ? "slices along the third voxel axis (the volumes have no physical size)" : "\(sliceAxis.plane) slices"
  }
}
