/// The losses, the default one first.
public enum Losses {
  /// By their names in pipeline files.
  public static let all: [any LossConfiguration.Type] = [
    CrossEntropyConfiguration.self,
    SoftDiceConfiguration.self,
    CrossEntropyAndSoftDiceConfiguration.self,
    FocalConfiguration.self,
    TverskyConfiguration.self,
    SquaredErrorConfiguration.self,
    AbsoluteErrorConfiguration.self,
    SigmoidCrossEntropyConfiguration.self,
  ]

  /// The losses that compare an output with such a target.
  public static func with(_ target: TargetKind) -> [any LossConfiguration.Type] { all.filter { $0.target == target } }

  /// The rows of a table for the documentation of segmentation, in Markdown: name, meaning.
  public static var markdownRows: [String] { with(.classes).map { "| `\($0.name)` | \($0.meaning) |" } }
}
