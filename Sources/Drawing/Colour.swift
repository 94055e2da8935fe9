/// A colour of 8 bits a channel, as screens show it (sRGB).
public struct Colour: Hashable, Sendable {
  /// The red part.
  public var red: UInt8
  /// The green part.
  public var green: UInt8
  /// The blue part.
  public var blue: UInt8

  /// Makes a colour from its parts.
  public init(red: UInt8, green: UInt8, blue: UInt8) {
    (self.red, self.green, self.blue) = (red, green, blue)
  }

  /// Makes a grey.
  public init(grey: UInt8) { self.init(red: grey, green: grey, blue: grey) }

  /// Black.
  public static let black = Colour(grey: 0)
  /// White.
  public static let white = Colour(grey: 255)

  /// This colour with a share, in 0...1, of another.
  public func mixed(with other: Colour, share: Double) -> Colour {
    func mix(_ a: UInt8, _ b: UInt8) -> UInt8 {
      UInt8((Double(a) + (Double(b) - Double(a)) * min(max(share, 0), 1)).rounded())
    }
    return Colour(red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue))
  }
}
