import Foundation

/// The phantoms of `data/heads` as other programs arrange data sets; each scan is there twice, as two channels.
extension Sandbox {
  private var heads: [String] {
    get throws { try names(in: "data/heads/images").map { String($0.dropLast(".nii.gz".count)) } }
  }

  func copy(_ from: String, to target: String) throws {
    let file = url.appending(path: target)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.copyItem(at: url.appending(path: from), to: file)
  }

  private func copyHead(_ head: String, images: [String], label: String) throws {
    for image in images { try copy("data/heads/images/\(head).nii.gz", to: image) }
    try copy("data/heads/labels/\(head).nii.gz", to: label)
  }

  /// `study/head_00/t1.nii.gz`, `flair.nii.gz` and `label.nii.gz`, and `cases.csv`.
  func makeStudy() throws {
    var rows = ["case,image:t1,image:flair,label,patient"]
    for (number, head) in try heads.enumerated() {
      let files = ["t1", "flair", "label"].map { "study/\(head)/\($0).nii.gz" }
      try copyHead(head, images: [files[0], files[1]], label: files[2])
      rows.append(([head] + files + ["p\(number / 2)"]).joined(separator: ","))
    }
    try write(rows.joined(separator: "\n") + "\n", to: "cases.csv")
  }

  /// `Task01_Heads`, as the Decathlon has it.
  func makeDecathlon() throws {
    let folder = "Task01_Heads"
    let items = try heads.map { head in
      try copyHead(head, images: ["\(folder)/imagesTr/\(head).nii.gz"], label: "\(folder)/labelsTr/\(head).nii.gz")
      return #"{"image": "./imagesTr/\#(head).nii.gz", "label": "./labelsTr/\#(head).nii.gz"}"#
    }
    try write(
      """
      {"name": "Heads", "modality": {"0": "MRI"}, "numTraining": \(items.count), "test": ["./imagesTs/x.nii.gz"],
       "labels": {"0": "background", "1": "ventricles", "2": "nuclei", "3": "lesion"},
       "training": [\(items.joined(separator: ", "))]}
      """, to: "\(folder)/dataset.json")
  }

  /// `Dataset001_Heads`, as nnU-Net has it.
  func makeNNUNet() throws {
    let folder = "Dataset001_Heads"
    for head in try heads {
      try copyHead(
        head, images: (0..<2).map { "\(folder)/imagesTr/\(head)_000\($0).nii.gz" },
        label: "\(folder)/labelsTr/\(head).nii.gz")
    }
    try write(
      """
      {"channel_names": {"0": "T1", "1": "FLAIR"}, "file_ending": ".nii.gz", "numTraining": 6,
       "labels": {"background": 0, "ventricles": 1, "nuclei": 2, "lesion": 3}}
      """, to: "\(folder)/dataset.json")
  }

  /// `bids`, two sessions a subject.
  func makeBIDS() throws {
    for (number, head) in try heads.enumerated() {
      let (subject, session) = ("sub-0\(number / 2)", "ses-\(number % 2)")
      let (place, name) = ("\(subject)/\(session)/anat", "\(subject)_\(session)")
      try copyHead(
        head, images: ["T1w", "FLAIR"].map { "bids/\(place)/\(name)_\($0).nii.gz" },
        label: "bids/derivatives/labels/\(place)/\(name)_desc-manual_dseg.nii.gz")
    }
  }
}
