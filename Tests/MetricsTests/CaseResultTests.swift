import Metrics
import Testing
import Volumes

@Suite("Metrics of a case")
struct CaseResultTests {
  @Test("two overlapping boxes have the overlap of their volumes")
  func boxes() throws {
    let size = GridSize(width: 10, height: 8, depth: 6)
    var prediction = makeMap([UInt8](repeating: 0, count: size.count), size: size, spacing: [0.5, 2, 3])
    var reference = prediction
    for k in 1..<4 {
      for j in 2..<6 {
        for i in 0..<5 { reference[i, j, k] = 1 }
        for i in 2..<9 { prediction[i, j, k] = 1 }
      }
    }
    let result = try CaseResult(
      name: "a", predictionFile: "p", referenceFile: "r", prediction: prediction, reference: reference, classCount: 2)
    let scored = try #require(result.classes.first)
    let (both, predicted, real, all) = (36.0, 84.0, 60.0, 480.0)
    #expect(scored.status == .ok)
    #expect(scored[.dice] == .real(2 * both / (predicted + real)))
    #expect(scored[.iou] == .real(both / (predicted + real - both)))
    #expect(scored[.precision] == .real(both / predicted))
    #expect(scored[.recall] == .real(both / real))
    #expect(scored[.truePositiveRate] == scored[.recall])
    #expect(scored[.falseNegativeRate] == .real((real - both) / real))
    #expect(scored[.specificity] == .real((all - predicted - real + both) / (all - real)))
    #expect(scored[.trueNegativeRate] == scored[.specificity])
    #expect(scored[.falsePositiveRate] == .real((predicted - both) / (all - real)))
    #expect(scored[.truePositives] == .count(36) && scored[.falsePositives] == .count(48))
    #expect(scored[.falseNegatives] == .count(24) && scored[.trueNegatives] == .count(372))
    #expect(scored[.predictedVoxels] == .count(84) && scored[.referenceVoxels] == .count(60))
    #expect(scored[.predictedVolume] == .real(84 * 3) && scored[.referenceVolume] == .real(60 * 3))
  }

  @Test("each class is judged against all others, from one confusion matrix")
  func classes() throws {
    let result = try makeCase("a", [0, 1, 1, 2, 2, 2, 0], [0, 1, 2, 2, 2, 1, 1], classCount: 3)
    #expect(result.classes[0][.dice] == .real(2 * 1 / 5.0))
    #expect(result.classes[1][.dice] == .real(2 * 2 / 6.0))
    let matrix = try ConfusionMatrix(
      prediction: makeMap([0, 1, 1, 2, 2, 2, 0]), reference: makeMap([0, 1, 2, 2, 2, 1, 1]), classCount: 3)
    #expect(matrix[reference: 1, prediction: 2] == 1 && matrix[reference: 1, prediction: 0] == 1)
    #expect(matrix[reference: 0, prediction: 1] == 0 && matrix[reference: 2, prediction: 2] == 2)
    let background = matrix.counts(of: 0)
    #expect(background == ConfusionCounts(truePositives: 1, falsePositives: 1, falseNegatives: 0, trueNegatives: 5))
  }

  @Test("a missed structure has a Dice of 0, and no precision")
  func missed() throws {
    let scored = try makeCase("a", [0, 0, 0], [0, 1, 1]).classes[0]
    #expect(scored.status == .missed)
    #expect(scored[.dice] == .real(0) && scored[.iou] == .real(0) && scored[.recall] == .real(0))
    #expect(scored[.precision] == .undefined)
    #expect(scored[.falseNegativeRate] == .real(1) && scored[.specificity] == .real(1))
  }

  @Test("a false alarm has a Dice of 0, and no recall")
  func falseAlarm() throws {
    let scored = try makeCase("a", [0, 1, 1], [0, 0, 0]).classes[0]
    #expect(scored.status == .falseAlarm)
    #expect(scored[.dice] == .real(0) && scored[.iou] == .real(0) && scored[.precision] == .real(0))
    #expect(scored[.recall] == .undefined && scored[.falseNegativeRate] == .undefined)
    #expect(scored[.falsePositiveRate] == .real(2 / 3.0))
  }

