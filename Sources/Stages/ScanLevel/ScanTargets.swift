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

  /// Reads the targets.
  ///
  /// The classes are those of the training cases: numbers by size, else words by name. Numbers are learnt with the mean 0 and the
  /// standard deviation 1 that they have in the training cases.
  ///
  /// - Throws: `StageError.targets` where a case has no value, where a value is no number, where the training has only one
  ///   value, or where the validation has a class that the training has not; `JobError.caseTable`.
  init(_ target: TargetColumn, training: [String], validation: [String], stage: String) throws {
    let attributes = try CaseAttributes(table: target.table, columns: [target.name])
    func problem(_ text: String) -> StageError { .targets(stage: stage, column: target.name, problem: text) }
    let texts = (training + validation).map { attributes.attribute(target.name, of: $0) }
    let missing = zip(training + validation, texts).filter { $1 == nil }.map(\.0)
    guard missing.isEmpty else {
      throw problem(
        "\(counted(missing.count, "case")) without a value: \(listed(missing)). Fill the column, or exclude them")
    }
    let known = texts.compactMap { $0 }
    let trained = Set(known.prefix(training.count))
    guard trained.count > 1 else {
      throw problem("all training cases have the value \(trained.first ?? "none"); there is nothing to learn")
    }
    var values: [String: Double] = [:]
    if target.kind != .numbers {
      let names =
        trained.allSatisfy { Double($0) != nil }
        ? trained.sorted { (Double($0) ?? 0, $0) < (Double($1) ?? 0, $1) } : trained.sorted()
      guard names.count <= 254 else {
        throw problem(
          "\(names.count) different values are too many classes (at most 254); use task: regress for numbers")
      }
      for (id, text) in zip(training + validation, known) {
        guard let index = names.firstIndex(of: text) else {
          throw problem("case '\(id)' of the validation part has the class '\(text)', which no training case has")
        }
        values[id] = Double(index)
      }
      outcome = .classes(names, areExclusive: target.kind == .classes)
    } else {
      for (id, text) in zip(training + validation, known) {
        guard let number = Double(text), number.isFinite else {
          throw problem("case '\(id)' has '\(text)'; expected a number")
        }
        values[id] = number
      }
      let numbers = training.compactMap { values[$0] }
      let mean = numbers.reduce(0, +) / Double(numbers.count)
      let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let deviation = (squares / Double(numbers.count)).squareRoot()
      values = values.mapValues { ($0 - mean) / deviation }
      outcome = .number(mean: mean, deviation: deviation)
    }
    self.values = values
  }

  /// The number of the network's outputs.
  var outputs: Int { outcome.classes?.count ?? 1 }

  /// What is learnt, for people.
  func description(_ column: String) -> String {
    switch outcome {
    case .classes(let names, _): "\(column): classes \(listed(names))"
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
