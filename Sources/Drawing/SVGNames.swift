import Foundation

/// The names within an SVG file. Cairo numbers surfaces and images through the whole process; here they are numbered
/// within the file, so that equal drawings are equal files.
enum SVGNames {
  /// The file with its names `surface` and `image` numbered from 0 in the order in which they appear.
  static func numbered(_ data: Data) -> Data {
    var result = Data(capacity: data.count)
    var numbers: [Data: Int] = [:]
    var index = data.startIndex
    while index < data.endIndex {
      result.append(data[index])
      // A name follows a quote or a hash.
      let isStart = data[index] == UInt8(ascii: "\"") || data[index] == UInt8(ascii: "#")
      index += 1
      guard isStart, let prefix = prefixes.first(where: { data[index...].starts(with: $0) }) else { continue }
      let digits = data[(index + prefix.count)...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard !digits.isEmpty else { continue }
      let name = prefix + digits
      let number = numbers[name] ?? numbers.count
      numbers[name] = number
      result.append(prefix + Data("\(number)".utf8))
      index += name.count
    }
    return result
  }

  private static let prefixes = ["surface", "image"].map { Data($0.utf8) }
}
