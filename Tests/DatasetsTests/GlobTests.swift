import Datasets
import Foundation
import Testing

@Suite struct GlobTests {
  private func names(_ pattern: String, in folder: ScratchFolder) throws -> [String] {
    let prefix = folder.url.path + "/"
    return try Glob(pattern).matches(in: folder.url).map { String($0.url.path.dropFirst(prefix.count)) }
  }

  @Test("A star matches any text within a name, and the files come in the order of their bytes")
  func star() throws {
    let folder = try ScratchFolder(files: ["b.nii", "a10.nii", "a2.nii", "B.nii", "a.png", "sub/c.nii", "é.nii"])
    #expect(try names("*.nii", in: folder) == ["B.nii", "a10.nii", "a2.nii", "b.nii", "é.nii"])
    #expect(try names("a*", in: folder) == ["a.png", "a10.nii", "a2.nii"])
    #expect(try names("*/*.nii", in: folder) == ["sub/c.nii"])
    #expect(try names("./sub/../b.nii", in: folder) == ["sub/../b.nii"])
  }

  @Test("Question marks and sets match one character each")
  func sets() throws {
    let folder = try ScratchFolder(files: ["a1", "a2", "b1", "ab1", "a-", "a]", "é1"])
    #expect(try names("?1", in: folder) == ["a1", "b1", "é1"])
    #expect(try names("a[0-9]", in: folder) == ["a1", "a2"])
    #expect(try names("a[!0-9]", in: folder) == ["a-", "a]"])
    #expect(try names("a[^12-]", in: folder) == ["a]"])
    #expect(try names("a[]2]", in: folder) == ["a2", "a]"])
    #expect(try names("a[x-]", in: folder) == ["a-"])
  }

  @Test("Stars find their text wherever it is")
  func backtracking() throws {
    let folder = try ScratchFolder(files: ["aXbXc", "aXbc", "abcXbc"])
    #expect(try names("a*bc", in: folder) == ["aXbc", "abcXbc"])
    #expect(try names("*X*c", in: folder) == ["aXbXc", "aXbc", "abcXbc"])
    #expect(try names("a**b*X*", in: folder) == ["aXbXc", "abcXbc"])
  }

  @Test("Two stars stand for any number of folders, without hidden or linked ones")
  func recursion() throws {
    let folder = try ScratchFolder(files: ["t1.nii", "a/t1.nii", "a/b/t1.nii", ".git/t1.nii", "a/.t1.nii"])
    try FileManager.default.createSymbolicLink(
      atPath: folder.url.path + "/a/loop", withDestinationPath: folder.url.path)
    #expect(try names("**/t1.nii", in: folder) == ["a/b/t1.nii", "a/t1.nii", "t1.nii"])
    #expect(try names("**", in: folder) == ["a/b/t1.nii", "a/t1.nii", "t1.nii"])
    #expect(try names("**/**/b/*", in: folder) == ["a/b/t1.nii"])
    #expect(try names(".git/*", in: folder) == [".git/t1.nii"])
    #expect(try names("a/loop/t1.nii", in: folder) == ["a/loop/t1.nii"])
  }

  @Test("Hidden files match only a pattern that begins with a dot")
  func hidden() throws {
    let folder = try ScratchFolder(files: ["._a.nii", "a.nii"])
    #expect(try names("*.nii", in: folder) == ["a.nii"])
    #expect(try names("._*.nii", in: folder) == ["._a.nii"])
  }

  @Test("A folder whose name looks like a pattern is taken as it is written")
  func literalBrackets() throws {
    let folder = try ScratchFolder(files: ["study [2]/a.nii", "study 2/b.nii", "{x}/c.nii", "open [/d.nii"])
    #expect(try names("study [2]/*.nii", in: folder) == ["study [2]/a.nii"])
    #expect(try names("[{]x}/*.nii", in: folder) == ["{x}/c.nii"])
    #expect(try names("open [/*", in: folder) == ["open [/d.nii"])
  }

