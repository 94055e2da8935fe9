import Augmentations
import Datasets
import Pipelines
import ScanIO
import Volumes

/// The augmentation of a pipeline file: a preset and the settings that differ from it.
package struct AugmentationParameters {
  package let preset: AugmentationPreset
  package private(set) var ranges: AugmentationRanges
  /// The keys of lengths that the file gives in millimetres.
  private let millimetres: [String]

  package init(_ parameters: ParameterReader) throws {
    preset = try parameters.choice("preset", default: AugmentationPreset.standard)
    var ranges = preset.ranges
    var reader = RangeReader(parameters)
    ranges.rigid = try Self.withoutPresetAngles(reader.read(ranges.rigid), parameters.nested(RigidRanges.name))
    ranges.stretch = try reader.read(ranges.stretch)
    ranges.localZoom = try reader.read(ranges.localZoom)
    ranges.elastic = try reader.read(ranges.elastic)
    func readIntensity<Ranges: IntensityRanges>(_ kind: Ranges.Type) throws {
      ranges.intensity[kind] = try reader.read(ranges.intensity[kind])
    }
    for kind in IntensityPlan.kinds { try readIntensity(kind) }
    ranges.sampling.image = try parameters.choice("interpolation", default: ranges.sampling.image)
    if ranges.sampling.image == .nearest { try parameters.refuse("interpolation", expected: "linear or cubic") }
    ranges.sampling.labels = try parameters.choice("label_interpolation", default: ranges.sampling.labels)
    ranges.planarRatio = try parameters.double("planar_ratio", default: ranges.planarRatio, in: .atLeast(1))
    ranges.keptForeground = try parameters.double(
      "kept_foreground", default: ranges.keptForeground, in: .within(0...1))
    self.ranges = ranges
    millimetres = reader.millimetres
  }

  /// Checks the lengths in millimetres; `advice` is what the user can change.
  ///
  /// - Throws: `DatasetError.millimetresWithoutSpacing` where a length is in millimetres and the scans have none.
  package func check(unit: LengthUnit, advice: Advice = .loadKeys) throws {
    if let parameter = millimetres.first, unit == .pixels {
      throw DatasetError.millimetresWithoutSpacing(parameter: parameter, advice: advice)
    }
  }

  /// An angle in the file also replaces the preset's angles for plane images.
  private static func withoutPresetAngles(_ ranges: RigidRanges, _ reader: ParameterReader) -> RigidRanges {
    guard reader.has("rotation_degrees") else { return ranges }
    var ranges = ranges
    if !reader.has("plane_rotation_degrees") { ranges.planeRotationDegrees = nil }
    if !reader.has("long_plane_rotation_degrees") { ranges.longPlaneRotationDegrees = nil }
    return ranges
  }
}
