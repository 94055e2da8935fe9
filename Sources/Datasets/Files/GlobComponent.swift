/// The part of a path pattern between two slashes.
struct GlobComponent: Hashable, Sendable {
  enum Token: Hashable, Sendable {
    case character(Character)
    case anyCharacter
    case anyText
    case oneOf([ClosedRange<Character>], negated: Bool)
    case caseName

    func accepts(_ character: Character) -> Bool {
      switch self {
      case .character(let own): own == character
      case .anyCharacter: true
      case .oneOf(let ranges, let negated): ranges.contains { $0.contains(character) } != negated
      case .anyText, .caseName: false
      }
    }
  }

  /// As written.
  let text: String
  private let tokens: [Token]

  /// Parses the text; throws the braces that are not `{case}`.
  init(_ text: String) throws(UnknownPlaceholder) {
    self.text = text
    tokens = try Self.tokens(of: Array(text))
  }

  struct UnknownPlaceholder: Error { let text: String }

  /// Whether this is `**`, which stands for any number of folders.
  var isRecursive: Bool { text == "**" }

  /// Whether it contains `{case}`.
  var capturesCase: Bool { tokens.contains(.caseName) }

  /// The one name that matches, where there is only one.
  var literalName: String? {
    var name = ""
    for token in tokens {
      guard case .character(let character) = token else { return nil }
      name.append(character)
    }
    return name
  }

  /// Whether a file's name matches; names with a leading dot match only a pattern that begins with a dot.
  ///
  /// A `{case}` never matches here: ask `caseNames(in:)`.
  func matches(_ name: String) -> Bool {
    !hides(name) && Self.matches(tokens[...], Array(name)[...])
  }

  /// The texts that `{case}` can stand for in a name: those that begin first, and of them the longest, come first.
  func caseNames(in name: String) -> [String] {
    guard !hides(name), let place = tokens.firstIndex(of: .caseName) else { return [] }
    let characters = Array(name)
    var names: [String] = []
    for start in characters.indices where Self.matches(tokens[..<place], characters[..<start]) {
      for end in stride(from: characters.count, to: start, by: -1) {
        let candidate = characters[start..<end]
        let rest = tokens[(place + 1)...].flatMap { $0 == .caseName ? candidate.map(Token.character) : [$0] }
        guard Self.matches(rest[...], characters[end...]) else { continue }
        let text = String(candidate)
        if !names.contains(text) { names.append(text) }
      }
    }
    return names
  }

  private func hides(_ name: String) -> Bool { name.first == "." && tokens.first != .character(".") }

  /// Matches from left to right, going back to the last `*` where a later token fails.
  private static func matches(_ tokens: ArraySlice<Token>, _ name: ArraySlice<Character>) -> Bool {
    var token = tokens.startIndex
    var place = name.startIndex
    var lastStar: (next: Int, place: Int)?
    while place < name.endIndex {
      if token < tokens.endIndex, tokens[token] == .anyText {
        token += 1
        lastStar = (token, place)
      } else if token < tokens.endIndex, tokens[token].accepts(name[place]) {
        token += 1
        place += 1
      } else if let star = lastStar {
        lastStar = (star.next, star.place + 1)
        (token, place) = (star.next, star.place + 1)
      } else {
        return false
      }
    }
    return tokens[token...].allSatisfy { $0 == .anyText }
  }
}

extension GlobComponent {
  private static func tokens(of text: [Character]) throws(UnknownPlaceholder) -> [Token] {
    var tokens: [Token] = []
    var place = 0
    while place < text.count {
      switch text[place] {
      case "*":
        if tokens.last != .anyText { tokens.append(.anyText) }
        place += 1
      case "?":
        tokens.append(.anyCharacter)
        place += 1
      case "[":
        let (token, next) = set(in: text, from: place)
        tokens.append(token)
        place = next
      case "{":
        let end = text[place...].firstIndex(of: "}") ?? text.count - 1
        let braces = String(text[place...end])
        guard braces == "{case}" else { throw UnknownPlaceholder(text: braces) }
        tokens.append(.caseName)
        place = end + 1
      case let character:
        tokens.append(.character(character))
        place += 1
      }
    }
    return tokens
  }

  /// The set that begins with the bracket at `start`, and the place after it; the bracket itself where none ends it.
  private static func set(in text: [Character], from start: Int) -> (Token, next: Int) {
    var first = start + 1
    let negated = first < text.count && (text[first] == "!" || text[first] == "^")
    if negated { first += 1 }
    // A bracket that closes nothing yet belongs to the set.
    guard first < text.count, let end = text[(first + 1)...].firstIndex(of: "]") else {
      return (.character("["), start + 1)
    }
    var ranges: [ClosedRange<Character>] = []
    var place = first
    while place < end {
      if place + 2 < end, text[place + 1] == "-", text[place] <= text[place + 2] {
        ranges.append(text[place]...text[place + 2])
        place += 3
      } else {
        ranges.append(text[place]...text[place])
        place += 1
      }
    }
    if !negated, ranges.count == 1, ranges[0].lowerBound == ranges[0].upperBound {
      return (.character(ranges[0].lowerBound), end + 1)
    }
    return (.oneOf(ranges, negated: negated), end + 1)
  }
}
