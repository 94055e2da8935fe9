import Datasets
import Files
import Foundation
import Jobs
import Machine
import Networks
import Pipelines
import Training

/// The run of a training loop whose model does not segment: resumed from its checkpoint, interrupted, ended.
struct LoopRun {
  let context: StageContext
  let training: TrainingParameters
  let data: TrainingData
  let score: ScoreName

  /// The options of the loop.
  func configuration(loss: LossTerms) -> TrainingConfiguration {
    TrainingConfiguration(
      seed: context.seed, stage: context.stage, loss: loss, options: training.options, optimiser: training.optimiser,
      schedule: training.schedule, patience: training.patience)
  }

  /// The number of samples of an epoch.
  var sampleCount: Int {
    let sites = RegionSampler.siteCount(data.training.map(\.grid.size), window: data.plan.window.gridSize)
    return training.samplesPerEpoch.samples(
      ofSites: sites, batch: training.options.batch, arePatches: data.plan.seesPatches)
  }

  /// What reports the loop's progress.
  func reporter(_ tally: AugmentationTally) -> TrainingReporter {
    TrainingReporter(
      context, tally: tally, cases: data.training + data.validation, hasValidation: !data.validation.isEmpty,
      score: score)
  }

  /// Trains, or resumes an interrupted training, and writes the model.
  ///
  /// - Parameter metadata: Of the model, once the loop has ended.
  /// - Throws: `Interrupted`; what the loop throws.
  func run(_ loop: TrainingLoop, _ weights: ParameterBuffer, metadata: () throws -> [String: String]) throws {
    context.log.info(
      "\(counted(sampleCount, "sample")) per epoch (\(data.plan.window)), "
        + "\(counted(data.validation.count, "validation case")), \(try loop.memoryBytes() >> 20) MiB for the network, "
        + "\(Threads.count) threads")
    let checkpoints = TrainingCheckpoints(in: context.folder)
    let checkpoint = try checkpoints.newest(log: context.log, check: loop.check)
    if let position = checkpoint?.position { context.log.info(TrainingRun.resumption(position, score: score)) }
    do {
      try loop.run(from: checkpoint)
    } catch TrainingError.stopped {
      throw Interrupted()
    }
    var file = WeightFile(metadata: try metadata())
    file.store(weights)
    try AtomicFile.write(file.encoded(), to: context.folder.appending(path: TrainingModels.name))
    try checkpoints.remove()
    if !training.keepsPrepared { try PreparedStore(in: context.folder).remove() }
    context.log.info(
      "ended after \(counted(loop.rows.count, "epoch")) (\(counted(loop.stepsDone, "step"))); "
        + "\(TrainingRun.weights(of: loop, score: score)) are kept")
  }
}
