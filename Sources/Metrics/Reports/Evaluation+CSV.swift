import Files
import Foundation

extension Evaluation {
  /// Every value as a line `case,label,metric,value,status`, under a header line of these names.
  ///
  /// The label is the class's value in files; an undefined value is empty. Fields are quoted as RFC 4180 has it; lines
  /// end in a newline alone.
  public func metricsCSV() -> Data {
    var text = "case,label,metric,value,status\n"
    for result in cases {
      for (scored, values) in zip(classes, result.classes) {
        for measurement in values.measurements {
          text += CSVText.line([
            result.name, "\(scored.fileValue)", measurement.metric, measurement.value.text, values.status.rawValue,
          ])
        }
      }
    }
    return Data(text.utf8)
  }
}
