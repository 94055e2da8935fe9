import Foundation
import Machine
import ScanIO
import Testing
import Volumes

@Suite("Hostile TIFF files")
struct HostileTIFFTests {
  private func check(_ expected: String, _ change: (inout TIFFBytes) -> Void) throws {
    var file = TIFFBytes()
    change(&file)
    let found = try refusal(file.bytes, named: "a.tif")
    #expect(found == "a.tif: \(expected)")
  }

  @Test("made by hand are read as long as they are well formed", arguments: [false, true])
  func wellFormed(isBigEndian: Bool) throws {
    let scan = try read(TIFFBytes(pageCount: 3, isBigEndian: isBigEndian).bytes, named: "a.TIFF")
    #expect(scan.header.grid.size == GridSize(width: 3, height: 2, depth: 3))
    #expect(scan.volume.voxels == [0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5])
    #expect(scan.header.grid.unit == .pixels && scan.header.grid.affine == .identity)
  }

  @Test("with a resolution of inches alone are in pixels")
  func inches() throws {
    let file = TIFFBytes(tags: TIFFBytes().tags.merging([296: 2]) { $1 }, description: "scanned at 72 dpi")
    let header = try read(file.bytes, named: "a.tif").header
    #expect(header.grid.unit == .pixels && header.affineSource == .none)
    #expect(header.description == "scanned at 72 dpi")
  }

  @Test("whose pages go in circles, or lie over each other, are refused")
  func circles() throws {
    try check("damaged: page 3 links back to an earlier page; copy or export it again") {
      $0.pageCount = 3
      $0.last = $0.place(ofPage: 1)
    }
    var file = TIFFBytes()
    // A tag of as many bytes as the file has, twice.
    (file.tags[300], file.tags[301]) = (0, 0)
    var bytes = file.bytes
    for entry in 0..<2 {
      let place = file.place(ofPage: 0) + 2 + 12 * (file.tags.count - 1 + entry)
      bytes.replaceSubrange(place + 2..<place + 8, with: [1, 0, UInt8(bytes.count - 1), 0, 0, 0])
    }
    #expect(
      try refusal(bytes, named: "a.tif")
        == "a.tif: damaged: the directories up to page 1 declare more bytes than the file has; copy or export it again")
  }

  @Test("that end early, begin nowhere or are something else are told apart")
  func beginnings() throws {
    let bytes = TIFFBytes().bytes
    for count in 0..<bytes.count { #expect(try refusal(Array(bytes[..<count]), named: "a.tif") != nil, "\(count)") }
    #expect(
      try refusal(Array(bytes.dropLast()), named: "a.tif")
        == "a.tif: truncated after \(bytes.count - 1) bytes; copy or download it again")
    #expect(
      try refusal(Array("II*\0\0\0\0\0".utf8), named: "a.tif")
        == "a.tif: header field offset of the first page is 0; expected above 0. Repair the header, or export the "
        + "scan again")
    #expect(
      try refusal(Array("II+\0\u{4}\0\0\0".utf8), named: "a.tif")
        == "a.tif: header field offset size of BigTIFF is [4, 0, 0, 0]; expected 8. Repair the header, or export "
        + "the scan again")
    #expect(
      try refusal(Array("Hello\nworld".utf8), named: "a.tif")
        == "a.tif: not a TIFF file: it begins with the text \"Hello\"; rename or replace it")
  }

  @Test("whose sizes exceed the file are refused before anything is allocated")
  func sizes() throws {
    let end = ". Repair the header, or export the scan again"
    try check("damaged (page 1: Cannot handle zero scanline size); copy or download it again") {
      $0.tags[256] = 0
    }
    try check("damaged (page 1: Cannot handle zero number of strips); copy or download it again") {
      $0.tags[257] = 0
    }
    try check("header field ImageWidth of page 1 is 2147483648; expected 1 to 2147483647\(end)") {
      $0.tags[256] = 1 << 31
    }
    let size = TIFFBytes().bytes.count
    try check("truncated: expected 1000000 bytes, found \(size); copy or download it again") {
      ($0.tags[256], $0.tags[257], $0.tags[278]) = (1000, 1000, 1000)
    }
    try check(
      "damaged: the header declares 1000000 bytes of data; a file of this size can contain at most \(size * 1032). "
        + "Copy or export it again"
    ) {
      ($0.tags[256], $0.tags[257], $0.tags[278], $0.tags[259]) = (1000, 1000, 1000, 8)
    }
    try check("truncated: expected 2147483648 bytes, found \(size); copy or download it again") {
      ($0.tags[256], $0.tags[257], $0.tags[278]) = (1 << 30, 2, 2)
    }
  }

  @Test("that promise more than there is memory for are refused")
  func memory() throws {
    var file = TIFFBytes(pixels: [UInt8](repeating: 1, count: 1_100_000))
    (file.tags[256], file.tags[257], file.tags[278], file.tags[259]) = (1 << 17, 1 << 17, 1 << 17, 50000)
    file.tags[279] = file.pixels.count
    // A machine that promises 64 GB finds that the bytes do not hold.
    let found: String
    do {
      found = try #require(try refusal(file.bytes, named: "a.tif"))
    } catch let error as MachineError {
      found = "\(error)"
    }
    #expect(found.contains("(131072x131072x1): 80.0 GiB needed") || found.contains("a.tif: damaged ("))
  }

  @Test("of types and forms that are not read are refused by name")
  func forms() throws {
    let types = "expected integers, floats or RGB. Convert it, for example to float32"
    try check("datatype float24 is not supported; \(types)") { ($0.tags[258], $0.tags[339]) = (24, 3) }
    try check("datatype uint24 is not supported; \(types)") { $0.tags[258] = 24 }
    try check("datatype int4 is not supported; \(types)") { ($0.tags[258], $0.tags[339]) = (4, 2) }
    let end = ". Repair the header, or export the scan again"
    try check("header field SamplesPerPixel of page 1 is 1; expected at least 3\(end)") { $0.tags[262] = 2 }
    try check("page 1 has LogLuv colours; expected grey, RGB or a palette. Save it as grey or RGB") {
      $0.tags[262] = 32845
    }
    let known = "none, deflate, LZW, Zstandard, LZMA, PackBits, JPEG, WebP, LERC and CCITT"
    for (code, name) in [
      (6, "old-style JPEG (6)"), (32909, "PixarLog (32909)"), (777, "unknown compression (777)"),
    ] {
      try check(
        "compression \(name) of page 1 is not supported; expected \(known). Save it without compression, or with "
          + "deflate"
      ) { $0.tags[259] = code }
    }
    try check("all 1 pages are marked as reduced copies; save the full image as a page") {
      $0.tags[254] = 1
    }
    try check("damaged (page 1: Decoding error at scanline 0); copy or download it again") {
      $0.tags[259] = 8
    }
  }
}

