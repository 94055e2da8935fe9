import Datasets
import Foundation
import Testing

@Suite struct GroupingTests {
  private func groups(_ csv: String, _ ids: [String]) throws -> [String] {
    try Grouping.table(GroupTable(csv: csv, source: "groups.csv")).grouped(ids).map(\.group)
  }

  @Test("Without grouping each case is a group of its own")
  func eachCase() throws {
    #expect(
      try Grouping.eachCase.grouped(["b", "a"]) == [.init(id: "b", group: "b"), .init(id: "a", group: "a")])
  }

  @Test("A table's columns are found by name, or stand first and second where there are two")
  func columns() throws {
    #expect(try groups("case,patient\na,p1\nb,p2\n", ["b", "a"]) == ["p2", "p1"])
    #expect(try groups("Patient,age,Case\np1,40,a\n", ["a"]) == ["p1"])
    #expect(try groups("subject,group,case\ns,g,a\n", ["a"]) == ["g"])
    #expect(try groups("scan,person\na,p1\n", ["a"]) == ["p1"])
    #expect(try groups("patient,scan\np1,a\n", ["a"]) == ["p1"])
    #expect(try groups("owner,case\np1,a\n", ["a"]) == ["p1"])
  }

  @Test("Quotes, line ends, blanks, a byte-order mark and empty lines are read as RFC 4180 and spreadsheets have them")
  func quoting() throws {
    let csv = "\u{FEFF}case,group\r\n\"a,1\",\"the \"\"one\"\"\"\r\n\r\n b , p2 \r\n\"c\nd\",p3"
    #expect(try groups(csv, ["a,1", "b", "c\nd"]) == ["the \"one\"", "p2", "p3"])
  }

  @Test("Rows of unknown cases are passed over, and a repeated row is no contradiction")
  func otherRows() throws {
    #expect(try groups("case,group\nz,p9\na,p1\na,p1\n", ["a"]) == ["p1"])
  }

  @Test("A case that no row names is refused by name")
  func missingCase() throws {
    let error = thrown { _ = try groups("case,group\na,p1\n", ["a", "b", "c"]) }
    #expect(
      error?.description
        == "group table 'groups.csv': 2 cases are in none of its 1 row: 'b', 'c'. "
        + "Add a row for each, with the name of the case.")
    #expect(error?.category == .configuration)
  }

  @Test("A broken table is refused with its line")
  func brokenTables() throws {
    func message(_ csv: String) -> String {
      thrown { _ = try groups(csv, []) }?.description.replacingOccurrences(of: "group table 'groups.csv': ", with: "")
        ?? "nothing was thrown"
    }
    let noRows = "no rows. Expected a header, such as 'case,group', and a row for each case."
    #expect(message("") == noRows)
    #expect(message("case,group\n") == noRows)
    #expect(message("case,group\n\"a,b\n") == "line 2: a quoted cell is not closed. Add the closing quote.")
    #expect(
      message("case,group\n\"a\"b,c\n")
        == "line 2: text follows a closing quote. Expected a comma; write a quote within a cell twice.")
    #expect(message("case,group\n\na\n") == "line 3: 1 cell. Expected 2, as in the header.")
    #expect(
      message("case|group\na|b\n")
        == "line 1: the columns are 'case|group'. Expected 'case' and 'group' (or 'patient', 'subject'), separated by "
        + "commas.")
    #expect(
      message("id,age,owner\na,4,b\n")
        == "line 1: the columns are 'id', 'age', 'owner'. Expected 'case' and 'group' (or 'patient', 'subject'), "
        + "separated by commas.")
    #expect(message("case,group\na,\n") == "line 2: the column 'group' is empty. Expected a name.")
    #expect(
      message("case,group\na,p\nb,p\na,q\n")
        == "line 4: case 'a' is in the group 'q', in line 2 it is in 'p'. Expected one group for each case.")
  }

  @Test("A table file that is not there is refused")
  func missingFile() throws {
    let folder = try ScratchFolder()
    let text = folder.message { _ = try GroupTable(contentsOf: folder.url.appending(path: "groups.csv")) }
    #expect(
      text == "'~/groups.csv' cannot be read: file not found. Check the path and its permissions.")
  }

  @Test("A pattern's parentheses name the group, anywhere in the case's name")
  func pattern() throws {
    func groups(_ pattern: String, _ ids: [String]) throws -> [String] {
      try Grouping.pattern(GroupPattern(pattern)).grouped(ids).map(\.group)
    }
    #expect(
      try groups(#"^(sub-\d+)_"#, ["sub-01_ses-1", "sub-02_ses-1", "sub-01_ses-2"]) == ["sub-01", "sub-02", "sub-01"])
    #expect(try groups(#"(?<patient>p[0-9]+)$"#, ["left_p3"]) == ["p3"])
    #expect(try groups(#"(?:l|r)_(.+)"#, ["l_x", "r_x"]) == ["x", "x"])
  }

  @Test("A wrong pattern is refused before any case, and a case that does not match by name")
  func wrongPatterns() throws {
    #expect(
      message { _ = try GroupPattern("(sub") }
        == "group pattern '(sub': not a regular expression (expected ')'). Correct it, such as '^(sub-[0-9]+)'.")
    #expect(
      message { _ = try GroupPattern("sub-[0-9]+") }
        == "group pattern 'sub-[0-9]+': has 0 capture groups. Expected exactly one, around the name of the group, such "
        + "as '^(sub-[0-9]+)'; write other groups as '(?:...)'.")
    #expect(thrown { _ = try GroupPattern("(a)(b)") } == .groups(.captures(pattern: "(a)(b)", count: 2)))
    #expect(
      message { _ = try Grouping.pattern(GroupPattern("^(s)?x")).grouped(["sx", "x", "y"]) }
        == "group pattern '^(s)?x': 2 cases do not match: 'x', 'y'. Change the pattern so that it matches every case, "
        + "or use group_table.")
  }
}
