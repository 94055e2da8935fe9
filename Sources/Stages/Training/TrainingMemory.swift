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
  /// What the network sees, and its shape.
  let plan: NetworkPlan
  /// What the network is for.
  let task: NetworkTask
  let validation: [Dataset.Case]
  /// Where the prepared cases are.
  let storage: CaseStorage
  /// Whether the stage chooses the network's size.
  let choosesNetwork: Bool

  /// Checks that there is enough memory for the training.
  ///
  /// - Throws: `MachineError.notEnoughMemory`, `NetworkError`, `JobError.badCases` with the cases whose grid at the common
  ///   spacing would be too large.
  func require(
    _ parameters: TrainingParameters, ranges: AugmentationRanges, isTrainable: (String) -> Bool
  ) throws {
    let network = try plan.configuration.network(for: task)
    let sizes = plan.grids.map(\.size)
    let validationSizes = try inOrder(validation.map(\.id), validation) {
      try plan.preparation.grid(of: $0.grid).size
    }
    let sites = RegionSampler.siteCount(sizes, window: plan.window.gridSize)
    let shared = ByteCount.sum(
      storage.memoryBytes,
      !task.segments
        ? 0
        : try VolumePredictor.memory(
          network,
          shape: ModelCard.tileShape(
            window: plan.window, dimensions: plan.configuration.dimensions, sliceContext: plan.context),
          grids: validationSizes))
    func need(batch: Int) throws -> (bytes: Int, order: Int, shape: Shape, samples: Int) {
      let samples = parameters.samplesPerEpoch.samples(
        ofSites: sites, batch: batch, arePatches: plan.seesPatches)
      let shape = Shape(
        batch: min(batch, max(1, samples)) * network.imagesPerSample, channels: plan.configuration.inputChannels,
        extent: plan.window)
      var bytes = ByteCount.sum(
        shared,
        try TrainingLoop.memory(
          network, shape: shape, loss: parameters.loss, samples: samples, optimiser: type(of: parameters.optimiser),
          averagesWeights: parameters.options.weightAveraging != nil, isTrainable: isTrainable))
      if var sample = plan.grids.first {
        sample.size = plan.window.gridSize
        let each = ByteCount.sum(ranges.memory(for: sample), contextBytes(sizes))
        bytes = ByteCount.sum(bytes, ByteCount.product(each, min(shape.batch, Threads.count)))
      }
      return (bytes, ByteCount.product(samples, MemoryLayout<Int>.stride), shape, samples)
    }
    let batch = parameters.options.batch
    let wanted = try need(batch: batch)
    let available = MemoryBudget.available.bytes
    let fitting =
      try wanted.bytes <= available ? nil : Self.largest(below: batch) { try need(batch: $0).bytes <= available }
    try MemoryBudget.require(
      wanted.bytes,
      for: "the training of stage '\(stage)' (\(network.purpose(input: wanted.shape)), \(wanted.samples) samples per "
        + "epoch, \(sizes.count + validationSizes.count) cases)",
      remedy: remedy(of: wanted.bytes, cases: storage.memoryBytes, order: wanted.order, batch: fitting))
  }

  /// A slice with its neighbours, which are put together for a sample.
  private func contextBytes(_ sizes: [GridSize]) -> Int {
    guard plan.context > 0 else { return 0 }
    let largest = sizes.map { ByteCount.product($0.width, $0.height) }.max() ?? 0
    return ByteCount.product(largest, plan.configuration.inputChannels, MemoryLayout<Float>.stride)
  }

  /// The largest number from 1 that is below another and for which something holds; nil: for none.
  private static func largest(below end: Int, where holds: (Int) throws -> Bool) rethrows -> Int? {
    var (low, high) = (0, end)
    while high - low > 1 {
      let middle = (low + high) / 2
      if try holds(middle) { low = middle } else { high = middle }
    }
    return low > 0 ? low : nil
  }

  /// The advice that reduces the largest share of the memory.
  private func remedy(of sum: Int, cases: Int, order: Int, batch: Int?) -> String {
    if let batch { return "use a batch of at most \(batch)" }
    if order > sum / 2 { return "use fewer samples_per_epoch" }
    if cases > sum / 2 { return "use fewer or smaller cases, or a larger resample.spacing_mm" }
    return "use a smaller batch or patch" + (choosesNetwork ? ", fewer base_channels or a smaller depth" : "")
  }
}
