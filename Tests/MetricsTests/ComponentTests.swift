import Metrics
import Testing
import Volumes

@Suite("Lesions and centre lines")
struct ComponentTests {
  @Test("a lesion counts once, whatever its size; diagonal neighbours belong together")
  func lesions() throws {
    let result = try measuredPlane(
      [
        "bb......pp",
        "bb........",
        "....b.....",
        ".....b..rr",
        "p.........",
      ], ["lesions"])
    #expect(result[.referenceLesions] == .count(3) && result[.predictedLesions] == .count(4))
    #expect(result[.lesionSensitivity] == .real(2 / 3.0) && result[.lesionPrecision] == .real(0.5))
    #expect(result[.lesionF1] == .real(4 / 7.0) && result[.lesionFalsePositives] == .count(2))
    #expect(result[.panopticQuality] == .real(4 / 7.0) && result[.segmentationQuality] == .real(1))
  }

  @Test("one large prediction over two lesions finds one of them")
  func oneToOne() throws {
    let result = try measuredPlane(["bbbpbb"], ["lesions"])
    #expect(result[.lesionSensitivity] == .real(0.5) && result[.lesionFalsePositives] == .count(0))
    // 3 of 6 voxels: found at 0.1, no match at 0.5, which must be exceeded.
    #expect(result[.recognitionQuality] == .real(0) && result[.segmentationQuality] == .undefined)
  }

  @Test("misses and false alarms are lesions too; two empty masks have no false positive")
  func empty() throws {
    let missed = try measuredPlane(["r.r"], ["lesions"]), alarm = try measuredPlane(["p.p"], ["lesions"])
    let nothing = try measuredPlane(["..."], ["lesions"])
    #expect(missed[.lesionSensitivity] == .real(0) && missed[.lesionF1] == .real(0))
    #expect(missed[.lesionPrecision] == .undefined)
    #expect(alarm[.lesionFalsePositives] == .count(2) && alarm[.lesionSensitivity] == .undefined)
    #expect(nothing[.lesionFalsePositives] == .count(0) && nothing[.lesionF1] == .undefined)
  }

  @Test("components across planes are joined at faces, edges and corners")
  func joined() throws {
    let size = GridSize(width: 70, height: 4, depth: 3)
    var map = makeMap([UInt8](repeating: 0, count: size.count), size: size)
    for i in 60..<70 { map[i, 0, 0] = 1 }
    map[59, 1, 1] = 1
    map[58, 2, 2] = 1
    map[0, 0, 1] = 1
    let result = try CaseResult(
      name: "a", predictionFile: "p", referenceFile: "r", prediction: map, reference: map, classCount: 2,
      metrics: Metric.chosen(["lesions"]))
    #expect(result.classes[0][.referenceLesions] == .count(2))
  }

  @Test("a vessel that lacks a piece loses that share of its centre line, whatever its width")
  func centreLine() throws {
    let row = String(repeating: "b", count: 12) + String(repeating: "r", count: 4) + String(repeating: "b", count: 12)
    let empty = String(repeating: ".", count: 28)
    let result = try measuredPlane([empty, row, row, row, empty], ["topology"])
    let sensitivity = try #require(result[.topologySensitivity].number)
    #expect(result[.topologyPrecision] == .real(1))
    #expect(sensitivity > 0.8 && sensitivity < 0.86)
    let dice = try #require(result[.centreLineDice].number)
    #expect(abs(dice - 2 * sensitivity / (1 + sensitivity)) < 1e-12)
  }

  @Test("of a small object at least a voxel is left as its centre line")
  func smallObject() throws {
    let size = GridSize(width: 5, height: 5, depth: 2)
    var map = makeMap([UInt8](repeating: 0, count: size.count), size: size)
    for i in 0..<5 { (map[i, i, 0], map[i, i, 1]) = (1, 1) }
    let result = try CaseResult(
      name: "a", predictionFile: "p", referenceFile: "r", prediction: map, reference: map, classCount: 2,
      metrics: Metric.chosen(["topology"]))
    #expect(result.classes[0][.centreLineDice] == .real(1))
  }

  @Test("names choose metrics and groups in the order of reports; an unknown name is refused")
  func names() throws {
    #expect(try Metric.chosen(["hd95", "F1", "lesion_F1"]).map(\.name) == ["Dice", "HD95_mm", "lesion_F1"])
    #expect(try Metric.chosen(["HD95_mm", "HD95_px"]).map(\.name) == ["HD95_mm"])
    #expect(try Metric.chosen(["all"]).count == Metric.catalogue.count)
    #expect(Set(Metric.catalogue.map(\.name)).count == Metric.catalogue.count)
    #expect(throws: MetricsError.unknownMetric("dise")) { try Metric.chosen(["dise"]) }
    #expect(throws: MetricsError.noMetric) { try Metric.chosen([]) }
  }
}
