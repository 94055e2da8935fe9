/// Suggests a known word for a misspelt one.
public enum Spelling {
  /// The known word nearest to a misspelt one, or nil where none is near.
  ///
  /// Near is a third of the word's length in edits, at least one and at most three; of equally near words the first
  /// is taken. Where none is near, it is the first of which the word is a part between `_`, as `dice` of `soft_dice`. Letter
  /// case, and `-` for `_`, count for nothing.
  public static func suggestion(for word: String, among known: [String]) -> String? {
    let written = folded(word)
    let limit = min(3, max(1, written.count / 3))
    var best: (word: String, distance: Int)?
    for candidate in known {
      let distance = distance(written, folded(candidate))
      if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.word ?? known.first { folded($0).split(separator: "_").contains { Array($0) == written } }
  }

  private static func folded(_ word: String) -> [Character] {
    word.lowercased().map { $0 == "-" ? "_" : $0 }
  }

  /// The number of insertions, deletions, substitutions and swaps of neighbours between two words.
  /// Source: Damerau, "A technique for computer detection and correction of spelling errors", CACM 7(3), 1964.
  private static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...b.count)
    for i in 0..<a.count {
      var current = [i + 1]
      for j in 0..<b.count {
        var cost = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforePrevious[j - 1] + 1) }
        current.append(cost)
      }
      (beforePrevious, previous) = (previous, current)
    }
    return previous[b.count]
  }
}
