import Datasets
import Foundation
import Jobs
import Pipelines
import Volumes

/// The parameters of a load stage.
struct LoadParameters {
  let source: CaseSource
  /// The classes that the file states; nil: the source may name them.
  let classes: ClassMap?
  /// The values of label files that are ignored, beside classes that the source names.
  let ignored: [LabelValue]
  let normalisation: Normalisation
  let reading: ScanReading
  /// The spacing that images are resampled to; nil: they stay as they are.
  let resampling: ResamplingChoice?
  /// The cases that are left out.
  let excluded: [String]
  /// The source of the groups; nil: the data set, or else each case is a separate group.
  let grouping: GroupingChoice?

  enum GroupingChoice {
    case table(URL)
    case pattern(GroupPattern)
  }

  /// The spacing that images are resampled to.
  struct ResamplingChoice {
    /// Along right, anterior and superior; nil: the median of the cases.
    let spacingMM: SIMD3<Double>?
    let interpolation: Interpolation

    /// The spacing for cases on these grids.
    func commonSpacing(of grids: [Grid]) -> CommonSpacing {
      CommonSpacing(spacingMM: spacingMM ?? CommonSpacing.median(of: grids), interpolation: interpolation)
    }
  }

  private static let keysOfSources = ["labels", "layout", "suffix", "derivatives"]

  private enum SourceKey: String, CaseIterable { case images, table, dataset }

  init(_ parameters: ParameterReader) throws {
    let key: SourceKey? = try parameters.collecting { try parameters.onlyKey() }
    let source = try key.flatMap { key in
      try parameters.collecting("images", "table", "dataset") { try Self.source(key, parameters) }
    }
    // Without a source it is not clear which keys go with it, and none is unknown.
    if key == nil { for name in Self.keysOfSources { _ = parameters.has(name) } }
    if let key, key != .images, parameters.has("labels") {
      try parameters.refuse("labels", expected: "no 'labels' together with '\(key.rawValue)'")
    }
    let needsClasses = parameters.has("classes") || (key == .images && parameters.has("labels"))
    if key != nil, !needsClasses {
      for name in ["label_map", "background"] where parameters.has(name) {
        try parameters.refuse(
          name, expected: "the key 'classes' beside '\(name)', since '\(name)' refers to its names and values")
      }
    }
    classes =
      needsClasses
      ? try parameters.collecting("classes", "background", "label_map", "ignore") { try ClassMap(parameters) } : nil
    ignored = needsClasses ? [] : try ClassMap.ignored(parameters)
    parameters.alias("normalization", of: "normalisation")
    normalisation = try parameters.choice("normalisation", aliases: [("zscore", .zScore)], default: .zScore)
    reading = try ScanReading(parameters)
    grouping = try parameters.collecting("group_table", "group_by") { try Self.grouping(parameters) } ?? nil
    resampling = try parameters.optionalNested("resample").map(Self.resampling)
    excluded = try parameters.optionalStrings("exclude", count: 1...Int.max) ?? []
    self.source = try parameters.needed(source)
  }

  /// The classes of the cases that were found; nil where no labels are read.
  func classes(of found: FoundCases) throws -> ClassMap? {
    if let classes { return classes }
    return ignored.isEmpty ? found.classes : try found.classes?.ignoring(ignored)
  }

  private static func resampling(_ parameters: ParameterReader) throws -> ResamplingChoice {
    let order = try parameters.int("order", default: 3, in: .within(1...3))
    if order == 2 { try parameters.refuse("order", expected: "1 (linear) or 3 (cubic B-spline)") }
    let interpolation = order == 1 ? Interpolation.linear : .cubic
    if parameters.form(of: "spacing_mm") == .scalar, try parameters.string("spacing_mm") == "median" {
      return ResamplingChoice(spacingMM: nil, interpolation: interpolation)
    }
    let spacing = try parameters.doubles("spacing_mm", in: .within(CommonSpacing.limits), count: 3...3)
    return ResamplingChoice(spacingMM: SIMD3(spacing[0], spacing[1], spacing[2]), interpolation: interpolation)
  }

  private static func source(_ key: SourceKey, _ parameters: ParameterReader) throws -> CaseSource {
    switch key {
    case .images:
      let (images, names) = try images(parameters)
      return .patterns(images: images, names: names, labels: try parameters.optionalURL("labels")?.path)
    case .table: return .table(try parameters.url("table"))
    case .dataset:
      return .layout(
        LayoutSource(
          try parameters.url("dataset"), layout: try parameters.optionalChoice("layout"),
          suffixes: try parameters.optionalStrings("suffix", count: 1...64),
          derivatives: try parameters.optionalString("derivatives")))
    }
  }

  /// A pattern, a list of patterns, or patterns under the names of their images.
  private static func images(_ parameters: ParameterReader) throws -> (patterns: [String], names: [String]?) {
    guard parameters.form(of: "images") == .mapping else {
      return (try parameters.urls("images", count: 1...64).map(\.path), nil)
    }
    let pairs = try parameters.pairs("images", of: .path)
    guard !pairs.isEmpty else { throw parameters.invalid("images", expected: "a pattern for each image of a case") }
    return (pairs.map(\.value.path), pairs.map(\.key))
  }

  private static func grouping(_ parameters: ParameterReader) throws -> GroupingChoice? {
    let table = try parameters.optionalURL("group_table")
    let pattern = try parameters.optionalString("group_by")
    switch (table, pattern) {
    case (nil, nil): return nil
    case (let table?, nil): return .table(table)
    case (nil, let pattern?): return .pattern(try GroupPattern(pattern))
    case (_?, _?): throw parameters.invalid("group_by", expected: "no 'group_by' together with 'group_table'")
    }
  }
}
