import Files
import Foundation
import TestSupport
import Testing

@Suite("An atomic file")
struct AtomicFileTests {
  @Test("replaces a file or a link whole, keeps what a link leads to, and leaves nothing beside it")
  func writing() throws {
    try withScratchFolder { folder in
      let file = folder.appending(path: "a.txt")
      try AtomicFile.write(Data("one".utf8), to: file)
      try AtomicFile.write(Data("two".utf8), to: file)
      let link = folder.appending(path: "link.txt")
      try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: "a.txt")
      try AtomicFile.write(Data("three".utf8), to: link)
      #expect(try String(contentsOf: file, encoding: .utf8) == "two")
      #expect(try String(contentsOf: link, encoding: .utf8) == "three")
      #expect(!SystemPath.isLink(link.path))
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["a.txt", "link.txt"])
    }
  }

  @Test("removes the temporary files of killed processes, and no others")
  func abandoned() throws {
    try withScratchFolder { folder in
      let names = [".segment-write-1.temporary", ".segment-write-2.temporary", ".notes.temporary"]
      for name in names { try write("half", to: name, in: folder) }
      // A living process has its file locked.
      let descriptor = open(folder.appending(path: names[1]).path, O_RDWR)
      defer { close(descriptor) }
      try #require(flock(descriptor, LOCK_EX) == 0)
      try AtomicFile.write(Data("one".utf8), to: folder.appending(path: "a.txt"))
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
          == [".notes.temporary", ".segment-write-2.temporary", "a.txt"])
    }
  }

  @Test("is refused where the path leads to a folder, a device or nowhere")
  func refusals() throws {
    try withScratchFolder { folder in
      func error(_ path: String) -> String? {
        do {
          try AtomicFile.write(Data("x".utf8), to: URL(filePath: path))
          return nil
        } catch {
          return "\(error)"
        }
      }
      try write("", to: "folder/file", in: folder)
      #expect(
        error("\(folder.path)/folder") == "\(folder.path)/folder: is a folder or a device; "
          + "choose the path of a file")
      #expect(error("/dev/full")?.hasPrefix("/dev/full: is a folder or a device") == true)
      let remedy = "; check the path: its folder must exist"
      #expect(
        error("\(folder.path)/none/a.txt")?.hasSuffix(": cannot create: No such file or directory" + remedy) == true)
      #expect(error("\(folder.path)/folder/file/a")?.hasSuffix(": cannot create: Not a directory" + remedy) == true)
      #expect(FileManager.default.fileExists(atPath: "\(folder.path)/folder/file"))
    }
  }

  @Test("of a full disk or a closed folder says what to do")
  func remedies() {
    #expect(
      "\(FileError.operation(.write, path: "/x/a", code: ENOSPC))"
        == "/x/a: cannot write: No space left on device; free some space, then run the same command again"
    )
    #expect(
      "\(FileError.operation(.create, path: "/x", code: EACCES))"
        == "/x: cannot create: Permission denied; choose another output, or change the permissions of its folder")
  }

  @Test("that is read says what to do for reading")
  func readingRemedies() {
    #expect(
      "\(FileError.operation(.read, path: "/x", code: EACCES))"
        == "/x: cannot read: Permission denied; check its permissions")
    #expect(
      "\(FileError.operation(.read, path: "/x", code: ENOENT))"
        == "/x: cannot read: No such file or directory; check the path")
    #expect("\(FileError.operation(.read, path: "/x", code: ENOSPC))" == "/x: cannot read: No space left on device")
  }
}
