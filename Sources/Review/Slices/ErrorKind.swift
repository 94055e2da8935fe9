import Drawing

/// What a voxel of a prediction is, compared with the reference. Background that is right is none of these.
public enum ErrorKind: CaseIterable, Sendable {
  /// Of a class in both, the same.
  case right
  /// Of a class in the reference alone.
  case missed
  /// Of a class in the prediction alone.
  case falseAlarm
  /// Of different classes.
  case wrongClass

  /// Compares two labels, 0 the background; nil where both are background.
  init?(predicted: UInt8, real: UInt8) {
    switch (predicted, real) {
    case (0, 0): return nil
    case (0, _): self = .missed
    case (_, 0): self = .falseAlarm
    default: self = predicted == real ? .right : .wrongClass
    }
  }

  /// Its colour, apart from the others for all kinds of sight.
  public var colour: Colour {
    switch self {
    case .right: Colour(red: 70, green: 170, blue: 130)
    case .missed: Colour(red: 40, green: 120, blue: 255)
    case .falseAlarm: Colour(red: 255, green: 70, blue: 60)
    case .wrongClass: Colour(red: 255, green: 215, blue: 0)
    }
  }

  /// What a legend calls it.
  public var name: String {
    switch self {
    case .right: "right"
    case .missed: "missed"
    case .falseAlarm: "false"
    case .wrongClass: "wrong class"
    }
  }
}
