import Networks
import Pipelines

extension LossTerms {
  /// The most losses of a sum.
  private static let most = 8

  /// Reads the key `loss`: a name (`focal`), a mapping of a name and its keys (`{kind: focal, gamma: 3}`), or a list of
  /// these, each with a weight (`[cross_entropy, {kind: soft_dice, weight: 0.5}]`).
  init(_ parameters: ParameterReader) throws {
    let losses = Losses.with(.classes)
    let items = try parameters.kinds("loss", of: losses.map { $0.name }, count: 1...Self.most)
    self.init(
      try items.map { kind, parameters in
        let configuration = try losses.first { $0.name == kind }!.read(parameters)
        guard items.count > 1 else { return Term(configuration) }
        return Term(configuration, weight: try parameters.double("weight", default: 1, in: .within(1e-6...1e6)))
      })
  }
}

extension LossConfiguration {
  fileprivate static func read(_ parameters: ParameterReader) throws -> any LossConfiguration {
    let configuration: Self = try parameters.configuration()
    return configuration
  }
}
