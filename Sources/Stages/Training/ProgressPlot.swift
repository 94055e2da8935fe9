import Foundation
import Jobs
import Review
import Training

/// The plot beside `progress.csv`.
enum ProgressPlot {
  static func plot(_ rows: [ProgressRow], title: String, score: ScoreName) -> LinePlot {
    func series(_ name: String, _ value: (ProgressRow) -> Double?) -> LinePlot.Series? {
      rows.contains { value($0) != nil } ? LinePlot.Series(name: name, values: rows.map { value($0) ?? .nan }) : nil
    }
    let losses = [series("training", \.trainLoss), series(score.lossTitle, \.validationLoss)]
    let averaged = "averaged_weights_\(score.key)"
    let scores = [
      series("validation", \.score), series("validation, mean of the last epochs", \.averagedScore),
      series("validation of the averaged weights") { row in row.columns.first { $0.name == averaged }?.value },
    ]
    var panels = [LinePlot.Panel(title: "loss", series: losses.compactMap { $0 })]
    if scores.contains(where: { $0 != nil }) {
      panels.append(LinePlot.Panel(title: score.axisTitle, series: scores.compactMap { $0 }, covering: score.range))
    }
    return LinePlot(title: title, xTitle: "epoch", panels: panels)
  }
}
