import Configurations
import Jobs
import Networks
import Pipelines
import Training

/// The parameters that `train` and `fine-tune` have in common.
struct TrainingParameters {
  let loss: LossTerms
  /// Where the weights of classes of each loss are.
  private let weightLocations: [SourceLocation]
  private(set) var options: TrainingOptions
  let patience: Patience?
  let schedule: any ScheduleConfiguration
  let optimiser: any OptimiserConfiguration
  /// The extent of samples; nil: the largest slice, or what suits the volumes.
  let patch: PatchSize?
  /// The share of the samples smaller than their volumes that are placed on the foreground, 0...1.
  private(set) var foreground: Double
  /// Whether the batch and the foreground follow from the network, which is not known yet.
  private let areAutomatic: (batch: Bool, foreground: Bool)
  let samplesPerEpoch: SamplesPerEpoch
  /// Whether the prepared cases are stored on disk, whatever their size, and stay there after the training.
  let keepsPrepared: Bool

  /// - Parameters:
  ///   - rateFactor: Of the optimiser's own default learning rate.
  ///   - epochs: The default.
  ///   - dimensions: Of the network; nil: not known yet.
  ///   - fixedLoss: The loss, where the file does not choose it.
  init(
    _ parameters: ParameterReader, rateFactor: Double = 1, epochs: Int, dimensions: Int?,
    loss fixedLoss: LossTerms? = nil
  ) throws {
    parameters.alias("optimizer", of: "optimiser")
    parameters.alias("batch_size", of: "batch")
    parameters.alias("patch_size", of: "patch")
    let terms = fixedLoss == nil ? try LossTerms.read(parameters) : []
    loss = fixedLoss ?? LossTerms(terms.map(\.term))
    weightLocations = terms.map(\.parameters).map { $0.location(of: "class_weights") }
    optimiser = try Self.optimiser(
      try parameters.nested("optimiser", mainKey: "kind", wasMapping: true), rateFactor: rateFactor)
    let names = Schedules.all.map { $0.name }
    let (name, curve) = try parameters.kinds("schedule", of: names)[0]
    schedule = try Schedules.all[names.firstIndex(of: name) ?? 0].read(curve)
    var defaults = TrainingOptions()
    defaults.batch = Self.batch(dimensions: dimensions)
    defaults.epochs = parameters.has("steps") || parameters.has("minutes") ? nil : epochs
    if dimensions == nil {
      let batch = try parameters.value(
        "batch", .parsed("a whole number from 1 to 4096, or automatic") { NumberOrAutomatic($0, in: 1...4096) },
        default: NumberOrAutomatic(nil), absent: .int(defaults.batch))
      let foreground = try parameters.value(
        "foreground", .parsed("a number from 0 to 1, or automatic") { NumberOrAutomatic($0, in: 0...1.0) },
        default: NumberOrAutomatic(nil), absent: .int(0))
      defaults.batch = batch.number ?? defaults.batch
      self.foreground = foreground.number ?? 0
      areAutomatic = (batch.number == nil, foreground.number == nil)
    } else if fixedLoss != nil {
      (foreground, areAutomatic) = (0, (false, false))
    } else {
      // Until version 0.3 there was none, and 2-D networks have none by default.
      foreground = try parameters.double(
        "foreground", default: Self.foreground(dimensions: dimensions), in: .within(0...1), absent: 0)
      areAutomatic = (false, false)
    }
    options = try parameters.configuration(defaults, without: dimensions == nil ? ["batch"] : [])
    patience = try parameters.optionalNested("patience", mainKey: "epochs")?.configuration()
    patch = try PatchSize.read(parameters, dimensions: dimensions)
    // Until version 0.2 an epoch had each slice once, and a file without the key has no value of it in its fingerprint.
    samplesPerEpoch = try parameters.value(
      "samples_per_epoch", .parsed("a whole number of at least 1, automatic or all", SamplesPerEpoch.init),
      default: .automatic, absent: .text("all"))
    keepsPrepared = try parameters.sideSetting("keep_prepared", default: false)
    let deciding = ["epochs", "steps", "batch", "samples_per_epoch"]
    if let epochs = mostEpochs, !deciding.contains(where: parameters.wasRefused) {
      try schedule.check(curve, epochs: epochs)
    }
  }

  private static func batch(dimensions: Int?) -> Int { dimensions == 3 ? 2 : TrainingOptions().batch }
  private static func foreground(dimensions: Int?) -> Double { dimensions == 3 ? 0.33 : 0 }

  /// The same with what suits a network, where the file does not say it.
  func suiting(dimensions: Int) -> TrainingParameters {
    var parameters = self
    if areAutomatic.batch { parameters.options.batch = Self.batch(dimensions: dimensions) }
    if areAutomatic.foreground { parameters.foreground = Self.foreground(dimensions: dimensions) }
    return parameters
  }

  /// The epochs of the training, or the most that its steps can take; nil where that depends on its time.
  var mostEpochs: Int? {
    options.epochs ?? options.steps.map { ($0 - 1) / samplesPerEpoch.leastSteps(batch: options.batch) + 1 }
  }

  private static func optimiser(
    _ parameters: ParameterReader, rateFactor: Double
  ) throws -> any OptimiserConfiguration {
    let names = Optimisers.all.map { $0.name }
    let name = try parameters.word("kind", of: names, default: names[0])
    if name == SGDConfiguration.name, parameters.has("momentum") {
      try parameters.refuse("momentum", expected: "no momentum with kind: sgd; write kind: momentum, or nesterov")
    }
    return try Optimisers.all[names.firstIndex(of: name) ?? 0].read(parameters, rateFactor: rateFactor)
  }

  /// Checks before any work that there will be labels and cases to train on, and that the weights of classes are those of
  /// classes that there are.
  ///
  /// - Throws: `PipelineErrors` of `StageError.noLabels`, `.emptyPart` and, for each loss, `.classWeights`.
  func check(_ context: ForecastContext) throws {
    var errors: [any Error] = []
    for check in [context.requireLabels, { try context.requireCases(in: .train) }] {
      do { try check() } catch { errors.append(error) }
    }
    if let names = context.dataset?.classNames {
      errors += loss.problems(names: names).map { term, problem in
        LocatedError(location: weightLocations[term], error: StageError.classWeights(stage: context.stage, problem))
      }
    }
    if !errors.isEmpty { throw PipelineErrors(errors) }
  }

  /// - Parameter census: Of the training cases.
  func configuration(seed: UInt64, stage: String, census: ClassCensus) -> TrainingConfiguration {
    TrainingConfiguration(
      seed: seed, stage: stage, loss: loss.weighted(by: census), options: options, optimiser: optimiser,
      schedule: schedule, patience: patience)
  }
}

extension OptimiserConfiguration {
  fileprivate static func read(
    _ parameters: ParameterReader, rateFactor: Double
  ) throws -> any OptimiserConfiguration {
    var defaults = Self()
    defaults.learningRate *= rateFactor
    return try parameters.configuration(defaults)
  }
}

extension ScheduleConfiguration {
  fileprivate static func read(_ parameters: ParameterReader) throws -> any ScheduleConfiguration {
    let schedule: Self = try parameters.configuration()
    return schedule
  }

  /// Refuses a schedule that is longer than the training.
  fileprivate func check(_ parameters: ParameterReader, epochs: Int) throws {
    guard let problem = problem(epochs: epochs) else { return }
    try parameters.refuse(problem.key, expected: problem.expected, found: problem.found)
  }
}
