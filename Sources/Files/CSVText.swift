/// Tables of comma-separated values as they are written.
///
/// Source: RFC 4180; lines end in a newline alone.
public enum CSVText {
  /// A row with its newline; cells that need quotes get them.
  public static func line(_ cells: [String]) -> String { cells.map(quoted).joined(separator: ",") + "\n" }

  private static func quoted(_ cell: String) -> String {
    let needsQuotes = cell.utf8.contains { [UInt8(ascii: ","), UInt8(ascii: "\""), 10, 13].contains($0) }
    return needsQuotes ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
  }
}
