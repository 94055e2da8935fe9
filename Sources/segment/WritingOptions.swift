import ArgumentParser

/// The options of the commands that write files.
struct WritingOptions: ParsableArguments {
  @Flag(
    help: "Replace existing files that segment did not write, or that were modified since. Inputs are never replaced.")
  var overwrite = false
}
