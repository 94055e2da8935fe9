/// The text before and after the name of a case in the names of files.
struct NameFrame: Hashable {
  /// The text before the name of the case.
  let prefix: String
  /// The text after it, without the extension.
  let suffix: String

  /// A name without text around the name of the case.
  static let plain = NameFrame(prefix: "", suffix: "")

  /// The name of a file as a pattern, without its extension: `img_{case}_t1`.
  var pattern: String {
    func escaped(_ text: String) -> String { String(text.flatMap { "*?[{".contains($0) ? Array("[\($0)]") : [$0] }) }
    return escaped(prefix) + "{case}" + escaped(suffix)
  }

  /// The number of characters around the name of the case.
  var length: Int { prefix.count + suffix.count }

  /// The case that a name is about; nil where the name does not have this form.
  func caseName(in name: String) -> String? {
    guard name.count > length, name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
    return String(name.dropFirst(prefix.count).dropLast(suffix.count))
  }
}

/// How the names of images and labels differ: `img_1` and `1_seg` are both about the case `1`.
///
/// Names are paths without extension. They are cut at delimiters, and between letters and digits, so that `1` is not found
/// in `11`.
struct NamePairing: Equatable {
  /// The forms of the images' names. Several are files of one case, such as channels.
  let images: [NameFrame]
  /// The form of the labels' names.
  let label: NameFrame
  /// The number of cases that have a label and an image of each form.
  let pairCount: Int
  /// The other forms of images, each with its number of cases, the most frequent first.
  let otherImages: [(frame: NameFrame, count: Int)]

  static func == (a: NamePairing, b: NamePairing) -> Bool {
    (a.images, a.label, a.pairCount) == (b.images, b.label, b.pairCount)
  }

  /// Finds the forms that pair most images and labels; of several those with the least text around the case.
  ///
  /// - Parameters:
  ///   - kinds: The last parts of the images' names, such as `T1w`; nil: any.
  ///   - isCertain: Whether the forms must differ in words for images and labels alone (`AffixWords`). Others may pair an
  ///     image with the label of another visit or side, and are advice at most.
  /// - Returns: nil where no image has the case of a label.
  init?(images: [String], labels: [String], kinds: [String]? = nil, isCertain: Bool = true) {
    let images = images.map(CutName.init)
    let candidates = NameFrame.common(in: labels).compactMap { frame in
      NamePairing(images: images, labels: labels, frame: frame, kinds: kinds, isCertain: isCertain)
    }
    guard
      let best = candidates.min(by: { a, b in
        a.pairCount != b.pairCount ? a.pairCount > b.pairCount : a.length < b.length
      })
    else { return nil }
    self = best
  }

  private init?(images: [CutName], labels: [String], frame: NameFrame, kinds: [String]?, isCertain: Bool) {
    let named = labels.compactMap(frame.caseName)
    let names = Set(named)
    guard names.count == named.count, frame == .plain || names.allSatisfy(\.isName) else { return nil }
    let lengths = Set(names.map(\.count))
    var cases: [NameFrame: Set<String>] = [:]
    for image in images {
      guard let (name, rest) = image.caseName(among: names, lengths: lengths) else { continue }
      guard kinds?.contains(where: rest.isOfKind) ?? true else { continue }
      cases[rest, default: []].insert(name)
    }
    if isCertain {
      let certain = AffixWords.certain(Array(cases.keys), label: frame, kinds: kinds ?? [])
      cases = cases.filter { certain.contains($0.key) }
    }
    let counts = cases.map { (frame: $0.key, count: $0.value.count) }.sorted { a, b in
      a.count != b.count ? a.count > b.count : Self.precedes(a.frame, b.frame)
    }
    guard let most = counts.first else { return nil }
    let channels = counts.map(\.frame).filter(\.isChannel)
    // Channels are numbered from 0, and a case that lacks one is an error that the user sees.
    let hasChannels = most.frame.isChannel && channels.count > 1 && Set(channels.map(\.withoutNumber)).count == 1
    let wanted = kinds.map { kinds in kinds.compactMap { kind in counts.first { $0.frame.isOfKind(kind) }?.frame } }
    if let wanted, wanted.count != kinds?.count { return nil }
    self.images = wanted ?? (hasChannels ? channels.sorted { $0.suffix < $1.suffix } : [most.frame])
    (label, pairCount) = (frame, most.count)
    otherImages = counts.filter { [images = self.images] in !images.contains($0.frame) }
  }

