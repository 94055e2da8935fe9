extension Pipeline {
  /// Checks that every stage finds what it reads from outside the run.
  ///
  /// - Throws: `PipelineErrors` with a `PipelineError.stageFailed` for each stage that does not.
  public func checkExternalFiles() throws { _ = try externalFiles(of: stages) }

  /// What stages read from outside the run, by the stage's name.
  func externalFiles(of stages: [StageInstance]) throws -> [String: [ExternalFile]] {
    var files: [String: [ExternalFile]] = [:]
    let errors = ErrorCollector()
    for stage in stages {
      errors.collecting(at: stage.location) { files[stage.name] = try stage.externalFiles() }
    }
    guard errors.isEmpty else { throw errors.aggregate }
    return files
  }
}

extension StageInstance {
  /// What the stage reads from outside the run; what it throws is told in its name.
  func externalFiles() throws -> [ExternalFile] {
    do {
      return try stage.externalFiles()
    } catch {
      throw PipelineError.stageFailed(stage: name, error: error)
    }
  }
}
