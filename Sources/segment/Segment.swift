import ArgumentParser

/// The command line.
@main
struct Segment: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Segments medical images with U-Nets.")
}
