import Datasets
import Pipelines
import Volumes

/// Checks which classes vanish from the labels of a training at the common spacing of a data set.
struct SpacingLosses {
  let dataset: Dataset

  /// Warns of every case in which a class vanishes.
  ///
  /// - Throws: `LabelProblem.vanished` where a class is left in none of the training's cases.
  func report(training: [PreparedCase], validation: [PreparedCase], to log: RunLog) throws {
    guard let spacing = dataset.commonSpacing, let classes = dataset.classes else { return }
    for item in training + validation {
      guard let loss = item.facts.loss, !loss.vanished.isEmpty else { continue }
      log.warning("case '\(item.id)': at \(spacing) \(loss)")
    }
    let present = Set(training.flatMap(\.facts.presentLabels).map(Int.init))
    let vanished = classes.names.indices.filter { !present.contains($0) }.map { classes.names[$0] }
    guard vanished.isEmpty else {
      throw DatasetError.labels(.vanished(classes: vanished, cases: training.count, spacing: spacing))
    }
  }
}
