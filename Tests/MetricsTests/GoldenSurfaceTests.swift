import Foundation
import Metrics
import Testing
import Volumes

/// Tests/Golden/metrics/surfaces.json, made by the script beside it.
private struct GoldenSurfaces: Decodable, Sendable {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let size: [Int]
    let spacing: SIMD3<Double>
    let tolerance: Double
    let prediction: String
    let reference: String
    let values: [String: Double?]

    var testDescription: String { name }

    func map(_ mask: String) -> LabelMap {
      makeMap(
        mask.utf8.map { $0 - UInt8(ascii: "0") },
        size: GridSize(width: size[0], height: size[1], depth: size[2]), spacing: spacing)
    }
  }

  let spacing: SIMD3<Double>
  let areas: [Double]
  let lengths: [Double]
  let cases: [Case]

  static let all: GoldenSurfaces = {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = folder.appending(path: "Golden/metrics/surfaces.json")
    do {
      return try JSONDecoder().decode(GoldenSurfaces.self, from: Data(contentsOf: file))
    } catch {
      fatalError("\(file.path): \(error)")
    }
  }()
}

@Suite("Golden values of MONAI, surface-distance and scikit-image")
struct GoldenSurfaceTests {
  @Test(
    "distances, surface overlaps, centre lines and lesions are those of other programs",
    arguments: GoldenSurfaces.all.cases)
  fileprivate func metrics(_ golden: GoldenSurfaces.Case) throws {
    let result = try CaseResult(
      name: golden.name, predictionFile: "p", referenceFile: "r", prediction: golden.map(golden.prediction),
      reference: golden.map(golden.reference), classCount: 2,
      metrics: Metric.chosen(["surfaces", "lesions", "topology"]),
      settings: MetricSettings(tolerance: golden.tolerance))
    for measurement in result.classes[0].measurements where measurement.metric != "centre_distance_mm" {
      guard let expected = golden.values[measurement.metric] else {
        #expect(golden.name == "voxels", "\(measurement.metric)")
        continue
      }
      guard let expected else {
        #expect(measurement.value.number == nil, "\(measurement.metric)")
        continue
      }
      let found = try #require(measurement.value.number, "\(measurement.metric)")
      #expect(
        abs(found - expected) <= 1e-6 * max(abs(expected), 1e-9),
        "\(measurement.metric): \(found), expected \(expected)")
    }
  }

  @Test("every set of voxels around a corner has surface-distance's area")
  func areas() {
    let golden = GoldenSurfaces.all
    for code in 0..<256 {
      let area = SurfelAreas(spacing: golden.spacing, isPlane: false)[UInt8(code)]
      #expect(abs(area - golden.areas[code]) < 1e-9, "code \(code)")
    }
    for code in 0..<16 {
      let length = SurfelAreas(spacing: golden.spacing, isPlane: true)[UInt8(code)]
      #expect(abs(length - golden.lengths[code]) < 1e-9, "code \(code)")
    }
  }
}
