import Augmentations
import Jobs
import Networks
import Stages
import Testing
import Volumes

@Suite struct RegionSampleSourceTests {
  private static let side = 4

  /// A case of slices of 4 x 4 pixels, each filled with its own value.
  private func preparedCase(_ id: String, values: ClosedRange<Int>, places: PlaceRequest = .none) -> PreparedCase {
    let size = GridSize(width: Self.side, height: Self.side, depth: values.count)
    let grid = Grid(size: size, affine: .identity, unit: .millimetres)
    let voxels = values.flatMap { [Float](repeating: Float($0), count: Self.side * Self.side) }
    return PreparedCase(
      id: id, image: Volume(grid: grid, voxels: voxels),
      labels: LabelMap(grid: grid, labels: voxels.map { UInt8($0) }), places: places)
  }

  private func places(window: Int, _ ranges: AugmentationRanges) -> PlaceRequest {
    PlaceRequest(
      window: Extent(height: window, width: window), of: [GridSize(width: Self.side, height: Self.side, depth: 5)],
      foreground: 0, keptForeground: ranges.keptForeground)
  }

  private func source(window: Int, samples: Int?, ranges: AugmentationRanges = AugmentationRanges())
    -> RegionSampleSource
  {
    let places = places(window: window, ranges)
    return RegionSampleSource(
      [preparedCase("a", values: 1...5, places: places), preparedCase("b", values: 6...10, places: places)],
      window: Extent(height: window, width: window), ranges: ranges, samplesPerEpoch: samples, seed: 3, stage: "train")
  }

  private func sample(
    _ source: RegionSampleSource, _ sample: Int, epoch: Int, draw: Int
  ) -> (image: [Float], labels: [UInt8]) {
    var image = [Float](repeating: .nan, count: source.shape.count)
    var labels = [UInt8](repeating: 77, count: source.shape.extent.count)
    image.withUnsafeMutableBufferPointer { image in
      labels.withUnsafeMutableBufferPointer { labels in
        source.write(sample: sample, epoch: epoch, draw: draw, image: image, target: .classes(labels))
      }
    }
    return (image, labels)
  }

