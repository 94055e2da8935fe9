import Datasets
import Testing
import Volumes

@Suite struct ClassPlacesTests {
  private let size = GridSize(width: 5, height: 4, depth: 3)

  private func places(_ labels: [UInt8], most: Int = 4096) -> ClassPlaces {
    labels.withUnsafeBufferPointer { ClassPlaces($0, size: size, most: most) }
  }

  @Test("Every voxel of a class is a place of it where they are few; background and ignored voxels are none")
  func few() {
    var labels = [UInt8](repeating: 0, count: size.count)
    (labels[0], labels[7], labels[59], labels[30]) = (2, 1, 2, LabelMap.ignored)
    let places = places(labels)
    #expect(places.places.map(\.label) == [1, 2])
    #expect(places.places[0].voxels == [SIMD3(2, 1, 0)])
    #expect(places.places[1].voxels == [SIMD3(0, 0, 0), SIMD3(4, 3, 2)])
  }

  @Test("Of many voxels some are taken, from the whole class")
  func many() {
    let voxels = places([UInt8](repeating: 1, count: size.count), most: 7).places[0].voxels
    #expect((4...7).contains(voxels.count))
    #expect(Set(voxels.map(\.z)) == [0, 1, 2])
  }

  @Test("Classes have turns; one that does not occur gives its turn to the next")
  func turns() {
    var labels = [UInt8](repeating: 0, count: size.count)
    (labels[0], labels[7]) = (1, 3)
    let places = places(labels)
    let found = (0..<6).map { places.voxel(inTurn: $0, of: 4, at: 0.5) }
    #expect(found.map { $0?.x } == [0, 2, 2, 0, 2, 2])
    #expect(self.places([UInt8](repeating: 0, count: size.count)).voxel(inTurn: 0, of: 4, at: 0) == nil)
  }
}
