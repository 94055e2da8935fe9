import Datasets
import Foundation
import Testing
import Volumes

@Suite struct ClassMapTests {
  private func volume(_ values: [Float], width: Int, height: Int = 1, channels: Int = 1) -> Volume {
    let size = GridSize(width: width, height: height, depth: values.count / (width * height * channels))
    let grid = Grid(size: size, affine: .identity, unit: .pixels)
    return Volume(grid: grid, channels: channels, voxels: values)
  }

  private func membranes() throws -> ClassMap {
    try ClassMap(
      [.init(name: "membrane", values: [0]), .init(name: "cell", values: [255])], background: "cell")
  }

  private func hippocampus() throws -> ClassMap {
    try ClassMap([
      .init(name: "anterior", values: [1, 3]), .init(name: "background", values: [0]),
      .init(name: "posterior", values: [2]),
    ])
  }

  @Test("The background comes first, the others in the order written")
  func order() throws {
    #expect(try membranes().names == ["cell", "membrane"])
    #expect(try hippocampus().names == ["background", "anterior", "posterior"])
    #expect(try hippocampus().index(of: "posterior") == 2)
    #expect(try hippocampus().index(of: "liver") == nil)
    #expect(try hippocampus().count == 3)
  }

  @Test("Values become indices and come back, a merged class as its first value")
  func mapping() throws {
    let image = volume([0, 255, 255, 0], width: 2, height: 2)
    let labels = try membranes().labels(from: image, source: "00.png")
    #expect(labels.labels == [1, 0, 0, 1])
    #expect(labels.grid == image.grid)
    #expect(try membranes().fileValues(of: labels) == [0, 255, 255, 0])

    let merged = try hippocampus().labels(from: volume([3, 1, 2, 0], width: 4), source: "a")
    #expect(merged.labels == [1, 1, 2, 0])
    #expect(try hippocampus().fileValues(of: merged) == [1, 1, 2, 0])
  }

  @Test("Ignored voxels are written as background")
  func ignored() throws {
    let grid = Grid(size: GridSize(width: 2, height: 1), affine: .identity, unit: .pixels)
    let labels = LabelMap(grid: grid, labels: [LabelMap.ignored, 1])
    #expect(try membranes().fileValues(of: labels) == [255, 0])
  }

  @Test("Values within a thousandth of a whole number count as it, at both ends of the table")
  func smeared() throws {
    let classes = try ClassMap([.init(name: "background", values: [0]), .init(name: "top", values: [65535])])
    let labels = try classes.labels(from: volume([-0.0005, 0.0009, 65535, -0], width: 4), source: "a")
    #expect(labels.labels == [0, 0, 1, 0])
  }

