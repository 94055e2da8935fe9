import Augmentations
import Inference
import Jobs
import Networks
import Stages
import Testing
import Training
import Volumes

@Suite struct OverfittingTests {
  /// Two balls of one intensity in noise, of two classes: only their places tell them apart.
  private let tiny: (image: Volume, labels: LabelMap) = {
    let size = GridSize(width: 16, height: 12, depth: 10)
    let grid = Grid(size: size, affine: .identity, unit: .millimetres)
    let labels = (0..<size.count).map { index -> UInt8 in
      let place = SIMD3(Double(index % 16), Double(index / 16 % 12), Double(index / 192))
      func isNear(_ centre: SIMD3<Double>) -> Bool { ((place - centre) * (place - centre)).sum() < 8 }
      return isNear([4, 5, 4]) ? 1 : isNear([11, 6, 5]) ? 2 : 0
    }
    let voxels = labels.enumerated().map { Float($0.offset * 7919 % 101) / 101 + ($0.element > 0 ? 0.5 : 0) }
    return (Volume(grid: grid, voxels: voxels), LabelMap(grid: grid, labels: labels))
  }()

  private struct Silent: TrainingObserver {
    var isStopRequested: Bool { false }
    func didStep(_ progress: StepProgress) {}
    func didFinishEpoch(_ rows: [ProgressRow], emptySteps: Int) {}
    func didNotice(_ concern: TrainingConcern) {}
    func save(_ checkpoint: TrainingCheckpoint) {}
  }

  @Test("A tiny volume is learnt by heart: every voxel of its prediction is right")
  func byHeart() throws {
    let network = try UNetConfiguration(dimensions: 3, inputChannels: 1, classes: 3, baseChannels: 8, depth: 1)
      .network()
    let parameters = ParameterBuffer(network.layout)
    network.initialise(parameters, seed: 1, stage: "train")
    let source = RegionSampleSource(
      [PreparedCase(id: "tiny", image: tiny.image, labels: tiny.labels)],
      window: Extent(depth: 10, height: 12, width: 16), ranges: AugmentationRanges(), samplesPerEpoch: 1,
      seed: 1, stage: "train")
    let configuration = TrainingConfiguration(
      seed: 1, stage: "train", options: TrainingOptions(batch: 1, epochs: 120),
      optimiser: AdamConfiguration(learningRate: 1e-2), schedule: PolynomialSchedule())
    try TrainingLoop(
      network, parameters: parameters, configuration: configuration, source: source, validator: nil,
      observer: Silent()
    ).run()
    var labels = [UInt8](repeating: 9, count: tiny.labels.labels.count)
    let shape = TileShape(width: .whole(atLeast: 16), height: .whole(atLeast: 12), depth: .whole(atLeast: 10))
    try VolumePredictor(network, parameters: parameters, shape: shape).predict(tiny.image) { index, plane in
      labels.withUnsafeMutableBufferPointer {
        PlaneProbabilities(plane, classes: 3).chooseClasses(
          into: UnsafeMutableBufferPointer(rebasing: $0[index * 192..<(index + 1) * 192]))
      }
    }
    #expect(labels == tiny.labels.labels)
  }
}
