/// A table of comma-separated values.
///
/// Quoted cells may hold commas, line breaks and doubled quotes; lines end with LF or CR LF; empty lines are left out; a
/// byte-order mark is skipped; blanks around an unquoted cell are not part of it.
/// Source: RFC 4180.
struct CSVTable {
  struct Row: Equatable {
    /// The line on which the row begins, from 1.
    let line: Int
    let cells: [String]
  }

  enum Problem: Error, Equatable {
    case unclosedQuote(line: Int)
    case textAfterQuote(line: Int)
  }

  let rows: [Row]

  init(_ text: String) throws(Problem) {
    var parser = Parser(bytes: Array(text.utf8))
    rows = try parser.rows()
  }
}

private struct Parser {
  private let bytes: [UInt8]
  private var place = 0
  private var line = 1

  init(bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
  }

  mutating func rows() throws(CSVTable.Problem) -> [CSVTable.Row] {
    var rows: [CSVTable.Row] = []
    while place < bytes.count {
      let row = CSVTable.Row(line: line, cells: try cells())
      if row.cells != [""] { rows.append(row) }
    }
    return rows
  }

  /// The cells up to the end of the line, which is consumed.
  private mutating func cells() throws(CSVTable.Problem) -> [String] {
    var cells: [String] = []
    while true {
      cells.append(try cell())
      guard place < bytes.count else { return cells }
      let ending = bytes[place]
      place += 1
      if ending == UInt8(ascii: "\n") {
        line += 1
        return cells
      }
    }
  }

  /// A cell; the comma or line feed after it is next.
  private mutating func cell() throws(CSVTable.Problem) -> String {
    skipBlanks()
    if place < bytes.count, bytes[place] == UInt8(ascii: "\"") { return try quotedCell() }
    let start = place
    while place < bytes.count, !endsCell(bytes[place]) { place += 1 }
    var end = place
    while end > start, isBlank(bytes[end - 1]) { end -= 1 }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  private mutating func quotedCell() throws(CSVTable.Problem) -> String {
    let firstLine = line
    var content: [UInt8] = []
    place += 1
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      if byte == UInt8(ascii: "\n") { line += 1 }
      guard byte == UInt8(ascii: "\"") else {
        content.append(byte)
        continue
      }
      if place < bytes.count, bytes[place] == byte {
        content.append(byte)
        place += 1
        continue
      }
      skipBlanks()
      guard place == bytes.count || endsCell(bytes[place]) else { throw .textAfterQuote(line: line) }
      return String(decoding: content, as: UTF8.self)
    }
    throw .unclosedQuote(line: firstLine)
  }

  private mutating func skipBlanks() {
    while place < bytes.count, isBlank(bytes[place]) { place += 1 }
  }

  private func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }

  private func endsCell(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") }
}
