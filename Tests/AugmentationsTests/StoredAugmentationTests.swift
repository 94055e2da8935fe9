import Augmentations
import Testing
import Volumes

@Suite("Augmentations that were read from a file")
struct StoredAugmentationTests {
  @Test("are checked before they are applied")
  func checked() throws {
    try Augmentation().check()
    var augmentation = Augmentation()
    augmentation.spatial.stretch.zoom = 1e-300
    #expect(throws: AugmentationError.outOfRange(parameter: "stretch.zoom", value: 1e-300, limits: 1e-3...1e3)) {
      try augmentation.check()
    }
    augmentation = Augmentation()
    augmentation.spatial.localZoom = LocalZoom(factor: 2, centre: .zero, radius: SIMD3(3, 0, 3))
    #expect(throws: AugmentationError.self) { try augmentation.check() }
    augmentation.spatial.localZoom?.radius = SIMD3(3, .infinity, 3)
    try augmentation.check()
  }

  @Test("in ranges are checked as those of a pipeline are")
  func ranges() throws {
    for preset in AugmentationPreset.allCases { try preset.ranges.validate() }
    var ranges = AugmentationPreset.standard.ranges
    ranges.planarRatio = 0
    #expect(throws: AugmentationError.self) { try ranges.validate() }
    ranges = AugmentationPreset.standard.ranges
    ranges.keptForeground = 2
    #expect(throws: AugmentationError.self) { try ranges.validate() }
  }

  @Test("tell a length in millimetres, which images without a physical size do not have; a preset's do not count")
  func millimetres() {
    for preset in AugmentationPreset.allCases { #expect(preset.ranges.firstInMillimetres == nil) }
    var ranges = AugmentationPreset.standard.ranges
    ranges.elastic.displacement = .millimetres(3)
    #expect(ranges.firstInMillimetres == "elastic.displacement_mm")
    ranges.elastic.displacement = .pixels(3)
    #expect(ranges.firstInMillimetres == nil)
  }
}
