/// The closed outlines of one class in a slice: along the edges of voxels, exactly where the label changes.
struct Contour: Sendable {
  /// The way of a step from one corner of a voxel to the next.
  enum Direction: Int, Sendable {
    case right, down, left, up

    /// The step to the next corner.
    var step: (x: Int, y: Int) { [(1, 0), (0, 1), (-1, 0), (0, -1)][rawValue] }
    /// The direction after a turn to the right; the class lies on this side.
    var turnedRight: Direction { Direction(rawValue: (rawValue + 1) % 4) ?? self }
    /// The direction after a turn to the left.
    var turnedLeft: Direction { Direction(rawValue: (rawValue + 3) % 4) ?? self }
  }

  /// One edge of a voxel, from the corner (x, y).
  struct Step: Equatable, Sendable {
    var x: Int
    var y: Int
    var direction: Direction
  }

  /// The outlines, each a closed walk with the class on its right; voxels that touch at a corner are apart.
  private(set) var loops: [[Step]] = []

  /// Traces a class; there are no outlines where the class is absent. The border of the plane is an edge.
  init(of label: UInt8, in plane: LabelPlane) {
    var open = Self.edges(of: label, in: plane)
    let corners = plane.width + 1
    for corner in open.indices {
      while open[corner] != 0 {
        loops.append(Self.walk(from: corner, direction: open[corner].trailingZeroBitCount, &open, corners: corners))
      }
    }
  }

  /// For each corner, a bit for each direction in which an edge of the class leaves it.
  private static func edges(of label: UInt8, in plane: LabelPlane) -> [UInt8] {
    let corners = plane.width + 1
    var open = [UInt8](repeating: 0, count: corners * (plane.height + 1))
    func isInside(_ x: Int, _ y: Int) -> Bool {
      x >= 0 && y >= 0 && x < plane.width && y < plane.height && plane.labels[y * plane.width + x] == label
    }
    for y in 0..<plane.height {
      for x in 0..<plane.width where isInside(x, y) {
        if !isInside(x, y - 1) { open[y * corners + x] |= 1 << UInt8(Direction.right.rawValue) }
        if !isInside(x + 1, y) { open[y * corners + x + 1] |= 1 << UInt8(Direction.down.rawValue) }
        if !isInside(x, y + 1) { open[(y + 1) * corners + x + 1] |= 1 << UInt8(Direction.left.rawValue) }
        if !isInside(x - 1, y) { open[(y + 1) * corners + x] |= 1 << UInt8(Direction.up.rawValue) }
      }
    }
    return open
  }

  /// Follows the edges from a corner until the walk is closed, and takes them away.
  private static func walk(from start: Int, direction first: Int, _ open: inout [UInt8], corners: Int) -> [Step] {
    var loop: [Step] = []
    var corner = start
    var next = Direction(rawValue: first)
    while let direction = next {
      open[corner] &= ~(1 << UInt8(direction.rawValue))
      loop.append(Step(x: corner % corners, y: corner / corners, direction: direction))
      corner += direction.step.y * corners + direction.step.x
      let ways = [direction.turnedRight, direction, direction.turnedLeft]
      next = ways.first { open[corner] >> UInt8($0.rawValue) & 1 == 1 }
    }
    return loop
  }
}
