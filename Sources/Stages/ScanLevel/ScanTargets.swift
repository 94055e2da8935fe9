import Foundation
import Jobs
import Networks
import Training

/// The targets of the cases of a training: classes or numbers from a column of a table.
struct ScanTargets {
  /// What comes out of the network.
  let outcome: ScanOutcome
  /// The index of the class, or the number in units of the training's, by case.
  let values: [String: Double]

  /// The number of training cases of each class; empty for numbers.
  let counts: [Int]

  /// Reads the targets.
  ///
  /// The classes are those of the training cases: numbers by size, else words by name. Numbers are learnt with the mean 0 and the
  /// standard deviation 1 that they have in the training cases.
  ///
  /// - Throws: `StageError.targets` where a case has no value, where a value is no number, where the training has only one
  ///   value, or where the validation has a class that the training has not; `JobError.caseTable`.
  init(_ target: TargetColumn, training: [String], validation: [String], stage: String) throws {
    func problem(_ text: String) -> StageError { .targets(stage: stage, column: target.name, problem: text) }
    let texts = try target.texts(of: training + validation, stage: stage)
    let trained = training.compactMap { texts[$0] }
    guard Set(trained).count > 1 else {
      throw problem("all training cases have the value \(trained.first ?? "none"); there is nothing to learn")
    }
    guard target.kind == .numbers else {
      let names = Self.classes(Set(trained))
      guard names.count <= 254 else {
        throw problem(
          "\(names.count) different values are too many classes (at most 254); use task: regress for numbers")
      }
      values = try texts.mapValues { text in
        guard let index = names.firstIndex(of: text) else {
          let id = validation.first { texts[$0] == text } ?? ""
          throw problem("case '\(id)' of the validation part has the class '\(text)', which no training case has")
        }
        return Double(index)
      }
      counts = names.map { name in trained.count { $0 == name } }
      outcome = .classes(names, areExclusive: target.kind == .classes)
      return
    }
    let numbers = try Dictionary(
      uniqueKeysWithValues: (training + validation).map { id in
        guard let text = texts[id], let number = TargetColumn.number(text) else {
          throw problem("case '\(id)' has '\(texts[id] ?? "")'; \(TargetColumn.expectedNumber)")
        }
        return (id, number)
      })
    let known = training.compactMap { numbers[$0] }
    let mean = known.reduce(0, +) / Double(known.count)
    let squares = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / Double(known.count)).squareRoot()
    guard deviation > 1e-30 else {
      throw problem("the numbers differ too little to be learnt; give them in smaller units")
    }
    values = numbers.mapValues { ($0 - mean) / deviation }
    outcome = .number(mean: mean, deviation: deviation)
    counts = []
  }

  /// Numbers by size, else words by name.
  private static func classes(_ texts: Set<String>) -> [String] {
    texts.allSatisfy { Double($0) != nil }
      ? texts.sorted { (Double($0) ?? 0, $0) < (Double($1) ?? 0, $1) } : texts.sorted()
  }

  /// The number of the network's outputs.
  var outputs: Int { outcome.classes?.count ?? 1 }

  /// What is learnt, for people.
  func description(_ column: String) -> String {
    switch outcome {
    case .classes(let names, _): "\(column): classes \(listed(zip(names, counts).map { "\($0) (\($1))" }))"
    case .number(let mean, let deviation):
      "\(column): mean \(significant(mean)), standard deviation \(significant(deviation))"
    }
  }

  /// What a loss compares with.
  var target: TargetKind {
    if case .classes(_, areExclusive: true) = outcome { .classes } else { .numbers }
  }

  /// Writes what a loss compares with for a sample of a case: the index of its class, a number, or 1 for its class and 0 for the
  /// others.
  func write(case name: String, to target: Target) {
    let value = values[name] ?? .nan
    switch target {
    case .classes(let classes): classes[0] = UInt8(value)
    case .numbers(let numbers):
      if case .classes = outcome {
        for index in numbers.indices { numbers[index] = Double(index) == value ? 1 : 0 }
      } else {
        numbers[0] = Float(value)
      }
    }
  }
}
