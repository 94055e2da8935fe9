import Foundation

/// The context in which a stage runs: seed, folder, inputs, log and interruption.
public struct StageContext: Sendable {
  /// The stage's name, unique in the pipeline: a part of the keys of its random draws.
  public let stage: String
  /// The pipeline's seed.
  public let seed: UInt64
  /// Where the stage writes; the names `manifest.json` and `fingerprint.json` are the runner's.
  public let folder: URL
  /// Where earlier work of the stage, of other parameters, may have left files that can be used again, such as the cache
  /// folders of its checkpoint. They may be read and linked, not changed.
  public let earlierFolders: [URL]
  /// Whether the folder contains the unfinished work of an interrupted run with the same fingerprint.
  public let isResuming: Bool
  /// The log, in the stage's name.
  public let log: RunLog
  /// Whether to stop.
  public let interruption: Interruption
  private let inputs: [ArtefactType: [Input]]
  private let plannedFiles: PlannedFiles

  /// An artefact of an earlier stage.
  public struct Input: Sendable {
    /// The file or folder.
    public let url: URL
    /// The name of the stage that it comes from.
    public let name: String
    /// The place of that stage in a matrix.
    public let coordinates: Coordinates
    let producer: any Stage
  }

  init(
    stage: String, seed: UInt64, folder: URL, earlierFolders: [URL], inputs: [ArtefactType: [Input]],
    plannedFiles: PlannedFiles,
    isResuming: Bool, log: RunLog, interruption: Interruption
  ) {
    self.stage = stage
    self.seed = seed
    self.folder = folder
    self.earlierFolders = earlierFolders
    self.inputs = inputs
    self.plannedFiles = plannedFiles
    self.isResuming = isResuming
    self.log = log
    self.interruption = interruption
  }

  /// The file or folder of a required input.
  ///
  /// - Throws: `PipelineError.missingInput` where no stage produces it.
  public func input(_ type: ArtefactType) throws -> URL {
    guard let url = inputs[type]?.first?.url else { throw PipelineError.missingInput(stage: stage, input: type) }
    return url
  }

  /// The file or folder of an optional input, or nil.
  public func optionalInput(_ type: ArtefactType) -> URL? { inputs[type]?.first?.url }

  /// All artefacts of a type that the stage takes together, in the order of the file.
  public func all(_ type: ArtefactType) -> [Input] { inputs[type] ?? [] }

  /// The stage that an input comes from, with the parameters of this run; nil where no stage produces it.
  ///
  /// Whatever is true of this run alone, such as where files are, is asked of it and not read from its checkpoint.
  public func producer(of type: ArtefactType) -> (any Stage)? { inputs[type]?.first?.producer }

  /// Checks, after a file outside the run was read, that it has the content that the run was planned with.
  ///
  /// - Throws: `PipelineError.changedSincePlanned`; `FileError` where it is no longer there.
  public func check(_ files: [URL]) throws {
    for file in files where try !plannedFiles.isUnchanged(file) {
      throw PipelineError.changedSincePlanned(path: file.path)
    }
  }
}
