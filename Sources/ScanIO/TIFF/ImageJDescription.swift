/// What ImageJ writes of a stack into the description of the first page: `key=value` in lines.
struct ImageJDescription {
  private let values: [String: String]

  /// Takes the description apart.
  init(_ text: String) {
    var values: [String: String] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: "=", maxSplits: 1)
      if parts.count == 2 { values[String(parts[0])] = String(parts[1]) }
    }
    self.values = values
  }

  /// The pages in ImageJ's order: channels fastest, then slices, then frames.
  ///
  /// - Throws: `ScanError.headerInvalid`; `.tiff` where pages are missing.
  func stack(of pages: [TIFFPage], file: String) throws -> TIFFStack {
    let images = try number("images", file: file) ?? 1
    guard images == pages.count else {
      throw ScanError.tiff(file: file, .pageCount(source: "ImageJ", expected: images, found: pages.count))
    }
    var stack = TIFFStack(pageCount: images)
    let sizes = try ["channels", "slices", "frames"].map { try number($0, file: file) }
    if sizes.contains(where: { $0 != nil }) {
      (stack.channels, stack.slices, stack.frames) = (sizes[0] ?? 1, sizes[1] ?? 1, sizes[2] ?? 1)
      // Each is at most as many as there are pages, below 2^20 of them: no overflow.
      guard stack.channels * stack.slices * stack.frames == images else {
        throw ScanError.headerInvalid(
          file: file, field: "channels x slices x frames",
          found: "\(stack.channels)x\(stack.slices)x\(stack.frames)", expected: "a product of \(images), the images")
      }
    }
    stack.spacingMM = spacingMM(pages[0])
    return stack
  }

  /// ImageJ leaves the distance of slices out where it is 1.
  private func spacingMM(_ page: TIFFPage) -> SIMD3<Double>? {
    guard let unit = values["unit"], let scale = NamedLength.millimetres(per: unit), let resolution = page.resolution
    else { return nil }
    guard let depth = Double(values["spacing"] ?? "1") else { return nil }
    return NamedLength.spacing(scale / resolution.x, scale / resolution.y, scale * depth.magnitude)
  }

  private func number(_ key: String, file: String) throws -> Int? {
    guard let text = values[key] else { return nil }
    guard let number = Int(text), (1...1 << 20).contains(number) else {
      throw ScanError.headerInvalid(
        file: file, field: "ImageJ's \(key)", found: text, expected: "a whole number from 1 to \(1 << 20)")
    }
    return number
  }
}
