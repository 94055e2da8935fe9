import Augmentations
import Datasets
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
  let spacing: CommonSpacing?
  let sliceAxis: BodyAxis
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
    let planes = grids.map { SlicedVolume.planeGrid(of: $0, along: sliceAxis) }
    let samples = parameters.samplesPerEpoch ?? zip(grids, planes).reduce(0) { $0 + $1.0.size.count / $1.1.size.count }
    let window = Self.window(parameters.window, planes, multiple: network.extentMultiple)
    let shape = Shape(
      batch: min(parameters.batch, max(1, samples)), channels: configuration.inputChannels, extent: window)
    let (caseBytes, orderBytes) = (
      caseBytes(grids + validationGrids), ByteCount.product(samples, MemoryLayout<Int>.stride)
    )
    var terms = [
      try TrainingLoop.memory(
        network, shape: shape, loss: parameters.loss, samples: samples,
        optimiser: type(of: parameters.optimiser), isTrainable: isTrainable),
      caseBytes,
    ]
    if let plane = validationGrids.map({ SlicedVolume.planeGrid(of: $0, along: sliceAxis) }).max(by: {
      $0.size.count < $1.size.count
    }) {
      let shape = SliceSegmenter.batchShape(
        plane: plane.size, channels: configuration.inputChannels, window: window, multiple: network.extentMultiple)
      terms.append(try network.memory(input: shape, parameterBuffers: 0, isTrainable: nil))
    }
    if var sample = planes.first {
      sample.size = GridSize(width: window.width, height: window.height)
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
    guard let spacing else { return cases.map(\.grid) }
    return try inOrder(cases.map(\.id), cases) { try spacing.grid(covering: $0.grid) }
  }

  /// The images and labels of all cases, and what the largest takes once more while it is prepared.
  private func caseBytes(_ grids: [Grid]) -> Int {
    let bytes = grids.map { grid in
      ByteCount.product(
        grid.size.count, configuration.inputChannels * MemoryLayout<Float>.stride + MemoryLayout<UInt8>.stride)
    }
    return ByteCount.sum(ByteCount.sum(of: bytes), bytes.max() ?? 0)
  }

  /// The window asked for, or one that holds every slice, rounded up to what the network needs.
  private static func window(_ wanted: Extent?, _ planes: [Grid], multiple: Extent) -> Extent {
    func rounded(_ size: Int, _ multiple: Int) -> Int { (size + multiple - 1) / multiple * multiple }
    let (height, width) = (planes.map(\.size.height).max() ?? 1, planes.map(\.size.width).max() ?? 1)
    return Extent(
      height: rounded(wanted?.height ?? height, multiple.height),
      width: rounded(wanted?.width ?? width, multiple.width))
  }
}
