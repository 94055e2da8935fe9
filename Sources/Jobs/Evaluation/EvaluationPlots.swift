import Drawing
import Foundation
import Machine
import Metrics
import Pipelines
import Review

/// The plots of an evaluation, each as PNG and SVG.
package struct EvaluationPlots {
  /// The folder beside the tables.
  package static let folder = "plots"
  /// The names of all plots, without ending.
  package static let names = ["boxes", "bland_altman", "confusion", "curves", "reliability"]

  private let report: EvaluationReport

  package init(_ report: EvaluationReport) { self.report = report }

  /// The files by their paths; plots without anything to show are left out. Where nothing can be drawn, a warning says why.
  package func files(log: RunLog) throws -> [(name: String, data: Data)] {
    do {
      return try drawn()
    } catch let error as DrawingError {
      log.warning("the tables are not drawn: \(error)")
    } catch let error as MachineError {
      log.warning("the tables are not drawn: \(error)")
    }
    return []
  }

  private func drawn() throws -> [(name: String, data: Data)] {
    let sheets = [boxes, blandAltman, confusion, curves, reliability]
    return try zip(Self.names, sheets).flatMap { name, sheet -> [(String, Data)] in
      guard let sheet else { return [] }
      return [
        ("\(Self.folder)/\(name).png", try sheet.data(as: .png(scale: 2))),
        ("\(Self.folder)/\(name).svg", try sheet.data(as: .svg)),
      ]
    }
  }

  /// The paths that `files` may give.
  package static var paths: [String] { names.flatMap { ["\(folder)/\($0).png", "\(folder)/\($0).svg"] } }

  private var evaluation: Evaluation { report.evaluation }
  private static let mostClasses = 24

  /// The values of a metric of a class over the cases. Of fractions, misses and false alarms have the worst value; their
  /// distances, as long as the image, would make all others look alike, and are left out.
  private func values(_ metric: String, class index: Int) -> [Double] {
    evaluation.cases.compactMap { result in
      let measured = result.classes[index].measurements.first { $0.metric == metric }
      return Self.isDistance(metric) ? measured?.value.number : measured?.penalised.number
    }
  }

  private static func isDistance(_ metric: String) -> Bool { metric.hasPrefix("HD95") }

  /// The name of a class below a box, with the cases that are not in it.
  private func name(_ metric: String, class index: Int) -> String {
    let name = evaluation.classes[index].name
    guard Self.isDistance(metric) else { return name }
    let missed = evaluation.caseCount(.missed, class: index + 1)
    let alarms = evaluation.caseCount(.falseAlarm, class: index + 1)
    let notes = [(missed, "missed"), (alarms, "false")].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    return notes.isEmpty ? name : "\(name) (\(notes.joined(separator: ", ")))"
  }

  private var shownClasses: Range<Int> { 0..<min(evaluation.classes.count, Self.mostClasses) }

  private var shownText: [String] {
    let count = evaluation.classes.count
    return shownClasses.count < count ? ["The first \(shownClasses.count) of \(count) classes."] : []
  }

  private var boxes: PlotSheet? {
    let panels = ["Dice", "HD95_mm", "HD95_px", "NSD"].compactMap { metric -> BoxPanel? in
      let groups = shownClasses.compactMap { index -> BoxPanel.Group? in
        let values = values(metric, class: index)
        return BoxStatistics(values).map {
          BoxPanel.Group(
            name: name(metric, class: index), values: values, quartiles: $0.quartiles, whiskers: $0.whiskers)
        }
      }
      guard !groups.isEmpty else { return nil }
      let unit = metric.hasSuffix("_mm") ? "HD95, mm" : metric.hasSuffix("_px") ? "HD95, pixels" : metric
      let least = ((groups.flatMap(\.values).min() ?? 0) * 10).rounded(.down) / 10
      return BoxPanel(title: unit, groups: groups, covering: Self.isDistance(metric) ? nil : min(least, 0.9)...1)
    }
    guard !panels.isEmpty else { return nil }
    let width = max(300, 70 * Double(shownClasses.count) + 80)
    return PlotSheet(
      title: "Metrics by class",
      details: [
        "Box: quartiles and median; whiskers: within 1.5 times their distance; a dot is a case. Misses and false "
          + "alarms have Dice and NSD 0; below HD95 they are counted, since they have no distance."
      ] + shownText,
      panels: panels, columns: width > 500 ? 1 : 3, panelSize: SIMD2(width, width > 500 ? 380 : 300))
  }

  private var blandAltman: PlotSheet? {
    let panels = shownClasses.compactMap { index -> PointPanel? in
      let volumes = evaluation.cases.compactMap { result -> SIMD2<Double>? in
        let measured = result.classes[index].measurements
        guard let predicted = measured.first(where: { $0.metric == "volume_pred_mm3" })?.value.number,
          let real = measured.first(where: { $0.metric == "volume_ref_mm3" })?.value.number,
          result.classes[index].status != .bothEmpty
        else { return nil }
        return SIMD2(predicted, real) / 1000
      }
      guard volumes.count > 1 else { return nil }
      let points = volumes.map { SIMD2(($0.x + $0.y) / 2, $0.x - $0.y) }
      let mean = points.reduce(0) { $0 + $1.y } / Double(points.count)
      let squares = points.reduce(0) { $0 + ($1.y - mean) * ($1.y - mean) }
      let deviation = (squares / Double(points.count - 1)).squareRoot()
      var panel = PointPanel(
        title: evaluation.classes[index].name, xTitle: "mean volume, ml", yTitle: "predicted - reference, ml",
        series: [PointPanel.Series(name: "", points: points, isJoined: false, hasDots: true)])
      panel.firstColour = index + 1
      panel.levels = [
        PointPanel.Level(y: mean, name: "bias " + significant(mean), isDashed: false),
        PointPanel.Level(
          y: mean + 1.96 * deviation, name: "+1.96 SD " + significant(mean + 1.96 * deviation), isDashed: true),
        PointPanel.Level(
          y: mean - 1.96 * deviation, name: "-1.96 SD " + significant(mean - 1.96 * deviation), isDashed: true),
      ]
      return panel
    }
    guard !panels.isEmpty else { return nil }
    return PlotSheet(
      title: "Volumes of prediction and reference",
      details: [
        "Bland and Altman: a dot is a case; the bias, and the limits between which 95 % of the differences are expected."
      ] + shownText,
      panels: panels, panelSize: SIMD2(340, 280))
  }

  private var confusion: PlotSheet? {
    guard let matrix = evaluation.confusion, matrix.classCount > 1, matrix.classCount <= 64 else { return nil }
    let shares = matrix.rows.map { row -> [Double?] in
      let sum = row.reduce(0, +)
      return row.map { sum > 0 ? Double($0) / Double(sum) : nil }
    }
    let side = max(360, 46 * Double(matrix.classCount) + 170)
    return PlotSheet(
      title: "Confusion matrix",
      details: ["Of the voxels of each class, the percentage predicted as each class; blank where none."],
      panels: [
        MatrixPanel(
          title: "\(counted(evaluation.cases.count, "case"))",
          names: ["background"] + evaluation.classes.map(\.name), shares: shares, rowTitle: "reference",
          columnTitle: "prediction")
      ], panelSize: SIMD2(side, side))
  }

  private var curves: PlotSheet? {
    func panel(_ title: String, _ x: String, _ y: String, _ point: (ProbabilityTally.Point) -> SIMD2<Double>?)
      -> PointPanel
    {
      let series = zip(evaluation.classes, report.tallies).compactMap { item, tally -> PointPanel.Series? in
        guard let points = tally?.curve.compactMap(point), !points.isEmpty else { return nil }
        return PointPanel.Series(name: item.name, points: points, isJoined: true, hasDots: false)
      }
      var panel = PointPanel(title: title, xTitle: x, yTitle: y, series: Array(series.prefix(Self.mostClasses)))
      panel.covering = 0...1
      return panel
    }
    guard report.tallies.contains(where: { $0 != nil }) else { return nil }
    return PlotSheet(
      title: "Voxels at all thresholds", details: shownText,
      panels: [
        panel("ROC", "false positive rate", "recall") { SIMD2($0.falsePositiveRate, $0.recall) },
        panel("precision and recall", "recall", "precision") { point in point.precision.map { SIMD2(point.recall, $0) }
        },
      ], columns: 2, panelSize: SIMD2(360, 340))
  }

  private var reliability: PlotSheet? {
    let panels = zip(evaluation.classes, report.tallies).compactMap { item, tally -> PointPanel? in
      guard let tally else { return nil }
      func series(_ name: String, _ bins: [ProbabilityTally.Bin]) -> PointPanel.Series {
        let points = bins.compactMap { bin in bin.confidence.flatMap { x in bin.frequency.map { SIMD2(x, $0) } } }
        let error = decimals(ProbabilityTally.calibrationError(bins), 3)
        return PointPanel.Series(name: "\(name), ECE \(error)", points: points, isJoined: true, hasDots: true)
      }
      var panel = PointPanel(
        title: item.name, xTitle: "probability", yTitle: "share of the class",
        series: [series("all voxels", tally.bins), series("boundary", tally.bandBins)])
      panel.covering = 0...1
      panel.hasDiagonal = true
      return panel
    }
    guard !panels.isEmpty else { return nil }
    return PlotSheet(
      title: "Reliability of probabilities",
      details: [
        "On the dashed line a probability means what it says. Boundary: voxels within 2 mm of the reference's."
      ] + shownText,
      panels: Array(panels.prefix(Self.mostClasses)), panelSize: SIMD2(340, 320))
  }
}
