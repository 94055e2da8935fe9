import Files
import Foundation
import Volumes

/// A data set: its classes, how its images are prepared, and the facts of each case.
///
/// It says nothing of where on this machine the files stand (that is `CaseLocations`), so that a data folder that is
/// moved has the same `dataset.json`, byte for byte.
public struct Dataset: Hashable, Sendable {
  /// A file as the data set knows it.
  public struct File: Codable, Hashable, Sendable {
    /// Its path from the folder that the pattern names.
    public let name: String
    /// A hash of its contents.
    public let contentHash: String

    /// Makes a file.
    public init(name: String, contentHash: String) {
      self.name = name
      self.contentHash = contentHash
    }

    private enum CodingKeys: String, CodingKey {
      case name
      case contentHash = "content_hash"
    }
  }

  /// A case: its images, its label where there is one, and its place in the world.
  public struct Case: Hashable, Sendable {
    /// The case's name.
    public let id: String
    /// The name of the group that stays together in a split.
    public let group: String
    /// The scan: one file or several, whose channels follow one another.
    public let images: [File]
    /// The drawn segmentation; nil where there is none.
    public let label: File?
    /// The first image's own grid, before any framing.
    public let grid: Grid
    /// The number of channels of its images together.
    public let channels: Int
    /// The number of voxels of each class, by index; empty where there is no label.
    public let voxels: [Int]

    /// Makes a case.
    public init(
      id: String, group: String, images: [File], label: File?, grid: Grid, channels: Int, voxels: [Int] = []
    ) {
      precondition(!images.isEmpty, "a case has at least one image")
      self.id = id
      self.group = group
      self.images = images
      self.label = label
      self.grid = grid
      self.channels = channels
      self.voxels = voxels
    }

    /// The case's name and group.
    public var grouped: GroupedCase { GroupedCase(id: id, group: group) }
  }

  /// The classes; nil where no labels were asked for.
  public let classes: ClassMap?
  /// How images are brought to a common scale.
  public let normalisation: Normalisation
  /// How its files are read where they leave a choice.
  public let reading: ScanReading
  /// The spacing that images are resampled to; nil: they stay as they are.
  public let commonSpacing: CommonSpacing?
  /// What the channels are called, in order; nil where nobody named them.
  public let channelNames: [String]?
  /// The cases, sorted by name; at least one.
  public let cases: [Case]

  /// Makes a data set of at least one case.
  ///
  /// Throws `PairingProblem.ambiguousCase` where two cases have one name, `GeometryProblem.channelMismatch` and
  /// `.mixedUnits` where a case has another number of channels or another unit than the first, `.unnamedChannels` where it
  /// has another number than there are names.
  public init(
    classes: ClassMap?, normalisation: Normalisation, reading: ScanReading = ScanReading(),
    commonSpacing: CommonSpacing? = nil, channelNames: [String]? = nil, cases: [Case]
  ) throws(DatasetError) {
    precondition(!cases.isEmpty, "a data set has at least one case")
    self.classes = classes
    self.normalisation = normalisation
    self.reading = reading
    self.commonSpacing = commonSpacing
    self.channelNames = channelNames
    self.cases = cases.sorted { $0.id.precedesBytewise($1.id) }
    let first = self.cases[0]
    if let channelNames, channelNames.count != first.channels {
      throw .geometry(.unnamedChannels(id: first.id, channels: first.channels, names: channelNames))
    }
    for (previous, next) in zip(self.cases, self.cases.dropFirst()) {
      guard next.id != previous.id else {
        throw .pairing(.ambiguousCase(id: next.id, role: .image, files: [previous, next].map { $0.images[0].name }))
      }
      guard next.channels == first.channels else {
        throw .geometry(
          .channelMismatch(id: next.id, channels: next.channels, firstID: first.id, expected: first.channels))
      }
      guard next.grid.unit == first.grid.unit else {
        throw .geometry(
          .mixedUnits(id: next.id, unit: next.grid.unit, firstID: first.id, expected: first.grid.unit))
      }
    }
  }

  /// The number of channels of every image.
  public var channels: Int { cases[0].channels }
  /// The unit of every grid.
  public var lengthUnit: LengthUnit { cases[0].grid.unit }
  /// 2 where every image is a plane, else 3.
  public var dimensions: Int { cases.allSatisfy { $0.grid.size.depth == 1 } ? 2 : 3 }
  /// The smallest size along each axis.
  public var smallestSize: GridSize { size { $0.min() } }
  /// The largest size along each axis.
  public var largestSize: GridSize { size { $0.max() } }

  /// The case of a name; nil where there is none.
  public func `case`(_ id: String) -> Case? { cases.first { $0.id == id } }

  /// Checks that a parameter in millimetres has a meaning.
  ///
  /// Throws `DatasetError.millimetresWithoutSpacing` where the images have no physical size.
  public func requireMillimetres(for parameter: String) throws(DatasetError) {
    guard lengthUnit == .millimetres else { throw .millimetresWithoutSpacing(parameter: parameter) }
  }

  /// The contents of `dataset.json`: sorted keys, indented, the same bytes for equal data sets.
  public func json() throws -> Data { try CanonicalJSON.data(of: self) }

  private func size(_ choose: ([Int]) -> Int?) -> GridSize {
    func extent(_ axis: Int) -> Int { choose(cases.map { $0.grid.size[axis] }) ?? 1 }
    return GridSize(width: extent(0), height: extent(1), depth: extent(2))
  }
}