@Suite("Descriptions of TIFF files")
struct TIFFDescriptionTests {
  private func check(_ description: String, pages: Int, _ expected: String) throws {
    let file = TIFFBytes(pageCount: pages, description: description)
    let found = try refusal(file.bytes, named: "a.tif")
    #expect(found == "a.tif: \(expected)")
  }

  private func header(_ description: String, pages: Int) throws -> ScanHeader {
    try read(TIFFBytes(pageCount: pages, description: description).bytes, named: "a.tif").header
  }

  private let missing =
    "Pages without a directory (ImageJ files above 4 GB) are not supported: save it as BigTIFF or OME-TIFF"
  private let repair = ". Repair the header, or export the scan again"

  @Test("by ImageJ are refused where pages are missing or the numbers contradict each other")
  func imageJ() throws {
    try check(
      "ImageJ=1.53t\nimages=5\nslices=5\n", pages: 1,
      "the ImageJ description lists 5 pages, but the file has 1. " + missing)
    try check(
      "ImageJ=1.53t\nimages=4\nchannels=3\nslices=2\n", pages: 4,
      "header field channels x slices x frames is 3x2x1; expected a product of 4, the images\(repair)")
    try check(
      "ImageJ=1.53t\nimages=-4\n", pages: 4,
      "header field ImageJ's images is -4; expected a whole number from 1 to 1048576\(repair)")
    try check(
      "ImageJ=1.53t\nimages=3\nframes=3\n", pages: 3,
      "has 3 time points. Use 'fourth_dimension: time' and 'frame: 0' to read the first, or 'fourth_dimension: "
        + "channels' to read all of them as channels")
    #expect(try header("ImageJ=1.53t\nimages=4\n", pages: 4).grid.size.depth == 4)
    // Without a resolution a unit tells nothing.
    #expect(try header("ImageJ=1.53t\nimages=4\nunit=um\nspacing=2\n", pages: 4).grid.unit == .pixels)
  }

