import Metrics
import ScanIO

/// The values that predictions and references have in common; where there are none, a Dice of 0 is no measure of the
/// predictions.
struct SharedValues {
  private let evaluation: Evaluation
  private let advice: Advice

  init(_ evaluation: Evaluation, advice: Advice) { (self.evaluation, self.advice) = (evaluation, advice) }

  /// The warnings that put the scores in doubt.
  var warnings: [String] {
    let statuses = evaluation.cases.map { Set($0.classes.map(\.status)) }
    if !statuses.contains(where: { $0.contains(.ok) }) { return [allCases(statuses)] }
    return lonelyClasses + strangeCases(statuses)
  }

  /// Classes that no case has, or that no reference has.
  private var lonelyClasses: [String] {
    evaluation.classes.enumerated().compactMap { index, item in
      let statuses = Set(evaluation.cases.map { $0.classes[index].status })
      let name =
        item.name == "\(item.fileValue)" ? "value \(item.fileValue)" : "'\(item.name)' (value \(item.fileValue))"
      if statuses == [.bothEmpty] {
        return "\(name) is in no prediction and in no reference: its metrics are undefined"
      }
      guard statuses.isDisjoint(with: [.ok, .missed]) else { return nil }
      return "\(name) is in predictions alone, in no reference: its Dice is 0"
    }
  }

  private func strangeCases(_ statuses: [Set<OverlapStatus>]) -> [String] {
    let strangers = evaluation.cases.indices.filter { index in
      !statuses[index].contains(.ok) && statuses[index].isSuperset(of: [.missed, .falseAlarm])
    }
    guard let first = strangers.first else { return [] }
    let names = strangers.prefix(10).map { "'\(evaluation.cases[$0].name)'" }.joined(separator: ", ")
    let rest = strangers.count > 10 ? " and \(strangers.count - 10) more" : ""
    let (predicted, drawn) = values(of: [evaluation.cases[first]])
    return [
      "in \(strangers.count) of \(counted(evaluation.cases.count, "case")), prediction and reference share no foreground value: "
        + "\(names)\(rest); in the first, the prediction has \(predicted), the reference \(drawn)"
    ]
  }

  /// No class is in both the prediction and the reference of any case.
  private func allCases(_ statuses: [Set<OverlapStatus>]) -> String {
    let (predicted, drawn) = values(of: evaluation.cases)
    if predicted == Self.nothing, drawn == Self.nothing {
      return "neither predictions nor references contain a foreground class: every Dice is undefined"
    }
    let remedy = advice == .loadKeys ? "in the load stage" : "with --classes"
    return "predictions and references share no foreground value, so every Dice is 0. The predictions have "
      + "\(predicted), the references \(drawn). If they mean the same, assign them to one class \(remedy), "
      + "such as 'classes: {background: 0, object: [1, 255]}'"
  }

  private static let nothing = "only background"

  /// The foreground values in the predictions and in the references of cases, as texts.
  private func values(of cases: [CaseResult]) -> (predicted: String, drawn: String) {
    func text(_ statuses: Set<OverlapStatus>) -> String {
      let values = evaluation.classes.indices.filter { index in
        cases.contains { statuses.contains($0.classes[index].status) }
      }.map { "\(evaluation.classes[$0].fileValue)" }
      guard !values.isEmpty else { return Self.nothing }
      let shown =
        values.prefix(10).joined(separator: ", ") + (values.count > 10 ? " and \(values.count - 10) more" : "")
      return (values.count == 1 ? "the value " : "the values ") + shown
    }
    return (text([.ok, .falseAlarm]), text([.ok, .missed]))
  }
}
