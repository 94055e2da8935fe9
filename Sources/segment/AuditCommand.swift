import ArgumentParser
import Foundation
import Jobs
import ScanIO
import Stages

/// `segment audit`
struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Read a data set and report its contents and possible problems.",
    discussion: """
      Reports sizes, spacings, orientations, datatypes, intensities, and classes with their volumes. Warns of \
      duplicates, labels on another grid, empty labels, masks with smooth edges, images among the labels, constant \
      images, NaN and files that cannot be read. Prints a pipeline file that loads the data.

        segment audit my-scans
        segment audit my-bids --suffix T1w FLAIR
        segment audit my-scans --images 'scans/*.nii.gz' --labels 'masks/{case}.nii.gz' --output audit.csv
      """)

  @Argument(help: "Folder of a data set, its dataset.json, or a CSV table of cases.", completion: .file())
  var data: String

  @Option(
    help: ArgumentHelp(
      "Pattern of the images, relative to the folder (default: found by the layout).", valueName: "pattern"))
  var images: String?

  @Option(
    help: ArgumentHelp(
      "Pattern of the labels; {case} is replaced by the case name (default: found by the layout).", valueName: "pattern"
    ))
  var labels: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "BIDS: suffixes of the images; several are the channels of a case (default: the most frequent suffix).",
      valueName: "suffix"))
  var suffix: [String] = []

  @Option(
    help: ArgumentHelp("Also write the table as CSV to this file (default: not written).", valueName: "file"),
    completion: .file())
  var output: String?

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var writing: WritingOptions

  func validate() throws {
    guard images != nil || labels == nil else { throw ValidationError("--labels needs --images") }
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
