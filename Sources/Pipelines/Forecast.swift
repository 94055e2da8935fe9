/// What a stage knows of its outputs before any work, by their types: the cases of a data set, the lists of a split.
///
/// Later stages check what they ask for against it, so that an error in the last stage does not wait for the first.
public struct Forecast: Sendable {
  private var values: [ArtefactType: any Sendable] = [:]

  /// Knows nothing.
  public init() {}

  /// Knows one output.
  public init(_ type: ArtefactType, _ value: some Sendable) { values[type] = value }

  /// What is known of an artefact; nil where nothing is, or it is of another type.
  public func value<Value>(_ type: ArtefactType, as: Value.Type = Value.self) -> Value? { values[type] as? Value }

  /// Takes over what another forecast knows of an artefact.
  mutating func take(_ type: ArtefactType, from other: Forecast) { values[type] = other.values[type] }
}

/// What a stage is given to tell before any work.
public struct ForecastContext: Sendable {
  /// The stage's name.
  public let stage: String
  /// The pipeline's seed.
  public let seed: UInt64
  /// What is known of its inputs.
  public let inputs: Forecast
  /// The types of the inputs that some stage produces.
  public let connected: Set<ArtefactType>
}
