import Foundation
import Testing

/// File names in other encodings than UTF-8: each is named with its bytes, and none is left out in silence.
@Suite struct NameEncodingTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.makePhantoms(heads: 3)
  }

  @Test("Folders that commands read warn of them")
  func folders() throws {
    let copied = try sandbox.shell(
      #"cd data/heads && for f in images labels; do cp $f/head_00.nii.gz $f/$'t\xeate.nii.gz'; done"#)
    #expect(copied.status == 0)
    try sandbox.write(TestPipeline.heads(stages: "  - split: {}"), to: "pipeline.yaml")
    for line in [
      "run pipeline.yaml", "audit data/heads",
      "evaluate --prediction data/heads/labels --reference data/heads/labels --output scores",
    ] {
      let outcome = try sandbox.shell("$segment \(line) 2>&1")
      #expect(outcome.status == 0, "\(outcome.output)")
      #expect(outcome.output.contains(#"not in UTF-8, skipped: 't\xeate.nii.gz'"#), "\(outcome.output)")
      #expect(outcome.output.contains("convmv -f latin1 -t utf8"), "\(outcome.output)")
    }
  }

  @Test("Arguments and current folders are refused with their bytes")
  func arguments() throws {
    let file = try sandbox.shell(#"cp data/heads/images/head_00.nii.gz $'\xe9.nii.gz'; $segment info $'\xe9.nii.gz'"#)
    #expect(file.status == 2)
    #expect(file.errors.hasPrefix(#"error: the argument is not in UTF-8: '\xe9.nii.gz'. Rename"#), "\(file.errors)")
    let folder = try sandbox.shell(
      #"mkdir $'d\xe9' && cp data/heads/images/head_00.nii.gz $'d\xe9/a.nii.gz'; cd $'d\xe9' && $segment info a.nii.gz"#
    )
    #expect(folder.status == 2)
    #expect(folder.errors.contains("the path of the current folder is not in UTF-8: '"), "\(folder.errors)")
    #expect(folder.errors.contains(#"/d\xe9'"#), "\(folder.errors)")
    #expect(try sandbox.shell(#"cd $'d\xe9' && $segment --version && $segment info --help"#).status == 0)
    let variable = try sandbox.shell(#"SEGMENT_DATA=$'\xe9' $segment info data/heads/images/head_00.nii.gz"#)
    #expect(variable.status == 2)
    #expect(variable.errors.contains(#"the environment variable SEGMENT_DATA is not in UTF-8: '\xe9'"#))
  }
}
