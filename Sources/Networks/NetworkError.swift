/// What can be wrong with a network's configuration, its input or its weight file.
public enum NetworkError: Error, Equatable, Sendable {
  /// A number of the configuration is out of its range.
  case configuration(key: String, expected: String, found: String)
  /// An input's extent is no multiple of what the downsamplings need.
  case extentDoesNotFit(Extent, multiple: Extent)
  /// A weight file could not be opened or read.
  case unreadable(file: String, reason: String)
  /// A file is of another kind than model files.
  case notAModelFile(file: String)
  /// A model file is damaged.
  case damaged(file: String, expected: String, found: String)
  /// A weight file lacks a parameter that the network has.
  case missingParameter(file: String, name: String)
  /// A parameter has another shape in a weight file than in the network.
  case shapeMismatch(file: String, name: String, expected: [Int], found: [Int])
  /// A parameter in a weight file has a value, at an index, that is infinite or not a number.
  case notFinite(file: String, name: String, index: Int, value: Float)
}

extension NetworkError: CustomStringConvertible {
  /// What is wrong, where, what was expected and found, and what to do.
  public var description: String {
    switch self {
    case .configuration(let key, let expected, let found):
      "network: \(key) is \(found); expected \(expected)"
    case .extentDoesNotFit(let extent, let multiple):
      "network: input size \(extent) is not a multiple of \(multiple); pad the input, or use fewer downsamplings "
        + "(network.depth)"
    case .unreadable(let file, let reason):
      "\(file): cannot read the model file: \(reason)"
    case .notAModelFile(let file):
      "\(file): not a model file (safetensors); expected a model that 'segment' wrote, such as the model.safetensors of a run"
    case .damaged(let file, let expected, let found):
      "\(file): damaged model file: expected \(expected), found \(found); use another copy, or train again"
    case .missingParameter(let file, let name):
      "\(file): parameter \(name) is missing: the file is for another network. Compare base_channels, depth and "
        + "dimensions with the output of 'segment info'"
    case .shapeMismatch(let file, let name, let expected, let found):
      "\(file): parameter \(name) has the shape \(found); the network expects \(expected). Compare base_channels, "
        + "depth and channels with the output of 'segment info'"
    case .notFinite(let file, let name, let index, let value):
      "\(file): parameter \(name) has the value \(value) at index \(index); expected finite numbers. Train again with "
        + "a lower learning_rate, or use another copy of the file"
    }
  }
}
