import Datasets
import Foundation
import Inference
import Machine
import Networks
import Volumes

/// The features of whole scans, as a network's encoder sees them: the mean and the maximum of each channel over all places of the
/// scan, at each resolution.
///
/// Any model has such features: one that segments or judges whole scans, and pre-trained weights. Windows that cover the scan
/// count alike. Not for use by two threads at once.
package final class ScanEmbedder: ScanNetwork {
  package let preparation: Preparation
  /// How scans are read where their files leave a choice; nil where the file does not say it.
  package let reading: ScanReading?
  package let channels: Int
  private let windows: ScanWindows
  private let sliceContext: Int
  private let execution: Execution

  /// What a file of weights says of its network.
  private struct Source {
    let network: UNetConfiguration
    var head: ScanHead?
    let preparation: Preparation
    var reading: ScanReading?
    let window: Extent
    var sliceContext = 0
  }

  /// Reads a model.
  ///
  /// - Throws: As `TrainedModel.read`; `NetworkError.configuration` for a perceptron, which has no features.
  package init(contentsOf url: URL) throws {
    let file = try WeightFile(contentsOf: url)
    let source = try Self.source(file, name: url.path)
    let network = try source.network.network(for: .features(of: source.head))
    try file.check(for: network.layout, file: url.path)
    let parameters = try network.makeParameters()
    try file.load(into: parameters, file: url.path)
    (preparation, reading, sliceContext) = (source.preparation, source.reading, source.sliceContext)
    channels = network.inputChannels / (2 * sliceContext + 1)
    windows = ScanWindows(source.window, dimensions: source.network.dimensions)
    let shape = Shape(batch: 1, channels: network.inputChannels, extent: source.window)
    execution = try MemoryBudget.reserving(
      try network.memory(input: shape, parameterBuffers: 0, isTrainable: nil), for: network.purpose(input: shape)
    ) { try Execution(network, parameters: parameters, input: shape, purpose: .inference) }
  }

  private static func source(_ file: WeightFile, name: String) throws -> Source {
    if !ModelCard.isIn(file), let card = try ScanCard(of: file, name: name) {
      return Source(
        network: card.network, head: card.head, preparation: card.preparation, reading: card.reading,
        window: card.window)
    }
    if let card = try PretrainedCard(of: file, name: name) {
      return Source(network: card.network, preparation: card.preparation, window: card.window)
    }
    let card = try ModelCard(of: file, name: name)
    return Source(
      network: card.network, preparation: card.preparation, reading: card.reading, window: card.window,
      sliceContext: card.sliceContext)
  }

  /// The names of the features, in their order.
  package var names: [String] {
    execution.outputs.flatMap { output in
      ["mean", "max"].flatMap { kind in
        (1...output.values.shape.channels).map { "\(output.name)_\(kind)_\($0)" }
      }
    }
  }

  /// For each resolution, the full one first: the means of the channels, then their maxima.
  ///
  /// - Throws: `JobError.outputNotFinite`, with `name` for the scan.
  package func values(of scan: VolumeView, name: String) throws -> [Double] {
    let regions = windows.covering(scan.grid.size)
    var pooled = execution.outputs.map { PooledChannels(count: $0.values.shape.channels) }
    for region in regions {
      scan.read(region, context: sliceContext, fill: 0, into: execution.input.values)
      execution.forward()
      for (index, output) in execution.outputs.enumerated() { pooled[index].add(output.values.values) }
    }
    let values = pooled.flatMap(\.values)
    guard values.allSatisfy(\.isFinite) else {
      throw JobError.outputNotFinite(file: name, slice: 0)
    }
    return values
  }
}

/// The mean and the maximum of each channel of maps, in double precision.
private struct PooledChannels {
  private var sums: [Double]
  private var maxima: [Float]
  private var places = 0

  init(count: Int) {
    sums = Array(repeating: 0, count: count)
    maxima = Array(repeating: -.infinity, count: count)
  }

  /// Adds maps. Shape: (place, channel).
  mutating func add(_ maps: UnsafeMutableBufferPointer<Float>) {
    let count = sums.count
    for place in 0..<maps.count / count {
      for channel in 0..<count {
        let value = maps[place &* count &+ channel]
        sums[channel] += Double(value)
        maxima[channel] = max(maxima[channel], value)
      }
    }
    places += maps.count / count
  }

  /// The means, then the maxima.
  var values: [Double] { sums.map { $0 / Double(places) } + maxima.map(Double.init) }
}
