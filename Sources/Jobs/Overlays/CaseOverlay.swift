import Datasets
import Drawing
import Foundation
import Machine
import Metrics
import Review
import ScanIO
import Volumes

/// Draws a case: its image with the outlines of the reference and of the prediction.
package struct CaseOverlay {
  let classes: ClassMap
  let sliceAxis: BodyAxis
  let slices: Int

  package init(classes: ClassMap, sliceAxis: BodyAxis, slices: Int) {
    (self.classes, self.sliceAxis, self.slices) = (classes, sliceAxis, slices)
  }

  /// The sheet as PNG.
  ///
  /// - Throws: `ReviewError` where sizes differ, `MetricsError`, `MachineError.notEnoughMemory`.
  package func png(_ name: String, image: Volume, reference: LabelMap?, prediction: LabelMap?) throws -> Data {
    // The values in order for the tones, and a slice as tones, at both sizes.
    try MemoryBudget.require(
      ByteCount.product(2, image.voxels.count, MemoryLayout<Float>.stride),
      for: "the overlay of \(name) (\(image.grid.size) voxels)")
    var sheet = ContactSheet(title: name, classNames: classes.namesInPictures)
    let axis = image.grid.size.depth == 1 ? 2 : image.grid.voxelAxis(nearestTo: sliceAxis)
    sheet.planes = [ContactSheet.Plane(axis: axis, slices: .automatic(count: slices))]
    sheet.longestSidePixels = pictureSide(of: image.grid.size)
    if let reference, let prediction {
      sheet.details = [try scores(prediction: prediction, reference: reference)]
      sheet.sliceNotes[axis] = try sliceDice(prediction: prediction, reference: reference, axis: axis).map { dice in
        dice.map { "Dice " + decimals($0, 3) }
      }
    }
    return try sheet.drawing(image: image, reference: reference, prediction: prediction).data()
  }

  /// The size of a picture: large if it is the only one; on a sheet it shows every pixel, unless there are very many.
  private func pictureSide(of size: GridSize) -> Int {
    size.depth == 1 ? 1024 : max(384, min(max(size.width, size.height), 640))
  }

  private func result(prediction: LabelMap, reference: LabelMap) throws -> CaseResult {
    try CaseResult(
      name: "", predictionFile: "", referenceFile: "", prediction: prediction, reference: reference,
      classCount: classes.count, metrics: [.dice])
  }

  private func scores(prediction: LabelMap, reference: LabelMap) throws -> String {
    let result = try result(prediction: prediction, reference: reference)
    return "Dice: "
      + zip(classes.namesInPictures.dropFirst(), result.classes).map { name, result in
        "\(name) " + (result[.dice].number.map { decimals($0, 3) } ?? "in neither")
      }.joined(separator: ", ")
  }

  /// The mean Dice of the foreground classes in each slice; nil where neither has any.
  private func sliceDice(prediction: LabelMap, reference: LabelMap, axis: Int) throws -> [Double?] {
    let size = reference.grid.size
    return try (0..<size[axis]).map { index in
      let plane = Region(plane: index, across: axis, of: size)
      let result = try result(prediction: prediction.part(plane), reference: reference.part(plane))
      let values = result.classes.compactMap { $0[.dice].number }
      return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
  }
}

extension ClassMap {
  /// The names of the classes in legends and captions: `label 2` for a class that is named by its number.
  var namesInPictures: [String] { names.map { $0.allSatisfy(\.isNumber) ? "label \($0)" : $0 } }
}
