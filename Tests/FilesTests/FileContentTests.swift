import Files
import Foundation
import TestSupport
import Testing

@Suite("The content of files")
struct FileContentTests {
  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "nothing was thrown"
    } catch {
      return "\(error)"
    }
  }

  @Test("is a text in UTF-8, without the byte order mark that Windows puts before it")
  func byteOrderMark() throws {
    try withScratchFolder { folder in
      let file = folder.appending(path: "a.yaml")
      try Data([0xEF, 0xBB, 0xBF] + Array("name: ä".utf8)).write(to: file)
      #expect(try FileContent.text(of: file.path) == "name: ä")
    }
  }

  @Test("is refused with its encoding where it is UTF-16, Latin-1 or no text")
  func encodings() {
    #expect(throws: TextProblem.utf16) { try FileContent.text(from: Data([0xFF, 0xFE, 0x61, 0])) }
    #expect(throws: TextProblem.utf16) { try FileContent.text(from: Data([0xFE, 0xFF, 0, 0x61])) }
    #expect(throws: TextProblem.binary) { try FileContent.text(from: Data([0x61, 0, 0x62])) }
    #expect(throws: TextProblem.notUTF8(line: 2)) { try FileContent.text(from: Data([0x61, 0x0A, 0xE4])) }
  }

  @Test("of a pipe, a device or a folder is never asked for, neither to read nor to hash it")
  func specialFiles() throws {
    try withScratchFolder { folder in
      let pipe = folder.appending(path: "pipe").path
      #expect(mkfifo(pipe, 0o600) == 0)
      #expect(
        message { _ = try FileContent.data(of: pipe) } == "\(pipe): is a pipe, not a file; give the path of a file")
      #expect(
        message { _ = try ContentHash.hash(of: URL(filePath: pipe)) }
          == "\(pipe): is a pipe, not a file; give the path of a file")
      #expect(
        message { _ = try FileContent.data(of: "/dev/zero") }
          == "/dev/zero: is a device, not a file; give the path of a file")
      #expect(message { _ = try FileContent.data(of: folder.path) }.contains("is a folder, not a file"))
    }
  }

  @Test("of a device that is accepted as a stream ends at the limit")
  func limit() {
    #expect(throws: FileError.tooLarge(path: "/dev/zero", limit: 1 << 20)) {
      try FileContent.data(of: "/dev/zero", acceptsPipes: true, limit: 1 << 20)
    }
  }
}

@Suite("YAML text")
struct YAMLTextTests {
  @Test("is plain where that is unmistakable, else in quotes")
  func scalars() {
    let texts = ["case_1", "/a/b.nii", "{case}/t1.nii", "a: b", "# a", "yes", "Null", "0x1", "${data}", "a\"b", ""]
    #expect(
      texts.map(YAMLText.scalar)
        == [
          "case_1", "/a/b.nii", "\"{case}/t1.nii\"", "\"a: b\"", "\"# a\"", "\"yes\"", "\"Null\"", "\"0x1\"",
          "\"$${data}\"", "\"a\\\"b\"", "\"\"",
        ])
    #expect(YAMLText.list(["a", "b, c"]) == "[a, \"b, c\"]")
    #expect(YAMLText.comment("a\nb") == "# a b")
  }
}

@Suite("A table from Excel")
struct ExcelTableTests {
  private func cells(_ text: String) throws -> [[String]] {
    let table = try CSVTable(text, example: "case")
    return [table.header] + table.rows.map(\.cells)
  }

  @Test("may have semicolons or tabs between its cells, and say so in its first line")
  func separators() throws {
    let expected = [["case", "image"], ["a", "i,1.nii"]]
    #expect(try cells("case;image\r\na;i,1.nii\r\n") == expected)
    #expect(try cells("case\timage\na\ti,1.nii\n") == expected)
    #expect(try cells("\u{FEFF}sep=;\r\ncase;image\r\na;i,1.nii\r\n") == expected)
    #expect(try cells("\"a;b\",c\n1,2\n") == [["a;b", "c"], ["1", "2"]])
  }

  @Test("may end in rows and columns without any text")
  func emptyEnds() throws {
    #expect(try cells("case,image,,\na,i,,\n,,,\n,,,") == [["case", "image"], ["a", "i"]])
    #expect(throws: CSVProblem.raggedRow(line: 2, cells: 3, expected: 2)) { _ = try cells("case,image\na,i,x\n") }
  }
}
