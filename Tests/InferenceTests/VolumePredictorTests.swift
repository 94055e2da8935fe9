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

  private let volume: Volume = {
    let size = GridSize(width: 13, height: 10, depth: 7)
    return Volume(
      grid: Grid(size: size, affine: .identity, unit: .pixels), channels: 2,
      voxels: (0..<2 * size.count).map { Float($0 * 7 % 31) / 16 - 1 })
  }()

  private func predict(dimensions: Int, _ shape: TileShape, _ volume: Volume) throws -> [Float] {
    let model = try model(dimensions: dimensions)
    var result: [Float] = []
    try VolumePredictor(model.network, parameters: model.parameters, shape: shape).predict(volume) { index, plane in
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

  @Test("What reading throws ends the prediction")
  func throwing() throws {
    struct Stop: Error {}
    let model = try model(dimensions: 2)
    let predictor = VolumePredictor(model.network, parameters: model.parameters, shape: slices)
    #expect(throws: Stop.self) { try predictor.predict(volume) { _, _ in throw Stop() } }
  }
}
