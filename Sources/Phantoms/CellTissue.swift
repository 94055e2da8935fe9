import Foundation
import Randomness

/// A section through packed cells: curved membranes between them, organelles inside.
struct CellTissue: Sendable {
  private struct Cell {
    var centre: SIMD2<Double>
    var brightness: Double
  }

  private struct Organelle {
    var centre: SIMD2<Double>
    var semiAxes: SIMD2<Double>
    var rotationRadians: Double
    var rimPixels: Double
    var core: Double
    var reach: Double
  }

  /// What a point of the section looks like and whether it is membrane.
  struct Sample {
    var brightness: Double
    var isMembrane: Bool
  }

  private let bend: (x: SmoothField, y: SmoothField)
  private let width: SmoothField
  private let texture: SmoothField
  private let cells: [Cell]
  private var organelles: [Organelle] = []

  /// Draws a section of `sidePixels` x `sidePixels`.
  init(sidePixels: Int, using generator: inout PhiloxGenerator) {
    let side = Double(sidePixels)
    func field(
      _ wavelengths: ClosedRange<Double>, _ deviation: Double, _ count: Int, _ generator: inout PhiloxGenerator
    )
      -> SmoothField
    {
      SmoothField(waves: count, wavelengths: wavelengths, standardDeviation: deviation, planar: true, using: &generator)
    }
    let x = field(35...90, 3.2, 6, &generator)
    let y = field(35...90, 3.2, 6, &generator)
    bend = (x, y)
    width = field(40...120, 0.35, 4, &generator)
    texture = field(7...16, 6, 14, &generator)
    let pitch = generator.uniform(in: 44...52)
    cells = Self.drawCells(sidePixels: side, pitch: pitch, using: &generator)
    for cell in cells.indices { addOrganelles(to: cell, pitch: pitch, using: &generator) }
  }
}

extension CellTissue {
  /// What lies at a point, in pixels.
  func sample(at point: SIMD2<Double>) -> Sample {
    let flat = SIMD3(point.x, point.y, 0)
    let place = point + SIMD2(bend.x(flat), bend.y(flat))
    let (own, neighbour, toBorder) = nearestCells(to: place)
    let halfWidth = min(max(2.2 + width(flat), 1.7), 2.6)
    if toBorder < halfWidth {
      let around = (cells[own].brightness + cells[neighbour].brightness) / 2
      return Sample(brightness: around * (0.54 + 0.12 * toBorder / halfWidth), isMembrane: true)
    }
    let cytoplasm = cells[own].brightness + texture(flat)
    guard toBorder > halfWidth + 2 else { return Sample(brightness: cytoplasm, isMembrane: false) }
    let organelle = organelleFactor(at: place)
    return Sample(brightness: cytoplasm * organelle, isMembrane: false)
  }

  /// The nearest cell, the cell beyond the nearest border, and the distance to that border.
  private func nearestCells(to place: SIMD2<Double>) -> (own: Int, neighbour: Int, toBorder: Double) {
    var own = 0
    var nearest = Double.infinity
    for (index, cell) in cells.enumerated() {
      let squared = squaredLength(place - cell.centre)
      if squared < nearest { (own, nearest) = (index, squared) }
    }
    var neighbour = own
    var toBorder = Double.infinity
    for (index, cell) in cells.enumerated() where index != own {
      let separation = squaredLength(cell.centre - cells[own].centre).squareRoot()
      let distance = (squaredLength(place - cell.centre) - nearest) / (2 * separation)
      if distance < toBorder { (neighbour, toBorder) = (index, distance) }
    }
    return (own, neighbour, toBorder)
  }

  /// How much of the light an organelle lets through at a place; 1 between organelles.
  private func organelleFactor(at place: SIMD2<Double>) -> Double {
    for organelle in organelles where squaredLength(place - organelle.centre) < organelle.reach * organelle.reach {
      let offset = place - organelle.centre
      let (sine, cosine) = (sin(organelle.rotationRadians), cos(organelle.rotationRadians))
      let curve =
        SIMD2(cosine * offset.x + sine * offset.y, cosine * offset.y - sine * offset.x) / organelle.semiAxes
      let radius = squaredLength(curve).squareRoot()
      guard radius < 1 else { continue }
      let isRim = (1 - radius) * organelle.semiAxes.min() < organelle.rimPixels
      return isRim ? Self.rimFactor : organelle.core
    }
    return 1
  }

  private func squaredLength(_ vector: SIMD2<Double>) -> Double { (vector * vector).sum() }
}

extension CellTissue {
  /// The light that an organelle's rim lets through: as little as a membrane.
  private static let rimFactor = 0.55
  /// The first attempts to place an organelle are at a cell's nucleus.
  private static let nucleusAttempts = 3

  /// Cells on a jittered grid of shifted rows, reaching beyond the picture.
  private static func drawCells(
    sidePixels: Double, pitch: Double, using generator: inout PhiloxGenerator
  ) -> [Cell] {
    var cells: [Cell] = []
    let rowPitch = pitch * 0.87
    let origin = SIMD2(generator.uniform(in: 0...pitch), generator.uniform(in: 0...pitch)) - 2 * pitch
    let rows = Int(sidePixels / rowPitch) + 5
    let columns = Int(sidePixels / pitch) + 5
    for row in 0..<rows {
      for column in 0..<columns {
        let shifted = Double(column) + (row.isMultiple(of: 2) ? 0 : 0.5)
        let jitter = SIMD2(generator.uniform(in: -0.3...0.3), generator.uniform(in: -0.3...0.3)) * pitch
        let centre = origin + SIMD2(shifted * pitch, Double(row) * rowPitch) + jitter
        cells.append(Cell(centre: centre, brightness: generator.uniform(in: 80...212)))
      }
    }
    return cells
  }

  /// Draws the organelles of a cell: dark bodies, and rings around a paler core, apart from one another and the border.
  private mutating func addOrganelles(to cell: Int, pitch: Double, using generator: inout PhiloxGenerator) {
    let first = organelles.count
    for attempt in 0..<32 {
      let angle = generator.uniform(in: 0...(2 * .pi))
      let distance = pitch * 0.5 * generator.uniform().squareRoot()
      let semiAxes = SIMD2(generator.uniform(in: 3.5...9), generator.uniform(in: 2.8...5))
      let isSolid = generator.chance(0.65)
      var organelle = Organelle(
        centre: cells[cell].centre + SIMD2(cos(angle), sin(angle)) * distance, semiAxes: semiAxes,
        rotationRadians: generator.uniform(in: 0...Double.pi), rimPixels: generator.uniform(in: 1.4...2.2),
        core: isSolid ? generator.uniform(in: 0.52...0.62) : generator.uniform(in: 0.75...0.95), reach: semiAxes.max())
      if attempt < Self.nucleusAttempts {
        organelle.semiAxes = SIMD2(generator.uniform(in: 9...12), generator.uniform(in: 7...9))
        organelle.reach = organelle.semiAxes.max()
        organelle.core = generator.uniform(in: 0.6...0.72)
      }
      let (own, _, toBorder) = nearestCells(to: organelle.centre)
      let hasRoom = organelles[first...].allSatisfy {
        squaredLength($0.centre - organelle.centre).squareRoot() > 0.8 * ($0.reach + organelle.reach) + 1
      }
      if own == cell, toBorder > (organelle.semiAxes.sum() / 2) + 2, hasRoom { organelles.append(organelle) }
    }
  }
}
