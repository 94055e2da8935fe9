import Augmentations
import Datasets
import Files
import Foundation
import Machine
import Networks
import Stages
import TestSupport
import Testing
import Volumes

/// Prepared cases on disk: the same as in memory, found again only where they are complete and unchanged.
@Suite struct PreparedStoreTests {
  private static let size = GridSize(width: 23, height: 19, depth: 11)
  private static let grid = Grid(
    size: size, affine: Affine(scale: SIMD3(0.7, 0.9, 1.0 / 3)), unit: .millimetres)

  private let image = Volume(
    grid: grid, channels: 2, voxels: (0..<size.count * 2).map { sin(Float($0) * 0.37) })
  private let labels = LabelMap(grid: grid, labels: (0..<size.count).map(label(ofVoxel:)))

  private static func label(ofVoxel index: Int) -> UInt8 {
    if index % 97 == 0 { return LabelMap.ignored }
    return index % 7 == 0 ? UInt8(index / 7 % 3) : 0
  }

  private let loss = ForegroundLoss(
    from: LabelMap(grid: grid, labels: [UInt8](repeating: 3, count: size.count)),
    to: LabelMap(grid: grid, labels: [UInt8](repeating: 0, count: size.count)), names: ["a", "b", "c", "d"])

  private func places(_ window: Extent) -> PlaceRequest {
    PlaceRequest(window: window, of: [Self.size], foreground: 0.5, keptForeground: 0.8)
  }

  private func origin(_ window: Extent, image: String = "1") throws -> PreparedOrigin {
    let classes = try ClassMap([.init(name: "background", values: [0]), .init(name: "b", values: [1])])
    let item = Dataset.Case(
      id: "case", group: "case", images: [.init(name: "a.nii", contentHash: image)],
      label: .init(name: "b.nii", contentHash: "2"), grid: Self.grid, channels: 2, voxels: [1, 1])
    let dataset = try Dataset(classes: classes, normalisation: .zScore, cases: [item])
    let preparation = Preparation(
      normalisation: .zScore, spacing: CommonSpacing(spacingMM: SIMD3(1, 0.3, 2), interpolation: .cubic),
      sliceAxis: .anterior)
    return PreparedOrigin(item, of: dataset, preparation, places: places(window))
  }

  private var parts: CaseParts {
    CaseParts(image: { (image, Self.grid) }, labels: { _ in (labels, loss) })
  }

  private func find(_ store: PreparedStore, _ origin: PreparedOrigin) throws -> PreparedCase? {
    try store.find(origin, size: Self.size, channels: 2)
  }

  /// The files of the only case.
  private func files(_ folder: URL) throws -> (voxels: URL, record: URL) {
    let prepared = folder.appending(path: "prepared")
    let names = try FileManager.default.contentsOfDirectory(atPath: prepared.path).sorted()
    #expect(names.map { URL(filePath: $0).pathExtension } == ["json", "voxels"])
    return (prepared.appending(path: names[1]), prepared.appending(path: names[0]))
  }

  @Test(
    "Samples of a stored case have the bits of one in memory, when it is stored and when it is found again",
    arguments: [Extent(height: 16, width: 16), Extent(depth: 8, height: 8, width: 16)])
  func samples(window: Extent) throws {
    try withScratchFolder { folder in
      let store = PreparedStore(in: folder)
      let inMemory = PreparedCase(id: "case", image: image, labels: labels, loss: loss, places: places(window))
      let stored = try store.store(origin(window), parts)
      let found = try #require(try find(store, origin(window)))
      #expect(stored.facts == inMemory.facts && found.facts == inMemory.facts)
      #expect(found.labels == labels)
      let expected = samples(of: inMemory, window)
      #expect(samples(of: stored, window) == expected)
      #expect(samples(of: found, window) == expected)
      try store.remove()
      #expect(samples(of: found, window) == expected)
      #expect(try find(store, origin(window)) == nil)
    }
  }

  private func samples(of item: PreparedCase, _ window: Extent) -> [Float] {
    let source = RegionSampleSource(
      [item], window: window, foreground: 0.5, classes: 4, ranges: AugmentationPreset.standard.ranges,
      samplesPerEpoch: 12, seed: 5, stage: "train")
    return (0..<24).flatMap { draw in
      var image = [Float](repeating: .nan, count: source.shape.count)
      var labels = [UInt8](repeating: 77, count: source.shape.extent.count)
      source.announce(sample: draw % 12, epoch: draw / 12, draw: draw % 12)
      image.withUnsafeMutableBufferPointer { image in
        labels.withUnsafeMutableBufferPointer { labels in
          source.write(sample: draw % 12, epoch: draw / 12, draw: draw % 12, image: image, target: .classes(labels))
        }
      }
      return image + labels.map(Float.init)
    }
  }

