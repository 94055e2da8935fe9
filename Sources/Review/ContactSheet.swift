import Volumes

/// A case on one sheet: some slices with the outlines of the reference and of the prediction, captions and a legend.
public struct ContactSheet: Sendable {
  /// The case's name.
  public var title: String
  /// Lines of text below the title, such as scores; long ones are wrapped.
  public var details: [String] = []
  /// The names of the classes, by class index; a class without one is called by its index.
  public var classNames: [String]
  /// Which slices are shown.
  public var slices = SliceChoice.automatic(count: 6)
  /// The voxel axis across the slices: 0 (i), 1 (j) or 2 (k).
  public var axis = 2
  /// The Dice of each slice along the axis, nil where it has none; empty where none are known.
  public var sliceDice: [Double?] = []
  /// About how long a picture's longest side is.
  public var longestSidePixels = 384

  /// Makes a sheet; the other properties can be set afterwards.
  public init(title: String, classNames: [String]) {
    self.title = title
    self.classNames = classNames
  }

  /// Draws the sheet.
  ///
  /// - Throws: `ReviewError.sizeMismatch` where the labels have not the image's size, and `.sliceOutOfRange`.
  public func draw(image: Volume, reference: LabelMap? = nil, prediction: LabelMap? = nil) throws -> Raster {
    let view = SliceView(grid: image.grid, axis: axis, longestSidePixels: longestSidePixels)
    let chosen = try slices.indices(along: axis, of: image.grid.size, reference: reference, prediction: prediction)
    let isPlane = image.grid.size[axis] == 1
    let worst = isPlane ? nil : SliceChoice.worstSlice(reference: reference, prediction: prediction, along: axis)
    let toning = Toning(of: image)
    var isShown = [Bool](repeating: false, count: 256)
    let tiles = try chosen.map { slice in
      var picture = try SlicePicture(image, slice: slice, view: view, toning: toning)
      for (labels, style) in [(reference, ContourStyle.reference), (prediction, .prediction)] {
        guard let labels else { continue }
        try picture.drawContours(of: labels, style: style)
        for label in LabelPlane(of: labels, slice: slice, view: view).classes { isShown[Int(label)] = true }
      }
      picture.drawMarkers()
      let caption = caption(of: slice, isPlane: isPlane, isWorst: slice == worst)
      return CaptionedTile(picture: picture.raster, caption: caption, isEmphasised: slice == worst)
    }
    let legend = Legend(
      classes: (1...255).filter { isShown[$0] }.map(UInt8.init), names: classNames,
      showsReference: reference != nil, showsPrediction: prediction != nil)
    return SheetLayout(title: title, details: details, tiles: tiles, legend: legend).draw()
  }

  private func caption(of slice: Int, isPlane: Bool, isWorst: Bool) -> String {
    var parts = isPlane ? [] : ["\(["i", "j", "k"][axis]) \(slice)"]
    if slice < sliceDice.count, let dice = sliceDice[slice] {
      parts.append("Dice " + decimal(dice, places: 3))
    }
    if isWorst { parts.append("most errors") }
    return parts.joined(separator: "  ")
  }
}
