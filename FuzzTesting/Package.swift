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
func fuzzTarget(_ name: String) -> Target {
    .executableTarget(
        name: name,
        dependencies: ["FuzzEntry"],
        linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address"])]
    )
}

let package = Package(
    name: "FuzzTesting",
    platforms: [.macOS(.v15)],
    dependencies: [
        // Without traits: the codec alone, which has no dependencies.
        .package(name: "swift-sse", path: "..", traits: [])
    ],
    targets: [
        // A link to the checks, which the package's tests run as well.
        .target(
            name: "FuzzChecks",
            dependencies: [.product(name: "ServerSentEvents", package: "swift-sse")],
            swiftSettings: settings
        ),
        .target(name: "FuzzEntry", dependencies: ["FuzzChecks"], swiftSettings: settings),
        fuzzTarget("FuzzParser"),
        fuzzTarget("FuzzRoundTrip"),
        fuzzTarget("FuzzInjection"),
    ]
)
