import Volumes

/// One slice of a volume as a picture in its true proportions, on which outlines and letters can be drawn.
public struct SlicePicture: Sendable {
  /// The picture.
  public internal(set) var raster: Raster
  /// The layout of the slice.
  public let view: SliceView
  /// The slice's index along the view's axis.
  public let slice: Int

  /// Draws a slice of a volume.
  ///
  /// - Throws: `ReviewError.sliceOutOfRange`, and `.sizeMismatch` where the view was made for a grid of another size.
  public init(_ volume: Volume, slice: Int, view: SliceView, toning: Toning) throws {
    try view.check(volume.grid.size, .image)
    try view.check(slice: slice)
    (self.view, self.slice) = (view, slice)
    let channels = toning.channels
    let plane = resampledPlane(
      toning.tones(of: volume, slice: slice, view: view), channels: channels.count,
      columns: (view.columns, AxisResampling(from: view.columns, to: view.width, interpolation: .smooth)),
      rows: AxisResampling(from: view.rows, to: view.height, interpolation: .smooth))
    var samples: [UInt8] = []
    samples.reserveCapacity(view.width * view.height * 3)
    for pixel in 0..<view.width * view.height {
      for channel in 0..<3 {
        let tone = plane[pixel * channels.count + channel % channels.count]
        samples.append(UInt8(min(max(tone.rounded(), 0), 255)))
      }
    }
    raster = Raster(width: view.width, height: view.height, samples: samples)
  }

  /// Draws the outlines of every foreground class of the slice.
  ///
  /// - Throws: `ReviewError.sizeMismatch` where the labels have not the image's size.
  public mutating func drawContours(of labels: LabelMap, style: ContourStyle, part: ReviewError.Part = .labels) throws {
    try view.check(labels.grid.size, part)
    raster.drawContours(of: LabelPlane(of: labels, slice: slice, view: view), view: view, style: style)
  }

  /// Writes at the picture's edges which side is which; nothing where no orientation is known or there is no room.
  public mutating func drawMarkers() {
    guard let markers = view.markers, min(raster.width, raster.height) >= 40 else { return }
    let scale = textScale
    let margin = 4
    let height = BitmapFont.capHeight * scale
    let middle = (raster.height - height) / 2
    func width(_ letter: String) -> Int { BitmapFont.width(of: letter, scale: scale) }
    let places = [
      (markers.left, x: margin, y: middle),
      (markers.right, x: raster.width - margin - width(markers.right), y: middle),
      (markers.top, x: (raster.width - width(markers.top)) / 2, y: margin),
      (markers.bottom, x: (raster.width - width(markers.bottom)) / 2, y: raster.height - margin - height),
    ]
    for (letter, x, y) in places { raster.drawOutlinedText(letter, x: x, y: y, scale: scale, Self.markerColour) }
  }

  /// Writes a title into the upper left corner, cut short before the middle.
  public mutating func drawTitle(_ text: String) {
    let scale = textScale
    let title = BitmapFont.truncated(text, toWidth: raster.width / 2 - 16 * scale, scale: scale)
    raster.drawOutlinedText(title, x: 5, y: 5, scale: scale, SheetStyle.text)
  }

  private var textScale: Int { min(raster.width, raster.height) >= 280 ? 2 : 1 }

  private static let markerColour = Colour(red: 255, green: 232, blue: 120)
}

extension SliceView {
  /// Checks that a grid has the size that the view was made for.
  func check(_ found: GridSize, _ part: ReviewError.Part) throws(ReviewError) {
    guard found == size else { throw .sizeMismatch(part, expected: size, found: found) }
  }

  /// Checks that there is such a slice.
  func check(slice: Int) throws(ReviewError) {
    guard (0..<sliceCount).contains(slice) else {
      throw .sliceOutOfRange(slice: slice, axis: axis, count: sliceCount)
    }
  }
}

extension Toning {
  /// The channels that are shown: one, or three.
  fileprivate var channels: [Int] {
    switch self {
    case .grey(_, let channel): [channel]
    case .colour: [0, 1, 2]
    }
  }

  /// The tones, in 0...255, of a slice's voxels in the order of the screen.
  fileprivate func tones(of volume: Volume, slice: Int, view: SliceView) -> [Float] {
    let window: GreyWindow
    switch self {
    case .grey(let grey, _): window = grey
    case .colour(let maximum): window = GreyWindow(lower: 0, upper: maximum)
    }
    var tones: [Float] = []
    tones.reserveCapacity(view.columns * view.rows * channels.count)
    for row in 0..<view.rows {
      for column in 0..<view.columns {
        let voxel = view.voxelIndex(column: column, row: row, slice: slice) * volume.channels
        for channel in channels { tones.append(window.brightness(of: volume.voxels[voxel + channel])) }
      }
    }
    return tones
  }
}
