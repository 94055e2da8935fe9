import Volumes

/// How the slices of a grid along one voxel axis are laid out on the screen: which way up, and how large.
///
/// Scans in millimetres are shown as radiologists expect: the patient's right on the left of the picture, front (or, in
/// sagittal and coronal slices, head) up; in sagittal slices the front is on the left. Voxel axes count as the world axis
/// that they are nearest to. Grids in pixels, and plane images whose affine is a mere scale, are shown as stored.
public struct SliceView: Sendable {
  /// The letters at the picture's edges: R, L, A, P, S or I.
  public struct Markers: Sendable, Equatable {
    /// What lies to the left.
    public var left: String
    /// What lies to the right.
    public var right: String
    /// What lies above.
    public var top: String
    /// What lies below.
    public var bottom: String
  }

  /// The size of the grid that the view was made for.
  public let size: GridSize
  /// The voxel axis that runs across the slices: 0 (i), 1 (j) or 2 (k).
  public let axis: Int
  /// Where each column of voxels begins on the screen, and where the last one ends, in pixels.
  public let columnEdges: [Int]
  /// Where each row of voxels begins on the screen, and where the last one ends, in pixels.
  public let rowEdges: [Int]
  /// The letters at the edges; nil where no orientation is known.
  public let markers: Markers?
  /// The units of the canvas that a millimetre takes; nil where no physical size is known.
  public let unitsPerMM: Double?
  /// The voxel axis that runs across a slice's picture, and the one that runs down it.
  let columnAxis: Int
  let rowAxis: Int
  private let isReversed: (column: Bool, row: Bool)
  /// The letters of the anatomical axis across the slices.
  private let across: (positive: String, negative: String)?
  /// Along this axis, in millimetres: the middle of the first slice, and the distance to the next.
  private let slicePlaces: (first: Double, step: Double)?

  /// Lays out the slices of a grid along an axis, at square pixels and so in their true proportions.
  ///
  /// The longest side has about `longestSidePixels`: where some 20 % more or less make the smaller voxel side a whole
  /// number of pixels, that size is taken.
  public init(grid: Grid, axis: Int, longestSidePixels: Int = 384) {
    precondition((0...2).contains(axis) && longestSidePixels > 0, "the axis of a slice is 0, 1 or 2")
    (size, self.axis) = (grid.size, axis)
    let plane = [0, 1, 2].filter { $0 != axis }
    let isOriented = grid.unit == .millimetres && !Self.isPlainPicture(grid)
    let world = Self.worldAxes(of: grid.affine)
    let isSwapped = isOriented && world[plane[0]].axis > world[plane[1]].axis
    columnAxis = plane[isSwapped ? 1 : 0]
    rowAxis = plane[isSwapped ? 0 : 1]
    isReversed = (isOriented && world[columnAxis].isPositive, isOriented && world[rowAxis].isPositive)
    markers = isOriented ? Self.markers(across: world[columnAxis].axis, down: world[rowAxis].axis) : nil

    across = isOriented ? [("R", "L"), ("A", "P"), ("S", "I")][world[axis].axis] : nil
    slicePlaces = isOriented ? Self.places(of: grid, axis: axis, columnAxis, rowAxis, along: world[axis].axis) : nil

    let spacing = grid.spacing
    let scale = Self.pixelsAUnit(
      sides: [columnAxis, rowAxis].map { (grid.size[$0], spacing[$0]) }, longestSidePixels: longestSidePixels)
    unitsPerMM = grid.unit == .millimetres ? scale : nil
    columnEdges = Self.edges(count: grid.size[columnAxis], step: spacing[columnAxis] * scale)
    rowEdges = Self.edges(count: grid.size[rowAxis], step: spacing[rowAxis] * scale)
  }

  /// The width of a slice's picture, in pixels.
  public var width: Int { columnEdges[columnEdges.count - 1] }
  /// The height of a slice's picture, in pixels.
  public var height: Int { rowEdges[rowEdges.count - 1] }
  /// The number of slices.
  public var sliceCount: Int { size[axis] }
  /// The number of voxels across a slice's picture.
  public var columns: Int { size[columnAxis] }
  /// The number of voxels down a slice's picture.
  public var rows: Int { size[rowAxis] }

