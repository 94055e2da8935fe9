import Datasets
import Foundation
import Testing

private let data = ProcessInfo.processInfo.environment["SEGMENT_DATA"].map { URL(filePath: $0) }
private let hippocampus = data?.appending(path: "hippocampus")

@Suite(
  .enabled(
    if: hippocampus.map { FileManager.default.fileExists(atPath: $0.path) } ?? false,
    "the folder 'hippocampus' of SEGMENT_DATA is absent"))
struct HippocampusTests {
  @Test("The real data set pairs, groups by patient, and its split keeps patients apart")
  func split() throws {
    let folder = try #require(hippocampus)
    let pairing = try CasePairing(
      images: ["imagesTr/*.nii.gz"], labels: "labelsTr/{case}.nii.gz", in: folder)
    #expect(pairing.cases.count == 200)
    #expect(
      pairing.report
        == "200 images match 'imagesTr/*.nii.gz'; 200 of them have a label in 'labelsTr/{case}.nii.gz'.")
    let table = try GroupTable(contentsOf: folder.appending(path: "groups.csv"))
    let cases = try Grouping.table(table).grouped(pairing.cases.map(\.id))
    let split = try SplitFile.split(contentsOf: folder.appending(path: "splits.json"), fold: 0)
    #expect(Split.Part.allCases.map { split[$0].count } == [136, 24, 40])
    try split.check(against: cases)
    #expect(split.casesInNoPart(of: cases).isEmpty)
  }

  @Test("The Decathlon's own dataset.json is recognised, and names the same cases and the classes")
  func layout() throws {
    let folder = try #require(hippocampus)
    let found = try CaseSource.layout(LayoutSource(folder)).found(needsClasses: true)
    let pairing = try CasePairing(images: ["imagesTr/*.nii.gz"], labels: "labelsTr/{case}.nii.gz", in: folder)
    #expect(found.cases.map(\.id) == pairing.cases.map(\.id))
    #expect(found.cases.map(\.images) == pairing.cases.map(\.images))
    #expect(found.classes?.names == ["background", "Anterior", "Posterior"])
    #expect(found.names == ["MRI"] && found.furtherDimension == nil)
    #expect(found.report == ["MSD: dataset.json, 200 training cases."])
  }

  @Test("A seeded draw of the real data set meets its fractions with whole patients")
  func draw() throws {
    let folder = try #require(hippocampus)
    let table = try GroupTable(contentsOf: folder.appending(path: "groups.csv"))
    let images = try CasePairing(images: ["imagesTr/*.nii.gz"], in: folder)
    let cases = try Grouping.table(table).grouped(images.cases.map(\.id))
    let fractions = try Split.Fractions(train: 0.7, validation: 0.15, test: 0.15)
    let split = try Split.drawn(from: cases, fractions: fractions, seed: 7, stage: "split")
    #expect(Split.Part.allCases.map { split[$0].count } == [140, 30, 30])
    try split.check(against: cases)
  }
}
