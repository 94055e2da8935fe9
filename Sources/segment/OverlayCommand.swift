import ArgumentParser
import Files
import Foundation
import Jobs
import Stages
import Volumes

/// `segment overlay`
struct OverlayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "overlay", abstract: "Draw slices of a scan with labels, as PNG, SVG or PDF.",
    discussion: """
      Reference contours are solid, prediction contours dashed. Pixels have true proportions. Scans in millimetres are \
      shown in radiological convention (the patient's right is on the left).

        segment overlay --image scan.nii.gz --reference truth.nii.gz \\
          --prediction labels.nii.gz --output scan.png
        segment overlay --image ct.nii.gz --prediction labels.nii.gz --planes axial,coronal \\
          --labels masks --window liver --output ct.pdf
        segment overlay --image scan.nii.gz --reference truth.nii.gz \\
          --prediction labels.nii.gz --labels errors --choose worst --scale 2 --output errors.png
      """)

  @Option(help: ArgumentHelp("Scan (required).", valueName: "file"))
  var image: String

  @Option(help: ArgumentHelp("Reference labels, with solid contours (default: none).", valueName: "file"))
  var reference: String?

  @Option(help: ArgumentHelp("Predicted labels, with dashed contours (default: none).", valueName: "file"))
  var prediction: String?

  @Option(help: ArgumentHelp("File to write: .png, .svg or .pdf (required).", valueName: "file"))
  var output: String

  @Option(help: ArgumentHelp("Planes, separated by commas: axial, coronal, sagittal.", valueName: "list"))
  var planes = "axial"

  @Option(help: "Number of slices of each plane, 1 to 64.")
  var slices = 6

  @Option(
    help: ArgumentHelp(
      "Which slices: spread (evenly, with the one with most errors), even, largest (most foreground) or worst (most errors).",
      valueName: "choice"))
  var choose = "spread"

  @Option(help: ArgumentHelp("How labels are shown: contours, masks or errors.", valueName: "style"))
  var labels = "contours"

  @Option(help: "Opacity of masks and errors, 0 to 1.")
  var opacity = 0.5

  @Option(
    help: ArgumentHelp(
      "Grey values: a CT window (lung, bone, soft_tissue, brain, liver), or the values of black and white, such as "
        + "--window=-160,240 (default: the 0.5 and 99.5 percentiles).", valueName: "window"))
  var window: String?

  @Option(help: ArgumentHelp("Colours of the sheet: dark or light.", valueName: "theme"))
  var theme = "dark"

  @Option(help: "Pixels of a PNG, in multiples of the usual size, 1 to 4.")
  var scale = 1

  @Option(
    help: ArgumentHelp(
      "YAML file with the classes and their values, as for 'segment evaluate' (default: each value other than 0 is a class).",
      valueName: "file"))
  var classes: String?

  @Option(
    help: ArgumentHelp(
      "Colour of a class, by its name or value, such as tumour=#ff8000; can be given several times.",
      valueName: "class=colour"))
  var colour: [String] = []

  @OptionGroup var reading: ReadingOptions

  @OptionGroup var writing: WritingOptions

  func validate() throws { _ = try overlayChoices() }

  func run() throws {
    try FileOverlay(
      image: URL(systemPath: image), reference: reference.map { URL(systemPath: $0) },
      prediction: prediction.map { URL(systemPath: $0) }, output: URL(systemPath: output),
      choices: reading.choices, overlay: try overlayChoices(), classes: classes.map { URL(systemPath: $0) },
      overwrites: writing.overwrite
    ).run(log: Terminal.log)
  }

  private func overlayChoices() throws -> OverlayChoices {
    var result = OverlayChoices()
    result.planes = try EvaluateCommand.list(planes).map { name in
      guard let plane = BodyAxis.planes.first(where: { $0.name == name }) else {
        throw ValidationError("--planes is \(planes); expected axial, coronal and sagittal, separated by commas")
      }
      return plane.value
    }
    guard Set(result.planes).count == result.planes.count else {
      throw ValidationError("--planes is \(planes); expected each plane once")
    }
    guard !result.planes.isEmpty else {
      throw ValidationError("--planes is empty; expected axial, coronal or sagittal")
    }
    guard (1...64).contains(slices) else { throw ValidationError("--slices is \(slices); expected 1 to 64") }
    guard (1...4).contains(scale) else { throw ValidationError("--scale is \(scale); expected 1 to 4") }
    guard (0...1).contains(opacity) else { throw ValidationError("--opacity is \(opacity); expected 0 to 1") }
    (result.slices, result.scale, result.opacity) = (slices, scale, opacity)
    result.selection = try choice(choose, "--choose")
    result.labels = try choice(labels, "--labels")
    result.theme = try choice(theme, "--theme")
    if let window {
      guard let found = OverlayChoices.window(window) else {
        throw ValidationError("--window is \(window); expected \(OverlayChoices.windowExpectation)")
      }
      result.window = found
    }
    for pair in colour {
      let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, let colour = OverlayChoices.colour(parts[1]) else {
        throw ValidationError("--colour is \(pair); expected a class and a colour, such as tumour=#ff8000")
      }
      result.colours[parts[0]] = colour
    }
    return result
  }

  private func choice<Choice: RawRepresentable & CaseIterable>(_ text: String, _ name: String) throws -> Choice
  where Choice.RawValue == String {
    guard let choice = Choice(rawValue: text) else {
      let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("\(name) is \(text); expected \(names)")
    }
    return choice
  }
}
