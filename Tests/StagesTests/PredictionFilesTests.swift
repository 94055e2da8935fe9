import Foundation
import Jobs
import Pipelines
import ScanIO
import TestSupport
import Testing
import Volumes

/// Files that `segment predict` writes, by the golden models.
@Suite struct PredictionFilesTests {
  private static let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let scan = checkout.appending(path: "sample-data/heads/images/head_20.nii.gz")

  private func predict(
    _ models: [String], to folder: URL, _ change: (inout PredictionConfiguration) -> Void = { _ in }
  ) throws {
    var configuration = PredictionConfiguration()
    change(&configuration)
    let models = models.map { Self.checkout.appending(path: "Tests/Golden/models/\($0).safetensors") }
    let failures = try FolderPrediction(
      models: models, input: Self.scan.path, output: folder, configuration: configuration
    ).run(log: RunLog(), interruption: Interruption())
    #expect(failures == 0)
  }

  private func read(_ file: String, in folder: URL) throws -> Volume {
    var choices = ReadingChoices()
    choices.furtherDimension = .channels
    return try ScanFile.read(folder.appending(path: file), choices: choices).volume
  }

  @Test(
    "Probabilities are on the scan's grid, add up to 1, and are those that the labels were chosen by",
    arguments: [["axial"], ["sagittal"], ["axial", "sagittal"]])
  func probabilities(models: [String]) throws {
    try withScratchFolder { folder in
      try predict(models, to: folder.appending(path: "float")) { $0.probabilities = .float }
      try predict(models, to: folder.appending(path: "uint8")) { $0.probabilities = .uint8 }
      try predict(models, to: folder.appending(path: "none"))
      let labels = try read("float/head_20.nii.gz", in: folder)
      let values = try read("float/head_20_probabilities.nii.gz", in: folder)
      let rounded = try read("uint8/head_20_probabilities.nii.gz", in: folder)
      #expect(values.grid == labels.grid && rounded.grid == labels.grid && values.channels == rounded.channels)
      for voxel in labels.voxels.indices {
        let own = values.voxels[voxel * values.channels..<(voxel + 1) * values.channels]
        #expect(abs(own.reduce(0, +) - 1) < 1e-5)
        #expect(own.firstIndex(of: own.max()!)! - own.startIndex == Int(labels.voxels[voxel]))
      }
      #expect(zip(values.voxels, rounded.voxels).allSatisfy { abs($0 - $1) <= 0.5001 / 255 })
      for other in ["uint8", "none"] {
        #expect(try read("\(other)/head_20.nii.gz", in: folder).voxels == labels.voxels)
      }
    }
  }

  @Test("The labels of a scan whose name ends as those of probabilities stay")
  func likeProbabilities() throws {
    try withScratchFolder { folder in
      let scans = folder.appending(path: "scans")
      try FileManager.default.createDirectory(at: scans, withIntermediateDirectories: true)
      for name in ["a", "a_probabilities"] {
        try FileManager.default.copyItem(at: Self.scan, to: scans.appending(path: "\(name).nii.gz"))
      }
      let model = Self.checkout.appending(path: "Tests/Golden/models/axial.safetensors")
      let output = folder.appending(path: "labels")
      for run in 0..<2 {
        if run == 1 { try Data("no scan".utf8).write(to: scans.appending(path: "a.nii.gz")) }
        let failures = try FolderPrediction(models: [model], input: scans.path, output: output)
          .run(log: RunLog(), interruption: Interruption())
        #expect(failures == run)
        #expect(FileManager.default.fileExists(atPath: output.appending(path: "a_probabilities.nii.gz").path))
      }
    }
  }

  @Test(
    "A scan is predicted again for probabilities in another format, and older probabilities do not stay beside new labels"
  )
  func again() throws {
    try withScratchFolder { folder in
      func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix(".") }.sorted()
      }
      try predict(["axial"], to: folder) { $0.probabilities = .float }
      #expect(try names() == ["head_20.nii.gz", "head_20_probabilities.nii.gz"])
      let large = try Data(contentsOf: folder.appending(path: "head_20_probabilities.nii.gz"))
      try predict(["axial"], to: folder) { $0.probabilities = .uint8 }
      #expect(try Data(contentsOf: folder.appending(path: "head_20_probabilities.nii.gz")).count < large.count)
      try predict(["sagittal"], to: folder)
      #expect(try names() == ["head_20.nii.gz"])
    }
  }

  @Test("Mirrored windows change the labels, and an overlap changes nothing for a model of whole slices")
  func settings() throws {
    try withScratchFolder { folder in
      try predict(["axial"], to: folder.appending(path: "usual"))
      try predict(["axial"], to: folder.appending(path: "mirrored")) { $0.mirrors = true }
      try predict(["axial"], to: folder.appending(path: "overlap")) { $0.overlap = 0.8 }
      let usual = try read("usual/head_20.nii.gz", in: folder).voxels
      #expect(try read("mirrored/head_20.nii.gz", in: folder).voxels != usual)
      #expect(try read("overlap/head_20.nii.gz", in: folder).voxels == usual)
    }
  }
}
