// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let locks: Target.Dependency = .product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOTLS", package: "swift-nio"),
    locks,
]
/// BoringSSL is most of a first build; whoever needs no `amqps://` builds without the trait.
let tls: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl", condition: .when(traits: ["TLS"]))
/// For the broker's management API; the HTTP client brings BoringSSL too.
let http: [Target.Dependency] = [
    .product(name: "AsyncHTTPClient", package: "async-http-client", condition: .when(traits: ["Management"])),
    .product(name: "NIOHTTP1", package: "swift-nio", condition: .when(traits: ["Management"])),
    .product(name: "NIOSSL", package: "swift-nio-ssl", condition: .when(traits: ["Management"])),
]
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")

// The arrows between these targets only point up this list: see "How it is built" in README.md.
let package = Package(
    name: "warren",
    platforms: [.macOS(.v26)],
    products: [
        .library(name: "AMQPClient", targets: ["AMQPClient"]),
        .library(name: "Warren", targets: ["Warren"]),
        .library(name: "LoadBalancing", targets: ["LoadBalancing"]),
        .library(name: "ManagementAPI", targets: ["ManagementAPI"]),
        .library(name: "Simulation", targets: ["Simulation"]),
        .library(name: "LocalBroker", targets: ["LocalBroker"]),
        .library(name: "AMQPTestSupport", targets: ["AMQPTestSupport"]),
        .executable(name: "warren", targets: ["WarrenCLI"]),
    ],
    traits: [
        .trait(name: "TLS", description: "amqps:// by swift-nio-ssl"),
        .trait(name: "Management", description: "the broker's HTTP API by async-http-client"),
        .default(enabledTraits: ["TLS", "Management"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
        .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CRabbitMQ",
            pkgConfig: "librabbitmq",
            providers: [.apt(["librabbitmq-dev"]), .brew(["rabbitmq-c"])]
        ),
        .target(name: "AMQPCodec", dependencies: ["CRabbitMQ"], swiftSettings: settings),
        .target(name: "AMQPClient", dependencies: ["AMQPCodec", logging, tls] + nio, swiftSettings: settings),
        .target(name: "LoadBalancing", swiftSettings: settings),
        .target(
            name: "ManagementAPI",
            dependencies: ["AMQPClient", .product(name: "NIOCore", package: "swift-nio")] + http,
            swiftSettings: settings
        ),
        .target(
            name: "BrokerPool",
            dependencies: ["AMQPClient", "LoadBalancing", "ManagementAPI", logging, locks],
            swiftSettings: settings
        ),
        .target(name: "Simulation", dependencies: ["LoadBalancing"], swiftSettings: settings),
        .target(
            name: "Warren",
            dependencies: ["BrokerPool", "AMQPClient", logging, lifecycle, locks],
            swiftSettings: settings
        ),
        .target(
            name: "LocalBroker",
            dependencies: [subprocess, system],
            resources: [.embedInCode("Resources/supervise.sh")],
            swiftSettings: settings
        ),
        .target(name: "AMQPTestSupport", dependencies: ["AMQPCodec"] + nio, swiftSettings: settings),
        .executableTarget(
            name: "WarrenCLI",
            dependencies: [
                "Warren", "BrokerPool", "AMQPClient", "LoadBalancing", "ManagementAPI", "Simulation", "LocalBroker",
                logging, lifecycle, subprocess, system, tls,
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ] + nio,
            swiftSettings: settings
        ),
        .executableTarget(
            name: "warren-chaos",
            dependencies: [
                "AMQPClient", "BrokerPool", "LoadBalancing", "Simulation", "LocalBroker", "AMQPTestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ] + nio,
            path: "Tests/Chaos",
            swiftSettings: settings
        ),
        .testTarget(
            name: "AMQPCodecTests",
            dependencies: ["AMQPCodec"],
            exclude: ["Golden/make_golden.py"],
            resources: [.copy("Golden/golden.json")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "AMQPClientTests",
            dependencies: ["AMQPClient", "AMQPCodec", logging] + nio,
            swiftSettings: settings
        ),
        .testTarget(
            name: "FuzzTests",
            dependencies: ["AMQPClient", "AMQPCodec", logging] + nio,
            resources: [.copy("Corpus")],
            swiftSettings: settings
        ),
        .testTarget(name: "LoadBalancingTests", dependencies: ["LoadBalancing"], swiftSettings: settings),
        .testTarget(name: "SimulationTests", dependencies: ["Simulation", "LoadBalancing"], swiftSettings: settings),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "Warren", "BrokerPool", "LoadBalancing", "ManagementAPI", "AMQPClient", "AMQPCodec", "LocalBroker",
                "WarrenCLI", "AMQPTestSupport",
                lifecycle,
                subprocess, system, logging, tls,
                .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
            ] + nio,
            exclude: [
                "CommandLine/pika_worker.py", "CommandLine/pika_new_task.py", "Security/make-certificates",
                "Robustness/wall_clock.c",
            ],
            swiftSettings: settings
        ),
    ]
)
