import Foundation

/// What went wrong while a pipeline ran.
public enum PipelineError: Error, Sendable {
  /// A stage threw an error of its own.
  case stageFailed(stage: String, error: any Error)
  /// The run was interrupted in or before a stage; the same command continues it.
  case interrupted(stage: String)
  /// Another process runs in the same folder; its identifier, where it is known.
  case locked(folder: String, process: Int32?)
  /// A stage ended without a declared output.
  case missingOutput(stage: String, output: String)
  /// A stage asked for an input that it was not given.
  case missingInput(stage: String, input: ArtefactType)
}

extension PipelineError: CustomStringConvertible {
  /// What, where, and what to do, in one line.
  public var description: String {
    switch self {
    case .stageFailed(let stage, let error):
      // Errors of stages that name their stage themselves need no second name.
      let text = "\(error)"
      return text.hasPrefix("\(stage): ") ? text : "\(stage): \(text)"
    case .interrupted(let stage):
      return "interrupted at \(stage); the same command continues the run"
    case .locked(let folder, let process):
      return "\(folder): another run works here\(process.map { " (process \($0))" } ?? ""); "
        + "wait for it, or choose another folder with --output"
    case .missingOutput(let stage, let output):
      return "\(stage): the stage ended without its output \"\(output)\""
    case .missingInput(let stage, let input):
      return "\(stage): the stage has no input \"\(input)\""
    }
  }
}

/// Several errors that were found together.
public struct PipelineErrors: Error, Sendable, CustomStringConvertible {
  /// The errors, in the order of the file; at least one.
  public let errors: [any Error]

  /// Makes an aggregate.
  public init(_ errors: [any Error]) { self.errors = errors }

  /// The errors, those that say nothing of a place in the file in a stage's name.
  func named(_ stage: String) -> PipelineErrors {
    PipelineErrors(
      errors.map { error in
        error is PipelineFileError || error is PipelineError
          ? error : PipelineError.stageFailed(stage: stage, error: error)
      })
  }

  /// One error a line.
  public var description: String { errors.map { "\($0)" }.joined(separator: "\n") }
}