  @Test("a class that neither holds has no overlap")
  func bothEmpty() throws {
    let scored = try makeCase("a", [0, 0, 0], [0, 0, 0]).classes[0]
    #expect(scored.status == .bothEmpty)
    for metric in [Metric.dice, .iou, .precision, .recall] { #expect(scored[metric] == .undefined) }
    #expect(scored[.specificity] == .real(1) && scored[.trueNegatives] == .count(3))
  }

  @Test("where every voxel is of the class there is no specificity")
  func full() throws {
    let scored = try makeCase("a", [1, 1], [1, 1]).classes[0]
    #expect(scored.status == .ok && scored[.dice] == .real(1))
    #expect(scored[.specificity] == .undefined && scored[.falsePositiveRate] == .undefined)
  }

  @Test("masks that do not overlap have a Dice of 0 and are no miss")
  func disjoint() throws {
    let scored = try makeCase("a", [1, 0], [0, 1]).classes[0]
    #expect(scored.status == .ok && scored[.dice] == .real(0))
  }

  @Test("voxels that the reference ignores count for nothing, whatever was predicted there")
  func ignored() throws {
    let ignored = LabelMap.ignored
    let scored = try makeCase("a", [1, 1, 0, 1, ignored], [1, ignored, 0, ignored, ignored]).classes[0]
    #expect(scored[.dice] == .real(1))
    #expect(scored[.truePositives] == .count(1) && scored[.trueNegatives] == .count(1))
    #expect(scored[.predictedVoxels] == .count(1))
    let nothing = try makeCase("b", [1, 1], [ignored, ignored]).classes[0]
    #expect(nothing.status == .bothEmpty && nothing[.trueNegatives] == .count(0))
  }

  @Test("without a size in millimetres there is no volume")
  func pixels() throws {
    let map = makeMap([0, 1], unit: .pixels)
    let result = try CaseResult(
      name: "a", predictionFile: "p", referenceFile: "r", prediction: map, reference: map, classCount: 2)
    #expect(result.classes[0][.predictedVolume] == .undefined && result.classes[0][.referenceVolume] == .undefined)
  }

  @Test("only the metrics asked for are measured, and a new one needs no other change")
  func chosenMetrics() throws {
    let share = Metric(name: "share") { .ratio($0.counts.reference, $0.reference.labels.count) }
    let result = try CaseResult(
      name: "a", predictionFile: "p", referenceFile: "r", prediction: makeMap([0, 1]), reference: makeMap([0, 1]),
      classCount: 2, metrics: [.dice, share])
    #expect(result.classes[0].measurements.map(\.metric) == ["Dice", "share"])
    #expect(result.classes[0][share] == .real(0.5) && result.classes[0][.iou] == .undefined)
  }

  @Test("the background alone has nothing to score")
  func backgroundOnly() throws {
    #expect(try makeCase("a", [0, 0], [0, 0], classCount: 1).classes.isEmpty)
  }

  @Test("no value is ever not-a-number")
  func finite() {
    #expect(MetricValue(.nan) == .undefined && MetricValue(.infinity) == .undefined && MetricValue(2) == .real(2))
    #expect(MetricValue.ratio(0, 0) == .undefined)
    #expect(MetricValue.count(3).number == 3 && MetricValue.undefined.number == nil)
  }

  @Test("label maps of different sizes are refused")
  func sizes() throws {
    let error = try #require(throws: MetricsError.self) { try makeCase("a", [0, 1], [0, 1, 1]) }
    #expect(
      "\(error)" == "the prediction has 2x1x1 voxels, the reference 3x1x1; expected equal sizes. Resample the "
        + "prediction to the reference's grid")
  }

  @Test("a label that is no class is refused, with its place")
  func unknownLabel() throws {
    let size = GridSize(width: 2, height: 2, depth: 2)
    let good = makeMap([0, 1, 0, 1, 0, 1, 0, 1], size: size)
    var bad = good
    bad[1, 0, 1] = 9
    let inPrediction = try #require(throws: MetricsError.self) {
      try ConfusionMatrix(prediction: bad, reference: good, classCount: 2)
    }
    #expect(
      "\(inPrediction)" == "the prediction has label 9 at voxel (1, 0, 1); expected a class index from 0 to 1. Check "
        + "the list of classes")
    let inReference = try #require(throws: MetricsError.self) {
      try ConfusionMatrix(prediction: good, reference: bad, classCount: 2)
    }
    #expect(
      "\(inReference)" == "the reference has label 9 at voxel (1, 0, 1); expected a class index from 0 to 1, or 255 "
        + "for ignored. Check the list of classes")
    bad[1, 0, 1] = LabelMap.ignored
    #expect(throws: MetricsError.unknownLabel(255, voxel: [1, 0, 1], source: .prediction, classCount: 2)) {
      try ConfusionMatrix(prediction: bad, reference: good, classCount: 2)
    }
  }
}
