import Foundation
import Phantoms
import Testing
import Volumes

@Suite struct HeadPhantomTests {
  private static let heads = (0..<8).map { HeadPhantom.make(index: $0, seed: 7) }

  @Test("no classifier by brightness alone reaches a mean foreground Dice of 0.5, even with the answers at hand")
  func needsContext() {
    var pooled = IntensityClassifier(classCount: HeadPhantom.classNames.count)
    for (image, labels) in Self.heads {
      pooled.add(image: image, labels: labels)
      var alone = IntensityClassifier(classCount: HeadPhantom.classNames.count)
      alone.add(image: image, labels: labels)
      #expect(alone.meanForegroundDice < 0.4)
    }
    #expect(pooled.meanForegroundDice < 0.35)
  }

  @Test("every class is in every head, at least six voxels across in several slices, and shares no border with another")
  func holdsClasses() {
    for (index, head) in Self.heads.enumerated() {
      for label in 1..<UInt8(HeadPhantom.classNames.count) {
        let slices = (0..<head.labels.grid.size.depth).map { k in extent(of: label, slice: k, head.labels) }
        #expect(slices.count { $0 > 0 } >= 4, "head \(index), class \(label)")
        #expect((slices.max() ?? 0) >= 6, "head \(index), class \(label)")
      }
      #expect(touchingPairs(head.labels) == 0, "head \(index)")
      #expect(head.labels.labels.allSatisfy { $0 < 4 })
    }
  }

  @Test("a head is a function of its seed and index")
  func isDeterministic() {
    let again = HeadPhantom.make(index: 3, seed: 7)
    #expect(again.image.voxels == Self.heads[3].image.voxels && again.labels == Self.heads[3].labels)
    #expect(again.image.grid == Self.heads[3].image.grid)
    for other in [HeadPhantom.make(index: 3, seed: 8), Self.heads[4]] {
      #expect(other.image.grid != again.image.grid && other.image.voxels != again.image.voxels)
    }
  }

  @Test("a grid is oblique by at least two degrees about some axis, its voxels are anisotropic, and no two are equal")
  func hasScanGeometry() {
    for (image, labels) in Self.heads {
      let (grid, spacing) = (image.grid, image.grid.spacing)
      #expect(labels.grid == grid && grid.unit == .millimetres && image.channels == 1)
      #expect((58...64).contains(grid.size.width) && (64...70).contains(grid.size.height))
      #expect((14...20).contains(grid.size.depth))
      #expect(spacing.z > 2 * max(spacing.x, spacing.y) && spacing.y / spacing.x > 1.02)
      let columns = [grid.affine.columns.i, grid.affine.columns.j, grid.affine.columns.k]
      for (axis, column) in columns.enumerated() {
        let cosine = abs(column[axis]) / spacing[axis]
        #expect(cosine < cos(2 * Double.pi / 180) && cosine > 0.9)
      }
    }
    #expect(Set(Self.heads.map(\.image.grid)).count == Self.heads.count)
    #expect(Set(Self.heads.map { $0.image.grid.affine.determinant > 0 }).count == 2)
  }

  @Test("intensities are whole numbers that fit 16 bits, on a scale of each head's own")
  func hasScanIntensities() {
    let maxima = Self.heads.map { $0.image.voxels.max() ?? 0 }
    for (image, _) in Self.heads {
      #expect(image.voxels.allSatisfy { $0 >= 0 && $0 <= 32767 && $0 == $0.rounded() })
    }
    #expect((maxima.max() ?? 0) > 1.5 * (maxima.min() ?? 0) && (maxima.min() ?? 0) > 200)
  }

  /// The larger of the width and the height, in voxels, of a class in a slice.
  private func extent(of label: UInt8, slice k: Int, _ labels: LabelMap) -> Int {
    var (columns, rows): (Set<Int>, Set<Int>) = ([], [])
    for j in 0..<labels.grid.size.height {
      for i in 0..<labels.grid.size.width where labels[i, j, k] == label {
        columns.insert(i)
        rows.insert(j)
      }
    }
    return max(columns.count, rows.count)
  }

  /// The number of neighbouring voxels along i and j that hold two different foreground classes.
  private func touchingPairs(_ labels: LabelMap) -> Int {
    var pairs = 0
    for k in 0..<labels.grid.size.depth {
      for j in 1..<labels.grid.size.height {
        for i in 1..<labels.grid.size.width where labels[i, j, k] != 0 {
          for other in [labels[i - 1, j, k], labels[i, j - 1, k]] where other != 0 && other != labels[i, j, k] {
            pairs += 1
          }
        }
      }
    }
    return pairs
  }
}
