import Files
import Training

/// The table of what became of each parameter, and its summary.
struct TransferTable {
  static let fileName = "transfer.csv"
  let rows: [WeightTransfer.Row]

  /// A line for each parameter.
  var csv: String {
    let lines = rows.map { row in
      [row.name, row.shape.map { "\($0)" }.joined(separator: "x"), row.outcome.rawValue, row.reason]
    }
    return ([["parameter", "shape", "outcome", "reason"]] + lines).map(CSVText.line).joined()
  }

  /// Such as `24 loaded; 2 initialised (head.convolution: part 2, behind the cut head)`.
  var summary: String {
    var groups: [(key: String, blocks: [String], count: Int)] = []
    for row in rows {
      let key = row.outcome.rawValue + (row.reason.isEmpty ? "" : ": \(row.reason)")
      let block = row.name.split(separator: ".").prefix(2).joined(separator: ".")
      if let index = groups.firstIndex(where: { $0.key == key }) {
        groups[index].count += 1
        if !groups[index].blocks.contains(block) { groups[index].blocks.append(block) }
      } else {
        groups.append((key, [block], 1))
      }
    }
    return groups.map { group in
      let blocks =
        group.blocks.count > 3
        ? "\(group.blocks[0]) to \(group.blocks.last ?? "")" : group.blocks.joined(separator: ", ")
      return "\(group.count) \(group.key) (\(blocks))"
    }.joined(separator: "; ")
  }
}
