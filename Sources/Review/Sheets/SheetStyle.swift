import Drawing

/// The colours of sheets.
public struct SheetStyle: Hashable, Sendable {
  let background: Colour
  let text: Colour
  let dimText: Colour
  let emphasis: Colour
  let neutral: Colour

  /// For screens: light letters on a dark sheet, as radiologists read.
  public static let dark = SheetStyle(
    background: Colour(red: 20, green: 22, blue: 27), text: Colour(red: 238, green: 240, blue: 244),
    dimText: Colour(red: 158, green: 164, blue: 175), emphasis: Colour(red: 255, green: 214, blue: 92),
    neutral: Colour(grey: 170))

  /// For paper: dark letters on white.
  public static let light = SheetStyle(
    background: .white, text: Colour(red: 32, green: 36, blue: 44), dimText: Colour(red: 96, green: 102, blue: 112),
    emphasis: Colour(red: 176, green: 92, blue: 0), neutral: Colour(grey: 110))

  static let margin = 16.0
  static let gap = 10.0
}
