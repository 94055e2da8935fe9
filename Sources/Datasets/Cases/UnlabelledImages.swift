/// What is done with an image that has no label though others have one.
enum UnlabelledImages {
  /// It is an error, but for the cases that will be excluded.
  case refused(except: [String])
  /// It is a case without a label, as for an audit.
  case kept

  /// Whether the case may be without a label.
  func allow(_ id: String) -> Bool {
    switch self {
    case .refused(let excluded): excluded.contains(id)
    case .kept: true
    }
  }
}
