import Inference
import Networks
import Testing
import Volumes

@Suite struct VolumePredictorTests {
  private func model(dimensions: Int) throws -> (network: Network, parameters: ParameterBuffer) {
    let network = try UNetConfiguration(
      dimensions: dimensions, inputChannels: 2, classes: 3, baseChannels: 4, depth: 1
    ).network()
    let parameters = ParameterBuffer(network.layout)
    network.initialise(parameters, seed: 1, stage: "test")
    return (network, parameters)
  }

  private let volume: Volume

  init() {
    let size = GridSize(width: 13, height: 10, depth: 7)
    self.init(
      volume: Volume(
        grid: Grid(size: size, affine: .identity, unit: .pixels), channels: 2,
        voxels: (0..<2 * size.count).map { Float($0 * 7 % 31) / 16 - 1 }))
  }

  private init(volume: Volume) { self.volume = volume }

  private func predict(
    dimensions: Int, _ shape: TileShape, _ volume: Volume, mirrors: Bool = false
  ) throws -> [Float] {
    let model = try model(dimensions: dimensions)
    let predictor = VolumePredictor(
      model.network, parameters: model.parameters, shape: shape, mirrors: mirrors)
    var result: [Float] = []
    try predictor.predict(volume) { index, plane in
      #expect(index * plane.count == result.count)
      result += plane
    }
    return result
  }

  private let slices = TileShape(
    width: .whole(atLeast: 1), height: .whole(atLeast: 1), depth: .part(1, overlap: 0))

  @Test("A volume's slices get what each gets alone")
  func slicesAlone() throws {
    let all = try predict(dimensions: 2, slices, volume)
    var single: [Float] = []
    for k in 0..<7 {
      single += try predict(
        dimensions: 2, slices, volume.part(Region(plane: k, across: 2, of: volume.grid.size)))
    }
    #expect(all == single)
  }

  @Test(
    "Slices, patches of slices, patches of volumes and whole volumes are settings: each voxel's probabilities add up to 1",
    arguments: [2, 3], [TileWeights.crop, .mean, .gaussian(share: 0.125)])
  func settings(dimensions: Int, weights: TileWeights) throws {
    let depth: [TileLength] = dimensions == 2 ? [.part(1, overlap: 0)] : [.whole(atLeast: 1), .part(4, overlap: 0.5)]
    for depth in depth {
      for plane in [TileLength.whole(atLeast: 16), .part(6, overlap: 0.5)] {
        let shape = TileShape(width: plane, height: plane, depth: depth, weights: weights)
        let values = try predict(dimensions: dimensions, shape, volume)
        #expect(values.count == volume.grid.size.count * 3)
        for voxel in 0..<volume.grid.size.count {
          #expect(abs(values[3 * voxel..<3 * voxel + 3].reduce(0, +) - 1) < 1e-5)
        }
      }
    }
  }

  @Test("Where one window covers the volume, the result is that of a whole pass, to the bit", arguments: [2, 3])
  func oneWindow(dimensions: Int) throws {
    let depth: TileLength = dimensions == 2 ? .part(1, overlap: 0) : .part(8, overlap: 0.5)
    let whole: TileLength = dimensions == 2 ? .part(1, overlap: 0) : .whole(atLeast: 8)
    let window = TileShape(
      width: .part(14, overlap: 0.5), height: .part(12, overlap: 0.5), depth: depth, weights: .gaussian(share: 0.125))
    let all = TileShape(width: .whole(atLeast: 14), height: .whole(atLeast: 12), depth: whole)
    #expect(try predict(dimensions: dimensions, window, volume) == predict(dimensions: dimensions, all, volume))
  }

