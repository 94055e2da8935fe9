import Augmentations
import CKernels
import Foundation
import Testing
import Volumes

@Suite("Sampling")
struct SamplingTests {
  @Test(
    "every generation of processors, and any number of threads, gives the same bits",
    arguments: [Interpolation.linear, .cubic], [1, 7])
  func sameBits(interpolation: Interpolation, depth: Int) throws {
    let grid = makeGrid(61, 43, depth, spacing: [1, 1.2, 2])
    let choices = SamplingChoices(image: interpolation, labels: interpolation == .linear ? .nearest : .linear)
    for (draw, channels) in [(0, 1), (1, 3)] {
      let (volume, labels) = (makeVolume(grid, channels: channels), makeLabels(grid, classCount: 3))
      let map = try SpatialMap(everything().drawSpatial(using: key(draw), for: grid), from: grid)
      let image = volume.sampled(by: map, choices: choices)
      let truth = labels.sampled(by: map, choices: choices)
      #expect(volume.sampled(by: map, choices: choices, workers: 2).bits == image.bits)
      for kernel in ["avx512", "avx2", "plain"] where ck_kernel_is_possible(kernel) {
        ck_use_kernel_on_this_thread(kernel)
        defer { ck_use_kernel_on_this_thread(nil) }
        #expect(volume.sampled(by: map, choices: choices).bits == image.bits, "\(kernel)")
        #expect(labels.sampled(by: map, choices: choices).labels == truth.labels, "\(kernel)")
      }
    }
  }

  @Test("axes of one sample, and images of one voxel, are sampled without reading beyond them", arguments: 0..<6)
  func thinImages(index: Int) throws {
    let size = [(1, 1, 1), (1, 9, 1), (9, 1, 1), (1, 9, 5), (9, 1, 5), (2, 2, 2)][index]
    let grid = makeGrid(size.0, size.1, size.2)
    let image = Volume(grid: grid, voxels: [Float](repeating: 2.5, count: grid.size.count))
    let transform = SpatialTransform(rigid: RigidTransform(rotationDegrees: [3, -4, 20], translation: [0.3, 0.2, 0]))
    let map = try SpatialMap(transform, from: grid, outputSize: GridSize(width: 5, height: 4, depth: 3))
    for interpolation in [Interpolation.linear, .cubic] {
      let sampled = image.sampled(by: map, outside: -1, choices: SamplingChoices(image: interpolation))
      #expect(sampled.voxels.contains { abs($0 - 2.5) < 1e-5 })
      #expect(sampled.voxels.allSatisfy { abs($0 - 2.5) < 1e-5 || $0 == -1 })
    }
  }

  @Test("rows longer than a stretch of the kernel are sampled as short ones are")
  func longRows() throws {
    let grid = makeGrid(700, 3)
    let volume = makeVolume(grid)
    var transform = everything(displacement: 0.4, controlPointSpacing: 30).drawSpatial(using: key(), for: grid)
    transform.rigid = RigidTransform(rotationDegrees: [0, 0, 0.1], translation: [7.3, 0.2, 0])
    transform.stretch = StretchTransform(zoom: 1.03)
    let map = try SpatialMap(transform, from: grid)
    let sampled = volume.sampled(by: map, outside: -7)
    var (compared, worst) = (0, 0.0)
    for i in stride(from: 0, to: 700, by: 13) {
      let point = map([Double(i), 1, 0])
      guard (0...699).contains(point.x), (0...2).contains(point.y) else { continue }
      let (x, y) = (min(Int(point.x), 698), min(Int(point.y), 1))
      let (s, t) = (Float(point.x) - Float(x), Float(point.y) - Float(y))
      let above = (1 - s) * volume[x, y, 0] + s * volume[x + 1, y, 0]
      let below = (1 - s) * volume[x, y + 1, 0] + s * volume[x + 1, y + 1, 0]
      worst = max(worst, Double(abs(sampled[i, 1, 0] - ((1 - t) * above + t * below))))
      compared += 1
    }
    #expect(compared > 40 && worst < 1e-3)
  }

  @Test("points that are not numbers, and points far away, are outside")
  func wildPoints() throws {
    let field = try ElasticField(
      controlPoints: [4, 4, 1], spacing: [40, 40, 40], displacements: Array(repeating: [1e30, 0, 0], count: 16))
    let grid = makeGrid(30, 20)
    let map = try SpatialMap(SpatialTransform(elastic: field), from: grid)
    #expect(makeVolume(grid).sampled(by: map, outside: 5).voxels.allSatisfy { $0 == 5 })
  }

