import Files
import Foundation

/// Splits in the form of nnU-Net's `splits_final.json`: a list of folds with `train`, `val` and, where there is one,
/// `test`.
public struct SplitFile: Hashable, Sendable {
  /// The folds, from 0.
  public var folds: [Split]

  /// Makes a file of folds.
  public init(folds: [Split]) { self.folds = folds }

  /// Reads a fold of a file, from 0.
  ///
  /// Throws `PathProblem.unreadable` and `SplitProblem.file`.
  public static func split(contentsOf url: URL, fold: Int) throws(DatasetError) -> Split {
    let file = try SplitFile(json: Data(try FilePath.text(at: url).utf8), source: url.path)
    guard file.folds.indices.contains(fold) else {
      throw .split(.file(url.path, .noSuchFold(fold, count: file.folds.count)))
    }
    return file.folds[fold]
  }

  /// Reads the contents of a file, which messages call `source`.
  ///
  /// Throws `SplitProblem.file`.
  public init(json: Data, source: String) throws(DatasetError) {
    do throws(SplitFileProblem) {
      var folds: [Split] = []
      for (number, parts) in try Self.decoded(json).enumerated() {
        if let unknown = parts.keys.filter({ !["train", "val", "test"].contains($0) }).sortedBytewise().first {
          throw .unknownPart(unknown, fold: number)
        }
        guard let train = parts["train"] else { throw .missingPart("train", fold: number) }
        guard let validation = parts["val"] else { throw .missingPart("val", fold: number) }
        folds.append(Split(train: train, validation: validation, test: parts["test"] ?? []))
      }
      self.folds = folds
    } catch {
      throw .split(.file(source, error))
    }
  }

  /// The contents of the file: sorted keys, indented, `test` left out where it is empty.
  public func json() throws -> Data {
    try CanonicalJSON.data(
      of: folds.map { split in
        ["train": split.train, "val": split.validation].merging(split.test.isEmpty ? [:] : ["test": split.test]) {
          $1
        }
      })
  }

  private static func decoded(_ json: Data) throws(SplitFileProblem) -> [[String: [String]]] {
    do {
      return try JSONDecoder().decode([[String: [String]]].self, from: json)
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
      throw .wrongType(place: place(of: context.codingPath))
    } catch {
      throw .notJSON
    }
  }

  private static func place(of path: [any CodingKey]) -> String {
    guard let fold = path.first?.intValue else { return "the file" }
    guard path.count > 1 else { return "fold \(fold)" }
    let place = "'\(path[1].stringValue)' of fold \(fold)"
    return path.count > 2 ? "entry \(path[2].intValue ?? 0) of \(place)" : place
  }
}