  @Test("Every slice is seen before any is seen again, however few samples an epoch has", arguments: [nil, 2, 4, 20])
  func coversSlices(samples: Int?) {
    let source = source(window: Self.side, samples: samples)
    var seen: [Int] = []
    for epoch in 0..<10 {
      for index in 0..<source.sampleCount {
        seen.append(Int(sample(source, index, epoch: epoch, draw: index).image[0]))
      }
    }
    for pass in 0..<seen.count / 10 { #expect(seen[pass * 10..<pass * 10 + 10].sorted() == Array(1...10)) }
  }

  @Test(
    "Of a case that is labelled in part, slices without a label are left out, and patches are drawn until they have one"
  )
  func partialLabels() {
    let size = GridSize(width: 16, height: 16, depth: 6)
    let grid = Grid(size: size, affine: .identity, unit: .millimetres)
    var labels = [UInt8](repeating: LabelMap.ignored, count: size.count)
    labels[(2 * 16 + 3) * 16 + 3] = 0
    labels[(4 * 16 + 12) * 16 + 12] = 1
    let item = PreparedCase(
      id: "a", image: Volume(grid: grid, voxels: [Float](repeating: 1, count: size.count)),
      labels: LabelMap(grid: grid, labels: labels))
    func source(_ window: Extent) -> RegionSampleSource {
      RegionSampleSource(
        [item], window: window, ranges: AugmentationRanges(), samplesPerEpoch: 20, seed: 3, stage: "train")
    }
    let (slices, patches) = (source(Extent(height: 16, width: 16)), source(Extent(depth: 4, height: 8, width: 8)))
    for index in 0..<20 {
      for source in [slices, patches] {
        #expect(sample(source, index, epoch: 0, draw: index).labels.contains { $0 != LabelMap.ignored })
      }
    }
  }

  @Test("A slice is seen with its neighbours as channels, moved and changed as it is; beyond the volume they are 0")
  func context() throws {
    var ranges = AugmentationRanges()
    ranges.intensity[BrightnessRanges.self].probability = 1
    let source = RegionSampleSource(
      [preparedCase("a", values: 1...5, places: places(window: Self.side, ranges))],
      window: Extent(height: Self.side, width: Self.side), context: 1, ranges: ranges, samplesPerEpoch: nil, seed: 3,
      stage: "train")
    #expect(source.shape.channels == 3)
    for index in 0..<5 {
      let (image, labels) = sample(source, index, epoch: 0, draw: index)
      let value = Float(labels[5])
      let factor = image[3 * 5 + 1] / value
      #expect(factor != 1)
      let (before, after) = (image[3 * 5] / factor, image[3 * 5 + 2] / factor)
      #expect(abs(before - (value - 1)) < 1e-5)
      #expect(abs(after - (value == 5 ? 0 : value + 1)) < 1e-5)
    }
  }

  @Test("A slice smaller than the window is in its middle; the margin has no labels")
  func pads() {
    let source = source(window: 8, samples: nil)
    let (image, labels) = sample(source, 0, epoch: 0, draw: 0)
    let value = image[2 * 8 + 2]
    for y in 0..<8 {
      for x in 0..<8 {
        let isInside = (2..<6).contains(y) && (2..<6).contains(x)
        #expect(image[y * 8 + x] == (isInside ? value : 0))
        #expect(labels[y * 8 + x] == (isInside ? UInt8(value) : LabelMap.ignored))
      }
    }
  }

  @Test("A draw depends on its epoch and place alone")
  func isDeterministic() {
    let source = source(window: Self.side, samples: nil, ranges: AugmentationPreset.standard.ranges)
    let first = sample(source, 1, epoch: 2, draw: 3)
    _ = sample(source, 5, epoch: 1, draw: 0)
    let again = sample(source, 1, epoch: 2, draw: 3)
    #expect(first.image == again.image && first.labels == again.labels)
  }

  @Test("Of the patches a share is placed on the foreground, on its classes in turn", arguments: [0, 0.25, 1])
  func foreground(share: Double) {
    let size = GridSize(width: 60, height: 50, depth: 40)
    let grid = Grid(size: size, affine: .identity, unit: .millimetres)
    var labels = [UInt8](repeating: 0, count: size.count)
    (labels[0], labels[size.count - 1]) = (1, 2)
    let window = Extent(depth: 8, height: 8, width: 8)
    let places = PlaceRequest(window: window, of: [size], foreground: share, keptForeground: 0)
    let source = RegionSampleSource(
      [
        PreparedCase(
          id: "a", image: Volume(grid: grid, voxels: [Float](repeating: 1, count: size.count)),
          labels: LabelMap(grid: grid, labels: labels), places: places)
      ], window: window, foreground: share, classes: 3, ranges: AugmentationRanges(),
      samplesPerEpoch: 8, seed: 3, stage: "train")
    let shown = (0..<40).map { draw in
      sample(source, draw % 8, epoch: draw / 8, draw: draw % 8).labels.max() ?? 0
    }
    #expect(shown.count { $0 > 0 } == Int(40 * share))
    #expect(shown.count { $0 == 1 } == Int(20 * share))
  }

  @Test("A patch of a volume holds its voxels and their labels, and what is beyond the volume is ignored")
  func patches() {
    let size = GridSize(width: 9, height: 7, depth: 4)
    let grid = Grid(size: size, affine: .identity, unit: .millimetres)
    let window = Extent(depth: 6, height: 4, width: 8)
    let item = PreparedCase(
      id: "a", image: Volume(grid: grid, voxels: (0..<size.count).map(Float.init)),
      labels: LabelMap(grid: grid, labels: (0..<size.count).map { UInt8($0 % 200) }),
      places: PlaceRequest(window: window, of: [size], foreground: 0, keptForeground: 0))
    let source = RegionSampleSource(
      [item], window: window, ranges: AugmentationRanges(), samplesPerEpoch: 5,
      seed: 3, stage: "train")
    var corners: Set<Float> = []
    for draw in 0..<40 {
      let (image, labels) = sample(source, draw % 5, epoch: draw / 5, draw: draw % 5)
      let plane = 8 * 4
      // The four planes are in the middle of six.
      #expect(image[..<plane].allSatisfy { $0 == 0 } && labels[..<plane].allSatisfy { $0 == LabelMap.ignored })
      #expect(image[(5 * plane)...].allSatisfy { $0 == 0 } && labels[(5 * plane)...].allSatisfy { $0 == 255 })
      let corner = image[plane]
      corners.insert(corner)
      for voxel in plane..<5 * plane {
        let (i, j, k) = (voxel % 8, voxel / 8 % 4, voxel / plane - 1)
        let expected = corner + Float((k * 7 + j) * 9 + i)
        #expect(image[voxel] == expected && labels[voxel] == UInt8(Int(expected) % 200))
      }
    }
    #expect(corners.count == 8)
  }
}