  /// Where a slice is in the world, in millimetres along the anatomical axis across it, such as `S 12 mm`; nil where no
  /// orientation is known.
  public func position(of slice: Int) -> String? {
    guard let across, let place = slicePlaces.map({ $0.first + Double(slice) * $0.step }) else { return nil }
    let rounded = (place * 10).rounded() / 10
    let number = abs(rounded) == abs(rounded).rounded() ? "\(Int(abs(rounded)))" : "\(abs(rounded))"
    return "\(rounded < 0 ? across.negative : across.positive) \(number) mm"
  }

  /// The index, in a volume of one channel, of the voxel that is shown in a column and a row of a slice.
  public func voxelIndex(column: Int, row: Int, slice: Int) -> Int {
    var voxel = SIMD3<Int>()
    voxel[axis] = slice
    voxel[columnAxis] = isReversed.column ? columns - 1 - column : column
    voxel[rowAxis] = isReversed.row ? rows - 1 - row : row
    return (voxel.z * size.height + voxel.y) * size.width + voxel.x
  }
}

extension SliceView {
  /// A plane image that was never placed in the world: its affine scales, and does nothing else.
  private static func isPlainPicture(_ grid: Grid) -> Bool {
    grid.size.depth == 1 && grid.affine == Affine(scale: grid.spacing)
  }

  /// The world axis that each voxel axis runs along, each taken once, so that the directions agree best.
  private static func worldAxes(of affine: Affine) -> [(axis: Int, isPositive: Bool)] {
    let columns = [affine.columns.i, affine.columns.j, affine.columns.k]
    let spacing = affine.spacing
    func cosine(_ voxelAxis: Int, _ worldAxis: Int) -> Double {
      spacing[voxelAxis] > 0 ? columns[voxelAxis][worldAxis] / spacing[voxelAxis] : 0
    }
    let orders = [[0, 1, 2], [1, 0, 2], [0, 2, 1], [2, 1, 0], [1, 2, 0], [2, 0, 1]]
    func agreement(_ order: [Int]) -> Double { (0...2).reduce(0) { $0 + abs(cosine($1, order[$1])) } }
    let best = orders.dropFirst().reduce(orders[0]) { agreement($1) > agreement($0) ? $1 : $0 }
    return (0...2).map { (best[$0], cosine($0, best[$0]) >= 0) }
  }

  /// The places of the middles of the slices along a world axis.
  private static func places(
    of grid: Grid, axis: Int, _ columnAxis: Int, _ rowAxis: Int, along world: Int
  ) -> (first: Double, step: Double) {
    var middle = SIMD3<Double>()
    middle[columnAxis] = Double(grid.size[columnAxis] - 1) / 2
    middle[rowAxis] = Double(grid.size[rowAxis] - 1) / 2
    let first = grid.affine(middle)[world]
    middle[axis] = 1
    return (first, grid.affine(middle)[world] - first)
  }

  private static func markers(across: Int, down: Int) -> Markers {
    let letters = [("R", "L"), ("A", "P"), ("S", "I")]
    return Markers(left: letters[across].0, right: letters[across].1, top: letters[down].0, bottom: letters[down].1)
  }

  private static func pixelsAUnit(sides: [(count: Int, spacing: Double)], longestSidePixels: Int) -> Double {
    let longest = sides.map { Double($0.count) * $0.spacing }.max() ?? 0
    guard longest > 0, longest.isFinite else { return 1 }
    let wanted = Double(longestSidePixels) / longest
    let voxel = sides.map(\.spacing).min() ?? 1
    let whole = (wanted * voxel).rounded() / voxel
    return (0.8...1.25).contains(whole / wanted) ? whole : wanted
  }

  private static func edges(count: Int, step: Double) -> [Int] {
    let edges = (0...count).map { Int((Double($0) * step).rounded()) }
    return edges[count] > 0 ? edges : edges.dropLast() + [1]
  }
}
