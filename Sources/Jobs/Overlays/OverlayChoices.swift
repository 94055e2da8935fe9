import Drawing
import Review
import Volumes

/// How cases are drawn.
public struct OverlayChoices: Sendable {
  /// Which slices are shown.
  public enum Selection: String, CaseIterable, Sendable {
    /// Evenly over the foreground, the one with the most errors among them.
    case spread
    /// Evenly over the foreground.
    case even
    /// Those with most foreground of the reference, or else of the prediction.
    case largest
    /// Those with most errors.
    case worst
  }

  /// How labels are shown.
  public enum Labels: String, CaseIterable, Sendable {
    /// Outlines: the reference solid, the prediction dashed.
    case contours
    /// Areas of the prediction, or else of the reference; outlines of the reference.
    case masks
    /// What is right, missed, false and of a wrong class.
    case errors
  }

  /// The colours of the sheet.
  public enum Theme: String, CaseIterable, Sendable {
    /// For screens.
    case dark
    /// For paper.
    case light
  }

  /// The format of the files of a stage.
  public enum Format: String, CaseIterable, Sendable {
    /// Pixels.
    case png
    /// Lines and letters that stay sharp.
    case svg
    /// The same for print.
    case pdf
  }

  /// The planes, by the axis across them.
  public var planes: [BodyAxis] = [.superior]
  /// The number of slices of each plane.
  public var slices = 6
  /// Which slices are shown.
  public var selection = Selection.spread
  /// How labels are shown.
  public var labels = Labels.contours
  /// How much areas cover, in 0...1.
  public var opacity = 0.5
  /// The values that are shown from black to white; nil: by the image.
  public var window: GreyWindow?
  /// The colours of the sheet.
  public var theme = Theme.dark
  /// The pixels of a PNG, in multiples of the usual size.
  public var scale = 1
  /// The colours of classes, by their names or values.
  public var colours: [String: Colour] = [:]

  /// The usual choices.
  public init() {}

  /// The values of a window, as the field calls it: Hounsfield units of CT. Nil for other names.
  public static func window(named name: String) -> GreyWindow? {
    windows.first { $0.name == name }.map { GreyWindow(lower: $0.level - $0.width / 2, upper: $0.level + $0.width / 2) }
  }

  /// The names of windows, in order.
  public static var windowNames: [String] { windows.map(\.name) }

  /// The usual levels and widths of radiology.
  private static let windows: [(name: String, level: Float, width: Float)] = [
    ("lung", -600, 1500), ("bone", 400, 1800), ("soft_tissue", 50, 400), ("brain", 40, 80), ("liver", 30, 150),
  ]

  /// Reads a window: a name, or two numbers, the values of black and white, separated by a comma. Nil for other texts.
  public static func window(_ text: String) -> GreyWindow? {
    if let window = window(named: text) { return window }
    let numbers = text.split(separator: ",").map { Float($0.filter { $0 != " " }) }
    guard numbers.count == 2, let lower = numbers[0], let upper = numbers[1], lower < upper, upper - lower < .infinity
    else { return nil }
    return GreyWindow(lower: lower, upper: upper)
  }

  /// What a window may be.
  public static let windowExpectation =
    "\(windowNames.joined(separator: ", ")), or the values of black and white, such as -160,240"

  /// Reads a colour such as `#ff8000`; nil for other texts.
  public static func colour(_ text: String) -> Colour? {
    let digits = text.dropFirst()
    guard text.first == "#", digits.count == 6, digits.allSatisfy(\.isHexDigit), let code = Int(digits, radix: 16)
    else { return nil }
    return Colour(red: UInt8(code >> 16), green: UInt8(code >> 8 & 255), blue: UInt8(code & 255))
  }
}
