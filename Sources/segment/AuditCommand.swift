import ArgumentParser
import Files
import Foundation
import Jobs
import Pipelines
import Stages

/// `segment audit`
struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Read a data set, report possible problems, and write a pipeline file for it.",
    discussion: """
      Reports sizes, spacings, orientations, datatypes, intensities, and classes with their volumes. Warns of images \
      without a label and labels without an image, duplicates, labels on another grid or of another image, empty \
      labels, masks with smooth edges, images among the labels, constant images, NaN and files that cannot be read.

      The report goes to standard error. The pipeline file goes to standard output, or to the file of --pipeline: it \
      trains, predicts and evaluates a small U-Net, and runs as it is. Rename its classes first.

        segment audit my-scans
        segment audit my-scans --pipeline my.yaml
        segment audit my-scans > my.yaml
        segment audit my-bids --suffix T1w FLAIR
        segment audit my-scans --images 'scans/*.nii.gz' \\
          --labels 'masks/{case}.nii.gz' --output audit.csv

      Labels can be in a folder of their own (images/, labels/), or beside the images with a word such as mask, seg, \
      dseg or label in their names (case01.nii.gz, case01_mask.nii.gz).
      """)

  @Argument(help: "Folder of a data set, its dataset.json, or a CSV table of cases.", completion: .file())
  var data: String

  @Option(
    help: ArgumentHelp(
      "Pattern of the images, relative to the folder (default: found by the layout).", valueName: "pattern"))
  var images: String?

  @Option(
    help: ArgumentHelp(
      "Pattern of the labels; {case} is replaced by the case name; needs --images (default: found by the layout).",
      valueName: "pattern"))
  var labels: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Last parts of the names of the images, such as T1w; several are the channels of a case (default: the most "
        + "frequent). Not with --images.", valueName: "suffix"))
  var suffix: [String] = []

  @Option(
    help: ArgumentHelp(
      "Write the pipeline file to this file, with paths relative to its folder. An existing file is replaced only with "
        + "--overwrite (default: standard output, with absolute paths).", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var pipeline: String?

  @Option(
    help: ArgumentHelp("Also write the table as CSV to this file (default: not written).", valueName: "file"),
    completion: .file())
  var output: String?

  @Flag(help: "Print JSON with the table, the warnings and the pipeline file, in place of the report.")
  var json = false

  @OptionGroup var writing: WritingOptions

  func validate() throws {
    guard images != nil || labels == nil else { throw ValidationError("--labels needs --images") }
    guard images == nil || suffix.isEmpty else {
      throw ValidationError("--suffix cannot be used with --images; write the suffix into the pattern of --images")
    }
    if let output, let pipeline,
      URL(systemPath: output).standardizedFileURL.path == URL(systemPath: pipeline).standardizedFileURL.path
    {
      throw ValidationError("--output and --pipeline name the same file; give two files")
    }
  }

  func run() throws {
    let audit = try FolderAudit(
      URL(systemPath: data), images: images, labels: labels, suffixes: suffix.isEmpty ? nil : suffix)
    let table = try output.map { try audit.tableFile(URL(systemPath: $0), overwrites: writing.overwrite) }
    let file = try pipeline.map { try audit.pipelineFile(URL(systemPath: $0), overwrites: writing.overwrite) }
    let report = try audit.run()
    if let table { try report.write(to: table) }
    if !json { Terminal.line(report.findings) }
    if !report.isUsable, json { try Output.print(report.json(pipeline: "")) }
    guard report.isUsable else {
      throw CommandOutcome(
        status: .invalidData, message: "error: no case can be used; correct the files that the report names")
    }
    let text = try accepted(report, file)
    if json { try Output.print(report.json(pipeline: text)) }
    if let file {
      try file.write(text)
      let path = file.fileURL.relativePath
      let advice = report.hasUnnamedClasses ? "rename its classes, then" : "to run it"
      Terminal.line("wrote \(path); \(advice): segment run \(path)")
    } else if !json {
      try Output.print(text)
    }
  }

  /// The pipeline file, which was checked as `segment validate` does; with a load stage alone where the other stages do
  /// not suit the data.
  private func accepted(_ report: FolderAudit.Report, _ file: FolderAudit.PipelineFile?) throws -> String {
    func check(_ text: String) throws {
      try Pipeline.parse(text, as: file?.fileURL ?? URL(filePath: "audit.yaml"), catalog: .segment).checkExternalFiles()
    }
    let text = report.pipeline(relativeTo: file?.folder)
    do {
      try check(text)
      return text
    } catch let problem as PipelineErrors {
      let text = report.pipeline(relativeTo: file?.folder, loadOnlyBecause: "\(problem)")
      try check(text)
      Terminal.line("warning: the pipeline has only a load stage: \(problem)")
      return text
    }
  }
}
