import Files
import Foundation
import Volumes

/// A case's line in an audit's table.
public struct AuditRow: Encodable, Sendable {
  /// What a class takes of a case.
  public struct ClassVolume: Encodable, Sendable {
    /// The value in the label file.
    public let value: String
    /// The number of voxels.
    public let voxels: Int
    /// The volume in millilitres; nil where no physical size is known.
    public let millilitres: Double?
  }

  /// The case's name.
  public let id: String
  /// Width, height and depth, and a further dimension where there is one.
  public let size: [Int]
  /// The number of values a voxel has.
  public let channels: Int?
  /// Nil where the file knows no physical size.
  public let spacingMM: [Double]?
  /// Nil where the file knows no physical size.
  public let orientation: String?
  /// How a value is stored.
  public let datatype: String?
  /// Over the finite values.
  public let minimum: Double?
  /// Over the finite values.
  public let maximum: Double?
  /// What is drawn, without 0 and black.
  public let classes: [ClassVolume]
  /// The text of the finding.
  public let findings: [String]

  enum CodingKeys: String, CodingKey {
    case size, channels, orientation, datatype, minimum, maximum, classes, findings
    case id = "case"
    case spacingMM = "spacing_mm"
  }

  /// The line of a case.
  public init(_ item: AuditedCase) {
    let header = item.image?.header
    let isPhysical = header?.grid.unit == .millimetres
    id = item.id
    size =
      header.map { header in
        let size = header.grid.size
        return [size.width, size.height, size.depth] + (header.frames > 1 ? [header.frames] : [])
      } ?? []
    channels = item.image?.channels
    spacingMM = isPhysical ? header.map { header in (0..<3).map { header.grid.spacing[$0] } } : nil
    orientation = header?.orientation?.description
    datatype = header?.datatype.rawValue
    minimum = item.image?.minimum.map(Double.init)
    maximum = item.image?.maximum.map(Double.init)
    let label = item.label.flatMap { $0.isImage ? nil : $0 }
    let values = label?.smoothEdges.map { [LabelValue.number($0.high)] } ?? label.map { Array($0.voxels.keys) } ?? []
    let drawn = LabelValue.sorted(values).filter { $0 != .number(0) && $0 != .black }
    classes = drawn.map { value in
      let voxels = label?.voxels[value] ?? 0
      return ClassVolume(
        value: value.description, voxels: voxels, millilitres: label?.voxelML.map { $0 * Double(voxels) })
    }
    findings = item.findings.map(\.description)
  }

  /// The names of the columns of `cells`.
  public static let columns = [
    "case", "size", "spacing_mm", "orientation", "datatype", "range", "classes", "findings",
  ]

  /// The line's cells, as people read them.
  public var cells: [String] {
    func number(_ value: Double?) -> String { value.map { Wording.rounded($0, digits: 2) } ?? "none" }
    let volumes = classes.map { item in
      item.millilitres.map { "\(item.value): \(Wording.rounded($0, digits: 2)) ml" }
        ?? "\(item.value): \(item.voxels) px"
    }
    return [
      id, size.map(String.init).joined(separator: "x") + ((channels ?? 1) > 1 ? ", \(channels ?? 1) channels" : ""),
      spacingMM.map { $0.map { Wording.rounded($0) }.joined(separator: "x") } ?? "unknown", orientation ?? "unknown",
      datatype ?? "unknown", "\(number(minimum)) to \(number(maximum))", volumes.joined(separator: ", "),
      findings.joined(separator: "; "),
    ]
  }
}

extension DatasetAudit {
  /// The table: a line a case.
  public var rows: [AuditRow] { cases.map(AuditRow.init) }

  /// The table as text, its columns aligned.
  public var text: String {
    let lines = [AuditRow.columns.map { $0 == "spacing_mm" ? "spacing mm" : $0 }] + rows.map(\.cells)
    let widths = AuditRow.columns.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { cells in
      zip(cells, widths).map { $0.padding(toLength: max($1, 1), withPad: " ", startingAt: 0) }.joined(separator: "  ")
        .trimmingTrailingBlanks
    }.joined(separator: "\n")
  }

  /// The table as comma-separated values.
  public var csv: String { ([AuditRow.columns] + rows.map(\.cells)).map(CSVText.line).joined() }

  /// The most values of labels that get a line each.
  private static let listedValues = 16

  /// What the cases have in common and how they differ, a line each.
  public var summary: [String] {
    let images = cases.compactMap(\.image?.header)
    func shares(_ name: String, _ values: [String]) -> String {
      let counts = Dictionary(grouping: values, by: { $0 }).mapValues(\.count)
        .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      return name + Wording.listed(counts.map { "\($0.key) (\($0.value))" })
    }
    func range(_ values: [Double]) -> String {
      let sorted = values.sorted()
      guard let first = sorted.first, let last = sorted.last else { return "none" }
      if first == last { return Wording.rounded(first) }
      return
        "\(Wording.rounded(first)) to \(Wording.rounded(last)), median \(Wording.rounded(sorted[sorted.count / 2]))"
    }
    func axes(_ value: (Grid, Int) -> Double) -> String {
      (0..<3).map { axis in range(images.map { value($0.grid, axis) }) }.joined(separator: " x ")
    }
    var lines = ["sizes         " + axes { Double($0.size[$1]) }]
    if images.contains(where: { $0.grid.unit == .millimetres }) {
      lines.append("spacings mm   " + axes { $0.spacing[$1] })
    }
    lines.append(
      shares("orientations  ", images.map { $0.orientation.map { "\($0)" } ?? "unknown" }))
    lines.append(shares("datatypes     ", images.map(\.datatype.rawValue)))
    lines.append(
      "range         \(range(cases.compactMap(\.image?.minimum).map(Double.init))) up to "
        + range(cases.compactMap(\.image?.maximum).map(Double.init)))
    let values = labelValues
    guard values.count <= Self.listedValues else {
      let ends = "\(values[0].value) to \(values[values.count - 1].value)"
      return lines + ["labels        \(values.count) values, \(ends)"]
    }
    lines += values.map {
      "label \($0.value)".padding(toLength: 14, withPad: " ", startingAt: 0) + "in \($0.cases) cases"
    }
    return lines
  }
}

extension String {
  fileprivate var trimmingTrailingBlanks: String { String(reversed().drop { $0 == " " }.reversed()) }
}
