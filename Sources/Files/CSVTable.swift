/// A table of comma-separated values under a header.
///
/// Quoted cells may hold commas, line breaks and doubled quotes; lines end with LF or CR LF; a byte-order mark is skipped;
/// blanks around an unquoted cell are not part of it. Where the header has no comma, semicolons or else tabs separate the
/// cells, as Excel writes them where a comma is the decimal point; a first line `sep=;` says so too. Rows without any text
/// and columns without a name and any text, which Excel leaves at the end, are left out.
/// Source: RFC 4180.
public struct CSVTable {
  /// A row below the header.
  public struct Row: Equatable {
    /// The line on which the row begins, from 1.
    public let line: Int
    /// Its cells, as many as the header has.
    public let cells: [String]
  }

  /// The names of the columns.
  public let header: [String]
  /// The rows below, each of as many cells as the header; at least one.
  public let rows: [Row]

  /// Reads a text; `example` is what a message says a header looks like.
  public init(_ text: String, example: String) throws(CSVProblem) {
    var parser = Parser(bytes: Array(text.utf8))
    let all = try parser.rows()
    guard let first = all.first?.cells, all.count > 1 else { throw .noRows(example: example) }
    let width = all.map { $0.cells.lastIndex { !$0.isEmpty } ?? 0 }.max().map { $0 + 1 } ?? first.count
    let header = Array(first.prefix(width))
    self.header = header
    rows = all.dropFirst().map { row in
      let isLonger = row.cells.count > header.count && row.cells[header.count...].allSatisfy(\.isEmpty)
      return isLonger ? Row(line: row.line, cells: Array(row.cells.prefix(header.count))) : row
    }
    if let row = rows.first(where: { $0.cells.count != header.count }) {
      throw .raggedRow(line: row.line, cells: row.cells.count, expected: header.count)
    }
  }

  /// A cell that may not be empty.
  public func name(in row: Row, column: Int) throws(CSVProblem) -> String {
    guard !row.cells[column].isEmpty else { throw .emptyCell(line: row.line, column: header[column]) }
    return row.cells[column]
  }
}

/// An error in a CSV table.
public enum CSVProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// The table has no row below its header.
  case noRows(example: String)
  /// A quote is not closed.
  case unclosedQuote(line: Int)
  /// Text follows the end of a quoted cell.
  case textAfterQuote(line: Int)
  /// A row has another number of cells than the header.
  case raggedRow(line: Int, cells: Int, expected: Int)
  /// A cell that must name something is empty.
  case emptyCell(line: Int, column: String)

  /// The message: line, problem, expected, and what to do.
  public var description: String {
    switch self {
    case .noRows(let example): "no rows. Expected a header, such as '\(example)', and a row for each case."
    case .unclosedQuote(let line): "line \(line): a quoted cell is not closed. Add the closing quote."
    case .textAfterQuote(let line):
      "line \(line): text follows a closing quote. Expected a comma; write a quote within a cell twice."
    case .raggedRow(let line, let cells, let expected):
      "line \(line): \(cells) \(cells == 1 ? "cell" : "cells"). Expected \(expected), as in the header."
    case .emptyCell(let line, let column): "line \(line): the column '\(column)' is empty. Expected a name."
    }
  }
}

private struct Parser {
  private let bytes: [UInt8]
  private var place = 0
  private var line = 1
  private var separator = UInt8(ascii: ",")

  init(bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
    var first = firstLine
    if first.count == 5, first.starts(with: Array("sep=".utf8)), let stated = first.last {
      separator = stated
      place += first.count
      while place < bytes.count, bytes[place] != UInt8(ascii: "\n") { place += 1 }
      place = min(place + 1, bytes.count)
      line += 1
      return
    }
    // Names of columns in quotes may hold any of the three.
    var isQuoted = false
    first = first.filter { byte in
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      return !isQuoted
    }
    let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
    separator = candidates.first { first.contains($0) } ?? separator
  }

  /// The bytes of the first line, without its end.
  private var firstLine: [UInt8] {
    Array(bytes[place...].prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") })
  }

  mutating func rows() throws(CSVProblem) -> [CSVTable.Row] {
    var rows: [CSVTable.Row] = []
    while place < bytes.count {
      let row = CSVTable.Row(line: line, cells: try cells())
      if row.cells.contains(where: { !$0.isEmpty }) { rows.append(row) }
    }
    return rows
  }

  /// The cells up to the end of the line, which is consumed.
  private mutating func cells() throws(CSVProblem) -> [String] {
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
  private mutating func cell() throws(CSVProblem) -> String {
    skipBlanks()
    if place < bytes.count, bytes[place] == UInt8(ascii: "\"") { return try quotedCell() }
    let start = place
    while place < bytes.count, !endsCell(bytes[place]) { place += 1 }
    var end = place
    while end > start, isBlank(bytes[end - 1]) { end -= 1 }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  private mutating func quotedCell() throws(CSVProblem) -> String {
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
    byte == UInt8(ascii: " ") || (byte == UInt8(ascii: "\t") && separator != byte) || byte == UInt8(ascii: "\r")
  }

  private func endsCell(_ byte: UInt8) -> Bool { byte == separator || byte == UInt8(ascii: "\n") }
}