  @Test("Numbers that are not whole are refused with their number and the first place")
  func fractional() throws {
    let image = volume([0, 1, 0, 0.25, 0, .nan, 1, 7], width: 2, height: 2)
    let error = thrown { _ = try hippocampus().labels(from: image, source: "l/a.nii") }
    #expect(
      error?.description
        == "label 'l/a.nii': 2 voxels are not a whole number (first: 0.25 at (i, j, k) = (1, 1, 0)). Expected whole "
        + "numbers; is this a probability map, or an interpolated label?")
    #expect(error?.category == .data)
    #expect(
      message { _ = try hippocampus().labels(from: volume([.infinity, 0], width: 2), source: "a") }
        .hasPrefix("label 'a': 1 voxel is not a whole number (first: inf at (i, j, k) = (0, 0, 0))."))
  }

  @Test("Values of no class are refused with their voxels, the first place and what is allowed")
  func unlisted() throws {
    let image = volume([0, 1, 5, 0, 4, 5, -1, 2, 0, 0, 0, 1e20], width: 2, height: 3)
    #expect(
      message { _ = try hippocampus().labels(from: image, source: "l/a.nii") }
        == "label 'l/a.nii': value -1 in 1 voxel, first at (i, j, k) = (0, 0, 1), "
        + "value 4 in 1 voxel, first at (i, j, k) = (0, 2, 0), value 5 in 2 voxels, first at (i, j, k) = (0, 1, 0), "
        + "value 9007199254740992 in 1 voxel, first at (i, j, k) = (1, 2, 1). "
        + "Expected 0 background, 1 or 3 anterior, 2 posterior; correct the label, or add the value to 'classes'.")
  }

  @Test("A label of several channels is refused")
  func channels() throws {
    let image = volume([0, 0, 0, 0], width: 2, channels: 2)
    #expect(
      message { _ = try membranes().labels(from: image, source: "00.png") }
        == "label '00.png' has 2 channels. Expected one value per voxel, or RGB; save it as a grey, indexed or RGB "
        + "image.")
  }

  @Test("Classes that contradict themselves are refused")
  func contradictions() throws {
    func message(_ entries: [(String, [Int])], background: String? = nil) -> String {
      let error = thrown {
        _ = try ClassMap(entries.map { ClassMap.Entry(name: $0.0, values: $0.1) }, background: background)
      }
      #expect(error?.category == .configuration)
      return error?.description ?? "nothing was thrown"
    }
    #expect(
      message([("background", [0])])
        == "'classes' lists 1 class. Expected 2 to 254, including the background.")
    #expect(
      message((0..<255).map { ("c\($0)", [$0]) })
        == "'classes' lists 255 classes. Expected 2 to 254, including the background.")
    #expect(
      message([("background", [0]), ("", [1])])
        == "'classes' lists a class without a name. Expected a name for each.")
    #expect(
      message([("a", [0]), ("a", [1])])
        == "'classes' lists 'a' twice. Expected each class once; to merge values write 'a: [1, 2]'.")
    #expect(
      message([("background", [0]), ("a", [])])
        == "'classes': 'a' has no value. Expected its value, or list of values, in the label files.")
    #expect(
      message([("background", [0]), ("a", [16_777_217])])
        == "'classes': 'a' has the value 16777217. Expected whole numbers from -16777216 to 16777216.")
    #expect(
      message([("background", [0]), ("a", [1]), ("b", [2, 1])])
        == "'classes': the value 1 is in both 'a' and 'b'. Expected each value in one class.")
    #expect(
      message([("background", [0]), ("a", [1, 1])])
        == "'classes': 'a' lists the value 1 twice. Expected each value once.")
    #expect(
      message([("a", [0]), ("b", [1])])
        == "no class is named 'background'; the classes are 'a', 'b'. Rename one, or set 'background:' to the name of "
        + "the background class.")
    #expect(
      message([("a", [0]), ("b", [1])], background: "cell")
        == "'background' is 'cell', which is not in 'classes'; the classes are 'a', 'b'. Expected one of them.")
  }

  @Test("254 classes are the most, and each keeps its own index")
  func most() throws {
    let classes = try ClassMap((0..<254).map { .init(name: $0 == 0 ? "background" : "c\($0)", values: [$0]) })
    let labels = try classes.labels(from: volume((0..<254).map(Float.init), width: 254), source: "a")
    #expect(labels.labels == (0..<254).map { UInt8($0) })
    #expect(!labels.labels.contains(LabelMap.ignored))
  }

  @Test("Encoding keeps order and values, and reading checks them again")
  func coding() throws {
    let classes = try membranes()
    let json = try JSONEncoder().encode(classes)
    #expect(try JSONDecoder().decode(ClassMap.self, from: json) == classes)
    let wrong = Data(#"[{"name": "a", "values": [1]}, {"name": "b", "values": [1]}]"#.utf8)
    #expect(throws: DatasetError.classes(.sharedValue(.number(1), first: "a", second: "b"))) {
      try JSONDecoder().decode(ClassMap.self, from: wrong)
    }
  }
}
