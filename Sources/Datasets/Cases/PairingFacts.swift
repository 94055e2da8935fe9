/// What a pairing was asked for and saw, for its report.
struct PairingFacts: Hashable, Sendable {
  let images: [String]
  let labels: String?
  /// The number of files that both patterns match, taken as labels.
  var sharedFiles = 0
  /// The images that were left out.
  var leftOut: [LeftOutFile] = []
  /// The labels that were left out.
  var leftOutLabels: [LeftOutFile] = []

  init(images: [String], labels: String?) {
    self.images = images
    self.labels = labels
  }

  /// The image file that a case lacks, as a message names it.
  func expectedImage(of id: String, pattern: String) -> String {
    let path = pattern.replacing("{case}", with: id)
    return leftOut.first { $0.path == path }.map { "\(path) (\($0.words))" } ?? path
  }

  /// The label file that an image needs, as a message names it.
  func expectedLabel(of id: String) -> String {
    guard let labels else { return "a label" }
    if let file = leftOutLabels.first(where: { $0.caseNames.contains(id) }) {
      return "'\(file.path)', which is \(file.words)"
    }
    return labels.contains("{case}")
      ? "'\(labels.replacing("{case}", with: id))'" : "a file named '\(id)' that matches '\(labels)'"
  }
}

extension CasePairing {
  /// What was found: how many images and labels match, which do not and why; a line for each fact.
  public var report: String {
    let count = cases.count + imagesWithoutLabel.count
    var lines = [
      facts.images.count == 1
        ? "\(Wording.counted(count, "image matches", "images match")) '\(facts.images[0])'"
        : "\(Wording.counted(count, "case has", "cases have")) an image for each of \(Wording.quoted(facts.images))"
    ]
    if let labels = facts.labels {
      let labelled =
        count == 1
        ? (cases.isEmpty ? "it has no label" : "it has a label")
        : "\(cases.count) of them \(cases.count == 1 ? "has" : "have") a label"
      lines[0] += "; \(labelled) in '\(labels)'"
    }
    lines[0] += "."
    if facts.sharedFiles > 0 {
      lines.append(
        "\(Wording.counted(facts.sharedFiles, "file matches", "files match")) both patterns; used as labels.")
    }
    if !imagesWithoutLabel.isEmpty {
      let missing = imagesWithoutLabel.map { "'\($0.id)' (expected \(facts.expectedLabel(of: $0.id)))" }
      lines.append(
        "\(Wording.counted(missing.count, "image has", "images have")) no label: \(Wording.listed(missing, shown: 10))."
      )
    }
    if !labelsWithoutImage.isEmpty {
      let files = labelsWithoutImage.map { "'\($0.id)' (\($0.label.path))" }
      lines.append(
        "\(Wording.counted(files.count, "label has", "labels have")) no image: \(Wording.listed(files, shown: 10)).")
    }
    return lines.joined(separator: "\n")
  }
}
