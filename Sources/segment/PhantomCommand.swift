import ArgumentParser
import Files
import Foundation
import Machine
import Phantoms
import Pipelines
import ScanIO

/// `segment phantom`
struct PhantomCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "phantom", abstract: "Writes made-up scans with labels: what sample-data/ holds.",
    discussion: """
      Heads are 3-D NIfTI files with three labelled structures, membranes 2-D PNG images; the same seed gives the same \
      files. sample-data/ was made by:

        segment phantom --output sample-data
      """)

  @Option(help: ArgumentHelp("The folder to write to.", valueName: "folder"))
  var output: String

  @Option(help: "The number of heads.")
  var heads = 24

  @Option(help: "The number of membrane images.")
  var membranes = 20

  @Option(help: "The seed.")
  var seed: UInt64 = 1

  func validate() throws {
    guard heads >= 0, membranes >= 0 else { throw ValidationError("--heads and --membranes are at least 0") }
  }

  /// About the bytes of a phantom's two files.
  private static let (bytesOfHead, bytesOfMembrane) = (60_000, 20_000)

  func run() throws {
    try DiskBudget.require(
      ByteCount.sum(
        ByteCount.product(heads, Self.bytesOfHead), ByteCount.product(membranes, Self.bytesOfMembrane)),
      in: URL(filePath: output), for: "\(heads) heads and \(membranes) membrane images")
    for index in 0..<heads {
      let (image, labels) = HeadPhantom.make(index: index, seed: seed)
      let name = String(format: "head_%02d.nii.gz", index)
      try ScanFile.write(image, datatype: .int16, to: file("heads/images", name))
      try ScanFile.writeLabels(labels.labels.map(Int.init), grid: labels.grid, to: file("heads/labels", name))
    }
    for index in 0..<membranes {
      let (image, labels) = MembranePhantom.make(index: index, seed: seed)
      let name = String(format: "membrane_%02d.png", index)
      let values = labels.labels.map { MembranePhantom.fileValues[Int($0)] }
      try ScanFile.write(image, datatype: .uint8, to: file("membranes/images", name))
      try ScanFile.writeLabels(values, grid: labels.grid, to: file("membranes/labels", name))
    }
    Terminal.line("\(heads) heads and \(membranes) membrane images: \(output)")
  }

  private func file(_ folder: String, _ name: String) throws -> URL {
    let url = URL(filePath: output).appending(path: folder)
    try FileSystem.makeFolder(url.path)
    return url.appending(path: name)
  }
}
