import Randomness
import Volumes

/// Made-up electron micrographs of cells: 2-D, 8-bit, with the membranes between the cells labelled.
///
/// Organelles are as dark as membranes, and the cells differ in brightness under an uneven illumination, so that only
/// the course of a line shows a membrane.
public enum MembranePhantom {
  /// The names of the classes, by class index.
  public static let classNames = ["cell", "membrane"]
  /// The value of each class in a mask file, by class index, as micrographs are usually labelled.
  public static let fileValues = [255, 0]
  /// The width and height of an image, in pixels.
  public static let sidePixels = 192

  /// Makes an image and its labels: a function of the seed and the index alone.
  ///
  /// Shape: 192 x 192 x 1, one channel. Units: pixels, of unknown size. The values are whole numbers in 0...255.
  public static func make(index: Int, seed: UInt64) -> (image: Volume, labels: LabelMap) {
    let key = RandomKey(seed: seed, stage: "phantom", draw: index, operation: "membrane")
    var generator = PhiloxGenerator(key.operation("membrane tissue"))
    let tissue = CellTissue(sidePixels: sidePixels, using: &generator)
    let offsets = Supersampling.offsets(3)
    var values = [Float](repeating: 0, count: sidePixels * sidePixels)
    var labels = [UInt8](repeating: 0, count: sidePixels * sidePixels)
    for y in 0..<sidePixels {
      for x in 0..<sidePixels {
        var brightness = 0.0
        var membraneVotes = 0
        for dy in offsets {
          for dx in offsets {
            let sample = tissue.sample(at: SIMD2(Double(x) + dx, Double(y) + dy))
            brightness += sample.brightness
            membraneVotes += sample.isMembrane ? 1 : 0
          }
        }
        let samples = offsets.count * offsets.count
        values[y * sidePixels + x] = Float(brightness / Double(samples))
        labels[y * sidePixels + x] = 2 * membraneVotes > samples ? 1 : 0
      }
    }
    var acquisition = PhiloxGenerator(key.operation("membrane acquisition"))
    acquire(&values, using: &acquisition)
    let grid = Grid(size: GridSize(width: sidePixels, height: sidePixels), affine: .identity, unit: .pixels)
    return (Volume(grid: grid, voxels: values), LabelMap(grid: grid, labels: labels))
  }

  /// Turns an ideal image into an acquired one: uneven illumination, grain and noise, rounded to 8 bits.
  private static func acquire(_ values: inout [Float], using generator: inout PhiloxGenerator) {
    let illumination = SmoothField(
      waves: 4, wavelengths: 150...320, standardDeviation: 0.13, planar: true, using: &generator)
    var grain = 0.0
    for y in 0..<sidePixels {
      for x in 0..<sidePixels {
        let gain = 1 + illumination(SIMD3(Double(x), Double(y), 0))
        grain = 0.6 * grain + 5 * generator.normal()
        let value = Double(values[y * sidePixels + x]) * gain + grain + 5 * generator.normal()
        values[y * sidePixels + x] = Float(min(max(value.rounded(), 0), 255))
      }
    }
  }
}
