/// Collects the errors of a file, so that they are reported together.
final class ErrorCollector {
  private var errors: [(location: SourceLocation, error: any Error)] = []

  /// Runs a part of the work; if it throws, keeps the error and returns nil.
  @discardableResult
  func collecting<Value>(at location: SourceLocation, _ body: () throws -> Value) -> Value? {
    do {
      return try body()
    } catch {
      add(error, at: location)
      return nil
    }
  }

  /// Keeps an error; its own location, if any, takes precedence over the given one.
  func add(_ error: any Error, at location: SourceLocation) {
    switch error {
    case let error as PipelineFileError: errors.append((error.location ?? location, error))
    case PipelineError.unusableStage(let own, _, _): errors.append((own, error))
    case let aggregate as PipelineErrors: aggregate.errors.forEach { add($0, at: location) }
    default: errors.append((location, error))
    }
  }

  var isEmpty: Bool { errors.isEmpty }

  /// The collected errors, in the order of the file.
  ///
  /// An error in a variable occurs at each use of the variable, but is reported once.
  var aggregate: PipelineErrors {
    var told: Set<PipelineFileError> = []
    return PipelineErrors(
      errors.sorted { $0.location < $1.location }.map(\.error).filter { error in
        (error as? PipelineFileError).map { told.insert($0).inserted } ?? true
      })
  }
}
