/// Gathers the errors of a file, so that they are told together.
final class ErrorCollector {
  private var errors: [(location: SourceLocation, error: any Error)] = []

  /// Runs a part of the work; nil, and the error kept, where it throws.
  @discardableResult
  func collecting<Value>(at location: SourceLocation, _ body: () throws -> Value) -> Value? {
    do {
      return try body()
    } catch {
      add(error, at: location)
      return nil
    }
  }

  /// Keeps an error; its own place, where it has one, goes before the given one.
  func add(_ error: any Error, at location: SourceLocation) {
    switch error {
    case let error as PipelineFileError: errors.append((error.location ?? location, error))
    case let aggregate as PipelineErrors: aggregate.errors.forEach { add($0, at: location) }
    default: errors.append((location, error))
    }
  }

  var isEmpty: Bool { errors.isEmpty }

  /// What was gathered, in the order of the file.
  ///
  /// The fault of a variable shows wherever the variable is used, but is told once.
  var aggregate: PipelineErrors {
    var told: Set<PipelineFileError> = []
    return PipelineErrors(
      errors.sorted { $0.location < $1.location }.map(\.error).filter { error in
        (error as? PipelineFileError).map { told.insert($0).inserted } ?? true
      })
  }
}
