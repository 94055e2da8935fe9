import Drawing
import Jobs
import Pipelines
import Review
import Volumes

extension OverlayChoices {
  /// Reads the keys of an overlay stage that say how a case is drawn.
  init(_ parameters: ParameterReader) throws {
    self.init()
    parameters.alias("slice_axis", of: "planes")
    planes = try parameters.collecting("planes") { try Self.planes(parameters) } ?? planes
    slices = try parameters.int("slices", default: 6, in: .within(1...64))
    selection = try parameters.choice("choose", default: .spread)
    labels = try parameters.choice("labels", default: .contours)
    opacity = try parameters.double("opacity", default: 0.5, in: .within(0...1))
    window = try parameters.collecting("window") { try Self.window(parameters) } ?? nil
    theme = try parameters.choice("theme", default: .dark)
    scale = try parameters.int("scale", default: 1, in: .within(1...4))
    colours = try parameters.collecting("colours") { try Self.colours(parameters) } ?? [:]
  }

  private static func planes(_ parameters: ParameterReader) throws -> [BodyAxis] {
    let names = try parameters.optionalStrings("planes", count: 1...3) ?? [BodyAxis.superior.plane]
    return try names.map { name in
      guard let plane = BodyAxis.allCases.first(where: { $0.plane == name || $0.rawValue == name }) else {
        throw parameters.invalid("planes", expected: "axial, coronal or sagittal, or a list of them", found: name)
      }
      return plane
    }
  }

  private static func window(_ parameters: ParameterReader) throws -> GreyWindow? {
    guard let words = try parameters.optionalStrings("window", count: 1...2) else { return nil }
    guard let window = window(words.joined(separator: ",")) else {
      throw parameters.invalid(
        "window",
        expected: "\(windowNames.joined(separator: ", ")), or the values of black and white, such as [-160, 240]",
        found: words.joined(separator: ", "))
    }
    return window
  }

  private static func colours(_ parameters: ParameterReader) throws -> [String: Colour] {
    guard parameters.has("colours") else { return [:] }
    let pairs = try parameters.pairs("colours", of: .string)
    return try Dictionary(
      pairs.map { name, text in
        guard let colour = colour(text) else {
          throw parameters.invalid("colours", expected: "a colour for each class, such as '#ff8000'", found: text)
        }
        return (name, colour)
      }, uniquingKeysWith: { first, _ in first })
  }
}

extension OverlayChoices.Format {
  /// The format of a picture.
  func picture(scale: Int) -> PictureFormat {
    switch self {
    case .png: .png(scale: Double(scale))
    case .svg: .svg
    case .pdf: .pdf
    }
  }
}
