import Testing
import Volumes

@Suite("Orientation")
struct OrientationTests {
  static let all: [Orientation] = ["RAS", "RSA", "ARS", "ASR", "SRA", "SAR"].flatMap { order in
    (0..<8).compactMap { flips in
      let opposite: [Character: Character] = ["R": "L", "A": "P", "S": "I"]
      let letters = order.enumerated().map { flips & (1 << $0.offset) == 0 ? $0.element : opposite[$0.element] ?? "?" }
      return Orientation(String(letters))
    }
  }

  @Test("agrees with nibabel on oblique affines")
  func golden() throws {
    let cases: [Golden.OrientationCase] = try Golden.load("scans/orientations.json")
    #expect(cases.count == 24)
    for item in cases { #expect(Orientation(nearestTo: Affine(item.affine)).description == item.codes) }
  }

  @Test("reads its own description, in either case of letters")
  func text() {
    #expect(Self.all.count == 48)
    for orientation in Self.all {
      #expect(Orientation(orientation.description) == orientation)
      #expect(Orientation(orientation.description.lowercased()) == orientation)
    }
    #expect(Orientation.ras.description == "RAS")
  }

  @Test("refuses text that is no orientation", arguments: ["", "RA", "RAR", "RLS", "RASI", "XYZ", "R S"])
  func badText(_ text: String) { #expect(Orientation(text) == nil) }

  @Test("is found for sheared and left-handed affines, and gives every axis away once")
  func sheared() {
    let sheared = Affine(i: SIMD3(1, 0.9, 0), j: SIMD3(0.95, 1, 0), k: SIMD3(0.1, 0, -2))
    #expect(Orientation(nearestTo: sheared).description == "RAI")
    let leaning = Affine(i: SIMD3(1, 0, 0.1), j: SIMD3(0.9, 0.1, 0.5), k: SIMD3(0.8, 0.3, 0.1))
    #expect(Set(Orientation(nearestTo: leaning).directions.map(\.axis)).count == 3)
  }

  @Test("of a degenerate affine is still one of the 48")
  func degenerate() {
    #expect(Orientation(nearestTo: Affine(scale: .zero)).description == "RAS")
    let broken = Affine(i: SIMD3(0, 0, -1), j: SIMD3(.nan, 0, 0), k: SIMD3(1, 0, 0))
    #expect(Orientation(nearestTo: broken).description == "IAR")
  }

  @Test("finds the voxel axis that runs along an axis of the body")
  func sliceAxis() throws {
    let affine = Affine(i: SIMD3(0, 0, -3), j: SIMD3(-1, 0.1, 0), k: SIMD3(0.1, 1, 0.2))
    let grid = Grid([4, 5, 6], affine)
    #expect(grid.orientation.description == "ILA")
    #expect(grid.voxelAxis(nearestTo: .superior) == 0)
    #expect(grid.voxelAxis(nearestTo: .right) == 1)
    #expect(grid.voxelAxis(nearestTo: .anterior) == 2)
    #expect(BodyAxis(rawValue: "superior") == .superior)
    #expect(BodyAxis.allCases.map(\.description) == ["left-right", "posterior-anterior", "inferior-superior"])
  }
}

@Suite("Reorientation")
struct ReorientationTests {
  static let oblique = rotation(degrees: 12, about: .right).after(rotation(degrees: -20, about: .superior))
    .after(Affine(i: SIMD3(0, 0.7, 0), j: SIMD3(0, 0, -1.2), k: SIMD3(2.5, 0, 0), translation: SIMD3(-5, 7, 11)))

  @Test("moves no voxel in the world and is undone exactly", arguments: OrientationTests.all)
  func exact(_ target: Orientation) throws {
    let volume = numberedVolume([3, 4, 5], affine: Self.oblique, channels: 2)
    let turned = volume.reoriented(to: target)
    #expect(turned.grid.orientation == target)
    let map = try #require(volume.grid.affine.inverse).after(turned.grid.affine)
    for k in 0..<turned.grid.size.depth {
      for j in 0..<turned.grid.size.height {
        for i in 0..<turned.grid.size.width {
          let source = map(SIMD3(Double(i), Double(j), Double(k))).rounded(.toNearestOrEven)
          let value = volume[Int(source.x), Int(source.y), Int(source.z), channel: 1]
          #expect(turned[i, j, k, channel: 1] == value)
        }
      }
    }
    let back = turned.reoriented(to: volume.grid.orientation)
    #expect(back.voxels == volume.voxels)
    #expect(back.grid.size == volume.grid.size)
    let displacement = try #require(volume.grid.displacement(to: back.grid))
    #expect(displacement.voxels < 1e-12)
  }

  @Test("turns labels as it turns images, and its inverse undoes it")
  func labels() {
    let volume = numberedVolume([4, 3, 2], affine: Self.oblique)
    let labels = LabelMap(grid: volume.grid, labels: volume.voxels.map { UInt8($0) })
    let turned = labels.reoriented(to: .ras)
    #expect(turned.labels == volume.reoriented(to: .ras).voxels.map { UInt8($0) })
    let reorientation = Reorientation(from: labels.grid.orientation, to: .ras)
    #expect(turned.reoriented(by: reorientation.inverse).labels == labels.labels)
    #expect(labels.reoriented(to: labels.grid.orientation) == labels)
  }
}
