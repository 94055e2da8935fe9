import Files
import Foundation

/// A CSV table that lists the files of each case.
///
/// The columns: `case`; `image`, or `image_1`, `image_2` and so on, or `image:t1`, `image:flair` and the like; `label`
/// where there are labels; `group`, `patient` or `subject` where cases belong together. Others are not used. Relative
/// paths resolve against the table.
enum CaseTable {
  /// Finds the cases of a table.
  ///
  /// - Parameter unlabelled: What is done with a row whose label is empty, or missing.
  static func found(in url: URL, unlabelled: UnlabelledImages) throws(DatasetError) -> FoundCases {
    let text = try FilePath.text(at: url)
    let folder = url.deletingLastPathComponent()
    let columns: CaseTableColumns
    let entries: [Entry]
    do throws(CaseTableProblem) {
      let table = try table(text)
      columns = try CaseTableColumns(table.header)
      entries = try Self.entries(of: table, columns, folder, unlabelled)
    } catch {
      throw .table(source: url.path, error)
    }
    var found = try FoundCases(cases(of: entries), report: report(url, entries, columns))
    found.names = columns.imageNames
    found.descriptions = [url]
    return found
  }

  private struct Entry {
    let id: String
    let line: Int
    let images: [URL]
    let label: URL?
    let group: String?
  }

  private static func table(_ text: String) throws(CaseTableProblem) -> CSVTable {
    do throws(CSVProblem) {
      return try CSVTable(text, example: "case,image,label")
    } catch {
      throw .csv(error)
    }
  }

  private static func entries(
    of table: CSVTable, _ columns: CaseTableColumns, _ folder: URL, _ unlabelled: UnlabelledImages
  ) throws(CaseTableProblem) -> [Entry] {
    func name(_ row: CSVTable.Row, _ column: Int) throws(CaseTableProblem) -> String {
      do throws(CSVProblem) { return try table.name(in: row, column: column) } catch { throw .csv(error) }
    }
    func file(_ row: CSVTable.Row, _ column: Int) throws(CaseTableProblem) -> URL {
      let text = try name(row, column)
      let path = text.hasPrefix("/") ? text : FilePath.joined(folder.path, text)
      let url = URL(filePath: SystemPath.resolvingParents(path), directoryHint: .notDirectory).standardized
      if let reason = LeftOutFile.reason(for: url.path) {
        let words = LeftOutFile(path: url.path, name: text, reason: reason).words
        throw .unusableFile(line: row.line, column: table.header[column], path: url.path, found: words)
      }
      guard FilePath.kind(of: url.path) == .file else {
        throw .missingFile(line: row.line, column: table.header[column], path: url.path)
      }
      return url
    }
    var lines: [String: Int] = [:]
    var entries: [Entry] = []
    for row in table.rows {
      let id = try name(row, columns.id)
      if let first = lines.updateValue(row.line, forKey: id) { throw .twice(id: id, lines: [first, row.line]) }
      var images: [URL] = []
      for column in columns.images { images.append(try file(row, column)) }
      var label: URL?
      if let column = columns.label {
        do throws(CaseTableProblem) {
          label = try file(row, column)
        } catch {
          // An empty cell, or a file that is not there.
          guard unlabelled.allow(id) else { throw error }
        }
      }
      var group: String?
      if let column = columns.group { group = try name(row, column) }
      entries.append(Entry(id: id, line: row.line, images: images, label: label, group: group))
    }
    return entries
  }

  /// The cases, the files of each column named from the folder that holds them all.
  private static func cases(of entries: [Entry]) -> [CaseFiles] {
    let columns = entries[0].images.indices.map { column in CaseFile.named(entries.map { $0.images[column] }) }
    var labels = CaseFile.named(entries.compactMap(\.label))[...]
    return entries.indices.map { index in
      CaseFiles(
        id: entries[index].id, images: columns.map { $0[index] },
        label: entries[index].label.flatMap { _ in labels.popFirst() },
        group: entries[index].group)
    }
  }

  private static func report(_ url: URL, _ entries: [Entry], _ columns: CaseTableColumns) -> [String] {
    let label = columns.label == nil ? "" : " and a label"
    let images = Wording.counted(columns.images.count, "image")
    var lines = [
      "table '\(url.lastPathComponent)': \(Wording.counted(entries.count, "case")), each with \(images)\(label)."
    ]
    if !columns.unused.isEmpty { lines.append("unused columns: \(Wording.quoted(columns.unused)).") }
    return lines
  }
}

