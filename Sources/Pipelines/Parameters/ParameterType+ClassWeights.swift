import Configurations

extension ParameterType where Value == ClassWeights {
  /// Weights of classes: a list, a mapping of names, or a formula; nothing: all alike.
  static var classWeights: ParameterType {
    let formulas = ClassBalance.allCases.map(\.rawValue)
    let expectation =
      "a mapping of class names and weights, a list of all weights, or one of " + formulas.joined(separator: ", ")
    let weight = ParameterType<Double>.double(in: .within(0...ClassWeights.limits.upperBound))
    return ParameterType(
      expectation: expectation, standIn: .equal,
      decode: { node in
        let weights: ClassWeights
        switch node.content {
        case .scalar where node.isNull: return .equal
        case .scalar(let scalar):
          guard let balance = ClassBalance(rawValue: scalar.text) else {
            throw ParameterMismatch(
              location: node.location, expected: expectation, found: node.summary,
              suggestion: Spelling.suggestion(for: scalar.text, among: formulas))
          }
          return .balanced(balance)
        case .list(let nodes): weights = .listed(try nodes.map(weight.decode))
        case .mapping(let entries):
          weights = .named(
            try entries.reduce(into: [:]) { weights, entry in weights[entry.key] = try weight.decode(entry.value) })
        }
        guard weights.isPossible, weights != .named([:]) else {
          throw ParameterMismatch(
            location: node.location,
            expected: "a weight above 0, and none below \(ClassWeights.limits.lowerBound) but 0", found: node.summary,
            suggestion: nil)
        }
        return weights
      },
      resolve: { weights in
        switch weights {
        case .equal: .null
        case .listed(let weights): .list(weights.map(ResolvedValue.number))
        case .named(let weights):
          // In one order: that of the file changes nothing.
          .pairs(weights.sorted { $0.key < $1.key }.map { .init($0.key, .number($0.value)) })
        case .balanced(let balance): .text(balance.rawValue)
        }
      })
  }
}
