import Datasets
import Foundation
import Phantoms
import ScanIO
import Testing
import Volumes

/// `sample-data/` as it is committed.
@Suite struct SampleDataTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "sample-data")

  private func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: Self.folder.appending(path: folder).path).sorted()
  }

  /// The images and labels of a folder, read as the quickstart reads them.
  private func cases(_ folder: String, _ classes: ClassMap) throws -> [(image: Volume, labels: LabelMap)] {
    let reader = CaseReader(classes: classes)
    return try names("\(folder)/images").map { name in
      let image = try reader.scan([Self.folder.appending(path: "\(folder)/images/\(name)")], id: name).volume
      let labels = try reader.labels(
        Self.folder.appending(path: "\(folder)/labels/\(name)"), id: name, on: image.grid)
      return (image, labels)
    }
  }

  private func intensityDice(_ cases: [(image: Volume, labels: LabelMap)], classCount: Int) -> Double {
    var classifier = IntensityClassifier(classCount: classCount)
    for (image, labels) in cases { classifier.add(image: image, labels: labels) }
    return classifier.meanForegroundDice
  }

  @Test("The best classifier by intensity alone stays below a mean foreground Dice of 0.5 on the heads")
  func headsNeedContext() throws {
    let classes = try ClassMap(
      HeadPhantom.classNames.enumerated().map { .init(name: $1, values: [$0]) }, background: nil)
    #expect(intensityDice(try cases("heads", classes), classCount: 4) < 0.5)
  }

  @Test("The best classifier by intensity alone stays below a membrane Dice of 0.5 on the membranes")
  func membranesNeedContext() throws {
    let classes = try ClassMap(
      [.init(name: "cell", values: [255]), .init(name: "membrane", values: [0])], background: "cell")
    #expect(intensityDice(try cases("membranes", classes), classCount: 2) < 0.5)
  }

  @Test("It is what segment phantom writes")
  func isGenerated() throws {
    #expect(try names("heads/images").count == 24)
    #expect(try names("heads/images") == names("heads/labels"))
    #expect(try names("membranes/images").count == 20)
    #expect(try names("membranes/images") == names("membranes/labels"))
    let head = try ScanFile.read(Self.folder.appending(path: "heads/images/head_02.nii.gz")).volume
    #expect(head.voxels == HeadPhantom.make(index: 2, seed: 1).image.voxels)
    let membrane = try ScanFile.read(Self.folder.appending(path: "membranes/images/membrane_02.png")).volume
    #expect(membrane.voxels == MembranePhantom.make(index: 2, seed: 1).image.voxels)
  }
}