  @Test("A slice is seen with its neighbours: as a volume whose channels they are")
  func context() throws {
    let network = try UNetConfiguration(dimensions: 2, inputChannels: 6, classes: 3, baseChannels: 4, depth: 1)
      .network()
    let parameters = ParameterBuffer(network.layout)
    network.initialise(parameters, seed: 1, stage: "test")
    func predict(_ volume: Volume, context: Int) throws -> [Float] {
      var result: [Float] = []
      var shape = slices
      shape.context = context
      try VolumePredictor(network, parameters: parameters, shape: shape).predict(volume) { result += $1 }
      return result
    }
    let size = volume.grid.size
    var voxels = [Float](repeating: 0, count: size.count * 6)
    for k in 0..<size.depth {
      for plane in 0..<3 where (0..<size.depth).contains(k + plane - 1) {
        for voxel in 0..<size.width * size.height {
          let (target, source) = (
            k * size.width * size.height + voxel, (k + plane - 1) * size.width * size.height + voxel
          )
          for channel in 0..<2 {
            voxels[target * 6 + plane * 2 + channel] = volume.voxels[source * 2 + channel]
          }
        }
      }
    }
    let stacked = Volume(grid: volume.grid, channels: 6, voxels: voxels)
    #expect(try predict(volume, context: 1) == predict(stacked, context: 0))
  }

  /// A volume, or probabilities on its grid, with some axes reversed: bits 1, 2 and 4 are i, j and k.
  private func reversed(_ values: [Float], channels: Int, axes: Int) -> [Float] {
    let size = volume.grid.size
    var result = values
    for k in 0..<size.depth {
      for j in 0..<size.height {
        for i in 0..<size.width {
          let from = (
            axes & 1 == 0 ? i : size.width - 1 - i, axes & 2 == 0 ? j : size.height - 1 - j,
            axes & 4 == 0 ? k : size.depth - 1 - k
          )
          let (place, source) = (
            (k * size.height + j) * size.width + i, (from.2 * size.height + from.1) * size.width + from.0
          )
          for channel in 0..<channels { result[place * channels + channel] = values[source * channels + channel] }
        }
      }
    }
    return result
  }

  @Test(
    "Mirrored windows give the mean of the mirrored volumes' probabilities, mirrored back, to the bit",
    arguments: [2, 3])
  func mirrors(dimensions: Int) throws {
    // Padding is asymmetric where a length is odd: the volume is cut to what one window covers exactly.
    let part = Region(origin: .zero, size: GridSize(width: 12, height: 10, depth: 6))
    let even = volume.part(part)
    let test = VolumePredictorTests(volume: even)
    let whole = TileLength.whole(atLeast: 1)
    let shape = TileShape(width: whole, height: whole, depth: dimensions == 2 ? .part(1, overlap: 0) : whole)
    let combinations = dimensions == 2 ? [0, 1, 2, 3] : Array(0..<8)
    var mean = [Float](repeating: 0, count: even.grid.size.count * 3)
    for axes in combinations {
      let image = Volume(
        grid: even.grid, channels: 2, voxels: test.reversed(even.voxels, channels: 2, axes: axes))
      let found = test.reversed(try predict(dimensions: dimensions, shape, image), channels: 3, axes: axes)
      for index in mean.indices { mean[index] += found[index] / Float(combinations.count) }
    }
    let mirrored = try predict(dimensions: dimensions, shape, even, mirrors: true)
    #expect(mirrored == mean)
    #expect(try predict(dimensions: dimensions, shape, even) != mean)
  }

  @Test("Mirrored windows that overlap give probabilities that add up to 1", arguments: [2, 3])
  func mirroredWindows(dimensions: Int) throws {
    let part = TileLength.part(6, overlap: 0.5)
    let shape = TileShape(
      width: part, height: part, depth: dimensions == 2 ? .part(1, overlap: 0) : .part(4, overlap: 0.75),
      weights: .gaussian(share: 0.125))
    let values = try predict(dimensions: dimensions, shape, volume, mirrors: true)
    for voxel in 0..<volume.grid.size.count {
      #expect(abs(values[3 * voxel..<3 * voxel + 3].reduce(0, +) - 1) < 1e-5)
    }
  }

  @Test("What reading throws ends the prediction, and what the check after a tile throws")
  func throwing() throws {
    struct Stop: Error {}
    let model = try model(dimensions: 2)
    let predictor = VolumePredictor(model.network, parameters: model.parameters, shape: slices)
    #expect(throws: Stop.self) { try predictor.predict(volume) { _, _ in throw Stop() } }
    var tiles = 0
    func check() throws {
      tiles += 1
      if tiles == 2 { throw Stop() }
    }
    #expect(throws: Stop.self) { try volume.withView { try predictor.predict($0, check: check) { _, _ in } } }
    #expect(tiles == 2)
  }
}
