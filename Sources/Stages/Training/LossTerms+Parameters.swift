import Networks
import Pipelines

extension LossTerms {
  /// The most losses of a sum.
  private static let most = 8

  /// Reads the key `loss`: a name (`focal`), a mapping of a name and its keys (`{kind: focal, gamma: 3}`), or a list of
  /// these, each with a weight (`[cross_entropy, {kind: soft_dice, weight: 0.5}]`).
  ///
  /// - Returns: The losses of the sum, each with the reader of its keys.
  static func read(_ parameters: ParameterReader) throws -> [(term: Term, parameters: ParameterReader)] {
    let losses = Losses.with(.classes)
    let items = try parameters.kinds("loss", of: losses.map { $0.name }, count: 1...most)
    return try items.map { kind, parameters in
      let configuration = try losses.first { $0.name == kind }!.read(parameters)
      guard items.count > 1 || parameters.has("weight") else { return (Term(configuration), parameters) }
      let weight = try parameters.double("weight", default: 1, in: .within(1e-6...1e6), absent: 1)
      return (Term(configuration, weight: weight), parameters)
    }
  }
}

extension LossConfiguration {
  fileprivate static func read(_ parameters: ParameterReader) throws -> any LossConfiguration {
    let configuration: Self = try parameters.configuration()
    return configuration
  }
}
