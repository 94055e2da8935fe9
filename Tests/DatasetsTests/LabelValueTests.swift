import Datasets
import Foundation
import ScanIO
import Testing
import Volumes

@Suite("Label values")
struct LabelValueTests {
  private func volume(_ values: [Float], channels: Int = 1) -> Volume {
    let size = GridSize(width: values.count / channels, height: 1)
    return Volume(grid: Grid(size: size, affine: .identity, unit: .pixels), channels: channels, voxels: values)
  }

  private func coloured() throws -> ClassMap {
    try ClassMap([
      .init(name: "background", values: [.black]),
      .init(name: "tumour", values: [LabelValue("#ff0000")!, LabelValue("#0a0B0c")!]),
    ])
  }

  @Test("are numbers or colours, read and written alike")
  func text() throws {
    #expect(LabelValue("-3") == .number(-3))
    #expect(LabelValue("#ff8000") == .colour(red: 255, green: 128, blue: 0))
    #expect(LabelValue("#ff8000")?.description == "#ff8000")
    #expect(LabelValue.black.description == "#000000")
    for text in ["", "#", "#ff80", "#ff80000", "#gg0000", "red", "1.5", "ff8000"] { #expect(LabelValue(text) == nil) }
    let values: [LabelValue] = [.number(255), .colour(red: 1, green: 2, blue: 3)]
    let json = try JSONEncoder().encode(values)
    #expect(String(decoding: json, as: UTF8.self) == ##"[255,"#010203"]"##)
    #expect(try JSONDecoder().decode([LabelValue].self, from: json) == values)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([LabelValue].self, from: Data(#"["red"]"#.utf8)) }
  }

  @Test("far apart, negative and beyond 65535 become indices and come back")
  func sparse() throws {
    let classes = try ClassMap([
      .init(name: "background", values: [0]), .init(name: "ear", values: [-7]), .init(name: "atlas", values: [614_454]),
    ])
    let labels = try classes.labels(from: volume([614_454, 0, -7, 0, 614_454]), source: "a")
    #expect(labels.labels == [2, 0, 1, 0, 2])
    #expect(classes.fileValues(of: labels) == [614_454, 0, -7, 0, 614_454])
    #expect(
      message { _ = try classes.labels(from: volume([614_453]), source: "a") }
        .hasPrefix("label 'a': value 614453 in 1 voxel, first at (i, j, k) = (0, 0, 0). Expected 0 background, -7 ear"))
  }

