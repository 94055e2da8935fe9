import Datasets
import Foundation
import Testing

/// Which images and labels an audit never pairs by itself.
@Suite struct AuditPairingTests {
  private func source(_ files: [String]) throws -> AuditSource {
    let folder = try ScratchFolder(files: files)
    return try withExtendedLifetime(folder) { try AuditSource(folder.url) }
  }

  private func message(_ files: [String]) throws -> String {
    let folder = try ScratchFolder(files: files)
    return folder.message { _ = try AuditSource(folder.url) }
  }

  @Test(
    "Equal names in the folders of two patients are no pair",
    arguments: [
      ["anna/1.nii", "anna/mask_2.nii", "bert/2.nii", "bert/mask_3.nii", "carl/3.nii", "carl/mask_1.nii"],
      ["a/2_ct.nii", "a/3_seg.nii", "b/3_ct.nii", "b/4_seg.nii", "c/4_ct.nii", "c/5_seg.nii"],
      ["p1/visit1.nii", "p1/visit2_mask.nii", "p2/visit2.nii", "p2/visit1_mask.nii"],
    ])
  func otherPatients(files: [String]) throws {
    let text = try message(files)
    #expect(text.hasPrefix("no label belongs to an image"), "\(text)")
    #expect(text.contains("but may pair different ones: other patients, visits or sides"))
  }

  @Test(
    "Names that differ in a site, a visit or a side are advice at most",
    arguments: [
      ("images/siteA_{n}.nii", "labels/siteB_{n}.nii"), ("images/s{n}_ses-1.nii", "labels/s{n}_ses-2.nii"),
      ("images/p{n}_R_ct.nii", "labels/p{n}_L_mask.nii"), ("images/p{n}_pre_img.nii", "labels/p{n}_post_seg.nii"),
      ("images/test_{n}.nii", "labels/train_{n}.nii"),
    ])
  func otherParts(image: String, label: String) throws {
    let text = try message((1...5).flatMap { n in [image, label].map { $0.replacing("{n}", with: "\(n)") } })
    #expect(text.contains("would pair 5 cases, but may pair different ones"), "\(text)")
  }

  @Test("The label of the same visit or side is found, though another has more images")
  func exactName() throws {
    let labels = (1...5).map { "labels/s\($0)_ses-2.nii" }
    let images = (1...5).map { "images/s\($0)_ses-1.nii" } + ["images/s1_ses-2.nii", "images/s2_ses-2.nii"]
    let visits = try source(labels + images)
    #expect(visits.found.cases.filter { $0.label != nil }.map(\.id) == ["s1_ses-2", "s2_ses-2"])
    #expect(visits.found.labelsWithoutImage.count == 3)
    let sides = try source(
      ["p1_L.nii", "p2_R.nii", "p3_R.nii", "p1_L_mask.nii", "p2_L_mask.nii", "p3_L_mask.nii"])
    #expect(sides.found.cases.filter { $0.label != nil }.map(\.id) == ["p1_L"])
  }

  @Test(
    "Words for images and labels, and for the parts of a data set, may differ",
    arguments: [
      ("images/{n}_training.nii", "labels/{n}_manual1.nii"), ("images/case_{n}.nii", "labels/label_{n}.nii"),
      ("images/v{n}_ct.nii", "labels/v{n}_seg-vert_msk.nii"), ("images/p{n}_frame01.nii", "labels/p{n}_frame01_gt.nii"),
    ])
  func words(image: String, label: String) throws {
    let files = (1...3).flatMap { n in [image, label].map { $0.replacing("{n}", with: "\(n)") } }
    let found = try source(files).found
    #expect(found.cases.count == 3 && found.cases.allSatisfy { $0.label != nil })
  }

  @Test("Of several folders those of one part are used, the training first, and the others are named")
  func folders() throws {
    let parts = try source(
      ["images_test/1.nii", "images_train/1.nii", "labels_test/1.nii", "labels_train/1.nii"])
    #expect(parts.found.cases[0].images[0].url.path.hasSuffix("images_train/1.nii"))
    #expect(parts.found.cases[0].label?.url.path.hasSuffix("labels_train/1.nii") == true)
    #expect(
      parts.found.report.contains(
        "images of 'images_train'; other folders of images: 'images_test'. Choose with "
          + "--images 'images_test/*' --labels 'labels_train/{case}.*'."))
    #expect(parts.warnings.isEmpty)
    let views = try source(["images/1.nii", "manual1/1.nii", "mask/1_mask.nii"])
    #expect(views.found.cases[0].label?.url.path.hasSuffix("manual1/1.nii") == true)
    #expect(
      views.warnings == [
        "labels of 'manual1'; other folders of labels: 'mask'. Choose with "
          + "--images 'images/*' --labels 'mask/{case}.*'."
      ])
  }
}
