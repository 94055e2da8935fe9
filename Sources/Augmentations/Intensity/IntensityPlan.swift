import Randomness
import Volumes

/// The configuration of all changes of intensities, in the order in which they are applied.
public struct IntensityPlan: Sendable {
  /// Every kind that there is, in the order in which they are applied; to add one, add it here.
  public static let kinds: [any IntensityRanges.Type] = [
    BiasFieldRanges.self, NoiseRanges.self, RicianNoiseRanges.self, BlurRanges.self, BrightnessRanges.self,
    ContrastRanges.self, LowResolutionRanges.self, InvertedGammaRanges.self, GammaRanges.self,
    HistogramShiftRanges.self, GhostingRanges.self, MotionRanges.self, SpikesRanges.self, CutOutRanges.self,
    ChannelDropoutRanges.self,
  ]

  /// One configuration of each kind, in the order of `kinds`.
  public private(set) var ranges: [any IntensityRanges]

  /// A plan that does nothing.
  public init() { ranges = Self.kinds.map { $0.init() } }

  /// The configuration of a kind.
  public subscript<Ranges: IntensityRanges>(kind: Ranges.Type) -> Ranges {
    get {
      guard let own = ranges[Self.place(of: Ranges.name)] as? Ranges else {
        preconditionFailure("two intensity transforms are named \(Ranges.name)")
      }
      return own
    }
    set { ranges[Self.place(of: Ranges.name)] = newValue }
  }

  private static func place(of name: String) -> Int {
    guard let place = kinds.firstIndex(where: { $0.name == name }) else {
      preconditionFailure("\(name) is not an intensity transform")
    }
    return place
  }

  func validate() throws(AugmentationError) {
    for ranges in ranges { try ranges.validate() }
  }

  /// Draws the changes that are applied, in their order. Each kind draws from a key of its own.
  func draw(using key: RandomKey, for grid: Grid, channels: Int, strength: Double?) -> [DrawnIntensity] {
    ranges.compactMap { ranges in
      var draw = RandomDraw(key.operation(type(of: ranges).name), strength: strength)
      guard draw.happens(ranges.probability) else { return nil }
      return DrawnIntensity(ranges.draw(using: &draw, for: grid, channels: channels), name: type(of: ranges).name)
    }
  }
}

extension IntensityPlan: Hashable {
  /// Whether both are equal.
  public static func == (a: IntensityPlan, b: IntensityPlan) -> Bool {
    a.ranges.map { AnyHashable($0) } == b.ranges.map { AnyHashable($0) }
  }

  /// Hashes what `==` compares.
  public func hash(into hasher: inout Hasher) {
    for ranges in ranges { ranges.hash(into: &hasher) }
  }
}

/// The name of a kind as a key of JSON.
private struct KindKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension IntensityPlan: Codable {
  /// Reads the kinds that are named; the others do nothing.
  public init(from decoder: any Decoder) throws {
    self.init()
    let container = try decoder.container(keyedBy: KindKey.self)
    for key in container.allKeys {
      guard let place = Self.kinds.firstIndex(where: { $0.name == key.stringValue }) else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: container, debugDescription: "unknown intensity transform")
      }
      ranges[place] = try container.decode(Self.kinds[place], forKey: key)
    }
  }

  /// Writes what `init(from:)` reads.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: KindKey.self)
    for ranges in ranges { try container.encode(ranges, forKey: KindKey(stringValue: type(of: ranges).name)) }
  }
}

/// A drawn change of any kind, with the kind's name.
public struct DrawnIntensity: Sendable {
  /// The kind's name, as in pipeline files.
  public let name: String
  /// The change.
  public let transform: any IntensityTransform

  init(_ transform: any IntensityTransform, name: String) { (self.name, self.transform) = (name, transform) }
}

extension DrawnIntensity: Hashable {
  /// Whether both are equal.
  public static func == (a: DrawnIntensity, b: DrawnIntensity) -> Bool {
    a.name == b.name && AnyHashable(a.transform) == AnyHashable(b.transform)
  }

  /// Hashes what `==` compares.
  public func hash(into hasher: inout Hasher) {
    name.hash(into: &hasher)
    transform.hash(into: &hasher)
  }
}

extension DrawnIntensity: Codable {
  /// Reads what `encode(to:)` writes.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: KindKey.self)
    guard let key = container.allKeys.first, container.allKeys.count == 1,
      let kind = IntensityPlan.kinds.first(where: { $0.name == key.stringValue })
    else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath, debugDescription: "expected one intensity transform, as a key with its values"
        ))
    }
    func decode<Ranges: IntensityRanges>(_ kind: Ranges.Type) throws -> any IntensityTransform {
      try container.decode(Ranges.Drawn.self, forKey: key)
    }
    self.init(try decode(kind), name: key.stringValue)
  }

  /// Writes what `init(from:)` reads.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: KindKey.self)
    try container.encode(transform, forKey: KindKey(stringValue: name))
  }
}
