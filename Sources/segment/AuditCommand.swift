import ArgumentParser
import Foundation
import Jobs
import ScanIO
import Stages

/// `segment audit`
struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Reads a whole data set and reports what it holds and what is strange about it.",
    discussion: """
      Sizes, spacings, orientations, datatypes, intensities, classes and their volumes; copies, grids that do not fit, \
      empty labels, masks with smooth edges, images among the labels, constant images, NaN, files that cannot be read; \
      and a pipeline file that loads the data.

        segment audit my-scans
        segment audit my-bids --suffix T1w FLAIR
        segment audit my-scans --images 'scans/*.nii.gz' --labels 'masks/{case}.nii.gz' --output audit.csv
      """)

  @Argument(help: "A data set's folder, its dataset.json, or a CSV table of cases.", completion: .file())
  var data: String

  @Option(help: ArgumentHelp("The images, relative to the folder.", valueName: "pattern"))
  var images: String?

  @Option(help: ArgumentHelp("The labels, {case} standing for the case's name.", valueName: "pattern"))
  var labels: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "BIDS: the suffixes of the images, several as the channels of a case. (default: that of most images)",
      valueName: "suffix"))
  var suffix: [String] = []

  @Option(help: ArgumentHelp("Writes the table as CSV as well.", valueName: "file"), completion: .file())
  var output: String?

  @Flag(help: "Prints JSON.")
  var json = false

  @OptionGroup var writing: WritingOptions

  func validate() throws {
    guard images != nil || labels == nil else { throw ValidationError("--labels: name the images with --images") }
  }

  func run() throws {
    let audit = try FolderAudit(
      URL(filePath: data), images: images, labels: labels, suffixes: suffix.isEmpty ? nil : suffix)
    let table = try output.map { try audit.tableFile(URL(filePath: $0), overwrites: writing.overwrite) }
    let report = audit.run()
    if let table { try report.write(to: table) }
    try Output.print(json ? try report.json : report.text)
  }
}
