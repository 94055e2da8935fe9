import Volumes

extension Dataset: Codable {
  /// Reads `dataset.json`; throws as `init(classes:normalisation:pixelSpacingMM:cases:)` does, and `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let stored = try Stored(from: decoder)
    func corrupted(_ what: String) -> DecodingError {
      .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: what))
    }
    guard stored.formatVersion == Stored.currentVersion else {
      throw corrupted("format version \(stored.formatVersion), expected \(Stored.currentVersion)")
    }
    guard !stored.cases.isEmpty else { throw corrupted("no cases") }
    let cases = try stored.cases.map { stored in
      guard let size = stored.gridSize, let affine = stored.gridAffine else {
        throw corrupted("case '\(stored.id)': expected a size of three numbers and an affine of three rows of four")
      }
      return (stored, size, affine)
    }
    try self.init(
      classes: stored.classes, normalisation: stored.normalisation,
      pixelSpacingMM: stored.pixelSpacing,
      cases: cases.map { item, size, affine in
        Case(
          id: item.id, group: item.group, image: item.image, label: item.label,
          grid: Grid(size: size, affine: affine, unit: stored.lengthUnit), channels: stored.channels,
          voxels: item.voxels)
      })
  }

  /// Writes `dataset.json`, with the facts that follow from the cases (channels, unit, dimensions, sizes) at its top.
  public func encode(to encoder: any Encoder) throws {
    try Stored(self).encode(to: encoder)
  }
}

/// `dataset.json` as it stands on disk.
private struct Stored: Codable {
  static let currentVersion = 1

  let formatVersion: Int
  let classes: ClassMap?
  let normalisation: Normalisation
  let pixelSpacingMM: [Double]?
  let channels: Int
  let lengthUnit: LengthUnit
  let dimensions: Int
  let smallestSize: [Int]
  let largestSize: [Int]
  let cases: [StoredCase]

  enum CodingKeys: String, CodingKey {
    case formatVersion = "format_version"
    case classes, normalisation, channels, dimensions, cases
    case pixelSpacingMM = "pixel_spacing_mm"
    case lengthUnit = "length_unit"
    case smallestSize = "smallest_size"
    case largestSize = "largest_size"
  }

  init(_ dataset: Dataset) {
    formatVersion = Self.currentVersion
    classes = dataset.classes
    normalisation = dataset.normalisation
    pixelSpacingMM = dataset.pixelSpacingMM.map { [$0.x, $0.y] }
    channels = dataset.channels
    lengthUnit = dataset.lengthUnit
    dimensions = dataset.dimensions
    smallestSize = dataset.smallestSize.extents
    largestSize = dataset.largestSize.extents
    cases = dataset.cases.map(StoredCase.init)
  }

  var pixelSpacing: SIMD2<Double>? {
    pixelSpacingMM.flatMap { $0.count == 2 ? SIMD2($0[0], $0[1]) : nil }
  }
}

private struct StoredCase: Codable {
  let id: String
  let group: String
  let image: Dataset.File
  let label: Dataset.File?
  /// Width, height, depth.
  let size: [Int]
  /// Along i, j and k; for the reader, since it follows from the affine.
  let spacing: [Double]
  /// The affine's three rows, of four numbers each, the translation last.
  let affine: [[Double]]
  /// The number of voxels of each class; empty without labels.
  let voxels: [Int]

  init(_ item: Dataset.Case) {
    id = item.id
    group = item.group
    image = item.image
    label = item.label
    size = item.grid.size.extents
    spacing = (0..<3).map { item.grid.spacing[$0] }
    let (columns, translation) = (item.grid.affine.columns, item.grid.affine.translation)
    affine = (0..<3).map { [columns.i[$0], columns.j[$0], columns.k[$0], translation[$0]] }
    voxels = item.voxels
  }

  var gridSize: GridSize? {
    guard size.count == 3, size.allSatisfy({ $0 > 0 }) else { return nil }
    return GridSize(width: size[0], height: size[1], depth: size[2])
  }

  var gridAffine: Affine? {
    guard affine.count == 3, affine.allSatisfy({ $0.count == 4 }) else { return nil }
    func column(_ number: Int) -> SIMD3<Double> { SIMD3(affine[0][number], affine[1][number], affine[2][number]) }
    return Affine(i: column(0), j: column(1), k: column(2), translation: column(3))
  }
}

extension GridSize {
  fileprivate var extents: [Int] { [width, height, depth] }
}
