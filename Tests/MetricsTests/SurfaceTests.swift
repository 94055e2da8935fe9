import Foundation
import Metrics
import Testing
import Volumes

/// A shape on a grid: the voxels for which `isInside` holds.
private func map(
  _ size: GridSize, affine: Affine = .identity, unit: LengthUnit = .millimetres, _ isInside: (SIMD3<Int>) -> Bool
) -> LabelMap {
  var map = LabelMap(
    grid: Grid(size: size, affine: affine, unit: unit), labels: [UInt8](repeating: 0, count: size.count))
  for k in 0..<size.depth {
    for j in 0..<size.height { for i in 0..<size.width where isInside(SIMD3(i, j, k)) { map[i, j, k] = 1 } }
  }
  return map
}

private func measured(
  _ prediction: LabelMap, _ reference: LabelMap, _ names: [String] = ["surfaces"], tolerance: Double = 1
) throws -> ClassResult {
  try CaseResult(
    name: "a", predictionFile: "p", referenceFile: "r", prediction: prediction, reference: reference, classCount: 2,
    metrics: Metric.chosen(names), settings: MetricSettings(tolerance: tolerance)
  ).classes[0]
}

/// The boundary voxels of a mask in the world: those with a face neighbour outside.
private func boundary(of map: LabelMap) -> [SIMD3<Double>] {
  let size = map.grid.size
  func isInside(_ v: SIMD3<Int>) -> Bool {
    v.x >= 0 && v.y >= 0 && v.z >= 0 && v.x < size.width && v.y < size.height && v.z < size.depth
      && map[v.x, v.y, v.z] == 1
  }
  let steps = [SIMD3(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1)].flatMap { [$0, SIMD3<Int>.zero &- $0] }
  var points: [SIMD3<Double>] = []
  for index in 0..<size.count {
    let voxel = SIMD3(index % size.width, index / size.width % size.height, index / (size.width * size.height))
    guard isInside(voxel), steps.contains(where: { !isInside(voxel &+ $0) }) else { continue }
    points.append(map.grid.affine(SIMD3<Double>(voxel)))
  }
  return points
}

/// The distances from each point to the nearest other one.
private func distances(_ points: [SIMD3<Double>], to others: [SIMD3<Double>]) -> [Double] {
  points.map { point in
    others.map {
      let step = $0 - point; return (step * step).sum().squareRoot()
    }.min() ?? .infinity
  }
}

@Suite("Distances between surfaces")
struct SurfaceTests {
  private let size = GridSize(width: 30, height: 26, depth: 22)
  private let anisotropic = Affine(scale: SIMD3(0.6, 0.9, 2.5))

  private func sphere(_ centre: SIMD3<Double>, radius: Double, affine: Affine) -> LabelMap {
    map(size, affine: affine) { voxel in
      let step = affine(SIMD3<Double>(voxel)) - centre
      return (step * step).sum() <= radius * radius
    }
  }

  @Test("equal masks have distances of 0 and whole overlap")
  func equal() throws {
    let ball = sphere([8, 10, 25], radius: 6, affine: anisotropic)
    let result = try measured(ball, ball)
    for metric in [Metric.hausdorff, .hausdorff95, .averageSurfaceDistance, .meanSurfaceDistance, .centreDistance] {
      #expect(result[metric] == .real(0), "\(metric.name)")
    }
    #expect(result[.surfaceDice] == .real(1) && result[.boundaryIoU] == .real(1))
  }

  @Test("two single voxels are as far apart as their centres")
  func singleVoxels() throws {
    let first = map(size, affine: anisotropic) { $0 == SIMD3(3, 4, 5) }
    let second = map(size, affine: anisotropic) { $0 == SIMD3(13, 9, 7) }
    let distance = (6.0 * 6 + 4.5 * 4.5 + 5 * 5).squareRoot()
    let result = try measured(first, second)
    for metric in [Metric.hausdorff, .hausdorff95, .averageSurfaceDistance, .meanSurfaceDistance, .centreDistance] {
      let value = try #require(result[metric].number)
      #expect(abs(value - distance) < 1e-12, "\(metric.name)")
    }
    #expect(result[.surfaceDice] == .real(0))
    #expect(try measured(first, second, tolerance: distance)[.surfaceDice] == .real(1))
  }

