/// How much surface passes each corner between eight voxels (each corner between four pixels), by which of them are inside.
///
/// In 3-D the surface cuts the edges between the eight voxel centres in their middles: marching cubes. Where two diagonal
/// neighbours of a face are inside and the others are not, the inside is separated. A case of more than four voxels inside
/// has the surface of its opposite. In 2-D the contour cuts the edges of a square in their middles.
///
/// Sources: Lorensen and Cline, "Marching Cubes", SIGGRAPH 1987; Nikolov et al., "Clinically Applicable Segmentation of
/// Head and Neck Anatomy for Radiotherapy", JMIR 23(7), 2021, whose surface elements (surfels) these are.
package struct SurfelAreas {
  /// Square units, or units in 2-D, by code: bit `di + 2 dj + 4 dk` is set where that voxel is inside.
  private let areas: [Double]

  /// The areas for a spacing along i, j and k; of a plane, the lengths for a spacing along i and j.
  package init(spacing: SIMD3<Double>, isPlane: Bool) {
    areas =
      isPlane
      ? (0..<16).map { Self.length($0, spacing) } : (0..<256).map { CellSurface(code: $0).area(spacing: spacing) }
  }

  package subscript(code: UInt8) -> Double { areas[Int(code)] }

  private static func length(_ code: Int, _ spacing: SIMD3<Double>) -> Double {
    let diagonal = (spacing.x * spacing.x + spacing.y * spacing.y).squareRoot()
    switch code {
    case 0, 0b1111: return 0
    case 0b0011, 0b1100: return spacing.x
    case 0b0101, 0b1010: return spacing.y
    case 0b0110, 0b1001: return diagonal
    default: return diagonal / 2
    }
  }
}

/// The surface within the cell of eight voxel centres: closed loops over the middles of its edges.
private struct CellSurface {
  /// A place in half voxels: a voxel centre has even coordinates, the middle of an edge one odd one.
  private typealias Place = SIMD3<Int>

  private let inside: [Bool]

  init(code: Int) {
    let code = code.nonzeroBitCount > 4 ? 255 - code : code
    inside = (0..<8).map { code >> $0 & 1 == 1 }
  }

  func area(spacing: SIMD3<Double>) -> Double {
    loops().reduce(0) { sum, loop in
      let points = loop.map { SIMD3<Double>($0) * spacing / 2 }
      let first = fanStart(loop)
      return sum
        + (1..<points.count - 1).reduce(0) { area, step in
          let (b, c) = (points[(first + step) % points.count], points[(first + step + 1) % points.count])
          return area + Self.triangle(points[first], b, c)
        }
    }
  }

  private static func triangle(_ a: SIMD3<Double>, _ b: SIMD3<Double>, _ c: SIMD3<Double>) -> Double {
    let (u, v) = (b - a, c - a)
    let normal = SIMD3(u.y * v.z - u.z * v.y, u.z * v.x - u.x * v.z, u.x * v.y - u.y * v.x)
    return (normal * normal).sum().squareRoot() / 2
  }

  private func isInside(_ corner: Place) -> Bool { inside[corner.x / 2 + corner.y + 2 * corner.z] }

  /// The loops, each as the middles of the edges that it passes.
  private func loops() -> [[Place]] {
    var next: [Place: Place] = [:]
    var order: [Place] = []
    for face in Self.faces {
      for edge in 0..<4 where !isInside(face[edge]) && isInside(face[(edge + 1) % 4]) {
        var leaving = edge + 1
        while isInside(face[(leaving + 1) % 4]) { leaving += 1 }
        func middle(_ edge: Int) -> Place { (face[edge % 4] &+ face[(edge + 1) % 4]) / 2 }
        next[middle(edge)] = middle(leaving)
        order.append(middle(edge))
      }
    }
    var loops: [[Place]] = []
    for start in order {
      var loop: [Place] = []
      var place = start
      while let following = next.removeValue(forKey: place) {
        loop.append(place)
        place = following
      }
      if !loop.isEmpty { loops.append(loop) }
    }
    return loops
  }

  /// The corners of each face, counter-clockwise as seen from outside.
  private static let faces: [[Place]] = (0..<3).flatMap { axis in
    [0, 2].map { side in
      let turns = [(0, 0), (2, 0), (2, 2), (0, 2)]
      return (side == 2 ? turns : turns.reversed()).map { b, c in
        var corner = Place(repeating: side)
        corner[(axis + 1) % 3] = b
        corner[(axis + 2) % 3] = c
        return corner
      }
    }
  }

  /// The place from which triangles span the loop; it matters where the loop is not plane.
  ///
  /// Around three voxels in an L it is beside an end, across the plane of the L; around a chain of four that turns into
  /// each direction it is beside an end, along the middle link.
  private func fanStart(_ loop: [Place]) -> Int {
    let corners = Set(loop.map(innerCorner))
    func neighbours(_ corner: Place) -> [Place] {
      corners.filter {
        let step = $0 &- corner; return (step &* step).wrappedSum() == 4
      }
    }
    let ends = corners.filter { neighbours($0).count == 1 }
    let middle = corners.subtracting(ends)
    guard loop.count == 5 || (loop.count == 6 && corners.count == 4), ends.count == 2 else { return 0 }
    // Three in an L agree in one axis; the two middle ones of a chain differ in one.
    let isL = loop.count == 5
    let axis =
      (0..<3).first { axis in
        let values = Set((isL ? corners : middle).map { $0[axis] })
        return isL ? values.count == 1 : values.count == 2
      } ?? 0
    return loop.firstIndex { ends.contains(innerCorner($0)) && $0[axis] == 1 } ?? 0
  }

  /// The corner inside at the edge of a place.
  private func innerCorner(_ place: Place) -> Place {
    let axis = (0..<3).first { place[$0] == 1 } ?? 0
    var corner = place
    corner[axis] = 0
    if !isInside(corner) { corner[axis] = 2 }
    return corner
  }
}
