import Datasets
import Foundation
import ScanIO
import Testing
import Volumes

@Suite struct DatasetTests {
  private func item(
    _ id: String, size: GridSize = GridSize(width: 4, height: 5, depth: 6), channels: Int = 1,
    unit: LengthUnit = .millimetres
  ) -> Dataset.Case {
    let affine = Affine(
      i: SIMD3(-1, 0, 0), j: SIMD3(0, 0.1, 0), k: SIMD3(0, 0, 2.5), translation: SIMD3(1.0 / 3, -2, 1e-7))
    return Dataset.Case(
      id: id, group: "p-\(id)", images: [.init(name: "\(id).nii.gz", contentHash: "0a")],
      label: .init(name: "\(id).nii.gz", contentHash: "0b"), grid: Grid(size: size, affine: affine, unit: unit),
      channels: channels)
  }

  private func dataset(_ cases: [Dataset.Case]) throws -> Dataset {
    let classes = try ClassMap([.init(name: "background", values: [0]), .init(name: "cell", values: [1, 255])])
    return try Dataset(classes: classes, normalisation: .zScore, cases: cases)
  }

  @Test("Cases are sorted by name, and the facts of all are known")
  func facts() throws {
    let dataset = try dataset([item("b", size: GridSize(width: 9, height: 2, depth: 1)), item("a")])
    #expect(dataset.cases.map(\.id) == ["a", "b"])
    #expect(dataset.channels == 1)
    #expect(dataset.lengthUnit == .millimetres)
    #expect(dataset.dimensions == 3)
    #expect(dataset.smallestSize == GridSize(width: 4, height: 2, depth: 1))
    #expect(dataset.largestSize == GridSize(width: 9, height: 5, depth: 6))
    #expect(dataset.case("b")?.grouped == GroupedCase(id: "b", group: "p-b"))
    #expect(dataset.case("c") == nil)
    #expect(try self.dataset([item("b", size: GridSize(width: 9, height: 2))]).dimensions == 2)
  }

  @Test("dataset.json comes back equal, to the last bit of the affine, and does not depend on the order of the cases")
  func roundTrip() throws {
    let dataset = try dataset([item("a"), item("b")])
    let json = try dataset.json()
    #expect(try JSONDecoder().decode(Dataset.self, from: json) == dataset)
    #expect(try self.dataset([item("b"), item("a")]).json() == json)
    let text = String(decoding: json, as: UTF8.self)
    #expect(text.contains(#""length_unit" : "millimetres""#))
    #expect(text.contains(#""normalisation" : "z_score""#))
    #expect(text.contains(#""format_version" : 2"#))
    #expect(text.hasSuffix("}\n"))
  }

