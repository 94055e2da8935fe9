import Datasets
import Foundation
import Pipelines
import Volumes

/// What makes a few numbers of a whole scan: the classes' probabilities, a number, or features.
package protocol ScanNetwork {
  /// How a scan becomes what the network sees.
  var preparation: Preparation { get }
  /// The channels of a scan.
  var channels: Int { get }
  /// The numbers of a prepared scan, which `name` names in errors.
  func values(of scan: VolumeView, name: String) throws -> [Double]
}

/// The numbers of a scan.
package struct ScanRow {
  /// The case's name.
  package let name: String
  /// The numbers.
  package let values: [Double]

  /// Makes a row.
  package init(name: String, values: [Double]) { (self.name, self.values) = (name, values) }
}

extension ScanNetwork {
  /// The numbers of scans, one after the other; those that cannot be used are listed.
  ///
  /// - Throws: `Interrupted`; `JobError.badCases` where the policy is to stop; `JobError.nothingPredicted` where no scan can be
  ///   used.
  package func rows(
    of items: [PredictionItem], reader: CaseReader, policy: BadCasePolicy, log: RunLog, interruption: Interruption
  ) throws -> (rows: [ScanRow], failures: [JobError.BadCase]) {
    var (rows, failures): ([ScanRow], [JobError.BadCase]) = ([], [])
    for (number, item) in items.enumerated() {
      try interruption.throwIfRequested()
      do {
        rows.append(ScanRow(name: item.caseName, values: try values(of: item, reader)))
      } catch {
        let failure = JobError.BadCase(name: item.name, error: error)
        if policy == .stop { throw JobError.badCases([failure], of: items.count) }
        log.warning("\(item.name): \(error)")
        failures.append(failure)
      }
      log.progress("scan \(number + 1)/\(items.count)", ["share": .double(Double(number + 1) / Double(items.count))])
    }
    guard !rows.isEmpty || failures.isEmpty else {
      throw JobError.nothingPredicted(failures, table: FailureTable.fileName)
    }
    return (rows, failures)
  }

  private func values(of item: PredictionItem, _ reader: CaseReader) throws -> [Double] {
    var scan = try reader.scan(item.images, id: item.name)
    let volume = scan.takeVolume()
    guard volume.channels == channels else {
      throw JobError.scanDoesNotFit(
        file: item.name, expected: "\(counted(channels, "channel")), as in the model", found: "\(volume.channels)")
    }
    let prepared = try preparation.image(volume, name: item.name)
    return try prepared.withView { try values(of: $0, name: item.name) }
  }
}
