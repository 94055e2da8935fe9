import Foundation

/// How the pages of a TIFF file make up a scan, and how large its voxels are.
struct TIFFStack: Equatable {
  /// The number of pages that a slice has, each with values of its voxels.
  var channels = 1
  var slices: Int
  var frames = 1
  /// The page of each frame's each slice's each channel, channels fastest: places in the list of pages.
  var pages: [Int]
  /// The voxel spacing in millimetres, where the file contains it.
  var spacingMM: SIMD3<Double>?

  /// A stack of slices, of which nothing more is known.
  init(pageCount: Int) {
    slices = pageCount
    pages = Array(0..<pageCount)
  }

  /// Asks the description of the first page.
  ///
  /// - Throws: `ScanError.headerInvalid`, `.tiff`.
  init(description: String, pages: [TIFFPage], file: String) throws {
    if description.hasPrefix("ImageJ=") {
      self = try ImageJDescription(description).stack(of: pages, file: file)
    } else if let ome = try OMEDescription(description, file: file) {
      self = try ome.stack(of: pages, file: file)
    } else {
      try Self.checkShape(description, of: pages, file: file)
      self.init(pageCount: pages.count)
    }
  }

  /// Python's tifffile describes a shape, and is able to leave out the directories of all pages but the first.
  private static func checkShape(_ description: String, of pages: [TIFFPage], file: String) throws {
    struct Shape: Decodable {
      let shape: [Int]
      let truncate: Bool
    }
    guard description.hasPrefix("{"), let page = pages.first,
      let shape = try? JSONDecoder().decode(Shape.self, from: Data(description.utf8)), shape.truncate
    else { return }
    let values = shape.shape.reduce(1.0) { $0 * Double($1) }
    let expected = Int(exactly: values / Double(page.width * page.height * page.samplesPerPixel)) ?? .max
    guard expected == pages.count else {
      throw ScanError.tiff(file: file, .pageCount(source: "tifffile", expected: expected, found: pages.count))
    }
  }
}

/// Lengths, as programs of microscopy name them.
enum NamedLength {
  /// The number of millimetres that a unit has; nil where the name is none of a length that is trusted.
  ///
  /// Inches are not: programs write them for pictures of screens and scanners, with a resolution that means nothing.
  static func millimetres(per unit: String) -> Double? {
    switch unit.replacing("\\u00B5", with: "\u{b5}").replacing("\u{3bc}", with: "\u{b5}") {
    case "nm", "nanometer", "nanometre", "nanometers", "nanometres": 1e-6
    case "\u{c5}", "\u{212b}", "angstrom", "Angstrom": 1e-7
    case "um", "\u{b5}m", "micron", "microns", "micrometer", "micrometre", "micrometers", "micrometres": 1e-3
    case "mm", "millimeter", "millimetre", "millimeters", "millimetres": 1
    case "cm", "centimeter", "centimetre", "centimeters", "centimetres": 10
    case "m", "meter", "metre", "meters", "metres": 1000
    default: nil
    }
  }

  /// Distances of voxels that can be: nil where one is no positive number, or absurd.
  static func spacing(_ x: Double, _ y: Double, _ z: Double) -> SIMD3<Double>? {
    [x, y, z].allSatisfy { (1e-9...1e6).contains($0) } ? SIMD3(x, y, z) : nil
  }
}
