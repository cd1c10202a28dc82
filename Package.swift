// swift-tools-version: 6.0
import PackageDescription

// Release builds know the commit that they are of; a debug build would be compiled anew at each commit.
let commit = Context.gitInformation.map { $0.currentCommit + ($0.hasUncommittedChanges ? "+changes" : "") } ?? "unknown"

let package = Package(
    name: "reconcile",
    products: [.executable(name: "reconcile", targets: ["Reconciler"])],
    targets: [
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CLinux"),
        .executableTarget(
            name: "Reconciler",
            dependencies: ["CCurl", "CCrypto", "CLinux"],
            swiftSettings: [
                .unsafeFlags(["-Xcc", "-DRECONCILE_COMMIT=\"\(commit)\""], .when(configuration: .release))
            ]
        ),
        .testTarget(
            name: "ReconcilerTests",
            dependencies: ["Reconciler"],
            exclude: ["Desired/Golden", "Survival/faults.c", "Survival/clock.c"]
        ),
    ],
    swiftLanguageModes: [.v6]
)
