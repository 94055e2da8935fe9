import Augmentations
import Datasets
import Inference
import Jobs
import Machine
import Networks
import Training
import Volumes

/// The memory of a whole training, computed before a scan is read or a buffer is allocated.
struct TrainingMemory {
  /// The stage's name.
  let stage: String
  /// The network's shape, its channels and classes those of the data set.
  let configuration: UNetConfiguration
  let training: [Dataset.Case]
  let validation: [Dataset.Case]
  let preparation: Preparation
  /// Whether the stage chooses the network's size.
  let choosesNetwork: Bool

  /// Checks that there is enough memory for the training.
  ///
  /// - Throws: `MachineError.notEnoughMemory`, `NetworkError`, `JobError.badCases` with the cases whose grid at the common
  ///   spacing would be too large.
  func require(
    _ parameters: TrainingParameters, ranges: AugmentationRanges, isTrainable: (String) -> Bool
  ) throws {
    let network = try configuration.network()
    let (grids, validationGrids) = (try preparedGrids(of: training), try preparedGrids(of: validation))
    let (sizes, validationSizes) = (grids.map(\.size), validationGrids.map(\.size))
    let window = SampleWindow.extent(parameters.window, holding: sizes, multiple: network.extentMultiple)
    let samples = parameters.samplesPerEpoch.samples(
      ofSites: RegionSampler.siteCount(sizes, window: window.gridSize), batch: parameters.options.batch)
    let shape = Shape(
      batch: min(parameters.options.batch, max(1, samples)), channels: configuration.inputChannels, extent: window)
    let (caseBytes, orderBytes) = (
      caseBytes(sizes + validationSizes), ByteCount.product(samples, MemoryLayout<Int>.stride)
    )
    var terms = [
      try TrainingLoop.memory(
        network, shape: shape, loss: parameters.loss, samples: samples,
        optimiser: type(of: parameters.optimiser), averagesWeights: parameters.options.weightAveraging != nil,
        isTrainable: isTrainable),
      caseBytes,
      try VolumePredictor.memory(network, shape: ModelCard.tileShape(window: window), grids: validationSizes),
    ]
    if var sample = grids.first {
      sample.size = window.gridSize
      terms.append(ByteCount.product(ranges.memory(for: sample), min(shape.batch, Threads.count)))
    }
    try MemoryBudget.require(
      ByteCount.sum(of: terms),
      for: "the training of stage '\(stage)' (\(network.purpose(input: shape)), \(samples) samples per epoch, "
        + "\(grids.count + validationGrids.count) cases)",
      remedy: remedy(of: ByteCount.sum(of: terms), cases: caseBytes, order: orderBytes))
  }

  /// The advice that reduces the largest share of the memory.
  private func remedy(of sum: Int, cases: Int, order: Int) -> String {
    if order > sum / 2 { return "use fewer samples_per_epoch" }
    if cases > sum / 2 { return "use fewer or smaller cases, or a larger resample.spacing_mm" }
    return "use a smaller batch or patch" + (choosesNetwork ? ", fewer base_channels or a smaller depth" : "")
  }

  /// The grids that a network sees.
  private func preparedGrids(of cases: [Dataset.Case]) throws -> [Grid] {
    try inOrder(cases.map(\.id), cases) { try preparation.grid(of: $0.grid) }
  }

  /// The images and labels of all cases, and what the largest takes once more while it is prepared.
  private func caseBytes(_ sizes: [GridSize]) -> Int {
    let bytes = sizes.map { size in
      ByteCount.product(
        size.count, configuration.inputChannels * MemoryLayout<Float>.stride + MemoryLayout<UInt8>.stride)
    }
    return ByteCount.sum(ByteCount.sum(of: bytes), bytes.max() ?? 0)
  }
}