  private var length: Int { label.length + images.reduce(0) { $0 + $1.length } }

  /// The order of forms that equally many images have: usual structural images first, then the shortest.
  private static func precedes(_ a: NameFrame, _ b: NameFrame) -> Bool {
    func rank(_ frame: NameFrame) -> Int {
      ["T1w", "T2w", "FLAIR"].firstIndex(where: frame.isOfKind) ?? (frame == .plain ? 3 : 4)
    }
    if rank(a) != rank(b) { return rank(a) < rank(b) }
    return (a.length, a.pattern) < (b.length, b.pattern)
  }
}

extension NameFrame {
  /// Whether the name ends in the number of a channel, as nnU-Net writes it.
  var isChannel: Bool { ChannelNumber(fileName: "a" + suffix) != nil }

  /// Whether the last part of the name, after a delimiter, is that of a kind of images, such as `T1w`.
  fileprivate func isOfKind(_ kind: String) -> Bool {
    guard suffix.hasSuffix(kind) else { return false }
    return suffix.dropLast(kind.count).last.map { !$0.isLetter && !$0.isNumber } ?? true
  }

  /// The form without the number of the channel.
  fileprivate var withoutNumber: NameFrame { NameFrame(prefix: prefix, suffix: String(suffix.dropLast(5))) }

  /// The forms that more than half of the names have: each common beginning with each common end, the plain form among
  /// them.
  fileprivate static func common(in names: [String]) -> [NameFrame] {
    var (prefixes, suffixes): ([String: Int], [String: Int]) = ([:], [:])
    for name in names.map(CutName.init) {
      for cut in name.cuts where cut > 0 && cut < name.characters.count {
        prefixes[String(name.characters[..<cut]), default: 0] += 1
        suffixes[String(name.characters[cut...]), default: 0] += 1
      }
    }
    func frequent(_ counts: [String: Int]) -> [String] {
      let texts = counts.filter { $0.value * 2 > names.count }.keys
      return [""] + texts.sorted { ($0.count, $0) < ($1.count, $1) }.prefix(12)
    }
    let ends = frequent(suffixes)
    return frequent(prefixes).flatMap { prefix in ends.map { NameFrame(prefix: prefix, suffix: $0) } }
  }
}

extension String {
  /// Whether a text begins and ends with letters or digits, so that delimiters belong to what is around it.
  fileprivate var isName: Bool { [first, last].allSatisfy { $0.map { $0.isLetter || $0.isNumber } ?? false } }
}

/// A name and the positions where it can be cut: its ends, around delimiters, and between letters and digits.
private struct CutName {
  let characters: [Character]
  let cuts: [Int]

  init(_ name: String) {
    let characters = Array(name)
    func isDelimiter(_ index: Int) -> Bool { !characters[index].isLetter && !characters[index].isNumber }
    cuts = (0...characters.count).filter { index in
      index == 0 || index == characters.count || isDelimiter(index) || isDelimiter(index - 1)
        || characters[index].isNumber != characters[index - 1].isNumber
    }
    self.characters = characters
  }

  /// The longest of the names of cases that is in this name, and the text around it; nil where there is none.
  func caseName(among names: Set<String>, lengths: Set<Int>) -> (name: String, rest: NameFrame)? {
    var best: (name: String, rest: NameFrame)?
    for (place, start) in cuts.enumerated() {
      for end in cuts[(place + 1)...] where end - start > best?.name.count ?? 0 && lengths.contains(end - start) {
        let name = String(characters[start..<end])
        guard names.contains(name) else { continue }
        best = (name, NameFrame(prefix: String(characters[..<start]), suffix: String(characters[end...])))
      }
    }
    return best
  }
}
