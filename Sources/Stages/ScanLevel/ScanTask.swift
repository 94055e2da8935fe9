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
    case softmax = "cross_entropy"
    case sigmoid = "sigmoid_cross_entropy"
  }

  /// Whether the key `task` asks for one.
  static func isChosen(_ parameters: ParameterReader) throws -> Bool { try kind(parameters) != .segment }

  private static func kind(_ parameters: ParameterReader) throws -> Kind {
    try parameters.value(
      "task", .choice(aliases: []), default: Kind.segment, absent: .text(Kind.segment.rawValue))
  }

  /// Reads the key `task` and its keys; nil where the task is to segment.
  ///
  /// - Parameter body: What makes the features.
  init?(_ parameters: ParameterReader, body: ScanHead.Body) throws {
    let kind = try Self.kind(parameters)
    guard kind != .segment else { return nil }
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
      let chosen = try parameters.choice("loss", default: ClassLoss.softmax)
      loss = LossTerms(
        chosen == .softmax ? CrossEntropyConfiguration() : SigmoidCrossEntropyConfiguration() as any LossConfiguration)
      target = try TargetColumn(parameters, kind: chosen == .softmax ? .classes : .independentClasses)
    } else {
      let chosen = try parameters.choice("loss", default: NumberLoss.squared)
      loss = LossTerms(
        chosen == .squared ? SquaredErrorConfiguration() : AbsoluteErrorConfiguration() as any LossConfiguration)
      target = try TargetColumn(parameters, kind: .numbers)
    }
  }

  /// What the score on the validation part is called.
  var score: ScoreName { target.kind == .numbers ? .r2 : .accuracy }
}

extension ScanHead {
  /// Whether the head sees means that are about the same in all scans.
  func hidesAmounts(in network: UNetConfiguration) -> Bool {
    body == .encoder && pooling == .mean && network.normalisation == .instance
  }

  /// What to do about it.
  static let hiddenAmounts =
    "with norm: instance the mean of each channel is about the same in all scans, so that the head learns little; use norm: batch in "
    + "the network"

  /// The head whose outputs and window follow from the data.
  func fitted(outputs: Int, window: Extent) -> ScanHead {
    var head = self
    (head.outputs, head.window) = (outputs, pooling == .flatten ? window : nil)
    return head
  }

  /// A head of about as much memory, before the data are known.
  var pooled: ScanHead {
    var head = self
    (head.pooling, head.outputs) = (.mean, 1)
    return head
  }
}