  @Test("by tifffile are refused where they say that pages have no directory")
  func truncated() throws {
    try check(
      "{\"shape\": [4, 2, 3], \"truncate\": true}", pages: 1,
      "the tifffile description lists 4 pages, but the file has 1. " + missing)
    #expect(try header("{\"shape\": [4, 2, 3]}", pages: 4).grid.size.depth == 4)
  }

  private func ome(_ pixels: String, _ inside: String = "", before: String = "") -> String {
    "<?xml version=\"1.0\"?><!-- <Pixels/> --><OME UUID=\"a\">\(before)<Image><Pixels DimensionOrder='XYCZT' \(pixels)>"
      + "\(inside)</Pixels></Image></OME>"
  }

  @Test("by OME tell order, sizes and units")
  func omeSizes() throws {
    let sizes = "SizeX='3' SizeY='2' SizeC='1' SizeZ='2' SizeT='1'"
    let units = [
      ("", 0.002), ("PhysicalSizeZUnit='&#181;m'", 0.002), ("PhysicalSizeZUnit='&#x3BC;m'", 0.002),
      ("PhysicalSizeZUnit='nm'", 2e-6), ("PhysicalSizeZUnit='cm'", 20),
    ]
    for (unit, spacing) in units {
      let text = ome("\(sizes) PhysicalSizeX='1' PhysicalSizeY='1' PhysicalSizeZ='2' \(unit)")
      let grid = try header(text, pages: 2).grid
      #expect(abs(grid.spacing.z / spacing - 1) < 1e-12 && grid.unit == .millimetres)
    }
    for sizeOfZ in ["", "PhysicalSizeZ='0'", "PhysicalSizeZ='nan'", "PhysicalSizeZ='2' PhysicalSizeZUnit='pixel'"] {
      let text = ome("\(sizes) PhysicalSizeX='1' PhysicalSizeY='1' \(sizeOfZ)")
      #expect(try header(text, pages: 2).grid.unit == .pixels, "\(sizeOfZ)")
    }
  }

  @Test("by OME are refused where they count other pages, name other files or several images")
  func omeRefused() throws {
    let sizes = "SizeX='3' SizeY='2' SizeC='1' SizeZ='2' SizeT='1'"
    try check(
      ome(sizes), pages: 3,
      "the OME description lists 2 pages, but the file has 3. " + missing)
    try check(
      ome(sizes, ["a", "b"].map { "<TiffData><UUID FileName='\($0).tif'>1</UUID></TiffData>" }.joined()), pages: 2,
      "is part of an OME-TIFF of several files; save it as one file")
    try check(
      ome(sizes, before: "<BinaryOnly MetadataFile='a.ome'/>"), pages: 2,
      "is part of an OME-TIFF of several files; save it as one file")
    try check(
      ome(sizes, before: "<Image><Pixels/></Image>"), pages: 2,
      "is an OME-TIFF with 2 images, expected 1; save each as a separate file")
    try check(
      ome(sizes, "<TiffData IFD='1' PlaneCount='2'/>"), pages: 2,
      "header field OME's TiffData is plane 1 on page 2; expected less than 2\(repair)")
    try check(
      ome(sizes, "<TiffData IFD='1'/>"), pages: 2,
      "header field OME's TiffData is 1 pages; expected a page for each of the 2 planes\(repair)")
    try check(
      ome("SizeX='3' SizeY='2' SizeC='1' SizeZ='0' SizeT='1'"), pages: 2,
      "header field OME's SizeZ is 0; expected a whole number from 1 to 1048576\(repair)")
    try check(
      "<OME><Pixels SizeX='3", pages: 2, "header field OME-XML is a tag that is not closed; expected valid XML\(repair)"
    )
  }

  @Test("by OME may put the pages in any order")
  func omeOrder() throws {
    let sizes = "SizeX='3' SizeY='2' SizeC='1' SizeZ='2' SizeT='1'"
    let text = ome(sizes, "<TiffData IFD='1' FirstZ='0'/><TiffData IFD='0' FirstZ='1'/>")
    #expect(try header(text, pages: 2).grid.size.depth == 2)
  }
}