  @Test("a box against itself, moved by 3 voxels of 0.6 mm, is 1.8 mm away")
  func shiftedBox() throws {
    func box(_ first: Int) -> LabelMap {
      map(size, affine: anisotropic) {
        (first..<first + 12).contains($0.x) && (4..<20).contains($0.y) && (3..<18).contains($0.z)
      }
    }
    let result = try measured(box(9), box(6))
    let farthest = try #require(result[.hausdorff].number), robust = try #require(result[.hausdorff95].number)
    #expect(abs(farthest - 1.8) < 1e-12 && abs(robust - 1.8) < 1e-12)
    let centres = try #require(result[.centreDistance].number)
    #expect(abs(centres - 1.8) < 1e-9)
  }

  @Test("concentric spheres are as far apart as their radii differ, within a voxel")
  func spheres() throws {
    let affine = Affine(scale: SIMD3(repeating: 0.5))
    let (inner, outer) = (
      sphere([7, 6, 5], radius: 2.5, affine: affine), sphere([7, 6, 5], radius: 4.5, affine: affine)
    )
    let result = try measured(inner, outer)
    for metric in [Metric.hausdorff, .hausdorff95, .averageSurfaceDistance, .meanSurfaceDistance] {
      let value = try #require(result[metric].number)
      #expect(abs(value - 2) < 0.5, "\(metric.name): \(value)")
    }
    #expect(result[.surfaceDice] == .real(0))
    #expect(try measured(inner, outer, tolerance: 2.6)[.surfaceDice] == .real(1))
  }

