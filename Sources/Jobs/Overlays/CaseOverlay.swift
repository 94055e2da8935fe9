import Datasets
import Drawing
import Foundation
import Machine
import Metrics
import Review
import ScanIO
import Volumes

/// Draws a case: its image with the labels of the reference and of the prediction.
package struct CaseOverlay {
  let classes: ClassMap
  let choices: OverlayChoices

  package init(classes: ClassMap, choices: OverlayChoices) { (self.classes, self.choices) = (classes, choices) }

  /// The sheet as a file.
  ///
  /// - Throws: `ReviewError` where sizes differ, `MetricsError`, `MachineError.notEnoughMemory`, `DrawingError`.
  package func data(
    _ name: String, image: Volume, reference: LabelMap?, prediction: LabelMap?, as format: PictureFormat
  ) throws -> Data {
    // The values in order for the tones, and a slice as tones, at both sizes.
    try MemoryBudget.require(
      ByteCount.product(2, image.voxels.count, MemoryLayout<Float>.stride),
      for: "the overlay of \(name) (\(image.grid.size) voxels)")
    var sheet = ContactSheet(title: name, classNames: classes.namesInPictures)
    sheet.planes = planes(of: image.grid)
    sheet.longestSidePixels = pictureSide(of: image.grid.size)
    sheet.labelStyle = labelStyle
    sheet.style = choices.theme == .dark ? .dark : .light
    sheet.colours = colours
    if let window = choices.window { sheet.toning = .grey(window, channel: 0) }
    if let reference, let prediction {
      sheet.details = [try scores(prediction: prediction, reference: reference)]
      for plane in sheet.planes {
        sheet.sliceNotes[plane.axis] = try sliceDice(
          prediction: prediction, reference: reference, axis: plane.axis
        ).map { dice in dice.map { "Dice " + decimals($0, 3) } }
      }
    }
    return try sheet.drawing(image: image, reference: reference, prediction: prediction).data(as: format)
  }

  private func planes(of grid: Grid) -> [ContactSheet.Plane] {
    let slices: SliceChoice =
      switch choices.selection {
      case .spread: .automatic(count: choices.slices)
      case .even: .even(count: choices.slices)
      case .largest: .largest(count: choices.slices)
      case .worst: .worst(count: choices.slices)
      }
    guard grid.size.depth > 1 else { return [ContactSheet.Plane(axis: 2, slices: slices)] }
    return choices.planes.map { plane in
      ContactSheet.Plane(
        axis: grid.voxelAxis(nearestTo: plane), slices: slices, name: grid.unit == .millimetres ? plane.plane : "")
    }
  }

  private var labelStyle: ContactSheet.LabelStyle {
    switch choices.labels {
    case .contours: .contours
    case .masks: .masks(opacity: choices.opacity)
    case .errors: .errors(opacity: choices.opacity)
    }
  }

  private var colours: LabelColours {
    let chosen = classes.names.indices.compactMap { index -> (Int, Colour)? in
      let colour = choices.colours[classes.names[index]] ?? choices.colours["\(classes.number(ofClass: index))"]
      return colour.map { (index, $0) }
    }
    return LabelColours(Dictionary(chosen, uniquingKeysWith: { first, _ in first }))
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

extension OverlayChoices {
  /// A class that has a colour, but is none of these; nil where there is none.
  package func unknownColour(among classes: ClassMap) -> String? {
    let known = Set(classes.names + classes.names.indices.map { "\(classes.number(ofClass: $0))" })
    return colours.keys.sorted().first { !known.contains($0) }
  }
}

extension ClassMap {
  /// The names of the classes in legends and captions: `label 2` for a class that is named by its number.
  var namesInPictures: [String] { names.map { $0.allSatisfy(\.isNumber) ? "label \($0)" : $0 } }
}
