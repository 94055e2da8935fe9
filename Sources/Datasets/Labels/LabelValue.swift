import Volumes

/// A value of a class in label files.
public enum LabelValue: Hashable, Sendable {
  /// A whole number from -16777216 to 16777216: those that 32-bit floats represent exactly.
  case number(Int)
  /// The colour of a pixel.
  case colour(red: UInt8, green: UInt8, blue: UInt8)

  /// The numbers that are allowed in label files.
  public static let numbers = -16_777_216...16_777_216

  /// Reads a number, or a colour such as `#ff8000`; nil for other texts.
  public init?(_ text: String) {
    if let number = Int(text) {
      self = .number(number)
      return
    }
    let digits = text.dropFirst()
    guard text.first == "#", digits.count == 6, digits.allSatisfy(\.isHexDigit), let code = Int(digits, radix: 16)
    else { return nil }
    self = Self(colourKey: code)
  }

  /// Whether this is a colour.
  public var isColour: Bool {
    if case .colour = self { true } else { false }
  }

  /// The colour of nothing.
  public static let black = LabelValue.colour(red: 0, green: 0, blue: 0)

  /// The colour, or the grey of a number; numbers below 0 are black and those above 255 white.
  public var asColour: LabelValue {
    guard case .number(let number) = self else { return self }
    let grey = UInt8(max(0, min(255, number)))
    return .colour(red: grey, green: grey, blue: grey)
  }

  /// The values in order: numbers by size, then colours by red, green and blue.
  public static func sorted(_ values: some Sequence<LabelValue>) -> [LabelValue] {
    values.sorted { ($0.isColour ? 1 : 0, $0.key) < ($1.isColour ? 1 : 0, $1.key) }
  }

  /// The number, or the colour as the number 0xRRGGBB.
  var key: Int {
    switch self {
    case .number(let number): number
    case .colour(let red, let green, let blue): Int(red) << 16 | Int(green) << 8 | Int(blue)
    }
  }

  /// The colour of a number 0xRRGGBB.
  init(colourKey key: Int) {
    self = .colour(red: UInt8(key >> 16 & 255), green: UInt8(key >> 8 & 255), blue: UInt8(key & 255))
  }
}

extension LabelValue: CustomStringConvertible {
  /// `3`, or `#ff8000`.
  public var description: String {
    switch self {
    case .number(let number): "\(number)"
    case .colour:
      "#" + String(key + 1 << 24, radix: 16).dropFirst()
    }
  }
}

extension LabelValue: Codable {
  /// Reads a number, or the text of a colour.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Int.self) {
      self = .number(number)
      return
    }
    guard let value = LabelValue(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "neither a number nor a colour")
    }
    self = value
  }

  /// Writes a number, or the text of a colour.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let number): try container.encode(number)
    case .colour: try container.encode(description)
    }
  }
}
