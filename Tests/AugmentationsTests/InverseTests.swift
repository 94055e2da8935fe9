import Augmentations
import Foundation
import Testing
import Volumes

@Suite("The way back")
struct InverseTests {
  @Test("a map and its inverse lead every point back to itself", arguments: [1, 14], [false, true])
  func roundTrip(depth: Int, isElastic: Bool) throws {
    let grid = makeGrid(24, 20, depth, spacing: [1, 1.5, 2])
    for draw in 0..<10 {
      var transform = everything(displacement: 4).drawSpatial(using: key(draw), for: grid)
      if !isElastic { transform.elastic = nil }
      let map = try SpatialMap(transform, from: grid, outputSize: GridSize(width: 22, height: 21, depth: depth))
      for voxel in [SIMD3(0.0, 0, 0), [11, 8, Double(depth - 1)], [3.4, 17.2, Double(depth) / 3], [21, 0, 0]] {
        #expect(distance(map.inverse(map(voxel)), voxel) < 1e-5)
        #expect(distance(map(map.inverse(voxel)), voxel) < 1e-5)
        let product = map.jacobianDeterminant(at: voxel) * map.inverse.jacobianDeterminant(at: map(voxel))
        #expect(abs(product - 1) < 1e-5)
      }
    }
  }

  @Test("a smooth image that goes there and back is what it was, to within interpolation", arguments: [1, 24])
  func images(depth: Int) throws {
    let grid = makeGrid(48, 40, depth)
    var image = Volume(grid: grid, voxels: [Float](repeating: 0, count: grid.size.count))
    for k in 0..<depth {
      for j in 0..<40 {
        for i in 0..<48 {
          image[i, j, k] = Float(sin(Double(i) / 5) * cos(Double(j) / 6) + sin(Double(k) / 7))
        }
      }
    }
    let labels = makeDisk(makeGrid(48, 40), at: [2, -3], radius: 8)
    for (draw, interpolation, tolerance) in [(0, Interpolation.linear, Float(0.05)), (1, .cubic, 0.01)] {
      var transform = everything(displacement: 3, controlPointSpacing: 12).drawSpatial(using: key(draw), for: grid)
      transform.rigid = RigidTransform(rotationDegrees: [0, 0, 15], translation: [1.5, -2, 0], flips: [.j])
      transform.stretch = StretchTransform(zoom: 0.9)
      let map = try SpatialMap(transform, from: grid)
      let choices = SamplingChoices(image: interpolation, labels: .linear)
      let back = image.sampled(by: map, choices: choices).sampled(by: map.inverse, choices: choices)
      var worst = Float(0)
      for k in depth / 4..<max(1, 3 * depth / 4) {
        for j in 12..<28 {
          for i in 14..<34 { worst = max(worst, abs(image[i, j, k] - back[i, j, k])) }
        }
      }
      #expect(worst < tolerance, "worst \(worst)")
      guard depth == 1 else { continue }
      let returned = labels.sampled(by: map, choices: choices).sampled(by: map.inverse, choices: choices)
      let wrong = zip(labels.labels, returned.labels).count { $1 != LabelMap.ignored && $0 != $1 }
      #expect(wrong < 20, "\(wrong) of some 50 pixels of the disk's rim")
    }
  }

  @Test("flips and quarter turns come back to the bit")
  func exact() throws {
    let grid = makeGrid(9, 9, 5, spacing: [0.7, 0.7, 2])
    let transform = SpatialTransform(rigid: RigidTransform(rotationDegrees: [0, 0, 90], flips: [.i, .k]))
    let map = try SpatialMap(transform, from: grid)
    let volume = makeVolume(grid, channels: 2)
    let back = volume.sampled(by: map, outside: .nan).sampled(by: map.inverse, outside: .nan)
    #expect(back.bits == volume.bits)
  }

  @Test("a cropped window goes back to its place, and the rest is outside")
  func window() throws {
    let grid = makeGrid(8, 7)
    let map = try SpatialMap(from: grid, outputSize: GridSize(width: 4, height: 3), origin: [2, 3, 0])
    let volume = makeVolume(grid)
    let back = volume.sampled(by: map).sampled(by: map.inverse, outside: 9)
    for j in 0..<7 {
      for i in 0..<8 {
        let isInside = (2..<6).contains(i) && (3..<6).contains(j)
        #expect(back[i, j, 0] == (isInside ? volume[i, j, 0] : 9))
      }
    }
  }
}

@Suite("Foreground")
struct ForegroundTests {
  @Test("a foreground that would leave the window is kept to the stated share", arguments: [1, 9])
  func keeps(depth: Int) throws {
    let grid = makeGrid(40, 40, depth)
    let disk = makeDisk(makeGrid(40, 40), at: [13, 0], radius: 5)
    let labels = LabelMap(grid: grid, labels: (0..<depth).flatMap { _ in disk.labels })
    let foreground = ForegroundPoints(labels, most: 4096)
    let before = Double(labels.labels.count { $0 == 1 })
    let away = SpatialTransform(rigid: RigidTransform(translation: [30, 0, 0], flips: [.j]))
    #expect(labels.sampled(by: try SpatialMap(away, from: grid)).labels.contains(1) == false)
    for share in [0.3, 0.7, 1] {
      let kept = try away.keeping(share, of: foreground, from: grid)
      let after = Double(labels.sampled(by: try SpatialMap(kept, from: grid)).labels.count { $0 == 1 })
      #expect(after >= share * before && after < (share + 0.2) * before)
      #expect(kept.rigid.flips == [.j])
    }
    #expect(try away.keeping(0, of: foreground, from: grid) == away)
    let gentle = SpatialTransform(rigid: RigidTransform(rotationDegrees: [0, 0, 5]))
    #expect(try gentle.keeping(0.9, of: foreground, from: grid) == gentle)
  }

  @Test("a window without foreground is not held")
  func empty() throws {
    let grid = makeGrid(20, 20)
    let labels = [UInt8](repeating: 0, count: 400)
    let foreground = labels.withUnsafeBufferPointer { ForegroundPoints($0, size: grid.size) }
    let away = SpatialTransform(rigid: RigidTransform(translation: [30, 0, 0]))
    #expect(try away.keeping(1, of: foreground, from: grid) == away)
  }
}
