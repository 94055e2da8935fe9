/// What a stage knows about its outputs before the run, by their types: the cases of a data set, the lists of a split.
///
/// Later stages check their parameters against it, so that an error in the last stage is found before the first runs.
public struct Forecast: Sendable {
  private var values: [ArtefactType: [any Sendable]] = [:]

  /// Makes an empty forecast.
  public init() {}

  /// Makes a forecast of one output.
  public init(_ type: ArtefactType, _ value: some Sendable) { values[type] = [value] }

  /// Adds what is known of a further output.
  public mutating func add(_ type: ArtefactType, _ value: some Sendable) { values[type, default: []].append(value) }

  /// What is known about an artefact; nil if nothing is known, or if it has another type.
  public func value<Value>(_ type: ArtefactType, as: Value.Type = Value.self) -> Value? {
    values[type]?.first as? Value
  }

  /// What is known about several artefacts of a type that a stage takes together; those of which nothing is known are left
  /// out.
  public func all<Value>(_ type: ArtefactType, as: Value.Type = Value.self) -> [Value] {
    (values[type] ?? []).compactMap { $0 as? Value }
  }

  /// Adds what another forecast knows about an artefact.
  mutating func take(_ type: ArtefactType, from other: Forecast) {
    if let known = other.values[type] { values[type, default: []] += known }
  }
}

/// The context of a stage's forecast.
public struct ForecastContext: Sendable {
  /// The stage's name.
  public let stage: String
  /// The pipeline's seed.
  public let seed: UInt64
  /// What is known of its inputs.
  public let inputs: Forecast
  /// The types of the inputs that some stage produces.
  public var connected: Set<ArtefactType> { Set(sources.map(\.type)) }
  let sources: [Source]

  /// A stage that an input comes from.
  public struct Source: Sendable {
    let type: ArtefactType
    /// The stage's name.
    public let name: String
    /// Its place in a matrix.
    public let coordinates: Coordinates
  }

  /// The stages that the inputs of a type come from, in order.
  public func sources(of type: ArtefactType) -> [Source] { sources.filter { $0.type == type } }
}
