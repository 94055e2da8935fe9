extension ParameterReader {
  /// One or several things that are chosen by their kind, each given by the kind alone (`focal`) or by a mapping with the
  /// key `kind` and the kind's own keys (`{kind: focal, gamma: 3}`).
  ///
  /// In a fingerprint a thing is its kind, under the key itself, and its own keys below it. So a word is the same as a
  /// mapping of this kind alone, and a kind that gets keys is still the word that it was, where each means what its absence
  /// meant.
  ///
  /// - Parameters:
  ///   - kinds: All there are; the first one is the default.
  ///   - count: How many there may be, in a list; at least one. A list of one is the same as what it contains.
  /// - Returns: Each kind with a reader of its own keys.
  /// - Throws: `PipelineFileError.invalidValue`.
  public func kinds(
    _ key: String, of kinds: [String], count: ClosedRange<Int> = 1...1
  ) throws -> [(kind: String, parameters: ParameterReader)] {
    var nodes: [ParameterNode] = []
    if let entry = entry(for: key) {
      do {
        nodes = try translatingMismatch(of: key) {
          try Self.elements(
            of: entry.value.entries == nil ? entry.value : entry.value.spreading(to: "kind"), kinds: kinds, count: count
          )
        }
      } catch {
        nodes = try refused(error, key, standIn: [])
      }
    }
    let things = try (nodes.isEmpty ? [nil] : nodes.map(Optional.some)).enumerated().map { index, node in
      let parameters = ParameterReader(
        name: dotted(key) + (nodes.count > 1 ? "[\(index)]" : ""), entries: node?.entries ?? [],
        location: node?.location ?? location)
      parameters.collector = collector
      let kind = try parameters.word("kind", of: kinds, default: node?.scalar?.text ?? kinds[0])
      return (kind: kind, parameters: parameters)
    }
    record(key, .kinds(things.map(\.parameters)))
    return things
  }

  /// The elements of a list, or the one thing that a value is: each a word among the kinds, or a mapping.
  private static func elements(
    of node: ParameterNode, kinds: [String], count: ClosedRange<Int>
  ) throws -> [ParameterNode] {
    let word = ParameterType<String>.word(of: kinds)
    let expected = word.expectation + ", or a mapping with the key kind"
    let list = count.upperBound == 1 ? "" : ", or a list of \(count.lowerBound) to \(count.upperBound) of these"
    func mismatch(_ node: ParameterNode, _ expected: String) -> ParameterMismatch {
      ParameterMismatch(location: node.location, expected: expected, found: node.summary)
    }
    var elements = [node]
    if count.upperBound > 1, case .list(let nodes) = node.content {
      guard count.contains(nodes.count) else { throw mismatch(node, expected + list) }
      elements = nodes
    }
    for element in elements {
      switch element.content {
      case .scalar: _ = try word.decode(element)
      case .mapping: continue
      case .list: throw mismatch(element, expected + (elements.count == 1 ? list : ""))
      }
    }
    return elements
  }
}
