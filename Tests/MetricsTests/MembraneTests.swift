import Foundation
import Metrics
import Testing
import Volumes

/// Tests/Golden/metrics/membranes.json, made by the script beside it.
private struct GoldenMembrane: Decodable {
  let size: [Int]
  let spacing: SIMD3<Double>
  let prediction: String
  let reference: String
  /// Of the membrane, class 1.
  let probability: [Float]
  let values: [String: Double]

  static func all() throws -> [GoldenMembrane] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try JSONDecoder().decode(
      [GoldenMembrane].self, from: Data(contentsOf: folder.appending(path: "Golden/metrics/membranes.json")))
  }

  func map(_ mask: String) -> LabelMap {
    makeMap(
      mask.utf8.map { $0 - UInt8(ascii: "0") }, size: GridSize(width: size[0], height: size[1], depth: size[2]),
      spacing: spacing)
  }

  func measured() throws -> CaseResult {
    let reference = map(reference)
    let volume = Volume(grid: reference.grid, channels: 2, voxels: probability.flatMap { [1 - $0, $0] })
    return try CaseResult(
      name: "a", predictionFile: "p", referenceFile: "r", prediction: map(prediction), reference: reference,
      probabilities: ClassProbabilities(volume, grid: reference.grid, classCount: 2), classCount: 2,
      metrics: Metric.chosen(["membranes", "probabilities"]), settings: MetricSettings(membraneThresholds: [1: 0.3]))
  }
}

@Suite("Membranes and probabilities")
struct MembraneTests {
  @Test("region scores are those of their equations, AUROC and AP are scikit-learn's")
  func golden() throws {
    for golden in try GoldenMembrane.all() {
      let result = try golden.measured()
      for measurement in result.classes[0].measurements {
        let expected = try #require(golden.values[measurement.metric], "\(measurement.metric)")
        let found = try #require(measurement.value.number, "\(measurement.metric)")
        #expect(abs(found - expected) <= 1e-6 * abs(expected), "\(measurement.metric): \(found), expected \(expected)")
      }
      #expect(result.membraneCurves[0].map(\.threshold) == (0...10).map { Double($0) / 10 })
    }
  }

  @Test("equal membranes score 1, a thicker one scores 1 after thinning, a gap merges two regions")
  func closedForms() throws {
    let equal = try measuredPlane(["...b...", "...b...", "...b..."], ["membranes"])
    #expect(equal[.membraneRand] == .real(1) && equal[.membraneInformation] == .real(1))
    #expect(equal[.randError2012] == .real(0) && equal[.pixelError2012] == .real(0))
    let thick = try measuredPlane(["..pbp..", "..pbp..", "..pbp.."], ["membranes"])
    #expect(thick[.membraneRand] == .real(1) && thick[.randError2012] != .real(0))
    // Two halves of 9 become one region of 18: squares 2 * 81 of both, 324 of one and 162 of the other.
    let gap = try measuredPlane(["...b...", "...r...", "...b..."], ["membranes"])
    #expect(gap[.membraneRand] == .real(2 * 162 / (324 + 162.0)) && gap[.membraneInformation] == .real(0))
  }

  @Test("without probabilities there are no scores by threshold")
  func withoutProbabilities() throws {
    let result = try measuredPlane(["...b..."], ["membranes", "probabilities"])
    #expect(result[.bestMembraneRand] == .undefined && result[.membraneRandAtThreshold] == .undefined)
    #expect(result[.areaUnderROC] == .undefined && result[.brier] == .undefined)
  }

  @Test("tallies of cases add up, and their tables have a row a threshold and a row a bin")
  func tables() throws {
    let cases = try GoldenMembrane.all().map { try $0.measured() }
    let report = try EvaluationReport(
      Evaluation(classes: [ScoredClass(name: "membrane", fileValue: 7)], cases: cases),
      EvaluationReport.Choices(resamples: 10))
    let tally = try #require(report.tallies[0])
    let separate = try cases.map { try #require($0.tallies[0]) }
    #expect(tally.bins.map(\.count) == zip(separate[0].bins, separate[1].bins).map { $0.count + $1.count })
    let curves = String(decoding: try #require(report.curvesCSV()), as: UTF8.self).split(separator: "\n")
    #expect(curves.count == 1002 && curves[1].hasPrefix("7,membrane,1.0,"))
    let reliability = String(decoding: try #require(report.reliabilityCSV()), as: UTF8.self).split(separator: "\n")
    #expect(reliability.count == 31)
    let choice = try #require(report.membraneThresholds[1])
    let means = (0...10).map { step in
      cases.reduce(0) { $0 + $1.membraneCurves[0][step].scores.rand } / Double(cases.count)
    }
    #expect(choice.meanRand == means.max() && choice.threshold == Double(means.firstIndex(of: means.max()!)!) / 10)
  }

  @Test("a probability of 1 for each voxel of the class is perfect, the opposite is not")
  func extremes() throws {
    let reference = makeMap([0, 1, 1, 0])
    func result(_ values: [Float]) throws -> ClassResult {
      let volume = Volume(grid: reference.grid, channels: 2, voxels: values.flatMap { [1 - $0, $0] })
      return try CaseResult(
        name: "a", predictionFile: "p", referenceFile: "r", prediction: reference, reference: reference,
        probabilities: ClassProbabilities(volume, grid: reference.grid, classCount: 2), classCount: 2,
        metrics: MetricGroup.probabilities.metrics
      ).classes[0]
    }
    let perfect = try result([0, 1, 1, 0]), wrong = try result([1, 0, 0, 1])
    #expect(perfect[.areaUnderROC] == .real(1) && perfect[.averagePrecision] == .real(1))
    #expect(perfect[.calibrationError] == .real(0) && perfect[.brier] == .real(0))
    #expect(wrong[.areaUnderROC] == .real(0) && wrong[.calibrationError] == .real(1) && wrong[.brier] == .real(1))
    #expect(try result([0.5, 0.5, 0.5, 0.5])[.areaUnderROC] == .real(0.5))
  }

  @Test("probabilities of another size or number of classes are refused")
  func refusals() throws {
    let grid = makeMap([0, 1, 1]).grid
    let volume = Volume(grid: grid, channels: 3, voxels: [Float](repeating: 0, count: 9))
    let error = try #require(throws: MetricsError.self) { try ClassProbabilities(volume, grid: grid, classCount: 2) }
    #expect(
      "\(error)"
        == "the probabilities have 3x1x1 voxels and 3 classes; expected 3x1x1 voxels and 2 classes, background "
        + "included. Predict again, or remove the file of probabilities")
    func refusal(_ values: [Float]) throws -> MetricsError {
      let volume = Volume(grid: grid, channels: 2, voxels: values)
      return try #require(throws: MetricsError.self) { try ClassProbabilities(volume, grid: grid, classCount: 2) }
    }
    #expect(try refusal([0, 1, 0, 1, 3, -2]) == .noProbability(3, voxel: SIMD3(2, 0, 0)))
    guard case .noProbability(let value, let voxel) = try refusal([0, 1, .nan, 1, 0, 1]) else {
      Issue.record("NaN is no probability")
      return
    }
    #expect(value.isNaN && voxel == SIMD3(1, 0, 0))
    #expect(try refusal([0, 1, 0.5, 1, 0, 1]) == .probabilitySum(1.5, voxel: SIMD3(1, 0, 0)))
  }
}
