import Foundation
import Randomness
import Volumes

/// Made-up MR scans of heads: 3-D, with thick slices, an oblique affine and three labelled structures.
///
/// The labelled structures share their brightness with one another and with tissue that is not labelled (folds of grey
/// matter, fluid around the brain and in a pool below the ventricles), so that shape and place must tell them apart.
public enum HeadPhantom {
  /// The names of the classes, by class index.
  public static let classNames = ["background", "ventricles", "nuclei", "lesions"]

  /// Makes a head and its labels: a function of the seed and the index alone.
  ///
  /// Shape: 58...64 x 64...70 x 14...20 voxels, one channel. Units: mm; voxels of some 1.4 x 1.6 x 4 mm. The values are
  /// whole numbers in 0...32767 whose scale differs from head to head; every class is present in every head.
  /// The image is smoothed by supersampling, multiplied by a bias field, and has Rician noise.
  ///
  /// - Parameter severity: How far a disease has gone, 0...1: with it the lesions grow from a quarter of their usual length to
  ///   one and a half of it, and the ventricles from half of their usual width to all of it. Nil: they have their usual size.
  public static func make(
    index: Int, seed: UInt64, severity: Double? = nil
  ) -> (image: Volume, labels: LabelMap) {
    let key = RandomKey(seed: seed, stage: "phantom", draw: index, operation: "head")
    var shape = PhiloxGenerator(key.operation("head shape"))
    let size = GridSize(
      width: 58 + shape.integer(below: 7), height: 64 + shape.integer(below: 7), depth: 14 + shape.integer(below: 7))
    let sliceSpacing = shape.uniform(in: 3.6...4.6)
    let slices = SliceStack(count: size.depth, spacing: sliceSpacing)
    let anatomy = HeadAnatomy(
      slices: slices, lesionScale: severity.map { 0.25 + 1.25 * $0 } ?? 1,
      ventricleScale: severity.map { 0.5 + 0.5 * $0 } ?? 1, using: &shape)
    let margins = SIMD2(shape.uniform(in: 1.1...1.17), shape.uniform(in: 1.1...1.15))
    let spacing = 2 * anatomy.semiAxes * margins / SIMD2(Double(size.width), Double(size.height))
    let voxelMM = SIMD3(spacing.x, spacing.y, sliceSpacing)

    var pose = PhiloxGenerator(key.operation("head pose"))
    let scene = HeadScene(anatomy: anatomy, slices: slices, voxelMM: voxelMM, size: size, using: &pose)
    let grid = Grid(size: size, affine: obliqueAffine(voxelMM: voxelMM, size: size, using: &pose), unit: .millimetres)
    var contrast = PhiloxGenerator(key.operation("head contrast"))
    let intensities = drawIntensities(using: &contrast)
    var (values, labels) = scene.render(intensities: intensities)

    var acquisition = PhiloxGenerator(key.operation("head acquisition"))
    acquire(&values, size: size, voxelMM: voxelMM, using: &acquisition)
    return (Volume(grid: grid, voxels: values), LabelMap(grid: grid, labels: labels))
  }

  /// The severity of a head of a set of ill and healthy ones, 0...1: a function of the seed and the index alone.
  public static func severity(index: Int, seed: UInt64) -> Double {
    var generator = PhiloxGenerator(RandomKey(seed: seed, stage: "phantom", draw: index, operation: "severity"))
    return generator.uniform()
  }

  /// The brightness of each tissue, by raw value; white matter is 1.
  private static func drawIntensities(using generator: inout PhiloxGenerator) -> [Float] {
    let grey = generator.uniform(in: 0.6...0.66)
    let fluid = generator.uniform(in: 0.24...0.3)
    let fat = generator.uniform(in: 1.2...1.4)
    let bone = generator.uniform(in: 0.1...0.16)
    return HeadTissue.allCases.map { tissue in
      switch tissue {
      case .air: 0
      case .bone: Float(bone)
      case .fat, .vessel: Float(fat)
      case .fluid, .ventricle: Float(fluid)
      case .greyMatter, .nucleus, .lesion: Float(grey)
      case .whiteMatter: 1
      }
    }
  }

  /// Turns an ideal image into an acquired one: bias field, Rician noise, and a scale of its own.
  private static func acquire(
    _ values: inout [Float], size: GridSize, voxelMM: SIMD3<Double>, using generator: inout PhiloxGenerator
  ) {
    let bias = SmoothField(waves: 5, wavelengths: 110...220, standardDeviation: 0.12, using: &generator)
    let noise = generator.uniform(in: 0.035...0.05)
    let scale = generator.uniform(in: 350...1600)
    var voxel = 0
    for k in 0..<size.depth {
      for j in 0..<size.height {
        for i in 0..<size.width {
          let point = SIMD3(Double(i), Double(j), Double(k)) * voxelMM
          let real = Double(values[voxel]) * exp(bias(point)) + noise * generator.normal()
          let imaginary = noise * generator.normal()
          let magnitude = (real * real + imaginary * imaginary).squareRoot()
          values[voxel] = Float(min((magnitude * scale).rounded(), 32767))
          voxel += 1
        }
      }
    }
  }

  /// An affine rotated by some degrees about every axis; i runs to the right or to the left.
  private static func obliqueAffine(
    voxelMM: SIMD3<Double>, size: GridSize, using generator: inout PhiloxGenerator
  ) -> Affine {
    func drawAngle(_ degrees: ClosedRange<Double>, _ generator: inout PhiloxGenerator) -> Double {
      generator.uniform(in: degrees) * .pi / 180 * (generator.chance(0.5) ? 1 : -1)
    }
    let about = (
      x: drawAngle(3...12, &generator), y: drawAngle(2...6, &generator), z: drawAngle(3...10, &generator)
    )
    let turnX = Affine(
      i: SIMD3(1, 0, 0), j: SIMD3(0, cos(about.x), sin(about.x)), k: SIMD3(0, -sin(about.x), cos(about.x)))
    let turnY = Affine(
      i: SIMD3(cos(about.y), 0, -sin(about.y)), j: SIMD3(0, 1, 0), k: SIMD3(sin(about.y), 0, cos(about.y)))
    let turnZ = Affine(
      i: SIMD3(cos(about.z), sin(about.z), 0), j: SIMD3(-sin(about.z), cos(about.z), 0), k: SIMD3(0, 0, 1))
    let handedness = SIMD3(generator.chance(0.5) ? 1.0 : -1.0, 1, 1)
    var affine = turnZ.after(turnY).after(turnX).after(Affine(scale: voxelMM * handedness))
    let middle = SIMD3(Double(size.width - 1), Double(size.height - 1), Double(size.depth - 1)) / 2
    let isocentre = SIMD3(
      generator.uniform(in: -8...8), generator.uniform(in: -8...8), generator.uniform(in: -12...12))
    affine.translation = isocentre - affine.linear(middle)
    return affine
  }
}
