import Augmentations
import Testing
import Volumes

@Suite("Spatial map")
struct SpatialMapTests {
  @Test(
    "the identity leaves every bit as it is, not-a-number and negative zero included",
    arguments: [makeGrid(7, 5), makeGrid(1, 1), makeGrid(5, 4, 3, spacing: [0.7, 0.7, 3.3])])
  func identity(grid: Grid) throws {
    let volume = makeVolume(makeGrid(5, 4, grid.size.depth), channels: 2, isHostile: true)
    let map = try SpatialMap(from: volume.grid)
    #expect(map.keepsSlices)
    #expect(volume.sampled(by: map).bits == volume.bits)
    let labels = makeLabels(grid, classCount: 5)
    #expect(labels.sampled(by: try SpatialMap(from: grid)) == labels)
  }

  @Test("an elastic field of no displacement is the identity, through interpolation", arguments: [1, 6])
  func restingField(depth: Int) throws {
    let grid = makeGrid(9, 6, depth, spacing: [0.7, 1.3, 2])
    let points = SIMD3(5, 5, depth == 1 ? 1 : 5)
    let field = try ElasticField(
      controlPoints: points, spacing: [6, 6, 6],
      displacements: Array(repeating: .zero, count: points.x * points.y * points.z))
    let map = try SpatialMap(SpatialTransform(elastic: field), from: grid)
    let volume = makeVolume(grid)
    #expect(map.keepsSlices)
    #expect(volume.sampled(by: map).bits == volume.bits)
  }

  @Test("a rotation by 90 degrees moves the voxels of a square and changes none", arguments: [5, 8])
  func quarterTurn(side: Int) throws {
    let grid = makeGrid(side, side, spacing: [0.7, 0.7, 1])
    let transform = SpatialTransform(rigid: RigidTransform(rotationDegrees: [0, 0, 90]))
    let map = try SpatialMap(transform, from: grid)
    let (volume, labels) = (makeVolume(grid), makeLabels(grid, classCount: 200))
    let (turnedVolume, turnedLabels) = (volume.sampled(by: map, outside: .nan), labels.sampled(by: map))
    for j in 0..<side {
      for i in 0..<side {
        // From i towards j: what lay at (i, j) comes to (side - 1 - j, i).
        #expect(turnedVolume[side - 1 - j, i, 0] == volume[i, j, 0])
        #expect(turnedLabels[side - 1 - j, i, 0] == labels[i, j, 0])
      }
    }
  }

  @Test("four quarter turns about any axis come back to the bit", arguments: [0, 1, 2])
  func fourTurns(axis: Int) throws {
    let grid = makeGrid(4, 4, 4, spacing: [1.1, 1.1, 1.1])
    var rotation = SIMD3<Double>.zero
    rotation[axis] = 90
    let map = try SpatialMap(SpatialTransform(rigid: RigidTransform(rotationDegrees: rotation)), from: grid)
    let volume = makeVolume(grid)
    var turned = volume
    for turn in 1...4 {
      turned = turned.sampled(by: map, outside: .nan)
      #expect((turned.bits == volume.bits) == (turn == 4))
    }
  }

  @Test("flips mirror the axes they name", arguments: [GridAxis.i, .j, .k])
  func flips(axis: GridAxis) throws {
    let grid = makeGrid(5, 4, 3, spacing: [0.7, 1, 2])
    let map = try SpatialMap(SpatialTransform(rigid: RigidTransform(flips: [axis])), from: grid)
    let volume = makeVolume(grid)
    let flipped = volume.sampled(by: map, outside: .nan)
    for (i, j, k) in [(0, 0, 0), (4, 1, 2), (3, 3, 1)] {
      let source = (axis == .i ? 4 - i : i, axis == .j ? 3 - j : j, axis == .k ? 2 - k : k)
      #expect(flipped[i, j, k] == volume[source.0, source.1, source.2])
    }
  }

  @Test("rigid and stretching parts compose: the map is the one, then the other")
  func composition() throws {
    let grid = makeGrid(12, 9, 7, spacing: [0.8, 1.5, 3])
    let transform = everything().drawSpatial(using: key(), for: grid)
    let rigid = try SpatialMap(SpatialTransform(rigid: transform.rigid), from: grid)
    let stretch = try SpatialMap(SpatialTransform(stretch: transform.stretch), from: grid)
    let elastic = try SpatialMap(SpatialTransform(elastic: transform.elastic), from: grid)
    let all = try SpatialMap(transform, from: grid)
    for voxel in [SIMD3(0.0, 0, 0), [11, 8, 6], [3, 7, 2], [5.5, 0.25, 4.75]] {
      #expect(distance(all(voxel), stretch(rigid(elastic(voxel)))) < 1e-9)
    }
  }

