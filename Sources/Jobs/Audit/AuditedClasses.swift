import Datasets
import Files

/// The classes of an audited data set, as a load stage names them.
struct AuditedClasses {
  /// A class under its name, with its values in label files.
  private typealias Entry = (name: String, values: [LabelValue])

  /// The lines of the load stage; none where the data set names the classes itself.
  let lines: [String]
  /// The values of each class, the background among them.
  let values: [[LabelValue]]

  /// Names the values in the labels: under the names that the data set knows, each of the others as a separate class, or
  /// those of masks with smooth edges as two.
  init(_ audit: DatasetAudit, known: ClassMap?) {
    let found = audit.labelValues.map(\.value)
    if let known {
      values = known.classes.map(\.values)
      let named = Set(values.flatMap { $0 } + known.ignored)
      if found.allSatisfy(named.contains) {
        lines = []
      } else {
        lines =
          [YAMLText.comment("the labels have values that dataset.json does not name")] + Self.completed(known, found)
      }
      return
    }
    let edges = audit.cases.compactMap { $0.label?.isImage == false ? $0.label?.smoothEdges : nil }
    if let low = edges.map(\.low).min(), let high = edges.map(\.high).max() {
      let middle = (low + high + 1) / 2
      values = [found.filter { $0.isBelow(middle) }, found.filter { !$0.isBelow(middle) }]
      lines = [
        YAMLText.comment("smooth edges are thresholded at \(middle), half way"),
        "classes: {background: \(Self.list(values[0])), class_1: \(Self.list(values[1]))}",
      ]
      return
    }
    let entries = Self.entries(found)
    values = entries.map(\.values)
    lines = [Self.line(entries.map { "\($0.name): \(Self.text($0.values[0]))" })]
  }

  /// A class for each value; where there is no background, or nothing else, the usual value.
  private static func entries(_ values: [LabelValue]) -> [Entry] {
    let zero = values.first?.isColour == true ? LabelValue.black : .number(0)
    let background = values.first(where: isBackground) ?? zero
    var entries: [Entry] = [("background", [background])]
    entries += values.filter { !isBackground($0) }.enumerated().map { ("class_\($0 + 1)", [$1]) }
    if entries.count == 1 { entries.append(("class_1", [.number(1)])) }
    return entries
  }

  /// Known classes, and a class for each further value.
  private static func completed(_ known: ClassMap, _ values: [LabelValue]) -> [String] {
    let named = Set(known.classes.flatMap(\.values) + known.ignored)
    var entries = known.classes.map { "\(YAMLText.scalar($0.name)): \(list($0.values))" }
    let count = entries.count
    entries += values.filter { !named.contains($0) }.enumerated().map { "class_\($0 + count): \(text($1))" }
    var lines = [line(entries)]
    if known.names[0] != "background" { lines.append("background: " + YAMLText.scalar(known.names[0])) }
    if !known.ignored.isEmpty { lines.append("ignore: " + list(known.ignored)) }
    return lines
  }

  private static func line(_ entries: [String]) -> String {
    "classes: {\(entries.joined(separator: ", "))}        # rename the classes"
  }

  private static func list(_ values: [LabelValue]) -> String {
    "[" + values.map(text).joined(separator: ", ") + "]"
  }

  private static func text(_ value: LabelValue) -> String { value.isColour ? "\"\(value)\"" : "\(value)" }

  private static func isBackground(_ value: LabelValue) -> Bool { value == .number(0) || value == .black }
}

extension LabelValue {
  /// Whether this is a number below another.
  fileprivate func isBelow(_ limit: Int) -> Bool {
    if case .number(let number) = self { number < limit } else { false }
  }
}
