import Configurations
import Foundation
import Networks

/// A description in a weight file's metadata, as JSON under a key of its own.
package protocol NetworkCard: Codable {
  /// The key.
  static var key: String { get }

  /// Checks that the numbers are possible, and that they agree with one another.
  ///
  /// - Throws: `ConfigurationProblem` of the network; `ValueProblem`.
  func check() throws
}

extension NetworkCard {
  /// Reads the card of a weight file; nil where it has none.
  ///
  /// - Parameter name: What messages call the file.
  /// - Throws: `JobError.damagedCard`.
  package init?(of file: WeightFile, name: String) throws {
    guard let text = file.metadata[Self.key] else { return nil }
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(text.utf8))
      try check()
    } catch let error as ConfigurationProblem {
      throw JobError.damagedCard(
        file: name, problem: ValueProblem("network.\(error.key)", expected: error.expected, found: error.found))
    } catch {
      throw JobError.damagedCard(file: name, problem: ValueProblem(decoding: error))
    }
  }

  /// The card as a weight file's metadata.
  package func metadata() throws -> [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return [Self.key: String(decoding: try encoder.encode(self), as: UTF8.self)]
  }
}