  @Test("that are colours become indices, grey ones too, and come back as the first of their class")
  func colours() throws {
    let labels = try coloured().labels(from: volume([255, 0, 0, 0, 0, 0, 10, 11, 12], channels: 3), source: "a.png")
    #expect(labels.labels == [1, 0, 1])
    #expect(try coloured().fileValues(of: labels) == [0xff0000, 0, 0xff0000])
    #expect(try coloured().labels(from: volume([0, 0]), source: "a.png").labels == [0, 0])
    #expect(
      message { _ = try coloured().labels(from: volume([0, 0, 0, 0, 255, 1], channels: 3), source: "a.png") }
        == "label 'a.png': colour #00ff01 in 1 voxel, first at (i, j, k) = (1, 0, 0). "
        + "Expected #000000 background, #ff0000 or #0a0b0c tumour; correct the label, or add the value to 'classes'.")
    #expect(try coloured().number(ofClass: 1) == 1)
  }

  @Test(
    "of an RGB image whose channels are equal are its grey values, and colours are refused where numbers are wanted")
  func grey() throws {
    let classes = try ClassMap([.init(name: "background", values: [0]), .init(name: "cell", values: [255])])
    #expect(try classes.labels(from: volume([0, 0, 0, 255, 255, 255], channels: 3), source: "a").labels == [0, 1])
    #expect(
      message { _ = try classes.labels(from: volume([0, 0, 1], channels: 3), source: "a.png") }
        == "label 'a.png' is a colour image, but 'classes' has numbers. Give the colour of each class in 'classes' or "
        + "'label_map', such as \"#ff0000\".")
  }

  @Test("are mapped to the values of classes, and back to the first that was mapped")
  func labelMap() throws {
    func classes(_ labelMap: [(file: LabelValue, value: LabelValue)]) throws -> ClassMap {
      try ClassMap(
        [.init(name: "background", values: [0]), .init(name: "a", values: [1]), .init(name: "b", values: [2, 3])],
        labelMap: labelMap)
    }
    let mapped = try classes([(.number(255), .number(1)), (.number(7), .number(3)), (.number(1), .number(2))])
    #expect(
      mapped.classes.map(\.values) == [[.number(0)], [.number(255)], [.number(7), .number(1), .number(2), .number(3)]])
    let labels = try mapped.labels(from: volume([255, 1, 7, 3, 0]), source: "a")
    #expect(labels.labels == [1, 2, 2, 2, 0])
    #expect(mapped.fileValues(of: labels) == [255, 7, 7, 7, 0])
    let red = LabelValue("#ff0000")!
    let pictures = try classes([(.black, .number(0)), (red, .number(1)), (LabelValue("#00ff00")!, .number(2))])
    #expect(pictures.usesColours)
    #expect(try pictures.labels(from: volume([255, 0, 0, 0, 255, 0], channels: 3), source: "a").labels == [1, 2])
    #expect(
      message { _ = try classes([(.number(255), .number(9))]) }
        == "'label_map' maps 255 to 9, which is not a value in 'classes'.")
    #expect(
      message { _ = try classes([(.number(255), .number(1)), (.number(255), .number(2))]) }
        == "'label_map' maps 255 twice. Expected each value of the files once.")
    #expect(
      message { _ = try classes([(red, .number(1))]) }
        == "'classes': 'background' has no value. Expected its value, or list of values, in the label files."
    )
    #expect(
      message { _ = try ClassMap([.init(name: "background", values: [0]), .init(name: "a", values: [red])]) }
        == "'classes' mixes numbers and colours. Use one kind for all classes.")
  }

  @Test("of palettes are indices, or colours where the classes are colours")
  func palettes() throws {
    let numbers = try ClassMap([.init(name: "background", values: [0]), .init(name: "cell", values: [1])])
    #expect(numbers.labelChoices().palette == .indices)
    #expect(try coloured().labelChoices().palette == .colours)
    #expect(numbers.labelChoices().alpha == .drop)
  }

  @Test("that are colours are written as colours")
  func writing() throws {
    let scratch = try ScratchFolder()
    let labels = LabelMap(grid: volume([0, 0, 0]).grid, labels: [1, 0, 1])
    for name in ["a.png", "a.nii.gz"] {
      let url = scratch.url.appending(path: name)
      try coloured().write(labels, to: url)
      let read = try ScanFile.read(url).volume
      #expect(read.voxels == [255, 0, 0, 0, 0, 0, 255, 0, 0])
      #expect(try coloured().labels(from: read, source: name).labels == labels.labels)
    }
  }

  @Test("are found in label files")
  func found() throws {
    #expect(try LabelValue.found(in: volume([0, 3, 3, -1]), source: "a") == [.number(0), .number(3), .number(-1)])
    #expect(
      try LabelValue.found(in: volume([0, 0, 0, 1, 2, 3], channels: 3), source: "a")
        == [.black, .colour(red: 1, green: 2, blue: 3)])
    #expect(try LabelValue.found(in: volume([4, 4, 4], channels: 3), source: "a") == [.number(4)])
    #expect(
      message { _ = try LabelValue.found(in: volume([0, 0.5]), source: "a") }.contains(
        "(first: 0.5 at (i, j, k) = (1, 0, 0))"))
    #expect(LabelValue.sorted([.black, .number(3), .number(-1)]) == [.number(-1), .number(3), .black])
  }
}
