import Augmentations
import Foundation
import Randomness
import Volumes

func makeGrid(_ width: Int, _ height: Int, _ depth: Int = 1, spacing: SIMD3<Double> = [1, 1, 1]) -> Grid {
  Grid(
    size: GridSize(width: width, height: height, depth: depth), affine: Affine(scale: spacing), unit: .millimetres)
}

/// A volume of random values, infinities and a negative zero among them where `isHostile`.
func makeVolume(_ grid: Grid, channels: Int = 1, isHostile: Bool = false) -> Volume {
  var generator = PhiloxGenerator(RandomKey(seed: 1, stage: "test", operation: "volume"))
  var voxels = (0..<grid.size.count * channels).map { _ in Float(generator.normal()) }
  if isHostile { voxels.replaceSubrange(0..<4, with: [-.zero, .infinity, .nan, -.infinity]) }
  return Volume(grid: grid, channels: channels, voxels: voxels)
}

func makeLabels(_ grid: Grid, classCount: Int) -> LabelMap {
  var generator = PhiloxGenerator(RandomKey(seed: 1, stage: "test", operation: "labels"))
  return LabelMap(grid: grid, labels: (0..<grid.size.count).map { _ in UInt8(generator.integer(below: classCount)) })
}

/// The labels of a disk on a plane: 1 within `radius` of a point, both in the grid's unit from the plane's centre.
func makeDisk(_ grid: Grid, at centre: SIMD2<Double>, radius: Double) -> LabelMap {
  var map = LabelMap(grid: grid, labels: [UInt8](repeating: 0, count: grid.size.count))
  for j in 0..<grid.size.height {
    for i in 0..<grid.size.width {
      let x = (Double(i) - Double(grid.size.width - 1) / 2) * grid.spacing.x - centre.x
      let y = (Double(j) - Double(grid.size.height - 1) / 2) * grid.spacing.y - centre.y
      map[i, j, 0] = x * x + y * y <= radius * radius ? 1 : 0
    }
  }
  return map
}

/// Ranges with everything on, always.
func everything(displacement: Double = 3, controlPointSpacing: Double = 8) -> AugmentationRanges {
  AugmentationRanges(
    rigid: RigidRanges(rotationDegrees: 30, translation: .millimetres(4), flipAxes: [.i, .j, .k], probability: 1),
    stretch: StretchRanges(zoom: 0.8...1.25, stretch: 0.9...1.1, shearDegrees: 8, probability: 1),
    elastic: ElasticRanges(
      displacement: .millimetres(displacement), controlPointSpacing: .millimetres(controlPointSpacing),
      probability: 1))
}

func key(_ draw: Int = 0) -> RandomKey { RandomKey(seed: 5, stage: "augment", draw: draw, operation: "") }

func distance(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double { ((a - b) * (a - b)).sum().squareRoot() }

extension Volume {
  var bits: [UInt32] { voxels.map(\.bitPattern) }
}

/// A field whose control points are displaced evenly over a cube, 5 units apart.
func randomField(
  _ points: SIMD3<Int>, amplitude: Double, seed: UInt64 = 3, spacing: SIMD3<Double> = [5, 5, 5]
) throws -> ElasticField {
  var generator = PhiloxGenerator(RandomKey(seed: seed, stage: "test", operation: "field"))
  let displacements = (0..<points.x * points.y * points.z).map { _ in
    var move = SIMD3<Double>.zero
    for axis in 0..<3 where points[axis] > 1 { move[axis] = generator.uniform(in: -amplitude...amplitude) }
    return move
  }
  return try ElasticField(controlPoints: points, spacing: spacing, displacements: displacements)
}
