/// What the OME-XML in the description of a file's first page says.
///
/// Source: the OME-TIFF specification, 2016-06.
struct OMEDescription {
  private let pixels: XMLTag
  private let blocks: [XMLTag]
  private let file: String

  /// Takes the description apart; nil where it is no OME-XML.
  ///
  /// - Throws: `ScanError.headerInvalid`; `.tiff` where other files belong to it, and for several images.
  init?(_ text: String, file: String) throws {
    guard text.hasPrefix("<"), text.contains("OME") else { return nil }
    guard let tags = XMLTags.all(in: text) else {
      guard text.contains("<OME") else { return nil }
      throw ScanError.headerInvalid(
        file: file, field: "OME-XML", found: "a tag that is not closed", expected: "valid XML")
    }
    guard tags.first?.name == "OME" else { return nil }
    let files = Set(tags.filter { $0.name == "UUID" }.map { $0.attributes["FileName"] ?? $0.text })
    guard files.count < 2, !tags.contains(where: { $0.name == "BinaryOnly" }) else {
      throw ScanError.tiff(file: file, .severalFiles)
    }
    let images = tags.filter { $0.name == "Pixels" }
    guard images.count < 2 else { throw ScanError.tiff(file: file, .severalImages(count: images.count)) }
    guard let pixels = images.first else { return nil }
    self.pixels = pixels
    self.file = file
    blocks = tags.filter { $0.name == "TiffData" }
  }

  /// The pages by channel, slice and frame.
  ///
  /// - Throws: `ScanError.headerInvalid`; `.tiff` where pages are missing.
  func stack(of pages: [TIFFPage], file: String) throws -> TIFFStack {
    var sizes: [Character: Int] = [:]
    for axis in "XYZCT" { sizes[axis] = try number(pixels, "Size\(axis)", least: 1) }
    let samples = pages[0].samplesPerPixel
    guard sizes["X"] ?? pages[0].width == pages[0].width, sizes["Y"] ?? pages[0].height == pages[0].height else {
      throw invalid("SizeX x SizeY", "\(sizes["X"] ?? 0)x\(sizes["Y"] ?? 0)", "\(pages[0].width)x\(pages[0].height)")
    }
    guard (sizes["C"] ?? samples) % samples == 0 else {
      throw invalid("SizeC", "\(sizes["C"] ?? 0)", "a multiple of \(samples), the samples of a pixel")
    }
    var stack = TIFFStack(pageCount: pages.count)
    stack.channels = max(1, (sizes["C"] ?? samples) / samples)
    (stack.slices, stack.frames) = (sizes["Z"] ?? 1, sizes["T"] ?? 1)
    let count = stack.channels * stack.slices * stack.frames
    guard count == pages.count else {
      throw ScanError.tiff(file: file, .pageCount(source: "OME", expected: count, found: pages.count))
    }
    stack.pages = try places(stack, count: count)
    stack.spacingMM = spacingMM(isPlane: stack.slices == 1)
    return stack
  }

  /// The page of each plane, channels fastest, then slices, then frames.
  private func places(_ stack: TIFFStack, count: Int) throws -> [Int] {
    let order = pixels.attributes["DimensionOrder"] ?? "XYCZT"
    let axes = Array(order.dropFirst(2))
    guard order.hasPrefix("XY"), axes.count == 3, Set(axes) == ["C", "Z", "T"] else {
      throw invalid("DimensionOrder", order, "XY and then C, Z and T in any order")
    }
    let sizes: [Character: Int] = ["C": stack.channels, "Z": stack.slices, "T": stack.frames]
    var steps: [Character: Int] = [:]
    var step = 1
    for axis in axes {
      steps[axis] = step
      step *= sizes[axis] ?? 1
    }
    func plane(_ c: Int, _ z: Int, _ t: Int) -> Int {
      c * (steps["C"] ?? 0) + z * (steps["Z"] ?? 0) + t * (steps["T"] ?? 0)
    }
    let samples = pixels.attributes["SizeC"].flatMap { Int($0) }.map { $0 / stack.channels } ?? 1
    let pages = try pagesOfPlanes(count: count) { block in
      try plane(
        (number(block, "FirstC", least: 0) ?? 0) / max(1, samples), number(block, "FirstZ", least: 0) ?? 0,
        number(block, "FirstT", least: 0) ?? 0)
    }
    return (0..<stack.frames).flatMap { t in
      (0..<stack.slices).flatMap { z in (0..<stack.channels).map { c in pages[plane(c, z, t)] } }
    }
  }

  /// The page of each plane in the file's own order, as the TiffData blocks say; without any, one after the other.
  private func pagesOfPlanes(count: Int, firstPlane: (XMLTag) throws -> Int) throws -> [Int] {
    guard !blocks.isEmpty else { return Array(0..<count) }
    var pages = [Int?](repeating: nil, count: count)
    for block in blocks {
      let page = try number(block, "IFD", least: 0)
      let planes = try number(block, "PlaneCount", least: 0) ?? (page == nil ? count : 1)
      let first = try firstPlane(block)
      for index in 0..<planes {
        guard first + index < count, (page ?? 0) + index < count else {
          throw invalid("TiffData", "plane \(first + index) on page \((page ?? 0) + index)", "less than \(count)")
        }
        pages[first + index] = (page ?? 0) + index
      }
    }
    guard Set(pages).count == count, !pages.contains(nil) else {
      throw invalid("TiffData", "\(Set(pages.compactMap { $0 }).count) pages", "a page for each of the \(count) planes")
    }
    return pages.compactMap { $0 }
  }

  /// Of a plane without a size along k, that is a millimetre, as of planes whose size a pipeline gives.
  private func spacingMM(isPlane: Bool) -> SIMD3<Double>? {
    func size(_ axis: String) -> Double? {
      guard let text = pixels.attributes["PhysicalSize\(axis)"], let size = Double(text),
        let scale = NamedLength.millimetres(per: pixels.attributes["PhysicalSize\(axis)Unit"] ?? "um")
      else { return nil }
      return size * scale
    }
    guard let x = size("X"), let y = size("Y"), let z = size("Z") ?? (isPlane ? 1 : nil) else { return nil }
    return NamedLength.spacing(x, y, z)
  }

  private func number(_ tag: XMLTag, _ key: String, least: Int) throws -> Int? {
    guard let text = tag.attributes[key] else { return nil }
    // Three of them multiplied stay below 2^63.
    guard let number = Int(text), (least...1 << 20).contains(number) else {
      throw invalid(key, text, "a whole number from \(least) to \(1 << 20)")
    }
    return number
  }

  private func invalid(_ field: String, _ found: String, _ expected: String) -> ScanError {
    .headerInvalid(file: file, field: "OME's \(field)", found: found, expected: expected)
  }
}
