import Datasets
import Testing
import Volumes

@Suite struct ClassPlacesTests {
  private let count = 60

  private func places(_ labels: [UInt8], most: Int = 4096) -> [(label: UInt8, voxels: [Int])] {
    labels.withUnsafeBufferPointer { ClassPlaces($0, most: most).places }
  }

  @Test("Every voxel of a class is a place of it where they are few; background and ignored voxels are none")
  func few() {
    var labels = [UInt8](repeating: 0, count: count)
    (labels[0], labels[7], labels[59], labels[30]) = (2, 1, 2, LabelMap.ignored)
    let places = places(labels)
    #expect(places.map(\.label) == [1, 2])
    #expect(places.map(\.voxels) == [[7], [0, 59]])
  }

  @Test("Of many voxels some are taken, from the whole class")
  func many() {
    let voxels = places([UInt8](repeating: 1, count: count), most: 7)[0].voxels
    #expect((4...7).contains(voxels.count))
    #expect(Set(voxels.map { $0 / 20 }) == [0, 1, 2])
  }

  @Test("Classes have turns; one that does not occur gives its turn to the next")
  func turns() {
    let found = (0..<6).map {
      ClassPlaces.place(inTurn: $0, of: 4, at: 0.5, labels: [1, 3], counts: [1, 4])
    }
    #expect(found.map { $0?.label } == [0, 1, 1, 0, 1, 1])
    #expect(found.map { $0?.voxel } == [0, 2, 2, 0, 2, 2])
    #expect(ClassPlaces.place(inTurn: 0, of: 4, at: 0, labels: [], counts: []) == nil)
  }
}
