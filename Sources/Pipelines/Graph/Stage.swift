import Foundation

/// A step of a pipeline: a kind of work with parameters, typed inputs and typed outputs.
///
/// A stage is a function of its parameters, the run's seed, the content of its inputs and of its external files. Equal
/// ones must give equal outputs, because a checkpoint is reused under this assumption.
public protocol Stage: Sendable {
  /// The name of the kind, as in a pipeline file: `fine-tune`.
  static var kind: String { get }
  /// Increased when the stage gives other outputs for the same inputs, so that older checkpoints are not up to date.
  static var version: Int { get }
  /// What the stage does, in one line of text.
  static var summary: String { get }
  /// What it takes from earlier stages; each type once.
  static var inputs: [StageInput] { get }
  /// What it produces; each type once.
  static var outputs: [StageOutput] { get }
  /// Further files to publish at the top of the run's folder, which are no part of its content.
  static var links: [StageLink] { get }

  /// Reads and checks the parameters.
  init(_ parameters: ParameterReader) throws

  /// The inputs that the stage takes with its parameters; `Self.inputs` unless it says otherwise.
  var neededInputs: [StageInput] { get }

  /// The files outside the run whose content the outputs depend on.
  ///
  /// Asked of every stage before any work, so that a missing folder or an empty glob is found first: throws then.
  func externalFiles() throws -> [ExternalFile]

  /// What is known of the outputs before any work, and a check of the parameters against what is known of the inputs.
  ///
  /// Asked of every stage before any work, after `externalFiles`; nothing that takes long, and only what is certain.
  func forecast(_ context: ForecastContext) throws -> Forecast

  /// The settings of the program, outside the pipeline file, that change the outputs, by name.
  ///
  /// Empty for the usual ones, so that results made before there was a setting are up to date.
  static var settings: [String: String] { get }

  /// Whether the stage runs again to restore a file beside its outputs, such as a table, that was lost or changed.
  ///
  /// False where that takes hours: then a warning names the file, and the outputs stay as they are.
  static var restoresOtherFiles: Bool { get }

  /// Folders inside the stage's folder whose files can be made again, such as prepared data: they are neither recorded nor
  /// missed, and go with the folder.
  static var cacheFolders: [String] { get }

  /// Does the work, in the context's folder; checks for an interruption where it can continue later.
  func run(_ context: StageContext) throws -> StageOutcome
}

extension Stage {
  /// None.
  public static var links: [StageLink] { [] }
  /// None.
  public static var settings: [String: String] { [:] }
  /// It does.
  public static var restoresOtherFiles: Bool { true }
  /// None.
  public static var cacheFolders: [String] { [] }
  /// `Self.inputs`.
  public var neededInputs: [StageInput] { Self.inputs }
  /// Nothing.
  public func forecast(_ context: ForecastContext) throws -> Forecast { Forecast() }
  /// None.
  public func externalFiles() throws -> [ExternalFile] { [] }
}

/// An artefact that a stage takes from an earlier one.
public struct StageInput: Hashable, Sendable {
  /// The artefact's type.
  public let type: ArtefactType
  /// Whether the stage cannot do without it.
  public let isRequired: Bool
  /// Whether the stage can take several of the type at once, such as models whose probabilities it averages.
  public let takesSeveral: Bool

  /// Makes an input.
  public init(_ type: ArtefactType, isRequired: Bool = true, takesSeveral: Bool = false) {
    self.type = type
    self.isRequired = isRequired
    self.takesSeveral = takesSeveral
  }
}

/// An artefact that a stage leaves in its folder; its content is hashed.
public struct StageOutput: Hashable, Sendable {
  /// The artefact's type.
  public let type: ArtefactType
  /// A file or folder inside the stage's folder.
  public let path: String
  /// The name of a link at the top of the run's folder, or nil.
  public let publishedAs: String?

  /// Makes an output.
  public init(_ type: ArtefactType, path: String, publishedAs: String? = nil) {
    self.type = type
    self.path = path
    self.publishedAs = publishedAs
  }
}

/// A file or folder that a stage may leave for people; its content is not hashed.
public struct StageLink: Hashable, Sendable {
  /// A file or folder inside the stage's folder; need not exist.
  public let path: String
  /// The name of the link at the top of the run's folder.
  public let publishedAs: String

  /// Makes a link.
  public init(path: String, publishedAs: String) {
    self.path = path
    self.publishedAs = publishedAs
  }
}

/// A file outside the run that a stage reads.
public struct ExternalFile: Hashable, Sendable {
  /// The file, or a folder with everything in it.
  public let url: URL
  /// What the file is to the stage, such as `image of case_7`, where that matters to the outputs as the content does.
  ///
  /// The path never matters: data that moved elsewhere are the same data.
  public let role: String
  /// The folder of data in which the stage looks for such files; nil where it does not search. Results must not be
  /// written there, since the next run would find them.
  public let searchedFolder: URL?

  /// Makes an external file; where a stage reads several, their order matters too.
  public init(_ url: URL, role: String = "", searchedFolder: URL? = nil) {
    self.url = url
    self.role = role
    self.searchedFolder = searchedFolder
  }
}

/// The outcome of a stage.
public enum StageOutcome: Hashable, Sendable {
  /// Everything is done.
  case done
  /// Done, but this many cases could not be and are listed in the stage's folder; the run's exit code is then 4.
  case doneExcept(quarantined: Int)

  /// The number of skipped cases.
  var quarantined: Int {
    if case .doneExcept(let count) = self { count } else { 0 }
  }
}
