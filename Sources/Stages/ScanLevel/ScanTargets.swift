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
    if target.kind == .classes {
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
      outcome = .classes(names)
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
  var outputs: Int {
    if case .classes(let names) = outcome { names.count } else { 1 }
  }

  /// What a loss compares with.
  var target: TargetKind {
    if case .classes = outcome { .classes } else { .numbers }
  }
}
