// swift-tools-version: 6.2
import PackageDescription

let swiftSettings: [SwiftSetting] = [.treatAllWarnings(as: .error)]
let cSettings: [CSetting] = [
  .unsafeFlags(["-O3", "-Wall", "-Wextra", "-Werror", "-ffp-contract=off", "-fno-math-errno"])
]

// What pkg-config says of pangocairo, but for -pthread, of which SwiftPM warns at each build.
let drawingHeaders =
  ["cairo", "pango-1.0", "glib-2.0", "harfbuzz"].map { "-isystem/usr/include/\($0)" }
  + ["lib/x86_64-linux-gnu", "lib/aarch64-linux-gnu", "lib64"].map { "-isystem/usr/\($0)/glib-2.0/include" }

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: dependencies + ["TestSupport"], swiftSettings: swiftSettings)
}

let package = Package(
  name: "segment",
  products: [.executable(name: "segment", targets: ["segment"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
  ],
  targets: [
    // Boundaries to C libraries, and the hot loops.
    .target(
      name: "CNIfTI", cSettings: cSettings,
      linkerSettings: [.linkedLibrary("nifti2"), .linkedLibrary("znz"), .linkedLibrary("z")]),
    .target(name: "CGzip", cSettings: cSettings, linkerSettings: [.linkedLibrary("isal"), .linkedLibrary("z")]),
    .target(
      name: "CDICOM", cxxSettings: [.unsafeFlags(["-std=c++17", "-O2", "-Wall", "-Wextra", "-Werror"])],
      linkerSettings: ["dcmjpeg", "dcmjpls", "dcmdata", "oflog", "ofstd"].map { .linkedLibrary($0) }),
    .target(name: "CMappings", cSettings: cSettings, linkerSettings: [.linkedLibrary("pthread")]),
    .target(name: "CPNG", cSettings: cSettings, linkerSettings: [.linkedLibrary("png")]),
    .target(name: "CTIFF", cSettings: cSettings, linkerSettings: [.linkedLibrary("tiff")]),
    .target(
      name: "CKernels", cSettings: [.headerSearchPath(".")] + cSettings, linkerSettings: [.linkedLibrary("pthread")]),
    .target(
      name: "CDrawing", cSettings: [.unsafeFlags(drawingHeaders)] + cSettings,
      linkerSettings: [.linkedLibrary("pthread"), .linkedLibrary("dl")]),
    .target(
      name: "CLinearAlgebra", cSettings: cSettings, linkerSettings: [.linkedLibrary("pthread"), .linkedLibrary("dl")]),
    .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),

    // What everything may use.
    library("Machine", ["CKernels"]),
    library("Configurations"),

    // Scans.
    library("Randomness"),
    library("Files", ["CMappings", "CXXHash"]),
    library("Volumes", ["Machine", "CKernels"]),
    library("ScanIO", ["Machine", "Files", "Volumes", "CDICOM", "CGzip", "CNIfTI", "CPNG", "CTIFF"]),
    library("Datasets", ["Machine", "Files", "ScanIO", "Volumes", "Randomness", "CXXHash"]),
    library("Augmentations", ["Machine", "Volumes", "Randomness", "CKernels"]),
    library("Metrics", ["CKernels", "Files", "Machine", "Randomness", "Volumes"]),
    library("Drawing", ["CDrawing", "Machine"]),
    library("Review", ["Drawing", "Volumes"]),
    library("Phantoms", ["Volumes", "Randomness"]),

    library("LinearModels", ["CLinearAlgebra"]),

    // Networks.
    library("Networks", ["Files", "Machine", "Configurations", "CKernels", "Randomness"]),
    library("Training", ["Machine", "Configurations", "Networks", "CKernels", "Randomness"]),
    library("Inference", ["Machine", "Networks", "Volumes", "CKernels"]),
    library("Benchmarks", ["Machine", "Networks", "Training", "CKernels", "Randomness"]),

    // The program.
    library("Pipelines", ["Files", "Configurations", .product(name: "Yams", package: "Yams")]),
    library(
      "Jobs",
      [
        "Pipelines", "Configurations", "Inference", "Networks", "Metrics", "Drawing", "Review", "Augmentations",
        "Datasets",
        "ScanIO", "Volumes",
        "Randomness", "Files", "Machine",
      ]),
    library(
      "Stages",
      [
        "Jobs", "Pipelines", "Configurations", "LinearModels", "Training", "Inference", "Networks", "Metrics",
        "Drawing", "Review",
        "Augmentations", "Datasets",
        "ScanIO",
        "Volumes", "Randomness", "Files", "Machine",
      ]),
    .executableTarget(
      name: "segment",
      dependencies: [
        "Stages", "Jobs", "Files", "Machine", "Pipelines", "Benchmarks", "Training", "Networks", "Metrics",
        "Augmentations",
        "Datasets", "Phantoms", "ScanIO", "Volumes", "Randomness",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: swiftSettings),

    // Tests.
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: swiftSettings),
    .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter", cSettings: cSettings),
    tests("Randomness", ["Randomness"]),
    tests("Machine", ["Machine", "CKernels"]),
    tests("Configurations", ["Configurations"]),
    tests("Files", ["Files"]),
    tests("Volumes", ["Volumes", "Machine", "CKernels"]),
    tests("ScanIO", ["ScanIO", "Machine", "Files", "Volumes", "CAllocationCounter"]),
    tests("Datasets", ["Datasets", "Files", "ScanIO", "Volumes"]),
    tests("Augmentations", ["Augmentations", "CKernels", "Volumes", "Randomness"]),
    tests("Metrics", ["Metrics", "Volumes"]),
    tests("Drawing", ["Drawing"]),
    tests("Review", ["Drawing", "Review", "Volumes"]),
    tests("Phantoms", ["Phantoms", "Volumes", "ScanIO", "Datasets"]),
    tests("LinearModels", ["LinearModels"]),
    tests("Networks", ["Networks", "Configurations", "CKernels", "CAllocationCounter", "Randomness"]),
    tests("Training", ["Training", "Configurations", "Networks", "CKernels", "CAllocationCounter", "Randomness"]),
    tests("Inference", ["Inference", "Networks", "Volumes"]),
    tests("Pipelines", ["Pipelines", "Configurations", "Files"]),
    tests(
      "Stages",
      [
        "Stages", "Jobs", "Machine", "Pipelines", "Training", "Inference", "Augmentations", "Datasets", "Networks",
        "ScanIO",
        "Volumes", "Files",
      ]),
    tests("EndToEnd", ["segment", "Configurations", "Files", "Jobs", "Metrics", "Networks", "Training"]),
  ],
  swiftLanguageModes: [.v6]
)
