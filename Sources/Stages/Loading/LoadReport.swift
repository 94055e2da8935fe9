import Datasets
import Jobs
import Pipelines
import ScanIO
import Volumes

/// The log lines about a loaded data set.
struct LoadReport {
  let dataset: Dataset
  let cases: [CheckedCase]

  func log(to log: RunLog) {
    let reordered = cases.filter { !$0.reordered.isEmpty }
    if let first = reordered.first {
      let others =
        reordered.count > 1 ? "; also in \(reordered.count - 1) other \(reordered.count == 2 ? "case" : "cases")" : ""
      log.info("case '\(first.facts.id)': \(first.reordered[0])\(others)")
    }
    for item in cases {
      for file in item.resampled {
        log.info("case '\(item.facts.id)': \(file); resampled to the image's grid")
        if let loss = file.loss { log.warning("case '\(item.facts.id)': label '\(file.file)': \(loss)") }
      }
    }
    logNotes(log)
    logConstantChannels(log)
    let unit = dataset.lengthUnit == .millimetres ? "mm" : "pixels (no physical size)"
    let sizes =
      Set([dataset.smallestSize, dataset.largestSize]).count == 1
      ? "\(dataset.largestSize)" : "\(dataset.smallestSize) to \(dataset.largestSize)"
    let names = dataset.channelNames.map { " (\($0.joined(separator: ", ")))" } ?? ""
    log.info(
      "\(counted(dataset.cases.count, "case")), "
        + "\(counted(dataset.channels, "channel"))\(names), \(sizes) voxels, in \(unit)")
    if let spacing = dataset.commonSpacing {
      log.info("before training and prediction, images are resampled to voxels of \(spacing)")
    }
    if !dataset.reading.departures.isEmpty {
      log.info("reading: \(dataset.reading.departures.joined(separator: ", "))")
    }
    logClasses(log)
  }

  /// A line for each kind of note, with the first case that has it.
  private func logNotes(_ log: RunLog) {
    var kinds: [(kind: String, note: ScanNote, ids: [String])] = []
    for item in cases {
      for note in item.notes {
        if let place = kinds.firstIndex(where: { $0.kind == note.kind }) {
          if kinds[place].ids.last != item.facts.id { kinds[place].ids.append(item.facts.id) }
        } else {
          kinds.append((note.kind, note, [item.facts.id]))
        }
      }
    }
    for (_, note, ids) in kinds.sorted(by: { $0.kind < $1.kind }) {
      let text = ids.count == 1 ? "case '\(ids[0])': \(note)" : "\(ids.count) cases (first: '\(ids[0])'): \(note)"
      if note.isWarning { log.warning(text) } else { log.info(text) }
    }
  }

  private func logConstantChannels(_ log: RunLog) {
    for item in cases where !item.constantChannels.isEmpty {
      let channels = item.constantChannels.map { dataset.channelNames?[$0] ?? "\($0 + 1)" }
      let what = dataset.channels == 1 ? "the image" : "channel \(channels.joined(separator: ", "))"
      log.warning("case '\(item.facts.id)': \(what) is constant; it contains no information")
    }
  }

  private func logClasses(_ log: RunLog) {
    guard let classes = dataset.classes else { return }
    let totals = classes.names.indices.map { index in
      dataset.cases.reduce(0) { $0 + ($1.voxels.isEmpty ? 0 : $1.voxels[index]) }
    }
    let all = Double(max(1, totals.reduce(0, +)))
    let shares = zip(classes.names, totals).map { name, count in
      "\(name) \((Double(count) / all * 10000).rounded() / 100) %"
    }
    log.info("voxels by class: " + shares.joined(separator: ", "))
  }
}