/// Which column of a table of cases is which.
private struct CaseTableColumns {
  let id: Int
  let images: [Int]
  /// The names of the images; nil where the columns do not name them.
  let imageNames: [String]?
  let label: Int?
  let group: Int?
  /// The columns that mean nothing here.
  let unused: [String]

  init(_ header: [String]) throws(CaseTableProblem) {
    let names = header.map { $0.lowercased() }
    for (index, name) in names.enumerated() where names[..<index].contains(name) {
      throw .repeatedColumn(header[index])
    }
    guard let id = names.firstIndex(of: "case") else { throw .noCaseColumn(header) }
    let plain = names.indices.filter { names[$0] == "image" }
    let numbered = try Self.numbered(names, header)
    let named = names.indices.filter { names[$0].hasPrefix("image:") && names[$0].count > 6 }
    let kinds = [plain, numbered, named].filter { !$0.isEmpty }
    guard let images = kinds.first else { throw .noImageColumn(header) }
    guard kinds.count == 1 else { throw .mixedImageColumns(kinds.joined().sorted().map { header[$0] }) }
    self.id = id
    self.images = images
    imageNames = named.isEmpty ? nil : named.map { String(header[$0].dropFirst(6)) }
    label = names.firstIndex(of: "label")
    group = ["group", "patient", "subject"].lazy.compactMap { names.firstIndex(of: $0) }.first
    let used = Set([id, label, group].compactMap { $0 } + images)
    unused = header.indices.filter { !used.contains($0) }.map { header[$0] }
  }

  /// The columns `image_1`, `image_2` and so on.
  private static func numbered(_ names: [String], _ header: [String]) throws(CaseTableProblem) -> [Int] {
    let count = names.filter { $0.hasPrefix("image_") && Int($0.dropFirst(6)) != nil }.count
    var columns: [Int] = []
    for number in 1..<count + 1 {
      guard let column = names.firstIndex(of: "image_\(number)") else {
        throw .missingColumn("image_\(number)", header: header)
      }
      columns.append(column)
    }
    return columns
  }
}

/// Why a table of cases cannot be used.
public enum CaseTableProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// It is no table.
  case csv(CSVProblem)
  /// No column names the case.
  case noCaseColumn([String])
  /// No column names an image.
  case noImageColumn([String])
  /// The numbers of the image columns have a gap.
  case missingColumn(String, header: [String])
  /// Images are named in several ways.
  case mixedImageColumns([String])
  /// Two columns have one name.
  case repeatedColumn(String)
  /// A file that a row names is not there.
  case missingFile(line: Int, column: String, path: String)
  /// A file that a row names is a dangling link, a pipe or a device.
  case unusableFile(line: Int, column: String, path: String, found: String)
  /// Two rows have one case.
  case twice(id: String, lines: [Int])

  /// What is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .csv(let problem): problem.description
    case .noCaseColumn(let header):
      "line 1: the columns are \(Wording.quoted(header)). Expected 'case', the name of the case."
    case .noImageColumn(let header):
      "line 1: the columns are \(Wording.quoted(header)). Expected 'image', or 'image_1', 'image_2', ..., "
        + "or 'image:t1', 'image:flair', ...: one column for each file of a case."
    case .missingColumn(let column, let header):
      "line 1: the columns are \(Wording.quoted(header)); '\(column)' is missing. "
        + "Image columns are numbered from 1 without gaps."
    case .mixedImageColumns(let columns):
      "line 1: the columns \(Wording.quoted(columns)) mix several naming schemes. "
        + "Use only 'image', only numbers, or only names."
    case .repeatedColumn(let column): "line 1: two columns are named '\(column)'. Expected each once."
    case .missingFile(let line, let column, let path):
      "line \(line): \(column) '\(path)' not found. "
        + "Paths are absolute, or relative to the folder of the table."
    case .unusableFile(let line, let column, let path, let found):
      "line \(line): \(column) '\(path)' is \(found). Expected a regular file; download it, or correct the path."
    case .twice(let id, let lines):
      "line \(lines[1]): case '\(id)' is already in line \(lines[0]). "
        + "Use one row for each case, with one column for each image."
    }
  }
}
