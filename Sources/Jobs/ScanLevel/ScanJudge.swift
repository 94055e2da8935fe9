import Datasets
import Foundation
import Inference
import Machine
import Networks
import Volumes

/// Applies a network to whole scans: to each slice in 2-D, or to the volume, or where it is larger than what the network sees to
/// parts that cover it; what comes out is averaged.
///
/// Not for use by two threads at once.
package final class ScanJudge: ScanNetwork {
  package let card: ScanCard
  package var preparation: Preparation { card.preparation }
  package var channels: Int { card.network.inputChannels }
  private let execution: Execution

  /// A judge with a network whose weights may still change.
  ///
  /// - Throws: `NetworkError`, `MachineError.notEnoughMemory`.
  package init(card: ScanCard, network: Network, parameters: ParameterBuffer) throws {
    self.card = card
    let shape = Shape(batch: 1, channels: network.inputChannels, extent: card.window)
    execution = try MemoryBudget.reserving(
      try network.memory(input: shape, parameterBuffers: 0, isTrainable: nil), for: network.purpose(input: shape)
    ) { try Execution(network, parameters: parameters, input: shape, purpose: .inference) }
  }

  /// Reads a model of this kind; nil where the file is another.
  ///
  /// - Throws: As `TrainedModel.read`.
  package convenience init?(contentsOf url: URL) throws {
    let file = try WeightFile(contentsOf: url)
    guard let card = try ScanCard(of: file, name: url.path) else { return nil }
    let network = try card.network.network(for: .scan(card.head))
    try file.check(for: network.layout, file: url.path)
    try file.requireFinite(file: url.path)
    let parameters = try network.makeParameters()
    try file.load(into: parameters, file: url.path)
    try self.init(card: card, network: network, parameters: parameters)
  }

  /// Takes notice of changed weights.
  package func readParameters() { execution.readParameters() }

  /// The probabilities of the classes, or the number, of a prepared scan.
  ///
  /// - Throws: `JobError.outputNotFinite`, with `name` for the scan.
  package func values(of scan: VolumeView, name: String) throws -> [Double] {
    let regions = ScanWindows(card.window, dimensions: card.network.dimensions).covering(scan.grid.size)
    var sum = [Double](repeating: 0, count: card.head.outputs)
    for region in regions {
      scan.read(region, fill: 0, into: execution.input.values)
      execution.forward()
      let values = execution.output.values.map(Double.init)
      guard values.allSatisfy(\.isFinite) else {
        throw JobError.outputNotFinite(file: name, slice: region.origin.z)
      }
      let own = outcome(values)
      for index in sum.indices { sum[index] += own[index] }
    }
    return sum.map { $0 / Double(regions.count) }
  }

  /// Probabilities of classes, by the softmax or the sigmoid; or the number.
  private func outcome(_ values: [Double]) -> [Double] {
    guard case .classes(_, let areExclusive) = card.outcome else { return card.outcome.inUnits(values) }
    guard areExclusive else { return values.map { 1 / (1 + exp(-$0)) } }
    let largest = values.max() ?? 0
    let powers = values.map { exp($0 - largest) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }
}
