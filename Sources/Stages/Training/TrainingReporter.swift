import Drawing
import Files
import Foundation
import Jobs
import Machine
import Networks
import Pipelines
import Review
import Training

/// Reports a training in the log and writes its files: `progress.csv`, its plot, and the checkpoint.
struct TrainingReporter: TrainingObserver {
  private let context: StageContext
  private let tally: AugmentationTally
  /// The cases of the training and the validation.
  private let cases: [PreparedCase]
  private let hasValidation: Bool
  private let score: ScoreName
  private let checkpoints: TrainingCheckpoints

  init(
    _ context: StageContext, tally: AugmentationTally, cases: [PreparedCase], hasValidation: Bool,
    score: ScoreName = .dice
  ) {
    (self.context, self.tally, self.cases, self.hasValidation) = (context, tally, cases, hasValidation)
    self.score = score
    checkpoints = TrainingCheckpoints(in: context.folder)
  }

  private func file(_ name: String) -> URL { context.folder.appending(path: name) }

  /// Saves a checkpoint, unless it may come from a prepared case that was changed: then the last one counts.
  func save(_ checkpoint: TrainingCheckpoint) throws {
    if let file = cases.lazy.compactMap(\.changedFile).first {
      throw StageError.preparedCaseChanged(stage: context.stage, file: file)
    }
    try checkpoints.save(checkpoint)
  }

  var isStopRequested: Bool { context.interruption.isRequested }

  func didStep(_ progress: StepProgress) {
    let loss = progress.loss.map { ", loss \(decimals($0, 4))" } ?? ""
    let left = progress.secondsLeft.map { ", \(duration($0)) left" } ?? ""
    context.log.progress(
      "epoch \(progress.epoch + 1)\(progress.epochs.map { "/\($0)" } ?? ""), step \(progress.step)/\(progress.steps)\(loss)\(left)",
      ["share": .double(progress.share)])
  }

  func didScoreStart(_ start: Score) {
    let number = start.primary.map { "validation \(score.title) \(decimals($0, 4))" } ?? "no validation \(score.title)"
    let loss = start.loss.map { ", validation loss \(decimals($0, 4))" } ?? ""
    context.log.info("before the first step: \(number)\(loss)")
  }

  func didNotice(_ concern: TrainingConcern) { context.log.warning("\(concern)") }

  func didFinishEpoch(_ rows: [ProgressRow], emptySteps: Int) throws {
    try AtomicFile.write(
      Data(ProgressTable(primaryName: score.key).csv(rows).utf8), to: file("progress.csv"))
    try draw(rows)
    guard let row = rows.last else { return }
    func text(_ loss: Double?) -> String { loss.map { decimals($0, 4) } ?? "undefined" }
    var line = "epoch \(row.epoch): training loss \(text(row.trainLoss))"
    if hasValidation { line += ", validation loss \(text(row.validationLoss))" }
    if let number = row.score { line += ", validation \(score.title) \(decimals(number, 4))" }
    if let number = row.columns.first(where: { $0.name == "averaged_weights_\(score.key)" })?.value {
      line += " (averaged weights \(decimals(number, 4)))"
    }
    for column in row.columns {
      guard let scan = ScoreName.ofScans.first(where: { $0.key == column.name }), let value = column.value else {
        continue
      }
      line += ", validation \(scan.title) \(decimals(value, 4))"
    }
    context.log.info(line + ", \(duration(row.seconds))")
    warn(row, emptySteps: emptySteps)
    if let report = tally.takeReport() { context.log.info(report) }
  }

  /// Draws the progress; where nothing can be drawn, the training goes on without it.
  private func draw(_ rows: [ProgressRow]) throws {
    let plot = ProgressPlot.plot(rows, title: context.stage, score: score)
    do {
      try AtomicFile.write(plot.data(as: .png(scale: 1)), to: file("progress.png"))
      try AtomicFile.write(plot.data(as: .svg), to: file("progress.svg"))
    } catch  where error is DrawingError || error is MachineError {
      if rows.count == 1 { context.log.warning("progress.csv is not drawn: \(error)") }
    }
  }

  /// Warns of undefined losses: the training or validation part had no pixel that counts.
  private func warn(_ row: ProgressRow, emptySteps: Int) {
    if row.trainLoss == nil {
      context.log.warning(
        "epoch \(row.epoch): no pixel of the training samples counts, so the network does not learn; check the labels, class_weights and "
          + "the augmentation")
    } else if emptySteps > 0 {
      context.log.warning(
        "epoch \(row.epoch): no pixel counts in the samples of \(emptySteps) \(emptySteps == 1 ? "step" : "steps"); check the "
          + "labels and the augmentation")
    }
  }
}
