import ArgumentParser
import Files
import Foundation
import Machine
import Phantoms
import ScanIO

/// `segment phantom`
struct PhantomCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "phantom", abstract: "Write synthetic scans (phantoms) with labels, such as those in sample-data/.",
    discussion: """
      Heads are 3-D NIfTI files with three labelled structures; membranes are 2-D PNG images. Equal seeds give equal \
      files. To make sample-data/:

        segment phantom --output sample-data
        segment phantom --output patients --heads 60 --membranes 0 --severities
      """)

  @Option(help: ArgumentHelp("Folder to write to (required).", valueName: "folder"))
  var output: String

  @Option(help: "Number of heads.")
  var heads = 24

  @Option(help: "Number of membrane images.")
  var membranes = 20

  @Option(help: "Seed of the random numbers.")
  var seed: UInt64 = 1

  @Flag(
    help: ArgumentHelp(
      "Let the lesions and the ventricles of each head grow with a severity from 0 to 1, and write it to heads/cases.csv "
        + "with the class 'sick' (yes above 0.5)."))
  var severities = false

  func validate() throws {
    guard heads >= 0, membranes >= 0 else {
      throw ValidationError("--heads is \(heads) and --membranes is \(membranes); expected at least 0")
    }
  }

  @OptionGroup var writing: WritingOptions

  /// The approximate size of the two files of a phantom, in bytes.
  private static let (bytesOfHead, bytesOfMembrane) = (60_000, 20_000)

  func run() throws {
    try DiskBudget.require(
      ByteCount.sum(
        ByteCount.product(heads, Self.bytesOfHead), ByteCount.product(membranes, Self.bytesOfMembrane)),
      in: URL(systemPath: output), for: "\(heads) heads and \(membranes) membrane images")
    let folder = OutputFolder(URL(systemPath: output), replacesForeignFiles: writing.overwrite)
    let scans = (0..<heads).map { ("heads", String(format: "head_%02d.nii.gz", $0)) }
    let pictures = (0..<membranes).map { ("membranes", String(format: "membrane_%02d.png", $0)) }
    let table = severities ? ["heads/cases.csv"] : []
    try folder.check(
      (scans + pictures).flatMap { ["\($0)/images/\($1)", "\($0)/labels/\($1)"] } + table, inputs: [])
    var rows = [["case", "severity", "sick"]]
    for (index, (kind, name)) in scans.enumerated() {
      let severity = severities ? HeadPhantom.severity(index: index, seed: seed) : nil
      let (image, labels) = HeadPhantom.make(index: index, seed: seed, severity: severity)
      if let severity {
        rows.append([
          String(name.prefix { $0 != "." }), String(format: "%.4f", severity), severity > 0.5 ? "yes" : "no",
        ])
      }
      try ScanFile.write(image, datatype: .int16, to: target(folder, "\(kind)/images/\(name)"))
      try ScanFile.writeLabels(
        labels.labels.map(Int.init), grid: labels.grid, to: target(folder, "\(kind)/labels/\(name)"))
    }
    if severities {
      try AtomicFile.write(Data(rows.map(CSVText.line).joined().utf8), to: target(folder, "heads/cases.csv"))
    }
    for (index, (kind, name)) in pictures.enumerated() {
      let (image, labels) = MembranePhantom.make(index: index, seed: seed)
      let values = labels.labels.map { MembranePhantom.fileValues[Int($0)] }
      try ScanFile.write(image, datatype: .uint8, to: target(folder, "\(kind)/images/\(name)"))
      try ScanFile.writeLabels(values, grid: labels.grid, to: target(folder, "\(kind)/labels/\(name)"))
    }
    Terminal.line("wrote \(heads) heads and \(membranes) membrane images to \(output)")
  }

  private func target(_ folder: OutputFolder, _ name: String) throws -> any FileTarget {
    try folder.target(name, origin: FileOrigin(command: "phantom", settings: ["seed": "\(seed)"]))
  }
}
