import Drawing
import Foundation

/// The colours of classes, the same in every picture of the program.
///
/// The first twelve were chosen to stay apart from one another and from grey for normal, protan, deutan and tritan
/// sight, the most different first. Later ones turn the hue by the golden angle.
public enum Palette {
  /// The colour of a class; class 0, the background, has a grey.
  public static func colour(of label: Int) -> Colour {
    guard label > 0 else { return Colour(grey: 150) }
    return label <= chosen.count ? chosen[label - 1] : generated(label - chosen.count - 1)
  }

  /// The colour of a class for lines and letters on white paper.
  public static func darkColour(of label: Int) -> Colour { colour(of: label).mixed(with: .black, share: 0.25) }

  private static let chosen = [
    Colour(red: 0, green: 180, blue: 255), Colour(red: 255, green: 165, blue: 0), Colour(red: 225, green: 75, blue: 15),
    Colour(red: 105, green: 105, blue: 255), Colour(red: 180, green: 255, blue: 150),
    Colour(red: 165, green: 105, blue: 180), Colour(red: 135, green: 210, blue: 135),
    Colour(red: 120, green: 210, blue: 255), Colour(red: 210, green: 135, blue: 105),
    Colour(red: 240, green: 225, blue: 0), Colour(red: 195, green: 135, blue: 195),
    Colour(red: 120, green: 135, blue: 240),
  ]

  /// A bright colour whose hue, saturation and value follow from its number.
  private static func generated(_ number: Int) -> Colour {
    let hue = (0.12 + Double(number) * 0.618_033_988_75).truncatingRemainder(dividingBy: 1)
    let saturation = [0.85, 0.55, 0.7][number % 3]
    let value = [1.0, 0.9, 0.75, 0.95][number % 4]
    func channel(_ offset: Double) -> UInt8 {
      let position = (offset + hue * 6).truncatingRemainder(dividingBy: 6)
      let ramp = max(0, min(position, 4 - position, 1))
      return UInt8((255 * value * (1 - saturation * ramp)).rounded())
    }
    return Colour(red: channel(5), green: channel(3), blue: channel(1))
  }
}

/// The colours of the classes of a picture: those of a table, or else the palette's.
public struct LabelColours: Hashable, Sendable {
  private let chosen: [Int: Colour]

  /// Makes colours; classes that are not in the table have the palette's.
  public init(_ chosen: [Int: Colour] = [:]) { self.chosen = chosen }

  /// The colour of a class.
  public subscript(label: Int) -> Colour { chosen[label] ?? Palette.colour(of: label) }
}
