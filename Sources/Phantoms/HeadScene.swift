import Foundation
import Randomness
import Volumes

/// A head as it lies in the scanner: the anatomy, its pose and its deformation, sampled on the voxel grid.
struct HeadScene: Sendable {
  private let anatomy: HeadAnatomy
  private let slices: SliceStack
  private let voxelMM: SIMD3<Double>
  private let size: GridSize
  private let shift: SIMD2<Double>
  private let tilt: SIMD2<Double>
  private let rotationRadians: Double
  private let deformation: (x: SmoothField, y: SmoothField)

  /// Draws the pose of a head: a turn in the plane of the slices, a shift, a tilt, and a smooth deformation.
  init(
    anatomy: HeadAnatomy, slices: SliceStack, voxelMM: SIMD3<Double>, size: GridSize,
    using generator: inout PhiloxGenerator
  ) {
    (self.anatomy, self.slices, self.voxelMM, self.size) = (anatomy, slices, voxelMM, size)
    rotationRadians = generator.uniform(in: -12...12) * .pi / 180
    shift = SIMD2(generator.uniform(in: -1.8...1.8), generator.uniform(in: -2.2...2.2))
    tilt = SIMD2(generator.uniform(in: -0.04...0.04), generator.uniform(in: -0.07...0.07))
    let x = SmoothField(waves: 4, wavelengths: 55...110, standardDeviation: 0.9, using: &generator)
    let y = SmoothField(waves: 4, wavelengths: 55...110, standardDeviation: 0.9, using: &generator)
    deformation = (x, y)
  }

  /// The mean brightness of each voxel's sub-samples, and the class that most of them belong to.
  func render(intensities: [Float]) -> (values: [Float], labels: [UInt8]) {
    let planar = Supersampling.offsets(3)
    let across = Supersampling.offsets(2)
    let labelOfTissue = HeadTissue.allCases.map { Int($0.label) }
    var values = [Float](repeating: 0, count: size.count)
    var labels = [UInt8](repeating: 0, count: size.count)
    var voxel = 0
    for k in 0..<size.depth {
      for j in 0..<size.height {
        for i in 0..<size.width {
          let displacement = displacement(i: i, j: j, k: k)
          var sum: Float = 0
          var votes = SIMD4<Int32>()
          for dz in across {
            for dy in planar {
              for dx in planar {
                let place = headPoint(i: Double(i) + dx, j: Double(j) + dy, k: Double(k) + dz)
                let tissue = anatomy.tissue(at: place + displacement).rawValue
                sum += intensities[tissue]
                votes[labelOfTissue[tissue]] += 1
              }
            }
          }
          values[voxel] = sum / Float(planar.count * planar.count * across.count)
          labels[voxel] = Self.winner(votes)
          voxel += 1
        }
      }
    }
    return (values, labels)
  }

  /// The class with the most votes; the lowest of equals.
  private static func winner(_ votes: SIMD4<Int32>) -> UInt8 {
    var best = 0
    for label in 1..<4 where votes[label] > votes[best] { best = label }
    return UInt8(best)
  }

  /// The point of the head, before its deformation, at a place of the voxel grid.
  private func headPoint(i: Double, j: Double, k: Double) -> SIMD3<Double> {
    let z = slices.height(of: k)
    let x = (i - Double(size.width - 1) / 2) * voxelMM.x - shift.x - tilt.x * z
    let y = (j - Double(size.height - 1) / 2) * voxelMM.y - shift.y - tilt.y * z
    let (sine, cosine) = (sin(rotationRadians), cos(rotationRadians))
    return SIMD3(cosine * x + sine * y, cosine * y - sine * x, z)
  }

  /// How far the deformation moves the centre of a voxel, in the plane of its slice.
  private func displacement(i: Int, j: Int, k: Int) -> SIMD3<Double> {
    let point = headPoint(i: Double(i), j: Double(j), k: Double(k))
    return SIMD3(deformation.x(point), deformation.y(point), 0)
  }
}
