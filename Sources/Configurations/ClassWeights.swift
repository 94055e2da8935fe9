/// How much the pixels of each class count.
public enum ClassWeights: Hashable, Sendable {
  /// All alike.
  case equal
  /// By these weights of all classes, the background first; each at least 0, one above.
  case listed([Double])
  /// By these weights of some classes, by their names, each at least 0; the others by 1.
  case named([String: Double])
  /// By weights from how often each class occurs in the training data.
  case balanced(ClassBalance)

  /// What a weight may be where it is not 0: the sums of a batch's weights keep their precision.
  public static let limits = 1e-6...1e6

  /// Whether the numbers can be weights.
  public var isPossible: Bool {
    func isWeight(_ number: Double) -> Bool { number == 0 || Self.limits.contains(number) }
    return switch self {
    case .equal, .balanced: true
    case .listed(let weights): weights.allSatisfy(isWeight) && weights.contains { $0 > 0 }
    case .named(let weights): weights.values.allSatisfy(isWeight)
    }
  }
}

/// A formula of class weights from how often each class occurs.
public enum ClassBalance: String, CaseIterable, Sendable {
  /// 1 / the number of classes / the class's share of all pixels.
  /// Source: King and Zeng, "Logistic Regression in Rare Events Data", Political Analysis 9(2), 2001; scikit-learn's
  /// `balanced`.
  case inverseFrequency = "inverse_frequency"
  /// The median of the classes' frequencies / the class's frequency: its share of the pixels of the cases in which it occurs.
  /// Source: Eigen and Fergus, "Predicting Depth, Surface Normals and Semantic Labels", ICCV 2015.
  case medianFrequency = "median_frequency"
}

extension ClassWeights: Codable {
  /// Reads null, a list, an object or a formula's name.
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .equal
    } else if let weights = try? value.decode([Double].self) {
      self = .listed(weights)
    } else if let weights = try? value.decode([String: Double].self) {
      self = .named(weights)
    } else {
      guard let balance = ClassBalance(rawValue: try value.decode(String.self)) else {
        throw DecodingError.dataCorruptedError(in: value, debugDescription: "no formula of class weights")
      }
      self = .balanced(balance)
    }
  }

  /// Writes what `init(from:)` reads.
  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .equal: try value.encodeNil()
    case .listed(let weights): try value.encode(weights)
    case .named(let weights): try value.encode(weights)
    case .balanced(let balance): try value.encode(balance.rawValue)
    }
  }
}
