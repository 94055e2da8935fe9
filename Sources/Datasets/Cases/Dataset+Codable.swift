import Volumes

extension Dataset: Codable {
  /// Reads `dataset.json`; throws as `init(classes:normalisation:reading:commonSpacing:channelNames:cases:)` does, and `DecodingError`.
  public init(from decoder: any Decoder) throws {
    func corrupted(_ what: String) -> DecodingError {
      .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: what))
    }
    let version = try StoredVersion(from: decoder).formatVersion
    guard version == Stored.currentVersion else {
      throw corrupted("format version \(version), expected \(Stored.currentVersion)")
    }
    let stored = try Stored(from: decoder)
    guard !stored.cases.isEmpty else { throw corrupted("no cases") }
    guard (1...1024).contains(stored.channels) else {
      throw corrupted("channels: expected 1 to 1024, found \(stored.channels)")
    }
    let classCount = stored.classes?.count ?? 0
    let cases = try stored.cases.map { stored in
      guard let size = stored.gridSize, let affine = stored.gridAffine else {
        throw corrupted(
          "case '\(stored.id)': expected a size of three numbers and an invertible affine of three rows of four"
        )
      }
      guard !stored.images.isEmpty else { throw corrupted("case '\(stored.id)': expected at least one image") }
      if let problem = stored.problem(in: size, classes: classCount) {
        throw corrupted("case '\(stored.id)': \(problem)")
      }
      return (stored, size, affine)
    }
    try self.init(
      classes: stored.classes, normalisation: stored.normalisation,
      reading: stored.reading, commonSpacing: stored.commonSpacing, channelNames: stored.channelNames,
      cases: cases.map { item, size, affine in
        Case(
          id: item.id, group: item.group, images: item.images, label: item.label,
          grid: Grid(size: size, affine: affine, unit: stored.lengthUnit), channels: stored.channels,
          voxels: item.voxels)
      })
  }

  /// Writes `dataset.json`, with the facts that follow from the cases (channels, unit, dimensions, sizes) at its top.
  public func encode(to encoder: any Encoder) throws {
    try Stored(self).encode(to: encoder)
  }
}

/// What every version of `dataset.json` has.
private struct StoredVersion: Decodable {
  let formatVersion: Int
  enum CodingKeys: String, CodingKey { case formatVersion = "format_version" }
}

/// `dataset.json` as stored on disk.
private struct Stored: Codable {
  static let currentVersion = 2

  let formatVersion: Int
  let classes: ClassMap?
  let normalisation: Normalisation
  let reading: ScanReading
  let commonSpacing: CommonSpacing?
  let channelNames: [String]?
  let channels: Int
  let lengthUnit: LengthUnit
  let dimensions: Int
  let smallestSize: [Int]
  let largestSize: [Int]
  let cases: [StoredCase]

  enum CodingKeys: String, CodingKey {
    case formatVersion = "format_version"
    case classes, normalisation, reading, channels, dimensions, cases
    case commonSpacing = "common_spacing"
    case channelNames = "channel_names"
    case lengthUnit = "length_unit"
    case smallestSize = "smallest_size"
    case largestSize = "largest_size"
  }

  init(_ dataset: Dataset) {
    formatVersion = Self.currentVersion
    classes = dataset.classes
    normalisation = dataset.normalisation
    reading = dataset.reading
    commonSpacing = dataset.commonSpacing
    channelNames = dataset.channelNames
    channels = dataset.channels
    lengthUnit = dataset.lengthUnit
    dimensions = dataset.dimensions
    smallestSize = dataset.smallestSize.extents
    largestSize = dataset.largestSize.extents
    cases = dataset.cases.map(StoredCase.init)
  }
}

private struct StoredCase: Codable {
  let id: String
  let group: String
  let images: [Dataset.File]
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
    images = item.images
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

  /// What cannot be of the numbers of a case of this size; nil where all can.
  func problem(in size: GridSize, classes: Int) -> String? {
    let (plane, planeOverflows) = size.width.multipliedReportingOverflow(by: size.height)
    let (count, overflows) = plane.multipliedReportingOverflow(by: size.depth)
    guard !planeOverflows, !overflows, count <= Self.mostVoxels else {
      return "expected a size of at most \(Self.mostVoxels) voxels, found \(size)"
    }
    guard voxels.isEmpty || voxels.count == classes, voxels.allSatisfy({ (0...count).contains($0) }) else {
      return "expected a number of voxels from 0 to \(count) for each of \(classes) classes, found \(voxels)"
    }
    return nil
  }

  /// More than any file holds, and few enough that sums over many cases do not overflow.
  private static let mostVoxels = 1 << 40

  /// Nil where it is no matrix of finite numbers with an inverse.
  var gridAffine: Affine? {
    guard affine.count == 3, affine.allSatisfy({ $0.count == 4 && $0.allSatisfy(\.isFinite) }) else { return nil }
    func column(_ number: Int) -> SIMD3<Double> { SIMD3(affine[0][number], affine[1][number], affine[2][number]) }
    let result = Affine(i: column(0), j: column(1), k: column(2), translation: column(3))
    return result.inverse == nil ? nil : result
  }
}

extension GridSize {
  fileprivate var extents: [Int] { [width, height, depth] }
}
