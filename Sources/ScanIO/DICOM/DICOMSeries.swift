import Volumes

/// The slices of a DICOM series, in order, and the grid that they make.
struct DICOMSeries {
  let images: [DICOMImage]
  /// The slices from the first to the last along the normal; the frames of a file without positions in its order.
  let slices: [DICOMSlice]
  let grid: Grid
  /// The number of frames that stand at one place, whose meaning the file does not tell; 1 where slices have places.
  let frames: Int
  /// What the grid comes from.
  let affineSource: AffineSource

  /// Puts the slices of images in order, along the normal of their planes.
  ///
  /// - Throws: `ScanError.dicom`.
  init(_ images: [DICOMImage]) throws {
    self.images = images
    let all = images.indices.flatMap { index in
      images[index].slices.map { slice in
        var slice = slice
        slice.image = index
        return slice
      }
    }
    let form = images[0].form
    let size = GridSize(width: form.columns, height: form.rows)
    if images.count == 1, !Self.arePlaced(all) {
      (slices, frames) = (all, all.count)
      (grid, affineSource) = Self.plane(all[0], size)
      return
    }
    try Self.checkAlike(images, all)
    let stack = try DICOMStack(all, images)
    (slices, frames, affineSource) = (stack.slices, 1, .dicom)
    grid = Grid(
      size: GridSize(width: size.width, height: size.height, depth: slices.count), affine: stack.affine,
      unit: .millimetres)
  }

  /// Whether frames have places of their own: one has one, several have not all the same that the file has for all.
  private static func arePlaced(_ slices: [DICOMSlice]) -> Bool {
    let isPlaced = slices.contains { $0.position != nil && $0.orientation != nil && $0.spacing != nil }
    return isPlaced && (slices.count == 1 || slices.contains { $0.position != slices[0].position })
  }

  /// Every slice must have a place, and look like the first.
  private static func checkAlike(_ images: [DICOMImage], _ slices: [DICOMSlice]) throws {
    let (first, form) = (slices[0], images[0].form)
    for image in images.dropFirst() {
      try image.form.check(like: form, image.path, images[0].path)
    }
    for slice in slices {
      let path = images[slice.image].path
      for (isMissing, tag) in [
        (slice.position == nil, DICOMTag.position), (slice.orientation == nil, .orientation),
        (slice.spacing == nil, .pixelSpacing),
      ] where isMissing {
        throw ScanError.dicom(file: path, .missing(field: tag.name))
      }
      func differs(_ tag: DICOMTag, _ found: String, _ expected: String) -> ScanError {
        .dicom(file: path, .differs(field: tag.name, found: found, expected: expected, other: images[0].name))
      }
      if let own = slice.orientation, let other = first.orientation, !own.isNear(other) {
        throw differs(.orientation, own.text, other.text)
      }
      if let own = slice.spacing, let other = first.spacing,
        zip([own.x, own.y], [other.x, other.y]).contains(where: {
          abs($0 - $1) > 1e-4 * $1
        })
      {
        throw differs(.pixelSpacing, "\(own.x)\\\(own.y)", "\(other.x)\\\(other.y)")
      }
    }
  }

  /// The grid of an image without a place: i to the right and j down.
  private static func plane(_ slice: DICOMSlice, _ size: GridSize) -> (Grid, AffineSource) {
    if let position = slice.position, let orientation = slice.orientation, let spacing = slice.spacing {
      let step = orientation.normal * (slice.thickness ?? 1)
      let affine = Affine(dicomOrientation: orientation, spacing: spacing, step: step, origin: position)
      return (Grid(size: size, affine: affine, unit: .millimetres), .dicom)
    }
    guard let spacing = slice.spacing else { return (Grid(size: size, affine: .identity, unit: .pixels), .none) }
    return (
      Grid(size: size, affine: Affine(scale: SIMD3(spacing.y, spacing.x, 1)), unit: .millimetres), .pixelSpacing
    )
  }
}

extension Affine {
  /// The map of a DICOM stack: its columns run along a row, along a column and to the next slice; the world's first two
  /// axes, towards left and posterior, are turned towards right and anterior.
  init(dicomOrientation: DICOMOrientation, spacing: SIMD2<Double>, step: SIMD3<Double>, origin: SIMD3<Double>) {
    let turn = SIMD3<Double>(-1, -1, 1)
    // Plus zero: no axis of the world is minus zero.
    func turned(_ vector: SIMD3<Double>) -> SIMD3<Double> { vector * turn + SIMD3<Double>.zero }
    self.init(
      i: turned(dicomOrientation.row * spacing.y), j: turned(dicomOrientation.column * spacing.x), k: turned(step),
      translation: turned(origin))
  }
}

extension DICOMOrientation {
  /// The six cosines, as headers have them.
  var text: String { [row, column].flatMap { [$0.x, $0.y, $0.z] }.map { "\($0)" }.joined(separator: "\\") }
}

extension DICOMImage {
  /// The file's name without its folder.
  var name: String { path.split(separator: "/").last.map(String.init) ?? path }
}

extension DICOMForm {
  /// Checks that pixels are of the kind of another image's.
  func check(like other: DICOMForm, _ file: String, _ otherFile: String) throws {
    let fields: [(DICOMTag, String, String)] = [
      (.rows, "\(rows)", "\(other.rows)"), (.columns, "\(columns)", "\(other.columns)"),
      (.samples, "\(samples)", "\(other.samples)"), (.photometric, photometric, other.photometric),
      (.bitsAllocated, "\(bitsAllocated)", "\(other.bitsAllocated)"),
      (.bitsStored, "\(bitsStored)", "\(other.bitsStored)"), (.highBit, "\(highBit)", "\(other.highBit)"),
      (.isSigned, isSigned ? "1" : "0", other.isSigned ? "1" : "0"),
    ]
    guard let difference = fields.first(where: { $0.1 != $0.2 }) else { return }
    throw ScanError.dicom(
      file: file,
      .differs(
        field: difference.0.name, found: difference.1, expected: difference.2,
        other: otherFile.split(separator: "/").last.map(String.init) ?? otherFile))
  }
}
