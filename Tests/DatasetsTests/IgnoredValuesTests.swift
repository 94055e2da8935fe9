import Datasets
import Foundation
import Testing
import Volumes

/// Values of label files that count for no class.
@Suite struct IgnoredValuesTests {
  private let entries: [ClassMap.Entry] = [
    .init(name: "background", values: [0]), .init(name: "cell", values: [1]),
  ]

  private func volume(_ values: [Float]) -> Volume {
    Volume(
      grid: Grid(size: GridSize(width: values.count, height: 1), affine: .identity, unit: .pixels), voxels: values)
  }

  @Test("Their voxels are ignored, are in no statistics, and are written back as they were")
  func labels() throws {
    let classes = try ClassMap(entries, ignored: [.number(255), .number(7)])
    let labels = try classes.labels(from: volume([0, 1, 255, 7, 1]), source: "a")
    #expect(labels.labels == [0, 1, LabelMap.ignored, LabelMap.ignored, 1])
    #expect(classes.fileValues(of: labels) == [0, 1, 255, 255, 1])
    var statistics = ClassStatistics(classes: classes)
    statistics.count(labels, ofCase: "a")
    #expect(statistics.voxels(in: ["a"]) == [1, 2])
    #expect(
      message { _ = try classes.labels(from: volume([3]), source: "a") }.contains(
        "Expected 0 background, 1 cell, 255 (ignored), 7 (ignored)"))
  }

  @Test("Of 254 classes the last is not taken for a value that is not listed")
  func manyClasses() throws {
    let many = (0..<254).map { ClassMap.Entry(name: $0 == 0 ? "background" : "c\($0)", values: [$0]) }
    let classes = try ClassMap(many, ignored: [.number(255)])
    #expect(try classes.labels(from: volume([253, 255]), source: "a").labels == [253, LabelMap.ignored])
    #expect(thrown { _ = try classes.labels(from: volume([254]), source: "a") } != nil)
  }

  @Test("They cannot be values of a class, nor colours beside numbers")
  func refusals() {
    #expect(
      message { _ = try ClassMap(entries, ignored: [.number(1)]) }
        == "'ignore' lists 1, which is a value of the class 'cell'. Expected values that are in no class.")
    #expect(thrown { _ = try ClassMap(entries, ignored: [.black]) } == .classes(.numbersAndColours))
    #expect(
      thrown { _ = try ClassMap(entries, ignored: [.number(7), .number(7)]) } == .classes(.ignoredTwice(.number(7))))
  }

  @Test("A data set's description has them only where there are some, and reads back")
  func coding() throws {
    let plain = try ClassMap(entries)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(String(decoding: try encoder.encode(plain), as: UTF8.self).hasPrefix("[{\"name\":\"background\""))
    let ignoring = try plain.ignoring([.number(255)])
    for classes in [plain, ignoring] {
      #expect(try JSONDecoder().decode(ClassMap.self, from: encoder.encode(classes)) == classes)
    }
  }
}
