import Files
import Foundation
import Jobs
import Networks
import Pipelines
import Review
import Training

/// Tells of a training in the log and keeps its files: `progress.csv`, its plot, and the checkpoint.
struct TrainingReporter: TrainingObserver {
  private let context: StageContext
  private let tally: AugmentationTally
  private static let checkpointName = "checkpoint.safetensors"

  init(_ context: StageContext, tally: AugmentationTally) { (self.context, self.tally) = (context, tally) }

  private func file(_ name: String) -> URL { context.folder.appending(path: name) }

  /// What a killed attempt left; nil for a fresh start.
  func checkpoint() throws -> TrainingCheckpoint? {
    let url = file(Self.checkpointName)
    guard context.isResuming, FileManager.default.fileExists(atPath: url.path) else { return nil }
    return TrainingCheckpoint(file: try WeightFile(contentsOf: url))
  }

  func save(_ checkpoint: TrainingCheckpoint) throws {
    try AtomicFile.write(checkpoint.file.encoded(), to: file(Self.checkpointName))
  }

  /// Removes the checkpoint of a finished training: the model stands.
  func finish() throws {
    try FileManager.default.removeItem(at: file(Self.checkpointName))
  }

  var isStopRequested: Bool { context.interruption.isRequested }

  func didStep(_ progress: StepProgress) {
    let share = Double(progress.epoch * progress.steps + progress.step) / Double(progress.epochs * progress.steps)
    let loss = progress.loss.map { ", loss \(decimals($0, 4))" } ?? ""
    let left = progress.secondsLeft.map { ", \(duration($0)) left" } ?? ""
    context.log.progress(
      "epoch \(progress.epoch + 1)/\(progress.epochs), step \(progress.step)/\(progress.steps)\(loss)\(left)",
      ["share": .double(share)])
  }

  func didFinishEpoch(_ rows: [ProgressRow]) throws {
    try AtomicFile.write(Data(ProgressTable.csv(rows).utf8), to: file("progress.csv"))
    try AtomicFile.write(ProgressPlot.png(rows, title: context.stage), to: file("progress.png"))
    guard let row = rows.last else { return }
    var text = "epoch \(row.epoch): training loss \(decimals(row.trainLoss, 4))"
    if let loss = row.validationLoss { text += ", validation loss \(decimals(loss, 4))" }
    if let dice = row.meanForegroundDice { text += ", Dice \(decimals(dice, 4))" }
    context.log.info(text + ", \(duration(row.seconds))")
    if let report = tally.takeReport() { context.log.info(report) }
  }
}