  @Test("Several images a case, names of channels and how scans are read come back equal")
  func channels() throws {
    let base = item("a", channels: 2)
    let images: [Dataset.File] = [
      .init(name: "t1/a.nii", contentHash: "0a"), .init(name: "flair/a.nii", contentHash: "0c"),
    ]
    let cases = [Dataset.Case(id: "a", group: "a", images: images, label: nil, grid: base.grid, channels: 2)]
    let reading = ScanReading(
      choices: ReadingChoices(affine: .qform, furtherDimension: .frame(3), alpha: .drop),
      pixelSpacingMM: SIMD2(0.5, 0.25), onMismatch: .resample)
    let dataset = try Dataset(
      classes: nil, normalisation: .none, reading: reading, channelNames: ["t1", "flair"], cases: cases)
    #expect(try JSONDecoder().decode(Dataset.self, from: dataset.json()) == dataset)
    #expect(
      reading.departures == [
        "affine qform", "fourth dimension time, frame 3", "alpha drop", "pixels of 0.5 x 0.25 mm",
        "on mismatch resample",
      ])
    #expect(
      message { _ = try Dataset(classes: nil, normalisation: .none, channelNames: ["t1"], cases: cases) }
        == "case 'a': its images have 2 channels, but there is 1 channel name: 't1'. "
        + "Expected one name for each channel; correct the names or the images.")
  }

  @Test(
    "A reading of which nothing is said is the one that guesses nothing", arguments: ["{}", #"{"affine":"automatic"}"#])
  func defaults(json: String) throws {
    #expect(try JSONDecoder().decode(ScanReading.self, from: Data(json.utf8)) == ScanReading())
    #expect(ScanReading().departures.isEmpty)
  }

  @Test("A data set without labels has no classes")
  func unlabelled() throws {
    let labelled = item("a")
    let unlabelled = Dataset.Case(
      id: "a", group: "a", images: labelled.images, label: nil, grid: labelled.grid, channels: 1)
    let dataset = try Dataset(classes: nil, normalisation: .none, cases: [unlabelled])
    #expect(try JSONDecoder().decode(Dataset.self, from: dataset.json()) == dataset)
  }

  @Test("A damaged dataset.json is refused")
  func damaged() throws {
    let text = String(decoding: try dataset([item("a")]).json(), as: UTF8.self)
    for (part, replacement) in [
      (#""format_version" : 2"#, #""format_version" : 1"#), (#""millimetres""#, #""furlongs""#),
      (#""id" : "a""#, #""name" : "a""#),
    ] {
      let damaged = text.replacingOccurrences(of: part, with: replacement)
      #expect(damaged != text)
      #expect(throws: DecodingError.self) { try JSONDecoder().decode(Dataset.self, from: Data(damaged.utf8)) }
    }
  }

  @Test("A moved data folder changes the locations and nothing else")
  func moved() throws {
    func load(_ folder: ScratchFolder) throws -> (dataset: Data, locations: CaseLocations) {
      let pairing = try CasePairing(images: ["data/i/*.nii"], labels: "data/l/{case}.nii", in: folder.url)
      let cases = pairing.cases.map { files in
        Dataset.Case(
          id: files.id, group: files.id, images: files.images.map { .init(name: $0.name, contentHash: "0a") },
          label: files.label.map { .init(name: $0.name, contentHash: "0b") }, grid: item("a").grid, channels: 1)
      }
      return (try dataset(cases).json(), CaseLocations(of: pairing.cases))
    }
    let files = ["data/i/a.nii", "data/i/b.nii", "data/l/a.nii", "data/l/b.nii"]
    let (here, there) = (try ScratchFolder(files: files), try ScratchFolder(files: files))
    let (first, second) = (try load(here), try load(there))
    #expect(first.dataset == second.dataset)
    #expect(first.locations != second.locations)
    #expect(!String(decoding: first.dataset, as: UTF8.self).contains(here.url.path))
    let locations = first.locations
    #expect(locations["b"]?.imageURLs.map(\.path) == [here.url.path + "/data/i/b.nii"])
    #expect(locations["b"]?.labelURL?.path == here.url.path + "/data/l/b.nii")
    #expect(locations["c"] == nil)
  }

  @Test("Cases that do not go together are refused")
  func mixed() throws {
    #expect(
      message { _ = try dataset([item("a"), item("b", channels: 3)]) }
        == "case 'b': the image has 3 channels, but 'a' has 1. All cases need the same number; convert the images, or "
        + "make the images pattern more specific.")
    #expect(
      message { _ = try dataset([item("a"), item("b", unit: .pixels)]) }
        == "case 'b': the image is in pixels, but 'a' is in millimetres. All cases need the same unit; set spacing_mm "
        + "for images without a physical size.")
    #expect(
      message { _ = try dataset([item("a"), item("a")]) }
        == "2 image files have the same case name 'a': 'a.nii.gz', 'a.nii.gz'. Expected one; make the images pattern "
        + "more specific, or put {case} where the names differ.")
  }

  @Test("A parameter in millimetres needs images with a physical size")
  func millimetres() throws {
    try dataset([item("a")]).requireMillimetres(for: "augment.elastic.displacement_mm")
    let pixels = try dataset([item("a", unit: .pixels)])
    let error = thrown { try pixels.requireMillimetres(for: "augment.elastic.displacement_mm") }
    #expect(
      error?.description
        == "'augment.elastic.displacement_mm' is in millimetres, but these images have no physical size. Set "
        + "spacing_mm in the load stage, or remove 'augment.elastic.displacement_mm'.")
    #expect(error?.category == .configuration)
  }
}
