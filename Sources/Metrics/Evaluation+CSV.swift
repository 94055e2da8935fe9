import Foundation

extension Evaluation {
  /// Every value as a line `case,label,metric,value,status`, under a header line of these names.
  ///
  /// The label is the class's value in files; an undefined value is empty. Fields are quoted as RFC 4180 has it; lines
  /// end in a newline alone.
  public func metricsCSV() -> Data {
    var text = "case,label,metric,value,status\n"
    for result in cases {
      let name = Self.quoted(result.name)
      for (scored, values) in zip(classes, result.classes) {
        for measurement in values.measurements {
          let metric = Self.quoted(measurement.metric)
          text += "\(name),\(scored.fileValue),\(metric),\(measurement.value.text),\(values.status.rawValue)\n"
        }
      }
    }
    return Data(text.utf8)
  }

  private static func quoted(_ field: String) -> String {
    let needsQuotes = field.utf8.contains { [UInt8(ascii: ","), UInt8(ascii: "\""), 10, 13].contains($0) }
    return needsQuotes ? "\"" + field.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : field
  }
}
