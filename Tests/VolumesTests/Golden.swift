import Foundation
import Volumes

/// The golden values that `Tests/Golden/scans/make_golden.py` and `Tests/Golden/resampling/make.py` wrote.
enum Golden {
  /// A grid's affine, and nibabel's letters for it.
  struct OrientationCase: Decodable {
    let affine: [[Double]]
    let codes: String
  }

  /// A source image, and what SciPy samples of it.
  struct Resampling: Decodable {
    struct Case: Decodable {
      let name: String
      let order: Int
      let size: [Int]
      let affine: [[Double]]
      let values: [Float]
    }
    let size: [Int]
    let affine: [[Double]]
    let values: [Float]
    let outside: Float
    let cases: [Case]
  }

  /// Images and labels, and what SciPy makes of them: `Tests/Golden/resampling/make.py`.
  struct Resamplings: Decodable {
    struct Case<Value: Decodable>: Decodable {
      let name: String
      let sourceSize: [Int]
      let channels: Int?
      let source: [Value]
      let size: [Int]
      let affine: [[Double]]
      let orders: [Int]
      let values: [Value]

      /// The target, in the source's indices.
      var target: Grid { Grid(size, Affine(affine)) }
    }
    let outside: Float
    let outsideLabel: UInt8
    let images: [Case<Float>]
    let labels: [Case<Int>]
  }

  static func load<Content: Decodable>(_ name: String) throws -> Content {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let url = folder.appending(path: "Golden/\(name)")
    return try JSONDecoder().decode(Content.self, from: Data(contentsOf: url))
  }
}

extension Affine {
  init(_ rows: [[Double]]) {
    func column(_ axis: Int) -> SIMD3<Double> { SIMD3(rows[0][axis], rows[1][axis], rows[2][axis]) }
    self.init(i: column(0), j: column(1), k: column(2), translation: column(3))
  }
}

extension Grid {
  init(_ size: [Int], _ affine: Affine) {
    self.init(
      size: GridSize(width: size[0], height: size[1], depth: size[2]), affine: affine, unit: .millimetres)
  }
}

/// A right-handed rotation about an axis of the world.
func rotation(degrees: Double, about axis: BodyAxis) -> Affine {
  let (c, s) = (cos(degrees * .pi / 180), sin(degrees * .pi / 180))
  return switch axis {
  case .right: Affine(i: SIMD3(1, 0, 0), j: SIMD3(0, c, s), k: SIMD3(0, -s, c))
  case .anterior: Affine(i: SIMD3(c, 0, -s), j: SIMD3(0, 1, 0), k: SIMD3(s, 0, c))
  case .superior: Affine(i: SIMD3(c, s, 0), j: SIMD3(-s, c, 0), k: SIMD3(0, 0, 1))
  }
}

/// A volume whose value at each voxel tells which voxel and channel it is.
func numberedVolume(_ size: [Int], affine: Affine = .identity, channels: Int = 1) -> Volume {
  let grid = Grid(size, affine)
  return Volume(grid: grid, channels: channels, voxels: (0..<grid.size.count * channels).map { Float($0) })
}
