/// An error in a pipeline file, or in the command-line arguments that change it.
public enum PipelineFileError: Error, Hashable, Sendable {
  /// The file cannot be read.
  case unreadable(path: String, reason: String)
  /// The text is not YAML.
  case invalidYAML(SourceLocation, problem: String)
  /// A key occurs twice in a mapping.
  case duplicateKey(SourceLocation, key: String)
  /// A key that its owner does not know.
  case unknownKey(SourceLocation, owner: String, key: String, suggestion: String?, known: [String])
  /// A required key is absent; `misspelling` is a key that may have been meant for it.
  case missingKey(SourceLocation, owner: String, key: String, expected: String, misspelling: String?)
  /// A value of the wrong type or out of range.
  case invalidValue(SourceLocation, parameter: String, expected: String, found: String, suggestion: String?)
  /// An element of `stages` with more than one key.
  case malformedStage(SourceLocation, keys: [String])
  /// A stage of a kind that does not exist.
  case unknownStageKind(SourceLocation, kind: String, suggestion: String?, known: [String])
  /// Two stages have the same name.
  case duplicateStageName(SourceLocation, name: String, first: SourceLocation)
  /// No earlier stage produces what a stage needs.
  case missingProducer(SourceLocation, stage: String, input: ArtefactType, producers: [String])
  /// `from:` names a stage that does not exist.
  case unknownSource(SourceLocation, stage: String, source: String, suggestion: String?, earlier: [String])
  /// `from:` names a stage that is not an earlier one.
  case sourceNotEarlier(SourceLocation, stage: String, source: String)
  /// `from:` names a stage that produces nothing the stage takes, or not the type asked of it.
  case uselessSource(SourceLocation, stage: String, source: String, inputs: [ArtefactType])
  /// `from:` lists two stages that produce one input.
  case ambiguousSources(SourceLocation, stage: String, input: ArtefactType, sources: [String])
  /// `from:` names an input that the stage does not take.
  case unknownInput(SourceLocation, stage: String, input: String, suggestion: String?, known: [String])
  /// `${name}` of a variable that nobody defines.
  case undefinedVariable(SourceLocation, name: String, suggestion: String?)
  /// `${env:NAME}` of an environment variable that is not set; `variable` is the pipeline's variable that asks for it.
  case undefinedEnvironmentVariable(SourceLocation, name: String, variable: String?)
  /// Variables that refer to each other in a circle.
  case circularVariables(SourceLocation, names: [String])
  /// A `${` that is not followed by a name and `}`.
  case malformedSubstitution(SourceLocation, text: String)
  /// A matrix of too many combinations, or that makes too many stages.
  case largeMatrix(SourceLocation, count: Int, limit: Int)
  /// An axis that the matrix does not have.
  case unknownAxis(SourceLocation, owner: String, axis: String, suggestion: String?, known: [String])
  /// An axis that no stage refers to.
  case unusedAxis(SourceLocation, axis: String)
  /// The name of a stage is too long for a folder.
  case longName(SourceLocation, name: String, limit: Int)
  /// An input that takes one artefact, of which the matrix makes several.
  case severalInstances(SourceLocation, stage: String, input: ArtefactType, sources: [String])
  /// A stage that uses the value of an axis over which it collects.
  case collectedAxis(SourceLocation, stage: String, axis: String)
  /// `collect:` of a stage that has no input for several artefacts.
  case collectsNothing(SourceLocation, stage: String, inputs: [ArtefactType])
  /// A stage of which the matrix makes none.
  case noInstances(SourceLocation, stage: String)
  /// An argument `--set` that is not `key=value`; examples of the command's.
  case malformedOverride(String, examples: [String])
  /// An argument `--set` for a stage that does not exist.
  case unknownOverrideTarget(SourceLocation, name: String, suggestion: String?, known: [String])
  /// An argument `--set variables.NAME` for a variable that nobody defines or uses.
  case unusedVariable(SourceLocation, name: String, suggestion: String?)
  /// `--until` or `--force` with a stage that does not exist.
  case unknownStage(option: String, name: String, suggestion: String?, known: [String])

  /// `--only` that no stage fits.
  case nothingSelected(only: String, axes: [String], suggestion: String?)

  /// `--force` with a stage that `--only` leaves out.
  case forcedOutside(stage: String)
  /// `--force` with a stage that comes after the one of `--until`.
  case forcedAfterLast(stage: String, last: String)

  /// The location of the error; nil if it has none in a file.
  public var location: SourceLocation? {
    switch self {
    case .invalidYAML(let location, _), .duplicateKey(let location, _), .unknownKey(let location, _, _, _, _),
      .missingKey(let location, _, _, _, _), .invalidValue(let location, _, _, _, _),
      .malformedStage(let location, _), .unknownStageKind(let location, _, _, _),
      .duplicateStageName(let location, _, _), .missingProducer(let location, _, _, _),
      .unknownSource(let location, _, _, _, _), .sourceNotEarlier(let location, _, _),
      .uselessSource(let location, _, _, _), .ambiguousSources(let location, _, _, _),
      .unknownInput(let location, _, _, _, _), .undefinedVariable(let location, _, _),
      .undefinedEnvironmentVariable(let location, _, _), .circularVariables(let location, _),
      .malformedSubstitution(let location, _), .unknownOverrideTarget(let location, _, _, _),
      .unusedVariable(let location, _, _), .largeMatrix(let location, _, _), .unknownAxis(let location, _, _, _, _),
      .severalInstances(let location, _, _, _), .collectedAxis(let location, _, _),
      .collectsNothing(let location, _, _), .noInstances(let location, _), .unusedAxis(let location, _),
      .longName(let location, _, _):
      location
    case .unreadable, .malformedOverride, .unknownStage, .nothingSelected, .forcedOutside, .forcedAfterLast: nil
    }
  }
}
