import Networks
import Pipelines

/// What a segmentation learns of whole scans beside its labels.
struct SharedTask {
  let task: ScanTask
  /// What the mean loss of the task is multiplied by before it is added.
  let weight: Double

  /// Reads the key `also`; nil where it is not there.
  init?(_ parameters: ParameterReader, segments: Bool) throws {
    guard let reader = try parameters.optionalNested("also") else { return nil }
    guard let task = try ScanTask(reader, body: .encoder) else {
      throw reader.invalid("task", expected: "classify or regress, what is learnt beside the segmentation")
    }
    if !segments { try parameters.refuse("also", expected: "none with task: classify or regress") }
    weight = try reader.double("weight", default: 1, in: .within(1e-6...1e6))
    self.task = task
  }

  /// The term of the loss.
  var term: LossTerms.Term { LossTerms.Term(task.loss.terms[0].configuration, weight: weight) }
}
