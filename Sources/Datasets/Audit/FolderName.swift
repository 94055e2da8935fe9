/// What the name of a folder says of the files in it.
enum FolderName {
  /// Whether a folder is probably one of images.
  static func isOfImages(_ name: String) -> Bool {
    name.lowercased().hasPrefix("image") || ["img", "imgs", "scan", "scans", "volumes"].contains(name.lowercased())
  }

  /// Whether a folder is probably one of labels.
  static func isOfLabels(_ name: String) -> Bool {
    let name = name.lowercased()
    return name.contains("manual") || labelPrefixes.contains(where: name.hasPrefix)
      || ["seg", "segs", "gt"].contains(name)
  }

  /// The folders of images and of labels that fit best; nil where there are no labels.
  ///
  /// `labels_train` fits `images_train`. Of several that fit the training part comes first. A folder `manual` comes before
  /// a folder `mask`, which may have the fields of view.
  static func best(
    images: [String], labels: [String]
  ) -> (images: String?, labels: String, isFitting: Bool)? {
    func rank(_ label: String, _ image: String?) -> [Int] {
      let isFitting = image.map { part(of: $0) == part(of: label) } ?? false
      let isTraining = part(of: label).hasPrefix("tr")
      return [
        isFitting && !part(of: label).isEmpty ? 0 : 1, isTraining ? 0 : 1, isManual(label) ? 0 : 1, isFitting ? 0 : 1,
      ]
    }
    let choices = labels.flatMap { label in
      (images.isEmpty ? [nil] : images.map(Optional.some)).map { (images: $0, labels: label, rank: rank(label, $0)) }
    }
    // The first of equals, in the order of the names.
    guard let best = choices.min(by: { $0.rank.lexicographicallyPrecedes($1.rank) }) else { return nil }
    return (best.images, best.labels, best.rank[0] == 0)
  }

  private static func isManual(_ name: String) -> Bool { name.lowercased().contains("manual") }

  /// What the name has beside the word for images or labels: `train` of `images_train`, `tr` of `labelsTr`.
  private static func part(of name: String) -> String {
    let name = name.lowercased()
    guard !isManual(name) else { return "" }
    let prefixes = (labelPrefixes + ["images", "image"]).flatMap { [$0 + "s", $0] }
    let prefix = prefixes.filter(name.hasPrefix).max { $0.count < $1.count } ?? name
    return String(name.dropFirst(prefix.count).filter { $0.isLetter || $0.isNumber })
  }

  private static let labelPrefixes = ["label", "mask", "segmentation", "annotation", "groundtruth", "ground_truth"]
}