  @Test("A pattern that begins with a slash is searched for from the root")
  func absolute() throws {
    let folder = try ScratchFolder(files: ["a.nii"])
    let matches = try Glob(folder.url.path + "/*.nii").matches(in: URL(filePath: "/nowhere"))
    #expect(matches.map(\.relativePath) == ["a.nii"])
  }

  @Test("A file's relative path begins below the deepest folder that the pattern names")
  func relativePaths() throws {
    let folder = try ScratchFolder(files: ["data/sub-1/anat/t1.nii", "data/sub-2/anat/t1.nii"])
    let matches = try Glob("data/*/anat/t1.nii").matches(in: folder.url)
    #expect(matches.map(\.relativePath) == ["sub-1/anat/t1.nii", "sub-2/anat/t1.nii"])
    #expect(try Glob("data/sub-1/anat/t1.nii").matches(in: folder.url).map(\.relativePath) == ["t1.nii"])
  }

  @Test("{case} captures a case's name, the longest first, and the same one at each place")
  func captures() throws {
    let folder = try ScratchFolder(files: ["s1/s1_t1.nii", "s2/s1_t1.nii", "s2/s2_t1.nii"])
    let matches = try Glob("{case}/{case}_t1.nii").matches(in: folder.url)
    #expect(matches.map(\.caseNames) == [["s1"], ["s2"]])
    #expect(matches.map(\.relativePath) == ["s1/s1_t1.nii", "s2/s2_t1.nii"])

    let flat = try ScratchFolder(files: ["a_b.nii", "x_x.nii"])
    #expect(try Glob("{case}*.nii").matches(in: flat.url).first?.caseNames == ["a_b", "a_", "a"])
    #expect(try Glob("{case}_{case}.nii").matches(in: flat.url).map(\.caseNames) == [["x"]])
  }

  @Test("An absent folder is told from a pattern that nothing matches")
  func missing() throws {
    let folder = try ScratchFolder(files: ["imagesTr/a.nii", "imagesTr/b.nii", "imagesTr/c.nii", "imagesTr/d.nii"])
    try FileManager.default.createDirectory(at: folder.url.appending(path: "empty"), withIntermediateDirectories: true)
    func message(_ pattern: String) -> String { folder.message { _ = try names(pattern, in: folder) } }
    #expect(
      message("imagesTs/deep/*.nii")
        == "folder '~/imagesTs' not found ('~' exists); the pattern is 'imagesTs/deep/*.nii'. Correct the path, or "
        + "download the data.")
    #expect(
      message("imagesTr/a.nii/*")
        == "'~/imagesTr/a.nii' is a file; the pattern 'imagesTr/a.nii/*' expects a folder. Correct the path.")
    #expect(
      message("imagesTr/*.png")
        == "no file matches 'imagesTr/*.png'. The folder '~/imagesTr' contains 4 entries: 'a.nii', 'b.nii', 'c.nii' "
        + "and 1 more. Correct the pattern.")
    #expect(
      message("imagesTr/z.nii")
        == "no file matches 'imagesTr/z.nii'. The folder '~/imagesTr' contains 4 entries: 'a.nii', 'b.nii', 'c.nii' "
        + "and 1 more. Correct the pattern.")
    #expect(
      message("empty/*")
        == "no file matches 'empty/*': the folder '~/empty' is empty. Correct the path, or download the data.")
    #expect(
      message("imagesTr")
        == "'imagesTr' is a folder. Expected a pattern of files; add a file name, such as '*.nii.gz'.")
    #expect(
      message("*/deep/*.nii")
        == "no file matches '*/deep/*.nii'. The folder '~' contains 2 entries: 'empty', 'imagesTr'. Correct the "
        + "pattern.")
    #expect(
      message("a{b,c}.nii")
        == "the pattern 'a{b,c}.nii' contains '{b,c}'; only {case} is allowed in braces. Use {case} for the case name, "
        + "'*' for any text, [{] for a brace.")
    #expect(thrown { _ = try names("imagesTs/*", in: folder) }?.category == .configuration)
  }
}
