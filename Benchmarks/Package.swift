// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

// A package of its own, so that users of Warren never resolve what only its measurements need.
let package = Package(
    name: "warren-benchmarks",
    platforms: [.macOS(.v26)],
    dependencies: [
        // Without TLS, which is not measured and takes minutes to build.
        .package(name: "warren", path: "..", traits: []),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        .executableTarget(
            name: "WarrenBench",
            dependencies: [
                .product(name: "Warren", package: "warren"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "PickBench",
            dependencies: [.product(name: "LoadBalancing", package: "warren")],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "FirehosePeer",
            dependencies: [.product(name: "AMQPTestSupport", package: "warren")],
            swiftSettings: settings
        ),
    ]
)
