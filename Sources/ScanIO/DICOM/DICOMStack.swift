import Volumes

/// Slices in order along the normal of their planes, at regular steps.
struct DICOMStack {
  /// The slices in order.
  let slices: [DICOMSlice]
  /// Where they stand; of a tilted gantry the steps are not at right angles to the slices.
  let affine: Affine

  /// Puts slices in order and measures their steps. All have a place, one orientation and one spacing.
  ///
  /// A step may differ from the median step by a hundredth of it or by 0.01 mm, to which scanners round, but never by
  /// more than a tenth; and no slice may lie farther than a tenth of a step from where the affine puts it.
  ///
  /// - Throws: `ScanError.dicom` with `.severalVolumes`, `.gap`, `.besideTheLine` or `.missing`.
  init(_ unordered: [DICOMSlice], _ images: [DICOMImage]) throws {
    guard let orientation = unordered.first?.orientation, let spacing = unordered.first?.spacing else {
      preconditionFailure("slices have places")
    }
    let normal = orientation.normal
    let placed = unordered.compactMap { slice in slice.position.map { (slice, $0, ($0 * normal).sum()) } }
      .sorted { $0.2 < $1.2 }
    slices = placed.map(\.0)
    let (positions, heights) = (placed.map(\.1), placed.map(\.2))
    try Self.checkDoubles(slices, heights, images)
    try Self.checkSteps(slices, heights, images)
    var step = normal * (slices[0].thickness ?? 1)
    if slices.count > 1 { step = (positions[positions.count - 1] - positions[0]) / Double(slices.count - 1) }
    try Self.checkLine(slices, positions, step, images)
    affine = Affine(dicomOrientation: orientation, spacing: spacing, step: step, origin: positions[0])
  }

  /// Two slices are at one place where they are nearer than a twentieth of the largest step, or all at one place.
  private static func checkDoubles(_ slices: [DICOMSlice], _ heights: [Double], _ images: [DICOMImage]) throws {
    let steps = zip(heights.dropFirst(), heights).map { $0 - $1 }
    guard let largest = steps.max(), let index = steps.firstIndex(where: { $0 <= largest / 20 }) ?? firstZero(steps)
    else { return }
    let (a, b) = (slices[index], slices[index + 1])
    if let isWhole = try copy(a, b, images) {
      let doubles = try steps.indices.filter {
        try steps[$0] <= largest / 20 && copy(slices[$0], slices[$0 + 1], images) != nil
      }
      throw ScanError.dicom(
        file: images[b.image].path, .copy(of: name(a, images), isWhole: isWhole, count: max(1, doubles.count)))
    }
    let moments = [try moment(a, images), try moment(b, images)]
    let names = moments[0].keys.filter { moments[0][$0] != moments[1][$0] }.sorted()
    throw ScanError.dicom(
      file: images[b.image].path,
      .severalVolumes(positionMM: heights[index], other: name(a, images), differing: names))
  }

  /// Whether one of two slices at one place, of files of their own, is a copy of the other: true where the files are the
  /// same to the byte, false where the pixels are; nil where they differ.
  private static func copy(_ a: DICOMSlice, _ b: DICOMSlice, _ images: [DICOMImage]) throws -> Bool? {
    let (first, second) = (images[a.image], images[b.image])
    guard a.image != b.image, first.slices.count == 1, second.slices.count == 1 else { return nil }
    let bytes = try [first, second].map { try RegularFile(path: $0.path).readAll() }
    if bytes[0] == bytes[1] { return true }
    guard a.slope == b.slope, a.intercept == b.intercept, first.info.syntax == second.info.syntax else { return nil }
    let pixels = zip([first, second], bytes).map { image, bytes in
      let start = min(bytes.count, Int(image.info.pixel_offset))
      let length = image.info.is_encapsulated == 0 ? Int(image.info.pixel_length) : bytes.count
      return bytes[start..<min(bytes.count, start + length)]
    }
    guard pixels[0] == pixels[1] else { return nil }
    // Volumes of one machine may have slices without signal; copies have one identifier, or headers that tell nothing apart.
    let identifiers = try [first, second].map { try DICOMFile(path: $0.path)?.text(.sopInstance) }
    let moments = try [moment(a, images), moment(b, images)]
    return identifiers[0] == identifiers[1] || moments[0] == moments[1] ? false : nil
  }

  /// The elements in which slices of several volumes at one place differ, and their texts.
  private static func moment(_ slice: DICOMSlice, _ images: [DICOMImage]) throws -> [String: String] {
    guard let file = try DICOMFile(path: images[slice.image].path) else { return [:] }
    let plain: [DICOMTag] = [.imageType, .echoTime, .triggerTime, .temporalPosition, .acquisitionNumber]
    let grouped: [(DICOMTag, DICOMTag)] = [
      (.effectiveEchoTime, .echoGroup), (.diffusionBValue, .diffusionGroup), (.temporalPositionIndex, .contentGroup),
    ]
    var moment: [String: String] = [:]
    for tag in plain { moment[tag.name] = file.text(tag) ?? "" }
    for (tag, group) in grouped { moment[tag.name] = file.text(tag, in: group, frame: slice.frame) ?? "" }
    return moment
  }

  private static func firstZero(_ steps: [Double]) -> Int? { steps.firstIndex { $0 < 1e-6 } }

  private static func checkSteps(_ slices: [DICOMSlice], _ heights: [Double], _ images: [DICOMImage]) throws {
    let steps = zip(heights.dropFirst(), heights).map { $0 - $1 }
    guard steps.count > 1 else { return }
    let median = steps.sorted()[(steps.count - 1) / 2]
    let tolerance = max(0.01 * median, min(0.01, 0.1 * median))
    guard let index = steps.firstIndex(where: { abs($0 - median) > tolerance }) else { return }
    throw ScanError.dicom(
      file: images[slices[index].image].path,
      .gap(
        positionMM: heights[index], stepMM: steps[index], expectedMM: median, next: name(slices[index + 1], images)))
  }

  private static func checkLine(
    _ slices: [DICOMSlice], _ positions: [SIMD3<Double>], _ step: SIMD3<Double>, _ images: [DICOMImage]
  ) throws {
    let tolerance = 0.1 * (step * step).sum().squareRoot()
    for (index, position) in positions.enumerated() {
      let offset = position - (positions[0] + step * Double(index))
      let distance = (offset * offset).sum().squareRoot()
      guard distance <= tolerance else {
        throw ScanError.dicom(
          file: images[slices[index].image].path, .besideTheLine(distanceMM: distance, toleranceMM: tolerance))
      }
    }
  }

  private static func name(_ slice: DICOMSlice, _ images: [DICOMImage]) -> String {
    let image = images[slice.image]
    return image.slices.count == 1 ? image.name : "frame \(slice.frame) of \(image.name)"
  }
}
