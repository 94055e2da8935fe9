import Drawing
import Volumes

/// How a picture was deformed, to be drawn over it: a grid that was straight before, and where the picture folds.
public struct Deformation: Sendable {
  /// At each voxel of the picture, the voxel (i, j, k) of the original that is shown there, and the determinant of the
  /// deformation's Jacobian. Shape: 4 channels.
  public var places: Volume
  /// The distance between the lines of the grid along i, j and k, in voxels of the original.
  public var spacing: SIMD3<Double>
  /// Determinants below this are shown as too strong; those below 0 as folded.
  public var minimum: Double

  /// Makes a deformation.
  public init(places: Volume, spacing: SIMD3<Double>, minimum: Double) {
    precondition(places.channels == 4, "three coordinates and a determinant")
    (self.places, self.spacing, self.minimum) = (places, spacing, minimum)
  }
}

extension Deformation {
  /// The grid over a slice, and colours where it folds or is all but folded.
  ///
  /// - Throws: `ReviewError.sizeMismatch` where the deformation is not of the view's grid.
  func picture(of slice: Int, view: SliceView) throws -> Picture {
    try view.check(places.grid.size, .image)
    let plane = resampled(slice, view)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(4 * view.width * view.height)
    for y in 0..<view.height {
      for x in 0..<view.width {
        let determinant = plane[(y * view.width + x) * 3 + 2]
        let share = max(
          lineShare(plane, x, y, component: 0, view), lineShare(plane, x, y, component: 1, view))
        let (colour, opacity): (Colour, Double) =
          share > 0
          ? (Self.gridColour, 0.65 * share)
          : determinant < Float(minimum) ? (determinant < 0 ? Self.foldColour : Self.strongColour, 0.55) : (.black, 0)
        pixels += [colour.red, colour.green, colour.blue, UInt8((255 * opacity).rounded())]
      }
    }
    return Picture(width: view.width, height: view.height, pixels: pixels)
  }

  /// At each pixel of the view the place, in lines of the grid, and the determinant. Shape: (height, width, 3).
  private func resampled(_ slice: Int, _ view: SliceView) -> [Float] {
    var values: [Float] = []
    values.reserveCapacity(view.columns * view.rows * 3)
    for row in 0..<view.rows {
      for column in 0..<view.columns {
        let voxel = view.voxelIndex(column: column, row: row, slice: slice) * 4
        for axis in [view.columnAxis, view.rowAxis] {
          values.append(places.voxels[voxel + axis] / Float(spacing[axis]))
        }
        values.append(places.voxels[voxel + 3])
      }
    }
    return resampledPlane(
      values, channels: 3,
      columns: (view.columns, AxisResampling(from: view.columns, to: view.width, interpolation: .smooth)),
      rows: AxisResampling(from: view.rows, to: view.height, interpolation: .smooth))
  }

  /// How much of a pixel a line of the grid covers: by its distance from the nearest whole number, in pixels.
  private func lineShare(
    _ plane: [Float], _ x: Int, _ y: Int, component: Int, _ view: SliceView
  ) -> Double {
    func value(_ x: Int, _ y: Int) -> Double { Double(plane[(y * view.width + x) * 3 + component]) }
    func slope(_ before: Double, _ after: Double, _ steps: Int) -> Double {
      steps > 0 ? (after - before) / Double(steps) : 0
    }
    let (left, right) = (max(x - 1, 0), min(x + 1, view.width - 1))
    let (above, below) = (max(y - 1, 0), min(y + 1, view.height - 1))
    let across = slope(value(left, y), value(right, y), right - left)
    let down = slope(value(x, above), value(x, below), below - above)
    let steepness = (across * across + down * down).squareRoot()
    guard steepness > 1e-6 else { return 0 }
    // Lines lie at half numbers, so that none falls on the rim.
    let place = value(x, y) - 0.5
    return min(max(1 - abs(place - place.rounded()) / steepness, 0), 1)
  }

  private static let gridColour = Colour(red: 255, green: 214, blue: 92)
  private static let foldColour = Colour(red: 255, green: 40, blue: 40)
  private static let strongColour = Colour(red: 255, green: 150, blue: 30)
}
