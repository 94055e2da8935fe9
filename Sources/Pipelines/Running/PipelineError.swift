import Foundation

/// An error while a pipeline runs.
public enum PipelineError: Error, Sendable {
  /// The parameters of a stage, or what they lead to, cannot be used; found before any work.
  case unusableStage(SourceLocation, stage: String, error: any Error)
  /// A stage threw an error of its own.
  case stageFailed(stage: String, error: any Error)
  /// The run was interrupted in or before a stage; the same command resumes it.
  case interrupted(stage: String)
  /// A file outside the run is not, or no longer, what the run was planned with.
  case changedSincePlanned(path: String)
  /// A folder that is no run's has something under a name that a run writes.
  case notARunFolder(folder: String, name: String)
  /// A file that the run reads is in the folder of one of its own stages, which replaces it.
  case inputInsideRun(path: String, stage: String)
  /// The folder has results of another pipeline file, which reads other data, that a stage would replace.
  case resultsOfAnother(folder: String, stage: String, other: String, pipeline: String)
  /// The folder of the run is, contains or is in a folder that the run searches for data.
  case resultsAmongData(folder: String, data: String)
  /// Another process runs in the same folder; its identifier, where it is known.
  case locked(folder: String, process: Int32?)
  /// A run of some stages of other parameters, or of another pipeline, shares the folder; its process, where it is known.
  case lockedByOther(folder: String, process: Int32?)
  /// A stage ended without a declared output.
  case missingOutput(stage: String, output: String)
  /// A stage asked for an input that it was not given.
  case missingInput(stage: String, input: ArtefactType)
}

extension PipelineError: CustomStringConvertible {
  /// What, where, and what to do, in one line.
  public var description: String {
    switch self {
    case .unusableStage(let location, let stage, let error):
      return "\(location): \(Self.named(stage, error))"
    case .stageFailed(let stage, let error):
      return Self.named(stage, error)
    case .interrupted(let stage):
      return "interrupted in stage \(stage); run the same command to resume"
    case .changedSincePlanned(let path):
      return "\(path): was modified since the run started; run the same command again to use the new content"
    case .notARunFolder(let folder, let name):
      return "\(folder): contains \(name), which segment did not write; choose another folder with --output"
    case .inputInsideRun(let path, let stage):
      return "\(path): is an input of this run and is in the folder of its stage \(stage), which would replace it; "
        + "copy the file elsewhere, or choose another folder with --output"
    case .resultsOfAnother(let folder, let stage, let other, let pipeline):
      return "\(folder): contains results of \(other), which reads other data than \(pipeline); "
        + "choose another folder with --output or another \"name:\", or add --force \(stage) to replace them"
    case .resultsAmongData(let folder, let data):
      return
        "\(folder): the run reads data from \(data), and results must not be among the data, since the next run would "
        + "read them as scans; choose a folder outside it with --output"
    case .locked(let folder, let process):
      return "\(folder): in use by another run\(process.map { " (process \($0))" } ?? ""); "
        + "wait until it ends, or choose another folder with --output"
    case .lockedByOther(let folder, let process):
      return
        "\(folder): in use by a run of other parameters or of another pipeline\(process.map { " (process \($0))" } ?? ""); "
        + "runs share a folder only if all their parameters are equal. Wait until it ends, or choose another folder with "
        + "--output"
    case .missingOutput(let stage, let output):
      return "\(stage): the stage did not write its output \"\(output)\" (a bug of this program)"
    case .missingInput(let stage, let input):
      return "\(stage): input \"\(input)\" is missing"
    }
  }

  /// The message of an error in a stage. Errors of stages that name their stage themselves need no second name.
  private static func named(_ stage: String, _ error: any Error) -> String {
    let text = "\(error)"
    return text.hasPrefix("\(stage): ") ? text : "\(stage): \(text)"
  }

  /// An error in the parameters of a stage; its own location takes precedence over that of the stage.
  init(_ error: any Error, inStage stage: String, at location: SourceLocation) {
    let located = error as? LocatedError
    self = .unusableStage(located?.location ?? location, stage: stage, error: located?.error ?? error)
  }
}

/// An error of another module about the value of a key.
public struct LocatedError: Error, Sendable, CustomStringConvertible {
  /// The location of the value.
  public let location: SourceLocation
  /// What is wrong.
  public let error: any Error

  /// Makes an error with a location.
  public init(location: SourceLocation, error: any Error) { (self.location, self.error) = (location, error) }

  /// The location and the message.
  public var description: String { "\(location): \(error)" }
}

/// Several errors that were found together.
public struct PipelineErrors: Error, Sendable, CustomStringConvertible {
  /// The errors, in the order of the file; at least one.
  public let errors: [any Error]

  /// Makes an aggregate.
  public init(_ errors: [any Error]) { self.errors = errors }

  /// The errors, those that say nothing of a place in the file in a stage's name.
  func named(_ stage: String, at location: SourceLocation) -> PipelineErrors {
    PipelineErrors(
      errors.map { error in
        error is PipelineFileError || error is PipelineError
          ? error : PipelineError(error, inStage: stage, at: location)
      })
  }

  /// One error a line.
  public var description: String { errors.map { "\($0)" }.joined(separator: "\n") }
}
