import Datasets
import Foundation
import Jobs
import Machine
import Networks
import ScanIO
import Stages
import TestSupport
import Testing
import Volumes

/// The golden models differ in slice axis, window and spacing.
@Suite struct EnsembleTests {
  private static let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private static func url(_ model: String) -> URL {
    checkout.appending(path: "Tests/Golden/models/\(model).safetensors")
  }

  private func scan() throws -> Volume {
    try ScanFile.read(Self.checkout.appending(path: "sample-data/heads/images/head_20.nii.gz")).volume
  }

  private func labels(_ models: [TrainedModel], of scan: Volume) throws -> [UInt8] {
    try CaseSegmenter(models).segmentation(
      of: scan, reading: models[0].card.reading, name: "scan", folder: FileManager.default.temporaryDirectory
    ) { _ in scan }.labels.labels
  }

  @Test("The order of the models changes nothing, and where they agree so does the ensemble")
  func order() throws {
    let (scan, models) = (try scan(), try ["axial", "sagittal"].map { try TrainedModel(contentsOf: Self.url($0)) })
    let (first, second) = (try labels([models[0]], of: scan), try labels([models[1]], of: scan))
    let both = try labels(models, of: scan)
    #expect(try labels(models.reversed(), of: scan) == both)
    #expect(both != first && both != second)
    #expect(both.indices.allSatisfy { first[$0] != second[$0] || both[$0] == first[$0] })
    #expect(try labels([models[0], models[0]], of: scan) == first)
  }

  @Test("A scan in another order of voxels gets the same labels, alone and in an ensemble, also at another spacing")
  func orders() throws {
    try withScratchFolder { folder in
      let scan = try scan()
      let turned = scan.reoriented(by: Reorientation(from: scan.grid.orientation, to: Orientation("PIR")!))
      let coarse = try changed(in: folder) { card, _ in
        card.commonSpacing = CommonSpacing(spacingMM: SIMD3(1.6, 1.3, 2.9), interpolation: .linear)
      }
      for model in [try TrainedModel(contentsOf: Self.url("sagittal")), coarse] {
        let own = try labels([model], of: turned)
        #expect(try labels([model, model], of: turned) == own)
        let back = LabelMap(grid: turned.grid, labels: own)
          .reoriented(by: Reorientation(from: turned.grid.orientation, to: scan.grid.orientation))
        let straight = try labels([model], of: scan)
        let differing = zip(back.labels, straight).count { $0 != $1 }
        #expect(differing * 1000 <= straight.count, "\(differing) of \(straight.count)")
      }
    }
  }

  /// A copy of the axial model whose card or weights are changed.
  private func changed(in folder: URL, _ change: (inout ModelCard, inout WeightFile) -> Void) throws -> TrainedModel {
    var file = try WeightFile(contentsOf: Self.url("axial"))
    var card = try ModelCard(of: file, name: "axial")
    change(&card, &file)
    file.metadata = try card.metadata()
    let url = folder.appending(path: "changed-\(UUID().uuidString).safetensors")
    try file.encoded().write(to: url)
    return try TrainedModel(contentsOf: url)
  }

  @Test("Each model sees its own window and normalisation, whichever is first")
  func windows() throws {
    try withScratchFolder { folder in
      let scan = try scan()
      let axial = try TrainedModel(contentsOf: Self.url("axial"))
      let wide = try changed(in: folder) { card, _ in card.window = Extent(height: 120, width: 96) }
      let raw = try changed(in: folder) { card, _ in card.normalisation = .none }
      #expect(try labels([wide], of: scan) != labels([axial], of: scan))
      let all = try labels([axial, wide, raw], of: scan)
      for order in [[wide, raw, axial], [raw, axial, wide], [raw, wide, axial]] {
        #expect(try labels(order, of: scan) == all)
      }
    }
  }

  @Test("Models of other classes or other channel names do not predict together")
  func refused() throws {
    try withScratchFolder { folder in
      let axial = try changed(in: folder) { card, _ in card.channelNames = ["t1"] }
      let other = try changed(in: folder) { card, _ in card.channelNames = ["t2"] }
      let unnamed = try changed(in: folder) { _, _ in }
      #expect(throws: JobError.self) { try CaseSegmenter([axial, other]) }
      _ = try CaseSegmenter([axial, unnamed])
    }
  }

  @Test("Probabilities that are not finite are an error of the scan, alone and in an ensemble")
  func notFinite() throws {
    try withScratchFolder { folder in
      let scan = try scan()
      let axial = try TrainedModel(contentsOf: Self.url("axial"))
      let huge = try changed(in: folder) { _, file in
        file.arrays = file.arrays.mapValues { array in
          WeightFile.Array(shape: array.shape, values: array.values.map { _ in 3e38 })
        }
      }
      for models in [[huge], [axial, huge]] {
        #expect {
          _ = try labels(models, of: scan)
        } throws: { error in
          if case JobError.outputNotFinite(file: "scan", _) = error { true } else { false }
        }
      }
    }
  }

  @Test("A scan that the model's spacing makes larger than the memory is refused")
  func memory() throws {
    try withScratchFolder { folder in
      let fine = try changed(in: folder) { card, _ in
        card.commonSpacing = CommonSpacing(spacingMM: SIMD3(repeating: 1e-6), interpolation: .linear)
      }
      let scan = try scan()
      #expect {
        _ = try labels([fine], of: scan)
      } throws: { error in
        error is MachineError || error is VolumesError
      }
    }
  }

  @Test("A model of sagittal slices refuses a volume without a physical size; one of axial slices takes it")
  func pixels() throws {
    var scan = try scan()
    scan.grid.unit = .pixels
    let (axial, sagittal) = (
      try TrainedModel(contentsOf: Self.url("axial")), try TrainedModel(contentsOf: Self.url("sagittal"))
    )
    #expect {
      _ = try labels([sagittal], of: scan)
    } throws: { error in
      "\(error)".contains("scan: the model uses sagittal slices (its slice_axis), but this volume has no physical size")
    }
    _ = try labels([axial], of: scan)
  }
}