  @Test("content moves, turns and grows the way the parameters say")
  func directions() throws {
    let grid = makeGrid(65, 65)
    let disk = makeDisk(grid, at: [15, 0], radius: 5)
    func overlap(_ transform: SpatialTransform, _ expected: LabelMap) throws -> Double {
      dice(disk.sampled(by: try SpatialMap(transform, from: grid), outside: 0), expected)
    }
    let turn = SpatialTransform(rigid: RigidTransform(rotationDegrees: [0, 0, 60]))
    #expect(try overlap(turn, makeDisk(grid, at: [7.5, 12.99], radius: 5)) > 0.9)
    let move = SpatialTransform(rigid: RigidTransform(translation: [4, -9, 0]))
    #expect(try overlap(move, makeDisk(grid, at: [19, -9], radius: 5)) == 1)
    let zoom = SpatialTransform(stretch: StretchTransform(zoom: 1.4))
    #expect(try overlap(zoom, makeDisk(grid, at: [21, 0], radius: 7)) > 0.95)
    let shear = SpatialTransform(stretch: StretchTransform(shearDegrees: [45, 0, 0]))
    let low = makeDisk(grid, at: [0, 20], radius: 4).sampled(by: try SpatialMap(shear, from: grid), outside: 0)
    #expect(low[32 + 20, 32 + 20, 0] == 1)
  }

  @Test("on 2x1 mm voxels a circle in millimetres turns into a circle in millimetres")
  func anisotropicCircle() throws {
    let grid = makeGrid(41, 81, spacing: [2, 1, 1])
    let disk = makeDisk(grid, at: [18, 6], radius: 14)
    let transform = SpatialTransform(rigid: RigidTransform(rotationDegrees: [0, 0, 75]))
    let turned = disk.sampled(by: try SpatialMap(transform, from: grid), outside: 0)
    // (18, 6) turned by 75 degrees.
    #expect(dice(turned, makeDisk(grid, at: [-1.1369, 18.9396], radius: 14)) > 0.97)
  }

  @Test("a window beyond the input is padded, one within it cropped, exactly and for image and labels alike")
  func window() throws {
    let grid = makeGrid(6, 5, 3)
    let (volume, labels) = (makeVolume(grid, channels: 3), makeLabels(grid, classCount: 4))
    let origin = SIMD3(-2, 3, 1)
    let map = try SpatialMap(from: grid, outputSize: GridSize(width: 5, height: 4, depth: 4), origin: origin)
    let (image, cropped) = (volume.sampled(by: map, outside: -7), labels.sampled(by: map))
    for k in 0..<4 {
      for j in 0..<4 {
        for i in 0..<5 {
          let (x, y, z) = (i - 2, j + 3, k + 1)
          let isInside = (0..<6).contains(x) && (0..<5).contains(y) && (0..<3).contains(z)
          #expect(cropped[i, j, k] == (isInside ? labels[x, y, z] : LabelMap.ignored))
          for c in 0..<3 {
            #expect(image[i, j, k, channel: c] == (isInside ? volume[x, y, z, channel: c] : -7))
          }
        }
      }
    }
    #expect(image.grid.affine(.zero) == SIMD3<Double>(origin))
  }

  @Test(
    "a window that misses the input altogether is all outside", arguments: [SIMD3(20, 0, 0), [0, -9, 0], [0, 0, 3]])
  func missedWindow(origin: SIMD3<Int>) throws {
    let grid = makeGrid(6, 5, 3)
    for transform in [SpatialTransform.identity, everything().drawSpatial(using: key(), for: makeGrid(4, 4))] {
      let map = try SpatialMap(transform, from: grid, outputSize: GridSize(width: 4, height: 4), origin: origin)
      #expect(makeVolume(grid).sampled(by: map, outside: 2).voxels.allSatisfy { $0 == 2 })
      #expect(makeLabels(grid, classCount: 3).sampled(by: map).labels.allSatisfy { $0 == LabelMap.ignored })
    }
  }

  @Test("a window without an origin is centred in the input, to a whole voxel")
  func centredWindow() throws {
    let map = try SpatialMap(from: makeGrid(9, 6), outputSize: GridSize(width: 4, height: 8))
    #expect(map.origin == SIMD3(2, -1, 0))
  }

