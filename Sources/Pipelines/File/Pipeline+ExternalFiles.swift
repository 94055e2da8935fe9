extension Pipeline {
  /// Checks that the external files of every stage exist, and that stages produce what later stages require.
  ///
  /// - Throws: `PipelineErrors` with a `PipelineError.unusableStage` for each stage that does not.
  public func checkExternalFiles() throws { _ = try externalFiles(of: stages) }

  /// What stages read from outside the run, by the stage's name.
  func externalFiles(of stages: [StageInstance]) throws -> [String: [ExternalFile]] {
    var files: [String: [ExternalFile]] = [:]
    var forecasts: [String: Forecast] = [:]
    let places = Dictionary(self.stages.map { ($0.name, $0.coordinates) }, uniquingKeysWith: { first, _ in first })
    let errors = ErrorCollector()
    for stage in stages {
      guard errors.collecting(at: stage.location, { files[stage.name] = try stage.externalFiles() }) != nil else {
        continue
      }
      errors.collecting(at: stage.location) {
        forecasts[stage.name] = try stage.forecast(from: forecasts, seed: stage.seed ?? seed, places: places)
      }
    }
    guard errors.isEmpty else { throw errors.aggregate }
    return files
  }
}

extension StageInstance {
  /// The external files of the stage; errors carry the name of the stage.
  func externalFiles() throws -> [ExternalFile] { try inOwnName { try stage.externalFiles() } }

  /// What the stage knows of its outputs, given what those before it know of theirs.
  fileprivate func forecast(
    from forecasts: [String: Forecast], seed: UInt64, places: [String: Coordinates]
  ) throws -> Forecast {
    var known = Forecast()
    for input in inputs {
      if let forecast = forecasts[input.producer] { known.take(input.type, from: forecast) }
    }
    let context = ForecastContext(
      stage: name, seed: seed, inputs: known,
      sources: inputs.map { .init(type: $0.type, name: $0.producer, coordinates: places[$0.producer] ?? Coordinates()) }
    )
    return try inOwnName { try stage.forecast(context) }
  }

  private func inOwnName<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let errors as PipelineErrors {
      throw errors.named(name, at: location)
    } catch {
      throw PipelineError(error, inStage: name, at: location)
    }
  }
}