  private static let window = Extent(height: 16, width: 16)

  @Test("A case made of other files is not found, and its files are removed with those of strangers")
  func others() throws {
    try withScratchFolder { folder in
      let store = PreparedStore(in: folder)
      _ = try store.store(origin(Self.window), parts)
      #expect(try find(store, origin(Self.window, image: "other")) == nil)
      #expect(try find(store, origin(Extent(depth: 8, height: 8, width: 8))) == nil)
      #expect(try store.find(origin(Self.window), size: Self.size, channels: 1) == nil)
      try store.removeOthers(than: [origin(Self.window)])
      #expect(try find(store, origin(Self.window)) != nil)
      try store.removeOthers(than: [origin(Self.window, image: "other")])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "prepared").path).isEmpty)
    }
  }

  @Test("A case of another store is linked and found, damaged files of it are not")
  func linked() throws {
    try withScratchFolder { folder in
      let first = folder.appending(path: "first"), second = folder.appending(path: "second")
      let (old, new, origin) = (PreparedStore(in: first), PreparedStore(in: second), try origin(Self.window))
      _ = try old.store(origin, parts)
      try new.link([origin], from: PreparedStore(in: folder.appending(path: "none")))
      #expect(try find(new, origin) == nil)
      try new.link([origin, self.origin(Self.window, image: "other")], from: old)
      #expect(try find(new, origin) != nil)
      try old.remove()
      #expect(try find(new, origin) != nil)
      let voxels = try files(second).voxels
      try Data(contentsOf: voxels).dropLast().write(to: voxels)
      try old.link([origin], from: new)
      #expect(try find(old, origin) == nil)
    }
  }

  @Test("A file that is shorter, longer, changed or without its manifest is not used; a copied one is")
  func damage() throws {
    try withScratchFolder { folder in
      let (store, origin) = (PreparedStore(in: folder), try origin(Self.window))
      let time = Date(timeIntervalSince1970: 1e9)
      func damaged(_ change: (_ voxels: URL, _ record: URL) throws -> Void) throws -> Bool {
        _ = try store.store(origin, parts)
        let (voxels, record) = try files(folder)
        try change(voxels, record)
        return try find(store, origin) == nil
      }
      #expect(try damaged { voxels, _ in try Data(contentsOf: voxels).dropLast().write(to: voxels) })
      #expect(try damaged { voxels, _ in try (Data(contentsOf: voxels) + Data([0])).write(to: voxels) })
      #expect(
        try damaged { voxels, _ in
          var data = try Data(contentsOf: voxels)
          data[100] ^= 1
          try data.write(to: voxels)
        })
      #expect(try damaged { _, record in try FileManager.default.removeItem(at: record) })
      #expect(try damaged { _, record in try Data(contentsOf: record).dropLast(40).write(to: record) })
      #expect(
        try damaged { _, record in
          let text = try String(contentsOf: record, encoding: .utf8)
          try Data(text.replacing(/"places" : [0-9]+/, with: "\"places\" : -1").utf8).write(to: record)
        })
      #expect(
        try damaged { voxels, _ in
          // The time is that of the manifest, but the places, which lead to voxels, are others.
          let before = try FileManager.default.attributesOfItem(atPath: voxels.path)[.modificationDate] as? Date
          let handle = try FileHandle(forUpdating: voxels)
          try handle.seek(toOffset: UInt64(try handle.seekToEnd() - 1))
          try handle.write(contentsOf: Data([0x7F]))
          try handle.close()
          try FileManager.default.setAttributes([.modificationDate: before ?? time], ofItemAtPath: voxels.path)
        })
      #expect(
        try !damaged { voxels, _ in
          try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: voxels.path)
        })
    }
  }

  @Test("What is read of mapped files takes nothing from the budget of memory")
  func budget() throws {
    try withScratchFolder { folder in
      let file = folder.appending(path: "large")
      try Data(count: 256 << 20).write(to: file)
      let before = ProcessMemory.current.resident
      let mapped = try MappedFile(file.path)
      #expect(mapped.bytes.reduce(0) { $0 | Int($1) } == 0)
      #expect(ProcessMemory.current.resident - before < 64 << 20)
    }
  }
}
