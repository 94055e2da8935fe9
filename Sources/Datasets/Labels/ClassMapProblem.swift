/// Why classes contradict themselves.
public enum ClassMapProblem: Hashable, Sendable, CustomStringConvertible {
  /// There are fewer than 2 classes or more than 254.
  case count(Int)
  /// A class has no name.
  case emptyName
  /// Two classes have one name.
  case repeatedName(String)
  /// A class has no value.
  case noValues(name: String)
  /// A value cannot stand in the labels that are written.
  case valueOutOfRange(name: String, value: Int)
  /// Two classes, or one class twice, have one value.
  case sharedValue(LabelValue, first: String, second: String)
  /// Some values are numbers and others colours.
  case numbersAndColours
  /// `label_map` maps a value to one that no class has.
  case mappedToNoClass(file: LabelValue, value: LabelValue)
  /// `label_map` maps a value twice.
  case mappedTwice(LabelValue)
  /// A value is ignored and stands for a class.
  case ignoredClassValue(LabelValue, name: String)
  /// A value is ignored twice.
  case ignoredTwice(LabelValue)
  /// No class is called `background` and none is named as it.
  case noBackground(names: [String])
  /// The class named as the background is not listed.
  case unknownBackground(String, names: [String])

  /// What is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .count(let count):
      "'classes' lists \(Wording.counted(count, "class", "classes")). "
        + "Expected 2 to \(ClassMap.maximumCount), the background among them."
    case .emptyName: "'classes' lists a class without a name. Expected a name for each."
    case .repeatedName(let name):
      "'classes' lists '\(name)' twice. Expected each class once; to merge values write '\(name): [1, 2]'."
    case .noValues(let name):
      "'classes' gives '\(name)' no value. Expected the value, or the list of values, that label files have for it."
    case .valueOutOfRange(let name, let value):
      "'classes' gives '\(name)' the value \(value). "
        + "Expected whole numbers from \(LabelValue.numbers.lowerBound) to \(LabelValue.numbers.upperBound)."
    case .sharedValue(let value, let first, let second) where first == second:
      "'classes' gives '\(first)' the value \(value) twice. Expected each value once."
    case .sharedValue(let value, let first, let second):
      "'classes' gives the value \(value) to '\(first)' and to '\(second)'. Expected each value in one class."
    case .numbersAndColours:
      "'classes' has numbers and colours for its classes. Expected the one or the other for all."
    case .mappedToNoClass(let file, let value):
      "'label_map' maps \(file) to \(value), which 'classes' gives to no class. Expected a value of 'classes'."
    case .mappedTwice(let value):
      "'label_map' maps \(value) twice. Expected each value of the files once."
    case .ignoredClassValue(let value, let name):
      "'ignore' lists \(value), which 'classes' gives to '\(name)'. Expected values of no class."
    case .ignoredTwice(let value): "'ignore' lists \(value) twice. Expected each value once."
    case .noBackground(let names):
      "no class is called 'background'; the classes are \(Wording.quoted(names)). "
        + "Expected one that is; name the background's class with 'background:'."
    case .unknownBackground(let name, let names):
      "'background' names the class '\(name)', which 'classes' does not list; the classes are "
        + "\(Wording.quoted(names)). Expected one of them."
    }
  }
}
