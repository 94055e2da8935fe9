import Drawing
import Volumes

/// Several versions of an image side by side, each with its labels outlined, such as an image and its augmentations.
public struct PreviewSheet: Sendable {
  /// One version of the image.
  public struct Tile: Sendable {
    /// What is written below.
    public var caption: String
    /// The image.
    public var image: Volume
    /// Its labels, if there are any.
    public var labels: LabelMap?
    /// How it was deformed, if that is to be shown.
    public var deformation: Deformation?

    /// Makes a tile.
    public init(caption: String, image: Volume, labels: LabelMap? = nil, deformation: Deformation? = nil) {
      (self.caption, self.image, self.labels, self.deformation) = (caption, image, labels, deformation)
    }
  }

  /// The heading.
  public var title: String
  /// Lines of text below the title; long ones are wrapped.
  public var details: [String] = []
  /// The names of the classes, by class index.
  public var classNames: [String]
  /// The voxel axis across the slices: 0 (i), 1 (j) or 2 (k).
  public var axis = 2
  /// The slice that is shown of every tile; nil for the middle of each tile's foreground.
  public var slice: Int?
  /// The number of tiles in a row; nil for a sheet of pleasing proportions.
  public var columns: Int?
  /// About how long a picture's longest side is.
  public var longestSidePixels = 256

  /// Makes a sheet; the other properties can be set afterwards.
  public init(title: String, classNames: [String]) {
    self.title = title
    self.classNames = classNames
  }

  /// Lays the sheet out; every tile is toned by the first one's values, so that changes of brightness show.
  ///
  /// - Throws: `ReviewError.sizeMismatch` where labels have not their image's size, and `.sliceOutOfRange`.
  public func drawing(_ tiles: [Tile]) throws -> any Drawable {
    var isShown = [Bool](repeating: false, count: 256)
    let toning = tiles.first.map { Toning(of: $0.image) }
    let pictures = try tiles.map { tile in
      let view = SliceView(grid: tile.image.grid, axis: axis, longestSidePixels: longestSidePixels)
      let choice = slice.map { SliceChoice.slices([$0]) } ?? .automatic(count: 1)
      let index = try choice.indices(along: axis, of: tile.image.grid.size, reference: tile.labels)[0]
      var picture = try SlicePicture(tile.image, slice: index, view: view, toning: toning ?? Toning(of: tile.image))
      if let deformation = tile.deformation { try picture.add(deformation) }
      if let labels = tile.labels {
        try picture.addContours(of: labels, style: .reference)
        for label in LabelPlane(of: labels, slice: index, view: view).classes { isShown[Int(label)] = true }
      }
      return SheetTile(picture: picture, caption: tile.caption)
    }
    let legend = Legend(
      classes: (1...255).filter { isShown[$0] }.map(UInt8.init), names: classNames, showsReference: false,
      showsPrediction: false)
    return SheetLayout(title: title, details: details, tiles: pictures, legend: legend, columns: columns)
  }
}
