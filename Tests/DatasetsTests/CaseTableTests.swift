import Datasets
import Foundation
import Testing

@Suite struct CaseTableTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder(files: ["i/a.nii", "i/b.nii", "f/a.nii", "f/b.nii", "l/a.nii", "l/b.nii"])
  }

  private func found(_ csv: String) throws -> FoundCases {
    let table = try folder.write(csv, to: "cases.csv")
    return try CaseSource.table(table).found(needsClasses: false)
  }

  private func message(_ csv: String) -> String { folder.message { _ = try found(csv) } }

  @Test("A table names the files of each case, relative to itself or absolute, its label and its group")
  func files() throws {
    let cases = try found("case,image,label,patient\nb,i/b.nii,l/b.nii,p1\na,\(folder.url.path)/i/a.nii,l/a.nii,p1\n")
    #expect(cases.cases.map(\.id) == ["a", "b"])
    #expect(cases.cases.map { $0.images.map(\.name) } == [["a.nii"], ["b.nii"]])
    #expect(cases.cases.map(\.label?.url.path) == ["a", "b"].map { folder.url.path + "/l/\($0).nii" })
    #expect(cases.cases.map(\.group) == ["p1", "p1"])
    #expect(cases.report == ["table 'cases.csv': 2 cases, each with 1 image and a label."])
    #expect(cases.descriptions.map(\.lastPathComponent) == ["cases.csv"])
    #expect(cases.names == nil && cases.hasLabels)
  }

  @Test("Images are numbered or named, in the order of the numbers or the columns")
  func channels() throws {
    let numbered = try found("image_2,case,image_1\nf/a.nii,a,i/a.nii\n")
    #expect(numbered.cases[0].images.map { $0.url.deletingLastPathComponent().lastPathComponent } == ["i", "f"])
    #expect(numbered.names == nil && !numbered.hasLabels)
    let named = try found("case,image:T1,image:flair,age\na,i/a.nii,f/a.nii,50\n")
    #expect(named.names == ["T1", "flair"])
    #expect(named.report[1] == "unused columns: 'age'.")
    #expect(try named.channelNames(ofCase: "a", channelCounts: [1, 1]) == ["T1", "flair"])
    #expect(try named.channelNames(ofCase: "a", channelCounts: [1, 3]) == ["T1", "flair 1", "flair 2", "flair 3"])
  }

  @Test("Labels whose values nothing names ask for classes")
  func classesNeeded() throws {
    let table = try folder.write("case,image,label\na,i/a.nii,l/a.nii\n", to: "cases.csv")
    let error = thrown { _ = try CaseSource.table(table).found(needsClasses: true) }
    #expect(
      error?.description.replacing(folder.url.path, with: "~")
        == "'~/cases.csv' does not define its label values. Set 'classes', such as {background: 0, tumour: 1}.")
    #expect(error?.category == .configuration)
  }

  @Test("What is wrong with a table is told with its line")
  func refusals() throws {
    let prefix = "table '~/cases.csv': "
    #expect(
      message("case,image\na,i/a.nii\n\nb,i/c.nii\n")
        == prefix + "line 4: image '~/i/c.nii' not found. Paths are absolute, or relative to the folder of the table.")
    #expect(
      message("case,image\na,i/a.nii\nb,i/b.nii\na,i/b.nii\n")
        == prefix + "line 4: case 'a' is already in line 2. Use one row for each case, with one column for each image.")
    #expect(
      message("case,image,label\na,i/a.nii,\n")
        == prefix + "line 2: the column 'label' is empty. Expected a name.")
    #expect(
      message("case,image\na\n") == prefix + "line 2: 1 cell. Expected 2, as in the header.")
    #expect(
      message("case,image\n")
        == prefix + "no rows. Expected a header, such as 'case,image,label', and a row for each case.")
  }

  @Test("Columns that do not tell case and images are refused")
  func columns() throws {
    let prefix = "table '~/cases.csv': line 1: "
    #expect(
      message("name,image\na,i/a.nii\n")
        == prefix + "the columns are 'name', 'image'. Expected 'case', the name of the case.")
    #expect(
      message("case,scan\na,i/a.nii\n")
        == prefix + "the columns are 'case', 'scan'. Expected 'image', or 'image_1', 'image_2', ..., or 'image:t1', "
        + "'image:flair', ...: one column for each file of a case.")
    #expect(
      message("case,image_1,image_3\na,i/a.nii,f/a.nii\n")
        == prefix + "the columns are 'case', 'image_1', 'image_3'; 'image_2' is missing. Image columns are numbered "
        + "from 1 without gaps.")
    #expect(
      message("case,image,image:t1\na,i/a.nii,f/a.nii\n")
        == prefix + "the columns 'image', 'image:t1' mix several naming schemes. Use only 'image', only numbers, or "
        + "only names.")
    #expect(
      message("case,image,Image\na,i/a.nii,f/a.nii\n")
        == prefix + "two columns are named 'Image'. Expected each once.")
  }
}
