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
  /// A value cannot be written to label files.
  case valueOutOfRange(name: String, value: Int)
  /// Two classes, or one class twice, have one value.
  case sharedValue(LabelValue, first: String, second: String)
  /// Some values are numbers and others colours.
  case numbersAndColours
  /// `label_map` maps a value to one that no class has.
  case mappedToNoClass(file: LabelValue, value: LabelValue)
  /// `label_map` maps a value twice.
  case mappedTwice(LabelValue)
  /// A value is both ignored and a value of a class.
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
        + "Expected 2 to \(ClassMap.maximumCount), including the background."
    case .emptyName: "'classes' lists a class without a name. Expected a name for each."
    case .repeatedName(let name):
      "'classes' lists '\(name)' twice. Expected each class once; to merge values write '\(name): [1, 2]'."
    case .noValues(let name):
      "'classes': '\(name)' has no value. Expected its value, or list of values, in the label files."
    case .valueOutOfRange(let name, let value):
      "'classes': '\(name)' has the value \(value). "
        + "Expected whole numbers from \(LabelValue.numbers.lowerBound) to \(LabelValue.numbers.upperBound)."
    case .sharedValue(let value, let first, let second) where first == second:
      "'classes': '\(first)' lists the value \(value) twice. Expected each value once."
    case .sharedValue(let value, let first, let second):
      "'classes': the value \(value) is in both '\(first)' and '\(second)'. Expected each value in one class."
    case .numbersAndColours:
      "'classes' mixes numbers and colours. Use one kind for all classes."
    case .mappedToNoClass(let file, let value):
      "'label_map' maps \(file) to \(value), which is not a value in 'classes'."
    case .mappedTwice(let value):
      "'label_map' maps \(value) twice. Expected each value of the files once."
    case .ignoredClassValue(let value, let name):
      "'ignore' lists \(value), which is a value of the class '\(name)'. Expected values that are in no class."
    case .ignoredTwice(let value): "'ignore' lists \(value) twice. Expected each value once."
    case .noBackground(let names):
      "no class is named 'background'; the classes are \(Wording.quoted(names)). "
        + "Rename one, or set 'background:' to the name of the background class."
    case .unknownBackground(let name, let names):
      "'background' is '\(name)', which is not in 'classes'; the classes are "
        + "\(Wording.quoted(names)). Expected one of them."
    }
  }
}
