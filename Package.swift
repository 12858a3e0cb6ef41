// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
    .enableUpcomingFeature("ExistentialAny"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
    .enableUpcomingFeature("InternalImportsByDefault"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
    .enableUpcomingFeature("MemberImportVisibility"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0461-async-function-isolation.md
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    // Mutex, Duration and Clock are what sets the floor.
    .enableExperimentalFeature(
        "AvailabilityMacro=SwiftSSE 1.0:macOS 15.0, iOS 18.0, watchOS 11.0, tvOS 18.0, visionOS 2.0"
    ),
]

/// The products of others, by their package.
let products = [
    "async-http-client": "AsyncHTTPClient",
    "GRDB.swift": "GRDB",
    "hummingbird": "Hummingbird HummingbirdCore HummingbirdTLS HummingbirdTesting",
    "jwt-kit": "JWTKit",
    "swift-argument-parser": "ArgumentParser",
    "swift-asn1": "SwiftASN1",
    "swift-certificates": "X509",
    "swift-collections": "DequeModule HeapModule",
    "swift-configuration": "Configuration",
    "swift-crypto": "Crypto",
    "swift-distributed-tracing": "InMemoryTracing Tracing",
    "swift-http-types": "HTTPTypes",
    "swift-log": "Logging",
    "swift-metrics": "CoreMetrics MetricsTestKit",
    "swift-nio": "NIOCore NIOEmbedded NIOHTTP1 NIOPosix NIOTLS",
    "swift-nio-extras": "NIOExtras NIOHTTPCompression NIOHTTPTypes NIOHTTPTypesHTTP1 NIOSOCKS",
    "swift-nio-http2": "NIOHPACK NIOHTTP2",
    "swift-nio-ssl": "NIOSSL",
    "swift-service-lifecycle": "ServiceLifecycle ServiceLifecycleTestKit UnixSignals",
    "Yams": "Yams",
]

/// The names in texts, in which they stand behind each other.
func names(_ texts: [String]) -> [String] { texts.flatMap { $0.split(separator: " ").map(String.init) } }

/// Targets of ours.
func uses(_ ours: String) -> [Target.Dependency] { names([ours]).map { .target(name: $0) } }

/// Products of others, while one of some traits is on, so that a consumer fetches what it uses.
func when(_ traits: String, _ list: String...) -> [Target.Dependency] {
    names(list).map { name in
        let package = products.first { names([$0.value]).contains(name) }?.key ?? "?"
        return .product(name: name, package: package, condition: .when(traits: Set(names([traits]))))
    }
}

let libraries = [
    "ServerSentEvents", "ServerSentEventsNIO", "SSEClient", "SSEBroker",
    "SSEBrokerTesting", "SSESQLite", "SSEServer", "SSEHummingbird",
    "SSEHub", "SSENATS",
]

let package = Package(
    name: "swift-sse",
    products: libraries.map { .library(name: $0, targets: [$0]) } + [.executable(name: "sse", targets: ["sse"])],
    traits: [
        .trait(name: "Broker", description: "SSEBroker: publish and subscribe within a process."),
        .trait(
            name: "NIO",
            description: "ServerSentEventsNIO and SSEServer: event streams on SwiftNIO.",
            enabledTraits: ["Broker"]
        ),
        .trait(
            name: "AsyncHTTPClient",
            description: "SSEClient over AsyncHTTPClient.",
            enabledTraits: ["NIO"]
        ),
        .trait(name: "URLSession", description: "SSEClient over URLSession, without SwiftNIO."),
        .trait(
            name: "Hummingbird",
            description: "SSEHummingbird: event streams as responses of Hummingbird routes.",
            enabledTraits: ["NIO"]
        ),
        .trait(name: "Hub", description: "SSEHub: the hub as a library.", enabledTraits: ["NIO"]),
        // In no other trait: it needs a library of the system's, libnats-dev on Debian.
        .trait(
            name: "NATS",
            description: "SSENATS: a broker's log in NATS JetStream, for hubs on many machines. Needs libnats.",
            enabledTraits: ["Broker"]
        ),
        .trait(
            name: "CommandLineTool",
            description: "The program `sse`.",
            enabledTraits: ["AsyncHTTPClient", "Hub", "Hummingbird"]
        ),
        // Not among the defaults: it needs a C library that not every machine has.
        .trait(
            name: "SQLite",
            description: "SSESQLite: a broker's events in a file. Needs libsqlite3-dev on Linux.",
            enabledTraits: ["Broker"]
        ),
        // Everything that builds on a bare machine, so that a clone builds, runs and tests without a flag.
        .default(enabledTraits: ["CommandLineTool"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        // For tests only, as are swift-certificates and swift-crypto: certificates and signatures.
        .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.0"),
        .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration.git", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing.git", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.14.0"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.34.1"),
        .package(url: "https://github.com/apple/swift-nio-http2.git", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit.git", from: "5.7.1"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.0"),
    ],
    targets: [
        // The codec: bytes in, values out. Nothing but the standard library and memchr.
        .target(name: "ServerSentEvents"),

        // Topics, the log, cursors. No I/O.
        .target(
            name: "SSEBroker",
            dependencies: uses("ServerSentEvents")
                + when("Broker", "CoreMetrics DequeModule HeapModule ServiceLifecycle")
        ),
        // What every engine must do, as checks.
        .target(name: "SSEBrokerTesting", dependencies: uses("ServerSentEvents SSEBroker")),

        // A broker's log in a file. Without the trait there is only what says that it is missing.
        .target(
            name: "SSESQLite",
            dependencies: uses("ServerSentEvents SSEBroker") + when("SQLite", "DequeModule GRDB")
        ),

        // ByteBuffer in, ByteBuffer out: what SSEClient and SSEServer share.
        .target(name: "ServerSentEventsNIO", dependencies: uses("ServerSentEvents") + when("NIO", "NIOCore")),
        .target(
            name: "SSEServer",
            dependencies: uses("ServerSentEvents ServerSentEventsNIO SSEBroker")
                + when(
                    "NIO",
                    "CoreMetrics DequeModule HTTPTypes NIOCore NIOHTTP1 NIOHTTPTypes NIOPosix",
                    "ServiceLifecycle"
                )
        ),
        // The hub's server: HTTP/1.1, HTTP/2 and TLS, with what keeps one client from harming another.
        .target(
            name: "SSEHTTPServer",
            dependencies: uses("ServerSentEvents SSEBroker SSEServer")
                + when("Hub", "CoreMetrics NIOCore NIOHTTP1 NIOHTTP2 NIOPosix NIOSSL NIOTLS ServiceLifecycle")
        ),
        .target(
            name: "SSEHummingbird",
            dependencies: uses("ServerSentEvents SSEBroker SSEServer")
                + when(
                    "Hummingbird",
                    "HTTPTypes Hummingbird HummingbirdCore Logging NIOCore NIOHTTP1 NIOHTTPTypesHTTP1 NIOTLS"
                )
        ),
        .target(
            name: "SSEClient",
            dependencies: uses("ServerSentEvents")
                + when("AsyncHTTPClient", "AsyncHTTPClient NIOCore NIOHPACK NIOHTTP1 NIOHTTP2 NIOPosix NIOSSL")
                + when("AsyncHTTPClient URLSession", "HTTPTypes")
        ),
        // The Mercure protocol on the hub's server.
        .target(
            name: "SSEHub",
            dependencies: uses("ServerSentEvents SSEBroker SSEHTTPServer SSEServer")
                + when("Hub", "CoreMetrics Crypto DequeModule JWTKit Logging NIOCore NIOHTTP1 ServiceLifecycle Tracing"),
            // The console's page.
            resources: [.embedInCode("Console/Page")]
        ),
        // The client library of NATS. Nothing looks for it while the trait is off.
        .systemLibrary(name: "CNats", pkgConfig: "libnats", providers: [.apt(["libnats-dev"]), .brew(["cnats"])]),
        // A broker's log in NATS JetStream.
        .target(
            name: "SSENATS",
            dependencies: uses("ServerSentEvents SSEBroker") + when("NATS", "Logging") + [
                .target(name: "CNats", condition: .when(traits: ["NATS"]))
            ]
        ),
        .executableTarget(
            name: "sse",
            dependencies: uses(
                "ServerSentEvents SSEBroker SSEClient SSEHTTPServer SSEHub SSEHummingbird SSENATS SSEServer SSESQLite"
            )
                + when(
                    "CommandLineTool",
                    "ArgumentParser AsyncHTTPClient Configuration HTTPTypes Hummingbird Logging NIOCore",
                    "NIOExtras NIOHTTP1 NIOPosix NIOSOCKS NIOSSL ServiceLifecycle UnixSignals Yams"
                )
        ),
        // Drives the client as a conformance harness in another process says.
        .executableTarget(
            name: "SSEContractService",
            dependencies: uses("ServerSentEvents SSEClient")
                + when(
                    "CommandLineTool",
                    "ArgumentParser AsyncHTTPClient HTTPTypes Hummingbird Logging NIOCore NIOHTTP1",
                    "ServiceLifecycle UnixSignals"
                ),
            path: "Tests/SSEContractService"
        ),

        .testTarget(
            name: "ServerSentEventsTests",
            dependencies: uses("ServerSentEvents"),
            resources: [.copy("Fixtures")]
        ),
        // How many tests run side by side.
        .target(name: "CTestWidth", path: "Tests/CTestWidth"),
        // A clock moved by hand, certificates, and a client and a server that show the bytes on the wire.
        .target(
            name: "SSETestSupport",
            dependencies: uses("CTestWidth SSEBroker SSEServer") + when("NIO", "Crypto NIOCore NIOPosix SwiftASN1 X509")
                + when("Hub", "NIOHPACK NIOSSL"),
            path: "Tests/SSETestSupport"
        ),
        .testTarget(
            name: "SSEBrokerTests",
            dependencies: uses("ServerSentEvents SSEBroker SSEBrokerTesting SSETestSupport")
                + when("Broker", "MetricsTestKit ServiceLifecycle ServiceLifecycleTestKit")
        ),
        .testTarget(
            name: "SSENATSTests",
            dependencies: uses("ServerSentEvents SSEBroker SSEBrokerTesting SSENATS SSETestSupport")
                + when("NATS", "Logging") + [.target(name: "CNats", condition: .when(traits: ["NATS"]))]
        ),
        .testTarget(
            name: "SSESQLiteTests",
            dependencies: uses("ServerSentEvents SSEBroker SSEBrokerTesting SSESQLite SSETestSupport")
                + when("SQLite", "GRDB")
        ),
        .testTarget(
            name: "SSEHubTests",
            dependencies: uses("ServerSentEvents SSEBroker SSEHTTPServer SSEHub SSEServer SSETestSupport")
                + when(
                    "Hub",
                    "CoreMetrics Crypto InMemoryTracing JWTKit Logging NIOCore NIOEmbedded NIOHPACK NIOHTTP1",
                    "NIOPosix ServiceLifecycle ServiceLifecycleTestKit Tracing"
                )
        ),
        .testTarget(
            name: "SSEServerTests",
            dependencies: uses("ServerSentEvents ServerSentEventsNIO SSEBroker SSEHTTPServer SSEServer SSETestSupport")
                + when(
                    "NIO",
                    "CoreMetrics HTTPTypes MetricsTestKit NIOCore NIOEmbedded NIOHTTP1 NIOHTTPTypes NIOPosix",
                    "NIOTLS ServiceLifecycle ServiceLifecycleTestKit"
                ) + when("Hub", "NIOHTTP2 NIOSSL")
        ),
        .testTarget(
            name: "SSEHummingbirdTests",
            dependencies: uses("ServerSentEvents SSEBroker SSEHummingbird SSEServer SSETestSupport")
                + when(
                    "Hummingbird",
                    "HTTPTypes Hummingbird HummingbirdCore HummingbirdTesting Logging NIOCore NIOPosix",
                    "ServiceLifecycle"
                )
        ),
        .testTarget(
            name: "SSEClientTests",
            dependencies: uses("ServerSentEvents SSEClient SSETestSupport")
                + when(
                    "AsyncHTTPClient",
                    "AsyncHTTPClient HTTPTypes NIOCore NIOEmbedded NIOHPACK NIOHTTP1 NIOHTTP2",
                    "NIOHTTPCompression NIOPosix NIOSSL"
                )
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: uses(
                "ServerSentEvents sse SSEBroker SSEClient SSEHTTPServer SSEHub SSEHummingbird SSEServer SSETestSupport"
            )
                + when(
                    "Hummingbird",
                    "HTTPTypes Hummingbird HummingbirdCore HummingbirdTLS HummingbirdTesting Logging NIOCore",
                    "NIOHTTP1 NIOPosix"
                ) + when("AsyncHTTPClient", "AsyncHTTPClient NIOSSL") + when("Hub", "NIOHTTP2"),
            // Programs in other languages that the tests start.
            exclude: ["Peers"]
        ),
        .testTarget(
            name: "SSEContractServiceTests",
            dependencies: uses("SSEContractService SSETestSupport")
                + when("CommandLineTool", "AsyncHTTPClient HTTPTypes NIOCore NIOHTTP1")
        ),
        // Compiles what the documentation shows, and runs it where it can run.
        .testTarget(
            name: "DocumentationTests",
            dependencies: uses(
                "ServerSentEvents ServerSentEventsNIO SSEBroker SSEBrokerTesting SSEClient SSEHTTPServer SSEHub SSEHummingbird SSENATS SSEServer SSESQLite"
            ) + when("AsyncHTTPClient", "AsyncHTTPClient") + when("Hummingbird", "Hummingbird Logging")
                + when("NIO", "NIOCore NIOHTTP1 ServiceLifecycle")
        ),
    ]
)

for target in package.targets where target.type != .system && target.name != "CTestWidth" {
    target.swiftSettings = settings
}
