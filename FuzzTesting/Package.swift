// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableExperimentalFeature(
        "AvailabilityMacro=SwiftSSE 1.0:macOS 15.0, iOS 18.0, watchOS 11.0, tvOS 18.0, visionOS 2.0"
    ),
]

/// A program that libFuzzer drives.
func fuzzTarget(_ name: String, _ entry: Target.Dependency) -> Target {
    .executableTarget(
        name: name,
        dependencies: [entry],
        linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address"])]
    )
}

let package = Package(
    name: "FuzzTesting",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "swift-sse", path: "..", traits: ["Hub"]),
        .package(url: "https://github.com/apple/swift-crypto.git", "3.0.0"..<"5.0.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.0.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-http2.git", from: "1.46.0"),
    ],
    targets: [
        // Links to the checks, which the package's tests run as well.
        .target(
            name: "FuzzChecks",
            dependencies: [.product(name: "ServerSentEvents", package: "swift-sse")],
            swiftSettings: settings
        ),
        .target(name: "FuzzEntry", dependencies: ["FuzzChecks"], swiftSettings: settings),
        fuzzTarget("FuzzParser", "FuzzEntry"),
        fuzzTarget("FuzzRoundTrip", "FuzzEntry"),
        fuzzTarget("FuzzInjection", "FuzzEntry"),

        .target(
            name: "FuzzBrokerChecks",
            dependencies: [.product(name: "SSEBroker", package: "swift-sse")],
            swiftSettings: settings
        ),
        .target(
            name: "FuzzHubChecks",
            dependencies: [
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "SSEBroker", package: "swift-sse"),
                .product(name: "SSEHub", package: "swift-sse"),
                .product(name: "SSEServer", package: "swift-sse"),
                .product(name: "ServerSentEvents", package: "swift-sse"),
            ],
            swiftSettings: settings
        ),
        .target(name: "FuzzHubEntry", dependencies: ["FuzzBrokerChecks", "FuzzHubChecks"], swiftSettings: settings),
        fuzzTarget("FuzzSelector", "FuzzHubEntry"),
        fuzzTarget("FuzzPublishForm", "FuzzHubEntry"),
        fuzzTarget("FuzzToken", "FuzzHubEntry"),
        fuzzTarget("FuzzConnection", "FuzzHubEntry"),
        fuzzTarget("FuzzFrames", "FuzzHubEntry"),
    ]
)
