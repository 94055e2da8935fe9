import Datasets
import Testing
import Volumes

@Suite struct ClassStatisticsTests {
  private func labels(_ labels: [UInt8]) -> LabelMap {
    LabelMap(
      grid: Grid(size: GridSize(width: labels.count, height: 1), affine: .identity, unit: .pixels), labels: labels)
  }

  private func statistics() throws -> ClassStatistics {
    let classes = try ClassMap([
      .init(name: "background", values: [0]), .init(name: "anterior", values: [1]),
      .init(name: "posterior", values: [2]),
    ])
    var statistics = ClassStatistics(classes: classes)
    statistics.count(labels([0, 1, 1, 0, LabelMap.ignored, 1, 0]), ofCase: "a")
    statistics.count(labels([2, 0]), ofCase: "b")
    return statistics
  }

  @Test("Voxels are counted per class and case, ignored ones for none")
  func counts() throws {
    var statistics = try statistics()
    #expect(statistics.voxelsByCase == ["a": [3, 3, 0], "b": [1, 0, 1]])
    #expect(statistics.voxels(in: ["a", "b"]) == [4, 3, 1])
    #expect(statistics.voxels(in: ["unknown"]) == [0, 0, 0])
    statistics.count(labels([2]), ofCase: "a")
    #expect(statistics.voxels(in: ["a"]) == [0, 0, 1])
  }

  @Test("A class that no training case shows is named")
  func missing() throws {
    let statistics = try statistics()
    #expect(statistics.missingClasses(in: ["a"]) == ["posterior"])
    #expect(statistics.missingClasses(in: ["a", "b"]).isEmpty)
    try statistics.requireAllClasses(in: .train, of: Split(train: ["a", "b"]))
    let error = thrown { try statistics.requireAllClasses(in: .train, of: Split(train: ["a"], test: ["b"])) }
    #expect(
      error?.description
        == "1 class has no voxel in the 1 case of the training part: 'posterior'. Expected at least one voxel of each; "
        + "move a case with this class into that part, or remove it from 'classes'.")
    #expect(error?.category == .data)
  }
}
