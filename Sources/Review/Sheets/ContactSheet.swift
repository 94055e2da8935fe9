import Drawing
import Volumes

/// A case on one sheet: some slices with the labels of the reference and of the prediction, captions and a legend.
public struct ContactSheet: Sendable {
  /// How labels are shown.
  public enum LabelStyle: Hashable, Sendable {
    /// Outlines: of the reference solid, of the prediction dashed.
    case contours
    /// The areas of the prediction, or of the reference where there is none; outlines of the reference over those of a
    /// prediction.
    case masks(opacity: Double)
    /// What is right, missed, false and of a wrong class; it needs both label maps, and shows areas where one is missing.
    case errors(opacity: Double)
  }

  /// Which slices along an axis are shown.
  public struct Plane: Hashable, Sendable {
    /// The voxel axis across the slices: 0 (i), 1 (j) or 2 (k).
    public var axis: Int
    /// The slices.
    public var slices: SliceChoice
    /// What captions call the plane, such as `axial`; empty: the voxel axis.
    public var name: String

    /// Makes a choice.
    public init(axis: Int, slices: SliceChoice, name: String = "") {
      (self.axis, self.slices, self.name) = (axis, slices, name)
    }
  }

  /// The case's name.
  public var title: String
  /// Lines of text below the title, such as scores; long ones are wrapped.
  public var details: [String] = []
  /// The names of the classes, by class index; a class without one is called by its index.
  public var classNames: [String]
  /// The slices, plane by plane.
  public var planes = [Plane(axis: 2, slices: .automatic(count: 6))]
  /// What is known of a slice of an axis, for its caption, such as its Dice.
  public var sliceNotes: [Int: [String?]] = [:]
  /// How labels are shown.
  public var labelStyle = LabelStyle.contours
  /// The colours of the classes.
  public var colours = LabelColours()
  /// How values become tones; nil: by the image.
  public var toning: Toning?
  /// About how long a picture's longest side is.
  public var longestSidePixels = 384
  /// The colours of the sheet.
  public var style = SheetStyle.dark

  /// Makes a sheet; the other properties can be set afterwards.
  public init(title: String, classNames: [String]) {
    self.title = title
    self.classNames = classNames
  }

  /// Lays the sheet out.
  ///
  /// - Throws: `ReviewError.sizeMismatch` where the labels have not the image's size, and `.sliceOutOfRange`.
  public func drawing(
    image: Volume, reference: LabelMap? = nil, prediction: LabelMap? = nil
  ) throws -> any Drawable {
    let toning = toning ?? Toning(of: image)
    var isShown = [Bool](repeating: false, count: 256)
    var tiles: [SheetTile] = []
    var mostSlices = 0
    for plane in planes {
      let view = SliceView(grid: image.grid, axis: plane.axis, longestSidePixels: side(of: plane, image.grid))
      let chosen = try plane.slices.indices(
        along: plane.axis, of: image.grid.size, reference: reference, prediction: prediction)
      mostSlices = max(mostSlices, chosen.count)
      let worst = SliceChoice.worstSlice(reference: reference, prediction: prediction, along: plane.axis)
      for slice in chosen {
        var picture = try SlicePicture(image, slice: slice, view: view, toning: toning)
        try add(reference, prediction, to: &picture)
        for labels in [reference, prediction].compactMap({ $0 }) {
          for label in LabelPlane(of: labels, slice: slice, view: view).classes { isShown[Int(label)] = true }
        }
        picture.addMarkers()
        picture.addScaleBar()
        let isWorst = slice == worst && view.sliceCount > 1
        tiles.append(
          SheetTile(
            picture: picture, caption: caption(of: slice, plane, view, isWorst: isWorst), isEmphasised: isWorst))
      }
    }
    return SheetLayout(
      title: title, details: details, tiles: tiles,
      legend: legend((1...255).filter { isShown[$0] }.map(UInt8.init), reference != nil, prediction != nil),
      // Each plane begins a row.
      columns: planes.count > 1 && tiles.count == planes.count * mostSlices ? mostSlices : nil, style: style)
  }

  /// The longest side of a plane's pictures: a millimetre is as long in every plane.
  private func side(of plane: Plane, _ grid: Grid) -> Int {
    func longest(_ axis: Int) -> Double {
      (0..<3).filter { $0 != axis }.map { Double(grid.size[$0]) * grid.spacing[$0] }.max() ?? 1
    }
    let most = planes.map { longest($0.axis) }.max() ?? 1
    guard most > 0 else { return longestSidePixels }
    return max(1, Int((Double(longestSidePixels) * longest(plane.axis) / most).rounded()))
  }

  private func add(_ reference: LabelMap?, _ prediction: LabelMap?, to picture: inout SlicePicture) throws {
    switch labelStyle {
    case .errors(let opacity):
      if let reference, let prediction {
        try picture.addErrors(prediction: prediction, reference: reference, opacity: opacity)
      } else if let labels = prediction ?? reference {
        try picture.addMasks(of: labels, opacity: opacity, colours: colours)
      }
    case .masks(let opacity):
      if let labels = prediction ?? reference {
        try picture.addMasks(
          of: labels, opacity: opacity, colours: colours, part: prediction == nil ? .reference : .prediction)
      }
      if prediction != nil, let reference {
        try picture.addContours(of: reference, style: .reference, colours: colours, part: .reference)
      }
    case .contours:
      if let reference {
        try picture.addContours(of: reference, style: .reference, colours: colours, part: .reference)
      }
      if let prediction {
        try picture.addContours(of: prediction, style: .prediction, colours: colours, part: .prediction)
      }
    }
  }

  private func legend(_ classes: [UInt8], _ hasReference: Bool, _ hasPrediction: Bool) -> Legend {
    if case .errors = labelStyle, hasReference, hasPrediction {
      return Legend(errors: ErrorKind.allCases.filter { $0 != .wrongClass || classNames.count > 2 })
    }
    let showsLines = labelStyle == .contours
    return Legend(
      classes: classes, names: classNames, colours: colours,
      showsReference: hasReference && (showsLines || hasPrediction), showsPrediction: hasPrediction && showsLines,
      areas: !showsLines && hasReference && hasPrediction ? "prediction" : nil)
  }

  /// Where the slice is, what is known of it, and whether it has the most errors.
  private func caption(of slice: Int, _ plane: Plane, _ view: SliceView, isWorst: Bool) -> String {
    var parts: [String] = []
    if view.sliceCount > 1 {
      let name = plane.name.isEmpty ? "" : plane.name + " "
      let place = view.position(of: slice).map { " (\($0))" } ?? ""
      parts.append("\(name)\(["i", "j", "k"][plane.axis]) \(slice)\(place)")
    }
    if let notes = sliceNotes[plane.axis], slice < notes.count, let note = notes[slice] { parts.append(note) }
    if isWorst { parts.append("largest difference") }
    return parts.joined(separator: ", ")
  }
}