  @Test("a label's volume changes by the inverse of the map's determinant", arguments: [1, 40])
  func labelVolume(depth: Int) throws {
    let grid = makeGrid(96, 90, depth, spacing: [1, 1, 1.2])
    let middle = SIMD3(47.5, 44.5, Double(depth - 1) / 2)
    var ball = LabelMap(grid: grid, labels: [UInt8](repeating: 0, count: grid.size.count))
    for k in 0..<depth {
      for j in 0..<90 {
        for i in 0..<96 {
          let away = (SIMD3(Double(i), Double(j), Double(k)) - middle) * grid.spacing
          if (away * away).sum() < (depth == 1 ? 625 : 225) { ball[i, j, k] = 1 }
        }
      }
    }
    var ranges = everything(displacement: 3, controlPointSpacing: 25)
    ranges.rigid.flipAxes = [.i]
    for draw in 0..<5 {
      let map = try SpatialMap(ranges.drawSpatial(using: key(draw), for: grid), from: grid)
      let sampled = ball.sampled(by: map, outside: 0, choices: SamplingChoices(labels: .linear))
      // The output's volume of what it shows is the integral of the way back's determinant over the input's ball.
      var expected = 0.0
      for k in 0..<depth {
        for j in stride(from: 0, to: 90, by: 3) {
          for i in stride(from: 0, to: 96, by: 3) where ball[i, j, k] == 1 {
            expected += 9 * abs(map.inverse.jacobianDeterminant(at: [Double(i), Double(j), Double(k)]))
          }
        }
      }
      let volume = Double(sampled.labels.count { $0 == 1 })
      #expect(abs(volume / expected - 1) < 0.03, "\(volume) voxels, expected \(expected)")
    }
  }

  @Test("an affine map composed with another is both in turn")
  func composition() throws {
    let grid = makeGrid(20, 16, 10, spacing: [0.8, 1.1, 2.5])
    let drawn = (0..<2).map { everything().drawSpatial(using: key($0), for: grid).affine }
    let (first, second) = (try SpatialMap(content: drawn[0], from: grid), try SpatialMap(content: drawn[1], from: grid))
    let both = try SpatialMap(content: drawn[1].after(drawn[0]), from: grid)
    for voxel in [SIMD3(0.0, 0, 0), [19, 2, 5], [7.25, 11.5, 3.5]] {
      // Maps lead from the output back to the input: the one applied last is followed first.
      #expect(distance(both(voxel), first(second(voxel))) < 1e-9)
    }
  }

  @Test("on oblique and on sheared grids a turned ball stays a ball in the world", arguments: [false, true])
  func obliqueGrid(isSheared: Bool) throws {
    let (c, s) = (cos(0.4), sin(0.4))
    // Axes turned in the world; of the sheared one the slices are shifted as a tilted gantry does.
    var affine = Affine(
      i: [0.9 * c, 0.9 * s, 0], j: [-1.3 * s, 1.3 * c, 0], k: [0, 0, 2], translation: [-20, -30, 5])
    if isSheared { affine.columns.k = [0, 0.8, 2] }
    let grid = Grid(size: GridSize(width: 60, height: 50, depth: 30), affine: affine, unit: .millimetres)
    func ball(at centre: SIMD3<Double>) -> LabelMap {
      var map = LabelMap(grid: grid, labels: [UInt8](repeating: 0, count: grid.size.count))
      for k in 0..<30 {
        for j in 0..<50 {
          for i in 0..<60 where distance(affine([Double(i), Double(j), Double(k)]), centre) < 9 { map[i, j, k] = 1 }
        }
      }
      return map
    }
    let middle = affine([29.5, 24.5, 14.5])
    let before = ball(at: middle + [10, 4, -3])
    let transform = SpatialTransform(rigid: RigidTransform(rotationDegrees: [20, -35, 50]))
    let turned = before.sampled(
      by: try SpatialMap(transform, from: grid), outside: 0, choices: SamplingChoices(labels: .linear))
    let voxels = turned.labels.indices.filter { turned.labels[$0] == 1 }.map { index in
      affine([Double(index % 60), Double(index / 60 % 50), Double(index / 3000)])
    }
    #expect(abs(Double(voxels.count) / Double(before.labels.count { $0 == 1 }) - 1) < 0.03)
    let centre = voxels.reduce(SIMD3.zero, +) / Double(voxels.count)
    #expect(abs(distance(centre, middle) - 125.0.squareRoot()) < 0.2)
    let ideal = ball(at: centre)
    let both = zip(turned.labels, ideal.labels).count { $0 == 1 && $1 == 1 }
    let dice = 2 * Double(both) / Double(voxels.count + ideal.labels.count { $0 == 1 })
    #expect(dice > 0.95, "Dice \(dice)")
  }
}
