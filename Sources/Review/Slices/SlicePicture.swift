import Drawing
import Volumes

/// One slice of a volume as a picture in its true proportions, on which labels and letters can be drawn.
public struct SlicePicture: Sendable {
  /// The layout of the slice.
  public let view: SliceView
  /// The slice's index along the view's axis.
  public let slice: Int
  /// The voxels as tones.
  public let image: Picture
  private var layers: [Layer] = []

  /// What is drawn over the image, in order.
  private enum Layer {
    case picture(Picture, isSmooth: Bool)
    case contours(LabelPlane, ContourStyle, LabelColours)
    case markers
    case scaleBar
    case title(String)
  }

  /// Takes a slice of a volume.
  ///
  /// - Throws: `ReviewError.sliceOutOfRange`, and `.sizeMismatch` where the view was made for a grid of another size.
  public init(_ volume: Volume, slice: Int, view: SliceView, toning: Toning) throws {
    try view.check(volume.grid.size, .image)
    try view.check(slice: slice)
    (self.view, self.slice) = (view, slice)
    let channels = toning.channels.count
    var tones = toning.tones(of: volume, slice: slice, view: view)
    var (width, height) = (view.columns, view.rows)
    // Larger pictures would make files that programs refuse to open.
    let shrinking = (Double(Self.mostPixels) / Double(width * height)).squareRoot()
    if shrinking < 1 {
      let size = (max(1, Int(Double(width) * shrinking)), max(1, Int(Double(height) * shrinking)))
      tones = resampledPlane(
        tones, channels: channels,
        columns: (width, AxisResampling(from: width, to: size.0, interpolation: .smooth)),
        rows: AxisResampling(from: height, to: size.1, interpolation: .smooth))
      (width, height) = size
    }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(4 * width * height)
    for pixel in 0..<width * height {
      for channel in 0..<3 {
        pixels.append(UInt8(min(max(tones[pixel * channels + channel % channels].rounded(), 0), 255)))
      }
      pixels.append(255)
    }
    image = Picture(width: width, height: height, pixels: pixels)
  }

  private static let mostPixels = 1_200_000

  /// Adds the outlines of every foreground class of the slice.
  ///
  /// - Throws: `ReviewError.sizeMismatch` where the labels have not the image's size.
  public mutating func addContours(
    of labels: LabelMap, style: ContourStyle, colours: LabelColours = LabelColours(), part: ReviewError.Part = .labels
  ) throws {
    try view.check(labels.grid.size, part)
    layers.append(.contours(LabelPlane(of: labels, slice: slice, view: view), style, colours))
  }

  /// Adds the areas of every foreground class.
  ///
  /// - Parameter opacity: How much they cover, in 0...1.
  /// - Throws: `ReviewError.sizeMismatch` where the labels have not the image's size.
  public mutating func addMasks(
    of labels: LabelMap, opacity: Double, colours: LabelColours = LabelColours(), part: ReviewError.Part = .labels
  ) throws {
    try view.check(labels.grid.size, part)
    let plane = LabelPlane(of: labels, slice: slice, view: view)
    add(plane.labels.map { $0 == 0 ? nil : colours[Int($0)] }, opacity: opacity)
  }

  /// Adds colours for voxels that are right, missed, false alarms and of a wrong class.
  ///
  /// - Throws: `ReviewError.sizeMismatch` where the labels have not the image's size.
  public mutating func addErrors(prediction: LabelMap, reference: LabelMap, opacity: Double) throws {
    try view.check(prediction.grid.size, .prediction)
    try view.check(reference.grid.size, .reference)
    let found = LabelPlane(of: prediction, slice: slice, view: view)
    let real = LabelPlane(of: reference, slice: slice, view: view)
    let ignored = LabelPlane(of: reference, slice: slice, view: view, showsIgnored: true)
    let kinds = found.labels.indices.map { voxel -> ErrorKind? in
      ignored.labels[voxel] == LabelMap.ignored
        ? nil : ErrorKind(predicted: found.labels[voxel], real: real.labels[voxel])
    }
    add(kinds.map { $0?.colour }, opacity: opacity)
  }

  /// Adds how the picture was deformed: see `Deformation`.
  ///
  /// - Throws: `ReviewError.sizeMismatch` where the deformation is not of the picture's grid.
  public mutating func add(_ deformation: Deformation) throws {
    layers.append(.picture(try deformation.picture(of: slice, view: view), isSmooth: false))
  }

  /// Adds letters at the edges that say which side is which; nothing where no orientation is known.
  public mutating func addMarkers() { layers.append(.markers) }

  /// Adds a bar of a round length in millimetres; nothing for images without physical size.
  public mutating func addScaleBar() { layers.append(.scaleBar) }

  /// Adds a title in the upper left corner.
  public mutating func addTitle(_ text: String) { layers.append(.title(text)) }

