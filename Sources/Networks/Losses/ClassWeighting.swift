import Configurations

/// A loss whose pixels count by the weights of their classes.
///
/// With weights it is the weighted mean, sum(w l) / sum(w), as PyTorch's `CrossEntropyLoss(weight:)` has it: a common factor
/// of all weights changes nothing. Where no pixel has a weight above 0, nothing counts.
public protocol ClassWeightedLoss: LossConfiguration {
  /// The weights; before the loss is made, names and formulas must have been replaced by `LossTerms.weighted(by:)`.
  var classWeights: ClassWeights { get set }
}

/// The classes of a training's data, by which names and formulas become weights.
public struct ClassCensus: Sendable {
  /// The names, the background's first.
  public let names: [String]
  /// The number of pixels of each class in each training case.
  public let pixels: [[Int]]

  /// Makes a census; each case has a number for each name.
  public init(names: [String], pixels: [[Int]]) { (self.names, self.pixels) = (names, pixels) }
}

/// Why weights do not fit the classes.
public enum ClassWeightProblem: Hashable, Sendable {
  /// Names that no class has.
  case unknown([String], classes: [String])
  /// A list of another length than that of the classes.
  case count(Int, classes: [String])
  /// Every class has the weight 0.
  case allZero
}

extension ClassWeights {
  /// What is wrong with the weights for classes of these names; nil where nothing is.
  public func problem(names: [String]) -> ClassWeightProblem? {
    switch self {
    case .equal, .balanced: nil
    case .listed(let weights): weights.count == names.count ? nil : .count(weights.count, classes: names)
    case .named(let weights):
      if let unknown = weights.keys.filter({ !names.contains($0) }).nonEmpty {
        .unknown(unknown.sorted(), classes: names)
      } else {
        names.allSatisfy { weights[$0] == 0 } ? .allZero : nil
      }
    }
  }

  /// A weight for each class; nil where all count alike. A class that does not occur has the weight 0 of a formula.
  ///
  /// The weights have no `problem`.
  func weights(by census: ClassCensus) -> [Double]? {
    switch self {
    case .equal: nil
    case .listed(let weights): weights
    case .named(let weights): census.names.map { weights[$0] ?? 1 }
    case .balanced(.inverseFrequency): Self.inverseFrequencies(census)
    case .balanced(.medianFrequency): Self.medianFrequencies(census)
    }
  }

  private static func inverseFrequencies(_ census: ClassCensus) -> [Double] {
    let counts = census.names.indices.map { index in census.pixels.reduce(0) { $0 + Double($1[index]) } }
    let share = counts.reduce(0, +) / Double(counts.count)
    return counts.map { $0 > 0 ? share / $0 : 0 }
  }

  private static func medianFrequencies(_ census: ClassCensus) -> [Double] {
    let frequencies = census.names.indices.map { index in
      let cases = census.pixels.filter { $0[index] > 0 }
      let all = cases.reduce(0) { $0 + Double($1.reduce(0, +)) }
      return all > 0 ? cases.reduce(0) { $0 + Double($1[index]) } / all : 0
    }
    let sorted = frequencies.filter { $0 > 0 }.sorted()
    guard !sorted.isEmpty else { return frequencies }
    let median = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    return frequencies.map { $0 > 0 ? median / $0 : 0 }
  }
}

extension LossTerms {
  /// What is wrong with the class weights for classes of these names, with the index of the term.
  public func problems(names: [String]) -> [(term: Int, problem: ClassWeightProblem)] {
    terms.enumerated().compactMap { index, term in
      (term.configuration as? any ClassWeightedLoss)?.classWeights.problem(names: names).map { (index, $0) }
    }
  }

  /// The same losses, their class weights replaced by a number for each class. They have no `problems`.
  public func weighted(by census: ClassCensus) -> LossTerms {
    LossTerms(
      terms.map { term in
        guard var loss = term.configuration as? any ClassWeightedLoss else { return term }
        loss.classWeights = loss.classWeights.weights(by: census).map(ClassWeights.listed) ?? .equal
        return Term(loss, weight: term.weight)
      }, scan: scan)
  }

  /// The weights of the classes that formulas gave, of each loss that has some: after `weighted(by:)`.
  public var listedWeights: [[Double]] {
    terms.compactMap { term in
      guard case .listed(let weights)? = (term.configuration as? any ClassWeightedLoss)?.classWeights else {
        return nil
      }
      return weights
    }
  }
}

/// The weights of classes as a kernel takes them.
final class ClassWeightTable {
  /// One for each class; nil: all alike.
  let start: UnsafeMutablePointer<Float>?

  /// Makes a table of numbers; names and formulas must have been replaced.
  init(_ weights: ClassWeights, classes: Int) {
    switch weights {
    case .equal: start = nil
    case .listed(let weights):
      precondition(weights.count == classes, "a weight for each class")
      let table = UnsafeMutableBufferPointer<Float>.allocate(capacity: classes)
      _ = table.initialize(from: weights.map(Float.init))
      start = table.baseAddress
    case .named, .balanced: preconditionFailure("weights by names or formulas are not replaced by numbers")
    }
  }

  deinit { start?.deallocate() }
}

extension Collection {
  /// Itself; nil where it is empty.
  fileprivate var nonEmpty: Self? { isEmpty ? nil : self }
}