  @Test("a plane's transform on a slice of a volume does what it does on the plane")
  func sliceOfVolume() throws {
    let grid = makeGrid(12, 10, 4, spacing: [1, 1.5, 4])
    let plane = makeGrid(12, 10, spacing: [1, 1.5, 4])
    let transform = everything().drawSpatial(using: key(), for: plane)
    let volume = makeVolume(grid)
    let slice = Volume(grid: plane, voxels: Array(volume.voxels[240..<360]))
    let map = try SpatialMap(transform, from: grid, outputSize: plane.size, origin: [0, 0, 2])
    #expect(map.keepsSlices)
    #expect(volume.sampled(by: map).bits == slice.sampled(by: try SpatialMap(transform, from: plane)).bits)
  }

  @Test("channels are sampled each as it would be alone", arguments: [1, 5])
  func channels(depth: Int) throws {
    let grid = makeGrid(11, 8, depth)
    let map = try SpatialMap(everything().drawSpatial(using: key(), for: grid), from: grid)
    let both = makeVolume(grid, channels: 2)
    let sampled = both.sampled(by: map)
    for c in 0..<2 {
      let alone = Volume(grid: grid, voxels: stride(from: c, to: both.voxels.count, by: 2).map { both.voxels[$0] })
      #expect(alone.sampled(by: map).voxels == stride(from: c, to: both.voxels.count, by: 2).map { sampled.voxels[$0] })
    }
  }

  @Test("image and labels in one pass are what each is alone, and outside at the same voxels", arguments: [1, 6])
  func onePass(depth: Int) throws {
    let grid = makeGrid(13, 9, depth)
    let (volume, labels) = (makeVolume(grid), makeLabels(grid, classCount: 3))
    let size = GridSize(width: 16, height: 7, depth: depth)
    for transform in [.identity, everything().drawSpatial(using: key(3), for: grid)] as [SpatialTransform] {
      let map = try SpatialMap(transform, from: grid, outputSize: size)
      var image = [Float](repeating: 0, count: size.count)
      var sampledLabels = [UInt8](repeating: 0, count: size.count)
      volume.voxels.withUnsafeBufferPointer { voxels in
        labels.labels.withUnsafeBufferPointer { labels in
          image.withUnsafeMutableBufferPointer { image in
            sampledLabels.withUnsafeMutableBufferPointer { sampledLabels in
              map.sample(
                image: (voxels, image, 99), labels: (labels, sampledLabels, LabelMap.ignored))
            }
          }
        }
      }
      #expect(image == volume.sampled(by: map, outside: 99).voxels)
      #expect(sampledLabels == labels.sampled(by: map).labels)
      #expect(zip(image, sampledLabels).allSatisfy { ($0 == 99) == ($1 == LabelMap.ignored) })
      #expect(image.contains(99) && image.contains { $0 != 99 })
    }
  }

  @Test("labels never gain a value, and a constant image stays constant", arguments: 0..<8)
  func values(draw: Int) throws {
    let grid = makeGrid(17, 13, draw % 2 == 0 ? 1 : 5, spacing: [1, 0.5, 2])
    let map = try SpatialMap(everything().drawSpatial(using: key(draw), for: grid), from: grid)
    var labels = makeLabels(grid, classCount: 3)
    labels.labels = labels.labels.map { $0 * 7 }
    #expect(Set(labels.sampled(by: map).labels).isSubset(of: [0, 7, 14, LabelMap.ignored]))
    let constant = Volume(grid: grid, voxels: [Float](repeating: 0.1, count: grid.size.count))
    #expect(constant.sampled(by: map, outside: 0.1).voxels.allSatisfy { abs($0 - 0.1) < 1e-7 })
  }

  @Test("a transform that squeezes the image into nothing is refused")
  func notInvertible() {
    let transform = SpatialTransform(stretch: StretchTransform(zoom: 0))
    #expect(throws: AugmentationError.notInvertible(determinant: 0)) { try SpatialMap(transform, from: makeGrid(4, 4)) }
  }

  private func dice(_ a: LabelMap, _ b: LabelMap) -> Double {
    let both = zip(a.labels, b.labels).count { $0 == 1 && $1 == 1 }
    return 2 * Double(both) / Double(a.labels.count { $0 == 1 } + b.labels.count { $0 == 1 })
  }
}