  private mutating func add(_ colours: [Colour?], opacity: Double) {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(4 * colours.count)
    let alpha = UInt8((255 * min(max(opacity, 0), 1)).rounded())
    for colour in colours {
      pixels += colour.map { [$0.red, $0.green, $0.blue, alpha] } ?? [0, 0, 0, 0]
    }
    layers.append(.picture(Picture(width: view.columns, height: view.rows, pixels: pixels), isSmooth: false))
  }
}

extension SlicePicture: Drawable {
  /// The width of the picture.
  public var width: Double { Double(view.width) }
  /// The height of the picture.
  public var height: Double { Double(view.height) }

  /// Draws the picture, its upper left corner at the canvas's.
  public func draw(on canvas: Canvas) throws { try draw(on: canvas, at: .zero) }

  /// Draws the picture, its upper left corner at a point.
  func draw(on canvas: Canvas, at corner: SIMD2<Double>) throws {
    let frame = Rectangle(x: corner.x, y: corner.y, width: width, height: height)
    try canvas.draw(image, in: frame, isSmooth: true)
    for layer in layers {
      switch layer {
      case .picture(let picture, let isSmooth): try canvas.draw(picture, in: frame, isSmooth: isSmooth)
      case .contours(let plane, let style, let colours):
        ContourPainter(view: view, style: style, corner: corner).draw(plane, colours, on: canvas)
      case .markers: drawMarkers(on: canvas, in: frame)
      case .scaleBar: drawScaleBar(on: canvas, in: frame)
      case .title(let text):
        let title = Text(text, size: textSize, limit: width / 2)
        canvas.draw(title, at: corner + 5, Ink(SheetStyle.dark.text), rim: 1.5)
      }
    }
  }

  private var textSize: Double { max(width, height) >= 280 ? 15 : 11 }

  private func drawMarkers(on canvas: Canvas, in frame: Rectangle) {
    guard let markers = view.markers, min(width, height) >= 40 else { return }
    let margin = 4.0
    func draw(_ letter: String, _ place: (_ width: Double, _ height: Double) -> SIMD2<Double>) {
      let text = Text(letter, size: textSize, isBold: true)
      let extent = text.extent
      canvas.draw(text, at: place(extent.width, extent.height), Ink(Self.markerColour), rim: 1.5)
    }
    let middle = SIMD2(frame.x + frame.width / 2, frame.y + frame.height / 2)
    draw(markers.left) { _, height in SIMD2(frame.x + margin, middle.y - height / 2) }
    draw(markers.right) { width, height in SIMD2(frame.right - margin - width, middle.y - height / 2) }
    draw(markers.top) { width, _ in SIMD2(middle.x - width / 2, frame.y + 1) }
    draw(markers.bottom) { width, height in SIMD2(middle.x - width / 2, frame.bottom - 1 - height) }
  }

  private func drawScaleBar(on canvas: Canvas, in frame: Rectangle) {
    guard let unitsPerMM = view.unitsPerMM, let bar = ScaleBar(unitsPerMM: unitsPerMM, width: frame.width) else {
      return
    }
    let text = Text(bar.label, size: textSize * 0.85)
    let extent = text.extent
    let (right, bottom) = (frame.right - 8, frame.bottom - 8)
    let line = Rectangle(x: right - bar.length, y: bottom - 3, width: bar.length, height: 3)
    canvas.fill(
      Rectangle(x: line.x - 1, y: line.y - 1, width: line.width + 2, height: 5), Ink(.black, opacity: 0.85))
    canvas.fill(line, Ink(.white))
    canvas.draw(
      text, at: SIMD2(right - max(extent.width, (bar.length + extent.width) / 2), line.y - 3 - extent.height),
      Ink(.white), rim: 1.5)
  }

  private static let markerColour = Colour(red: 255, green: 232, blue: 120)
}

/// A bar of a round length: 1, 2 or 5 times a power of ten millimetres, about a quarter of a picture's width.
struct ScaleBar: Equatable {
  /// In millimetres.
  let millimetres: Double
  /// In units of the canvas.
  let length: Double

  /// Nil where a bar would be too short to be seen.
  init?(unitsPerMM: Double, width: Double) {
    guard unitsPerMM > 0, unitsPerMM.isFinite else { return nil }
    let most = width / 3 / unitsPerMM
    var power = 1e-6
    while power * 10 <= most { power *= 10 }
    guard let best = [5.0, 2, 1].map({ $0 * power }).first(where: { $0 <= most }) else { return nil }
    (millimetres, length) = (best, best * unitsPerMM)
    if length < 12 { return nil }
  }

  /// The length in a unit that suits it.
  var label: String {
    func text(_ value: Double) -> String {
      value == value.rounded() ? "\(Int(value))" : "\((value * 1000).rounded() / 1000)"
    }
    if millimetres >= 10, millimetres.truncatingRemainder(dividingBy: 10) == 0 { return text(millimetres / 10) + " cm" }
    return millimetres >= 0.1 ? text(millimetres) + " mm" : text(millimetres * 1000) + " µm"
  }
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
