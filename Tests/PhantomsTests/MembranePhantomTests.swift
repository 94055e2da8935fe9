import Phantoms
import Testing
import Volumes

@Suite struct MembranePhantomTests {
  private static let micrographs = (0..<8).map { MembranePhantom.make(index: $0, seed: 7) }

  @Test("no classifier by brightness alone reaches a membrane Dice of 0.5, even with the answers at hand")
  func needsContext() {
    var classifier = IntensityClassifier(classCount: MembranePhantom.classNames.count)
    for (image, labels) in Self.micrographs { classifier.add(image: image, labels: labels) }
    #expect(classifier.meanForegroundDice < 0.5)
  }

  @Test("an image is of 192x192 pixels of 8 bits, and membranes fill a tenth to a quarter of it")
  func looksLikeMicrograph() {
    for (image, labels) in Self.micrographs {
      #expect(image.grid.size == GridSize(width: 192, height: 192) && image.grid.unit == .pixels)
      #expect(labels.grid == image.grid && image.channels == 1)
      #expect(image.voxels.allSatisfy { (0...255).contains($0) && $0 == $0.rounded() })
      let share = Double(labels.labels.count { $0 == 1 }) / Double(labels.labels.count)
      #expect((0.1...0.25).contains(share))
      #expect(labels.labels.allSatisfy { $0 < 2 })
    }
  }

  @Test("membranes are some three to five pixels wide")
  func hasMembraneWidths() {
    // Along a row, a membrane that is crossed at a random angle is wider by pi / 2 on average.
    for (_, labels) in Self.micrographs {
      var (pixels, crossings) = (0, 0)
      for y in 0..<192 {
        for x in 0..<192 where labels[x, y, 0] == 1 {
          pixels += 1
          if x == 0 || labels[x - 1, y, 0] == 0 { crossings += 1 }
        }
      }
      #expect((3...6).contains(Double(pixels) / Double(crossings) * 2 / Double.pi))
    }
  }

  @Test("membranes are darker than the cells around them")
  func darkensMembranes() {
    for (image, labels) in Self.micrographs {
      func mean(_ label: UInt8) -> Float {
        let values = zip(image.voxels, labels.labels).filter { $0.1 == label }.map(\.0)
        return values.reduce(0, +) / Float(values.count)
      }
      #expect(mean(1) < mean(0) - 20)
    }
  }

  @Test("an image is a function of its seed and index")
  func isDeterministic() {
    let again = MembranePhantom.make(index: 2, seed: 7)
    #expect(again.image.voxels == Self.micrographs[2].image.voxels && again.labels == Self.micrographs[2].labels)
    #expect(again.labels != Self.micrographs[3].labels)
    #expect(again.labels != MembranePhantom.make(index: 2, seed: 8).labels)
  }

  @Test("masks mark cells with 255 and membranes with 0")
  func namesFileValues() {
    #expect(MembranePhantom.fileValues == [255, 0] && MembranePhantom.classNames == ["cell", "membrane"])
  }
}

@Suite struct IntensityClassifierTests {
  private func bestDice(_ values: [Float], _ labels: [UInt8]) -> Double {
    let grid = Grid(size: GridSize(width: values.count, height: 1), affine: .identity, unit: .pixels)
    var classifier = IntensityClassifier(classCount: 2)
    classifier.add(image: Volume(grid: grid, voxels: values), labels: LabelMap(grid: grid, labels: labels))
    return classifier.bestDice(of: 1)
  }

  @Test("classes of their own brightness are told apart perfectly, brightness that is shared costs what it must")
  func knowsClosedForms() {
    #expect(bestDice([0, 0, 5, 5, 9], [0, 0, 1, 1, 0]) == 1)
    // One of the three bright voxels is of the class: choosing all three gives 2 * 1 / (1 + 3).
    #expect(bestDice([0, 0, 5, 5, 5], [0, 0, 1, 0, 0]) == 0.5)
    #expect(bestDice([0, 1, 2], [0, 0, 0]) == 0)
  }
}