  @Test("a rotated grid gives the same values")
  func oblique() throws {
    let (c, s) = (cos(0.4), sin(0.4))
    let rotated = Affine(i: SIMD3(0.6 * c, 0.6 * s, 0), j: SIMD3(-0.9 * s, 0.9 * c, 0), k: SIMD3(0, 0, 2.5))
    let shapes = [SIMD3(8.0, 10, 25), SIMD3(9.0, 9, 28)].map { sphere($0, radius: 6, affine: anisotropic) }
    let straight = try measured(shapes[0], shapes[1])
    let turned = try measured(
      LabelMap(grid: Grid(size: size, affine: rotated, unit: .millimetres), labels: shapes[0].labels),
      LabelMap(grid: Grid(size: size, affine: rotated, unit: .millimetres), labels: shapes[1].labels))
    for (first, second) in zip(straight.measurements, turned.measurements) {
      let (a, b) = (try #require(first.value.number), try #require(second.value.number))
      #expect(abs(a - b) < 1e-9, "\(first.metric)")
    }
  }

  @Test("distances on any grid are those of all pairs of boundary voxels", arguments: [false, true], [0.02, 0.3])
  func allPairs(isSheared: Bool, share: Double) throws {
    let affine =
      isSheared
      ? Affine(i: SIMD3(0.6, 0.1, 0), j: SIMD3(-0.3, 0.9, 0.2), k: SIMD3(0.4, -0.8, 2.5)) : anisotropic
    var state: UInt64 = 12345
    func random(_ limit: Int) -> LabelMap {
      map(size, affine: affine) { voxel in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return voxel.x < limit && Double(state >> 40) / Double(1 << 24) < share
      }
    }
    let (prediction, reference) = (random(30), random(6))
    let result = try measured(prediction, reference)
    let (first, second) = (boundary(of: reference), boundary(of: prediction))
    let (forward, backward) = (distances(first, to: second), distances(second, to: first))
    let all = forward + backward
    let hausdorff = try #require(result[.hausdorff].number), mean = try #require(result[.averageSurfaceDistance].number)
    #expect(abs(hausdorff - all.max()!) < 1e-9)
    #expect(abs(mean - all.reduce(0, +) / Double(all.count)) < 1e-9)
    let directed = [forward, backward].map { $0.reduce(0, +) / Double($0.count) }
    let meanOfMeans = try #require(result[.meanSurfaceDistance].number)
    #expect(abs(meanOfMeans - (directed[0] + directed[1]) / 2) < 1e-9)
  }

  @Test("surfaces far apart are measured as exactly as near ones")
  func far() throws {
    let size = GridSize(width: 90, height: 60, depth: 40)
    let affine = Affine(scale: SIMD3(0.7, 0.8, 1.1))
    let first = map(size, affine: affine) { $0.x < 3 && $0.y < 4 && $0.z < 3 }
    let second = map(size, affine: affine) {
      ($0.x - 70) * ($0.x - 70) + ($0.y - 45) * ($0.y - 45) + ($0.z - 30) * ($0.z - 30) < 60
    }
    let result = try measured(first, second)
    let all =
      distances(boundary(of: second), to: boundary(of: first))
      + distances(boundary(of: first), to: boundary(of: second))
    let mean = try #require(result[.averageSurfaceDistance].number), farthest = try #require(result[.hausdorff].number)
    #expect(abs(mean - all.reduce(0, +) / Double(all.count)) < 1e-9 && abs(farthest - all.max()!) < 1e-9)
  }

  @Test("on a sheared grid only the normalised surface Dice is missing, with the reason")
  func sheared() throws {
    let affine = Affine(i: SIMD3(1, 0, 0), j: SIMD3(0.2, 1, 0), k: SIMD3(0, 0, 1))
    let box = map(size, affine: affine) { $0.x < 9 && $0.y < 9 && $0.z < 9 }
    let result = try measured(box, box)
    #expect(result[.surfaceDice] == .unavailable(.shearedGrid) && result[.hausdorff95] == .real(0))
    #expect(result[.surfaceDice].number == nil && result[.surfaceDice].text.isEmpty)
  }

  @Test("a plane has lines for boundaries, whichever axis has one voxel", arguments: 0..<3)
  func planes(axis: Int) throws {
    func turned(_ vector: SIMD3<Int>) -> SIMD3<Int> {
      var result = vector
      result[axis] = vector.z
      result[[0, 1, 2].filter { $0 != axis }[0]] = vector.x
      result[[0, 1, 2].filter { $0 != axis }[1]] = vector.y
      return result
    }
    let extent = turned(SIMD3(14, 12, 1))
    let spacing = SIMD3<Double>(turned(SIMD3(1, 2, 9)))
    func square(_ first: Int) -> LabelMap {
      map(GridSize(width: extent.x, height: extent.y, depth: extent.z), affine: Affine(scale: spacing)) { voxel in
        let place = [0, 1, 2].filter { $0 != axis }.map { voxel[$0] }
        return (first..<first + 6).contains(place[0]) && (3..<9).contains(place[1])
      }
    }
    let result = try measured(square(4), square(2), tolerance: 1)
    #expect(result[.hausdorff] == .real(2) && result[.centreDistance] == .real(2))
    #expect(try measured(square(4), square(4))[.surfaceDice] == .real(1))
    // Of each contour the long sides (20 mm) are 2 mm from the other one, and of each short side (5 mm) one of the two
    // corners (half a diagonal each).
    let diagonal = 5.0.squareRoot()
    let share = try #require(result[.surfaceDice].number)
    #expect(abs(share - (10 + diagonal) / (30 + 2 * diagonal)) < 1e-12)
  }

  @Test("the image's border is a boundary, an ignored neighbour is none")
  func borders() throws {
    let whole = map(GridSize(width: 5, height: 5, depth: 5)) { _ in true }
    let inner = map(GridSize(width: 5, height: 5, depth: 5)) { $0.x == 0 }
    // From the far face to the layer at the border: 4; all of that layer is the whole's boundary.
    #expect(try measured(whole, inner)[.hausdorff] == .real(4))
    var reference = map(GridSize(width: 7, height: 3, depth: 1)) { $0.x < 4 }
    for j in 0..<3 { reference[4, j, 0] = LabelMap.ignored }
    let prediction = map(GridSize(width: 7, height: 3, depth: 1)) { $0.x < 5 }
    let result = try measured(prediction, reference)
    #expect(result[.hausdorff] == .real(0) && result[.surfaceDice] == .real(1))
  }

  @Test("ignored neighbours count wherever they are: also beside the box that holds both masks")
  func ignoredBesideTheBox() throws {
    let size = GridSize(width: 14, height: 14, depth: 24)
    func block(_ end: Int) -> LabelMap {
      map(size) { (3..<11).contains($0.z) && (3..<11).contains($0.y) && (3..<end).contains($0.x) }
    }
    var reference = block(11), prediction = block(8)
    for k in 11..<14 { for j in 0..<14 { for i in 0..<14 { reference[i, j, k] = LabelMap.ignored } } }
    let near = try measured(prediction, reference)
    // A common voxel far away makes the box larger; nothing else changes near the blocks.
    reference[5, 5, 20] = 1
    prediction[5, 5, 20] = 1
    let far = try measured(prediction, reference)
    let distances = boundaryDistances(size, 8, 11)
    let mean =
      (distances.predicted + distances.real).reduce(0, +) / Double(distances.predicted.count + distances.real.count)
    #expect(abs(near[.averageSurfaceDistance].number! - mean) < 1e-12)
    let count = Double(distances.predicted.count + distances.real.count)
    #expect(abs(far[.averageSurfaceDistance].number! - mean * count / (count + 2)) < 1e-12)
  }

  /// The distances between the boundaries of two blocks whose upper faces in z touch ignored voxels.
  private func boundaryDistances(_ size: GridSize, _ predicted: Int, _ real: Int) -> (
    predicted: [Double], real: [Double]
  ) {
    func points(_ end: Int) -> [SIMD3<Double>] {
      var points: [SIMD3<Double>] = []
      for k in 3..<11 {
        for j in 3..<11 {
          for i in 3..<end where k == 3 || j == 3 || j == 10 || i == 3 || i == end - 1 {
            points.append(SIMD3(Double(i), Double(j), Double(k)))
          }
        }
      }
      return points
    }
    let (a, b) = (points(predicted), points(real))
    return (distances(a, to: b), distances(b, to: a))
  }

  @Test("where a mask is empty there is no distance; penalised it is the image's diagonal")
  func empty() throws {
    let box = map(size, affine: anisotropic) { $0.x < 9 && $0.y < 9 && $0.z < 9 }
    let nothing = map(size, affine: anisotropic) { _ in false }
    let diagonal = (18.0 * 18 + 23.4 * 23.4 + 55 * 55).squareRoot()
    for result in [try measured(nothing, box), try measured(box, nothing)] {
      for measurement in result.measurements {
        #expect(measurement.value == .undefined, "\(measurement.metric)")
        let penalised = try #require(measurement.penalised.number)
        #expect(measurement.metric.hasSuffix("_mm") ? abs(penalised - diagonal) < 1e-9 : penalised == 0)
      }
    }
    for measurement in try measured(nothing, nothing).measurements {
      #expect(measurement.value == .undefined && measurement.penalised == .undefined)
    }
  }

  @Test("distances in images without physical size are in pixels, and named so")
  func pixels() throws {
    let size = GridSize(width: 9, height: 5)
    let first = map(size, unit: .pixels) { $0.x == 1 && $0.y == 1 }
    let second = map(size, unit: .pixels) { $0.x == 4 && $0.y == 1 }
    let result = try measured(first, second, ["HD", "NSD"])
    #expect(result.measurements.map(\.metric) == ["HD_px", "NSD"])
    #expect(result[.hausdorff] == .real(3))
  }
}
