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
  /// What a person should know of the choice of the classes.
  let warnings: [String]

  /// Names the values in the labels: under the names that the data set knows, each of the others as a separate class, or
  /// those of masks with smooth edges as two.
  ///
  /// - Parameter excluded: The cases that are not loaded.
  init(_ audit: DatasetAudit, excluding excluded: Set<String>, known: ClassMap?) {
    let found = audit.labelValues(excluding: excluded).map(\.value)
    if let known {
      warnings = []
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
    if let edges = audit.smoothEdges {
      warnings = []
      let middle = (edges.low + edges.high + 1) / 2
      values = [found.filter { $0.isBelow(middle) }, found.filter { !$0.isBelow(middle) }]
      lines = [
        YAMLText.comment("smooth edges are thresholded at \(middle), half way"),
        "classes: {background: \(Self.list(values[0])), class_1: \(Self.list(values[1]))}",
      ]
      return
    }
    if let warning = Self.reasonToMerge(audit, found), let first = found.first(where: { !Self.isBackground($0) }) {
      let background = found.first(where: Self.isBackground) ?? (first.isColour ? .black : .number(0))
      let drawn = found.filter { $0 != background }
      values = [[background], drawn]
      warnings = [warning]
      let others = drawn.dropFirst().map { "\(Self.text($0)): \(Self.text(first))" }
      lines = [
        Self.line(["background: \(Self.text(background))", "class_1: \(Self.text(first))"]),
        "label_map: {\(others.joined(separator: ", "))}        # all values but the background become one class",
      ]
      return
    }
    warnings = []
    let entries = Self.entries(found)
    values = entries.map(\.values)
    lines = [Self.line(entries.map { "\($0.name): \(Self.text($0.values[0]))" })]
  }

  /// Why the values are no classes, but numbers of objects, or too many; nil where each is a class.
  private static func reasonToMerge(_ audit: DatasetAudit, _ values: [LabelValue]) -> String? {
    let counts = audit.cases.compactMap { item in
      item.label.flatMap { $0.isImage || $0.isEmpty ? nil : objects(in: $0) }
    }
    let labelled = audit.cases.count { $0.label?.isImage == false && $0.label?.isEmpty == false }
    let remedy = "all values but the background are merged into one class"
    if (counts.max() ?? 0) >= 10, counts.count * 10 >= labelled * 9, Set(counts).count > 2 {
      return
        "the values of the labels look like numbers of objects (instances), up to \(counts.max() ?? 0) in a label; "
        + remedy + "."
    }
    guard values.count > ClassMap.maximumCount else { return nil }
    return "the labels have \(values.count) values, more than the \(ClassMap.maximumCount) classes of a pipeline; "
      + remedy + ". Merge them otherwise with 'label_map' if they are classes."
  }

  /// The number of objects where the values are 1, 2, 3 and so on, all but a few; nil for other labels.
  private static func objects(in label: AuditedLabel) -> Int? {
    let numbers = label.voxels.keys.compactMap { if case .number(let number) = $0 { number } else { nil } }
    let drawn = numbers.filter { $0 != 0 }
    guard numbers.count == label.voxels.count, let last = drawn.max(), (drawn.min() ?? 0) > 0 else { return nil }
    return last - drawn.count <= drawn.count / 10 ? last : nil
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
