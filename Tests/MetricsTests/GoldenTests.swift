import Foundation
import Metrics
import Testing
import Volumes

/// Tests/Golden/metrics/random_labels.json, made by the script beside it.
private struct GoldenCase: Decodable, Sendable {
  let size: [Int]
  let spacing: SIMD3<Double>
  let classCount: Int
  let prediction: [UInt8]
  let reference: [UInt8]
  let metrics: [[String: Double?]]

  static func all() throws -> [GoldenCase] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = folder.appending(path: "Golden/metrics/random_labels.json")
    return try JSONDecoder().decode([GoldenCase].self, from: Data(contentsOf: file))
  }
}

@Suite("Golden values of numpy")
struct GoldenTests {
  @Test("every metric of random labels is numpy's")
  func matches() throws {
    for golden in try GoldenCase.all() {
      let size = GridSize(width: golden.size[0], height: golden.size[1], depth: golden.size[2])
      let result = try CaseResult(
        name: "random", predictionFile: "p", referenceFile: "r",
        prediction: makeMap(golden.prediction, size: size, spacing: golden.spacing),
        reference: makeMap(golden.reference, size: size, spacing: golden.spacing), classCount: golden.classCount,
        metrics: Metric.chosen(["overlap", "rates", "counts", "volumes"]))
      for (scored, expected) in zip(result.classes, golden.metrics) {
        #expect(Set(scored.measurements.map(\.metric)) == Set(expected.keys))
        for measurement in scored.measurements {
          let number = expected[measurement.metric] ?? nil
          guard let found = measurement.value.number, let number else {
            #expect(measurement.value.number == number, "\(measurement.metric)")
            continue
          }
          #expect(abs(found - number) <= 1e-12 * abs(number), "\(measurement.metric): \(found), expected \(number)")
        }
      }
    }
  }
}
