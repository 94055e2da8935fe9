import Foundation
import Jobs
import Networks
import Pipelines
import Training

/// What `train` and `fine-tune` learn to say of whole scans: a class or a number in a column of a table.
struct ScanTask {
  let target: TargetColumn
  /// The network's head, but for what follows from the data: its outputs and the extent of the input.
  let head: ScanHead
  let loss: LossTerms

  /// What is learnt.
  private enum Kind: String, CaseIterable {
    /// The class of each voxel: no task of whole scans.
    case segment
    case classify, regress
  }

  private enum NumberLoss: String, CaseIterable {
    case squared = "mean_squared_error"
    case absolute = "mean_absolute_error"
  }

  private enum ClassLoss: String, CaseIterable {
    case crossEntropy = "cross_entropy"
  }

  /// Reads the key `task` and its keys; nil where the task is to segment.
  ///
  /// - Parameter body: What makes the features.
  init?(_ parameters: ParameterReader, body: ScanHead.Body) throws {
    let kind = try parameters.value(
      "task", .choice(aliases: []), default: Kind.segment, absent: .text(Kind.segment.rawValue))
    guard kind != .segment else { return nil }
    target = try TargetColumn(parameters, kind: kind == .classify ? .classes : .numbers)
    let reader = try parameters.nested("head")
    let isEncoder = body == .encoder
    head = ScanHead(
      body: body,
      pooling: try reader.choice("pooling", default: isEncoder ? ScanHead.Pooling.mean : .flatten),
      hidden: try reader.optionalInts("hidden", in: .within(1...65536), count: 0...8)
        ?? (isEncoder ? [] : [120, 84]),
      activation: try reader.choice("activation", default: isEncoder ? ScanHead.Activation.relu : .tanh),
      dropout: try reader.double("dropout", default: 0, in: .atLeast(0, below: 1)), outputs: 1)
    if kind == .classify {
      _ = try parameters.choice("loss", default: ClassLoss.crossEntropy)
      loss = LossTerms(CrossEntropyConfiguration())
    } else {
      let chosen = try parameters.choice("loss", default: NumberLoss.squared)
      loss = LossTerms(
        chosen == .squared ? SquaredErrorConfiguration() : AbsoluteErrorConfiguration() as any LossConfiguration)
    }
  }

  /// What the score on the validation part is called.
  var score: ScoreName { target.kind == .classes ? .accuracy : .r2 }
}
