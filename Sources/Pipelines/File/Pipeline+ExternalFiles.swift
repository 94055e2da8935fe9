extension Pipeline {
  /// Checks that the external files of every stage exist, and that stages produce what later stages require.
  ///
  /// - Throws: `PipelineErrors` with a `PipelineError.unusableStage` for each stage that does not.
  public func checkExternalFiles() throws { _ = try externalFiles(of: stages) }

  /// What stages read from outside the run, by the stage's name.
  func externalFiles(of stages: [StageInstance]) throws -> [String: [ExternalFile]] {
    var files: [String: [ExternalFile]] = [:]
    var forecasts: [String: Forecast] = [:]
    let errors = ErrorCollector()
    for stage in stages {
      guard errors.collecting(at: stage.location, { files[stage.name] = try stage.externalFiles() }) != nil else {
        continue
      }
      errors.collecting(at: stage.location) {
        forecasts[stage.name] = try stage.forecast(from: forecasts, seed: stage.seed ?? seed)
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
  fileprivate func forecast(from forecasts: [String: Forecast], seed: UInt64) throws -> Forecast {
    var known = Forecast()
    for input in inputs {
      if let forecast = forecasts[input.producer] { known.take(input.type, from: forecast) }
    }
    let context = ForecastContext(stage: name, seed: seed, inputs: known, connected: Set(inputs.map(\.type)))
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
