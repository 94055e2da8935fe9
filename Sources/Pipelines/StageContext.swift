import Foundation

/// What a stage is given to run.
public struct StageContext: Sendable {
  /// The stage's name, unique in the pipeline: a part of the keys of its random draws.
  public let stage: String
  /// The pipeline's seed.
  public let seed: UInt64
  /// Where the stage writes; the names `manifest.json` and `fingerprint.json` are the runner's.
  public let folder: URL
  /// Whether the folder holds what an earlier run of the same work left when it was killed.
  public let isResuming: Bool
  /// The log, in the stage's name.
  public let log: RunLog
  /// Whether to stop.
  public let interruption: Interruption
  private let inputs: [ArtefactType: URL]

  /// Makes a context; `inputs` are the files or folders of earlier stages' outputs.
  public init(
    stage: String, seed: UInt64, folder: URL, inputs: [ArtefactType: URL], isResuming: Bool = false, log: RunLog,
    interruption: Interruption = Interruption()
  ) {
    self.stage = stage
    self.seed = seed
    self.folder = folder
    self.inputs = inputs
    self.isResuming = isResuming
    self.log = log
    self.interruption = interruption
  }

  /// The file or folder of a required input.
  ///
  /// - Throws: `PipelineError.missingInput` where no stage produces it.
  public func input(_ type: ArtefactType) throws -> URL {
    guard let url = inputs[type] else { throw PipelineError.missingInput(stage: stage, input: type) }
    return url
  }

  /// The file or folder of an optional input, or nil.
  public func optionalInput(_ type: ArtefactType) -> URL? { inputs[type] }
}
