import Files
import Foundation
import TestSupport
import Testing

@Suite("A path as the system reads it")
struct SystemPathTests {
  @Test("names the folder above a link's target where .. follows the link")
  func parents() throws {
    try withScratchFolder { folder in
      try write("", to: "real/below/a.txt", in: folder)
      try write("right", to: "real/b.txt", in: folder)
      try write("wrong", to: "x/b.txt", in: folder)
      try FileManager.default.createSymbolicLink(
        at: folder.appending(path: "x/link"), withDestinationURL: folder.appending(path: "real/below"))
      let real = try #require(SystemPath.real(folder.path))
      for path in ["x/link/../b.txt", "x/./link/../b.txt", "x/link/c/../../b.txt", "x/../x/link/../b.txt"] {
        let whole = "\(folder.path)/\(path)"
        #expect(SystemPath.resolvingParents(whole) == "\(real)/real/b.txt", "\(path)")
        #expect(try String(contentsOf: URL(systemPath: whole).standardized, encoding: .utf8) == "right", "\(path)")
      }
    }
  }

  @Test(
    "stays as it is where no link comes before ..", arguments: ["a", "../a", "/a/../b", "a/../../b", "/", "*/../a/"])
  func plain(_ path: String) {
    #expect(SystemPath.resolvingParents(path) == path)
  }
}
