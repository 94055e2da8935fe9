import Files
import Machine
import Networks
import Pipelines

/// Applies `work` to each of the named things, several at a time; the results in the order of the names.
///
/// - Throws: `JobError.badCases` with everything that failed, in the same order; `FileError` where something could not be
///   written, which is no fault of a case.
package func inParallel<Result>(_ names: [String], _ work: (String) throws -> Result) throws -> [Result] {
  let (results, failures) = attemptInParallel(names, work)
  if failures.contains(where: { $0.error is Interrupted }) { throw Interrupted() }
  if let error = failures.lazy.compactMap({ $0.error as? FileError }).first(where: \.isAboutWriting) { throw error }
  guard failures.isEmpty else { throw JobError.badCases(failures, of: names.count) }
  return results.compactMap { $0 }
}

/// Applies `work` to each of the named things, one after the other.
///
/// - Throws: `JobError.badCases` with everything that failed.
package func inOrder<Element, Result>(
  _ names: [String], _ elements: [Element], _ work: (Element) throws -> Result
) throws -> [Result] {
  var results: [Result] = []
  var failures: [JobError.BadCase] = []
  for (name, element) in zip(names, elements) {
    do {
      results.append(try work(element))
    } catch {
      failures.append(JobError.BadCase(name: name, error: error))
    }
  }
  guard failures.isEmpty else { throw JobError.badCases(failures, of: names.count) }
  return results
}

/// As `inParallel`, but gives the failures beside the results, which are nil for them.
///
/// What had not enough memory beside the others is tried once more alone.
package func attemptInParallel<Result>(
  _ names: [String], _ work: (String) throws -> Result
) -> (results: [Result?], failures: [JobError.BadCase]) {
  var outcomes = [Swift.Result<Result, any Error>?](repeating: nil, count: names.count)
  outcomes.withUnsafeMutableBufferPointer { outcomes in
    // Each thread writes to places of its own.
    let places = outcomes
    Threads.forEach(names.count) { index in
      places[index] = Swift.Result { try work(names[index]) }
    }
  }
  for (index, outcome) in outcomes.enumerated() where names.count > 1 {
    guard case .failure(MachineError.notEnoughMemory) = outcome else { continue }
    outcomes[index] = Swift.Result { try work(names[index]) }
  }
  var results: [Result?] = []
  var failures: [JobError.BadCase] = []
  for (name, outcome) in zip(names, outcomes) {
    switch outcome {
    case .success(let result): results.append(result)
    case .failure(let error):
      results.append(nil)
      failures.append(JobError.BadCase(name: name, error: error))
    case nil: preconditionFailure("every index is visited")
    }
  }
  return (results, failures)
}
