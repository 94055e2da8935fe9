import Datasets
import Foundation
import Testing

@Suite struct SplitFileTests {
  private let file = SplitFile(folds: [
    Split(train: ["a", "b"], validation: ["c"]), Split(train: ["a"], validation: ["b"], test: ["c/é"]),
  ])

  @Test("Folds are written as nnU-Net writes them, and read back")
  func roundTrip() throws {
    let json = try file.json()
    #expect(
      String(decoding: json, as: UTF8.self) == """
        [
          {
            "train" : [
              "a",
              "b"
            ],
            "val" : [
              "c"
            ]
          },
          {
            "test" : [
              "c/é"
            ],
            "train" : [
              "a"
            ],
            "val" : [
              "b"
            ]
          }
        ]

        """)
    #expect(try SplitFile(json: json, source: "s") == file)
    let folder = try ScratchFolder()
    let url = try folder.write(String(decoding: json, as: UTF8.self), to: "splits_final.json")
    #expect(try SplitFile.split(contentsOf: url, fold: 1) == file.folds[1])
    #expect(
      folder.message { _ = try SplitFile.split(contentsOf: url, fold: 2) }
        == "split file '~/splits_final.json': has no fold 2. Expected a fold from 0 to 1.")
  }

  @Test("A file of another form is refused with the place")
  func malformed() throws {
    func message(_ json: String) -> String {
      let error = thrown { _ = try SplitFile(json: Data(json.utf8), source: "s.json") }
      #expect(error?.category == .configuration)
      return error?.description ?? "nothing was thrown"
    }
    let expected =
      "Expected a list of folds, each with 'train', 'val' and optionally 'test', which are lists of case names."
    #expect(
      message("train: [a]")
        == "split file 's.json': not JSON. Expected a list of folds, as in nnU-Net's splits_final.json.")
    #expect(message("{}") == "split file 's.json': the file has the wrong type. \(expected)")
    #expect(message("[[]]") == "split file 's.json': fold 0 has the wrong type. \(expected)")
    #expect(message(#"[{"train": "a"}]"#) == "split file 's.json': 'train' of fold 0 has the wrong type. \(expected)")
    #expect(
      message(#"[{"train": ["a", 4]}]"#)
        == "split file 's.json': entry 1 of 'train' of fold 0 has the wrong type. \(expected)")
    #expect(
      message(#"[{"train": []}]"#)
        == "split file 's.json': fold 0 has no 'val'. Expected 'train' and 'val' in each fold.")
    #expect(
      message(#"[{"train": [], "val": [], "tset": []}]"#)
        == "split file 's.json': fold 0 has the unknown key 'tset'. Expected 'train', 'val' and optionally 'test'.")
  }

  @Test("A file without folds and a file that is not there are refused")
  func empty() throws {
    let folder = try ScratchFolder()
    let url = try folder.write("[]", to: "s.json")
    #expect(
      folder.message { _ = try SplitFile.split(contentsOf: url, fold: 0) }
        == "split file '~/s.json': has no fold 0. Expected at least one fold.")
    let missing = folder.message { _ = try SplitFile.split(contentsOf: folder.url.appending(path: "t"), fold: 0) }
    #expect(missing.hasPrefix("'~/t' cannot be read: file not found."))
  }
}
